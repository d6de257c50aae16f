/** The dialogs: begin anew, open a template, save, and what to do where work would be lost. */

import { closable, h, open } from "./composer-dom.js";

/**
 * @param {object} about
 * @param {any} about.studio @param {Record<string, string>} about.words
 * @param {(start: string) => void} about.begin @param {(name: string) => void} about.openTemplate
 * @param {(name: string, over: string|null) => Promise<any>} about.save
 */
export function dialogs({ studio, words, begin, openTemplate, save }) {
  closable();
  const fresh = document.getElementById("composer-new");
  for (const each of fresh.querySelectorAll("[data-start]")) {
    each.addEventListener("click", () => {
      fresh.close();
      begin(each.dataset.start);
    });
  }
  return {
    begin: () => open("composer-new"),
    open: opening({ studio, words, openTemplate }),
    save: saving(save),
    changed,
    lose,
  };
}

/** Choose a template of the folder. */
function opening({ studio, words, openTemplate }) {
  const dialog = document.getElementById("composer-open");
  const search = dialog.querySelector("input");
  const list = dialog.querySelector(".listed");
  const none = dialog.querySelector(".none");

  async function look() {
    const sought = search.value;
    const answer = await studio.ask(`/compose/templates?${new URLSearchParams({ q: sought })}`);
    if (!answer || sought !== search.value) return;
    const { templates, folder } = await answer.json();
    none.hidden = templates.length > 0;
    none.textContent = folder === null ? words.no_folder : sought ? words.none_found : words.none_there;
    list.replaceChildren(
      ...templates.map(({ name, about }) => {
        const pick = () => {
          dialog.close();
          openTemplate(name);
        };
        return h("li", {}, h("button", { type: "button", onclick: pick, "data-name": name }, h("b", {}, name), about && h("span", {}, about)));
      }),
    );
  }
  search.addEventListener("input", look);
  search.addEventListener("keydown", (event) => {
    const buttons = list.querySelectorAll("button");
    if (event.key === "Enter" && buttons.length) buttons[0].click();
    if (event.key === "ArrowDown" && buttons.length) {
      event.preventDefault();
      buttons[0].focus();
    }
  });
  list.addEventListener("keydown", (event) => {
    const buttons = [...list.querySelectorAll("button")];
    const at = buttons.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    (buttons[to] ?? (to < 0 ? search : buttons[at])).focus();
  });
  return () => {
    search.value = "";
    open("composer-open");
    look();
  };
}

/** Ask for a name, and save under it. */
function saving(save) {
  const dialog = document.getElementById("composer-save");
  const name = dialog.querySelector("[name=name]");
  const wrong = dialog.querySelector(".wrong");
  dialog.querySelector("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const refusal = await save(name.value.trim());
    if (refusal === null) return dialog.close();
    wrong.textContent = refusal;
    wrong.hidden = false;
    name.setAttribute("aria-invalid", "true");
    name.focus();
  });
  return (proposed) => {
    name.value = proposed;
    name.removeAttribute("aria-invalid");
    wrong.hidden = true;
    open("composer-save");
    name.select();
  };
}

/**
 * Show that a file has changed, and ask what to do.
 * @param {string} told @param {string} text what it holds now @returns {Promise<"over"|"disk"|"other"|null>}
 */
function changed(told, text) {
  const dialog = open("composer-changed");
  dialog.querySelector(".said-so").textContent = told;
  dialog.querySelector(".there").textContent = text;
  return chosen(dialog);
}

/** Ask whether work may be lost. @returns {Promise<boolean>} */
const lose = async () => (await chosen(open("composer-lose"))) === "go";

/** @returns {Promise<string|null>} which button of a dialog was pressed */
function chosen(dialog) {
  return new Promise((resolve) => {
    const stop = new AbortController();
    const end = (value) => {
      stop.abort();
      dialog.close();
      resolve(value);
    };
    for (const each of dialog.querySelectorAll("[data-then]")) {
      each.addEventListener("click", () => end(each.dataset.then), { signal: stop.signal });
    }
    dialog.addEventListener("close", () => end(null), { signal: stop.signal });
  });
}
