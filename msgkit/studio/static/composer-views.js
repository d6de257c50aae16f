/** The views of a message, as YAML, as JSON and as a form, and what is done and undone in them. */

import { tell } from "./composer-keeping.js";
import { post } from "./composer-post.js";
import { refresh } from "./composer-text.js";

/** @typedef {import("./composer-desk.js").Desk} Desk */

/**
 * Do some things to the text; one undo takes them all back.
 * @param {Desk} desk @param {any[]} edits
 * @returns {Promise<boolean>} whether they were done
 */
export async function edit(desk, edits) {
  let { text } = desk.editor;
  for (const each of edits) {
    const answer = await post("/compose/edit", { text, language: desk.work.language, edit: JSON.stringify(each) });
    if (answer.refused) {
      desk.studio.say(answer.refused, "bad");
      desk.form.forget();
      refresh(desk);
      return false;
    }
    ({ text } = answer);
  }
  desk.editor.setText(text);
  return true;
}

/** Show the message in another view. @param {Desk} desk @param {"source"|"yaml"|"json"|"form"} wanted */
export async function setView(desk, wanted) {
  await desk.form.flush();
  desk.view = wanted === "form" ? "form" : "source";
  document.getElementById("composer-form").hidden = desk.view !== "form";
  document.getElementById("composer-editor").hidden = desk.view === "form";
  if (wanted === "yaml" || wanted === "json") await setLanguage(desk, wanted);
  if (desk.view === "form") desk.form.forget();
  tell(desk);
  refresh(desk);
}

async function setLanguage(desk, language) {
  const { editor, work } = desk;
  if (language === work.language) return undefined;
  if (!work.text.trim()) {
    work.language = language;
    return editor.setLanguage(language);
  }
  // JSON has no comments: who only looked at it has the YAML back as it was.
  if (desk.converted.json === work.text && language === "yaml") return editor.setText(desk.converted.yaml);
  const { text } = work;
  const answer = await post("/compose/convert", { text, language: work.language, name: work.name });
  if (answer.refused) return desk.studio.say(answer.refused, "bad");
  if (language === "json") desk.converted = { yaml: text, json: answer.text };
  return editor.setText(answer.text);
}

/** Take back what was done last, or do it again. @param {Desk} desk @param {boolean} again */
export async function undo(desk, again) {
  await desk.form.flush();
  if (again) desk.editor.redo();
  else desk.editor.undo();
}
