// Keys 1, 2, 3 answer and u undoes; the address (#paire) keeps the focus on the question. Nothing needs this file.
"use strict";

(() => {
  const form = document.querySelector("[data-rb-queue]");
  const undo = document.querySelector("[data-rb-undo]");
  let sent = false;

  // A double press or a double click answers once.
  const press = (button) => {
    if (button && !sent) {
      button.click();
    }
  };

  for (const each of [form, undo]) {
    each?.addEventListener("submit", (event) => {
      if (sent) {
        event.preventDefault();
      }
      sent = true;
    });
  }

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || event.repeat) {
      return;
    }
    if (event.key === "u") {
      press(undo?.querySelector("button"));
    } else if (form && ["1", "2", "3"].includes(event.key)) {
      press(form.querySelector(`button[aria-keyshortcuts="${event.key}"]`));
    } else {
      return;
    }
    event.preventDefault();
  });

  window.addEventListener("pageshow", () => {
    sent = false;
  });
})();
