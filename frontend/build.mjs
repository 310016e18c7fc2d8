// Bundles scripts and style sheets into static/ under names that change with their content,
// and writes manifest.json (plain name -> hashed name), which api/pages.py reads.
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import subsetFont from "subset-font";

const OUT = "static";
// Ranking, drawing and recording are loaded by the few pages that ask for them, the settings and reading aloud on a tap.
const PARTS = ["src/rank.ts", "src/draw.ts", "src/record.ts", "src/settings.ts", "src/speak.ts"];
// What a phone shows without a network: only browsers that can keep something in secret run it.
const KEPT = ["src/sw.ts", "src/waiting.ts"];
// On a tablet for many, and where staff print or type in paper forms.
const MODES = ["src/kiosk.ts", "styles/kiosk.css", "styles/paper.css"];
const ENTRIES = ["src/survey.ts", "src/staff.ts", ...PARTS, "styles/survey.css", "styles/staff.css", "styles/designer.css", ...MODES, "icons/icon.svg"];

await mkdir(OUT, { recursive: true });
for (const old of await readdir(OUT)) if (old !== ".gitkeep") await rm(`${OUT}/${old}`);

// The letters of OpenDyslexic weigh 115 KB as they come, 31 KB with those of Europe's languages alone. Its licence asks for
// another name for what was changed, also inside the file: one of as many letters, so that nothing else moves.
const EUROPE = [...Array(0x180 - 0x20).keys()].map((n) => String.fromCharCode(n + 0x20)).join("") + "–—‘’“”•…€ẁẃẅỳ";
const RESERVED = "OpenDyslexic";
const OURS = "EarshotHeavy";
async function fewerLetters(path) {
  const font = await subsetFont(await readFile(path), EUROPE, { targetFormat: "sfnt" });
  for (const written of [(name) => Buffer.from(name, "latin1"), (name) => Buffer.from(name, "utf16le").swap16()]) {
    for (let at = font.indexOf(written(RESERVED)); at >= 0; at = font.indexOf(written(RESERVED))) written(OURS).copy(font, at);
  }
  return subsetFont(font, EUROPE, { targetFormat: "woff2" });
}
const fonts = {
  name: "fonts",
  setup({ onLoad }) {
    onLoad({ filter: /opendyslexic-latin-400-normal\.woff2$/ }, async ({ path }) => ({ contents: await fewerLetters(path), loader: "file" }));
  },
};

const options = {
  outdir: OUT,
  entryNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  bundle: true,
  minify: true,
  format: "esm",
  target: ["es2019", "safari12"],
  loader: { ".svg": "copy", ".woff2": "file" },
  plugins: [fonts],
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
for (const name of Object.values(manifest).filter((name) => !name.endsWith(".woff2"))) {
  await writeFile(`${OUT}/${name}.gz`, gzipSync(await readFile(`${OUT}/${name}`), { level: 9 }));
}
