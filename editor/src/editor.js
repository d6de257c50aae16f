/** The editor of the studio's composer: one template file, in YAML or JSON. */

import { closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, isolateHistory, redo, redoDepth, undo, undoDepth } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import { yaml } from "@codemirror/lang-yaml";
import { bracketMatching, indentUnit } from "@codemirror/language";
import { search, searchKeymap } from "@codemirror/search";
import { Compartment, EditorState } from "@codemirror/state";
import { EditorView, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers } from "@codemirror/view";

import { clearing } from "./clearing.js";
import { completion } from "./completion.js";
import { findings, findingsKeymap, showFindings } from "./findings.js";
import { markEffect, marks } from "./marks.js";
import { difference, firstPosition } from "./places.js";
import { look } from "./look.js";

const LANGUAGES = { yaml, json };

/** Return the extension for a language, by its name. */
function languageNamed(name) {
  if (!Object.hasOwn(LANGUAGES, name)) {
    throw new RangeError(`The editor knows no language ${JSON.stringify(name)}; it knows ${Object.keys(LANGUAGES)}.`);
  }
  return LANGUAGES[name]();
}

/** Tell the page of each change of the text, and of each line to which the cursor goes. */
function reports({ onChange, onCursor }) {
  const cursorLine = (state) => state.doc.lineAt(state.selection.main.head).number;
  return EditorView.updateListener.of(({ docChanged, selectionSet, startState, state }) => {
    if (docChanged) onChange?.(state.doc.toString());
    if ((docChanged || selectionSet) && cursorLine(startState) !== cursorLine(state)) onCursor?.(cursorLine(state));
  });
}

/** What all editors have: keys, the look, and what helps to write. Tab is no key of it, so that it leaves the editor. */
function furnishing({ labels, nonce, complete }) {
  return [
    EditorState.phrases.of(labels),
    EditorView.cspNonce.of(nonce ?? ""),
    // It takes the keyboard without `tabindex` too, but axe-core does not see that.
    EditorView.contentAttributes.of({ "aria-label": labels.Editor ?? "Editor", spellcheck: "false", tabindex: "0" }),
    EditorView.lineWrapping,
    lineNumbers(),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    bracketMatching(),
    clearing(),
    closeBrackets(),
    indentUnit.of("  "),
    search({ top: true }),
    findings(),
    marks(),
    complete ? completion(complete) : [],
    look,
    keymap.of([
      ...closeBracketsKeymap,
      ...findingsKeymap,
      ...searchKeymap,
      ...historyKeymap,
      ...completionKeymap,
      ...defaultKeymap,
    ]),
  ];
}

/**
 * Put an editor into an element.
 *
 * Lines and columns count from 1; columns count characters as Python does, in code points. Offsets count UTF-16 code
 * units of `text`, from 0. Line ends are `\n` in all that the editor gives.
 *
 * @param {object} options
 * @param {Element} options.parent Where it goes.
 * @param {string} [options.doc] The text at first.
 * @param {"yaml" | "json"} [options.language] The language at first.
 * @param {Record<string, string>} [options.labels] What it says, by CodeMirror's English words; `Editor` names it.
 * @param {string} [options.nonce] The nonce of the page's `style-src`.
 * @param {(text: string) => void} [options.onChange] Called after each change of the text, whoever made it.
 * @param {(line: number) => void} [options.onCursor] Called when the cursor gets to another line.
 * @param {import("./completion.js").Complete} [options.complete] What may be written at the cursor.
 */
export function createEditor({ parent, doc = "", language = "yaml", labels = {}, nonce, onChange, onCursor, complete }) {
  const past = new Compartment();
  const tongue = new Compartment();
  const view = new EditorView({
    parent,
    doc,
    extensions: [
      past.of(history()),
      tongue.of(languageNamed(language)),
      furnishing({ labels, nonce, complete }),
      reports({ onChange, onCursor }),
    ],
  });
  const whole = isolateHistory.of("full"); // one undo takes back the page's change and nothing else

  return {
    /** The text. */
    get text() {
      return view.state.doc.toString();
    },

    /** The cursor's line. */
    get cursorLine() {
      return view.state.doc.lineAt(view.state.selection.main.head).number;
    },

    /** Whether there is something to undo. */
    get canUndo() {
      return undoDepth(view.state) > 0;
    },

    /** Whether there is something to do again. */
    get canRedo() {
      return redoDepth(view.state) > 0;
    },

    /** Replace the text; where both agree, cursor, findings and marks stay. Without history, nothing can be undone. */
    setText(text, { keepHistory = true } = {}) {
      const { anchor, head } = view.state.selection.main;
      const change = difference(view.state.doc.toString(), view.state.toText(text).toString());
      if (change) {
        const changes = view.state.changes(change);
        // What was selected and is replaced leaves a cursor; CodeMirror alone would select what came instead.
        const selection = { anchor: changes.mapPos(anchor, -1), head: changes.mapPos(head, -1) };
        view.dispatch({ changes, selection, annotations: whole });
      }
      if (!keepHistory) {
        view.dispatch({ effects: past.reconfigure([]) });
        view.dispatch({ effects: past.reconfigure(history()) });
      }
    },

    /** Replace what stands between two offsets, and put the cursor behind it. */
    replace(from, to, text) {
      const { doc: old } = view.state;
      const [start, end] = [from, to].map((offset) => Math.max(0, Math.min(offset, old.length))).sort((a, b) => a - b);
      const insert = view.state.toText(text);
      const selection = { anchor: start + insert.length };
      const changes = { from: start, to: end, insert };
      view.dispatch({ changes, selection, annotations: whole, userEvent: "input", scrollIntoView: true });
    },

    /** Take the text for another language. */
    setLanguage(name) {
      view.dispatch({ effects: tongue.reconfigure(languageNamed(name)) });
    },

    /** Show what is wrong with the text, instead of what was shown before. */
    setFindings(found) {
      showFindings(view, found);
    },

    /** Put the cursor to the first of some lines, and mark them all. */
    selectLines(from, to = from) {
      const anchor = firstPosition(view.state.doc, from);
      view.dispatch({ selection: { anchor }, effects: markEffect(view.state.doc, from, to) });
    },

    /** Mark some lines and show them, without moving the cursor; without any, take the marks away. */
    markLines(from, to = from) {
      view.dispatch({ effects: markEffect(view.state.doc, from, to) });
    },

    /** Give the editor the keyboard. */
    focus() {
      view.focus();
    },

    /** Undo the last change; true if there was one. */
    undo() {
      return undo(view);
    },

    /** Do again what was undone last; true if there was something. */
    redo() {
      return redo(view);
    },

    /** Take the editor off the page. */
    destroy() {
      view.destroy();
    },
  };
}
