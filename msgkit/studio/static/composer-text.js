/** The text that is being written, and asking what it looks like. */

import { soonKeep, tell } from "./composer-keeping.js";
import { post } from "./composer-post.js";
import { languageOf } from "./composer-source.js";

/** @typedef {import("./composer-desk.js").Desk} Desk */

/** The text has changed. @param {Desk} desk @param {string} text */
export function changed(desk, text) {
  const { work } = desk;
  work.text = text;
  const language = languageOf(text, work.language);
  if (language !== work.language) {
    work.language = language;
    queueMicrotask(() => desk.editor.setLanguage(language));
  }
  soonKeep(desk);
  refresh(desk);
  tell(desk);
}

/** The cursor has moved to another line. @param {Desk} desk @param {number} line */
export function moved(desk, line) {
  desk.preview.at(line);
  if (desk.marked && (line < desk.marked[0] || line > desk.marked[1])) {
    desk.marked = null;
    setTimeout(() => desk.editor.markLines(null));
  }
}

/** Show lines: in the source, or the card that is made of them. @param {Desk} desk @param {number} from @param {number} to */
export function toLines(desk, from, to) {
  if (desk.view === "form") {
    desk.form.reveal(from);
    desk.preview.at(from);
    return;
  }
  desk.marked = [from, to];
  desk.editor.selectLines(from, to);
  desk.editor.focus();
  desk.preview.at(from);
}

/**
 * Fill in a variable.
 * @param {Desk} desk @param {string} name @param {string|null} text null for its example
 */
export function setValue(desk, name, text) {
  const { [name]: _, ...others } = desk.work.values;
  // Not by assigning: a variable may be called __proto__.
  desk.work.values = text === null ? others : { ...others, [name]: text };
  soonKeep(desk);
  refresh(desk);
}

/** Hand a picture to the studio. @param {Desk} desk @param {File} file @returns {Promise<string|null>} its media id */
export async function upload(desk, file) {
  const answer = await post("/compose/picture", { picture: file });
  if (!answer.refused) return answer.media_id;
  desk.studio.say(answer.refused, "bad");
  return null;
}

/** Look at another variant. @param {Desk} desk @param {string} value */
export function chooseVariant(desk, value) {
  desk.variant = value;
  refresh(desk);
}

/** What the studio is told of the message. @param {Desk} desk @returns {Record<string, string>} */
export function fields({ work, variant }) {
  const { text, language, name, values } = work;
  return { text, language, name, values: JSON.stringify(values), variant };
}

/**
 * Show what it looks like: one question at a time, and always the newest; so an answer is never older than a keystroke.
 * @param {Desk} desk
 */
export async function refresh(desk) {
  desk.isWanted = true;
  if (desk.isAsking) return;
  desk.isAsking = true;
  while (desk.isWanted) {
    desk.isWanted = false;
    const about = desk.view === "form" ? { form: "1" } : {};
    const { key, text } = desk.work;
    const answer = await post("/compose", { ...fields(desk), state: desk.preview.state, ...about });
    if (answer.refused) refusedToShow(desk, answer.refused);
    else if (key === desk.work.key && (text === desk.work.text || !desk.isWanted)) show(desk, answer, about);
  }
  desk.isAsking = false;
}

function refusedToShow(desk, text) {
  if (desk.variant) {
    desk.variant = "";
    desk.isWanted = true;
  } else desk.studio.say(text, "bad");
}

function show(desk, answer, about) {
  desk.preview.show(answer, desk.variant);
  desk.slots.show({ slots: answer.slots, problems: answer.problems ?? [] });
  desk.showFindings(answer.findings);
  desk.editor.setFindings(answer.findings);
  if (about.form && desk.view === "form") {
    desk.form.show(answer.form);
    desk.form.mark(answer.findings);
  }
}
