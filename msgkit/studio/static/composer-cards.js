/** A card for what a template says of one of its variables. */

import { button, h, labelled, select } from "./composer-dom.js";

const TYPES = ["text", "money", "int", "date", "datetime", "url", "media", "list", "bool"];

/**
 * @param {object} tools what a field needs: words, soon, now
 * @param {{name: string, said: any}} variable @param {number} index
 * @param {(from: number, to: number) => void} toSource
 */
export function variableCard({ words, soon, now }, variable, index, toSource) {
  const { name, said } = variable;
  const path = (key) => `v${index}.${key}`;
  if (said === null) {
    return h("li.c-piece", {}, h("header", {}, h("h4", {}, name)), button(words.in_source, () => toSource(1, 1), {}, "button.act"));
  }
  const data = { ...said };
  const changed = () => soon(`variable ${name}`, () => ({ do: "variable", key: name, value: data }));
  const put = (key, value) => {
    if (value === undefined || value === "") delete data[key];
    else data[key] = value;
  };

  const title = h("input", { value: name, "data-path": path("name"), autocomplete: "off", spellcheck: "false" });
  title.addEventListener("change", () => {
    const wanted = title.value.trim();
    if (wanted && wanted !== name) {
      now({ do: "variable", key: name, name: wanted, value: data }, path("name")).then((done) => {
        if (!done) title.value = name;
      });
    }
  });
  const about = h("input", { value: data.description ?? "", "data-path": path("description"), autocomplete: "off" });
  about.addEventListener("input", () => {
    put("description", about.value);
    changed();
  });
  const type = typeof data.type === "string" ? data.type.toLowerCase() : "text";
  const types = select(TYPES.map((each) => [each, words[`ty_${each}`]]), type, (value) => {
    put("type", value === "text" ? undefined : value);
    for (const key of ["example", "default", "unit", "format", "emoji", "at_most"]) delete data[key];
    if (value === "money") data.unit = "yuan";
    now({ do: "variable", key: name, value: data }, path("type"));
  }, { "data-path": path("type") });
  const needed = h("input", { type: "checkbox", checked: data.required ?? !("default" in data), "data-path": path("required") });
  needed.addEventListener("change", () => {
    put("required", needed.checked ? undefined : false);
    if (needed.checked) delete data.default;
    changed();
  });
  return h(
    "li.c-piece",
    {},
    h("header", {}, h("h4", {}, `\${${name}}`), button("✕", () => now({ do: "variable", key: name, value: null }), { "aria-label": `${words.delete} · ${name}`, title: words.delete })),
    h(
      "div.c-fields",
      {},
      labelled(words.v_name, title),
      labelled(words.v_type, types),
      labelled(words.v_description, about),
      labelled(words.v_example, example(type, data, path("example"), put, changed)),
      h("label.c-check", {}, needed, words.v_required),
    ),
  );
}

/** The field of an example: what is written there becomes what its type wants. */
function example(type, data, path, put, changed) {
  const text = Array.isArray(data.example) ? data.example.join("\n") : shownAs(type, data);
  const field = type === "list" ? h("textarea", { rows: "2" }) : h("input", { autocomplete: "off" });
  field.value = text;
  field.dataset.path = path;
  field.addEventListener("input", () => {
    put("example", readAs(type, field.value, data));
    changed();
  });
  return field;
}

function shownAs(type, { example: value, unit }) {
  if (value === undefined || value === null) return "";
  return type === "money" && typeof value === "number" && unit === "yuan" ? (value / 100).toFixed(2) : String(value);
}

function readAs(type, text, data) {
  if (type === "list") return text.split("\n").filter((line) => line.trim());
  if (type === "bool" && /^(true|false)$/i.test(text)) return text.toLowerCase() === "true";
  const isWhole = /^-?(0|[1-9]\d{0,14})$/.test(text);
  return isWhole && (type === "int" || (type === "money" && !data.unit)) ? Number(text) : text;
}
