// What was asked before, kept in this browser.
import { h, replace } from "./dom";

export interface Entry { kind: "question" | "query"; text: string; at: number; rows?: number }

const key = "entente.history";
const most = 100;

export function entries(): Entry[] {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "[]");
  } catch {
    return [];
  }
}

export function remember(e: Entry): void {
  const rest = entries().filter((x) => x.kind !== e.kind || x.text !== e.text);
  try {
    localStorage.setItem(key, JSON.stringify([e, ...rest].slice(0, most)));
  } catch {
    // A full or forbidden store only means no history.
  }
}

// historyDialog lists the entries; each is a link that asks again.
export function historyDialog(link: (e: Entry) => string): HTMLDialogElement {
  const list = h("ul", { class: "history" });
  const dialog = h("dialog", { class: "panel", "aria-label": "History", onclick: (e: Event) => {
    if (e.target === dialog || (e.target as Element).closest("a")) dialog.close();
  } },
  h("div", { class: "panel-inner" },
    h("div", { class: "panel-head" }, h("h2", {}, "History"), h("span", { class: "grow" }),
      h("button", { class: "quiet", onclick: () => { localStorage.removeItem(key); draw(); } }, "Forget all"),
      h("button", { class: "quiet", "aria-label": "Close", onclick: () => dialog.close() }, "✕")),
    h("p", { class: "dim" }, "Kept in this browser only."), list));
  function draw(): void {
    const all = entries();
    replace(list, all.map((e, i) => h("li", {}, h("a", { href: link(e), class: "asked", autofocus: i === 0 }, e.kind === "query" ? h("code", {}, e.text.length > 400 ? e.text.slice(0, 400) + " …" : e.text) : e.text),
      h("span", { class: "dim" }, new Date(e.at).toLocaleString("en-GB", { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" }), e.rows === undefined ? "" : ` · ${e.rows.toLocaleString("en-GB")} ${e.rows === 1 ? "row" : "rows"}`))),
    all.length === 0 && h("li", { class: "dim" }, "Nothing has been asked yet."));
  }
  dialog.addEventListener("beforetoggle", draw);
  return dialog;
}
