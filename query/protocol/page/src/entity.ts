// The page of one thing: what is said of it and by what it is named, with the
// dates and sources that reifiers carry, and a timeline.
import { type About, type Row, run } from "./api";
import { lines, type Point } from "./chart";
import { copy, h, replace } from "./dom";
import { type Item, timeline } from "./timeline";
import { isNumber, key, num, RDF, RDFS, say, short, show, type Term, time, XSD } from "./term";

type IRI = Term & { type: "uri" };

// Statement is a triple with what its reifiers say: one that holds today is
// asserted, one that ended is only reified.
interface Statement {
  predicate: IRI; other: Term; out: boolean; asserted: boolean;
  since?: Term; until?: Term; year?: Term; sources: IRI[]; more: { k: IRI; v: Term }[];
}

// The last part of a property's name says what it means for a statement.
const roles: Record<string, "since" | "until" | "year" | "source" | "skip"> = {
  since: "since", startDate: "since", start: "since", validFrom: "since", until: "until", endDate: "until", end: "until", validUntil: "until",
  year: "year", pointInTime: "year", source: "source", wasDerivedFrom: "source", sinceUnknown: "skip", untilUnknown: "skip",
};
// order is a year or a date as a number.
const order = (t: Term | undefined): number => (isNumber(t) ? num(t) : time(t));

