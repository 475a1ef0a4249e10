// Keys j and k go from line to line, m keeps the site, t takes the workbook; a choice is kept as soon as it is made.
// Nothing needs this file: the page's own buttons keep and apply.
"use strict";

(() => {
  const form = document.querySelector("[data-rb-import]");
  if (!form) {
    return;
  }
  const lines = [...form.querySelectorAll("[data-rb-line]")];
  const kept = form.querySelector("[data-rb-kept]");
  let wait = Promise.resolve();

  const keep = () => {
    const data = new FormData(form);
    // One after the other: an older choice must not arrive after a newer one.
    wait = wait.then(async () => {
      let said = "Choix non gardé : réessayez, ou utilisez le bouton.";
      try {
        const answer = await fetch(form.action, { method: "POST", body: data, headers: { "X-Rebond": "choix" } });
        said = answer.status === 204 ? "Vos choix sont gardés." : said;
      } catch {
        // No network: said below.
      }
      if (kept) {
        kept.textContent = said;
      }
    });
  };

  form.addEventListener("change", (event) => {
    if (event.target.matches("[type=radio], [type=checkbox]")) {
      keep();
    }
  });

  const go = (step) => {
    const here = lines.findIndex((line) => line.contains(document.activeElement));
    const next = lines[Math.min(Math.max(here + step, 0), lines.length - 1)];
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
  };

  const take = (whose) => {
    const line = lines.find((each) => each.contains(document.activeElement));
    const radio = line?.querySelector(`[type=radio][value=${whose}]:enabled`);
    if (radio) {
      radio.checked = true;
      keep();
      go(1);
    }
  };

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input:not([type=radio], [type=checkbox]), textarea, select");
    if (typing || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const act = { j: () => go(1), k: () => go(-1), m: () => take("site"), t: () => take("classeur") }[event.key];
    if (act) {
      event.preventDefault();
      act();
    }
  });
})();
