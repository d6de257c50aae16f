/** The fields of a block's card, by its kind. */

import { button, chooser, h, labelled, said, select } from "./composer-dom.js";

const TARGETS = ["send", "url", "mini_program"];

/** @returns {string} a name for a variable that is no other's */
export function fresh(name, model) {
  const taken = new Set(model.variables.map((each) => each.name));
  let made = name;
  for (let number = 2; taken.has(made); number += 1) made = `${name}${number}`;
  return made;
}

/**
 * The fields of a block.
 * @param {object} tools what a field needs: words, soon, now, upload
 * @param {any} model @param {any} block @param {number} index
 */
export function blockFields(tools, model, block, index) {
  const entry = structuredClone(block.entry);
  const at = (name) => `${index}.${name}`;
  const changed = () => tools.soon(`block ${index}`, () => ({ do: "set", index, value: entry }));
  const self = { ...tools, model, entry, at, changed };
  return h("div.c-fields", {}, ...FIELDS[block.kind](self));
}

const FIELDS = {
  text: (self) => [
    long(self, "text", self.words.words, "main"),
    h(
      "div.c-full.c-checks",
      {},
      check(self, self.words.bold, "bold", self.entry.bold === true, (is) => put(self.entry, "bold", is || undefined)),
      check(self, self.words.secondary, "secondary", isWord(self.entry.color, "secondary"), (is) =>
        put(self.entry, "color", is ? "secondary" : undefined),
      ),
    ),
  ],
  image: (self) => [picture(self), choice(self, "style", self.words.style, ["narrow", "wide"], "s_")],
  link: (self) => [line(self, "link", self.words.words, "main"), ...taps(self, self.entry, "", ["url", "mini_program", "send"]), extras(self)],
  faq: (self) => [items(self, "faq", self.words.question, self.words.add_question, self.words.new_question, true)],
  button: (self) => [line(self, "button", self.words.words, "main"), ...taps(self, self.entry, "", ["", ...TARGETS]), extras(self)],
  buttons: (self) => [
    items(self, "buttons", self.words.button_n, self.words.add_button, self.words.new_button, false),
    choice(self, "layout", self.words.layout, ["horizontal", "vertical"], "l_"),
    ...limits(self),
  ],
};

/** Set a key of an entry, or take it away. */
function put(entry, key, value) {
  if (value === undefined || value === "") delete entry[key];
  else entry[key] = value;
}

const isWord = (value, word) => typeof value === "string" && value.toLowerCase() === word;

function long(self, key, label, path) {
  const rows = String(Math.min(8, Math.max(1, String(self.entry[key]).split("\n").length)));
  const field = h("textarea", { rows, "data-path": self.at(path), value: self.entry[key] });
  field.addEventListener("input", () => {
    self.entry[key] = field.value;
    self.changed();
  });
  return h("label.field.c-full", {}, h("span.quiet", {}, label), field);
}

function line(self, key, label, path, entry = self.entry) {
  const field = h("input", { "data-path": self.at(path), value: entry[key] ?? "", autocomplete: "off" });
  field.addEventListener("input", () => {
    entry[key] = field.value;
    self.changed();
  });
  return labelled(label, field);
}

/** A line that may stay empty: then its key is not there. */
function maybe(self, entry, key, label, path, more = {}) {
  const field = h("input", { "data-path": self.at(path), value: entry[key] ?? "", autocomplete: "off", ...more });
  field.addEventListener("input", () => {
    put(entry, key, field.value);
    self.changed();
  });
  return labelled(label, field);
}

function check(self, label, path, is, onCheck) {
  const field = h("input", { type: "checkbox", checked: is, "data-path": self.at(path) });
  field.addEventListener("change", () => {
    onCheck(field.checked);
    self.changed();
  });
  return h("label.c-check", {}, field, label);
}

function choice(self, key, label, values, prefix) {
  const options = [["", self.words[`${prefix}none`]], ...values.map((value) => [value, self.words[prefix + value]])];
  const now = String(self.entry[key] ?? "").toLowerCase();
  if (now && !values.includes(now)) options.push([now, now]);
  const field = select(options, now, (value) => {
    put(self.entry, key, value);
    self.changed();
  }, { "data-path": self.at(key) });
  return labelled(label, field);
}

function picture(self) {
  const { words, model, entry } = self;
  const field = h("input", { "data-path": self.at("main"), value: entry.image, autocomplete: "off" });
  field.addEventListener("input", () => {
    entry.image = field.value;
    self.changed();
  });
  const choose = chooser(words.choose_picture, take, { "data-path": self.at("file") });

  /** Let the picture be the example of a variable. */
  async function take(file) {
    const media = await self.upload(file);
    if (media === null) return;
    const whole = /^\s*\$\{([^${}]+)\}\s*$/.exec(entry.image);
    const name = whole ? whole[1] : fresh(words.new_picture, model);
    const known = model.variables.find((each) => each.name === name)?.said ?? {};
    const example = { do: "variable", key: name, value: { ...known, type: "media", example: media } };
    entry.image = `\${${name}}`;
    const shown = { do: "set", index: Number(self.at("").slice(0, -1)), value: entry };
    await self.now(whole ? example : [example, shown], self.at("file"));
  }
  return h(
    "div.field.c-full",
    {},
    h("label", {}, h("span", {}, words.picture), h("span.c-with", {}, field)),
    h("span.c-with", {}, h("span.c-hint", {}, words.picture_hint), choose),
  );
}

