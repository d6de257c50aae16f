/**
 * Conversations: the complaints on the left, in the middle what the customer sees, on the right what went over the wire.
 *
 * The server draws all of it; here is what to ask for when. What is chosen stands in two hidden fields: `#case-id` and
 * `#reply-log`.
 */
import { startExport } from "./conversation-export.js";
import { startReplying } from "./conversation-reply.js";

const TABS = ["reply", "requests", "faults"];

let studio;
let isHere = false;
let isNear = true;
let lastHeard = null;

const at = (id) => document.getElementById(id);

/** Have the server draw a part anew. @param {"cases"|"talk"|"side"} part */
function draw(part) {
  if (!isHere) return;
  if (part === "side") {
    for (const tab of TABS) if (!at(`side-${tab}`).hidden) htmx.trigger(`#side-${tab}`, "conversation:side");
  } else {
    htmx.trigger(`#${part}`, `conversation:${part}`);
  }
}

/** Once for many changes that come at the same time. @param {() => void} act @param {number} after milliseconds */
function together(act, after) {
  let waiting = null;
  return () => {
    waiting ??= setTimeout(() => {
      waiting = null;
      act();
    }, after);
  };
}

const drawCases = together(() => draw("cases"), 150);
const drawTalk = together(() => draw("talk"), 30);
const drawSide = together(() => draw("side"), 60);

/** Show a complaint. @param {string} id the empty string for the newest one */
function open(id) {
  if (at("case-id").value !== id) {
    at("case-id").value = id;
    at("reply-log").value = "";
    isNear = true;
    lastHeard = null;
  }
  for (const part of ["cases", "talk", "side"]) draw(part);
}

/** @param {studio} given what the frame has for its places */
export function start(given) {
  studio = given;
  startCases();
  startTalk();
  startSide();
  startDialogs();
  startReplying(studio, () => at("case-id").value);
  startExport(studio, () => at("case-id").value);
  listen();
}

/** The place is shown. @param {{id?: string, template?: string, draft?: string}} asked */
export function arrive(asked) {
  isHere = true;
  open(asked.id ?? at("case-id").value);
  if (asked.template !== undefined || asked.draft !== undefined) {
    document.body.dispatchEvent(new CustomEvent("conversation:begin", { detail: asked }));
  }
}

function listen() {
  const on = (name, act) => document.body.addEventListener(`studio:${name}`, act);
  on("everything", () => {
    drawCases();
    drawTalk();
    drawSide();
  });
  on("complaints", drawCases);
  on("conversation", ({ detail }) => {
    if (detail.id && detail.id !== at("case-id").value) return;
    drawTalk();
    drawSide();
  });
  on("faults", () => {
    drawTalk();
    drawSide();
  });
  on("templates", () => htmx.trigger("#templates", "conversation:templates"));
  addEventListener("hashchange", () => {
    isHere = !at("conversation").hidden;
  });
  // Clocks run down, and buttons expire, while nobody does anything.
  setInterval(() => {
    drawCases();
    drawTalk();
  }, 30_000);
}

// Left

function startCases() {
  const find = together(() => draw("cases"), 120);
  at("case-search").addEventListener("input", () => {
    at("case-shown").value = "60";
    find();
  });
  at("case-filter").addEventListener("submit", (event) => event.preventDefault());
  at("case-filter").addEventListener("click", (event) => {
    const chip = event.target.closest("button.chip");
    if (!chip) return;
    if (chip.id === "case-immediate") {
      const isOn = chip.getAttribute("aria-pressed") !== "true";
      chip.setAttribute("aria-pressed", String(isOn));
      at("case-only-immediate").value = isOn ? "1" : "";
    } else {
      press(at("case-filter").querySelectorAll("[data-state]"), chip);
      at("case-state").value = chip.dataset.state;
    }
    at("case-shown").value = "60";
    draw("cases");
  });
  seeMore(at("cases"), at("case-shown"), 60, () => draw("cases"));
  at("case-new").addEventListener("click", () => at("case-dialog").showModal());
  document.body.addEventListener("conversation:open", ({ detail }) => {
    at("case-dialog").close();
    studio.show("conversation", { id: detail.id });
  });
  addEventListener("hashchange", () => isHere && drawCases());
}

/** Of several toggles, press one. @param {Iterable<Element>} all @param {Element} one */
export function press(all, one) {
  for (const each of all) each.setAttribute("aria-pressed", String(each === one));
}

/**
 * Ask for more of a list when its end comes into view, or its button is pressed.
 * @param {Element} list @param {HTMLInputElement} field how many are shown @param {number} step @param {() => void} redraw
 */