const local = (iri: string): string => iri.split(/[/#:]/).pop()!;

const most = 3000;

// lexicon is the namespace of words for questions, which say nothing about a thing.
const lexicon = "https://ententedb.org/lexicon#";

// units are those of measures, by property: a literal under a property named unit.
const units = new Map<string, string>();
let unitsRead: Promise<void> | undefined;

async function readUnits(about: About): Promise<void> {
  const names = about.prefixes.map((p) => `<${p.iri}unit>`).join(" ");
  if (!names) return;
  const found = await run(`SELECT ?p ?u { VALUES ?unit { ${names} } ?p ?unit ?u FILTER(isLiteral(?u)) } LIMIT 1000`);
  for (const r of found.rows) if (r.p?.type === "uri") units.set(r.p.value, say(r.u));
}

const unitOf = (s: Statement): string => (isNumber(s.other) ? units.get(s.predicate.value) ?? "" : "");

function unit(s: Statement): HTMLElement | null {
  return unitOf(s) ? h("span", { class: "dim" }, (/^%$/.test(unitOf(s)) ? "" : "\u00a0") + unitOf(s)) : null;
}

async function load(iri: string, about: About, signal: AbortSignal): Promise<{ statements: Statement[]; truncated: boolean }> {
  const e = `<${iri}>`;
  const anywhere = (pattern: string): string => (about.inNamedGraphs > 0 ? `{ ${pattern} } UNION { GRAPH ?anyGraph { ${pattern} } }` : pattern);
  const reified = (triple: string, vars: string): string =>
    `SELECT ?r ${vars} ?k ?v { ${anywhere(`?r <${RDF}reifies> ${triple} ; ?k ?v`)} FILTER(?k != <${RDF}reifies>) } LIMIT 20000`;
  const [out, back, outR, backR] = await Promise.all([
    run(`SELECT DISTINCT ?p ?x { ${anywhere(`${e} ?p ?x`)} } LIMIT ${most}`, signal),
    run(`SELECT DISTINCT ?p ?x { ${anywhere(`?x ?p ${e}`)} FILTER(!isBlank(?x)) } LIMIT ${most}`, signal),
    run(reified(`<<( ${e} ?p ?x )>>`, "?p ?x"), signal),
    run(reified(`<<( ?x ?p ${e} )>>`, "?p ?x"), signal),
  ]);
  const statements: Statement[] = [];
  const collect = (asserted: Row[], reifiers: Row[], isOut: boolean): void => {
    const facts = new Map<string, Statement>();
    for (const r of asserted) facts.set(key(r.p!) + key(r.x!), { predicate: r.p as IRI, other: r.x!, out: isOut, asserted: true, sources: [], more: [] });
    const groups = new Map<string, Row[]>();
    for (const r of reifiers) groups.set(key(r.r!), [...(groups.get(key(r.r!)) ?? []), r]);
    const used = new Set<Statement>();
    for (const rows of groups.values()) {
      const id = key(rows[0].p!) + key(rows[0].x!);
      const fact = facts.get(id);
      const s: Statement = { predicate: rows[0].p as IRI, other: rows[0].x!, out: isOut, asserted: false, sources: [], more: [] };
      for (const { k, v } of rows) {
        if (k?.type !== "uri" || !v) continue;
        const role = roles[local(k.value)];
        if (role === "source") { if (v.type === "uri") s.sources.push(v); } else if (role === "since" || role === "until" || role === "year") s[role] = v;
        else if (role !== "skip") s.more.push({ k, v });
      }
      // A statement that goes on is the asserted one; one that ended stands beside it.
      s.asserted = fact !== undefined && !s.until;
      if (s.asserted) used.add(fact!);
      statements.push(s);
    }
    for (const f of facts.values()) if (!used.has(f)) statements.push(f);
  };
  collect(out.rows, outR.rows, true);
  collect(back.rows, backR.rows, false);
  // The other direction of a symmetric property says nothing new.
  const text = (s: Statement, out: boolean): string => [s.predicate.value, key(s.other), s.asserted, out, s.since && key(s.since), s.until && key(s.until), ...s.more.map((m) => key(m.v)).sort()].join(" ");
  const said = new Set(statements.filter((s) => s.out).map((s) => text(s, true)));
  const news = statements.filter((s) => s.out || !said.has(text(s, true)));
  return { statements: news, truncated: back.rows.length === most || out.rows.length === most };
}

export function entityPage(iri: string, about: About, signal: AbortSignal, graphLink: string): HTMLElement {
  const page = h("article", { class: "entity-page" }, h("p", { class: "dim", role: "status" }, "Loading …"));
  unitsRead ??= readUnits(about).catch(() => {});
  Promise.all([load(iri, about, signal), unitsRead]).then(([{ statements, truncated }]) => draw(page, iri, statements, truncated, graphLink),
    (e: Error) => { if (!signal.aborted) replace(page, h("pre", { class: "error", role: "alert" }, e.message)); });
  return page;
}

function draw(page: HTMLElement, iri: string, all: Statement[], truncated: boolean, graphLink: string): void {
  const values = (p: string): Term[] => all.filter((s) => s.out && s.asserted && s.predicate.value === p).map((s) => s.other);
  const best = (terms: Term[]): string => say(terms.find((t) => t.type === "literal" && /^en/.test(t["xml:lang"] ?? "en")) ?? terms[0]);
  const title = best(values(RDFS + "label")) || short(iri);
  document.title = `${title} – Entente`;
  const heading = h("header", { class: "entity-head" },
    h("h1", { tabindex: "-1" }, title),
    h("p", { class: "types" }, values(RDF + "type").map((t) => h("span", { class: "chip" }, show(t)))),
    values(RDFS + "comment").map((t) => h("p", {}, say(t))),
    h("p", { class: "iri" }, h("code", {}, short(iri).startsWith("<") ? iri : short(iri)), " ",
      h("button", { class: "quiet small", onclick: () => copy(iri, "IRI") }, "Copy IRI"), " ",
      h("a", { class: "button quiet small", href: graphLink }, "Show as graph")));
  if (all.length === 0) {
    replace(page, heading, h("div", { class: "empty" }, h("p", {}, h("strong", {}, "Nothing is said about this.")), h("p", {}, "The graph has no statement with this IRI as subject or object.")));
    return;
  }
  const hidden = new Set([RDF + "type", RDFS + "label", RDFS + "comment"]);
  const told = all.filter((s) => s.out && !hidden.has(s.predicate.value) && !s.predicate.value.startsWith(lexicon));
  const facts = group(told.filter((s) => s.other.type === "literal"));
  const links = group(told.filter((s) => s.other.type !== "literal"));
  const names = all.filter((s) => !s.out && !(s.predicate.value.startsWith(RDF) && s.other.type === "bnode"));
  const back = group(names);

  const series = [...facts].filter(([, list]) => list.filter((s) => s.year && isNumber(s.other)).length > 2);
  const items: Item[] = all.filter((s) => (s.since || s.until) && s.other.type === "uri" && !Number.isNaN(time(s.since ?? s.until))).map((s) => ({
    name: say(s.other), out: s.out, kind: s.out ? say(s.predicate) : "← " + say(s.predicate), href: "#" + new URLSearchParams({ entity: (s.other as IRI).value }),
    from: time(s.since), to: time(s.until), since: s.since && say(s.since), until: s.until && say(s.until),
  }));
  replace(page, heading,
    facts.size > 0 && h("section", { class: "facts" }, h("h2", {}, "Facts"), h("dl", {}, [...facts].map(([, list]) => fact(list)))),
    series.length > 0 && h("section", {}, h("h2", {}, "Over the years"), h("div", { class: "series-grid" }, series.map(([, list]) => yearly(list)))),
    items.length > 0 && h("section", {}, h("h2", {}, "Timeline"), timeline(items)),
    links.size > 0 && h("section", {}, h("h2", {}, "Statements about it"), [...links].map(([, list]) => relation(list))),
    back.size > 0 && h("section", {}, h("h2", {}, "Statements that name it"), [...back].map(([, list]) => relation(list))),
    truncated && h("p", { class: "dim" }, `Only the first ${most.toLocaleString("en-GB")} statements of a direction are shown.`));
  heading.querySelector("h1")!.focus({ preventScroll: true });
}

// group collects statements by property, those with most to tell last.
function group(list: Statement[]): Map<string, Statement[]> {
  const groups = new Map<string, Statement[]>();
  for (const s of list) groups.set(s.predicate.value, [...(groups.get(s.predicate.value) ?? []), s]);
  return new Map([...groups].sort((a, b) => say(a[1][0].predicate).localeCompare(say(b[1][0].predicate), "en")));
}

// sources lists them as numbered links, named on hover.
function sources(s: Statement): HTMLElement | null {
  if (s.sources.length === 0) return null;
  return h("span", { class: "sources" }, s.sources.map((x) => {
    const a = show(x);
    a.textContent = "source";
    a.title = say(x);
    return [" ", a];
  }));
}

function fact(list: Statement[]): HTMLElement {
  // Of a measure by year only the value that is asserted is a fact of today.
  const now = list.filter((s) => s.asserted && (!s.year || !list.some((o) => o.year && s.year && order(o.year) > order(s.year) && o.asserted)));
  const shown = now.length ? now : list.slice(-1);
  const seen = new Set<string>();
  const unique = shown.filter((s) => !seen.has(key(s.other)) && seen.add(key(s.other)));
  return h("div", {}, h("dt", {}, show(list[0].predicate)), h("dd", {}, unique.map((s, i) => [i > 0 && h("span", { class: "dim" }, " · "), show(s.other), unit(s),
    h("span", { class: "dim small" }, s.year ? ` (${say(s.year, "year")})` : s.since ? ` since ${say(s.since)}` : "", sources(s))])));
}

function yearly(list: Statement[]): HTMLElement {
  const points: Point[] = list.filter((s) => s.year && isNumber(s.other)).map((s) => ({
    x: s.year!.type === "literal" && s.year!.datatype === XSD + "integer" ? Date.UTC(num(s.year), 0, 1) : time(s.year), y: num(s.other), label: say(s.year, "year"),
  })).filter((p) => Number.isFinite(p.x)).sort((a, b) => a.x - b.x);
  const name = say(list[0].predicate);
  return h("figure", {}, h("figcaption", {}, name, unitOf(list[0]) && `, ${unitOf(list[0])}`, h("span", { class: "dim small" }, ` ${points[0]?.label}–${points.at(-1)?.label}`)), lines([{ name, points }], 420, "time", 170));
}

const few = 12;

function relation(list: Statement[]): HTMLElement {
  const rank = (s: Statement): number => (s.asserted ? 0 : 1);
  list.sort((a, b) => rank(a) - rank(b) || say(a.other).localeCompare(say(b.other), "en"));
  const dated = list.some((s) => s.since || s.until || s.year);
  const row = (s: Statement): HTMLElement => h("tr", { class: s.asserted ? null : "past" },
    h("td", {}, show(s.other), s.more.length > 0 && h("div", { class: "dim small" }, s.more.slice(0, 4).map((m, i) => [i > 0 && " · ", say(m.k), ": ", show(m.v)]),
      s.more.length > 4 && ` · and ${s.more.length - 4} more`)),
    dated && h("td", { class: "when" }, s.year ? say(s.year, "year") : [s.since && `since ${say(s.since)}`, s.until && ` until ${say(s.until)}`], !s.asserted && !s.until && !s.year && "not today"),
    h("td", { class: "from" }, sources(s)));
  const body = h("tbody", {}, list.slice(0, few).map(row));
  const rest = list.length - few;
  const more = rest > 0 && h("button", { class: "quiet small", onclick: (e: Event) => {
    body.append(...list.slice(few).map(row));
    (e.currentTarget as Element).remove();
  } }, `Show ${rest.toLocaleString("en-GB")} more`);
  const p = list[0];
  return h("div", { class: "relation" }, h("h3", {}, !p.out && h("span", { title: "the other way: these point to it", "aria-label": "is named as" }, "← "), show(p.predicate), " ", h("span", { class: "dim small" }, list.length.toLocaleString("en-GB"))),
    h("table", { class: "plain" }, body), more);
}
