/** The composer: a message is written on the left, as text or as a form, and seen on the right. */

import { dialogs } from "./composer-dialogs.js";
import { button, press, said } from "./composer-dom.js";
import { drafts, packed, unpacked } from "./composer-drafts.js";
import { form as makeForm } from "./composer-form.js";
import { findings as makeFindings, preview as makePreview } from "./composer-preview.js";
import { variables as makeVariables } from "./composer-values.js";

const WAIT = 250; // milliseconds without a change, after which it is kept in the browser

let studio;
let words;
let root;
let composer = null;

/** @param {import("./studio.js").studio} given */
export function start(given) {
  studio = given;
  root = document.querySelector("#composer .composing");
  words = JSON.parse(root.dataset.words);
}

/** Show what is asked for: a template, or a message in a link. @param {Record<string, string>} asked */
export async function arrive(asked) {
  composer ??= compose();
  const self = await composer;
  if (asked.share !== undefined) await self.openLink(asked.share);
  else if (asked.name !== undefined) await self.openTemplate(asked.name);
  else await self.resume();
}

/** Post a form, and return what is answered; `refused` says why there is no answer. */
async function post(path, fields, signal) {
  const isFile = Object.values(fields).some((value) => value instanceof Blob);
  const body = isFile ? new FormData() : new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  try {
    const answer = await fetch(studio.base + path, { method: "POST", body, signal });
    return await answer.json();
  } catch {
    return { refused: document.body.dataset.away };
  }
}

