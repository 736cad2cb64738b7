// Results on a map of the world: countries coloured by a value, or marked where
// there is none. Outlines: Natural Earth, public domain.
import { type Result } from "./api";
import { h, replace, s } from "./dom";
import outlines from "./outlines.json";
import { measures } from "./chart";
import { heading } from "./table";
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

interface Box { x0: number; y0: number; x1: number; y1: number }

// mainland is the box around the largest part of an outline.
function mainland(d: string): Box {
  let best: Box | undefined;
  for (const part of d.split("M").slice(1)) {
    const ns = part.match(/-?\d+/g)!.map(Number); // a point, and steps from each to the next
    let [x, y] = ns;
    const box = { x0: x, y0: y, x1: x, y1: y };
    for (let i = 2; i + 1 < ns.length; i += 2) {
      x += ns[i];
      y += ns[i + 1];
      box.x0 = Math.min(box.x0, x);
      box.x1 = Math.max(box.x1, x);
      box.y0 = Math.min(box.y0, y);
      box.y1 = Math.max(box.y1, y);
    }
    if (!best || (box.x1 - box.x0) * (box.y1 - box.y0) > (best.x1 - best.x0) * (best.y1 - best.y0)) best = box;
  }
  return best!;
}

// around is the part of the world where these countries are, in the shape of the
// whole map; undefined if that is most of it.
function around(marked: Set<string>): Box | undefined {
  const boxes = [...outlines.shapes.filter((o) => marked.has(o.code)).map((o) => mainland(o.d)),
    ...outlines.dots.filter((o) => marked.has(o.code)).map((o) => ({ x0: o.x, x1: o.x, y0: o.y, y1: o.y }))];
  if (boxes.length === 0) return undefined;
  const box = boxes.reduce((a, b) => ({ x0: Math.min(a.x0, b.x0), y0: Math.min(a.y0, b.y0), x1: Math.max(a.x1, b.x1), y1: Math.max(a.y1, b.y1) }));
  const shape = outlines.width / outlines.height;
  const margin = 90;
  const w = Math.max(box.x1 - box.x0 + 2 * margin, (box.y1 - box.y0 + 2 * margin) * shape, 1200);
  if (w > outlines.width * 0.62) return undefined;
  const [x, y] = [(box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2];
  const x0 = Math.min(Math.max(x - w / 2, 0), outlines.width - w);
  const y0 = Math.min(Math.max(y - w / shape / 2, 0), outlines.height - w / shape);
  return { x0, y0, x1: x0 + w, y1: y0 + w / shape };
}

export function map(result: Result): HTMLElement {
  const column = countryColumn(result);
  if (!column) return h("p", { class: "empty" }, "There are no countries in this result. A map needs a column of countries, by ISO 3166 code or by name.");
  const part = around(new Set(result.rows.map((r) => country(r[column])).filter((c) => c !== undefined)));
  const whole = { x0: 0, y0: 0, x1: outlines.width, y1: outlines.height };
  let seen = part ?? whole;
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

    const shape = (code: string, name: string, drawing: SVGElement): SVGElement => {
      const c = cells.get(code);
      const title = s("title", {}, c ? say(c.term) + (c.said ? `: ${c.said}` : value ? ": no value" : "") + (c.rows > 1 ? ` (${c.rows} rows)` : "") : name);
      drawing.append(title);
      if (!c) return drawing;
      drawing.setAttribute("fill", colour(c));
      drawing.classList.add("on");
      if (c.term.type !== "uri") return drawing;
      return s("a", { href: entityLink(c.term.value), "aria-label": title.textContent, tabindex: cells.size > 40 ? -1 : null }, drawing);
    };
    const zoom = (seen.x1 - seen.x0) / outlines.width; // lines keep their width
    picture.style.setProperty("--zoom", String(zoom));
    replace(picture, s("svg", { viewBox: `${seen.x0} ${seen.y0} ${seen.x1 - seen.x0} ${seen.y1 - seen.y0}`, role: "img", "aria-label": `World map: ${cells.size} countries marked` },
      s("path", { d: outlines.sphere, class: "sea" }), s("path", { d: outlines.graticule, class: "graticule" }),
      outlines.shapes.map((o) => shape(o.code, o.name, s("path", { d: o.d, class: "land" }))),
      outlines.dots.filter((o) => cells.has(o.code)).map((o) => shape(o.code, o.name, s("circle", { cx: o.x, cy: o.y, r: 34 * zoom, class: "land dot" })))));
    const lost = result.rows.filter((r) => !country(r[column!])).length;
    replace(caption,
      value && ns.length > 1 && h("span", { class: "legend" }, compact(ns[0]), h("span", { class: "ramp" }), compact(ns[ns.length - 1]), " ",
        heading(result, value), logarithmic ? ", logarithmic scale" : ""),
      h("span", {}, `${cells.size} ${cells.size === 1 ? "country" : "countries"}`, lost ? `; ${lost} ${lost === 1 ? "row has" : "rows have"} no place on this map` : ""),
      h("span", {}, "Outlines: Natural Earth"));
  }

  draw();
  return h("div", { class: "map-view" },
    (values.length > 1 || part) && h("div", { class: "tools" }, values.length > 1 && h("label", { class: "choice" }, "Value ", h("select", { onchange: (e: Event) => {
      value = (e.target as HTMLSelectElement).value || undefined;
      draw();
    } }, values.map((v) => h("option", { value: v }, heading(result, v))), h("option", { value: "" }, "none"))),
    part && h("button", { class: "quiet", onclick: (e: Event) => {
      seen = seen === whole ? part : whole;
      (e.currentTarget as HTMLElement).textContent = seen === whole ? "Zoom in" : "Whole world";
      draw();
    } }, "Whole world")),
    h("div", { class: "scroll" }, picture), caption);
}
