// One field of a sheet changed where it stands: « e » opens it, « Échap » leaves it and keeps what was typed as a draft.
// Without this script the link « modifier » opens the form of the whole sheet at the field.
"use strict";

(() => {
  const SLOT = "rebond-champ";
  const before = new Map();
  const typing = (target) =>
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
  const opener = (fact) => fact?.querySelector("[data-rb-open]");
  const shown = (form) => JSON.stringify([...new FormData(form)].filter(([name]) => name.includes(".")));

  document.addEventListener("keydown", (event) => {
    if (event.key !== "e" || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const link = opener(document.activeElement?.closest("[data-rb-fact]"));
    if (!link) return;
    event.preventDefault();
    link.click();
  });

  document.body.addEventListener("htmx:beforeSwap", (event) => {
    const fact = event.detail.target;
    if (fact.matches("[data-rb-fact]") && opener(fact)) before.set(fact.id, fact.cloneNode(true));
  });
  document.body.addEventListener("htmx:afterSettle", (event) => {
    const id = event.detail.elt.id;
    const fact = id ? document.getElementById(id) : null;
    const form = fact?.matches("[data-rb-fact]") && fact.querySelector("form[hx-post]");
    if (!form) return;
    form.dataset.rbFirst = shown(form);
    const wrong = form.querySelector("[aria-invalid]");
    (wrong || form.querySelector("input:not([type=hidden]), select, textarea")).focus();
  });

  const leave = (form) => {
    const fact = form.closest("[data-rb-fact]");
    const held = before.get(fact.id);
    if (!held) return false;
    if (form.dataset.rbFirst !== shown(form)) {
      const draft = new FormData(form);
      draft.set("adresse", form.getAttribute("action"));
      navigator.sendBeacon(form.dataset.rbDraft, draft);
    }
    fact.replaceWith(held);
    htmx.process(held);
    opener(held).focus();
    return true;
  };
  document.addEventListener("keydown", (event) => {
    const form = event.target.closest?.("[data-rb-fact] form");
    if (!form) return;
    if (event.key === "Escape" && leave(form)) event.preventDefault();
    if (event.key === "Enter" && event.ctrlKey) form.querySelector("[data-rb-save]").click();
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("[data-rb-leave]");
    if (link && leave(link.closest("form"))) event.preventDefault();
  });

  // Saved: the sheet is shown again, where the person was.
  document.body.addEventListener("htmx:beforeOnLoad", (event) => {
    const fact = event.detail.elt.closest("[data-rb-fact]");
    if (fact && event.detail.xhr.getResponseHeader("HX-Refresh")) sessionStorage.setItem(SLOT, fact.id);
  });
  // What is no answer of the form (no network, a session that ended elsewhere) goes the way of every form.
  for (const failure of ["htmx:responseError", "htmx:sendError"])
    document.body.addEventListener(failure, (event) => {
      if (event.detail.elt.matches("[data-rb-fact] form")) event.detail.elt.submit();
    });
  const back = () => {
    const id = sessionStorage.getItem(SLOT) || location.hash.slice(1);
    // What was answered in the list of what the sheet lacks is now among its facts.
    const link = opener(document.getElementById(id)) || opener(document.getElementById(id.replace(/^manque-/, "champ-")));
    if (!link) return;
    const folded = link.closest("details");
    if (folded) folded.open = true;
    sessionStorage.removeItem(SLOT);
    link.focus();
  };
  back();
  document.body.addEventListener("htmx:afterSettle", () => {
    if (sessionStorage.getItem(SLOT)) back();
  });
})();
