/** Handing a message on: copied, as a link, or to a conversation. */

import { packed } from "./composer-drafts.js";
import { post } from "./composer-post.js";
import { fields } from "./composer-text.js";

/** @typedef {import("./composer-desk.js").Desk} Desk */

/** Copy the message. @param {Desk} desk @param {"python"|"json"|"yaml"} to what it is copied as */
export async function copyAs(desk, to) {
  const { studio, form } = desk;
  await form.flush();
  const answer = await post("/compose/as", { ...fields(desk), to });
  if (answer.refused) studio.say(answer.refused, "bad");
  else await studio.copy(answer.text);
}

/** Copy a link that holds the message. @param {Desk} desk */
export async function share(desk) {
  const { studio, words, form } = desk;
  await form.flush();
  const link = packed(desk.work);
  if (link === null) return studio.say(words.too_long_to_share, "bad");
  return studio.copy(`${location.origin}${location.pathname}#composer?share=${link}`, words.share_copied);
}

/** Reply with the message in a conversation. @param {Desk} desk */
export async function send(desk) {
  const { studio, words, form } = desk;
  await form.flush();
  const answer = await post("/compose/send", fields(desk));
  if (answer.refused) return studio.say(answer.refused, "bad");
  try {
    sessionStorage.setItem("msgkit.send", JSON.stringify({ message: answer.message, from: desk.work.name }));
  } catch {
    return studio.say(words.too_long_to_send, "bad");
  }
  return studio.show("conversation", { draft: "1" });
}
