/** The composer at work: its parts are put together here, and what they share. */

import { dialogs } from "./composer-dialogs.js";
import { drafts } from "./composer-drafts.js";
import { form } from "./composer-form.js";
import { copyAs, send, share } from "./composer-handing.js";
import { isDirty, keep } from "./composer-keeping.js";
import { wire } from "./composer-keys.js";
import { postTo } from "./composer-post.js";
import { findings, preview } from "./composer-preview.js";
import { hear, save, saveAs } from "./composer-saving.js";
import { source } from "./composer-source.js";
import { changed, chooseVariant, moved, refresh, setValue, toLines, upload } from "./composer-text.js";
import { variables } from "./composer-values.js";
import { edit, setView, undo } from "./composer-views.js";
import { begin, openLink, openTemplate, resume } from "./composer-works.js";

/**
 * What the parts of the composer share.
 * @typedef {object} Desk
 * @property {import("./studio.js").studio} studio
 * @property {HTMLElement} root
 * @property {Record<string, string>} words
 * @property {ReturnType<typeof drafts>} kept what this browser keeps
 * @property {import("./composer-drafts.js").Work} work what is being written; another object when another is taken up
 * @property {"source"|"form"} view
 * @property {string} variant which one is looked at; empty where the conditions choose
 * @property {boolean} isKept whether the browser keeps what is written
 * @property {number} timer until it is kept
 * @property {[number, number]|null} marked the lines that were asked for
 * @property {{yaml: string, json: string}} converted what was last made JSON, and that JSON
 * @property {boolean} isAsking whether a preview is on its way
 * @property {boolean} isWanted whether another one is wanted
 * @property {any} editor
 * @property {ReturnType<typeof preview>} preview
 * @property {ReturnType<typeof findings>} showFindings
 * @property {ReturnType<typeof variables>} slots
 * @property {ReturnType<typeof form>} form
 * @property {ReturnType<typeof dialogs>} ask
 */

/**
 * Put the composer together.
 * @param {import("./studio.js").studio} studio
 */
export async function compose(studio) {
  const root = document.querySelector("#composer .composing");
  postTo(studio);
  const desk = {
    studio,
    root,
    words: JSON.parse(root.dataset.words),
    kept: drafts(studio),
    work: { key: "", name: "", path: "", stamp: "", base: "", text: "", language: "yaml", values: {} },
    view: "source",
    variant: "",
    isKept: true,
    timer: 0,
    marked: null,
    converted: { yaml: "", json: "" },
    isAsking: false,
    isWanted: false,
  };
  desk.editor = await source({
    parent: document.getElementById("composer-editor"),
    labels: JSON.parse(root.dataset.labels),
    nonce: studio.nonce,
    onChange: (text) => changed(desk, text),
    onCursor: (line) => moved(desk, line),
    work: () => desk.work,
  });
  furnish(desk);
  wireBars(desk);
  listen(desk);
  return {
    resume: () => resume(desk),
    openTemplate: (name) => openTemplate(desk, name),
    openLink: (link) => openLink(desk, link),
  };
}

/** Add the parts around the editor. @param {Desk} desk */
function furnish(desk) {
  const { studio, words } = desk;
  const picture = (file) => upload(desk, file);
  desk.preview = preview({
    studio,
    words,
    onSpan: ({ from, to }) => toLines(desk, from, to),
    onLook: () => refresh(desk),
    onVariant: (value) => chooseVariant(desk, value),
  });
  desk.showFindings = findings(words, ({ line }) => toLines(desk, line, line));
  desk.slots = variables({ words, onValue: (name, text) => setValue(desk, name, text), upload: picture });
  desk.form = form({
    words,
    edit: (edits) => edit(desk, edits),
    toSource: async (from, to) => {
      await setView(desk, "source");
      toLines(desk, from, to);
    },
    onCard: (from) => desk.preview.at(from),
    upload: picture,
    say: studio.say,
  });
  desk.ask = dialogs({
    studio,
    words,
    begin: (start) => begin(desk, start),
    openTemplate: (name) => studio.show("composer", { name }),
    save: (name) => saveAs(desk, name),
  });
}

/** Let buttons and keys do what they are for. @param {Desk} desk */
function wireBars(desk) {
  wire(desk.root, {
    undo: () => undo(desk, false),
    redo: () => undo(desk, true),
    new: desk.ask.begin,
    open: desk.ask.open,
    save: () => save(desk),
    send: () => send(desk),
    share: () => share(desk),
    copyAs: (to) => copyAs(desk, to),
    setView: (view) => setView(desk, view),
    isForm: () => desk.view === "form" && document.getElementById("composer-form").contains(document.activeElement),
  });
}

/** Hear of the folder, and of the page being left. @param {Desk} desk */
function listen(desk) {
  for (const name of ["studio:templates", "studio:everything"]) {
    document.body.addEventListener(name, ({ detail }) => {
      hear(desk, detail.names);
      if (!document.getElementById("composer").hidden) refresh(desk);
    });
  }
  addEventListener("pagehide", () => keep(desk));
  addEventListener("beforeunload", (event) => {
    keep(desk);
    if (!desk.isKept && isDirty(desk)) event.preventDefault();
  });
}
