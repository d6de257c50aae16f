/** Reply with a template, or with the message that the composer has handed over. */

const at = (id) => document.getElementById(id);

/** What the composer has handed over: `{message, from}`. */
const HANDED = "msgkit.send";

/** @param {object} studio @param {() => string} chosen the complaint's id */
export function startReplying(studio, chosen) {
  const dialog = at("reply-dialog");
  const list = () => htmx.trigger("#templates", "conversation:templates");

  /** Show the form of a template. @param {string} name */
  async function fill(name) {
    for (const each of at("templates").querySelectorAll("[data-template]")) {
      each.toggleAttribute("aria-current", each.dataset.template === name);
    }
    const query = new URLSearchParams({ id: chosen(), name });
    await htmx.ajax("GET", `${studio.base}/conversation/form?${query}`, { source: "#reply-form", target: "#reply-form", swap: "innerHTML" });
    at("fill-title")?.focus();
  }

  async function begin({ template, draft }) {
    await until(chosen);
    const handed = draft === undefined ? null : taken();
    dialog.showModal();
    list();
    if (template) await fill(template);
    if (handed) {
      await htmx.ajax("POST", `${studio.base}/conversation/handed`, {
        source: "#reply-form",
        target: "#reply-form",
        swap: "innerHTML",
        values: { id: chosen(), message: JSON.stringify(handed.message), from: handed.from ?? "" },
      });
    }
    // Going back to the conversation must not begin this once more.
    history.replaceState(null, "", `#conversation?${new URLSearchParams({ id: chosen() })}`);
  }

  at("reply-with").addEventListener("click", () => {
    dialog.showModal();
    list();
  });
  document.body.addEventListener("conversation:begin", ({ detail }) => begin(detail));
  document.body.addEventListener("conversation:sent", ({ detail }) => {
    const said = at("sent").querySelector(".note").textContent.trim();
    if (!detail.stay) {
      dialog.close();
      at("reply-form").querySelector("#fill")?.reset();
      at("sent").replaceChildren();
    }
    studio.say(said);
  });
  let waiting = null;
  at("template-search").addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(list, 120);
  });
  at("template-filter").addEventListener("submit", (event) => event.preventDefault());
  dialog.addEventListener("click", (event) => {
    const picked = event.target.closest("[data-template]");
    if (picked) fill(picked.dataset.template);
    if (event.target.closest("#fill-examples")) examples();
  });
}

/** Put the examples into the fields that are empty, as if they had been typed. */
function examples() {
  for (const field of at("fill").querySelectorAll("[data-example]")) {
    if (!field.value && field.dataset.example) field.value = field.dataset.example.replace(/(:\d\d)?(\+08:00)$/, "");
  }
  at("fill").dispatchEvent(new Event("input", { bubbles: true }));
}

/** Take what the composer has handed over, once. @returns {{message: object, from?: string}|null} */
function taken() {
  try {
    const handed = JSON.parse(sessionStorage.getItem(HANDED));
    sessionStorage.removeItem(HANDED);
    return handed?.message ? handed : null;
  } catch {
    return null;
  }
}

/** Wait until a complaint is shown: the server chooses one where the address names none. @param {() => string} chosen */
async function until(chosen) {
  for (let tries = 0; !chosen() && tries < 100; tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}