/** JSON begins with a brace, and nothing that people write as YAML does. */
function languageOf(text, language) {
  const begun = text.trimStart();
  if (language === "json") return !begun || /^[{[]/.test(begun) ? "json" : "yaml";
  return /^\{\s*["}]/.test(begun) ? "json" : "yaml";
}

/**
 * Take away what is selected before something is written over it. A browser that does both in one keeps the colours of
 * what was there in `style` attributes, which the page forbids. @param {HTMLElement} content the editor's
 */
function clearFirst(content) {
  const clear = () => {
    if (document.getSelection().isCollapsed) return;
    content.dispatchEvent(new KeyboardEvent("keydown", { key: "Delete", keyCode: 46, bubbles: true, cancelable: true }));
  };
  content.addEventListener("beforeinput", (event) => event.inputType === "insertText" && clear(), { capture: true });
  content.addEventListener("compositionstart", clear, { capture: true });
}

async function compose() {
  const { createEditor } = await import("./editor.js");
  const kept = drafts(studio);
  const $ = (id) => document.getElementById(`composer-${id}`);
  /** @type {import("./composer-drafts.js").Work} */
  let work = { key: "", name: "", path: "", stamp: "", base: "", text: "", language: "yaml", values: {} };
  let view = "source";
  let variant = "";
  let isKept = true;
  let last = { findings: [] };
  let marked = null;

  const editor = createEditor({
    parent: $("editor"),
    doc: "",
    language: "yaml",
    labels: JSON.parse(root.dataset.labels),
    nonce: studio.nonce,
    onChange: changed,
    onCursor: moved,
    complete,
  });
  clearFirst($("editor").querySelector(".cm-content"));
  const preview = makePreview({
    words,
    onSpan: ({ from, to }) => toLines(from, to),
    onLook: refresh,
    onVariant: (value) => {
      variant = value;
      refresh();
    },
  });
  const showFindings = makeFindings(words, ({ line }) => toLines(line, line));
  const slots = makeVariables({ words, onValue: setValue, upload });
  const form = makeForm({
    words,
    edit,
    toSource: async (from, to) => {
      await setView("source");
      toLines(from, to);
    },
    onCard: (from) => preview.at(from),
    upload,
    say: studio.say,
  });
  const ask = dialogs({ studio, words, begin, openTemplate: (name) => studio.show("composer", { name }), save: saveAs });

  // The text

  function changed(text) {
    work.text = text;
    const language = languageOf(text, work.language);
    if (language !== work.language) {
      work.language = language;
      queueMicrotask(() => editor.setLanguage(language));
    }
    soonKeep();
    refresh();
    tell();
  }

  function moved(line) {
    preview.at(line);
    if (marked && (line < marked[0] || line > marked[1])) {
      marked = null;
      setTimeout(() => editor.markLines(null));
    }
  }

  /** Show lines: in the source, or the card that is made of them. */
  function toLines(from, to) {
    if (view === "form") {
      form.reveal(from);
      preview.at(from);
      return;
    }
    marked = [from, to];
    editor.selectLines(from, to);
    editor.focus();
    preview.at(from);
  }

  function setValue(name, text) {
    if (text === null) delete work.values[name];
    else work.values[name] = text;
    soonKeep();
    refresh();
  }

  const fields = () => ({
    text: work.text,
    language: work.language,
    name: work.name,
    values: JSON.stringify(work.values),
    variant,
  });

  // What it looks like: one question at a time, and always the newest; so an answer is never older than a keystroke.

  let isAsking = false;
  let isWanted = false;
  async function refresh() {
    isWanted = true;
    if (isAsking) return;
    isAsking = true;
    while (isWanted) {
      isWanted = false;
      const about = view === "form" ? { form: "1" } : {};
      const [key, text] = [work.key, work.text];
      const answer = await post("/compose", { ...fields(), state: preview.state, ...about });
      if (answer.refused) refusedToShow(answer.refused);
      else if (key === work.key && (text === work.text || !isWanted)) show(answer, about);
    }
    isAsking = false;
  }

  function refusedToShow(text) {
    if (variant) {
      variant = "";
      isWanted = true;
    } else studio.say(text, "bad");
  }

  function show(answer, about) {
    last = answer;
    preview.show(answer, variant);
    slots.show({ slots: answer.slots, problems: answer.problems ?? [] });
    showFindings(answer.findings);
    editor.setFindings(answer.findings);
    if (about.form && view === "form") {
      form.show(answer.form);
      form.mark(answer.findings);
    }
  }

  async function complete({ text, line, before, offset, explicit }) {
    if (!explicit && !/([\w-]|\$\{?[^\s{}$]*|: |- |[{,] )$/.test(before)) return null;
    const answer = await post("/compose/complete", { text, language: work.language, name: work.name, line: String(line), before });
    if (!answer || answer.refused || !answer.options.length) return null;
    return { from: offset - answer.word.length, options: answer.options };
  }

  // The form and the languages

  async function edit(what) {
    const answer = await post("/compose/edit", { text: editor.text, language: work.language, edit: JSON.stringify(what) });
    if (answer.refused) {
      studio.say(answer.refused, "bad");
      form.forget();
      refresh();
      return false;
    }
    editor.setText(answer.text);
    return true;
  }

  async function setView(wanted) {
    await form.flush();
    view = wanted === "form" ? "form" : "source";
    $("form").hidden = view !== "form";
    $("editor").hidden = view === "form";
    if (wanted === "yaml" || wanted === "json") await setLanguage(wanted);
    if (view === "form") form.forget();
    tell();
    refresh();
  }

  async function setLanguage(language) {
    if (language === work.language) return;
    if (!work.text.trim()) {
      work.language = language;
      editor.setLanguage(language);
      return;
    }
    const answer = await post("/compose/convert", { text: work.text, language: work.language, name: work.name });
    if (answer.refused) return studio.say(answer.refused, "bad");
    editor.setText(answer.text);
  }

  async function undo(again) {
    await form.flush();
    if (again) editor.redo();
    else editor.undo();
  }

  async function upload(file) {
    const answer = await post("/compose/picture", { picture: file });
    if (!answer.refused) return answer.media_id;
    studio.say(answer.refused, "bad");
    return null;
  }

  // What is kept

  let timer = 0;
  function soonKeep() {
    clearTimeout(timer);
    timer = setTimeout(keep, WAIT);
  }

  function keep() {
    clearTimeout(timer);
    if (!work.key) return;
    const before = isKept;
    isKept = kept.keep(work);
    if (before !== isKept) tell();
  }

  const isDirty = () => work.text !== work.base;

  /** Say in the bar what this is, and whether it is saved. */
  function tell() {
    $("name").textContent = work.path || (work.key === "shared" ? words.shared : words.draft);
    const state = isDirty() || !work.name ? (isKept ? words.kept : words.unkept) : words.saved;
    $("kept").textContent = ` · ${state}`;
    root.querySelector("[data-do=save]").textContent = work.name ? words.save : words.save_as;
    root.querySelector("[data-do=undo]").disabled = !editor.canUndo;
    press(root.querySelectorAll("[data-view]"), ({ dataset }) => dataset.view === (view === "form" ? "form" : work.language));
  }

  /** Say something above the source. @param {string} [text] @param {[string, () => void][]} [acts] */
  function note(text, acts = [], isWarning = false) {
    const line = $("note");
    line.hidden = !text;
    line.classList.toggle("warn", isWarning);
    line.replaceChildren(text ?? "", ...acts.map(([name, act]) => button(name, act)));
  }

  async function mayLeave() {
    await form.flush();
    keep();
    return isKept || !isDirty() || (await ask.lose());
  }

  /** Take up another work. @param {import("./composer-drafts.js").Work} other */
  function take(other) {
    work = { ...other };
    variant = "";
    marked = null;
    const text = other.text;
    preview.clear();
    form.forget();
    note();
    editor.setLanguage(other.language);
    editor.setText(text, { keepHistory: false });
    work = { ...other };
    keep();
    tell();
    refresh();
  }

  const discarding = (base) => [
    words.discard,
    () => {
      work.values = {};
      editor.setText(base);
      note();
      studio.say(words.discarded);
    },
  ];

  /** Go on with what was written last. */
  async function resume() {
    if (work.key) return;
    const key = kept.current();
    if (key.startsWith("name:") && (await openTemplate(key.slice(5), true))) return;
    if (key === "shared" && kept.kept("shared")) return takeShared(kept.kept("shared"));
    await toDraft();
  }

  async function toDraft() {
    const found = kept.kept("draft");
    const begun = found ?? (await started("first"));
    const text = found?.text ?? begun.text;
    const base = found ? found.base : text;
    take({ key: "draft", name: "", path: "", stamp: "", base, text, language: begun.language, values: found?.values ?? {} });
    if (found && text !== base) note(words.restored, [discarding(base)]);
  }

  async function started(start) {
    const answer = await studio.ask(`/compose/start?${new URLSearchParams({ start })}`);
    return answer ? await answer.json() : { text: "", language: "yaml" };
  }

  /** Begin anew: an unsaved draft that was there is kept as the thing to undo to. @param {string} start */
  async function begin(start) {
    if (!(await mayLeave())) return;
    const { text, language } = await started(start);
    const before = kept.kept("draft");
    take({ key: "draft", name: "", path: "", stamp: "", base: text, text, language, values: {} });
    if (before && before.text !== before.base && before.text !== text) {
      note(words.new_kept, [[words.back_to_draft, () => take({ ...work, ...before })]]);
    }
    studio.show("composer");
    editor.focus();
  }

  /** @param {string} name @param {boolean} [isQuiet] @returns {Promise<boolean>} */
  async function openTemplate(name, isQuiet = false) {
    if (work.name === name) return true;
    if (!isQuiet && !(await mayLeave())) return false;
    const answer = await studio.ask(`/compose/source?${new URLSearchParams({ name })}`);
    if (!answer) {
      if (!work.key && !isQuiet) await toDraft();
      return false;
    }
    const { text, stamp, path, language, name: own } = await answer.json();
    const found = kept.kept(`name:${own}`);
    const opened = { key: `name:${own}`, name: own, path, stamp, base: text, text, language, values: found?.values ?? {} };
    const hasOther = found && found.text !== text;
    take(hasOther ? { ...opened, text: found.text, language: found.language, stamp: found.stamp || stamp } : opened);
    if (hasOther) note(words.restored, [discarding(text)]);
    return true;
  }

  /** A message from a link becomes a work of its own; the draft that is here stays where it is. @param {string} link */
  async function openLink(link) {
    const found = unpacked(link);
    // Nothing of it stays in the address: what is changed now would come back with the next reload.
    history.replaceState(null, "", "#composer");
    if (!found) {
      studio.say(words.bad_link, "bad");
      return resume();
    }
    if (work.key && !(await mayLeave())) return undefined;
    return takeShared(found);
  }

  function takeShared(found) {
    take({ key: "shared", name: "", path: "", stamp: "", ...found, base: "" });
    note(words.shared_here, [[words.back_to_draft, toDraft]]);
  }

  // Saving and handing on

  async function save() {
    await form.flush();
    if (!work.name) return ask.save("");
    const refusal = await saveOver(work.name, work.stamp);
    if (refusal) studio.say(refusal, "bad");
  }

  function saveAs(name) {
    return saveOver(name, name === work.name ? work.stamp : "");
  }

  /** @returns {Promise<string|null>} why it was not saved */
  async function saveOver(name, over) {
    const text = work.text;
    const answer = await post("/compose/save", { text, language: work.language, name, over });
    if (answer.refused) return answer.refused;
    if (answer.changed) {
      if (answer.is_new) return answer.changed;
      await settle(name, answer);
      return null;
    }
    if (work.key !== `name:${answer.name}`) kept.forget(work.key);
    const key = `name:${answer.name}`;
    work = { ...work, key, name: answer.name, path: answer.path, stamp: answer.stamp, base: text };
    keep();
    note();
    tell();
    history.replaceState(null, "", `#composer?${new URLSearchParams({ name: answer.name })}`);
    studio.say(said(answer.errors ? words.saved_with : words.saved_as, { path: answer.path, n: answer.errors }));
    return null;
  }

  /** Somebody else has changed the file: nothing is overwritten unasked. */
  async function settle(name, { changed: told, text, stamp }) {
    const choice = await ask.changed(told, text);
    if (choice === "over") {
      const refusal = await saveOver(name, stamp);
      if (refusal) studio.say(refusal, "bad");
    } else if (choice === "disk") takeDisk(text, stamp);
    else if (choice === "other") ask.save(`${name}-2`);
  }

  function takeDisk(text, stamp) {
    work = { ...work, base: text, stamp };
    editor.setText(text);
    keep();
    note();
    tell();
  }

  /** The folder has changed: so may have what is open, or what it includes. */
  async function hear({ detail }) {
    if (work.name && (!detail.names || detail.names.includes(work.name))) {
      const { key } = work;
      const answer = await fetch(`${studio.base}/compose/source?${new URLSearchParams({ name: work.name })}`);
      const { text, stamp } = await answer.json();
      if (text !== undefined && key === work.key && stamp !== work.stamp && text !== work.base) {
        if (isDirty()) note(words.changed_on_disk, [[words.take_disk, () => takeDisk(text, stamp)]], true);
        else takeDisk(text, stamp);
      }
    }
    if (!document.getElementById("composer").hidden) refresh();
  }

  async function copyAs(to) {
    await form.flush();
    const answer = await post("/compose/as", { ...fields(), to });
    if (answer.refused) studio.say(answer.refused, "bad");
    else await studio.copy(answer.text);
  }

  async function share() {
    await form.flush();
    const link = packed(work);
    if (link === null) return studio.say(words.too_long_to_share, "bad");
    await studio.copy(`${location.origin}${location.pathname}#composer?share=${link}`);
    return studio.say(words.share_copied);
  }

  async function send() {
    await form.flush();
    keep();
    const answer = await post("/compose/send", fields());
    if (answer.refused) return studio.say(answer.refused, "bad");
    try {
      sessionStorage.setItem("msgkit.send", JSON.stringify({ message: answer.message, from: work.name }));
    } catch {
      return studio.say(words.too_long_to_send, "bad");
    }
    return studio.show("conversation", { draft: "1" });
  }

  // Buttons and keys

  const acts = { undo: () => undo(false), redo: () => undo(true), new: ask.begin, open: ask.open, save, send, share };
  for (const each of root.querySelectorAll("[data-do]")) each.addEventListener("click", () => acts[each.dataset.do]());
  for (const each of root.querySelectorAll("[data-view]")) each.addEventListener("click", () => setView(each.dataset.view));
  const menu = root.querySelector("details.menu");
  for (const each of root.querySelectorAll("[data-copy]")) {
    each.addEventListener("click", () => {
      menu.open = false;
      menu.querySelector("summary").focus();
      copyAs(each.dataset.copy);
    });
  }
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  document.addEventListener("click", (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", keys, { capture: true });
  document.body.addEventListener("studio:templates", hear);
  addEventListener("pagehide", keep);
  addEventListener("beforeunload", (event) => {
    keep();
    if (!isKept && isDirty()) event.preventDefault();
  });

  function keys(event) {
    const isHere = !document.getElementById("composer").hidden && !document.querySelector("dialog[open]");
    if (!isHere || !(event.ctrlKey || event.metaKey) || event.altKey) return;
    const key = event.key.toLowerCase();
    const isForm = view === "form" && $("form").contains(document.activeElement);
    const act =
      { s: save, enter: send }[key] ?? (isForm && { z: () => undo(event.shiftKey), y: () => undo(true) }[key]) ?? null;
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  return { resume, openTemplate, openLink };
}
