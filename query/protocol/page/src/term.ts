// RDF terms, as SPARQL results in JSON have them, and how people see them.
import { h } from "./dom";

export interface Triple { subject: Term; predicate: Term; object: Term }

export type Term =
  | { type: "uri"; value: string; label?: string }
  | { type: "bnode"; value: string }
  | { type: "literal"; value: string; datatype?: string; "xml:lang"?: string }
  | { type: "triple"; value: Triple };

export interface Prefix { name: string; iri: string }

export const RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
export const RDFS = "http://www.w3.org/2000/01/rdf-schema#";
export const XSD = "http://www.w3.org/2001/XMLSchema#";

let prefixes: Prefix[] = [];

export function setPrefixes(list: Prefix[]): void {
  prefixes = [...list].sort((a, b) => b.iri.length - a.iri.length);
}

export function allPrefixes(): Prefix[] {
  return prefixes;
}

// short writes an IRI as a prefixed name where that is simple, else in angle brackets.
export function short(iri: string): string {
  for (const p of prefixes) {
    if (iri.startsWith(p.iri) && /^[\p{L}\d_]([\p{L}\d_.-]*[\p{L}\d_-])?$/u.test(iri.slice(p.iri.length))) {
      return p.name + ":" + iri.slice(p.iri.length);
    }
  }
  return "<" + iri + ">";
}

// expand turns a prefixed name into an IRI, if its prefix is known.
export function expand(name: string, more: Prefix[] = []): string | undefined {
  const colon = name.indexOf(":");
  const p = [...more, ...prefixes].find((p) => p.name === name.slice(0, colon));
  return p && p.iri + name.slice(colon + 1);
}

const numeric = new Set(["integer", "decimal", "double", "float", "int", "long", "short", "byte", "nonNegativeInteger",
  "positiveInteger", "nonPositiveInteger", "negativeInteger", "unsignedInt", "unsignedLong", "unsignedShort", "unsignedByte"].map((n) => XSD + n));
const dates = new Set(["date", "dateTime", "dateTimeStamp", "gYear", "gYearMonth"].map((n) => XSD + n));

export function isNumber(t: Term | undefined): boolean {
  return t?.type === "literal" && numeric.has(t.datatype ?? "") && Number.isFinite(Number(t.value));
}

export function isDate(t: Term | undefined): boolean {
  return t?.type === "literal" && dates.has(t.datatype ?? "");
}

export function num(t: Term | undefined): number {
  return isNumber(t) ? Number((t as { value: string }).value) : NaN;
}

// time is a date as milliseconds since 1970.
export function time(t: Term | undefined): number {
  if (!isDate(t)) return NaN;
  const m = /^(-?\d{4,})(?:-(\d\d))?(?:-(\d\d))?/.exec((t as { value: string }).value);
  if (!m) return NaN;
  const d = new Date(0);
  d.setUTCFullYear(Number(m[1]), Number(m[2] ?? 1) - 1, Number(m[3] ?? 1));
  return d.getTime();
}

const integers = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 20 });
const doubles = new Intl.NumberFormat("en-GB", { maximumSignificantDigits: 8 });
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

// fixed formats the numbers of a column with as many digits after the point as
// tell something: all of up to two, else four digits of the largest number.
export function fixed(terms: (Term | undefined)[]): ((n: number) => string) | undefined {
  const ns = terms.filter(isNumber).map((t) => num(t));
  const digits = Math.max(0, ...ns.map((n) => (/\.(\d+)$/.exec(String(n))?.[1].length ?? 0)));
  const largest = Math.max(0, ...ns.map(Math.abs));
  if (digits === 0 || largest === 0 || largest >= 1e15 || largest < 1e-4) return undefined;
  const d = digits <= 2 ? digits : Math.min(digits, Math.max(2, 3 - Math.floor(Math.log10(largest))));
  const f = new Intl.NumberFormat("en-GB", { minimumFractionDigits: d, maximumFractionDigits: d });
  return (n) => f.format(n);
}

export function formatNumber(n: number): string {
  return Math.abs(n) >= 1e15 || (n !== 0 && Math.abs(n) < 1e-6) ? n.toExponential(3) : doubles.format(n);
}

