// A plan as a tree, with estimates beside what was measured.
import { explain, type Plan, type PlanNode } from "./api";
import { h, replace } from "./dom";
import { short } from "./term";

const count = (n: number): string => (n >= 1e12 ? n.toPrecision(2) : Math.round(n).toLocaleString("en-GB"));

function duration(ns: number): string {
  if (ns < 1e6) return (ns / 1e3).toPrecision(3) + " µs";
  return ns < 1e9 ? (ns / 1e6).toPrecision(3) + " ms" : (ns / 1e9).toPrecision(3) + " s";
}

function bytes(n: number): string {
  return n < 1024 ? n + " B" : n < 1 << 20 ? (n / 1024).toFixed(1) + " KiB" : (n / (1 << 20)).toFixed(1) + " MiB";
}

// factor is how far an estimate is off, in either direction.
function factor(n: PlanNode): number {
  if (!n.estimate && !n.exact || n.nanoseconds === undefined) return 1; // not run as a whole: a join looks things up in it
  const [e, a] = [Math.max(n.estimate, 1), Math.max(n.rows, 1)];
  return Math.max(e / a, a / e);
}

export function explainView(sparql: string, analyze = true): HTMLElement {
  const element = h("div", { class: "explain-view" }, h("p", { class: "dim" }, "Planning …"));
  explain(sparql, analyze).then((plan) => replace(element, draw(plan)), (e: Error) => replace(element, h("pre", { class: "error", role: "alert" }, e.message)));
  return element;
}

function draw(plan: Plan): HTMLElement {
  const body = h("tbody");
  const longest = plan.plan.nanoseconds || 1;
  function add(n: PlanNode, depth: number): HTMLElement[] {
    const closed = new Set<HTMLElement>();
    const off = factor(n);
    const lead = h("span", { class: "indent" });
    lead.style.width = depth * 22 + "px";
    const own = Math.max(0, (n.nanoseconds ?? 0) - (n.inputs ?? []).reduce((sum, i) => sum + (i.nanoseconds ?? 0), 0));
    const bar = h("span", { class: "bar" });
    bar.style.width = Math.round((own / longest) * 60) + "px";
    const row = h("tr", { role: "row", "aria-level": depth + 1 });
    body.append(row);
    const below = (n.inputs ?? []).flatMap((i) => add(i, depth + 1));
    const toggle = below.length > 0 && h("button", { class: "fold", "aria-expanded": "true", "aria-label": `Fold ${n.operator}`, onclick: (e: Event) => {
      const b = e.currentTarget as HTMLElement;
      const open = b.getAttribute("aria-expanded") === "true";
      b.setAttribute("aria-expanded", String(!open));
      for (const r of below) {
        if (open && !r.hidden) { r.hidden = true; closed.add(r); } else if (!open && closed.delete(r)) r.hidden = false;
      }
    } }, "▾");
    row.append(h("td", { role: "gridcell" }, h("div", { class: "op" }, lead, toggle || h("span", { class: "fold" }),
      h("span", {}, h("strong", {}, n.operator), n.order ? h("span", { class: "order" }, n.order) : null, " ",
        h("code", {}, (n.detail ?? "").replace(/<([^<>\s]+)>/g, (_, iri) => short(iri)))))),
      h("td", { class: "number" }, n.estimate || n.exact ? (n.exact ? "" : "≈ ") + count(n.estimate) : ""));
    if (plan.analyzed) {
      row.append(h("td", { class: "number" }, count(n.rows)),
        h("td", { class: "number" + (off >= 10 ? " warn" : "") }, off >= 1.05 ? (off < 10 ? off.toFixed(1) : count(off)) + "×" : ""),
        h("td", { class: "number time" }, bar, n.nanoseconds ? duration(n.nanoseconds) : ""),
        h("td", { class: "number" }, n.spillBytes ? "+" + bytes(n.spillBytes) : n.bytes ? bytes(n.bytes) : ""));
    }
    return [row, ...below];
  }
  add(plan.plan, 0);
  return h("div", {},
    h("p", { class: "dim note" }, `Planned in ${duration(plan.planningNanoseconds)}`,
      plan.analyzed ? `, ran in ${duration(plan.runningNanoseconds ?? 0)}, ${count(plan.rows ?? 0)} solutions, at most ${bytes(plan.memoryPeakBytes ?? 0)} of memory.` : "."),
    h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Plan" },
      h("table", { class: "plan", role: "treegrid" }, h("thead", {}, h("tr", {}, ["operator", "estimate", ...(plan.analyzed ? ["rows", "off by", "time", "memory"] : [])]
        .map((t, i) => h("th", { scope: "col", class: i ? "number" : null }, t)))), body)));
}
