/** Saving into the folder, over nothing that somebody else has changed. */

import { said } from "./composer-dom.js";
import { become, note } from "./composer-keeping.js";
import { post } from "./composer-post.js";

/** @typedef {import("./composer-desk.js").Desk} Desk */

/** Save it under its name, or ask for one. @param {Desk} desk */
export async function save(desk) {
  await desk.form.flush();
  const { name, key, stamp } = desk.work;
  if (!name) return desk.ask.save(key.startsWith("name:") ? key.slice(5) : "");
  const refusal = await saveOver(desk, name, stamp);
  if (refusal) desk.studio.say(refusal, "bad");
}

/** Save it under a name. @param {Desk} desk @param {string} name @returns {Promise<string|null>} why it was not saved */
export function saveAs(desk, name) {
  return saveOver(desk, name, name === desk.work.name ? desk.work.stamp : "");
}

/** @returns {Promise<string|null>} why it was not saved */
async function saveOver(desk, name, over) {
  const { studio, words } = desk;
  const { text, language, key } = desk.work;
  const answer = await post("/compose/save", { text, language, name, over });
  if (answer.refused) return answer.refused;
  if (answer.changed) {
    if (answer.is_new) return answer.changed;
    await settle(desk, name, answer);
    return null;
  }
  const now = `name:${answer.name}`;
  if (key !== now) desk.kept.forget(key);
  note();
  become(desk, { key: now, name: answer.name, path: answer.path, stamp: answer.stamp, base: text });
  history.replaceState(null, "", `#composer?${new URLSearchParams({ name: answer.name })}`);
  studio.say(said(answer.errors ? words.saved_with : words.saved_as, { path: answer.path, n: answer.errors }));
  return null;
}

/** Somebody else has changed the file: nothing is overwritten unasked. */
async function settle(desk, name, { changed, text, stamp }) {
  const choice = await desk.ask.changed(changed, text);
  if (choice === "over") {
    const refusal = await saveOver(desk, name, stamp);
    if (refusal) desk.studio.say(refusal, "bad");
  } else if (choice === "disk") takeDisk(desk, text, stamp);
  else if (choice === "other") desk.ask.save(`${name}-2`);
}

function takeDisk(desk, text, stamp) {
  note();
  desk.editor.setText(text);
  become(desk, { base: text, stamp });
}

/** The folder has changed: so may have what is open. @param {Desk} desk @param {string[]|null|undefined} names which files, if few */
export async function hear(desk, names) {
  const { key, name } = desk.work;
  if (!name || (names && !names.includes(name))) return;
  const answer = await fetch(`${desk.studio.base}/compose/source?${new URLSearchParams({ name })}`);
  const { text, stamp } = await answer.json();
  const { work, words } = desk;
  if (text === undefined || key !== work.key || stamp === work.stamp || text === work.base) return;
  if (work.text === work.base) takeDisk(desk, text, stamp);
  else note(words.changed_on_disk, [[words.take_disk, () => takeDisk(desk, text, stamp)]], true);
}
