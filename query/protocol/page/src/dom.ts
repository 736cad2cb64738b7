// Elements without a framework.

export type Child = Node | string | number | null | undefined | false | Child[];

type Props = Record<string, unknown>;

// fill sets the properties of an element and appends its children. A property
// that is a function is a listener ("onclick"); true is an empty attribute;
// null, undefined and false are left out.
function fill<E extends Element>(e: E, props: Props, children: Child[]): E {
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") e.addEventListener(name.slice(2), value as EventListener);
    else if (name === "value" && "value" in e) (e as unknown as HTMLInputElement).value = String(value);
    else e.setAttribute(name, value === true ? "" : String(value));
  }
  append(e, children);
  return e;
}

function append(e: Element, children: Child[]): void {
  for (const c of children) {
    if (Array.isArray(c)) append(e, c);
    else if (c !== null && c !== undefined && c !== false) e.append(c instanceof Node ? c : String(c));
  }
}

// h makes an HTML element.
export function h<K extends keyof HTMLElementTagNameMap>(tag: K, props: Props = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  return fill(document.createElement(tag), props, children);
}

// s makes an SVG element.
export function s<K extends keyof SVGElementTagNameMap>(tag: K, props: Props = {}, ...children: Child[]): SVGElementTagNameMap[K] {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), props, children);
}

// copyIcon is two sheets of paper.
export function copyIcon(): SVGSVGElement {
  return s("svg", { viewBox: "0 0 16 16", width: 13, height: 13, "aria-hidden": "true", fill: "none", stroke: "currentColor", "stroke-width": 1.5 },
    s("rect", { x: 5.5, y: 5.5, width: 8, height: 9, rx: 1.5 }), s("path", { d: "M10.5 3.2V3A1.5 1.5 0 0 0 9 1.5H4A1.5 1.5 0 0 0 2.5 3v7A1.5 1.5 0 0 0 4 11.5" }));
}

// replace puts children in the place of what an element holds.
export function replace(e: Element, ...children: Child[]): void {
  e.replaceChildren();
  append(e, children);
}

// copy puts a text on the clipboard; pages that were not loaded securely have
// only the old way.
export async function copy(text: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = h("textarea", { class: "offscreen", value: text });
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  toast(`${what} copied`);
}

// toast says something for two seconds.
export function toast(message: string): void {
  document.querySelector(".toast")?.remove();
  const t = h("div", { class: "toast", role: "status" }, message);
  document.body.append(t);
  setTimeout(() => t.remove(), 2200);
}

// save hands a file to the user.
export function save(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const a = h("a", { href: url, download: name });
  document.body.append(a);
  a.click();
  a.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

// debounce calls f once, when it has not been called again for a while.
export function debounce<A extends unknown[]>(ms: number, f: (...args: A) => void): (...args: A) => void {
  let timer = 0;
  return (...args) => {
    clearTimeout(timer);
    timer = window.setTimeout(() => f(...args), ms);
  };
}
