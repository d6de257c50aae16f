/** The form: a card for each block and each variable. What it does is done to the text, by the studio. */

import { button, h, labelled } from "./composer-dom.js";
import { blockFields, fresh } from "./composer-blocks.js";
import { variableCard } from "./composer-cards.js";

const KINDS = ["text", "image", "link", "faq", "button", "buttons"];
const WAIT = 120; // milliseconds without a key, after which what was written goes into the text

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
  let shown = "";
  let known = null;
  /** What was written and is not in the text yet, by what it belongs to. @type {Map<string, () => any>} */
  const waiting = new Map();
  let timer = 0;
  let wanted = null; // where the keyboard goes once the cards are there
  let working = 0;
  let last = Promise.resolve();

  const flush = async () => {
    clearTimeout(timer);
    const edits = [...waiting.values()].map((make) => make());
    waiting.clear();
    for (const what of edits) if (await act(what)) remember(what);
    await last;
  };

  /** Know that the cards say already what was written in them: they are not drawn again under somebody's hands. */
  function remember({ do: what, index, key, value }) {
    const model = structuredClone(known);
    if (what === "set") model.blocks[index].entry = value;
    else if (what === "head") model[key] = value || null;
    else model.variables.find(({ name }) => name === key).said = value;
    known = model;
    shown = written(model);
  }

  /** Do something once all that was begun before is in the text: each edit starts from what the last one made. */
  function act(...edits) {
    working += 1;
    const done = last.then(() => edit(edits)).finally(() => {
      working -= 1;
    });
    last = done.catch(() => {});
    return done;
  }

  /** Put something into the text when nobody has written for a moment. @param {string} key @param {() => any} make */
  function soon(key, make) {
    waiting.set(key, make);
    clearTimeout(timer);
    if (!isComposing) timer = setTimeout(flush, WAIT);
  }

  /** Do something, or some things as one, at once, after what waits. @param {any} what @param {string} [focus] */
  async function now(what, focus) {
    await flush();
    if (focus) wanted = focus;
    return act(...[what].flat());
  }

  // While a Chinese word is being put together from its sounds, the field is left alone.
  let isComposing = false;
  place.addEventListener("compositionstart", () => {
    isComposing = true;
    clearTimeout(timer);
  });
  place.addEventListener("compositionend", () => {
    isComposing = false;
    if (waiting.size) timer = setTimeout(flush, WAIT);
  });
  place.addEventListener("focusout", () => waiting.size && flush());
  place.addEventListener("focusin", (event) => {
    const card = event.target.closest("[data-from]");
    if (card) onCard(Number(card.dataset.from), Number(card.dataset.to));
  });

  const tools = { words, soon, now, upload };

  function draw(model) {
    if (model.kind === "broken") return [h("p.none", {}, words.broken_form)];
    if (model.kind === "whole") {
      const go = button(words.in_source, () => toSource(1, 1), {}, "button.act");
      return [h("div.none", {}, h("p", {}, words.only_source), go)];
    }
    const about = h("input", { value: model.description ?? "", "data-path": "description", autocomplete: "off" });
    about.addEventListener("input", () => soon("description", () => ({ do: "head", key: "description", value: about.value })));
    return [
      labelled(words.description, about),
      h("h3", {}, words.blocks),
      model.blocks.length ? h("ol", {}, ...model.blocks.map((each, index) => card(model, each, index))) : h("p.c-hint", {}, words.no_blocks),
      h("div.c-adds", { role: "group", "aria-label": words.add }, h("span.c-hint", {}, words.add), ...KINDS.map((kind) => adder(model, kind))),
      senders(model),
      h("h3", {}, words.variables),
      h("ol", {}, ...model.variables.map((each, index) => variableCard(tools, each, index, toSource))),
      h("div.c-adds", {}, button(words.add_variable, () => addVariable(model), {}, "button.chip")),
    ];
  }

  function adder(model, kind) {
    return button(words[`b_${kind}`], () => addBlock(model, kind), { "data-add": kind }, "button.chip");
  }

  async function addBlock(model, kind) {
    const index = model.blocks.length;
    const name = kind === "image" ? fresh(words.new_picture, model) : "";
    const asked = name ? [{ do: "variable", key: name, value: { type: "media" } }] : [];
    await now([...asked, { do: "add", index, value: beginning(kind, words, name) }], kind === "image" ? `${index}.file` : `${index}.main`);
  }

  async function addVariable(model) {
    const name = fresh(words.new_variable, model);
    await now({ do: "variable", key: name, value: { description: "" } }, `v${model.variables.length}.name`);
  }

  function card(model, block, index) {
    const what = `${titleOf(block)} ${index + 1}`;
    const last = model.blocks.length - 1;
    const act = (name, sign, edits, focus, isOff) =>
      button(sign, () => now(edits, focus).then((done) => done && name === "delete" && say(words.deleted)), {
        "aria-label": `${words[name]} · ${what}`,
        title: words[name],
        "data-path": `${index}.${name}`,
        disabled: isOff,
      });
    return h(
      "li.c-piece",
      { "data-from": block.from, "data-to": block.to, "data-index": index },
      h(
        "header",
        {},
        h("h4", {}, titleOf(block)),
        act("up", "↑", { do: "move", index, to: index - 1 }, `${index - 1}.up`, index === 0),
        act("down", "↓", { do: "move", index, to: index + 1 }, `${index + 1}.down`, index === last),
        act("duplicate", words.duplicate, { do: "copy", index }, `${index + 1}.duplicate`),
        act("delete", words.delete, { do: "delete", index }, `${Math.min(index, last - 1)}.delete`),
      ),
      ...(block.kind === "source" ? asSource(block) : [blockFields(tools, model, block, index)]),
    );
  }

  function titleOf({ kind, main }) {
    return kind === "source" && main ? `${words[`b_${main}`] ?? main} · ${words.b_source}` : words[`b_${kind}`];
  }

  function asSource(block) {
    const go = button(words.in_source, () => toSource(block.from, block.to), {}, "button.act");
    return [h("pre", {}, block.text), go];
  }

  function senders(model) {
    const values = ["", "manual", "machine"];
    const name = typeof model.sent_by === "string" ? model.sent_by.toLowerCase() : "";
    const chips = values.map((value) =>
      button(
        words[`by_${value || "none"}`],
        () => now({ do: "head", key: "sent_by", value: value || null }, `sender${value}`),
        { "aria-pressed": String(value === name), "data-path": `sender${value}` },
        "button.chip",
      ),
    );
    return h("div.c-adds", { role: "group", "aria-label": words.sent_by }, h("span.c-hint", {}, words.sent_by), ...chips);
  }

  return {
    flush,

    /** Show what an answer says; while something is being written, what is written stays. @param {any} model */
    show(model) {
      const text = written(model);
      if (text !== shown && !waiting.size && !working && !isComposing) {
        const [isNew, at] = [wanted?.endsWith(".main"), wanted ?? document.activeElement?.dataset?.path];
        const caret = document.activeElement?.selectionStart;
        shown = text;
        known = model;
        place.replaceChildren(...draw(model));
        refocus(at, caret, isNew);
      }
      for (const [index, block] of (model.blocks ?? []).entries()) {
        const card = place.querySelector(`[data-index="${index}"]`);
        if (card) Object.assign(card.dataset, { from: block.from, to: block.to });
      }
    },

    /** Know that the text says what the form shows already, or forget what it shows. */
    forget() {
      shown = "";
    },

    /** Show which cards have findings, and which one the cursor is in. @param {any[]} found */
    mark(found) {
      const errors = found.filter(({ severity }) => severity === "error");
      for (const card of place.querySelectorAll("[data-from]")) {
        const [from, to] = [Number(card.dataset.from), Number(card.dataset.to)];
        card.classList.toggle("is-wrong", errors.some(({ line }) => from <= line && line <= to));
      }
    },

    /** Bring the card of some lines into sight. @param {number} from */
    reveal(from) {
      const cards = [...place.querySelectorAll("[data-from]")];
      const card = cards.find(({ dataset }) => Number(dataset.from) <= from && from <= Number(dataset.to));
      for (const each of cards) each.classList.toggle("at-cursor", each === card);
      card?.scrollIntoView({ block: "nearest" });
    },
  };

  function refocus(path, caret, isNew) {
    wanted = null;
    if (!path) return;
    let element = place.querySelector(`[data-path="${CSS.escape(path)}"]`);
    // A button that cannot be pressed any more hands the keyboard to the one beside it.
    if (element?.disabled) element = [...element.parentElement.querySelectorAll("button")].find((each) => !each.disabled);
    element?.focus();
    // What stands in a new block is only there to be written over.
    if (isNew) return element?.select?.();
    if (typeof caret === "number" && element?.setSelectionRange && element.type !== "date") {
      try {
        element.setSelectionRange(caret, caret);
      } catch {
        // Not every field has a caret.
      }
    }
  }
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

/** What a new block holds. */
function beginning(kind, words, name) {
  return {
    text: { text: words.new_text },
    image: { image: `\${${name}}` },
    link: { link: words.new_link, url: "https://" },
    faq: { faq: [words.new_question] },
    button: { button: words.new_button },
    buttons: { buttons: [words.new_first, words.new_second], layout: "horizontal" },
  }[kind];
}

