/** A conversation as a pytest test: shown, copied, saved as a file. */

const at = (id) => document.getElementById(id);

/** @param {object} studio @param {() => string} chosen the complaint's id */
export function startExport(studio, chosen) {
  const code = () => at("export-code")?.textContent ?? "";
  at("case-export").addEventListener("click", async () => {
    const query = new URLSearchParams({ id: chosen() });
    at("export-body").replaceChildren();
    await htmx.ajax("GET", `${studio.base}/conversation/export?${query}`, { source: "#export-body", target: "#export-body", swap: "innerHTML" });
    if (at("export-code")) at("export-dialog").showModal();
  });
  at("export-copy").addEventListener("click", () => studio.copy(code()));
  at("export-save").addEventListener("click", () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([code()], { type: "text/x-python" }));
    link.download = "test_conversation.py";
    link.click();
    URL.revokeObjectURL(link.href);
  });
}
