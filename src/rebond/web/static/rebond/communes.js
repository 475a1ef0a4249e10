// Communes are proposed as one types; without this script the name is read all the same.
"use strict";

(() => {
  let waiting;
  document.addEventListener("input", (event) => {
    const input = event.target;
    if (!(input instanceof HTMLInputElement) || !input.dataset.rbCommunes) return;
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      const answer = await fetch(`${input.dataset.rbCommunes}?commune=${encodeURIComponent(input.value)}`);
      if (answer.ok) document.getElementById(input.getAttribute("list")).innerHTML = await answer.text();
    }, 200);
  });
})();
