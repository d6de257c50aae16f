/** The log of calls: newest first, by itself; each opens to the whole exchange. */
import { press, seeMore } from "./conversation.js";

const at = (id) => document.getElementById(id);

let isHere = false;
let waiting = null;

const draw = () => isHere && htmx.trigger("#call-list", "calls:list");

/** Draw anew, once for what happens at the same time. @param {number} after milliseconds */
function soon(after) {
  waiting ??= setTimeout(() => {
    waiting = null;
    draw();
  }, after);
}

/** @param {object} studio */
export function start(studio) {
  const anew = () => {
    at("call-shown").value = "100";
    soon(120);
  };
  at("call-filter").addEventListener("submit", (event) => event.preventDefault());
  at("call-filter").addEventListener("input", anew);
  at("call-filter").addEventListener("click", (event) => {
    const chip = event.target.closest("[data-outcome]");
    if (!chip) return;
    press(at("call-filter").querySelectorAll("[data-outcome]"), chip);
    at("call-outcome").value = chip.dataset.outcome;
    anew();
  });
  seeMore(at("call-list"), at("call-shown"), 100, draw);
  // Toggling does not bubble; on its way down it is heard.
  at("call-list").addEventListener("toggle", ({ target }) => target.open && load(studio, target), true);
  for (const name of ["calls", "everything"]) document.body.addEventListener(`studio:${name}`, () => soon(200));
  addEventListener("hashchange", () => {
    isHere = !at("calls").hidden;
  });
}

/** The place is shown. */
export function arrive() {
  isHere = true;
  draw();
}

/** Show a call in full, the first time that it is opened. @param {HTMLDetailsElement} details */
async function load(studio, details) {
  const whole = details.querySelector(".whole");
  if (whole.dataset.loaded) return;
  whole.dataset.loaded = "1";
  const query = new URLSearchParams({ request: details.dataset.call });
  await htmx.ajax("GET", `${studio.base}/calls/one?${query}`, { source: whole, target: whole, swap: "innerHTML" });
}
