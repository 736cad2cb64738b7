// The SPARQL editor: CodeMirror in a shadow root, where its styles need no
// exception from the content security policy.
import { acceptCompletion, autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { bracketMatching, indentOnInput } from "@codemirror/language";
import { type Diagnostic, linter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { EditorState, type Text } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers, placeholder } from "@codemirror/view";
import { explain, Failure, isUpdate } from "./api";
import { complete } from "./complete";
import { sparql } from "./language";

export interface Editor {
  text(): string;
  set(text: string): void;
  focus(): void;
  fail(failure: Failure): void; // marks the place of an error
  element: HTMLElement;
}

// diagnostic is an error of the server at its place in the text.
function diagnostic(doc: Text, f: Failure): Diagnostic | undefined {
  const { line, column } = f.body;
  if (!line || !column) return undefined;
  const at = doc.line(Math.min(line, doc.lines));
  const before = [...at.text].slice(0, column - 1).join("").length; // columns count characters
  let from = Math.min(at.from + before, doc.length);
  const word = /^[^\s{}()]+/.exec(doc.sliceString(from, at.to))?.[0] ?? "";
  const to = Math.min(from + Math.max(word.length, 1), doc.length);
  if (from === to) from = Math.max(0, from - 1);
  // The caret line of the message is for places without an editor.
  const message = f.message.split("\n").filter((l, i, all) => i === 0 || !(/^\s+\^\s*$/.test(l) || /^\s+\^\s*$/.test(all[i + 1] ?? ""))).join("\n").replace(/^line \d+, column \d+: /, "").trim();
  return { from, to, severity: "error", message };
}

const theme = EditorView.theme({
  "&": { fontSize: "14px", backgroundColor: "var(--field)", color: "var(--ink)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.55", minHeight: "9.5em", maxHeight: "50vh" },
  ".cm-content": { caretColor: "var(--ink)", padding: "10px 0" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": { backgroundColor: "var(--field)", color: "var(--dim)", border: "none" },
  ".cm-activeLine": { backgroundColor: "var(--active)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--select)" },
  ".cm-tooltip": { backgroundColor: "var(--field)", border: "1px solid var(--line)", borderRadius: "6px", color: "var(--ink)", boxShadow: "0 4px 18px #0003" },
  ".cm-tooltip-autocomplete > ul": { fontFamily: "var(--mono)", fontSize: "13px", maxHeight: "17em" },
  ".cm-tooltip-autocomplete > ul > li": { padding: "3px 10px !important" },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--accent)", color: "var(--on-accent)" },
  ".cm-completionDetail": { fontStyle: "normal", fontFamily: "var(--sans)", opacity: "0.85", marginLeft: "1em" },
  ".cm-completionIcon": { display: "none" },
  ".cm-diagnostic": { fontFamily: "var(--mono)", fontSize: "13px", whiteSpace: "pre-wrap" },
  ".cm-diagnostic-error": { borderLeftColor: "var(--bad)" },
  ".cm-panels": { backgroundColor: "var(--field)", color: "var(--ink)" },
  ".cm-placeholder": { color: "var(--dim)" },
  ".cm-matchingBracket": { backgroundColor: "var(--select) !important", outline: "1px solid var(--line)" },
});

export function editor(initial: string, on: { run: () => void; change: (text: string) => void }): Editor {
  const element = document.createElement("div");
  element.className = "editor";
  const root = element.attachShadow({ mode: "open" });
  let pending: AbortController | undefined;

  // check asks the server to plan the text, which finds every mistake in it.
  const check = linter(async (view) => {
    const text = view.state.doc.toString();
    pending?.abort();
    if (!text.trim() || isUpdate(text)) return [];
    pending = new AbortController();
    try {
      await explain(text, false, pending.signal);
    } catch (e) {
      const d = e instanceof Failure && diagnostic(view.state.doc, e);
      if (d) return [d];
    }
    return [];
  }, { delay: 600 });

  const view = new EditorView({
    root, parent: root,
    state: EditorState.create({ doc: initial, extensions: [
      keymap.of([{ key: "Mod-Enter", run: () => { on.run(); return true; } }, { key: "Tab", run: acceptCompletion },
        ...closeBracketsKeymap, ...completionKeymap, ...searchKeymap, ...historyKeymap, ...lintKeymap, ...defaultKeymap, indentWithTab]),
      lineNumbers(), history(), drawSelection(), indentOnInput(), bracketMatching(), closeBrackets(), highlightActiveLine(), highlightSelectionMatches(),
      EditorView.lineWrapping, sparql(), autocompletion({ override: [complete], icons: false, activateOnTypingDelay: 120 }), check, theme,
      placeholder("SELECT … or ask a question on the other tab. Ctrl-Space completes, Ctrl-Enter runs, Escape then Tab leaves."),
      EditorView.contentAttributes.of({ "aria-label": "SPARQL query" }),
      EditorView.updateListener.of((u) => { if (u.docChanged) on.change(u.state.doc.toString()); }),
    ] }),
  });
  return {
    element,
    text: () => view.state.doc.toString(),
    set(text) {
      if (text === view.state.doc.toString()) return;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
    },
    focus: () => view.focus(),
    fail(f) {
      const d = diagnostic(view.state.doc, f);
      if (!d) return;
      view.dispatch(setDiagnostics(view.state, [d]), { effects: EditorView.scrollIntoView(d.from) });
    },
  };
}
