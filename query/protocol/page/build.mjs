// Builds dist from src: esbuild bundles the modules, and the outlines of the
// map are drawn here once, so that the page needs no projection of its own.
import { createHash } from "node:crypto";
import { build } from "esbuild";
import { readFileSync, writeFileSync, rmSync, mkdirSync } from "node:fs";
import { feature } from "topojson-client";
import { geoCentroid, geoGraticule10, geoNaturalEarth1, geoPath } from "d3-geo";
import countries from "i18n-iso-countries";

const width = 1000;
const height = 500;
const south = -57; // what is below is not drawn: no country is there
const projection = geoNaturalEarth1().fitSize([width, height], { type: "Sphere" });

// relative rewrites a path of M, L and Z into integer tenths with relative
// steps, which are shorter.
function relative(path) {
  const tenths = (s) => s.split(",").map((n) => Math.round(Number(n) * 10));
  let out = "";
  for (const ring of path.split("M").slice(1)) {
    let [x, y] = [0, 0];
    const points = ring.replace("Z", "").split("L").map(tenths);
    points.forEach(([px, py], i) => {
      if (i === 0) out += `M${px} ${py}l`;
      else if (px !== x || py !== y) out += `${px - x} ${py - y} `;
      [x, y] = [px, py];
    });
    out = out.endsWith("l") ? out.slice(0, -1) : out.trimEnd() + "z";
  }
  return out.replaceAll(" -", "-");
}

// code is the ISO 3166-1 alpha-3 code of a feature of the atlas.
function code(f) {
  return countries.numericToAlpha3(f.id) ?? { Kosovo: "XKX" }[f.properties.name] ?? "";
}

// outlines are those of Natural Earth at 1:110 million (public domain); what is
// too small for them is a dot, from 1:50 million.
function outlines() {
  const atlas = (scale) => {
    const t = JSON.parse(readFileSync(`node_modules/world-atlas/countries-${scale}.json`));
    return feature(t, t.objects.countries).features;
  };
  const path = geoPath(projection).digits(1);
  const shapes = atlas("110m").filter((f) => f.properties.name !== "Antarctica").map((f) => ({ code: code(f), name: f.properties.name, d: relative(path(f)) }));
  const drawn = new Set(shapes.map((s) => s.code));
  const dots = atlas("50m")
    .filter((f) => code(f) && !drawn.has(code(f)) && f.properties.name !== "Antarctica")
    .map((f) => {
      const [x, y] = projection(geoCentroid(f));
      return { code: code(f), name: f.properties.name, x: Math.round(x * 10), y: Math.round(y * 10) };
    });
  const iso2 = {};
  for (const { code } of [...shapes, ...dots]) {
    const two = code === "XKX" ? "XK" : countries.alpha3ToAlpha2(code);
    if (two) iso2[two] = code;
  }
  return { width: width * 10, height: Math.round(projection([0, south])[1] * 10), shapes, dots, iso2,
    sphere: relative(path({ type: "Sphere" })), graticule: relativeLines(path(geoGraticule10())) };
}

// relativeLines is relative for open lines.
function relativeLines(path) {
  return relative(path).replaceAll("z", "");
}

writeFileSync("src/outlines.json", JSON.stringify(outlines()));

const result = await build({
  entryPoints: { page: "src/main.ts", style: "src/style.css" },
  outdir: "dist/assets",
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  bundle: true,
  splitting: true,
  format: "esm",
  target: "es2022",
  minify: true,
  legalComments: "none",
  charset: "utf8",
  metafile: true,
  write: false,
  logLevel: "warning",
});

const names = {};
for (const [file, out] of Object.entries(result.metafile.outputs)) {
  if (out.entryPoint === "src/main.ts") names.script = file.replace("dist/", "");
  if (out.entryPoint === "src/style.css") names.style = file.replace("dist/", "");
}
// Only a build that went well replaces the one before.
rmSync("dist", { recursive: true, force: true });
mkdirSync("dist/assets", { recursive: true });
for (const file of result.outputFiles) writeFileSync(file.path, file.contents);
const icon = readFileSync("src/icon.svg");
names.icon = `assets/icon-${createHash("sha256").update(icon).digest("hex").slice(0, 8).toUpperCase()}.svg`;
writeFileSync("dist/" + names.icon, icon);
const index = readFileSync("src/index.html", "utf8").replace("{{icon}}", names.icon).replace("{{script}}", names.script).replace("{{style}}", names.style);
writeFileSync("dist/index.html", index);

let total = index.length;
for (const [file, out] of Object.entries(result.metafile.outputs)) {
  total += out.bytes;
  console.log(String(out.bytes).padStart(9), file);
}
console.log(String(total).padStart(9), "in all");
