/** What the form is made of: the message's own fields, a card for each block, and what adds another one. */

import { blockFields, fresh } from "./composer-blocks.js";
import { variableCard } from "./composer-cards.js";
import { button, h, labelled } from "./composer-dom.js";

const KINDS = ["text", "image", "link", "faq", "button", "buttons"];

/**
 * What fields and cards need.
 * @typedef {object} Tools
 * @property {Record<string, string>} words
 * @property {(key: string, make: () => any) => void} soon puts something into the text when nobody has written for a moment
 * @property {(what: any, focus?: string) => Promise<boolean>} now does something, or some things as one, at once
 * @property {(from: number, to: number) => void} toSource shows lines in the source
 * @property {(file: File) => Promise<string|null>} upload
 * @property {(text: string) => void} say
 */

/** Draw a message. @param {Tools} tools @param {any} model @returns {Node[]} */
export function pieces(tools, model) {
  const { words, toSource } = tools;
  if (model.kind === "broken") return [h("p.none", {}, words.broken_form)];
  if (model.kind === "whole") {
    const go = button(words.in_source, () => toSource(1, 1), {}, "button.act");
    return [h("div.none", {}, h("p", {}, words.only_source), go)];
  }
  const { blocks, variables } = model;
  return [
    description(tools, model),
    h("h3", {}, words.blocks),
    blocks.length ? h("ol", {}, ...blocks.map((each, index) => card(tools, model, each, index))) : h("p.c-hint", {}, words.no_blocks),
    adders(tools, model),
    senders(tools, model),
    h("h3", {}, words.variables),
    h("ol", {}, ...variables.map((each, index) => variableCard(tools, each, index, toSource))),
    h("div.c-adds", {}, button(words.add_variable, () => addVariable(tools, model), {}, "button.chip")),
  ];
}

function description({ words, soon }, model) {
  const about = h("input", { value: model.description ?? "", "data-path": "description", autocomplete: "off" });
  about.addEventListener("input", () => soon("description", () => ({ do: "head", key: "description", value: about.value })));
  return labelled(words.description, about);
}

function adders(tools, model) {
  const { words } = tools;
  const adder = (kind) => button(words[`b_${kind}`], () => addBlock(tools, model, kind), { "data-add": kind }, "button.chip");
  return h("div.c-adds", { role: "group", "aria-label": words.add }, h("span.c-hint", {}, words.add), ...KINDS.map(adder));
}

async function addBlock({ words, now }, model, kind) {
  const index = model.blocks.length;
  const name = kind === "image" ? fresh(words.new_picture, model) : "";
  const asked = name ? [{ do: "variable", key: name, value: { type: "media" } }] : [];
  await now([...asked, { do: "add", index, value: beginning(kind, words, name) }], kind === "image" ? `${index}.file` : `${index}.main`);
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

async function addVariable({ words, now }, model) {
  const name = fresh(words.new_variable, model);
  await now({ do: "variable", key: name, value: { description: "" } }, `v${model.variables.length}.name`);
}

function card(tools, model, block, index) {
  const title = titleOf(tools, block);
  return h(
    "li.c-piece",
    { "data-from": block.from, "data-to": block.to, "data-index": index },
    h("header", {}, h("h4", {}, title), ...acts(tools, model, `${title} ${index + 1}`, index)),
    ...(block.kind === "source" ? asSource(tools, block) : [blockFields(tools, model, block, index)]),
  );
}

/** The buttons of a block's card. */
function acts({ words, now, say }, model, what, index) {
  const last = model.blocks.length - 1;
  const act = (name, sign, edits, focus, isOff) =>
    button(sign, () => now(edits, focus).then((done) => done && name === "delete" && say(words.deleted)), {
      "aria-label": `${words[name]} · ${what}`,
      title: words[name],
      "data-path": `${index}.${name}`,
      disabled: isOff,
    });
  return [
    act("up", "↑", { do: "move", index, to: index - 1 }, `${index - 1}.up`, index === 0),
    act("down", "↓", { do: "move", index, to: index + 1 }, `${index + 1}.down`, index === last),
    act("duplicate", words.duplicate, { do: "copy", index }, `${index + 1}.duplicate`),
    act("delete", words.delete, { do: "delete", index }, `${Math.min(index, last - 1)}.delete`),
  ];
}

function titleOf({ words }, { kind, main }) {
  return kind === "source" && main ? `${words[`b_${main}`] ?? main} · ${words.b_source}` : words[`b_${kind}`];
}

function asSource({ words, toSource }, block) {
  const go = button(words.in_source, () => toSource(block.from, block.to), {}, "button.act");
  return [h("pre", {}, block.text), go];
}

function senders({ words, now }, model) {
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
