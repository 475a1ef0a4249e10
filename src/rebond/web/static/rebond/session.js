// Five minutes before a session ends, the page says it; without this script the session ends all the same, and a form keeps what it held.
"use strict";

(() => {
  const box = document.querySelector("[data-rb-session]");
  if (!box) return;
  const text = box.querySelector("[data-rb-session-text]");
  const button = box.querySelector("button");
  const WARNED = 300;
  const KEY = "rebond-geste";
  const loaded = Date.now();
  const idle = Number(box.dataset.idle);
  const longest = Number(box.dataset.longest);

  // Another tab of the same session may have been used since.
  const gesture = () => {
    try { localStorage.setItem(KEY, String(Date.now())); } catch { /* a private window */ }
    last = Date.now();
  };
  let last = loaded;
  const latest = () => {
    let elsewhere = 0;
    try { elsewhere = Number(localStorage.getItem(KEY)) || 0; } catch { /* a private window */ }
    return Math.max(last, elsewhere);
  };
  gesture();

  const left = () => {
    const now = Date.now();
    return { idle: idle - (now - latest()) / 1000, longest: longest - (now - loaded) / 1000 };
  };
  const tell = () => {
    const { idle: silent, longest: whole } = left();
    const soon = Math.min(silent, whole);
    box.hidden = soon > WARNED;
    if (box.hidden) return;
    const minutes = Math.max(1, Math.ceil(soon / 60));
    const wait = `${minutes} minute${minutes > 1 ? "s" : ""}`;
    if (soon <= 0) text.textContent = "Votre session est terminée. Enregistrez ou rechargez la page pour vous reconnecter : ce que contient un formulaire est gardé.";
    else if (whole <= silent) text.textContent = `Votre session se termine dans ${wait}, quoi que vous fassiez. Enregistrez votre travail.`;
    else text.textContent = `Sans geste de votre part, votre session se termine dans ${wait}.`;
    button.hidden = soon <= 0 || whole <= silent;
  };

  button.addEventListener("click", async () => {
    const token = document.querySelector("input[name=csrfmiddlewaretoken]");
    if (!token) return location.reload();
    const answer = await fetch(box.dataset.url, { method: "POST", headers: { "X-CSRFToken": token.value }, redirect: "manual" });
    if (answer.status === 204) gesture();
    tell();
  });
  document.body.addEventListener("htmx:afterRequest", (event) => {
    if (!["etude-montree", "jeu"].includes(event.detail.elt.id)) gesture();
  });
  setInterval(tell, 15_000);
  tell();
})();
