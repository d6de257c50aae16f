/**
 * The frame around all places: which one is shown, the theme, what has changed on the other side, and what is said.
 *
 * A place is shown by the address's fragment: `#gallery`, `#composer?…`, `#conversation?…`, `#calls`.
 */
import * as calls from "./calls.js";
import * as composer from "./composer.js";
import * as conversation from "./conversation.js";
import * as gallery from "./gallery.js";

const PLACES = { gallery, composer, conversation, calls };
const { root, base, nonce } = document.body.dataset;

/** Milliseconds after which a tab that nobody looks at does not listen any more. */
const UNSEEN = 20_000;

/** What the modules of places are started with. */
export const studio = {
  root,
  base,
  nonce,
  say,
  show,
  store,
  stored,
  copy,
  ask,
};

/**
 * Say something in a corner of the page, for some seconds.
 * @param {string} text @param {"good"|"bad"} [kind]
 */
function say(text, kind = "good") {
  const line = document.createElement("p");
  line.className = `said ${kind}`;
  line.textContent = text;
  const said = document.getElementById("said");
  // A dialog covers whatever is outside of it, and keeps it from screen readers.
  const above = document.querySelector("dialog[open]") ?? document.body;
  if (said.parentElement !== above) above.append(said);
  said.append(line);
  setTimeout(() => line.remove(), kind === "bad" ? 9000 : 3500);
}

/**
 * Ask the studio for something, without htmx; a refusal is said in the corner.
 * @param {string} path below the language, e.g. `/compose`
 * @param {Record<string, string|Blob>} [fields] what is posted; without it, the path is only read
 * @param {AbortSignal} [signal]
 * @returns {Promise<Response|null>} null where it was refused, or the studio is away
 */
async function ask(path, fields, signal) {
  const form = fields && new FormData();
  for (const [name, value] of Object.entries(fields ?? {})) form.set(name, value);
  try {
    const answer = await fetch(base + path, { method: form ? "POST" : "GET", body: form, signal });
    if (answer.headers.has("Studio-Refused")) say((await answer.json()).refused, "bad");
    else if (answer.ok) return answer;
    else say(document.body.dataset.away, "bad");
  } catch (error) {
    if (error.name !== "AbortError") say(document.body.dataset.away, "bad");
  }
  return null;
}

/** Go to a place. @param {string} place @param {Record<string, string>} [asked] what it should show */
function show(place, asked = {}) {
  const query = new URLSearchParams(asked).toString();
  location.hash = query ? `${place}?${query}` : place;
}

/** Keep a text in the browser; whoever has switched that off loses it with the page. */
function store(name, text) {
  try {
    if (text === null) localStorage.removeItem(`msgkit.${name}`);
    else localStorage.setItem(`msgkit.${name}`, text);
    return true;
  } catch {
    return false;
  }
}

/** @returns {string|null} */
function stored(name) {
  try {
    return localStorage.getItem(`msgkit.${name}`);
  } catch {
    return null;
  }
}

/** Put a text into the clipboard, and say so. @param {string} text @param {string} [done] what is said */
async function copy(text, done = document.body.dataset.copied) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Not every address that reaches the studio is one to which browsers lend the clipboard.
    const field = document.createElement("textarea");
    field.value = text;
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }
  say(done);
}

/** Show the place that the address asks for. */
function arrive() {
  const [wanted, query = ""] = location.hash.slice(1).split(/\?(.*)/s);
  const place = Object.hasOwn(PLACES, wanted) ? wanted : "gallery";
  for (const name of Object.keys(PLACES)) document.getElementById(name).hidden = name !== place;
  for (const link of document.querySelectorAll("[data-place]")) {
    if (link.dataset.place === place) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  const language = document.getElementById("language");
  language.href = language.href.replace(/#.*/, "") + location.hash;
  document.querySelector(".skip").href = `#${place}`;
  PLACES[place].arrive?.(Object.fromEntries(new URLSearchParams(query)));
}

/**
 * Hear what has changed, and tell the page: `studio:templates`, `studio:complaints`, `studio:conversation` …
 *
 * A browser has six connections to an address, for all tabs together, and each that listens keeps one. A tab that
 * nobody looks at gives its own away after a while; when it is looked at again, it hears `studio:everything` first.
 */
function listen() {
  let source = hear();
  let later = 0;
  document.addEventListener("visibilitychange", () => {
    clearTimeout(later);
    if (document.visibilityState === "visible") source ??= hear();
    else later = setTimeout(hush, UNSEEN);
  });
  function hush() {
    source?.close();
    source = null;
  }
  addEventListener("pagehide", hush);
  addEventListener("pageshow", (event) => {
    if (event.persisted) source ??= hear();
  });
}

/** @returns {EventSource} */
function hear() {
  const source = new EventSource(`${root}/events`);
  source.addEventListener("change", (event) => {
    const { name, ...detail } = JSON.parse(event.data);
    document.body.dispatchEvent(new CustomEvent(`studio:${name}`, { detail, bubbles: true }));
  });
  return source;
}

function dress() {
  const button = document.getElementById("theme");
  const isDark = () => document.documentElement.classList.contains("dark");
  const label = () => {
    button.textContent = isDark() ? button.dataset.light : button.dataset.dark;
  };
  button.addEventListener("click", () => {
    document.documentElement.classList.toggle("dark");
    store("theme", isDark() ? "dark" : "light");
    label();
    document.body.dispatchEvent(new CustomEvent("studio:theme", { bubbles: true }));
  });
  label();
}

// A message that came in the address's fragment stays in the browser; htmx would send the whole address along.
document.body.addEventListener("htmx:config:request", ({ detail }) => {
  delete detail.ctx.request.headers["HX-Current-URL"];
});
document.body.addEventListener("studio:refused", (event) => say(event.detail.said, "bad"));
document.body.addEventListener("htmx:response:error", (event) => say(event.detail.ctx.text, "bad"));
document.body.addEventListener("htmx:error", () => say(document.body.dataset.away, "bad"));
addEventListener("hashchange", arrive);
dress();
for (const place of Object.values(PLACES)) place.start(studio);
arrive();
listen();
