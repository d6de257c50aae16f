/** Saving into the folder, over nothing that somebody else has changed; and what becomes of a message then. */

import { said } from "./composer-dom.js";
import { packed } from "./composer-drafts.js";
import { post } from "./composer-post.js";

/**
 * @typedef {object} Desk what saving needs of the composer
 * @property {import("./composer-drafts.js").Work} work
 * @property {(more: Partial<import("./composer-drafts.js").Work>) => void} become
 * @property {(text: string) => void} setText
 * @property {() => Promise<void>} flush puts what is being written in the form into the text
 * @property {() => Record<string, string>} fields
 * @property {(text?: string, acts?: [string, () => void][], isWarning?: boolean) => void} note
 *
 * @param {{studio: any, words: Record<string, string>, ask: any, kept: any, desk: Desk}} about
 */
export function saving({ studio, words, ask, kept, desk }) {
  return { save, saveAs, hear };

  async function save() {
    await desk.flush();
    const { name, key, stamp } = desk.work;
    if (!name) return ask.save(key.startsWith("name:") ? key.slice(5) : "");
    const refusal = await saveOver(name, stamp);
    if (refusal) studio.say(refusal, "bad");
  }

  /** @param {string} name */
  function saveAs(name) {
    return saveOver(name, name === desk.work.name ? desk.work.stamp : "");
  }

  /** @returns {Promise<string|null>} why it was not saved */
  async function saveOver(name, over) {
    const { text, language, key } = desk.work;
    const answer = await post("/compose/save", { text, language, name, over });
    if (answer.refused) return answer.refused;
    if (answer.changed) {
      if (answer.is_new) return answer.changed;
      await settle(name, answer);
      return null;
    }
    const now = `name:${answer.name}`;
    if (key !== now) kept.forget(key);
    desk.note();
    desk.become({ key: now, name: answer.name, path: answer.path, stamp: answer.stamp, base: text });
    history.replaceState(null, "", `#composer?${new URLSearchParams({ name: answer.name })}`);
    studio.say(said(answer.errors ? words.saved_with : words.saved_as, { path: answer.path, n: answer.errors }));
    return null;
  }

  /** Somebody else has changed the file: nothing is overwritten unasked. */
  async function settle(name, { changed, text, stamp }) {
    const choice = await ask.changed(changed, text);
    if (choice === "over") {
      const refusal = await saveOver(name, stamp);
      if (refusal) studio.say(refusal, "bad");
    } else if (choice === "disk") takeDisk(text, stamp);
    else if (choice === "other") ask.save(`${name}-2`);
  }

  function takeDisk(text, stamp) {
    desk.note();
    desk.setText(text);
    desk.become({ base: text, stamp });
  }

  /** The folder has changed: so may have what is open. @param {string[]|null|undefined} names which files, if few */
  async function hear(names) {
    const { key, name } = desk.work;
    if (!name || (names && !names.includes(name))) return;
    const answer = await fetch(`${studio.base}/compose/source?${new URLSearchParams({ name })}`);
    const { text, stamp } = await answer.json();
    const { work } = desk;
    if (text === undefined || key !== work.key || stamp === work.stamp || text === work.base) return;
    if (work.text === work.base) takeDisk(text, stamp);
    else desk.note(words.changed_on_disk, [[words.take_disk, () => takeDisk(text, stamp)]], true);
  }
}

/** Hand a message on: copied, as a link, or to a conversation. @param {{studio: any, words: Record<string, string>, desk: Desk}} about */
export function handing({ studio, words, desk }) {
  return { copyAs, share, send };

  /** @param {"python"|"json"|"yaml"} to */
  async function copyAs(to) {
    await desk.flush();
    const answer = await post("/compose/as", { ...desk.fields(), to });
    if (answer.refused) studio.say(answer.refused, "bad");
    else await studio.copy(answer.text);
  }

  async function share() {
    await desk.flush();
    const link = packed(desk.work);
    if (link === null) return studio.say(words.too_long_to_share, "bad");
    return studio.copy(`${location.origin}${location.pathname}#composer?share=${link}`, words.share_copied);
  }

  async function send() {
    await desk.flush();
    const answer = await post("/compose/send", desk.fields());
    if (answer.refused) return studio.say(answer.refused, "bad");
    try {
      sessionStorage.setItem("msgkit.send", JSON.stringify({ message: answer.message, from: desk.work.name }));
    } catch {
      return studio.say(words.too_long_to_send, "bad");
    }
    return studio.show("conversation", { draft: "1" });
  }
}
