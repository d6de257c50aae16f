/** Lines and columns as the page counts them, and offsets as the editor does. */

/** Return a line by its number; one before the first or past the end counts as the nearest. */
export function lineNear(doc, number) {
  return doc.line(Math.max(1, Math.min(Math.trunc(number) || 1, doc.lines)));
}

/** Return the offset of the first character of a line that is no blank; that of the line if all are. */
export function firstPosition(doc, number) {
  const line = lineNear(doc, number);
  return line.from + Math.max(0, line.text.search(/\S/));
}

/** Return the offset of a column, which counts characters from 1, in a line. */
export function positionOf(line, column) {
  const before = Array.from(line.text).slice(0, Math.max(0, column - 1));
  return line.from + before.join("").length;
}

/** Return the column of an offset in a line. */
export function columnOf(line, offset) {
  return Array.from(line.text.slice(0, offset - line.from)).length + 1;
}

/** Return the one change that makes a text of another, as small as it can be; null if they are equal. */
export function difference(old, text) {
  if (old === text) return null;
  const shorter = Math.min(old.length, text.length);
  let from = 0;
  while (from < shorter && old[from] === text[from]) from++;
  let end = 0;
  while (end < shorter - from && old[old.length - 1 - end] === text[text.length - 1 - end]) end++;
  return { from, to: old.length - end, insert: text.slice(from, text.length - end) };
}
