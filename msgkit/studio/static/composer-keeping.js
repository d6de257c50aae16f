/** Keeping in the browser what is being written, and saying above it what it is, and whether it is kept. */

import { button, enable, press } from "./composer-dom.js";

const WAIT = 250; // milliseconds without a change, after which it is kept in the browser

/** @typedef {import("./composer-desk.js").Desk} Desk */

/** Keep it when nothing has changed for a moment. @param {Desk} desk */
export function soonKeep(desk) {
  clearTimeout(desk.timer);
  desk.timer = setTimeout(() => keep(desk), WAIT);
}

/** Keep it now. @param {Desk} desk */
export function keep(desk) {
  clearTimeout(desk.timer);
  if (!desk.work.key) return;
  const before = desk.isKept;
  desk.isKept = desk.kept.keep(desk.work);
  if (before !== desk.isKept) tell(desk);
}

/** Whether something is written that is not saved. @param {Desk} desk */
export const isDirty = ({ work }) => work.text !== work.base;

/** Know more of what is being written. @param {Desk} desk @param {Partial<import("./composer-drafts.js").Work>} more */
export function become(desk, more) {
  desk.work = { ...desk.work, ...more };
  keep(desk);
  tell(desk);
}

/** Say in the bar what this is, and whether it is saved. @param {Desk} desk */
export function tell(desk) {
  const { root, words, work, editor } = desk;
  document.getElementById("composer-name").textContent = work.path || (work.key === "shared" ? words.shared : words.draft);
  const unsaved = desk.isKept ? words.kept : words.unkept;
  const state = isDirty(desk) || !work.name ? unsaved : words.saved;
  document.getElementById("composer-kept").textContent = ` · ${state}`;
  root.querySelector("[data-do=save]").textContent = work.name ? words.save : words.save_as;
  const [undoing, redoing] = ["undo", "redo"].map((name) => root.querySelector(`[data-do=${name}]`));
  enable([undoing, editor.canUndo], [redoing, editor.canRedo]);
  const shown = desk.view === "form" ? "form" : work.language;
  press(root.querySelectorAll("[data-view]"), ({ dataset }) => dataset.view === shown);
}

/**
 * Say something above the source, or nothing any more.
 * @param {string} [text] @param {[string, () => void][]} [acts] @param {boolean} [isWarning]
 */
export function note(text, acts = [], isWarning = false) {
  const line = document.getElementById("composer-note");
  line.hidden = !text;
  line.classList.toggle("warn", isWarning);
  line.replaceChildren(text ?? "", ...acts.map(([name, act]) => button(name, act)));
}
