/** The form: a card for each block and each variable. What it does is done to the text, by the studio. */

import { editing } from "./composer-edits.js";
import { pieces } from "./composer-pieces.js";

/**
 * @param {object} about
 * @param {Record<string, string>} about.words
 * @param {(edits: any[]) => Promise<boolean>} about.edit does some things to the text, as one
 * @param {(from: number, to: number) => void} about.toSource shows lines in the source
 * @param {(from: number, to: number) => void} about.onCard hears which card has the keyboard
 * @param {(file: File) => Promise<string|null>} about.upload
 * @param {(text: string) => void} about.say
 */
export function form({ words, edit, toSource, onCard, upload, say }) {
  const place = document.getElementById("composer-form");
  const { flush, act, soon, isBusy } = editing({ place, edit, onWritten: (what) => remember(self, what) });
  /** Do something, or some things as one, at once, after what waits. @param {any} what @param {string} [focus] */
  const now = async (what, focus) => {
    await flush();
    if (focus) self.wanted = focus;
    return act(...[what].flat());
  };
  const self = {
    place,
    isBusy,
    tools: { words, soon, now, toSource, upload, say },
    shown: "",
    known: null,
    wanted: null, // where the keyboard goes once the cards are there
  };
  place.addEventListener("focusin", (event) => {
    const card = event.target.closest("[data-from]");
    if (card) onCard(Number(card.dataset.from), Number(card.dataset.to));
  });

  return {
    flush,

    /** Show what an answer says; while something is being written, what is written stays. @param {any} model */
    show: (model) => show(self, model),

    /** Know that the text says what the form shows already, or forget what it shows. */
    forget() {
      self.shown = "";
    },

    /** Show which cards have findings, and which one the cursor is in. @param {any[]} found */
    mark: (found) => mark(place, found),

    /** Bring the card of some lines into sight. @param {number} from */
    reveal: (from) => reveal(place, from),
  };
}

/** Know that the cards say already what was written in them: they are not drawn again under somebody's hands. */
function remember(self, { do: what, index, key, value }) {
  const model = structuredClone(self.known);
  if (what === "set") model.blocks[index].entry = value;
  else if (what === "head") model[key] = value || null;
  else model.variables.find(({ name }) => name === key).said = value;
  self.known = model;
  self.shown = written(model);
}

function show(self, model) {
  const { place, tools } = self;
  const text = written(model);
  if (text !== self.shown && !self.isBusy()) {
    const [isNew, at] = [self.wanted?.endsWith(".main"), self.wanted ?? document.activeElement?.dataset?.path];
    const caret = document.activeElement?.selectionStart;
    self.shown = text;
    self.known = model;
    place.replaceChildren(...pieces(tools, model));
    self.wanted = null;
    refocus(place, at, caret, isNew);
  }
  for (const [index, block] of (model.blocks ?? []).entries()) {
    const card = place.querySelector(`[data-index="${index}"]`);
    if (card) Object.assign(card.dataset, { from: block.from, to: block.to });
  }
}

function refocus(place, path, caret, isNew) {
  if (!path) return;
  let element = place.querySelector(`[data-path="${CSS.escape(path)}"]`);
  // A button that cannot be pressed any more hands the keyboard to the one beside it.
  if (element?.disabled) element = [...element.parentElement.querySelectorAll("button")].find((each) => !each.disabled);
  element?.focus();
  // What stands in a new block is only there to be written over.
  if (isNew) {
    element?.select?.();
  } else if (typeof caret === "number" && element?.setSelectionRange && element.type !== "date") {
    try {
      element.setSelectionRange(caret, caret);
    } catch {
      // Not every field has a caret.
    }
  }
}

function mark(place, found) {
  const errors = found.filter(({ severity }) => severity === "error");
  for (const card of place.querySelectorAll("[data-from]")) {
    const [from, to] = [Number(card.dataset.from), Number(card.dataset.to)];
    card.classList.toggle("is-wrong", errors.some(({ line }) => from <= line && line <= to));
  }
}

function reveal(place, from) {
  const cards = [...place.querySelectorAll("[data-from]")];
  const card = cards.find(({ dataset }) => Number(dataset.from) <= from && from <= Number(dataset.to));
  for (const each of cards) each.classList.toggle("at-cursor", each === card);
  card?.scrollIntoView({ block: "nearest" });
}

/** Write a model as a text to compare, in which neither lines nor the order of keys count. */
function written(model) {
  const plain = (value) => {
    if (Array.isArray(value)) return value.map(plain);
    if (value === null || typeof value !== "object") return value;
    const entries = Object.entries(value).filter(([key]) => key !== "from" && key !== "to");
    return Object.fromEntries(entries.sort(([one], [other]) => (one < other ? -1 : 1)).map(([key, each]) => [key, plain(each)]));
  };
  return JSON.stringify(plain(model));
}
