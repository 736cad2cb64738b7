// The panel of a result: its views, downloads and link.
import { inNamedGraphs, raw, type Result } from "./api";
import { measures } from "./chart";
import { card } from "./card";
import { copy, h, replace, save, toast } from "./dom";
import { table } from "./table";

export type View = "table" | "graph" | "map" | "chart" | "raw" | "explain";

const titles: Record<View, string> = { table: "Table", graph: "Graph", map: "Map", chart: "Chart", raw: "Raw", explain: "Plan" };

const formats: Record<"rows" | "graph", [name: string, media: string, extension: string][]> = {
  rows: [["CSV", "text/csv", "csv"], ["TSV", "text/tab-separated-values", "tsv"],
    ["JSON", "application/sparql-results+json", "srj"], ["XML", "application/sparql-results+xml", "srx"]],
  graph: [["Turtle", "text/turtle", "ttl"], ["N-Triples", "application/n-triples", "nt"],
    ["JSON-LD", "application/ld+json", "jsonld"], ["RDF/XML", "application/rdf+xml", "rdf"]],
};

// results shows a result; lead, such as a yes or no, stands above its views.
export function results(result: Result, view: View | undefined, onView: (v: View) => void, lead?: HTMLElement): HTMLElement {
  if (result.kind === "done") return h("section", { class: "result" }, h("p", { class: "verdict" }, "Done."), h("p", { class: "dim" }, `in ${time(result.ms)}`));
  const kind = result.kind === "graph" ? "graph" : "rows";
  const views: View[] = result.kind === "boolean" ? ["raw", "explain"] :
    result.rows.length === 0 ? ["table", "raw", "explain"] :
    ["table", "graph", "map", ...(measures(result).length ? ["chart" as View] : []), "raw", "explain"];
  const stage = h("div", { class: "stage-area", role: "tabpanel", id: "stage", "aria-labelledby": "tab-table" });
  const tabs = views.map((v) => h("button", { role: "tab", id: "tab-" + v, "aria-controls": "stage", onclick: () => { open(v); onView(v); } }, titles[v]));

  function open(v: View): void {
    tabs.forEach((t, i) => {
      t.setAttribute("aria-selected", String(views[i] === v));
      t.tabIndex = views[i] === v ? 0 : -1;
    });
    stage.setAttribute("aria-labelledby", "tab-" + v);
    stage.dataset.view = v;
    replace(stage);
    void draw(v).then((e) => { if (stage.dataset.view === v) replace(stage, e); }, (e: Error) => replace(stage, h("pre", { class: "error" }, e.message)));
  }

  async function draw(v: View): Promise<HTMLElement> {
    switch (v) {
      case "table": return result.rows.length ? (/^(describe|comparison)$/.test(result.form ?? "") ? card : table)(result) : empty(result, lead !== undefined);
      case "graph": return (await import("./graph")).graph(result);
      case "map": return (await import("./map")).map(result);
      case "chart": return (await import("./chart")).chart(result);
      case "explain": return (await import("./explain")).explainView(result.sparql);
      case "raw": return rawView(result);
    }
  }

  const strip = h("div", { class: "tabs", role: "tablist", "aria-label": "Views of the result", onkeydown: (e: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[e.key];
    if (!step) return;
    const at = (tabs.indexOf(document.activeElement as HTMLButtonElement) + step + tabs.length) % tabs.length;
    tabs[at].focus();
    tabs[at].click();
  } }, tabs);

  const menu = h("details", { class: "menu" }, h("summary", {}, "Download"),
    h("div", { class: "menu-list" }, formats[kind].map(([name, media, extension]) => h("button", { onclick: async () => {
      menu.open = false;
      try {
        save("entente." + extension, await (await raw(result.sparql, media)).blob());
      } catch (e) {
        toast((e as Error).message.split("\n")[0]);
      }
    } }, name))));
  menu.addEventListener("focusout", (e) => { if (!menu.contains(e.relatedTarget as Node)) menu.open = false; });

  const n = result.rows.length;
  const count = result.kind === "boolean" ? "" : `${n.toLocaleString("en-GB")}${result.truncated ? " rows shown, there are more; a download has all" :
    result.kind === "graph" ? (n === 1 ? " triple" : " triples") : n === 1 ? " row" : " rows"} · `;
  const element = h("section", { class: "result", "aria-label": "Result" }, lead,
    h("div", { class: "bar-line" }, strip, h("span", { class: "grow" }),
      h("span", { class: "dim count", role: "status" }, count + time(result.ms)),
      h("button", { class: "quiet", id: "share", onclick: () => copy(location.href, "Link") }, "Share link"), menu),
    stage);
  // An answer in a sentence needs no table below it.
  const first = view && views.includes(view) ? view : lead?.querySelector(".verdict") ? undefined : "table";
  if (first) open(first);
  else tabs[0].tabIndex = 0;
  return element;
}

export function time(ms: number): string {
  return ms < 1000 ? `${Math.max(1, Math.round(ms))} ms` : `${(ms / 1000).toFixed(1)} s`;
}

function empty(result: Result, question: boolean): HTMLElement {
  return h("div", { class: "empty" }, h("p", {}, h("strong", {}, "No rows.")),
    h("p", {}, result.kind === "graph" ? "The query was carried out, and its graph has no triples." :
      question ? "Nothing in the graph fits the question as it was understood." :
      "The query was carried out, and nothing in the graph matches it. Check the direction of the properties, or take away one pattern after the other; the plan shows where the rows end."),
    inNamedGraphs > 0 && !/\bGRAPH\b/i.test(result.sparql) && h("p", {}, `${inNamedGraphs.toLocaleString("en-GB")} statements are in named graphs, where a pattern finds them only inside GRAPH ?g { … }.`));
}

const mostRaw = 300_000;

// rawView is the answer as the server sends it.
async function rawView(result: Result): Promise<HTMLElement> {
  const graph = result.kind === "graph";
  const response = await raw(result.sparql, graph ? "text/turtle" : "application/sparql-results+json");
  const text = await response.text();
  return h("div", {}, h("div", { class: "tools" }, h("span", { class: "dim" }, response.headers.get("Content-Type")), h("span", { class: "grow" }),
    h("button", { class: "quiet", onclick: () => copy(text, "Answer") }, "Copy")),
    h("pre", { class: "raw", tabindex: "0" }, text.slice(0, mostRaw)),
    text.length > mostRaw ? h("p", { class: "dim" }, `The first ${mostRaw.toLocaleString("en-GB")} characters; a download has all.`) : null);
}