/** What a tap does: where it leads, and what belongs to that. */
function taps(self, entry, prefix, allowed) {
  const { words } = self;
  const now = TARGETS.find((key) => key in entry) ?? "";
  const options = allowed.map((key) => [key, words[`t_${key || "own"}`]]);
  if (!allowed.includes(now)) options.push([now, words[`t_${now || "own"}`]]);
  const field = select(options, now, (target) => {
    const before = now && typeof entry[now] === "string" ? entry[now] : "";
    for (const key of TARGETS) delete entry[key];
    if (target === "url") entry.url = before.startsWith("https://") ? before : "https://";
    else if (target === "mini_program") entry.mini_program = { appid: "wx" };
    else if (target) entry[target] = self.entry[prefix ? "" : "button"] ?? self.entry.link ?? entry.text ?? "";
    self.now({ do: "set", index: Number(self.at("").slice(0, -1)), value: self.entry }, self.at(`${prefix}tap`));
  }, { "data-path": self.at(`${prefix}tap`) });
  return [labelled(words.on_tap, field), ...targets(self, entry, prefix, now)];
}

function targets(self, entry, prefix, target) {
  const { words } = self;
  if (target !== "mini_program") return target ? [line(self, target, words[`t_${target}`], `${prefix}${target}`, entry)] : [];
  const program = typeof entry.mini_program === "string" ? { appid: entry.mini_program } : entry.mini_program;
  entry.mini_program = program;
  return [
    line(self, "appid", words.appid, `${prefix}appid`, program),
    maybe(self, program, "path", words.path, `${prefix}path`),
  ];
}

/** What few blocks need. */
function extras(self) {
  const isUsed = ["action_id", "expires", "multi_clickable"].some((key) => key in self.entry);
  return h(
    "details.c-extra",
    { open: isUsed },
    h("summary", {}, self.words.more),
    h("div.c-fields", {}, maybe(self, self.entry, "action_id", self.words.action_id, "action_id"), ...limits(self)),
  );
}

function limits(self) {
  const { words, entry } = self;
  return [
    maybe(self, entry, "expires", words.expires, "expires", { placeholder: "24h", title: words.expires_hint }),
    check(self, words.once, "once", entry.multi_clickable === false, (is) => put(entry, "multi_clickable", is ? false : undefined)),
  ];
}

/** A list of questions or buttons: plain texts, or with what a tap does. */
function items(self, key, label, addLabel, text, isPlain) {
  const { words, entry } = self;
  const index = Number(self.at("").slice(0, -1));
  const now = (focus) => self.now({ do: "set", index, value: entry }, self.at(focus));
  const rows = entry[key].map((item, number) => {
    const remove = button("✕", () => {
      entry[key].splice(number, 1);
      now(`item${Math.max(0, number - 1)}`);
    }, { "aria-label": `${words.remove} · ${said(label, { n: number + 1 })}`, title: words.remove, disabled: entry[key].length === 1 });
    const field = h("input", { "data-path": self.at(number ? `item${number}` : "main"), autocomplete: "off" });
    field.value = typeof item === "string" ? item : item.text;
    field.addEventListener("input", () => {
      if (typeof entry[key][number] === "string") entry[key][number] = field.value;
      else entry[key][number].text = field.value;
      self.changed();
    });
    const main = labelled(said(label, { n: number + 1 }), field);
    const isSimple = isPlain && (typeof item === "string" || !TARGETS.some((each) => each in item));
    if (isSimple) return h("div.c-item.c-plain-item", {}, main, remove);
    return h("div.c-item", {}, main, ...itemTaps(self, key, number, now), remove);
  });
  const add = button(addLabel, () => {
    entry[key].push(text);
    now(`item${entry[key].length - 1}`);
  }, {}, "button.chip");
  return h("div.c-items", {}, ...rows, h("div", {}, add));
}

/** What a tap on an item does; an item that says nothing of it is a plain text. */
function itemTaps(self, key, number, now) {
  const item = self.entry[key][number];
  const known = typeof item === "string" ? { text: item } : item;
  const target = TARGETS.find((each) => each in known) ?? "";
  const options = ["", ...TARGETS].map((each) => [each, self.words[`t_${each || "own"}`]]);
  const path = `item${number}.tap`;
  const field = select(options, target, (value) => {
    const rest = Object.fromEntries(Object.entries(known).filter(([each]) => !TARGETS.includes(each)));
    if (value) rest[value] = { url: "https://", mini_program: { appid: "wx" }, send: known.text }[value];
    self.entry[key][number] = Object.keys(rest).length === 1 ? rest.text : rest;
    now(path);
  }, { "data-path": self.at(path) });
  return [labelled(self.words.on_tap, field), ...targets(self, known, `item${number}.`, target)];
}
