// Results on a map of the world: countries coloured by a value, or marked where
// there is none. Outlines: Natural Earth, public domain.
import { type Result } from "./api";
import { h, replace, s } from "./dom";
import outlines from "./outlines.json";
import { measures } from "./chart";
import { words } from "./table";
import { compact, entityLink, isNumber, num, say, type Term } from "./term";

const codes = new Set([...outlines.shapes, ...outlines.dots].map((o) => o.code).filter(Boolean));
const byName = new Map([...outlines.shapes, ...outlines.dots].filter((o) => o.code).map((o) => [o.name.toLowerCase(), o.code]));
const iso2 = outlines.iso2 as Record<string, string>;

// country is the ISO 3166-1 alpha-3 code that a term stands for: by the end of
// its IRI, by its label, or as a code itself.
function country(t: Term | undefined): string | undefined {
  if (t?.type === "uri") {
    const last = /([A-Za-z]+)$/.exec(t.value)?.[1] ?? "";
    if (codes.has(last) && last === t.value.split(/[/#:]/).pop()) return last;
    return byName.get((t.label ?? "").toLowerCase());
  }
  if (t?.type === "literal") {
    if (codes.has(t.value)) return t.value;
    return iso2[t.value] ?? byName.get(t.value.toLowerCase());
  }
}

function countryColumn(result: Result): string | undefined {
  const some = result.rows.slice(0, 300);
  const found = result.vars.map((v) => ({ v, n: some.filter((r) => country(r[v])).length, of: some.filter((r) => r[v]).length }));
  const best = found.sort((a, b) => b.n - a.n)[0];
  return best && best.n > 0 && best.n >= best.of * 0.3 ? best.v : undefined;
}

export function hasCountries(result: Result): boolean {
  return countryColumn(result) !== undefined;
}

export function map(result: Result): HTMLElement {
  const column = countryColumn(result);
  if (!column) return h("p", { class: "empty" }, "There are no countries in this result. A map needs a column of countries, by ISO 3166 code or by name.");
  const values = measures(result);
  let value: string | undefined = values[0];
  const picture = h("div", { class: "picture map" });
  const caption = h("p", { class: "dim note" });

  function draw(): void {
    const cells = new Map<string, { term: Term; n: number; rows: number; said: string }>();
    for (const r of result.rows) {
      const c = country(r[column!]);
      if (!c) continue;
      const known = cells.get(c);
      if (known) { // the first row counts
        known.rows++;
        continue;
      }
      cells.set(c, { term: r[column!]!, n: value ? num(r[value]) : NaN, rows: 1, said: value && isNumber(r[value]) ? say(r[value], value) : "" });
    }
    const ns = [...cells.values()].map((c) => c.n).filter(Number.isFinite).sort((a, b) => a - b);
    // Where the largest is far from the middle, a logarithm shows more.
    const logarithmic = ns.length > 4 && ns[0] > 0 && ns[ns.length - 1] / ns[Math.floor(ns.length / 2)] > 8;
    const f = logarithmic ? Math.log : (x: number): number => x;
    const [low, high] = [f(ns[0]), f(ns[ns.length - 1])];
    const shade = (n: number): number => (Number.isFinite(n) ? (high === low ? 1 : (f(n) - low) / (high - low)) : 0);
    const colour = (c: { n: number }): string => !value ? "var(--c1)" :
      Number.isFinite(c.n) ? `color-mix(in oklab, var(--map-low), var(--map-high) ${Math.round(shade(c.n) * 100)}%)` : "var(--map-none)";

    const part = (code: string, name: string, drawing: SVGElement): SVGElement => {
      const c = cells.get(code);
      const title = s("title", {}, c ? say(c.term) + (c.said ? `: ${c.said}` : value ? ": no value" : "") + (c.rows > 1 ? ` (${c.rows} rows)` : "") : name);
      drawing.append(title);
      if (!c) return drawing;
      drawing.setAttribute("fill", colour(c));
      drawing.classList.add("on");
      if (c.term.type !== "uri") return drawing;
      return s("a", { href: entityLink(c.term.value), "aria-label": title.textContent, tabindex: cells.size > 40 ? -1 : null }, drawing);
    };
    replace(picture, s("svg", { viewBox: `0 0 ${outlines.width} ${outlines.height}`, role: "img", "aria-label": `World map: ${cells.size} countries marked` },
      s("path", { d: outlines.sphere, class: "sea" }), s("path", { d: outlines.graticule, class: "graticule" }),
      outlines.shapes.map((o) => part(o.code, o.name, s("path", { d: o.d, class: "land" }))),
      outlines.dots.filter((o) => cells.has(o.code)).map((o) => part(o.code, o.name, s("circle", { cx: o.x, cy: o.y, r: 34, class: "land dot" })))));
    const lost = result.rows.filter((r) => !country(r[column!])).length;
    replace(caption,
      value && ns.length > 1 && h("span", { class: "legend" }, compact(ns[0]), h("span", { class: "ramp" }), compact(ns[ns.length - 1]), " ",
        words(value), logarithmic ? ", logarithmic scale" : ""),
      h("span", {}, `${cells.size} ${cells.size === 1 ? "country" : "countries"}`, lost ? `; ${lost} ${lost === 1 ? "row has" : "rows have"} no place on this map` : ""),
      h("span", {}, "Outlines: Natural Earth"));
  }

  draw();
  return h("div", { class: "map-view" },
    values.length > 1 && h("div", { class: "tools" }, h("label", { class: "choice" }, "Value ", h("select", { onchange: (e: Event) => {
      value = (e.target as HTMLSelectElement).value || undefined;
      draw();
    } }, values.map((v) => h("option", { value: v }, words(v))), h("option", { value: "" }, "none")))),
    h("div", { class: "scroll" }, picture), caption);
}
