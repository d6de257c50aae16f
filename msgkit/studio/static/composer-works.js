/** Taking up a message and leaving it: the draft, a template, what comes in a link. */

import { unpacked } from "./composer-drafts.js";
import { isDirty, keep, note, tell } from "./composer-keeping.js";
import { refresh } from "./composer-text.js";

/** @typedef {import("./composer-desk.js").Desk} Desk */

/** Whether nothing would be lost, or somebody has said that it may be. */
async function mayLeave(desk) {
  await desk.form.flush();
  keep(desk);
  return desk.isKept || !isDirty(desk) || (await desk.ask.lose());
}

/** Take up another work. @param {Desk} desk @param {import("./composer-drafts.js").Work} other */
function take(desk, other) {
  desk.work = { ...other };
  desk.variant = "";
  desk.marked = null;
  const text = other.text;
  desk.preview.clear();
  desk.form.forget();
  note();
  desk.editor.setLanguage(other.language);
  desk.editor.setText(text, { keepHistory: false });
  desk.work = { ...other };
  keep(desk);
  tell(desk);
  refresh(desk);
}

/** The button that goes back to what is saved. @returns {[string, () => void]} */
function discarding(desk, base) {
  const { studio, words } = desk;
  return [
    words.discard,
    () => {
      desk.work.values = {};
      desk.editor.setText(base);
      note();
      studio.say(words.discarded);
    },
  ];
}

/** Go on with what was written last. @param {Desk} desk */
export async function resume(desk) {
  if (desk.work.key) return;
  const key = desk.kept.current();
  if (key.startsWith("name:") && (await openTemplate(desk, key.slice(5), true))) return;
  const shared = key === "shared" && desk.kept.kept("shared");
  if (shared) takeShared(desk, shared);
  else await toDraft(desk);
}

async function toDraft(desk) {
  const found = desk.kept.kept("draft");
  const begun = found ?? (await started(desk, "first"));
  const text = found?.text ?? begun.text;
  const base = found ? found.base : text;
  take(desk, draft({ base, text, language: begun.language, values: found?.values ?? {} }));
  if (found && text !== base) note(desk.words.restored, [discarding(desk, base)]);
}

/** A work without a name. @returns {import("./composer-drafts.js").Work} */
const draft = (about) => ({ key: "draft", name: "", path: "", stamp: "", ...about });

/** What a new message begins with. */
async function started(desk, start) {
  const answer = await desk.studio.ask(`/compose/start?${new URLSearchParams({ start })}`);
  return answer ? await answer.json() : { text: "", language: "yaml" };
}

/** Begin anew: an unsaved draft that was there is kept as the thing to undo to. @param {Desk} desk @param {string} start */
export async function begin(desk, start) {
  if (!(await mayLeave(desk))) return;
  const { text, language } = await started(desk, start);
  const before = desk.kept.kept("draft");
  take(desk, draft({ base: text, text, language, values: {} }));
  if (before && before.text !== before.base && before.text !== text) {
    note(desk.words.new_kept, [[desk.words.back_to_draft, () => take(desk, { ...desk.work, ...before })]]);
  }
  desk.studio.show("composer");
  desk.editor.focus();
}

/**
 * Open a template of the folder.
 * @param {Desk} desk @param {string} name @param {boolean} [isQuiet]
 * @returns {Promise<boolean>} whether it is open
 */
export async function openTemplate(desk, name, isQuiet = false) {
  if (desk.work.name === name) return true;
  if (!isQuiet && !(await mayLeave(desk))) return false;
  const answer = await desk.studio.ask(`/compose/source?${new URLSearchParams({ name })}`);
  if (!answer) return takeLost(desk, name) || (!desk.work.key && !isQuiet && (await toDraft(desk)));
  const { text, stamp, path, language, name: own } = await answer.json();
  const found = desk.kept.kept(`name:${own}`);
  const opened = { key: `name:${own}`, name: own, path, stamp, base: text, text, language, values: found?.values ?? {} };
  const hasOther = found && found.text !== text;
  take(desk, hasOther ? { ...opened, text: found.text, language: found.language, stamp: found.stamp || stamp } : opened);
  if (hasOther) note(desk.words.restored, [discarding(desk, text)]);
  return true;
}

/** What was written of a file that is not there any more is still a message. */
function takeLost(desk, name) {
  const found = desk.kept.kept(`name:${name}`);
  if (!found) return false;
  take(desk, { ...found, key: `name:${name}`, name: "", path: name, stamp: "", base: "" });
  note(desk.words.restored);
  return true;
}

/**
 * A message from a link becomes a work of its own; the draft that is here stays where it is.
 * @param {Desk} desk @param {string} link
 */
export async function openLink(desk, link) {
  const found = unpacked(link);
  // Nothing of it stays in the address: what is changed now would come back with the next reload.
  history.replaceState(null, "", "#composer");
  if (!found) {
    desk.studio.say(desk.words.bad_link, "bad");
    return resume(desk);
  }
  if (desk.work.key && !(await mayLeave(desk))) return undefined;
  return takeShared(desk, found);
}

function takeShared(desk, found) {
  take(desk, { key: "shared", name: "", path: "", stamp: "", ...found, base: "" });
  note(desk.words.shared_here, [[desk.words.back_to_draft, () => toDraft(desk)]]);
}
