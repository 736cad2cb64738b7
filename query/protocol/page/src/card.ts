// The rows of a description as a card: a property in one line with its values;
// of a comparison, with a column for each thing.
import { type Result } from "./api";
import { h } from "./dom";
import { compare, key, show, type Term } from "./term";

const few = 12;

export function card(result: Result): HTMLElement {
  const things = result.form === "comparison" ? distinct(result.rows.map((r) => r.thing)) : [undefined];
  const properties = distinct(result.rows.map((r) => r.property));
  const cell = (p: Term, thing: Term | undefined): HTMLElement => {
    const values = result.rows.filter((r) => r.property && key(r.property) === key(p) && (!thing || r.thing && key(r.thing) === key(thing)))
      .map((r) => r.value).sort(compare);
    const write = (list: (Term | undefined)[], after: boolean): (Node | string | false)[] => list.flatMap((t, i) => [(after || i > 0) && " · ", show(t)]);
    const td = h("td", {}, write(values.slice(0, few), false), values.length === 0 && h("span", { class: "none" }, "–"));
    if (values.length > few) {
      td.append(" ", h("button", { class: "quiet small", onclick: (e: Event) => {
        (e.currentTarget as Element).replaceWith(...write(values.slice(few), true).filter((x): x is Node | string => x !== false));
      } }, `and ${values.length - few} more`));
    }
    return td;
  };
  return h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Description" }, h("table", { class: "card" },
    result.form === "comparison" && h("thead", {}, h("tr", {}, h("td"), things.map((t) => h("th", { scope: "col" }, show(t))))),
    h("tbody", {}, properties.map((p) => h("tr", {}, h("th", { scope: "row" }, show(p)), things.map((t) => cell(p, t)))))));
}

function distinct(terms: (Term | undefined)[]): Term[] {
  return [...new Map(terms.flatMap((t) => (t ? [[key(t), t] as const] : []))).values()];
}
