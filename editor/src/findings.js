/** What is wrong with the text: under the words, beside the line, and in a tooltip. */

import { forEachDiagnostic, lintGutter, linter, nextDiagnostic, previousDiagnostic, setDiagnostics } from "@codemirror/lint";
import { EditorView } from "@codemirror/view";

import { firstPosition, lineNear, positionOf } from "./places.js";

/**
 * @typedef {object} Finding
 * @property {number} line The line, from 1; one past the end counts as the last.
 * @property {number} [column] The column, from 1; without it, the whole line is meant.
 * @property {number} [endLine] The line where it ends; without it, the same.
 * @property {number} [endColumn] The column behind its end; without it, the end of the line.
 * @property {"error" | "warning"} severity
 * @property {string} message What is wrong, as plain text.
 * @property {string} [code] The rule's code.
 */

/** Return a finding as CodeMirror wants it. Message and code become text, whatever they are. */
function diagnostic(doc, { line, column, endLine, endColumn, severity, message, code }) {
  const first = lineNear(doc, line);
  const last = lineNear(doc, Math.max(first.number, endLine ?? first.number));
  const from = column ? positionOf(first, column) : firstPosition(doc, first.number);
  const to = Math.max(from, endColumn ? positionOf(last, endColumn) : last.to);
  const source = code ? String(code) : undefined;
  return { from, to, severity: severity === "error" ? "error" : "warning", message: String(message), source };
}

/** Show findings instead of those that were shown before. */
export function showFindings(view, found) {
  const { state } = view;
  const diagnostics = found.map((finding) => diagnostic(state.doc, finding));
  view.dispatch(setDiagnostics(state, diagnostics));
}

/** Return a command that goes to a finding by another, and says what it is to who does not see the tooltip. */
function telling(go) {
  return (view) => {
    if (!go(view)) return false;
    const { main } = view.state.selection;
    const said = [];
    forEachDiagnostic(view.state, ({ message }, from, to) => {
      if (from <= main.from && to >= main.to) said.push(message);
    });
    view.dispatch({ effects: EditorView.announce.of(said.join("\n")) });
    return true;
  };
}

/** F8 goes to the next finding, Shift-F8 to the one before. */
export const findingsKeymap = [{ key: "F8", run: telling(nextDiagnostic), shift: telling(previousDiagnostic) }];

/** Return the extension that shows findings. */
export function findings() {
  return [linter(null), lintGutter()];
}
