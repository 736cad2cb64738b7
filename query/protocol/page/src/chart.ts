// Results as bars or lines, drawn as SVG.
import { type Result, type Row } from "./api";
import { h, replace, s } from "./dom";
import { heading } from "./table";
import { compact, compare, isDate, isNumber, num, say, type Term, time } from "./term";

export interface Point { x: number; y: number; label: string }
export interface Series { name: string; points: Point[] }

export const colours = ["var(--c1)", "var(--c2)", "var(--c3)", "var(--c4)", "var(--c5)", "var(--c6)", "var(--c7)", "var(--c8)"];

function isYear(v: string, t: Term | undefined): boolean {
  return isDate(t) || (isNumber(t) && /year|date|since|until/i.test(v));
}

const column = (result: Result, test: (v: string, t: Term | undefined) => boolean): string[] =>
  result.vars.filter((v) => {
    const seen = result.rows.slice(0, 200).map((r) => r[v]).filter(Boolean);
    return seen.length > 0 && seen.filter((t) => test(v, t)).length > seen.length / 2;
  });

// measures are the columns that can be drawn.
export function measures(result: Result): string[] {
  return column(result, (v, t) => isNumber(t) && !isYear(v, t));
}

export function chart(result: Result): HTMLElement {
  const ys = measures(result);
  const times = column(result, isYear);
  const names = result.vars.filter((v) => !ys.includes(v) && !times.includes(v));
  let y = ys[0];
  let kind: "bar" | "line" = times.length ? "line" : "bar";
  let order: "value" | "given" = names.length && !times.length ? "value" : "given";
  const picture = h("div", { class: "picture" });
  const note = h("p", { class: "dim note" });

  function draw(): void {
    const width = Math.max(300, picture.clientWidth || 900);
    if (kind === "line") {
      const x = times[0] ?? names[0] ?? ys.find((v) => v !== y);
      const by = times.length ? names[0] : undefined;
      const groups = new Map<string, Row[]>();
      for (const r of result.rows) {
        const g = by ? say(r[by]) : heading(result, y);
        groups.set(g, [...(groups.get(g) ?? []), r]);
      }
      const all = [...groups].map(([name, rows]) => ({ name, points: rows.map((r, i) => ({ ...place(r, x, i), y: num(r[y]) }))
        .filter((p) => Number.isFinite(p.x) && Number.isFinite(p.y)).sort((a, b) => a.x - b.x) }));
      all.sort((a, b) => (b.points.at(-1)?.y ?? 0) - (a.points.at(-1)?.y ?? 0));
      const shown = all.slice(0, colours.length);
      note.textContent = all.length > shown.length ? `The ${shown.length} lines with the highest last value, of ${all.length}.` : "";
      replace(picture, lines(shown, width, times.length ? "time" : "index"));
      return;
    }
    const label = (r: Row): string => [...names, ...times].map((v) => say(r[v], v)).filter(Boolean).join(", ") || "–";
    let rows = result.rows.filter((r) => Number.isFinite(num(r[y])));
    if (order === "value") rows = [...rows].sort((a, b) => compare(b[y], a[y]));
    const most = 60;
    note.textContent = rows.length > most ? `The first ${most} of ${rows.length.toLocaleString("en-GB")} rows.` : "";
    replace(picture, bars(rows.slice(0, most).map((r) => ({ label: label(r), value: num(r[y]), said: say(r[y], y) })), width));
  }

  function place(r: Row, x: string | undefined, i: number): { x: number; label: string } {
    const t = x ? r[x] : undefined;
    if (isDate(t)) return { x: time(t), label: say(t, x) };
    if (x && times.includes(x) && isNumber(t)) return { x: Date.UTC(num(t), 0, 1), label: say(t, "year") };
    return { x: i, label: say(t, x) };
  }

  const choice = <V extends string>(label: string, values: [V, string][], now: V, set: (v: V) => void): HTMLElement | false =>
    values.length > 1 && h("label", { class: "choice" }, label, " ", h("select", { onchange: (e: Event) => {
      set((e.target as HTMLSelectElement).value as V);
      draw();
    } }, values.map(([v, name]) => h("option", { value: v, selected: v === now }, name))));

  let width = 0;
  new ResizeObserver(() => requestAnimationFrame(() => {
    if (picture.clientWidth === width) return;
    width = picture.clientWidth;
    draw();
  })).observe(picture);
  return h("div", { class: "chart-view" },
    h("div", { class: "tools" },
      choice("Chart", [["bar", "bars"], ["line", "lines"]], kind, (v) => { kind = v; }),
      choice("Value", ys.map((v) => [v, heading(result, v)]), y, (v) => { y = v; }),
      choice("Order", [["value", "by value"], ["given", "as given"]], order, (v) => { order = v; })),
    picture, note);
}

