/** Lines that the page marks, because they make the block at which somebody looks. */

import { EditorSelection, StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView } from "@codemirror/view";

import { lineNear } from "./places.js";

const setMarks = StateEffect.define();
const marked = Decoration.line({ class: "cm-markedLine" });

/** Return the decorations of all lines between two offsets. */
function decorate(doc, { from, to }) {
  const ranges = [];
  for (let line = doc.lineAt(from); ; line = doc.line(line.number + 1)) {
    ranges.push(marked.range(line.from));
    if (line.to >= to) return Decoration.set(ranges);
  }
}

const field = StateField.define({
  create: () => Decoration.none,
  update(value, { state, changes, effects }) {
    const last = effects.findLast((effect) => effect.is(setMarks));
    if (!last) return value.map(changes);
    return last.value ? decorate(state.doc, last.value) : Decoration.none;
  },
  provide: (own) => EditorView.decorations.from(own),
});

/** Return the extension with which lines can be marked. */
export function marks() {
  return field;
}

/** Return the effects that mark lines and scroll to them; that mark none if there is no first line. */
export function markEffect(doc, from, to) {
  if (from === null || from === undefined) return setMarks.of(null);
  const [first, last] = [lineNear(doc, Math.min(from, to)), lineNear(doc, Math.max(from, to))];
  // Its head is the beginning: that is seen of a block which is higher than the editor.
  const range = EditorSelection.range(last.to, first.from);
  return [
    setMarks.of({ from: first.from, to: last.to }),
    EditorView.scrollIntoView(range, { y: "nearest", yMargin: 24 }),
  ];
}
