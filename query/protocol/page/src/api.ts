// The server, by URLs relative to the page.
import { type Prefix, type Term } from "./term";

export interface About {
  title: string;
  prefixes: Prefix[];
  queries: { title: string; query: string }[];
  questions: string[];
  statements: number;
  inNamedGraphs: number;
  writable: boolean;
}

export type Row = Record<string, Term | undefined>;

// Column is what people need to know of a column of an answer.
export interface Column { name: string; header: string; unit?: string; note?: string }

export interface Result {
  kind: "rows" | "boolean" | "graph" | "done";
  vars: string[];
  form?: string; // of the answer to a question: set, describe, comparison …
  columns?: Column[]; // of vars, where more is known than their names
  years?: Record<string, string>; // columns with the year of the values of others, by the others
  rows: Row[];
  boolean: boolean;
  truncated: boolean; // there are more rows than were read
  ms: number;
  sparql: string;
}

// Evidence is a statement that an answer rests upon.
export type Evidence = Partial<Record<"value" | "unit" | "since" | "until" | "year" | "inferredFrom" | "source", Term>>;

export interface Answer { question: string; understood: string; sparql: string; years?: string; evidence: Evidence[]; result: Result }

export interface PlanNode {
  operator: string; detail?: string; order?: string; estimate: number; exact?: boolean; rows: number;
  nanoseconds?: number; seeks?: number; blocks?: number; bytes?: number; spillBytes?: number; inputs?: PlanNode[];
}
export interface Plan {
  plan: PlanNode; analyzed: boolean; planningNanoseconds: number; runningNanoseconds?: number; rows?: number; memoryPeakBytes?: number;
}

// Failure is an answer that is an error.
export class Failure extends Error {
  constructor(message: string, readonly status: number, readonly body: {
    line?: number; column?: number; position?: number; length?: number; suggestions?: string[];
    candidates?: { iri: string; label: string; note?: string }[];
  } = {}) {
    super(message);
  }
}

// mostRows is how many rows the page reads; downloads have all.
export const mostRows = 20_000;

const tokenKey = "entente.token";

export function setToken(token: string): void {
  sessionStorage.setItem(tokenKey, token);
}

// send sends a form, or without one a GET request, and returns a good answer.
async function send(path: string, form: Record<string, string> | null, accept: string, signal?: AbortSignal): Promise<Response> {
  const headers: Record<string, string> = { Accept: accept };
  const token = sessionStorage.getItem(tokenKey);
  if (token) headers.Authorization = "Bearer " + token;
  let response: Response;
  try {
    response = await fetch(path, form ? { method: "POST", body: new URLSearchParams(form), headers, signal } : { headers, signal });
  } catch (e) {
    if (signal?.aborted) throw e;
    throw new Failure("The server cannot be reached. Is it still running?", 0);
  }
  if (response.ok) return response;
  const text = await response.text();
  try {
    const body = JSON.parse(text);
    throw new Failure(body.error, response.status, body);
  } catch (e) {
    if (e instanceof Failure) throw e;
    throw new Failure(text.trim() || response.statusText, response.status);
  }
}

// inNamedGraphs is how many statements a query does not see without GRAPH.
export let inNamedGraphs = 0;

export async function about(): Promise<About> {
  const answer: About = await (await send("about", null, "application/json")).json();
  inNamedGraphs = answer.inNamedGraphs;
  return answer;
}

export async function complete(question: string, signal?: AbortSignal): Promise<{ start: number; words: string[] }> {
  return (await send("complete?" + new URLSearchParams({ question }), null, "application/json", signal)).json();
}

export async function ask(question: string, signal?: AbortSignal): Promise<Answer> {
  const start = performance.now();
  const body = await (await send("ask", { question, people: "" }, "application/json", signal)).json();
  const columns: Column[] = body.columns;
  // The year of a value is shown with the value.
  const years = Object.fromEntries(columns.filter((c) => c.note && c.header === "year").map((c) => [c.note!, c.name]));
  const shown = columns.filter((c) => years[c.note ?? ""] !== c.name);
  return {
    question: body.question, understood: body.understood, sparql: body.sparql, years: body.years, evidence: body.evidence?.results.bindings ?? [],
    result: {
      kind: body.answer.boolean === undefined ? "rows" : "boolean", vars: shown.map((c) => c.name), form: body.kind, columns: shown, years,
      rows: body.answer.results?.bindings ?? [], boolean: body.answer.boolean ?? false,
      truncated: false, ms: performance.now() - start, sparql: body.sparql,
    },
  };
}

export async function explain(query: string, analyze: boolean, signal?: AbortSignal): Promise<Plan> {
  return (await send("explain", analyze ? { query, analyze: "" } : { query }, "application/json", signal)).json();
}

