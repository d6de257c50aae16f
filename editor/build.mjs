// Builds what the studio ships of others' code: `node build.mjs [folder]`.
//
// Writes into the folder (msgkit/studio/static unless one is given):
//   editor.js     the editor of src/ and the packages that it uses, in one ES module
//   htmx.min.js   htmx, as its makers minified it
//   licences.txt  the licence of each package of which something is in these files
// The same lockfile gives the same bytes.

import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const folder = resolve(process.argv[2] ?? join(here, "../msgkit/studio/static"));
const rule = "=".repeat(80);

/** Build the editor, and return the names of the packages of which something got into it. */
async function bundle() {
  const { metafile } = await build({
    absWorkingDir: here,
    entryPoints: ["src/editor.js"],
    outfile: join(folder, "editor.js"),
    bundle: true,
    format: "esm",
    target: "es2022",
    charset: "utf8",
    minify: true,
    legalComments: "none", // they stand in licences.txt, whole
    metafile: true,
    logLevel: "warning",
  });
  const [output] = Object.values(metafile.outputs);
  const names = Object.entries(output.inputs)
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([path]) => path.match(/node_modules\/((?:@[^/]+\/)?[^/]+)\//)?.[1])
    .filter((name) => name !== undefined);
  return [...new Set(names)];
}

/** Return a package's name, version and licence, as its own files state them. */
async function licence(name) {
  const place = join(here, "node_modules", name);
  const { version, license } = JSON.parse(await readFile(join(place, "package.json"), "utf8"));
  const text = await readFile(join(place, "LICENSE"), "utf8");
  return `${rule}\n${name} ${version} (${license})\n${rule}\n\n${text.replaceAll("\r\n", "\n").trim()}\n`;
}

await mkdir(folder, { recursive: true });
const names = [...(await bundle()), "htmx.org"].sort();
await copyFile(join(here, "node_modules/htmx.org/dist/htmx.min.js"), join(folder, "htmx.min.js"));
const opening = "editor.js and htmx.min.js hold code of these packages, under these licences.\n";
await writeFile(join(folder, "licences.txt"), [opening, ...(await Promise.all(names.map(licence)))].join("\n"));
