/**
 * The gallery: how the messages are dressed, and the cards that are put anew where a file has changed.
 *
 * htmx gets the list and the chips; what is here keeps the choices in the browser, and swaps single cards so that
 * neither the scroll position nor the focus is lost.
 */

const KEPT = ["theme", "width", "state"];

/** Most names of one question: they travel in the address. */
const AT_ONCE = 20;

const form = () => document.getElementById("gallery-filter");
const list = () => document.getElementById("gallery-list");
const cards = () => document.getElementById("gallery-cards");

/** @param {typeof import("./studio.js").studio} studio */
export function start(studio) {
  for (const group of KEPT) recall(studio, group);
  dress(studio);
  form().addEventListener("change", (event) => {
    if (!KEPT.includes(event.target.name)) return;
    studio.store(`gallery.${event.target.name}`, event.target.value);
    dress(studio);
    // Only what can be tapped is drawn anew by the server.
    if (event.target.name !== "state") event.stopPropagation();
  }, true);
  form().addEventListener("htmx:after:swap", () => list().scrollTo({ top: 0 }));
  form().addEventListener("submit", (event) => event.preventDefault());
  document.body.addEventListener("studio:theme", () => dress(studio));
  document.body.addEventListener("studio:templates", (event) => renew(studio, event.detail));
  document.body.addEventListener("studio:everything", () => catchUp(studio));
  new MutationObserver(quieten).observe(list(), { childList: true, subtree: true });
  quieten();
  if (chosen("state") !== "normal") again();
}

/** What is on of a group of choices. @param {string} group */
function chosen(group) {
  return form().elements[group].value;
}

/** Choose again what was chosen the last time. */
function recall(studio, group) {
  const value = studio.stored(`gallery.${group}`);
  const choice = [...form().elements[group]].find((each) => each.value === value);
  if (choice) choice.checked = true;
  else if (group === "theme" && document.documentElement.classList.contains("dark")) form().elements.theme.value = "dark";
}

/** Dress the messages: their theme is the page's as long as none was chosen for them. */
function dress(studio) {
  if (studio.stored("gallery.theme") === null) {
    form().elements.theme.value = document.documentElement.classList.contains("dark") ? "dark" : "light";
  }
  list().classList.toggle("msgkit-dark", chosen("theme") === "dark");
  list().classList.toggle("wide", chosen("width") === "wide");
}

/** Messages are to be looked at here: whoever goes by keyboard does not stop at each of their buttons. */
function quieten() {
  for (const button of list().querySelectorAll(".msgkit-message button:not([tabindex])")) button.tabIndex = -1;
}

/** Get the list anew, as far down as it was looked at. */
function again() {
  htmx.trigger(form(), "gallery:again");
}

/** The path of a door, with what the cards are filtered by. */
function address(door, more) {
  const query = new URLSearchParams(new FormData(form()));
  for (const [name, value] of Object.entries(more)) query.set(name, value);
  return `/gallery/${door}?${query}`;
}

/** Ask for markup; null where there is none to be had. @returns {Promise<string|null>} */
async function ask(studio, path) {
  return (await (await studio.ask(path))?.text()) ?? null;
}

/** Look whether something was missed while nobody listened. */
async function catchUp(studio) {
  const version = await ask(studio, "/gallery/version");
  if (version !== null && version !== cards()?.dataset.version) await reload(studio);
}

/** Get as many cards anew as there are, and stay where the page was scrolled to. */
async function reload(studio) {
  const count = String(list().querySelectorAll(".card").length);
  const markup = await ask(studio, address("list", { count }));
  if (markup === null) return;
  const focus = remember();
  // On a phone the whole place scrolls, and not the list in it.
  const places = [list(), list().parentElement].map((each) => [each, each.scrollTop]);
  list().innerHTML = markup;
  htmx.process(list());
  for (const [each, top] of places) each.scrollTop = top;
  focus();
}

/** Put the cards of some names anew. @param {{names: string[]|null, version: string}} told */
async function renew(studio, { names, version }) {
  if (names === null || !cards() || list().querySelector(".none:not(.more)")) return reload(studio);
  for (let first = 0; first < names.length; first += AT_ONCE) {
    const some = names.slice(first, first + AT_ONCE);
    const markup = await ask(studio, address("cards", { names: some.join("\n") }));
    if (markup === null) return undefined;
    swap(some, markup);
  }
  if (!cards().querySelector(".card")) return reload(studio);
  cards().dataset.version = version;
  return undefined;
}

/** Put cards in the place of those of the same names, and new ones where they belong. */
function swap(names, markup) {
  const holder = document.createElement("template");
  holder.innerHTML = markup;
  const fresh = new Map([...holder.content.querySelectorAll(".card")].map((card) => [card.dataset.name, card]));
  const focus = remember();
  for (const name of names) {
    const old = [...cards().querySelectorAll(".card")].find((card) => card.dataset.name === name);
    const card = fresh.get(name);
    if (old && card) {
      for (const kind of ["found", "variants"]) open(card, kind, old);
      old.replaceWith(card);
    } else if (old) {
      old.remove();
    } else if (card) {
      place(card);
    }
  }
  focus();
}

/** Open in a new card what was open in the old one. */
function open(card, kind, old) {
  const before = old.querySelector(`.${kind}`);
  const now = card.querySelector(`.${kind}`);
  if (before && now && before.open) now.open = true;
}

/** Put a new card among the others, by its name; one behind the last stays away until that is scrolled to. */
function place(card) {
  const next = [...cards().querySelectorAll(".card")].find((each) => each.dataset.name > card.dataset.name);
  const more = cards().querySelector(".more");
  if (next) next.before(card);
  else if (!more) cards().append(card);
}

/** Remember what has the focus in a card. @returns {() => void} gives it back, to what is there now in its place */
function remember() {
  const at = document.activeElement;
  const card = at?.closest("#gallery-list .card");
  if (!card) return () => {};
  const selector = at.dataset.act ? `[data-act="${at.dataset.act}"]` : "summary";
  return () => {
    const now = document.getElementById(card.id);
    if (now && now !== card) (now.querySelector(selector) ?? now.querySelector("[data-act]")).focus({ preventScroll: true });
  };
}
