// Completion in the SPARQL editor: from keywords, prefixes, the variables of the
// text, and the data: properties and classes in use, and things by their names.
import type { Completion, CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import { run, type Row } from "./api";
import { functions, keywords } from "./language";
import { allPrefixes, expand, num, type Prefix, RDF, RDFS, short, type Term } from "./term";

const words: Completion[] = [
  ...keywords.map((label) => ({ label, type: "keyword", boost: /^(SELECT|WHERE|FILTER|OPTIONAL|PREFIX|ORDER|GROUP|LIMIT)$/.test(label) ? 1 : 0 })),
  ...functions.map((label) => ({ label, apply: label + "(", type: "function", boost: -1 })),
];

const remembered = new Map<string, Promise<Row[]>>();

// recall runs a query once per page.
function recall(sparql: string): Promise<Row[]> {
  let rows = remembered.get(sparql);
  if (!rows) {
    rows = run(sparql).then((r) => r.rows);
    rows.catch(() => remembered.delete(sparql));
    if (remembered.size > 200) remembered.clear();
    remembered.set(sparql, rows);
  }
  return rows;
}

type IRI = Term & { type: "uri" };

// option offers an IRI by its short name, with its label and how often it is used.
function option(t: IRI, type: string, n?: number): Completion {
  const name = short(t.value);
  const detail = [t.label && !name.endsWith(":" + t.label) ? t.label : "", n ? `× ${n.toLocaleString("en-GB")}` : ""].filter(Boolean).join("  ");
  return { label: name, detail, type, boost: n ? Math.min(20, Math.log2(n + 1)) : 0 };
}

// matching keeps the options whose name or label holds the typed text.
function matching(options: Completion[], typed: string): Completion[] {
  const t = typed.toLowerCase().replace(/^<|>$/g, "");
  const local = t.slice(t.indexOf(":") + 1);
  return options.filter((o) => o.label.toLowerCase().includes(t) ||
    (local !== "" && (!t.includes(":") || o.label.toLowerCase().startsWith(t.slice(0, t.indexOf(":") + 1))) && (o.detail ?? "").toLowerCase().includes(local)));
}

// place says where in a triple the text ends: it counts the terms since the
// last ".", ";", "{" or the like.
export function place(before: string): { role: "subject" | "predicate" | "object" | "outside"; subject: string; predicate: string } {
  const bare = before.replace(/#[^\n]*/g, "");
  const outside = { role: "outside" as const, subject: "", predicate: "" };
  const tokens = bare.match(/<<\(|\)>>|\{\||\|\}|<[^<>\s]*>|"(?:[^"\\\n]|\\.)*"(?:@[\w-]+|\^\^\S+)?|[?$]\w+|(?:[\p{L}][\p{L}\d_-]*)?:[\p{L}\d_%-]*(?:\.[\p{L}\d_-]+)*|[\p{L}_][\p{L}\d_]*|[-+]?\d[\d.eE]*|[{}.;,()[\]]|[^\s]/gu) ?? [];
  let depth = 0, subject = "", predicate = "", terms = 0, parens = 0;
  for (const t of tokens) {
    switch (t) {
      case "{": depth++; terms = 0; break;
      case "}": depth--; terms = 0; break;
      case ".": terms = 0; break;
      case ";": case "{|": terms = subject ? 1 : 0; break;
      case ",": if (terms > 2) terms = 2; break;
      case "(": parens++; break;
      case ")": parens--; if (parens === 0) terms = 0; break;
      case "<<(": terms = 0; break;
      default:
        if (parens > 0) break;
        if (/^(FILTER|OPTIONAL|UNION|MINUS|BIND|VALUES|GRAPH|SERVICE|WHERE|EXISTS|NOT)$/i.test(t)) { terms = 0; break; }
        if (/^[|^/*+]$/.test(t)) { terms = 1; break; } // a path goes on
        terms++;
        if (terms === 1) subject = t;
        if (terms === 2) predicate = t;
    }
  }
  if (depth <= 0 || parens > 0) return outside;
  return { role: terms === 0 ? "subject" : terms === 1 ? "predicate" : terms === 2 ? "object" : "outside", subject, predicate };
}

// declared are the prefixes that the text declares itself.
function declared(text: string): Prefix[] {
  return [...text.matchAll(/PREFIX\s+([\w-]*):\s*<([^>]*)>/gi)].map((m) => ({ name: m[1], iri: m[2] }));
}

const predicatesInUse = "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p ORDER BY DESC(?n) LIMIT 1000";
const classesInUse = `SELECT ?c (COUNT(*) AS ?n) { ?s <${RDF}type> ?c } GROUP BY ?c ORDER BY DESC(?n) LIMIT 500`;

// predicates are those in use; of them those that things of the subject's class, or the subject itself, have come first.
async function predicates(subject: string, text: string): Promise<Completion[]> {
  const all = await recall(predicatesInUse);
  const more = declared(text);
  let together = "";
  if (/^[?$]/.test(subject)) {
    const type = new RegExp(`\\${subject}\\s+(?:a|rdf:type)\\s+(<[^>]+>|[\\w-]*:[\\w.-]*\\w)`).exec(text)?.[1];
    const iri = type && (type.startsWith("<") ? type.slice(1, -1) : expand(type, more));
    if (iri) together = `SELECT ?p (COUNT(*) AS ?n) { { SELECT ?x { ?x <${RDF}type> <${iri}> } LIMIT 200 } ?x ?p ?o } GROUP BY ?p`;
  } else {
    const iri = subject.startsWith("<") ? subject.slice(1, -1) : expand(subject, more);
    if (iri) together = `SELECT ?p (COUNT(*) AS ?n) { <${iri}> ?p ?o } GROUP BY ?p`;
  }
  const fitting = new Set((together ? await recall(together) : []).map((r) => (r.p as IRI).value));
  return all.filter((r) => r.p?.type === "uri").map((r) => {
    const o = option(r.p as IRI, "property", num(r.n));
    return fitting.has((r.p as IRI).value) ? { ...o, boost: 60 + (o.boost ?? 0), section: { name: "used with this subject", rank: 0 } } :
      fitting.size ? { ...o, section: { name: "others in use", rank: 1 } } : o;
  });
}

// things are those whose name, or a word of it, starts with a text.
async function things(typed: string, text: string): Promise<Completion[]> {
  const colon = typed.indexOf(":");
  const local = colon < 0 ? typed.replace(/^</, "") : typed.slice(colon + 1);
  const namespace = colon < 0 ? "" : expand(typed, declared(text))?.slice(0, -local.length || undefined) ?? "";
  if (local.length < 2 && !namespace) return [];
  const quoted = JSON.stringify(local.toLowerCase());
  const within = namespace ? ` FILTER(STRSTARTS(STR(?s), ${JSON.stringify(namespace)}))` : "";
  const found = await Promise.all([
    local.length > 0 ? recall(`SELECT DISTINCT ?s { ?s <${RDFS}label>|<http://www.w3.org/2004/02/skos/core#prefLabel>|<http://www.w3.org/2004/02/skos/core#altLabel> ?l
      FILTER(isIRI(?s) && STRSTARTS(LCASE(STR(?l)), ${quoted}))${within} } LIMIT 40`) : [],
    namespace ? recall(`SELECT DISTINCT ?s { ?s ?p ?o FILTER(STRSTARTS(STR(?s), ${JSON.stringify(namespace + local)})) } LIMIT 40`) : [],
  ]);
  const seen = new Map<string, Completion>();
  for (const r of found.flat()) {
    const o = option(r.s as IRI, "constant");
    if (!seen.has(o.label)) seen.set(o.label, o);
  }
  // Short names that start with the text come first: pk:NATO before pk:NATO-guideline-2006.
  const start = typed.toLowerCase();
  const rank = (o: Completion): number => (o.label.toLowerCase().startsWith(start) ? 0 : 100) + (o.detail?.toLowerCase() === local.toLowerCase() ? -200 : 0) + o.label.length;
  return [...seen.values()].sort((a, b) => rank(a) - rank(b));
}

export async function complete(context: CompletionContext): Promise<CompletionResult | null> {
  const word = context.matchBefore(/[?$][\p{L}\d_]*|<[^<>\s]*|(?:[\p{L}][\p{L}\d_.-]*)?:?[\p{L}\d_.-]*/u);
  if (!word || (word.from === word.to && !context.explicit)) return null;
  const text = context.state.doc.toString();
  const typed = word.text;
  const before = text.slice(0, word.from);
  if (/"[^"\n]*$/.test(before.slice(before.lastIndexOf("\n") + 1).replace(/"[^"\n]*"/g, ""))) return null; // in a string
  if (/^[?$]/.test(typed)) {
    const names = new Set([...text.matchAll(/[?$][\p{L}\d_]+/gu)].map((m) => m[0]).filter((v) => v !== typed));
    return { from: word.from, options: [...names].map((label) => ({ label, type: "variable" })), validFor: /^[?$][\p{L}\d_]*$/u };
  }
  if (/PREFIX\s+$/i.test(before)) {
    return { from: word.from, options: allPrefixes().map((p) => ({ label: `${p.name}: <${p.iri}>`, type: "namespace" })) };
  }
  const { role, subject, predicate } = place(before);
  let options: Completion[] = [];
  try {
    if (role === "predicate") options = matching(await predicates(subject, text), typed);
    else if (role === "object" && /^(a|rdf:type)$/.test(predicate)) {
      options = matching((await recall(classesInUse)).filter((r) => r.c?.type === "uri").map((r) => option(r.c as IRI, "class", num(r.n))), typed);
    } else if (role !== "outside" || typed.includes(":")) options = await things(typed, text);
  } catch {
    // Without data the words remain.
  }
  if (!typed.includes(":") && !typed.startsWith("<")) {
    const start = typed.toUpperCase();
    if (typed) options = [...options, ...words.filter((o) => o.label.startsWith(start))];
    options = [...options, ...allPrefixes().filter((p) => p.name.startsWith(typed)).map((p) => ({ label: p.name + ":", detail: p.iri, type: "namespace", boost: -2 }))];
  }
  return options.length ? { from: word.from, options, filter: false } : null;
}
