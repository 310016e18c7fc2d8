// Bundles scripts and style sheets into static/ under names that change with their content,
// and writes manifest.json (plain name -> hashed name), which api/pages.py reads.
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const OUT = "static";
// Ranking, drawing and recording are loaded by the few pages that ask for them.
const PARTS = ["src/rank.ts", "src/draw.ts", "src/record.ts"];
// What a phone shows without a network: only browsers that can keep something in secret run it.
const KEPT = ["src/sw.ts", "src/waiting.ts"];
// On a tablet for many, and where staff print or type in paper forms.
const MODES = ["src/kiosk.ts", "styles/kiosk.css", "styles/paper.css"];
const ENTRIES = ["src/survey.ts", "src/staff.ts", ...PARTS, "styles/survey.css", "styles/staff.css", "styles/designer.css", ...MODES, "icons/icon.svg"];

await mkdir(OUT, { recursive: true });
for (const old of await readdir(OUT)) if (old !== ".gitkeep") await rm(`${OUT}/${old}`);

const options = {
  outdir: OUT,
  entryNames: "[name]-[hash]",
  bundle: true,
  minify: true,
  format: "esm",
  target: ["es2019", "safari12"],
  loader: { ".svg": "copy" },
  legalComments: "none",
  metafile: true,
};
const { metafile } = await build({ ...options, entryPoints: ENTRIES });
// htmx is written for browsers of 2022 on; where it does not run, the designer's plain forms do.
const designer = await build({ ...options, entryPoints: ["src/designer.ts"], target: "es2022" });

const kept = await build({ ...options, entryPoints: KEPT, target: "es2021", format: "iife" });

const manifest = {};
for (const [path, output] of Object.entries({ ...metafile.outputs, ...designer.metafile.outputs, ...kept.metafile.outputs })) {
  const source = output.entryPoint ?? Object.keys(output.inputs)[0];
  manifest[basename(source).replace(/\.ts$/, ".js")] = basename(path);
}
await writeFile(`${OUT}/manifest.json`, JSON.stringify(manifest, null, 2) + "\n");

// The same files packed, for phones on little data; api/main.py hands them out where the browser takes them.
for (const name of Object.values(manifest)) {
  await writeFile(`${OUT}/${name}.gz`, gzipSync(await readFile(`${OUT}/${name}`), { level: 9 }));
}