function bars(items: { label: string; value: number; said: string }[], width: number): SVGElement {
  const row = 24;
  const left = Math.min(width * 0.38, 20 + 7.2 * Math.max(...items.map((i) => i.label.length), 4));
  const low = Math.min(0, ...items.map((i) => i.value));
  const high = Math.max(0, ...items.map((i) => i.value));
  const right = 16 + 7.5 * Math.max(...items.map((i) => i.said.length), 1);
  const scale = (v: number): number => left + ((v - low) / (high - low || 1)) * (width - left - right);
  const fit = Math.floor((left - 14) / 7);
  return s("svg", { viewBox: `0 0 ${width} ${items.length * row + 8}`, width, height: items.length * row + 8, role: "img",
    "aria-label": "Bar chart: " + items.slice(0, 10).map((i) => `${i.label} ${i.said}`).join("; ") },
    items.map((item, i) => {
      const [from, to] = [scale(Math.min(0, item.value)), scale(Math.max(0, item.value))];
      return s("g", {}, s("title", {}, `${item.label}: ${item.said}`),
        s("text", { x: left - 8, y: i * row + 17, "text-anchor": "end" }, item.label.length > fit ? item.label.slice(0, fit - 1) + "…" : item.label),
        s("rect", { x: from, y: i * row + 4, width: Math.max(to - from, 1), height: row - 7, rx: 2, fill: colours[0] }),
        s("text", { x: to + 6, y: i * row + 17, class: "value" }, item.said));
    }));
}

// ticks are round numbers that cover a range.
function ticks(low: number, high: number, about: number): number[] {
  const span = high - low || 1;
  const rough = span / about;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((m) => m * power).find((m) => m >= rough)!;
  const out: number[] = [];
  for (let v = Math.floor(low / step) * step; v <= high + step * 0.999; v += step) out.push(Number(v.toPrecision(12)));
  return out;
}

// lines draws series over time; with one series the area needs no legend.
export function lines(all: Series[], width: number, axis: "time" | "index", height = 360): SVGElement {
  const points = all.flatMap((x) => x.points);
  if (points.length === 0) return s("svg", { width, height: 40, viewBox: `0 0 ${width} 40` }, s("text", { x: 8, y: 24 }, "Nothing to draw."));
  const top = 12, bottom = 30, left = 60, right = all.length > 1 ? Math.min(170, width * 0.28) : 20;
  const [x0, x1] = [Math.min(...points.map((p) => p.x)), Math.max(...points.map((p) => p.x))];
  const yt = ticks(Math.min(0, ...points.map((p) => p.y)), Math.max(...points.map((p) => p.y)), height > 200 ? 5 : 3);
  const X = (v: number): number => left + (x1 === x0 ? 0.5 : (v - x0) / (x1 - x0)) * (width - left - right);
  const Y = (v: number): number => height - bottom - ((v - yt[0]) / (yt.at(-1)! - yt[0])) * (height - top - bottom);
  const svg = s("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", class: "lines",
    "aria-label": "Line chart: " + all.map((x) => `${x.name}, last value ${compact(x.points.at(-1)?.y ?? 0)}`).join("; ") });
  for (const v of yt) {
    svg.append(s("line", { x1: left, x2: width - right, y1: Y(v), y2: Y(v), class: "grid" }),
      s("text", { x: left - 8, y: Y(v) + 4, "text-anchor": "end" }, compact(v)));
  }
  if (axis === "time") {
    const years = ticks(new Date(x0).getUTCFullYear(), new Date(x1).getUTCFullYear(), Math.max(2, Math.floor((width - left - right) / 90)))
      .filter((y) => Number.isInteger(y) && Date.UTC(y, 0, 1) >= x0 - 864e5 && Date.UTC(y, 0, 1) <= x1 + 864e5);
    for (const y of years) svg.append(s("text", { x: X(Date.UTC(y, 0, 1)), y: height - 8, "text-anchor": "middle" }, y));
  }
  let labels = all.map((x, i) => ({ i, y: Y(x.points.at(-1)?.y ?? 0) })).sort((a, b) => a.y - b.y);
  labels.forEach((l, i) => { if (i > 0) l.y = Math.max(l.y, labels[i - 1].y + 16); });
  const over = (labels.at(-1)?.y ?? 0) - (height - bottom);
  if (over > 0) labels = labels.map((l) => ({ ...l, y: l.y - over }));
  all.forEach((x, i) => {
    const c = colours[i % colours.length];
    svg.append(s("path", { d: "M" + x.points.map((p) => `${X(p.x).toFixed(1)},${Y(p.y).toFixed(1)}`).join("L"), fill: "none", stroke: c, "stroke-width": 2 }));
    for (const p of x.points) {
      svg.append(s("circle", { cx: X(p.x), cy: Y(p.y), r: points.length > 300 ? 1.5 : 3, fill: c }, s("title", {}, `${x.name}, ${p.label}: ${compact(p.y)}`)));
    }
    if (all.length > 1) {
      const name = x.name.length > 20 ? x.name.slice(0, 19) + "…" : x.name;
      const text = s("text", { x: width - right + 10, y: labels.find((l) => l.i === i)!.y + 4, class: "series" }, name);
      text.style.fill = c;
      svg.append(text);
    }
  });
  return svg;
}
