/** Keep the browser from writing `style` attributes, which the page forbids. */

import { ViewPlugin } from "@codemirror/view";

/**
 * Take away what is selected before something is written over it. A browser that does both in one step keeps the colours
 * of what was there in `style` attributes.
 */
export function clearing() {
  return ViewPlugin.define((view) => {
    const clear = () => {
      if (!view.state.selection.main.empty) view.dispatch(view.state.replaceSelection(""), { userEvent: "input.type" });
    };
    const typed = (event) => event.inputType === "insertText" && clear();
    view.contentDOM.addEventListener("beforeinput", typed, { capture: true });
    view.contentDOM.addEventListener("compositionstart", clear, { capture: true });
    return {
      destroy() {
        view.contentDOM.removeEventListener("beforeinput", typed, { capture: true });
        view.contentDOM.removeEventListener("compositionstart", clear, { capture: true });
      },
    };
  });
}
