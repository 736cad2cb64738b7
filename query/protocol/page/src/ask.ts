// The question box: a combobox that completes words, from the server, and whole
// questions, from the examples and the history.
import { complete } from "./api";
import { debounce, h, replace } from "./dom";
import { entries } from "./history";

export interface Box { element: HTMLFormElement; text(): string; set(text: string): void; focus(): void; examples(list: string[]): void }

interface Option { said: string; text: string; whole: boolean }

export function askBox(examples: string[], onAsk: (question: string) => void): Box {
  let options: Option[] = [];
  let at = -1;
  let pending: AbortController | undefined;
  let dismissed = ""; // the text whose completions were closed by Escape

  const list = h("ul", { role: "listbox", id: "completions", class: "completions", hidden: true, "aria-label": "Completions" });
  const input = h("input", { type: "text", class: "question", autocomplete: "off", autocapitalize: "off", spellcheck: "false", enterkeyhint: "go",
    role: "combobox", "aria-expanded": "false", "aria-controls": "completions", "aria-autocomplete": "list", "aria-label": "Question",
    placeholder: "Ask in plain English" });
  const element = h("form", { class: "ask", role: "search", onsubmit: (e: Event) => {
    e.preventDefault();
    close();
    if (input.value.trim()) onAsk(input.value.trim());
  } }, h("div", { class: "field" }, input, list), h("button", { class: "primary", type: "submit" }, "Ask"));

  function close(): void {
    pending?.abort();
    options = [];
    at = -1;
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function select(i: number): void {
    at = i;
    [...list.children].forEach((li, k) => li.setAttribute("aria-selected", String(k === i)));
    if (i >= 0) {
      input.setAttribute("aria-activedescendant", "completion-" + i);
      list.children[i].scrollIntoView({ block: "nearest" });
    } else input.removeAttribute("aria-activedescendant");
  }

  function accept(o: Option): void {
    input.value = o.text;
    close();
    input.focus();
    if (o.whole) onAsk(o.text);
    else look();
  }

  const look = debounce(90, async () => {
    const text = input.value;
    pending?.abort();
    if (!text.trim() || text === dismissed) return close();
    const { signal } = pending = new AbortController();
    let found: Option[] = [];
    try {
      const { start, words } = await complete(text, signal);
      found = words.slice(0, 12).map((w) => ({ said: w, text: text.slice(0, start) + w + (w.endsWith(" ") ? "" : " "), whole: false }));
    } catch {
      // Without the server's words the questions remain.
    }
    if (signal.aborted || input.value !== text || document.activeElement !== input) return;
    const low = text.trim().toLowerCase();
    const asked = entries().filter((e) => e.kind === "question").map((e) => e.text);
    const whole = [...new Set([...asked, ...examples])].filter((q) => q.toLowerCase().includes(low) && q.toLowerCase() !== low)
      .sort((a, b) => Number(b.toLowerCase().startsWith(low)) - Number(a.toLowerCase().startsWith(low)));
    options = [...found, ...whole.slice(0, found.length ? 3 : 6).map((q) => ({ said: q, text: q, whole: true }))];
    if (options.length === 0) return close();
    replace(list, options.map((o, i) => h("li", { role: "option", id: "completion-" + i, class: o.whole ? "whole" : null,
      onpointerdown: (e: Event) => { e.preventDefault(); accept(o); } }, o.said)));
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    select(-1);
  });

  input.addEventListener("input", () => look());
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (e) => {
    if (list.hidden) return;
    switch (e.key) {
      case "ArrowDown": select((at + 1) % options.length); break;
      case "ArrowUp": select(at <= 0 ? options.length - 1 : at - 1); break;
      case "Tab": if (e.shiftKey) return; accept(options[Math.max(at, 0)]); break;
      case "Enter": if (at < 0) return; accept(options[at]); break;
      case "Escape": dismissed = input.value; close(); break;
      default: return;
    }
    e.preventDefault();
  });

  return {
    element,
    text: () => input.value.trim(),
    set(text) { input.value = text; close(); },
    focus() { input.focus(); input.select(); },
    examples(list) { examples = list; },
  };
}
