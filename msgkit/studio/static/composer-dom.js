/** Making elements, and saying things in them: texts only, never markup. */

/**
 * Make an element.
 * @param {string} name e.g. `button`, or `button.act.go`
 * @param {Record<string, any>} [attributes] `on…` are listeners; `value`, `checked` and the like are set as properties
 * @param {...(Node|string|null|undefined|false)} children
 */
export function h(name, attributes = {}, ...children) {
  const [tag, ...classes] = name.split(".");
  const element = document.createElement(tag);
  if (classes.length) element.className = classes.join(" ");
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "value" || key === "checked" || key === "selected") element[key] = value;
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

let counted = 0;

/** @returns {string} an id that no other element has */
export const fresh = () => `composer-${(counted += 1)}`;

/** A button. @param {string} text @param {() => void} onclick @param {Record<string, any>} [more] @param {string} [kind] */
export const button = (text, onclick, more = {}, kind = "button.plain") =>
  h(kind, { type: "button", onclick, ...more }, text);

/** A label with its control below. @param {string} text @param {HTMLElement} control @param {string} [kind] */
export const labelled = (text, control, kind = "label.field") => h(kind, {}, h("span", {}, text), control);

/**
 * A list to choose from.
 * @param {[string, string][]} options value and text @param {string} value @param {(value: string) => void} onchange
 */
export function select(options, value, onchange, more = {}) {
  const made = h("select", { ...more, onchange: () => onchange(made.value) });
  for (const [key, text] of options) made.append(h("option", { value: key }, text));
  made.value = value;
  return made;
}

/** Fill a text that speaks of something. @param {string} text e.g. `Line {line}` @param {Record<string, any>} params */
export const said = (text, params) => text.replace(/\{(\w+)\}/g, (whole, name) => (name in params ? params[name] : whole));

/** Press one of several toggles. @param {Iterable<HTMLElement>} buttons @param {(button: HTMLElement) => boolean} is */
export function press(buttons, is) {
  for (const each of buttons) each.setAttribute("aria-pressed", String(is(each)));
}

/**
 * Let two buttons that undo each other be pressed or not; the keyboard goes from one that cannot be to the other.
 * @param {[HTMLButtonElement, boolean]} one @param {[HTMLButtonElement, boolean]} other
 */
export function enable([one, isOn], [other, isOtherOn]) {
  const held = document.activeElement;
  one.disabled = !isOn;
  other.disabled = !isOtherOn;
  if (held === one && !isOn) other.focus();
  else if (held === other && !isOtherOn) one.focus();
}

/**
 * Show a dialog; Escape and its own buttons close it, and the keyboard goes back to where it was.
 * @param {string} id @returns {HTMLDialogElement}
 */
export function open(id) {
  const dialog = document.getElementById(id);
  if (!dialog.open) dialog.showModal();
  return dialog;
}

/** Let every button of a dialog that says so close it. */
export function closable() {
  for (const each of document.querySelectorAll("#composer dialog [data-do=close]")) {
    each.addEventListener("click", () => each.closest("dialog").close());
  }
}

/** A button to choose a picture with. @param {string} text @param {(file: File) => void} take */
export function chooser(text, take, more = {}) {
  const input = h("input", { type: "file", accept: "image/png,image/jpeg,image/bmp,.png,.jpg,.bmp", "aria-label": text, ...more });
  input.addEventListener("change", () => {
    if (input.files[0]) take(input.files[0]);
    input.value = "";
  });
  return h("span.act.c-file", {}, h("span", { "aria-hidden": "true" }, text), input);
}
