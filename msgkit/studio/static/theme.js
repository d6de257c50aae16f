// Before anything is drawn, so that a dark page does not flash: the theme that was chosen, or else the system's.
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem("msgkit.theme");
  } catch {
    // Storage may be switched off; the system's theme will do.
  }
  const dark = chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.classList.toggle("dark", dark);
})();
