/* Forms: what is typed is kept, grids are filled with the keyboard, a block of a spreadsheet is split into cells.
   Everything also works without this file: lines are added and blocks are read by the server. */
"use strict";

(() => {
  const form = document.querySelector("form[data-rb-draft]");
  if (!form) return;

  // ---- What is typed is kept

  const EVERY = 5000;
  const state = form.querySelector("[data-rb-kept]");
  let dirty = false;
  let sending = false;

  const draft = () => {
    const data = new FormData(form);
    data.set("adresse", form.getAttribute("action"));
    return data;
  };
  const say = (text) => {
    if (state) state.textContent = text;
  };

  // ---- Without a network, what is typed stays in this browser until the server has it

  const SLOT = `rebond-saisie:${form.getAttribute("action")}`;
  const A_WEEK = 7 * 24 * 3600 * 1000;
  const stored = () => {
    try {
      const found = JSON.parse(localStorage.getItem(SLOT));
      return found && Date.now() - found.at < A_WEEK ? found : null;
    } catch {
      return null;
    }
  };
  const store = () => {
    const fields = [...new FormData(form)].filter(([name, value]) => name !== "csrfmiddlewaretoken" && typeof value === "string");
    try {
      localStorage.setItem(SLOT, JSON.stringify({ at: Date.now(), fields }));
      return true;
    } catch {
      return false;
    }
  };
  const forget = () => {
    try {
      localStorage.removeItem(SLOT);
    } catch {
      /* a private window keeps nothing */
    }
  };
  const keep = async () => {
    if (!dirty || sending) return;
    dirty = false;
    sending = true;
    try {
      const answer = await fetch(form.dataset.rbDraft, { method: "POST", body: draft(), redirect: "error" });
      if (!answer.ok) throw new Error(String(answer.status));
      forget();
      const now = new Date();
      say(`Saisie gardée à ${now.getHours()} h ${String(now.getMinutes()).padStart(2, "0")}, pas encore enregistrée`);
    } catch {
      dirty = true;
      say(
        store()
          ? "Le site ne répond pas : la saisie est gardée dans ce navigateur, sur cet appareil, et sera proposée ici."
          : "La saisie n’a pas pu être gardée : laissez cette page ouverte.",
      );
    } finally {
      sending = false;
    }
  };
  const touched = () => {
    dirty = true;
  };
  form.addEventListener("input", touched);
  form.addEventListener("change", touched);
  form.addEventListener("focusout", keep);
  setInterval(keep, EVERY);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && dirty) navigator.sendBeacon(form.dataset.rbDraft, draft());
  });
  form.addEventListener("submit", () => {
    // kept.js forgets this copy once a page of the site has answered.
    if (store()) sessionStorage.setItem("rebond-envoi", SLOT);
    dirty = false;
  });
  window.addEventListener("online", keep);

  const offer = (found) => {
    const box = document.createElement("div");
    box.className = "fr-alert fr-alert--warning fr-alert--sm rb-block";
    box.setAttribute("role", "status");
    const text = document.createElement("p");
    const when = new Date(found.at).toLocaleString("fr-FR", { dateStyle: "long", timeStyle: "short" });
    text.textContent = `Une saisie du ${when} n’a pas atteint le site ; elle est gardée dans ce navigateur. La reprendre remplit les champs, rien n’est enregistré avant votre relecture.`;
    const actions = document.createElement("p");
    actions.className = "rb-actions";
    const button = (label, act) => {
      const one = document.createElement("button");
      one.type = "button";
      one.className = "fr-btn fr-btn--sm fr-btn--secondary";
      one.textContent = label;
      one.addEventListener("click", () => {
        act();
        box.remove();
        form.querySelector("input:not([type=hidden]), select, textarea").focus();
      });
      actions.append(one);
    };
    button("Reprendre cette saisie", () => fill(found.fields));
    button("L’oublier", forget);
    box.append(text, actions);
    form.before(box);
  };
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.ctrlKey) form.querySelector("[data-rb-save]").click();
  });

  // ---- Grids

  const controls = (row) => [...row.querySelectorAll("input:not([type=hidden]), select, textarea")];
  const rows = (grid) => [...grid.querySelectorAll("tbody tr")];

  const renumber = (row, number) => {
    row.querySelectorAll("[name]").forEach((control) => {
      control.name = control.name.replace(/\.\d+\./, `.${number}.`);
      control.id = control.name.replaceAll(".", "-");
      control.removeAttribute("aria-invalid");
      control.removeAttribute("aria-describedby");
    });
    row.querySelectorAll("label").forEach((label) => {
      label.htmlFor = controls(label.closest("td"))[0].id;
      const line = label.querySelector(".fr-sr-only");
      if (line) line.textContent = `, ligne ${number + 1}`;
    });
  };
  const add = (grid) => {
    const last = rows(grid).at(-1);
    const row = last.cloneNode(true);
    row.querySelectorAll("input[type=hidden], .fr-error-text").forEach((part) => part.remove());
    row.querySelectorAll(".rb-grid__wrong").forEach((cell) => cell.classList.remove("rb-grid__wrong"));
    controls(row).forEach((control) => {
      if (control.tagName === "SELECT") control.selectedIndex = 0;
      else control.value = "";
    });
    const name = last.querySelector("[name]").name;
    renumber(row, Number(name.split(".")[1]) + 1);
    last.after(row);
    return row;
  };
  const put = (control, text) => {
    if (control.tagName !== "SELECT") {
      control.value = text;
      return;
    }
    const plain = (word) => word.normalize("NFD").replace(/\p{M}/gu, "").trim().toLowerCase();
    const found = [...control.options].find((option) => [option.value, option.text].some((word) => plain(word) === plain(text)));
    // What the list does not have is shown as it is: the server says what is wrong with it.
    if (found) control.value = found.value;
    else if (text.trim()) control.add(new Option(text.trim(), text.trim(), true, true));
  };
  const euros = (text) => {
    const found = /^(\d[\d \u00a0\u202f]*(?:[.,]\d{1,2})?)\s*(k|m)?\s*(?:€|eur|euros)?(?:\s*ht)?$/i.exec(text.trim());
    if (!found || /^[1-9]\d{0,2}[.,]\d{3}$/.test(found[1])) return null;
    const multiple = { k: 1e3, m: 1e6 }[(found[2] || "").toLowerCase()] || 1;
    return Number(found[1].replace(/[ \u00a0\u202f]/g, "").replace(",", ".")) * multiple;
  };
  const total = (grid) => {
    const shown = document.querySelector("[data-rb-total]");
    if (!shown || grid.dataset.rbGrid !== "depenses") return;
    let sum = 0;
    let unread = 0;
    rows(grid).forEach((row) => {
      if (!controls(row).some((control) => control.value.trim())) return;
      const amount = euros(row.querySelector("[name$='.montant']").value);
      if (amount === null) unread += 1;
      else sum += amount;
    });
    shown.textContent = `${sum.toLocaleString("fr-FR", { maximumFractionDigits: 2 })} €`;
    document.querySelector("[data-rb-unread]").textContent = String(unread);
  };

  // Which page a form was opened on is the page's own: its position in the journal, its token.
  const OWN = ["depuis", "jeton", "csrfmiddlewaretoken"];
  const fill = (fields) => {
    const told = new Map();
    fields.filter(([name]) => !OWN.includes(name)).forEach(([name, value]) => told.set(name, [...(told.get(name) || []), value]));
    document.querySelectorAll("[data-rb-grid]").forEach((grid) => {
      const names = rows(grid)[0].querySelector("[name]").name.split(".");
      const numbers = [...told.keys()].map((name) => name.split(".")).filter((parts) => parts[0] === names[0] && parts.length === names.length);
      const most = Math.max(-1, ...numbers.map((parts) => Number(parts[1])));
      while (rows(grid).length <= most) add(grid);
    });
    told.forEach((values, name) => {
      form.querySelectorAll(`[name="${CSS.escape(name)}"]`).forEach((control, rank) => {
        if (control.type === "checkbox" || control.type === "radio") control.checked = values.includes(control.value);
        else put(control, values[rank] ?? "");
      });
    });
    form.querySelectorAll("input[type=checkbox]").forEach((box) => {
      if (!told.has(box.name)) box.checked = false;
    });
    touched();
    document.querySelectorAll("[data-rb-grid]").forEach(total);
  };
  const same = (fields) => {
    const held = JSON.stringify([...new FormData(form)].filter(([name, value]) => !OWN.includes(name) && typeof value === "string"));
    return held === JSON.stringify(fields.filter(([name]) => !OWN.includes(name)));
  };
  const left = stored();
  if (left && same(left.fields)) forget();
  else if (left) offer(left);

  document.querySelectorAll("[data-rb-grid]").forEach((grid) => {
    const button = form.querySelector(`[data-rb-add="${grid.dataset.rbGrid}"]`);
    if (button)
      button.addEventListener("click", (event) => {
        event.preventDefault();
        controls(add(grid))[0].focus();
      });
    grid.addEventListener("input", () => total(grid));
    grid.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      const isList = event.target.tagName === "SELECT";
      const down = event.key === "Enter" || (event.key === "ArrowDown" && !isList);
      const up = event.key === "ArrowUp" && !isList;
      if (!down && !up) return;
      event.preventDefault();
      const row = event.target.closest("tr");
      const place = controls(row).indexOf(event.target);
      const list = rows(grid);
      let next = list[list.indexOf(row) + (down ? 1 : -1)];
      if (!next && event.key === "Enter") next = add(grid);
      if (next) controls(next)[place].focus();
    });
    grid.addEventListener("paste", (event) => {
      const text = event.clipboardData.getData("text/plain").replace(/\r\n?/g, "\n").replace(/\n$/, "");
      if (!text.includes("\t") && !text.includes("\n")) return;
      event.preventDefault();
      const start = event.target.closest("tr");
      const place = controls(start).indexOf(event.target);
      let row = start;
      text.split("\n").forEach((line, number) => {
        if (number) {
          const list = rows(grid);
          row = list[list.indexOf(row) + 1] || add(grid);
        }
        line.split("\t").forEach((cell, offset) => {
          const control = controls(row)[place + offset];
          if (control) put(control, cell.trim());
        });
      });
      touched();
      total(grid);
      say("Bloc collé : relisez les cases, puis enregistrez.");
    });
  });
})();
