/** The buttons of the bars, the menu, and the keys that do what they do. */

/**
 * @param {HTMLElement} root
 * @param {object} acts what each button with that name in `data-do` does
 * @param {(view: string) => void} acts.setView @param {(to: string) => void} acts.copyAs
 * @param {() => boolean} acts.isForm whether the keyboard is in the form
 */
export function wire(root, acts) {
  for (const each of root.querySelectorAll("[data-do]")) each.addEventListener("click", () => acts[each.dataset.do]());
  for (const each of root.querySelectorAll("[data-view]")) each.addEventListener("click", () => acts.setView(each.dataset.view));
  wireMenu(root.querySelector("details.menu"), acts.copyAs);
  // Before the editor, to which Ctrl+Enter is another line.
  document.addEventListener("keydown", (event) => press(event, acts), { capture: true });
}

function wireMenu(menu, copyAs) {
  const close = () => {
    menu.open = false;
    menu.querySelector("summary").focus();
  };
  for (const each of menu.querySelectorAll("[data-copy]")) {
    each.addEventListener("click", () => {
      close();
      copyAs(each.dataset.copy);
    });
  }
  menu.addEventListener("keydown", (event) => event.key === "Escape" && menu.open && close());
  document.addEventListener("click", (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
}

function press(event, { save, send, undo, redo, isForm }) {
  const isHere = !document.getElementById("composer").hidden && !document.querySelector("dialog[open]");
  if (!isHere || !(event.ctrlKey || event.metaKey) || event.altKey) return;
  // The form has no history of its own: it is that of the text.
  const ofForm = isForm() ? { z: event.shiftKey ? redo : undo, y: redo } : {};
  const act = { s: save, enter: send, ...ofForm }[event.key.toLowerCase()];
  if (!act) return;
  event.preventDefault();
  event.stopPropagation();
  act();
}