export function seeMore(list, field, step, redraw) {
  const more = () => {
    field.value = String(Number(field.value) + step);
    redraw();
  };
  const watch = new IntersectionObserver((seen) => seen.some((each) => each.isIntersecting) && more());
  list.addEventListener("htmx:after:swap", () => {
    watch.disconnect();
    const end = list.querySelector(".more");
    if (end) watch.observe(end);
  });
  list.addEventListener("click", (event) => event.target.closest("[data-more]") && more());
}

// Middle

function startTalk() {
  const talk = at("talk");
  talk.addEventListener("htmx:before:swap", () => {
    isNear = isNear || talk.scrollHeight - talk.scrollTop - talk.clientHeight < 80;
  });
  talk.addEventListener("htmx:after:swap", (event) => {
    if (event.target === talk || event.detail.ctx?.sourceElement === talk) arrived();
  });
  talk.addEventListener("click", (event) => {
    const look = event.target.closest("[data-look]");
    if (look) {
      choose(look);
      return;
    }
    const button = event.target.closest("button[data-pointer]");
    if (button) tap(button.closest("[data-log]").dataset.log, button.dataset.pointer);
  });
  at("say").addEventListener("htmx:after:request", ({ detail }) => {
    if (detail.ctx.response?.status === 204) {
      at("say").reset();
      at("say-text").focus();
    }
  });
  at("say-text").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      at("say").requestSubmit(at("say").querySelector(".go"));
    }
  });
  at("talk-phone").addEventListener("click", ({ currentTarget }) => {
    const isOn = currentTarget.getAttribute("aria-pressed") !== "true";
    currentTarget.setAttribute("aria-pressed", String(isOn));
    talk.classList.toggle("narrow", isOn);
  });
  const theme = () => talk.classList.toggle("msgkit-dark", document.documentElement.classList.contains("dark"));
  document.body.addEventListener("studio:theme", theme);
  theme();
}

/** The conversation was drawn: stay at its end, take the id that the server chose, and say that a reply has come. */
function arrived() {
  const talk = at("talk");
  const shown = at("facts")?.dataset.id ?? "";
  if (shown && !at("case-id").value) {
    at("case-id").value = shown;
    draw("cases");
    draw("side");
  }
  if (isNear) talk.scrollTop = talk.scrollHeight;
  isNear = false;
  const replies = talk.querySelectorAll("[data-reply]");
  const newest = replies.length ? replies[replies.length - 1].dataset.log : "";
  if (lastHeard !== null && newest !== lastHeard && newest) announce(at("heard"));
  lastHeard = newest;
}

/** Say again what was said before, so that it is heard again. @param {HTMLElement} heard */
function announce(heard) {
  heard.textContent = "";
  requestAnimationFrame(() => {
    heard.textContent = heard.dataset.reply;
  });
}

/** Choose the reply whose requests are shown. @param {HTMLElement} look its button */
function choose(look) {
  press(at("talk").querySelectorAll("[data-look]"), look);
  at("reply-log").value = look.dataset.look;
  showTab("reply");
}

/** Tap on something of a message, as the customer. @param {string} log @param {string} pointer where it stands in it */
async function tap(log, pointer) {
  at("leads-body").replaceChildren();
  await htmx.ajax("POST", `${studio.base}/conversation/tap`, {
    source: "#leads-body",
    target: "#leads-body",
    swap: "innerHTML",
    values: { id: at("case-id").value, log, pointer },
  });
  if (at("leads-where")) at("leads").showModal();
}

// Right

function startSide() {
  for (const tab of TABS) at(`tab-${tab}`).addEventListener("click", () => showTab(tab));
  at("tab-reply").parentElement.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = TABS[(TABS.indexOf(event.target.id.slice(4)) + step + TABS.length) % TABS.length];
    showTab(next);
    at(`tab-${next}`).focus();
  });
  const faults = at("side-faults");
  faults.addEventListener("change", showSeconds);
  faults.addEventListener("htmx:after:swap", showSeconds);
}

function showTab(wanted) {
  for (const tab of TABS) {
    at(`tab-${tab}`).setAttribute("aria-selected", String(tab === wanted));
    at(`tab-${tab}`).tabIndex = tab === wanted ? 0 : -1;
    at(`side-${tab}`).hidden = tab !== wanted;
  }
  draw("side");
}

/** Only some faults take their time. */
function showSeconds() {
  const fault = at("fault-name");
  if (fault) at("fault-seconds-field").hidden = !fault.dataset.timed.split(" ").includes(fault.value);
}

function startDialogs() {
  at("conversation").addEventListener("click", (event) => {
    event.target.closest("[data-close]")?.closest("dialog").close();
    const copied = event.target.closest("[data-copy]");
    if (copied) studio.copy(at(copied.dataset.copy).textContent);
  });
}
