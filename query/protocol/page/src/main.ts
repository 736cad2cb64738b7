// The page: its frame, and what the hash of its address says is shown.
//
//   #q=QUESTION&view=…   a question and its answer
//   #query=SPARQL&view=… a query and its result
//   #entity=IRI          the page of a thing
import { about as loadAbout, type About, ask, Failure, isUpdate, run, setToken } from "./api";
import { askBox } from "./ask";
import { arrange, lead } from "./answer";
import { h, replace } from "./dom";
import type { Editor } from "./editor";
import { entityPage } from "./entity";
import { type Entry, historyDialog, remember } from "./history";
import { results, type View } from "./results";
import { setPrefixes, short } from "./term";

const link = (e: Pick<Entry, "kind" | "text">, view?: string): string =>
  "#" + new URLSearchParams({ [e.kind === "question" ? "q" : "query"]: e.text, ...(view ? { view } : {}) });

// Queries that tell something about any graph.
const anyGraph = [
  { title: "Classes, and how many things each has", query: "SELECT ?class (COUNT(*) AS ?things) {\n  ?thing a ?class .\n}\nGROUP BY ?class\nORDER BY DESC(?things)" },
  { title: "Properties in use", query: "SELECT ?property (COUNT(*) AS ?statements) {\n  ?subject ?property ?object .\n}\nGROUP BY ?property\nORDER BY DESC(?statements)" },
  { title: "A first look: any ten statements", query: "SELECT * {\n  ?subject ?property ?object .\n}\nLIMIT 10" },
];

let about: About = { title: "", prefixes: [], queries: [], questions: [], statements: 0, inNamedGraphs: 0, writable: false };
let editor: Editor | undefined;
let running: AbortController | undefined;
let draft = "";

const main = h("div", { id: "main", tabindex: "-1" });
const output = h("div", { class: "output", "aria-live": "off" });

function theme(): HTMLButtonElement {
  const order = ["light dark", "light", "dark"];
  const names: Record<string, string> = { "light dark": "auto", light: "light", dark: "dark" };
  const apply = (t: string): void => {
    document.documentElement.style.colorScheme = t;
    b.textContent = `Colours: ${names[t]}`;
    b.title = "Colours: as the system has them, light, or dark";
  };
  const b = h("button", { class: "quiet", "aria-label": "Change colours", onclick: () => {
    const next = order[(order.indexOf(document.documentElement.style.colorScheme) + 1) % order.length];
    localStorage.setItem("entente.theme", next);
    apply(next);
  } });
  apply(order.includes(localStorage.getItem("entente.theme") ?? "") ? localStorage.getItem("entente.theme")! : order[0]);
  return b;
}

const box = askBox([], (text) => go(link({ kind: "question", text })));
const ways = h("div", { class: "ways", role: "tablist", "aria-label": "Way of asking" });
const asking = h("div", { class: "asking" });
let way: "question" | "query" = "question";

// open shows one of the two ways of asking.
async function open(next: "question" | "query"): Promise<void> {
  way = next;
  asking.hidden = ways.hidden = false;
  replace(ways, (["question", "query"] as const).map((w) => h("button", { role: "tab", id: "way-" + w, "aria-selected": String(w === way), onclick: async () => {
    running?.abort();
    if (w === way) return;
    replace(output);
    history.pushState(null, "", w === "query" ? "#query=" : "#");
    await open(w);
    if (w === "query") { replace(output, welcome()); editor!.focus(); } else { replace(output, welcome()); box.focus(); }
  } }, w === "question" ? "Question" : "SPARQL")));
  if (next === "question") {
    replace(asking, box.element);
    return;
  }
  if (!editor) {
    const { editor: make } = await import("./editor");
    editor ??= make(draft, { run: runEditor, change: (t) => { draft = t; } });
  }
  if (way !== "query") return;
  const picker = h("select", { "aria-label": "Example queries", onchange: () => {
    const q = [...about.queries, ...anyGraph][Number(picker.value)];
    if (q) { editor!.set(q.query + "\n"); runEditor(); }
  } }, h("option", { value: "" }, "Examples …"), [...about.queries, ...anyGraph].map((q, i) => h("option", { value: i }, q.title)));
  replace(asking, h("div", { class: "editor-box" }, editor.element,
    h("div", { class: "tools" }, h("button", { class: "primary", id: "run", onclick: runEditor }, "Run"),
      h("button", { class: "quiet", onclick: () => { if (editor!.text().trim()) go(link({ kind: "query", text: editor!.text() }, "explain")); } }, "Explain"),
      picker, h("span", { class: "grow" }), h("kbd", {}, "Ctrl Enter"))));
}

