// A form that was sent leaves a copy in this browser (editing.js) until a page of the site shows that the answer came.
"use strict";

(() => {
  try {
    const sent = sessionStorage.getItem("rebond-envoi");
    // Coming back to the form after the browser's own page of failure is no answer.
    const back = performance.getEntriesByType("navigation").some((entry) => entry.type === "back_forward" || entry.type === "reload");
    if (!sent) return;
    sessionStorage.removeItem("rebond-envoi");
    if (!back) localStorage.removeItem(sent);
  } catch {
    /* a private window keeps nothing */
  }
})();
