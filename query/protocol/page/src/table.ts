// Results as a table: sorted by a click on a heading, filtered by a word, with
// cells that can be copied.
import { type Result, type Row } from "./api";
import { copy, copyIcon, debounce, h, replace } from "./dom";
import { compare, fixed, isDate, isNumber, say, show, source } from "./term";

const step = 200; // rows drawn at a time

export function table(result: Result): HTMLElement {
  let sorted: { column: string; down: boolean } | null = null;
  let filter = "";
  const right = new Set(result.vars.filter((v) => {
    const seen = result.rows.slice(0, 100).map((r) => r[v]).filter(Boolean);
    return seen.length > 0 && seen.every((t) => isNumber(t));
  }));
  const numbers = new Map(result.vars.filter((v) => right.has(v)).map((v) => [v, fixed(result.rows.map((r) => r[v]))]));

  // A year that differs from row to row stands beside its value; one that is the
  // same for all stands in the heading.
  const beside = Object.entries(result.years ?? {}).filter(([v]) => !yearOf(result, v));
  const body = h("tbody");
  const more = h("div", { class: "more" });
  const count = h("span", { class: "dim", role: "status" });
  let rows: Row[] = [];
  let drawn = 0;

  function draw(): void {
    for (const row of rows.slice(drawn, drawn + step)) {
      body.append(h("tr", {}, result.vars.map((v) => {
        const t = row[v];
        const cell = h("td", { class: right.has(v) ? "number" : isDate(t) ? "date" : null, tabindex: "-1" }, show(t, v, numbers.get(v)),
          beside.map(([of, year]) => of === v && row[year] && h("span", { class: "dim small" }, ` ${say(row[year], "year")}`)));
        if (t) {
          cell.append(h("button", { class: "copy", title: "Copy this value", "aria-label": `Copy ${say(t, v)}`, tabindex: "-1",
            onclick: () => copy(plain(row, v), "Value") }, copyIcon()));
        }
        return cell;
      })));
    }
    drawn = Math.min(drawn + step, rows.length);
    replace(more, drawn < rows.length && h("button", { onclick: draw }, `Show more (${(rows.length - drawn).toLocaleString("en-GB")} left)`));
  }

  function plain(row: Row, v: string): string {
    const t = row[v]!;
    return t.type === "triple" ? source(t) : t.value;
  }

  function refresh(): void {
    const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
    rows = result.rows.filter((r) => {
      const text = result.vars.map((v) => say(r[v], v) + " " + (r[v]?.type === "uri" ? (r[v] as { value: string }).value : "")).join(" ").toLowerCase();
      return words.every((w) => text.includes(w));
    });
    if (sorted) {
      const { column, down } = sorted;
      rows.sort((a, b) => (down ? -1 : 1) * compare(a[column], b[column]));
    }
    drawn = 0;
    body.replaceChildren();
    draw();
    count.textContent = words.length ? `${rows.length.toLocaleString("en-GB")} of ${result.rows.length.toLocaleString("en-GB")} rows` : "";
    if (rows.length === 0 && words.length) body.append(h("tr", {}, h("td", { colspan: result.vars.length, class: "dim" }, `No row contains “${filter}”.`)));
  }

  const heads = result.vars.map((v) => {
    const th = h("th", { scope: "col", class: right.has(v) ? "number" : null, "aria-sort": "none" },
      h("button", { title: `Sort by ${heading(result, v)}`, onclick: () => {
        sorted = sorted?.column !== v ? { column: v, down: right.has(v) } : sorted.down === right.has(v) ? { column: v, down: !right.has(v) } : null;
        heads.forEach((e, i) => e.setAttribute("aria-sort", sorted?.column === result.vars[i] ? (sorted.down ? "descending" : "ascending") : "none"));
        refresh();
      } }, heading(result, v)));
    return th;
  });

  // The arrow keys walk over the cells, Ctrl-C copies the one that is focused.
  body.addEventListener("keydown", (e) => {
    const cell = (e.target as Element).closest("td");
    if (!cell) return;
    const row = cell.parentElement as HTMLTableRowElement;
    const at = cell.cellIndex;
    const to: Record<string, Element | null | undefined> = {
      ArrowRight: cell.nextElementSibling, ArrowLeft: cell.previousElementSibling,
      ArrowDown: (row.nextElementSibling as HTMLTableRowElement | null)?.cells[at],
      ArrowUp: (row.previousElementSibling as HTMLTableRowElement | null)?.cells[at],
    };
    if (e.key in to) {
      (to[e.key] as HTMLElement | null | undefined)?.focus();
      e.preventDefault();
    } else if (e.key === "c" && (e.ctrlKey || e.metaKey) && !getSelection()?.toString()) {
      void copy(plain(rows[row.rowIndex - 1], result.vars[at]), "Value");
      e.preventDefault();
    } else if (e.key === "Enter" && e.target === cell) {
      cell.querySelector("a")?.click();
    }
  });
  body.addEventListener("click", (e) => (e.target as Element).closest("td")?.focus());

  refresh();
  body.querySelector("td")?.setAttribute("tabindex", "0");
  return h("div", { class: "table-view" },
    h("div", { class: "tools" },
      h("input", { type: "search", placeholder: "Filter rows", "aria-label": "Filter rows", oninput: debounce(120, (e: Event) => {
        filter = (e.target as HTMLInputElement).value.trim();
        refresh();
      }) }),
      count,
      h("button", { class: "quiet", onclick: () => copy(csv(result, rows), `${rows.length.toLocaleString("en-GB")} rows`) }, "Copy as CSV")),
    h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Result table" },
      h("table", { class: result.vars.length < 3 ? "narrow" : null }, h("thead", {}, h("tr", {}, heads)), body)),
    more);
}

// heading is the name of a column for people, with the unit of its numbers and
// their year, if they have one.
export function heading(result: Result, v: string): string {
  const c = result.columns?.find((c) => c.name === v);
  if (!c) return words(v);
  const more = [c.unit, yearOf(result, v)].filter(Boolean).join(", ");
  return c.header + (more && ` (${more})`);
}

// yearOf is the year of all values of a column, "" if they have several or none.
function yearOf(result: Result, v: string): string {
  const column = result.years?.[v];
  const years = new Set(column ? result.rows.map((r) => say(r[column], "year")) : []);
  return years.size === 1 ? [...years][0] : "";
}

// words writes the name of a variable as a heading: camelCase apart.
export function words(v: string): string {
  if (/^g[A-Z]/.test(v)) v = v.slice(0, 1).toUpperCase() + v.slice(1);
  return v.replace(/_/g, " ").replace(/([a-z\d])([A-Z])/g, (_, a, b) => a + " " + b.toLowerCase());
}

// csv writes rows with labels where people see labels.
function csv(result: Result, rows: Row[]): string {
  const vars = [...result.vars, ...Object.values(result.years ?? {})];
  const quote = (s: string): string => (/[",\n\r]/.test(s) ? '"' + s.replace(/"/g, '""') + '"' : s);
  const value = (r: Row, v: string): string => {
    const t = r[v];
    return !t ? "" : t.type === "literal" ? t.value : say(t);
  };
  return [vars.map((v) => quote(heading(result, v))).join(","), ...rows.map((r) => vars.map((v) => quote(value(r, v))).join(","))].join("\r\n") + "\r\n";
}