// compact is a number for axes: 1.2 M.
export function compact(n: number): string {
  return new Intl.NumberFormat("en-GB", { notation: "compact", maximumSignificantDigits: 3 }).format(n);
}

function formatDate(lexical: string): string {
  const m = /^(\d{4})(?:-(\d\d))?(?:-(\d\d))?(?:T(\d\d:\d\d))?/.exec(lexical);
  if (!m) return lexical;
  const day = m[3] ? Number(m[3]) + " " : "";
  const month = m[2] ? months[Number(m[2]) - 1] + " " : "";
  return day + month + m[1] + (m[4] ? ", " + m[4] : "");
}

// say is a term in words; hint, such as the name of a column, tells years from
// other numbers.
export function say(t: Term | undefined, hint = "", number?: (n: number) => string): string {
  if (!t) return "";
  switch (t.type) {
    case "uri": return t.label || short(t.value).replace(/^<|>$/g, "");
    case "bnode": return "_:" + t.value;
    case "triple": return `${say(t.value.subject)} ${say(t.value.predicate)} ${say(t.value.object)}`;
  }
  if (isNumber(t)) {
    if (/year/i.test(hint) && /^\d{4}$/.test(t.value)) return t.value;
    if (number) return number(Number(t.value));
    return t.datatype === XSD + "double" || t.datatype === XSD + "float" ? formatNumber(Number(t.value)) :
      t.value.length > 15 && !t.value.includes(".") ? t.value : (t.value.length > 15 ? doubles : integers).format(Number(t.value));
  }
  if (isDate(t)) return formatDate(t.value);
  if (t.datatype === XSD + "boolean") return t.value === "true" || t.value === "1" ? "yes" : "no";
  return t.value;
}

// source is a term as SPARQL writes it.
export function source(t: Term): string {
  switch (t.type) {
    case "uri": return short(t.value);
    case "bnode": return "_:" + t.value;
    case "triple": return `<<( ${source(t.value.subject)} ${source(t.value.predicate)} ${source(t.value.object)} )>>`;
  }
  const quoted = '"' + t.value.replace(/["\\\n\r\t]/g, (c) => ({ '"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" })[c]!) + '"';
  if (t["xml:lang"]) return quoted + "@" + t["xml:lang"];
  return t.datatype ? quoted + "^^" + short(t.datatype) : quoted;
}

// key is equal for equal terms.
export function key(t: Term): string {
  return t.type === "uri" ? "<" + t.value + ">" : source(t);
}

// compare orders terms for people: nothing, numbers, dates, then text.
export function compare(a: Term | undefined, b: Term | undefined): number {
  if (!a || !b) return a ? 1 : b ? -1 : 0;
  const [na, nb] = [num(a), num(b)];
  if (!Number.isNaN(na) && !Number.isNaN(nb)) return na - nb;
  const [ta, tb] = [time(a), time(b)];
  if (!Number.isNaN(ta) && !Number.isNaN(tb)) return ta - tb;
  return say(a).localeCompare(say(b), "en", { numeric: true, sensitivity: "base" });
}

export function entityLink(iri: string): string {
  return "#" + new URLSearchParams({ entity: iri });
}

// show is a term as an element: IRIs by their label, linked to their own page,
// with the IRI on hover.
export function show(t: Term | undefined, hint = "", number?: (n: number) => string): HTMLElement {
  if (!t) return h("span", { class: "none", title: "no value" }, "–");
  switch (t.type) {
    case "uri": return h("a", { class: "entity", href: entityLink(t.value), title: t.value }, say(t));
    case "bnode": return h("span", { class: "blank", title: "blank node" }, say(t));
    case "triple": return h("span", { class: "triple", title: source(t) },
      "⟪ ", show(t.value.subject), " ", show(t.value.predicate), " ", show(t.value.object), " ⟫");
  }
  const text = say(t, hint, number);
  const lang = t["xml:lang"];
  if (!lang && /^https?:\/\/\S+$/.test(text)) return h("a", { href: text, rel: "noreferrer noopener", target: "_blank", class: "web" }, text);
  return h("span", { title: isNumber(t) || isDate(t) ? source(t) : null, lang: lang ?? null },
    text, lang ? h("sup", { class: "lang" }, lang) : null);
}
