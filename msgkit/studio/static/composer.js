/** The composer: a message is written on the left, as text or as a form, and seen on the right. */

let studio;
let composer = null;

/** @param {import("./studio.js").studio} given */
export function start(given) {
  studio = given;
}

/** Show what is asked for: a template, or a message in a link. @param {Record<string, string>} asked */
export async function arrive(asked) {
  // Who only looks at templates does not load an editor.
  composer ??= import("./composer-desk.js").then(({ compose }) => compose(studio));
  let self;
  try {
    self = await composer;
  } catch {
    composer = null;
    studio.say(document.body.dataset.away, "bad");
    return;
  }
  if (asked.share !== undefined) await self.openLink(asked.share);
  else if (asked.name !== undefined) await self.openTemplate(asked.name);
  else await self.resume();
}
