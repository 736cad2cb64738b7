// A timeline: one bar for each statement, from its first day to its last.
import { h, s } from "./dom";

export interface Item { name: string; kind: string; out: boolean; href: string; from: number; to: number; since?: string; until?: string }

const row = 20;
const most = 40;

export function timeline(items: Item[]): HTMLElement {
  const kinds = [...new Set(items.map((i) => i.kind))];
  // What it does itself comes first; then few things tell more than many.
  const rank = new Map(kinds.map((k) => {
    const list = items.filter((i) => i.kind === k);
    return [k, (list[0].out ? 0 : 1e6) + list.length];
  }));
  kinds.sort((a, b) => rank.get(a)! - rank.get(b)!);
  const element = h("div", { class: "timeline" });
  const now = Date.now();
  const first = Math.min(...items.map((i) => (Number.isNaN(i.from) ? i.to : i.from)));
  const start = new Date(first).getUTCFullYear();
  const end = new Date(now).getUTCFullYear() + 1;
  // On a narrow screen all of it is to be seen, in letters that can be read.
  const [width, left, letters, ticks] = innerWidth < 640 ? [innerWidth - 30, 130, 18, 4] : [900, 240, 34, 9];
  const X = (t: number): number => left + ((t - Date.UTC(start, 0, 1)) / (Date.UTC(end, 0, 1) - Date.UTC(start, 0, 1))) * (width - left - 12);
  const step = [1, 2, 5, 10, 20, 25, 50, 100].find((n) => (end - start) / n <= ticks) ?? 200;

  let room = 80; // rows that are open at first
  for (const kind of kinds) {
    const list = items.filter((i) => i.kind === kind).sort((a, b) => (a.from || a.to) - (b.from || b.to));
    const draw = (shown: Item[]): SVGElement => {
      const height = shown.length * row + 26;
      const svg = s("svg", { viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": `Timeline: ${kind}` });
      for (let y = Math.ceil(start / step) * step; y < end; y += step) {
        const x = X(Date.UTC(y, 0, 1));
        svg.append(s("line", { x1: x, x2: x, y1: 0, y2: height - 22, class: "grid" }), s("text", { x, y: height - 8, "text-anchor": "middle", class: "dim" }, y));
      }
      shown.forEach((i, n) => {
        const from = X(Number.isNaN(i.from) ? Date.UTC(start, 0, 1) : i.from), to = X(Number.isNaN(i.to) ? now : i.to);
        const dates = `${i.since ?? "?"} – ${i.until ?? "today"}`;
        svg.append(s("a", { href: i.href, "aria-label": `${i.name}, ${dates}` }, s("title", {}, `${i.name}: ${dates}`),
          s("text", { x: left - 10, y: n * row + 14, "text-anchor": "end" }, i.name.length > letters ? i.name.slice(0, letters - 1) + "…" : i.name),
          s("rect", { x: from, y: n * row + 4, width: Math.max(3, to - from), height: row - 8, rx: 3, class: i.until ? "past" : "now" })));
      });
      return svg;
    };
    const holder = h("div", { class: "scroll" }, draw(list.slice(0, most)));
    const open = list.length <= room || kinds.length === 1;
    if (open) room -= list.length;
    element.append(h("details", { open }, h("summary", {}, kind, h("span", { class: "dim small" }, ` ${list.length}`)), holder,
      list.length > most && h("button", { class: "quiet small", onclick: (e: Event) => {
        holder.replaceChildren(draw(list));
        (e.currentTarget as Element).remove();
      } }, `Show ${list.length - most} more`)));
  }
  return element;
}
