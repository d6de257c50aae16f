/** The source on the left: the editor, its language, and what may be written in it. */

import { post } from "./composer-post.js";

/** JSON begins with a brace, and nothing that people write as YAML does. @returns {"yaml"|"json"} */
export function languageOf(text, language) {
  const begun = text.trimStart();
  if (language === "json") return !begun || /^[{[]/.test(begun) ? "json" : "yaml";
  return /^\{\s*["}]/.test(begun) ? "json" : "yaml";
}

/**
 * Make the editor.
 * @param {object} about
 * @param {Element} about.parent @param {Record<string, string>} about.labels @param {string} about.nonce
 * @param {(text: string) => void} about.onChange @param {(line: number) => void} about.onCursor
 * @param {() => {language: string, name: string}} about.work what is being written
 */
export async function source({ parent, labels, nonce, onChange, onCursor, work }) {
  const { createEditor } = await import("./editor.js");
  return createEditor({ parent, doc: "", language: "yaml", labels, nonce, onChange, onCursor, complete });

  async function complete({ text, line, before, offset, explicit }) {
    if (!explicit && !/([\w-]|\$\{?[^\s{}$]*|: |- |[{,] )$/.test(before)) return null;
    const { language, name } = work();
    const answer = await post("/compose/complete", { text, language, name, line: String(line), before });
    if (!answer || answer.refused || !answer.options.length) return null;
    return { from: offset - answer.word.length, options: answer.options };
  }
}