// formOf is the first keyword of an operation after its prologue, in capitals.
export function formOf(text: string): string {
  const bare = text.replace(/#[^\n]*|<[^<>"{}|^`\\\s]*>|"(?:[^"\\\n]|\\.)*"/g, (m) => (m[0] === "#" ? " " : "<>"));
  const m = /^\s*(?:(?:PREFIX\s+\S*\s*<>|BASE\s+<>|VERSION\s+<>)\s*)*([A-Za-z]+)/i.exec(bare);
  return m ? m[1].toUpperCase() : "";
}

export function isUpdate(text: string): boolean {
  return /^(INSERT|DELETE|LOAD|CLEAR|DROP|CREATE|ADD|MOVE|COPY|WITH)$/.test(formOf(text));
}

// run runs a query, or an update where the server allows it, and reads the
// answer row by row, up to mostRows.
export async function run(sparql: string, signal?: AbortSignal): Promise<Result> {
  const start = performance.now();
  const result: Result = { kind: "rows", vars: [], rows: [], boolean: false, truncated: false, ms: 0, sparql };
  if (isUpdate(sparql)) {
    await send("sparql", { update: sparql }, "application/json", signal);
    return { ...result, kind: "done", ms: performance.now() - start };
  }
  const response = await send("sparql", { query: sparql, labels: "" },
    "application/sparql-results+json, application/n-triples;q=0.9, application/json;q=0.5", signal);
  if (response.headers.get("Content-Type")?.startsWith("application/n-triples")) {
    result.kind = "graph";
    result.vars = ["subject", "predicate", "object"];
    for await (const line of lines(response)) {
      if (result.rows.length === mostRows) { result.truncated = true; break; }
      const t = parseTriple(line);
      if (t) result.rows.push({ subject: t.subject, predicate: t.predicate, object: t.object });
    }
    await addLabels(result.rows.flatMap((r) => Object.values(r)), signal);
  } else {
    await readRows(response, result);
  }
  result.ms = performance.now() - start;
  return result;
}

// readRows reads results in JSON; the server writes one row per line.
async function readRows(response: Response, result: Result): Promise<void> {
  let first = true;
  let whole = "";
  for await (const line of lines(response)) {
    if (first) {
      first = false;
      whole = line;
      const head = /^\{"head":(\{.*?\}),"results":\{"bindings":\[/.exec(line);
      if (head) {
        result.vars = JSON.parse(head[1]).vars;
        continue;
      }
    }
    if (!line.startsWith("{")) continue;
    if (result.rows.length === mostRows) { result.truncated = true; return; }
    result.rows.push(JSON.parse(line.endsWith(",") ? line.slice(0, -1) : line));
  }
  if (result.vars.length === 0 && whole.includes('"boolean"')) {
    result.kind = "boolean";
    result.boolean = JSON.parse(whole).boolean;
  }
}

// lines reads a body line by line; breaking off cancels it.
async function* lines(response: Response): AsyncGenerator<string> {
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) break;
      const parts = (rest + value).split("\n");
      rest = parts.pop()!;
      yield* parts;
    }
    if (rest) yield rest;
  } finally {
    void reader.cancel().catch(() => {});
  }
}

// raw is the answer in a format, as text.
export async function raw(sparql: string, accept: string, signal?: AbortSignal): Promise<Response> {
  return send("sparql", { query: sparql }, accept, signal);
}

// addLabels finds the labels of the IRIs among terms.
export async function addLabels(terms: (Term | undefined)[], signal?: AbortSignal): Promise<void> {
  const byIRI = new Map<string, Term[]>();
  const visit = (t: Term | undefined): void => {
    if (t?.type === "uri") byIRI.set(t.value, [...(byIRI.get(t.value) ?? []), t]);
    if (t?.type === "triple") [t.value.subject, t.value.predicate, t.value.object].forEach(visit);
  };
  terms.forEach(visit);
  const iris = [...byIRI.keys()].slice(0, 5000);
  for (let i = 0; i < iris.length; i += 1000) {
    const found = await run(`SELECT ?x { VALUES ?x { ${iris.slice(i, i + 1000).map((iri) => `<${iri}>`).join(" ")} } }`, signal);
    for (const { x } of found.rows) {
      if (x?.type !== "uri" || !x.label) continue;
      for (const t of byIRI.get(x.value) ?? []) if (t.type === "uri") t.label = x.label;
    }
  }
}

// parseTriple reads a line of N-Triples.
export function parseTriple(line: string): { subject: Term; predicate: Term; object: Term } | undefined {
  let at = 0;
  const skip = (): void => { while (/\s/.test(line[at] ?? "")) at++; };
  const unescape = (s: string): string => s.replace(/\\(u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|.)/g, (_, c, u4, u8) =>
    u4 || u8 ? String.fromCodePoint(parseInt(u4 ?? u8, 16)) : ({ n: "\n", r: "\r", t: "\t", b: "\b", f: "\f" } as Record<string, string>)[c] ?? c);
  const match = (re: RegExp): RegExpExecArray | null => {
    re.lastIndex = at;
    const m = re.exec(line);
    if (m) at = re.lastIndex;
    return m;
  };
  const term = (): Term => {
    skip();
    let m: RegExpExecArray | null;
    if (match(/<<\(/y)) {
      const value = { subject: term(), predicate: term(), object: term() };
      skip();
      match(/\)>>/y);
      return { type: "triple", value };
    }
    if ((m = match(/<([^>]*)>/y))) return { type: "uri", value: unescape(m[1]) };
    if ((m = match(/_:([^\s<"]+)/y))) return { type: "bnode", value: m[1] };
    if ((m = match(/"((?:[^"\\]|\\.)*)"/y))) {
      const value = unescape(m[1]);
      if ((m = match(/@([A-Za-z0-9-]+)/y))) return { type: "literal", value, "xml:lang": m[1] };
      if ((m = match(/\^\^<([^>]*)>/y))) return { type: "literal", value, datatype: m[1] };
      return { type: "literal", value };
    }
    throw new Error("not a line of N-Triples: " + line);
  };
  skip();
  if (at === line.length || line[at] === "#") return undefined;
  return { subject: term(), predicate: term(), object: term() };
}
