// Keys of the committee's screen: they move, open or leave; none of them writes, so a wrong one is undone by « u ».
// Nothing needs this file.
"use strict";

(() => {
  const wall = () => document.querySelector("#ecran");
  if (!wall()) {
    return;
  }
  const moves = () => [...wall().querySelectorAll("[data-rb-move]")].filter((each) => each.offsetParent !== null);
  const here = () => document.activeElement?.closest?.(".rb-wall__list > li")?.querySelector("[data-rb-move]");
  let made = 0;

  const go = (step) => {
    const every = moves();
    if (!every.length) {
      return;
    }
    const at = every.indexOf(here());
    const next = every[at < 0 ? (step > 0 ? 0 : every.length - 1) : Math.min(Math.max(at + step, 0), every.length - 1)];
    next.focus();
    next.scrollIntoView({ block: "center" });
  };
  const across = (other) => {
    const lists = [...wall().querySelectorAll(".rb-wall__list")];
    const list = lists.find((each) => each.contains(document.activeElement));
    const target = lists.find((each) => each !== list && (other > 0 ? lists.indexOf(each) > lists.indexOf(list) : lists.indexOf(each) < lists.indexOf(list)));
    target?.querySelector("[data-rb-move]")?.focus();
  };
  const move = (into) => {
    const button = here();
    if (button && (button.dataset.rbIn === "oui") !== into) {
      made += 1;
      button.click();
    }
  };
  const open = (name) => {
    const link = document.querySelector(`[data-rb-key="${name}"]`);
    if (link instanceof HTMLDetailsElement) {
      link.open = !link.open;
      (link.open ? link.querySelector("summary") : null)?.focus();
    } else {
      link?.click();
    }
  };
  const undo = () => {
    if (made > 0) {
      made -= 1;
      history.back();
    }
  };

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || event.repeat) {
      return;
    }
    const act = {
      ArrowDown: () => go(1),
      ArrowUp: () => go(-1),
      ArrowRight: () => across(1),
      ArrowLeft: () => across(-1),
      a: () => move(true),
      r: () => move(false),
      u: undo,
      m: () => open("m"),
      d: () => open("d"),
      g: () => open("g"),
      "?": () => open("aide"),
    }[event.key];
    if (act) {
      act();
      event.preventDefault();
    }
  });
})();
