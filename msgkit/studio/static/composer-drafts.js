/** What is being written, kept in this browser until it is saved; and messages that travel in an address. */

const LONGEST_LINK = 30_000;

/**
 * What is being written.
 * @typedef {object} Work
 * @property {string} key `draft`, `shared`, or `name:…` of a template
 * @property {string} name the template's name; empty where it has none yet
 * @property {string} path its path below the folder
 * @property {string} stamp which content of the file is known
 * @property {string} base the text as it was last saved, or begun with
 * @property {string} text
 * @property {"yaml"|"json"} language
 * @property {Record<string, string>} values what was filled in
 */

/** @param {import("./studio.js").studio} studio */
export function drafts(studio) {
  const at = (key) => `composer.text.${key}`;
  return {
    /** Keep it, or forget it where it is as it was saved; false where the browser does not keep anything. @param {Work} work */
    keep(work) {
      studio.store("composer.current", work.key);
      const isSaved = work.key !== "draft" && work.key !== "shared" && work.text === work.base;
      const { key, text, language, values, stamp, base } = work;
      const kept = isSaved && !Object.keys(values).length ? null : JSON.stringify({ key, text, language, values, stamp, base });
      return studio.store(at(key), kept);
    },

    /** @param {string} key @returns {Partial<Work>|null} */
    kept(key) {
      try {
        const found = JSON.parse(studio.stored(at(key)) ?? "null");
        return found && typeof found.text === "string" ? checked(found) : null;
      } catch {
        return null;
      }
    },

    /** @param {string} key */
    forget: (key) => studio.store(at(key), null),

    /** @returns {string} the key of what was written last */
    current: () => studio.stored("composer.current") ?? "draft",
  };
}

/** Take of what a browser or an address holds only what is as it should be. */
function checked(found) {
  const values = found.values && typeof found.values === "object" ? Object.entries(found.values) : [];
  return {
    text: String(found.text),
    language: found.language === "json" ? "json" : "yaml",
    values: Object.fromEntries(values.filter(([, text]) => typeof text === "string")),
    stamp: typeof found.stamp === "string" ? found.stamp : "",
    base: typeof found.base === "string" ? found.base : "",
  };
}

/** Write a message into a text that an address can hold; null where it is too long. @param {Work} work @returns {string|null} */
export function packed({ text, language, values }) {
  const bytes = new TextEncoder().encode(JSON.stringify({ text, language, values }));
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  const made = btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  return made.length > LONGEST_LINK ? null : made;
}

/** Read what `packed` wrote; null where it is anything else. @param {string} link */
export function unpacked(link) {
  if (link.length > LONGEST_LINK) return null;
  try {
    const binary = atob(link.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(binary, (char) => char.charCodeAt(0));
    const found = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    return found && typeof found.text === "string" ? checked(found) : null;
  } catch {
    return null;
  }
}
