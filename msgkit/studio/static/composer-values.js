/** The variables of a message as a form: a control for each, by its type. */

import { button, chooser, fresh, h, said, select } from "./composer-dom.js";

/**
 * @param {{words: Record<string, string>, onValue: (name: string, text: string|null) => void, upload: (file: File) => Promise<string|null>}} about
 */
export function variables({ words, onValue, upload }) {
  const place = document.getElementById("composer-slots");
  const problems = document.getElementById("composer-problems");
  /** @type {Map<string, {set: (slot: any) => void}>} */
  let fields = new Map();
  let shape = "";

  return {
    /** Show what an answer says of the variables; a field in which somebody writes keeps what is written. */
    show({ slots, problems: wrong }) {
      if (slots === null) return;
      problems.replaceChildren(...wrong.map((text) => h("li", {}, text)));
      const now = JSON.stringify(slots.map(({ text, error, is_own, ...rest }) => rest));
      if (now !== shape) {
        shape = now;
        fields = new Map();
        place.replaceChildren(...slots.map((slot) => make(slot)));
        if (!slots.length) place.append(h("p.c-hint", {}, words.no_variables));
      }
      for (const slot of slots) fields.get(slot.name).set(slot);
    },
  };

  function make(slot) {
    const [id, about, wrong] = [fresh(), fresh(), fresh()];
    const control = controlOf(slot, words, (text) => onValue(slot.name, text === slot.example ? null : text));
    for (const [key, value] of Object.entries({ id, "aria-describedby": `${about} ${wrong}`, "data-variable": slot.name })) {
      control.element.setAttribute(key, value);
    }
    const error = h("span.c-wrong", { id: wrong });
    const back = button(words.back_to_example, () => onValue(slot.name, null));
    const extras = slot.type === "media" ? [chooser(words.choose_picture, take)] : unitOf(slot, words);
    async function take(file) {
      const media = await upload(file);
      if (media !== null) onValue(slot.name, media);
    }
    fields.set(slot.name, {
      set({ text, error: flaw, is_own }) {
        if (document.activeElement !== control.element || !is_own) control.set(text);
        error.textContent = flaw ?? "";
        control.element.toggleAttribute("aria-invalid", false);
        if (flaw) control.element.setAttribute("aria-invalid", "true");
        back.hidden = !is_own || !slot.example;
      },
    });
    return h(
      "div.field",
      {},
      h("label", { for: id }, h("b", {}, slot.name), " ", h("span", {}, hintOf(slot, words))),
      h("div.c-with", {}, control.element, ...extras),
      h("span.c-hint", { id: about }, slot.description ?? ""),
      error,
      back,
    );
  }
}

function hintOf(slot, words) {
  const limit = slot.at_most && slot.type !== "money" ? said(words.at_most, { most: slot.at_most }) : "";
  const parts = [slot.type === "list" && words.one_a_line, limit, !slot.required && words.optional];
  return parts.filter(Boolean).join(" · ");
}

function unitOf(slot, words) {
  return slot.type === "money" ? [h("span", {}, words[slot.unit])] : [];
}

/** @returns {{element: HTMLElement, set: (text: string) => void}} */
function controlOf(slot, words, onText) {
  if (slot.type === "bool") {
    const options = [["true", words.true], ["false", words.false]];
    const element = select(slot.required ? options : [["", words.unset], ...options], slot.text, onText);
    return plainly(element);
  }
  if (slot.type === "datetime") {
    // What the field shows is Beijing's time, as the customer reads it.
    const element = h("input", { type: "datetime-local", oninput: () => onText(element.value && `${element.value.slice(0, 16)}:00+08:00`) });
    return { element, set: (text) => setOnce(element, text.slice(0, 16)) };
  }
  if (slot.type === "list" || slot.text.includes("\n")) {
    return plainly(h("textarea", { rows: "3", oninput: (event) => onText(event.target.value) }));
  }
  const more = { money: { inputmode: "decimal" }, int: { inputmode: "numeric" }, url: { inputmode: "url" } }[slot.type] ?? {};
  const type = slot.type === "date" ? "date" : "text";
  return plainly(h("input", { type, ...more, autocomplete: "off", oninput: (event) => onText(event.target.value) }));
}

const plainly = (element) => ({ element, set: (text) => setOnce(element, text) });

function setOnce(element, text) {
  if (element.value !== text) element.value = text;
}