function runEditor(): void {
  const text = editor!.text();
  if (text.trim()) go(link({ kind: "query", text }));
}

// go follows a link of this page, also to where it is already.
function go(hash: string): void {
  if (location.hash === hash) void route();
  else location.hash = hash;
}

function setView(v: View): void {
  const params = new URLSearchParams(location.hash.slice(1));
  params.set("view", v);
  history.replaceState(null, "", "#" + params);
}

// route shows what the address says.
async function route(): Promise<void> {
  running?.abort();
  running = new AbortController();
  const { signal } = running;
  const params = new URLSearchParams(location.hash.slice(1));
  const view = (params.get("view") ?? undefined) as View | undefined;
  document.title = "Entente";
  document.body.classList.toggle("home", !params.get("q") && !params.has("query") && !params.has("entity"));
  if (params.has("entity")) {
    const iri = params.get("entity")!;
    ways.hidden = false;
    await open("question");
    box.set("");
    replace(output, entityPage(iri, about, signal, link({ kind: "query", text: around(iri) }, "graph")));
    scrollTo(0, 0);
  } else if (params.get("q")) {
    await open("question");
    box.set(params.get("q")!);
    document.title = `${params.get("q")} – Entente`;
    await show(signal, () => answer(params.get("q")!, view, signal));
  } else if (params.has("query")) {
    draft = params.get("query")!;
    await open("query");
    editor!.set(draft);
    if (!draft.trim()) replace(output, welcome());
    else if (isUpdate(draft) && !confirm("Carry out this update?")) replace(output);
    else await show(signal, () => result(draft, view, signal));
  } else {
    await open("question");
    box.set("");
    replace(output, welcome());
    if (matchMedia("(hover: hover)").matches) box.focus();
  }
}

// around is a query for the neighbourhood of a thing.
function around(iri: string): string {
  return `CONSTRUCT {\n  ?s ?p ?o .\n}\nWHERE {\n  {\n    SELECT (${short(iri)} AS ?s) ?p ?o {\n      ${short(iri)} ?p ?o .\n      FILTER(isIRI(?o) && ?p != rdf:type)\n    }\n    LIMIT 60\n  }\n  UNION {\n    SELECT ?s ?p (${short(iri)} AS ?o) {\n      ?s ?p ${short(iri)} .\n      FILTER(isIRI(?s))\n    }\n    LIMIT 40\n  }\n}`;
}

// show draws what make makes, or why it could not; what lasts says so and can be cancelled.
async function show(signal: AbortSignal, make: () => Promise<HTMLElement>): Promise<void> {
  const slow = setTimeout(() => replace(output, h("div", { class: "waiting", role: "status" }, h("span", { class: "spinner" }), " Working … ",
    h("button", { class: "quiet", onclick: () => running?.abort() }, "Cancel"))), 300);
  try {
    const e = await make();
    if (!signal.aborted) replace(output, e);
  } catch (e) {
    if (signal.aborted) {
      if (signal === running?.signal) replace(output, h("p", { class: "dim", role: "status" }, "Cancelled."));
      return;
    }
    replace(output, failure(e));
  } finally {
    clearTimeout(slow);
  }
}

async function answer(text: string, view: View | undefined, signal: AbortSignal): Promise<HTMLElement> {
  const a = await ask(text, signal);
  arrange(a);
  remember({ kind: "question", text, at: Date.now(), rows: a.result.kind === "rows" ? a.result.rows.length : undefined });
  return results(a.result, view, setView, await lead(a, link({ kind: "query", text: a.sparql }), signal));
}

async function result(sparql: string, view: View | undefined, signal: AbortSignal): Promise<HTMLElement> {
  if (view === "explain") { // the plan without the rows
    const { explainView } = await import("./explain");
    return h("section", { class: "result" }, h("div", { class: "bar-line" }, h("h2", {}, "Plan"), h("span", { class: "grow" }),
      h("button", { class: "quiet", onclick: () => go(link({ kind: "query", text: sparql })) }, "Show the rows")), explainView(sparql));
  }
  const r = await run(sparql, signal);
  remember({ kind: "query", text: sparql, at: Date.now(), rows: r.kind === "rows" || r.kind === "graph" ? r.rows.length : undefined });
  return results(r, view, setView, r.kind === "boolean" ? h("div", {}, h("p", { class: "verdict" }, r.boolean ? "Yes." : "No.")) : undefined);
}

