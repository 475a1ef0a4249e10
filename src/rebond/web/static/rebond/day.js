// What keys and old addresses do; every page works without it.
"use strict";

(() => {
  const typing = (target) =>
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

  // « / » goes to the search of the mission.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const field = [...document.querySelectorAll("[data-rb-search]")].find((each) => each.offsetParent !== null);
    if (!field) return;
    event.preventDefault();
    field.focus();
    field.select();
  });

  // « j » and « k » go down and up the list of what awaits; « Entrée » opens, as on any link.
  document.addEventListener("keydown", (event) => {
    if ((event.key !== "j" && event.key !== "k") || event.ctrlKey || event.metaKey || event.altKey) return;
    if (typing(event.target)) return;
    const links = [...document.querySelectorAll(".rb-today a")].filter((each) => each.offsetParent !== null);
    if (!links.length) return;
    const at = links.indexOf(document.activeElement);
    const next = event.key === "j" ? Math.min(at + 1, links.length - 1) : Math.max(at - 1, 0);
    links[next].focus();
  });

  // The sheet was one page: « …/P001/#plan » opens the part that holds the plan now.
  const follow = () => {
    const anchor = location.hash.slice(1);
    const held = anchor ? document.getElementById(anchor)?.closest(".rb-tabs li") : null;
    const link = held?.querySelector("a:not([aria-current])");
    if (link) location.replace(link.href);
  };
  follow();
  window.addEventListener("hashchange", follow);
})();
