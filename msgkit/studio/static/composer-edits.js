/** What is done in the form, put into the text in order: at once, or when nobody has written for a moment. */

const WAIT = 120; // milliseconds without a key, after which what was written goes into the text

/**
 * @param {object} about
 * @param {HTMLElement} about.place where it is written
 * @param {(edits: any[]) => Promise<boolean>} about.edit does some things to the text, as one
 * @param {(what: any) => void} about.onWritten hears what was written and is in the text now
 */
export function editing({ place, edit, onWritten }) {
  /** What was written and is not in the text yet, by what it belongs to. @type {Map<string, () => any>} */
  const waiting = new Map();
  let timer = 0;
  let working = 0;
  let last = Promise.resolve();

  async function flush() {
    clearTimeout(timer);
    const edits = [...waiting.values()].map((make) => make());
    waiting.clear();
    for (const what of edits) if (await act(what)) onWritten(what);
    await last;
  }

  /** Do something once all that was begun before is in the text: each edit starts from what the last one made. */
  function act(...edits) {
    working += 1;
    const done = last.then(() => edit(edits)).finally(() => {
      working -= 1;
    });
    last = done.catch(() => {});
    return done;
  }

  /** Put something into the text when nobody has written for a moment. @param {string} key @param {() => any} make */
  function soon(key, make) {
    waiting.set(key, make);
    clearTimeout(timer);
    if (!isComposing()) timer = setTimeout(flush, WAIT);
  }

  const isComposing = composition(place, {
    onBegin: () => clearTimeout(timer),
    onEnd: () => {
      if (waiting.size) timer = setTimeout(flush, WAIT);
    },
  });
  place.addEventListener("focusout", () => waiting.size && flush());
  const isBusy = () => waiting.size > 0 || working > 0 || isComposing();
  return { flush, act, soon, isBusy };
}

/** While a Chinese word is being put together from its sounds, the field is left alone. @returns {() => boolean} whether one is */
function composition(place, { onBegin, onEnd }) {
  let isComposing = false;
  place.addEventListener("compositionstart", () => {
    isComposing = true;
    onBegin();
  });
  place.addEventListener("compositionend", () => {
    isComposing = false;
    onEnd();
  });
  return () => isComposing;
}
