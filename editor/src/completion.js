/** What may be written at the cursor, as the page says. */

import { autocompletion } from "@codemirror/autocomplete";

import { columnOf } from "./places.js";

/**
 * @typedef {object} Cursor
 * @property {string} text The whole text.
 * @property {number} offset Where the cursor is in it.
 * @property {number} line The cursor's line, from 1.
 * @property {number} column Its column, from 1.
 * @property {string} before What stands before it in its line.
 * @property {boolean} explicit Whether somebody asked for it, and did not only write.
 *
 * @typedef {object} Offer
 * @property {string} label What is shown, and written if there is no `apply`.
 * @property {string} [detail] A few words beside it.
 * @property {string} [info] What it means, as plain text.
 * @property {string} [apply] What is written.
 *
 * @typedef {(cursor: Cursor) => Promise<{ from: number, options: Offer[] } | null>} Complete
 */

/** Return an offer with nothing in it but texts: what is a function there could show HTML. */
function plain(offer) {
  const texts = ["label", "detail", "info", "apply"].filter((name) => offer[name] !== null && offer[name] !== undefined);
  return Object.fromEntries(texts.map((name) => [name, String(offer[name])]));
}

/** Return the extension that asks the page. */
export function completion(complete) {
  const source = async ({ state, pos, explicit }) => {
    const line = state.doc.lineAt(pos);
    const answer = await complete({
      text: state.doc.toString(),
      offset: pos,
      line: line.number,
      column: columnOf(line, pos),
      before: line.text.slice(0, pos - line.from),
      explicit,
    });
    return answer && { from: answer.from, options: answer.options.map(plain) };
  };
  return autocompletion({ override: [source], icons: false });
}
