/** The message on the right, and which lines on the left make what of it. */

import { h, press, said } from "./composer-dom.js";

const COLOURS = "composer.colours"; // where the browser keeps which theme was chosen

/**
 * @typedef {{pointer: string, from: number, to: number}} Span
 * @param {{studio: import("./studio.js").studio, words: Record<string, string>, onSpan: (span: Span) => void, onLook: () => void, onVariant: (value: string) => void}} about
 */
export function preview({ studio, words, onSpan, onLook, onVariant }) {
  const phone = document.getElementById("composer-phone");
  const screen = document.getElementById("composer-preview");
  const stale = document.getElementById("composer-stale");
  const variants = document.getElementById("composer-variants");
  const chooser = variants.querySelector("select");
  /** @type {Span[]} */
  let spans = [];
  let line = 0;
  let state = "usual";
  let hasShown = false;

  const nearest = (at) =>
    spans.filter(({ from, to }) => from <= at && at <= to).sort((one, other) => one.to - one.from - (other.to - other.from))[0];

  /** Mark what the cursor's line makes. */
  function mark(follow) {
    for (const each of screen.querySelectorAll(".at-cursor")) each.classList.remove("at-cursor");
    const span = nearest(line);
    const element = span && screen.querySelector(`[data-pointer="${CSS.escape(span.pointer)}"]`);
    if (!element) return;
    element.classList.add("at-cursor");
    if (follow) within(element);
  }

  /** Bring an element into sight, within the phone alone. */
  function within(element) {
    const [inner, outer] = [element.getBoundingClientRect(), screen.getBoundingClientRect()];
    if (inner.top < outer.top) screen.scrollTop -= outer.top - inner.top + 12;
    else if (inner.bottom > outer.bottom) screen.scrollTop += Math.min(inner.bottom - outer.bottom + 12, inner.top - outer.top);
  }

  screen.addEventListener("click", (event) => {
    for (let each = event.target.closest("[data-pointer]"); each; each = each.parentElement?.closest("[data-pointer]")) {
      const span = spans.find(({ pointer }) => pointer === each.dataset.pointer);
      if (span) return onSpan(span);
    }
  });

  const toggles = (name) => document.querySelectorAll(`#composer [data-toggle=${name}]`);

  /** Dress the message: its theme is the page's as long as none was chosen for it. */
  function dress() {
    const ofPage = document.documentElement.classList.contains("dark") ? "dark" : "light";
    const isDark = (studio.stored(COLOURS) ?? ofPage) === "dark";
    phone.classList.toggle("msgkit-dark", isDark);
    press(toggles("colours"), ({ dataset }) => dataset.value === (isDark ? "dark" : "light"));
  }
  document.body.addEventListener("studio:theme", dress);
  dress();

  for (const each of document.querySelectorAll("#composer [data-toggle]")) {
    each.addEventListener("click", () => {
      const { toggle, value } = each.dataset;
      press(toggles(toggle), (other) => other === each);
      if (toggle === "width") phone.classList.toggle("wide", value === "wide");
      if (toggle === "colours") {
        studio.store(COLOURS, value);
        dress();
      }
      if (toggle === "state") {
        state = value;
        onLook();
      }
    });
  }
  chooser.addEventListener("change", () => onVariant(chooser.value));

  /** Offer the variants of a template. */
  function offer(conditions, chosen) {
    variants.hidden = conditions.length < 2;
    const texts = conditions.map((condition) => condition ?? words.otherwise);
    if (chooser.dataset.shown !== JSON.stringify(texts)) {
      chooser.dataset.shown = JSON.stringify(texts);
      const numbered = texts.map((text, index) => h("option", { value: String(index) }, `${index + 1}. ${text}`));
      chooser.replaceChildren(h("option", { value: "" }, words.by_conditions), ...numbered);
    }
    chooser.value = chosen;
  }

  return {
    get state() {
      return state;
    },

    /** Show an answer; without a message, what was shown before stays. @param {any} answer @param {string} variant */
    show(answer, variant) {
      const isGood = answer.preview !== null;
      stale.hidden = isGood || !hasShown;
      phone.classList.toggle("is-stale", !isGood && hasShown);
      if (!isGood) return;
      hasShown = true;
      spans = answer.lines;
      const top = screen.scrollTop;
      screen.innerHTML = answer.preview;
      screen.scrollTop = top;
      offer(answer.variants, variant);
      mark(false);
    },

    /** Forget what was shown: another message comes. */
    clear() {
      hasShown = false;
      spans = [];
      stale.hidden = true;
      screen.scrollTop = 0;
    },

    /** Mark what a line makes. @param {number} at */
    at(at) {
      line = at;
      mark(true);
    },

    nearest,
  };
}

/** The list of what is wrong. @param {Record<string, string>} words @param {(finding: any) => void} onPick */
export function findings(words, onPick) {
  const list = document.getElementById("composer-findings");
  return (found) => {
    const kept = JSON.stringify(found);
    if (list.dataset.shown === kept) return;
    list.dataset.shown = kept;
    if (!found.length) return list.replaceChildren(h("li.c-fine", {}, `✓ ${words.no_findings}`));
    list.replaceChildren(
      ...found.map((finding) =>
        h(
          "li",
          {},
          h(
            `button.finding.${finding.severity}`,
            { type: "button", onclick: () => onPick(finding) },
            h("span.where", {}, `${finding.severity === "error" ? "●" : "▲"} ${said(words.line, finding)}`),
            h("span.c-says", {}, finding.message, " ", finding.code && h("code", {}, finding.code)),
          ),
        ),
      ),
    );
  };
}
