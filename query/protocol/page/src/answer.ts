// What stands above the rows of an answer: the answer in a sentence where it is
// one thing, what it rests upon, how the question was understood, its SPARQL.
import { addLabels, type Answer, type Evidence } from "./api";
import { type Child, copy, h } from "./dom";
import { compare, expand, isDate, key, say, show, type Term } from "./term";

type IRI = Term & { type: "uri" };

export async function lead(a: Answer, edit: string, signal: AbortSignal): Promise<HTMLElement> {
  const things = a.result.kind === "boolean" ? await named(a.sparql, signal) : [];
  const sentence = a.result.kind === "boolean" ? verdict(a.result.boolean, a.understood, things) : single(a);
  return h("div", { class: "answer" },
    sentence && h("p", { class: "verdict" }, sentence),
    sentence && grounds(a),
    things.length > 0 && h("p", { class: "see" }, h("span", { class: "dim" }, "More about: "), things.map((t, i) => [i > 0 && " · ", show(t)])),
    h("p", { class: "understood" }, h("span", { class: "dim" }, "understood as: "), h("span", { id: "understood" }, a.understood),
      a.years && h("span", { class: "dim" }, ` (${a.years})`)),
    h("details", {}, h("summary", {}, "SPARQL"), h("pre", { class: "sparql" }, a.sparql),
      h("div", { class: "tools" }, h("a", { class: "button quiet", href: edit }, "Edit this query"),
        h("button", { class: "quiet", onclick: () => copy(a.sparql, "Query") }, "Copy"))));
}

// arrange puts the rows of a list in the sequence of their names where the
// question gave them no other: a reader looks for a name.
export function arrange(a: Answer): void {
  const { rows, vars } = a.result;
  const [first] = vars;
  const order = /\bORDER BY (.*)(\n(LIMIT|OFFSET) \d+)*$/.exec(a.sparql.trim())?.[1];
  if (order !== undefined && order !== "?" + first) return;
  const names = rows.map((r) => r[first]);
  if (names.every((t) => t?.type === "uri") && new Set(names.map((t) => (t as IRI).value)).size === rows.length) {
    rows.sort((x, y) => compare(x[first], y[first]));
  }
}

// named are the things that a query names and that have a label, properties apart.
async function named(sparql: string, signal: AbortSignal): Promise<IRI[]> {
  const body = sparql.replace(/PREFIX[^\n]*/g, "");
  const terms = [...new Set(body.match(/(?<![\w?$])[\w-]*:[\w.-]*\w/g) ?? [])].flatMap((n): IRI[] => {
    const iri = expand(n);
    return iri && /\/[A-Z0-9][^/]*$|[a-z]+-/.test(iri) ? [{ type: "uri", value: iri }] : [];
  });
  await addLabels(terms, signal);
  return terms.filter((t) => t.label).slice(0, 6);
}

// verdict says yes or no as a sentence where the question has the form “is X …”
// and X is one of the things.
function verdict(yes: boolean, understood: string, things: IRI[]): string {
  const [, verb, rest] = /^(is|are|was|were|has|have) (.*)$/.exec(understood.replace(/, today$/, " today")) ?? [];
  if (!verb) return yes ? "Yes." : "No.";
  const subject = things.flatMap((t) => ["the " + t.label, t.label!]).filter((n) => rest.startsWith(n + " ")).sort((a, b) => b.length - a.length)[0];
  if (subject) return `${yes ? "Yes" : "No"}, ${subject} ${verb}${yes ? "" : " not"}${rest.slice(subject.length)}.`;
  const all = /^all ([^,]*), (.*)$/.exec(rest);
  if (all) return `${yes ? "Yes, all" : "No, not all"} ${all[1]} ${verb} ${all[2]}.`;
  return yes ? "Yes." : "No.";
}

const capital = (s: string): string => s.replace(/^./, (c) => c.toUpperCase());

// single says a value, or a few, of one thing, or a single row, as a sentence.
function single(a: Answer): Child[] | undefined {
  const { rows, vars, columns, form } = a.result;
  const seen = new Map(rows.flatMap((r) => (r[vars[0]] ? [[key(r[vars[0]]!), r] as const] : [])));
  const distinct = [...seen.values()];
  if (distinct.length === 0 || distinct.length > (form === "value" ? 6 : 1) || vars.length > 2) return undefined;
  const column = (v: string): { header: string; unit?: string } => columns?.find((c) => c.name === v) ?? { header: v };
  const value = (r: (typeof rows)[0], v: string): Child[] => {
    const { unit } = column(v);
    return [show(r[v], v), unit && (/^%/.test(unit) ? "" : "\u00a0") + unit];
  };
  const noun = a.understood.replace(/, today$/, " today");
  const [row] = distinct;
  if (distinct.some((r) => vars.some((v) => !r[v] || say(r[v]).length > 160))) return undefined;
  if (vars.length === 2) {
    return row[vars[0]]!.type === "uri" && form !== "describe" ? [show(row[vars[0]]), `: ${column(vars[1]).header} `, value(row, vars[1])] : undefined;
  }
  const values = distinct.map((r, i) => [i > 0 && ", ", value(r, vars[0])]);
  // “capital of Japan” makes a sentence; “states that are members of …” is a list of one.
  if (/^(?!when|who|what|which|where|why|how)(?:(?! that ).)*? of /.test(noun)) return [`The ${noun} ${distinct.length > 1 ? "are" : "is"} `, values, "."];
  return [isDate(row[vars[0]]) && `${capital(column(vars[0]).header)} `, values];
}

// grounds says what an answer rests upon: since when, of which year, and by which
// sources.
function grounds(a: Answer): HTMLElement | undefined {
  const each = (get: (e: Evidence) => Term | undefined): Term[] =>
    [...new Map(a.evidence.flatMap((e) => { const t = get(e); return t ? [[key(t), t] as const] : []; })).values()];
  const most = 8;
  const list = (terms: Term[]): Child[] => [terms.slice(0, most).map((t, i) => [i > 0 && ", ", show(t)]), terms.length > most && ` and ${terms.length - most} more`];
  const dated = a.evidence.filter((e) => e.since || e.until || e.year);
  const going = dated.some((e) => e.since && !e.until);
  const facts = new Set(dated.filter((e) => !(going && e.until && a.result.boolean)).map((e) =>
    e.year ? (a.result.kind === "boolean" ? `${say(e.value)}${/^%/.test(say(e.unit)) ? "" : " "}${say(e.unit)} in ${say(e.year, "year")}` : `in ${say(e.year, "year")}`) :
      [e.since && `since ${say(e.since)}`, e.until && `until ${say(e.until)}`].filter(Boolean).join(" ")));
  const bare = a.result.kind === "boolean" ? each((e) => (e.since || e.until || e.year || e.source || e.inferredFrom ? undefined : e.value)) : [];
  const from = each((e) => e.inferredFrom), sources = each((e) => e.source);
  const parts = [bare.length > 0 && [a.result.boolean ? "Namely: " : "Except: ", list(bare)], facts.size > 0 && facts.size <= most && capital([...facts].join("; ")),
    from.length > 0 && ["By: ", list(from)], sources.length > 0 && ["Source: ", list(sources)]].filter(Boolean) as Child[];
  return parts.length ? h("p", { class: "grounds" }, parts.map((p, i) => [i > 0 && " · ", p])) : undefined;
}
