/** Asking the studio something, where a refusal is shown elsewhere than in the corner. */

let base = "";

/** @param {{base: string}} studio */
export function postTo(studio) {
  base = studio.base;
}

/**
 * Post a form.
 * @param {string} path @param {Record<string, string|Blob>} fields
 * @returns {Promise<any>} what is answered; `refused` says why there is no answer
 */
export async function post(path, fields) {
  const isFile = Object.values(fields).some((value) => value instanceof Blob);
  const body = isFile ? new FormData() : new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  try {
    const answer = await fetch(base + path, { method: "POST", body });
    return await answer.json();
  } catch {
    return { refused: document.body.dataset.away };
  }
}
