/** The composer at work: what is being written, and what all its parts do with it. */

import { dialogs } from "./composer-dialogs.js";
import { button, enable, press } from "./composer-dom.js";
import { drafts, unpacked } from "./composer-drafts.js";
import { form as makeForm } from "./composer-form.js";
import { wire } from "./composer-keys.js";
import { post, postTo } from "./composer-post.js";
import { findings as makeFindings, preview as makePreview } from "./composer-preview.js";
import { handing, saving } from "./composer-saving.js";
import { languageOf, source as makeSource } from "./composer-source.js";
import { variables as makeVariables } from "./composer-values.js";

const WAIT = 250; // milliseconds without a change, after which it is kept in the browser

/**
 * Put the composer together.
 * @param {import("./studio.js").studio} studio
 */
export async function compose(studio) {
  const root = document.querySelector("#composer .composing");
  const words = JSON.parse(root.dataset.words);
  postTo(studio);
  const kept = drafts(studio);
  const $ = (id) => document.getElementById(`composer-${id}`);
  /** @type {import("./composer-drafts.js").Work} */
  let work = { key: "", name: "", path: "", stamp: "", base: "", text: "", language: "yaml", values: {} };
  let view = "source";
  let variant = "";
  let isKept = true;
  let marked = null;
  let converted = { yaml: "", json: "" };

  const editor = await makeSource({
    parent: $("editor"),
    labels: JSON.parse(root.dataset.labels),
    nonce: studio.nonce,
    onChange: changed,
    onCursor: moved,
    work: () => work,
  });
  const preview = makePreview({
    studio,
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
  const ask = dialogs({ studio, words, begin, openTemplate: (name) => studio.show("composer", { name }), save: (name) => files.saveAs(name) });
  const desk = {
    get work() {
      return work;
    },
    become(more) {
      work = { ...work, ...more };
      keep();
      tell();
    },
    setText: (text) => editor.setText(text),
    flush: form.flush,
    fields,
    note,
  };
  const files = saving({ studio, words, ask, kept, desk });
  const hand = handing({ studio, words, desk });

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
    const { [name]: _, ...others } = work.values;
    // Not by assigning: a variable may be called __proto__.
    work.values = text === null ? others : { ...others, [name]: text };
    soonKeep();
    refresh();
  }

  function fields() {
    const { text, language, name, values } = work;
    return { text, language, name, values: JSON.stringify(values), variant };
  }

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
    preview.show(answer, variant);
    slots.show({ slots: answer.slots, problems: answer.problems ?? [] });
    showFindings(answer.findings);
    editor.setFindings(answer.findings);
    if (about.form && view === "form") {
      form.show(answer.form);
      form.mark(answer.findings);
    }
  }

  // The form and the languages

  /** Do some things to the text; one undo takes them all back. @param {any[]} edits */
  async function edit(edits) {
    let { text } = editor;
    for (const each of edits) {
      const answer = await post("/compose/edit", { text, language: work.language, edit: JSON.stringify(each) });
      if (answer.refused) {
        studio.say(answer.refused, "bad");
        form.forget();
        refresh();
        return false;
      }
      ({ text } = answer);
    }
    editor.setText(text);
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
    if (language === work.language) return undefined;
    if (!work.text.trim()) {
      work.language = language;
      return editor.setLanguage(language);
    }
    // JSON has no comments: who only looked at it has the YAML back as it was.
    if (converted.json === work.text && language === "yaml") return editor.setText(converted.yaml);
    const { text } = work;
    const answer = await post("/compose/convert", { text, language: work.language, name: work.name });
    if (answer.refused) return studio.say(answer.refused, "bad");
    if (language === "json") converted = { yaml: text, json: answer.text };
    return editor.setText(answer.text);
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
    const unsaved = isKept ? words.kept : words.unkept;
    const state = isDirty() || !work.name ? unsaved : words.saved;
    $("kept").textContent = ` · ${state}`;
    root.querySelector("[data-do=save]").textContent = work.name ? words.save : words.save_as;
    const [undoing, redoing] = ["undo", "redo"].map((name) => root.querySelector(`[data-do=${name}]`));
    enable([undoing, editor.canUndo], [redoing, editor.canRedo]);
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
    if (!answer) return takeLost(name) || (!work.key && !isQuiet && (await toDraft()));
    const { text, stamp, path, language, name: own } = await answer.json();
    const found = kept.kept(`name:${own}`);
    const opened = { key: `name:${own}`, name: own, path, stamp, base: text, text, language, values: found?.values ?? {} };
    const hasOther = found && found.text !== text;
    take(hasOther ? { ...opened, text: found.text, language: found.language, stamp: found.stamp || stamp } : opened);
    if (hasOther) note(words.restored, [discarding(text)]);
    return true;
  }

  /** What was written of a file that is not there any more is still a message. @param {string} name */
  function takeLost(name) {
    const found = kept.kept(`name:${name}`);
    if (!found) return false;
    take({ ...found, key: `name:${name}`, name: "", path: name, stamp: "", base: "" });
    note(words.restored);
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

  wire(root, {
    undo: () => undo(false),
    redo: () => undo(true),
    new: ask.begin,
    open: ask.open,
    save: files.save,
    send: hand.send,
    share: hand.share,
    copyAs: hand.copyAs,
    setView,
    isForm: () => view === "form" && $("form").contains(document.activeElement),
  });
  for (const name of ["studio:templates", "studio:everything"]) {
    document.body.addEventListener(name, ({ detail }) => {
      files.hear(detail.names);
      if (!document.getElementById("composer").hidden) refresh();
    });
  }
  addEventListener("pagehide", keep);
  addEventListener("beforeunload", (event) => {
    keep();
    if (!isKept && isDirty()) event.preventDefault();
  });

  return { resume, openTemplate, openLink };
}