// report shows an error: the place in the text as it is, what is said about it
// broken into lines where there is no room.
function report(text: string): HTMLElement {
  const parts: { place: boolean; lines: string[] }[] = [];
  for (const line of text.trimEnd().split("\n")) {
    const place = /^\s/.test(line);
    if (parts.at(-1)?.place === place) parts.at(-1)!.lines.push(line);
    else parts.push({ place, lines: [line] });
  }
  return h("div", { class: "error", role: "alert" }, parts.map((p) => (p.place ? h("pre", {}, p.lines.join("\n")) : p.lines.map((l) => h("p", {}, l)))));
}

// failure says what went wrong, where, and what to do about it.
function failure(e: unknown): HTMLElement {
  if (!(e instanceof Failure)) return h("pre", { class: "error", role: "alert" }, String((e as Error)?.message ?? e));
  editor?.fail(e);
  if (e.status === 401) {
    const input = h("input", { type: "password", "aria-label": "Token", placeholder: "token", autocomplete: "off" });
    return h("form", { class: "error-box", onsubmit: async (ev: Event) => {
      ev.preventDefault();
      setToken(input.value);
      await start();
    } }, h("p", { role: "alert" }, "This server asks for a token."), input, " ", h("button", { class: "primary" }, "Continue"));
  }
  const { position, length, suggestions, candidates } = e.body;
  if (position !== undefined) {
    const text = box.text();
    const runes = [...text];
    const swap = (word: string): string => runes.slice(0, position).join("") + word + runes.slice(position + (length ?? 0)).join("");
    return h("div", { class: "error-box" },
      report(`  ${text}\n  ${" ".repeat(position)}${"^".repeat(Math.max(1, length ?? 1))}\n${e.message}`),
      candidates?.length ? h("p", { class: "suggestions" }, "It may be: ", candidates.map((c) => [h("a", { class: "chip", href: link({ kind: "question", text: swap(c.label) }) }, c.label, c.note ? h("span", { class: "dim" }, ` ${c.note}`) : null), " "])) :
        suggestions?.length ? h("p", { class: "suggestions" }, "Did you mean: ", suggestions.map((w) => [h("a", { class: "chip", href: link({ kind: "question", text: swap(w) }) }, swap(w)), " "])) : null);
  }
  return h("div", { class: "error-box" }, report(e.message.trim()),
    e.status === 503 && h("p", {}, "The server is busy or the time limit has passed. Try again, or ask for less."),
    e.status === 507 && h("p", {}, "The result or what it needs is larger than the server allows. A LIMIT or a narrower pattern helps."));
}

// welcome offers things to ask.
function welcome(): HTMLElement {
  const queries = [...about.queries, ...anyGraph];
  const list = (title: string, items: { kind: Entry["kind"]; text: string; said: string }[]): HTMLElement | false =>
    items.length > 0 && h("div", {}, h("h2", {}, title), h("ul", { class: "examples" }, items.map((i) => h("li", {}, h("a", { href: link(i) }, i.said)))));
  return h("div", { class: "welcome" },
    list("Questions to try", about.questions.map((q) => ({ kind: "question", text: q, said: q }))),
    list("Queries to start from", queries.map((q) => ({ kind: "query", text: q.query, said: q.title }))));
}

async function start(): Promise<void> {
  const log = historyDialog((e) => link(e));
  const size = h("span", { class: "dim size" });
  const title = h("p", { class: "title" });
  replace(document.querySelector("#app")!,
    h("a", { class: "skip", href: "#main", onclick: (e: Event) => { e.preventDefault(); main.focus(); } }, "Skip to the content"),
    h("header", { class: "top" }, h("a", { href: "#", class: "brand" }, "Entente"), size, h("span", { class: "grow" }),
      h("button", { class: "quiet", onclick: () => log.showModal() }, "History"), theme()),
    main, log);
  replace(main, title, ways, asking, output);
  try {
    about = await loadAbout();
    setPrefixes(about.prefixes);
    title.textContent = about.title;
    size.textContent = `${about.statements.toLocaleString("en-GB")} statements`;
  } catch (e) {
    replace(output, failure(e));
    return;
  }
  box.examples(about.questions);
  await route();
}

addEventListener("hashchange", () => void route());
addEventListener("popstate", () => { if (!location.hash) void route(); });
addEventListener("keydown", (e) => {
  // "/" goes to the question, as on many pages.
  if (e.key !== "/" || e.ctrlKey || e.metaKey || e.altKey || e.composedPath().some((x) => x instanceof HTMLElement && (x.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(x.tagName)))) return;
  e.preventDefault();
  if (way === "question") box.focus();
  else editor?.focus();
});
void start();
