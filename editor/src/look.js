/**
 * The look, in the page's own colours: `--ink`, `--ink-2`, `--line`, `--link`, `--brand`, `--brand-soft`, `--warn`,
 * `--bad`, `--bad-soft`, `--surface`, `--raised`, `--mono`. Light and dark are theirs. Nothing is loaded: the pictures of
 * CodeMirror's own look, which are `data:` addresses, are replaced by shapes, so that `img-src` need not allow them.
 */

import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const line = "1px solid var(--line)";
const focus = { outline: "2px solid var(--link)" };
const wave = (colour) => ({
  backgroundImage: "none",
  textDecoration: `underline wavy ${colour} 1px`,
  textUnderlineOffset: "3px",
});

const page = EditorView.theme({
  "&": { color: "var(--ink)", backgroundColor: "var(--surface)", height: "100%", fontSize: "13.5px" },
  "&.cm-focused": { outline: "none" },
  // An outline would lie under the gutter and under coloured lines.
  "&.cm-focused::after": {
    content: '""',
    position: "absolute",
    inset: "0",
    zIndex: "300",
    border: "2px solid var(--link)",
    pointerEvents: "none",
  },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.75", overflow: "auto" },
  ".cm-content": { caretColor: "var(--ink)", padding: "8px 0" },
  ".cm-line": { padding: "0 14px 0 8px" },
  ".cm-activeLine": { backgroundColor: "var(--raised)" },
  ".cm-line.cm-markedLine": { backgroundColor: "var(--brand-soft)", boxShadow: "inset 3px 0 var(--brand)" },
  ".cm-gutters": { color: "var(--ink-2)", backgroundColor: "var(--surface)", borderRight: line },
  ".cm-activeLineGutter": { color: "var(--ink)", backgroundColor: "var(--raised)" },
  "&.cm-focused .cm-matchingBracket": { color: "inherit", backgroundColor: "var(--brand-soft)", outline: line },
  "&.cm-focused .cm-nonmatchingBracket": { color: "inherit", backgroundColor: "var(--bad-soft)", outline: line },
  ".cm-specialChar": { color: "var(--bad)" },
});

const findings = EditorView.theme({
  ".cm-lintRange-error": wave("var(--bad)"),
  ".cm-lintRange-warning": wave("var(--warn)"),
  ".cm-lintPoint-error:after": { borderBottomColor: "var(--bad)" },
  ".cm-lintPoint-warning:after": { borderBottomColor: "var(--warn)" },
  ".cm-gutter-lint": { width: "1.3em" },
  ".cm-gutter-lint .cm-gutterElement": { padding: "0", display: "grid", placeItems: "center" },
  // A round and an edged one, of borders, which stay where a system forces its own colours.
  ".cm-lint-marker": { content: "normal", width: "0", height: "0" },
  ".cm-lint-marker-error": { border: "5px solid var(--bad)", borderRadius: "50%" },
  ".cm-lint-marker-warning": { border: "4px solid var(--warn)", transform: "rotate(45deg)" },
  ".cm-diagnostic": { padding: "5px 10px", marginLeft: "0" },
  ".cm-diagnostic-error": { borderLeft: "4px solid var(--bad)" },
  ".cm-diagnostic-warning": { borderLeft: "4px solid var(--warn)" },
  ".cm-diagnosticSource": { color: "var(--ink-2)", fontFamily: "var(--mono)", fontSize: "90%", opacity: "1" },
});

const floating = EditorView.theme({
  ".cm-tooltip": { color: "var(--ink)", backgroundColor: "var(--surface)", border: line, borderRadius: "6px" },
  ".cm-tooltip-lint, .cm-completionInfo": { maxWidth: "36em", overflowWrap: "anywhere" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--mono)", maxHeight: "16em" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "4px 10px", lineHeight: "1.5" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": {
    color: "var(--ink)",
    backgroundColor: "var(--brand-soft)",
    boxShadow: "inset 3px 0 var(--brand)",
  },
  ".cm-completionMatchedText": { fontWeight: "600", textDecoration: "none" },
  ".cm-completionDetail": { color: "var(--ink-2)", fontStyle: "normal" },
  ".cm-tooltip.cm-completionInfo": { padding: "6px 10px" },
});

const panels = EditorView.theme({
  ".cm-panels": { color: "var(--ink)", backgroundColor: "var(--raised)" },
  ".cm-panels-top": { borderBottom: line },
  ".cm-panel.cm-search, .cm-dialog": { padding: "8px 32px 8px 10px" },
  ".cm-panel.cm-search label": { fontSize: "inherit", display: "inline-block", lineHeight: "24px" },
  ".cm-panel.cm-search [name=close], .cm-dialog-close": {
    color: "var(--ink)",
    width: "24px",
    height: "24px",
    fontSize: "16px",
  },
  ".cm-textfield": {
    color: "var(--ink)",
    backgroundColor: "var(--surface)",
    border: "1px solid var(--ink-2)",
    minHeight: "26px",
    fontSize: "inherit",
  },
  ".cm-textfield::placeholder": { color: "var(--ink-2)", opacity: "1" },
  ".cm-button": {
    color: "var(--ink)",
    background: "var(--surface)",
    border: line,
    borderRadius: "6px",
    minHeight: "26px",
    fontSize: "inherit",
  },
  ".cm-button:active": { background: "var(--brand-soft)" },
  ".cm-textfield:focus-visible, .cm-panels button:focus-visible, .cm-panels [type=checkbox]:focus-visible": focus,
  ".cm-searchMatch": { color: "inherit", backgroundColor: "var(--brand-soft)", outline: "1px solid var(--brand)" },
  ".cm-searchMatch-selected": { outline: "2px solid var(--link)" },
});

const code = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--link)" },
  { tag: [tags.string, tags.content, tags.attributeValue], color: "var(--ink)" },
  { tag: [tags.number, tags.bool, tags.null, tags.keyword, tags.labelName, tags.typeName], color: "var(--warn)" },
  { tag: [tags.comment, tags.meta], color: "var(--ink-2)", fontStyle: "italic" },
  { tag: [tags.punctuation, tags.separator, tags.bracket], color: "var(--ink-2)" },
  { tag: tags.invalid, color: "var(--bad)" },
]);

export const look = [page, findings, floating, panels, syntaxHighlighting(code)];
