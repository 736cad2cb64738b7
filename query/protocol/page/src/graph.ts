// Results as a graph: IRIs are nodes, and a click on a node brings its
// neighbours. The layout is d3-force's; the drawing is SVG.
import { forceCollide, forceLink, forceManyBody, forceSimulation, forceX, forceY, type SimulationLinkDatum, type SimulationNodeDatum } from "d3-force";
import { addLabels, type Result, run } from "./api";
import { colours } from "./chart";
import { debounce, h, replace, s } from "./dom";
import { words } from "./table";
import { allPrefixes, entityLink, expand, RDF, say, type Term } from "./term";

interface Node extends SimulationNodeDatum {
  id: string; term: Term & { type: "uri" }; degree: number; expanded: boolean; main: boolean; g: SVGGElement;
}
interface Edge extends SimulationLinkDatum<Node> { source: Node; target: Node; name: string; line: SVGPathElement; text: SVGTextElement }

const mostNodes = 300; // at first
const mostNew = 24; // by one click
const ticks = 160; // of the layout until it rests

const isIRI = (t: Term | undefined): t is Term & { type: "uri" } => t?.type === "uri";

export function hasNodes(result: Result): boolean {
  return result.rows.slice(0, 50).some((r) => Object.values(r).some(isIRI));
}

// constants are the IRIs that a query names.
function constants(sparql: string): string[] {
  const own = [...sparql.matchAll(/PREFIX\s+([\w-]*):\s*<([^>]*)>/gi)].map((m) => ({ name: m[1], iri: m[2] }));
  const body = sparql.replace(/PREFIX\s+[\w-]*:\s*<[^>]*>/gi, "");
  const names = [...body.matchAll(/(?<![\w?$:])([A-Za-z][\w-]*:[\w][\w.-]*)/g)].map((m) => expand(m[1].replace(/\.$/, ""), own));
  const iris = [...body.matchAll(/<(https?:[^>\s]+)>/g)].map((m) => m[1]);
  return [...new Set([...names, ...iris])].filter((x): x is string => x !== undefined);
}

export function graph(result: Result): HTMLElement {
  const nodes = new Map<string, Node>();
  const edges = new Map<string, Edge>();
  const colourOf = new Map<string, string>();
  const edgeLayer = s("g"), nodeLayer = s("g");
  const plane = s("g", {}, edgeLayer, nodeLayer);
  const svg = s("svg", { class: "graph", role: "group", "aria-label": "Graph of the result; nodes can be expanded" },
    s("defs", {}, s("marker", { id: "arrow", viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 6, markerHeight: 6, markerUnits: "userSpaceOnUse", orient: "auto-start-reverse" },
      s("path", { d: "M0 0 8 4 0 8z", class: "arrow" }))), plane);
  const legend = h("div", { class: "legend-list" });
  const note = h("p", { class: "dim note", role: "status" });
  const info = h("div", { class: "node-info", hidden: true });
  let scale = 1, tx = 0, ty = 0, moved = false, touched = false;

  const simulation = forceSimulation<Node, Edge>()
    .force("charge", forceManyBody<Node>().strength(() => (nodes.size > 60 ? -260 : -620)).distanceMax(900))
    .force("link", forceLink<Node, Edge>().distance((e) => 60 + 8 * Math.sqrt(Math.max(e.source.degree, e.target.degree))).strength((e) => 1 / Math.min(e.source.degree, e.target.degree, 8)))
    .force("collide", forceCollide<Node>(() => (nodes.size > 60 ? 26 : 40)))
    .alphaDecay(1 - 0.001 ** (1 / ticks)).on("tick", place).on("end", declutter).stop();

  function node(term: Term & { type: "uri" }, near?: Node, main = false): Node {
    const known = nodes.get(term.value);
    if (known) {
      if (term.label && !known.term.label) known.term = term;
      known.main ||= main;
      return known;
    }
    const angle = nodes.size * 2.4;
    const r = near ? 40 : 14 * Math.sqrt(nodes.size);
    const n: Node = { id: term.value, term, degree: 0, expanded: false, main, g: s("g", { class: "node", tabindex: "0", role: "button" }),
      x: (near?.x ?? 0) + r * Math.cos(angle), y: (near?.y ?? 0) + r * Math.sin(angle) };
    n.g.addEventListener("click", () => { if (!moved) void expandNode(n); });
    n.g.addEventListener("keydown", (e) => {
      if (e.key === "Enter" || e.key === " ") { e.preventDefault(); void expandNode(n); }
    });
    n.g.addEventListener("focus", () => tell(n));
    n.g.addEventListener("pointerenter", () => highlight(n));
    n.g.addEventListener("pointerleave", () => highlight(null));
    drag(n);
    nodes.set(term.value, n);
    nodeLayer.append(n.g);
    return n;
  }

  function edge(a: Node, b: Node, name: string): void {
    const id = `${a.id} ${name} ${b.id}`;
    if (a === b || edges.has(id)) return;
    // The other direction of a symmetric property adds nothing to see.
    const back = edges.get(`${b.id} ${name} ${a.id}`);
    if (back) { back.line.setAttribute("marker-start", "url(#arrow)"); return; }
    if (!colourOf.has(name)) colourOf.set(name, colours[colourOf.size % colours.length]);
    const line = s("path", { class: "edge", stroke: colourOf.get(name), "marker-end": "url(#arrow)" }, s("title", {}, `${say(a.term)} – ${name} → ${say(b.term)}`));
    const text = s("text", { class: "edge-label" }, name);
    edges.set(id, { source: a, target: b, name, line, text });
    edgeLayer.append(line, text);
    a.degree++;
    b.degree++;
  }

  // settle draws what changed and lets the layout find its rest.
  function settle(): void {
    for (const n of nodes.values()) {
      const label = say(n.term);
      const most = svg.clientWidth < 500 ? 16 : 24;
      const r = 6 + Math.min(10, Math.sqrt(n.degree) * 1.6);
      n.g.setAttribute("aria-label", `${label}, ${n.degree} connections${n.expanded ? ", expanded" : ""}`);
      n.g.setAttribute("class", "node" + (n.main ? " main" : "") + (n.expanded ? " expanded" : ""));
      n.g.replaceChildren(s("circle", { r }), s("text", { y: r + 13, "text-anchor": "middle" }, label.length > most ? label.slice(0, most - 1) + "…" : label), s("title", {}, `${label}\n${n.id}`));
    }
    const few = edges.size <= 14;
    for (const e of edges.values()) e.text.style.display = few ? "" : "none";
    svg.classList.toggle("many", nodes.size > 60);
    replace(legend, [...colourOf].slice(0, 8).map(([name, c]) => {
      const dot = h("i");
      dot.style.background = c;
      return h("span", {}, dot, name);
    }));
    simulation.nodes([...nodes.values()]);
    (simulation.force("link") as ReturnType<typeof forceLink<Node, Edge>>).links([...edges.values()]);
    // The layout is as broad or as high as the place for it.
    const wide = svg.clientWidth >= svg.clientHeight;
    simulation.force("x", forceX<Node>().strength(wide ? 0.025 : 0.13)).force("y", forceY<Node>().strength(wide ? 0.13 : 0.05));
    simulation.stop().alpha(1).tick(ticks);
    place();
    if (!touched) fit();
    else declutter();
  }

  function place(): void {
    for (const n of nodes.values()) n.g.setAttribute("transform", `translate(${n.x!.toFixed(1)},${n.y!.toFixed(1)})`);
    for (const e of edges.values()) {
      const dx = e.target.x! - e.source.x!, dy = e.target.y! - e.source.y!;
      const d = Math.hypot(dx, dy) || 1;
      const cut = (n: Node): number => 8 + Math.min(10, Math.sqrt(n.degree) * 1.6);
      const [a, b] = [cut(e.source) / d, 1 - cut(e.target) / d];
      e.line.setAttribute("d", `M${(e.source.x! + dx * a).toFixed(1)} ${(e.source.y! + dy * a).toFixed(1)}L${(e.source.x! + dx * b).toFixed(1)} ${(e.source.y! + dy * b).toFixed(1)}`);
      e.text.setAttribute("x", ((e.source.x! + e.target.x!) / 2).toFixed(1));
      e.text.setAttribute("y", ((e.source.y! + e.target.y!) / 2 - 3).toFixed(1));
    }
  }

  // declutter puts each name below, above or beside its node, where it covers no
  // other name and no node; one that fits nowhere shows only when the pointer or
  // the focus is on its node. Nodes with many edges choose first.
  function declutter(): void {
    const size = textSize();
    const [left, right] = [-tx / scale, (svg.clientWidth - tx) / scale];
    interface Box { x0: number; x1: number; y0: number; y1: number }
    const radius = (n: Node): number => 6 + Math.min(10, Math.sqrt(n.degree) * 1.6);
    const taken = [...nodes.values()].map((n): Box => ({ x0: n.x! - radius(n), x1: n.x! + radius(n), y0: n.y! - radius(n), y1: n.y! + radius(n) }));
    for (const n of [...nodes.values()].sort((a, b) => b.degree - a.degree)) {
      const text = n.g.querySelector("text")!;
      const w = text.textContent!.length * size * 0.57, r = radius(n);
      const places: [x: number, y: number, anchor: string, x0: number][] =
        [[0, r + size + 1, "middle", -w / 2], [0, -r - 4, "middle", -w / 2], [r + 4, size / 3, "start", r + 4], [-r - 4, size / 3, "end", -r - 4 - w]];
      const seen = n.x! > left && n.x! < right; // then its name shall be seen whole
      const fits = places.map(([x, y, anchor, x0]) => ({ x, y, anchor, box: { x0: n.x! + x0, x1: n.x! + x0 + w, y0: n.y! + y - size * 0.85, y1: n.y! + y + size * 0.2 } }))
        .find(({ box }) => (!seen || box.x0 > left && box.x1 < right) && !taken.some((t) => t.x0 < box.x1 && box.x0 < t.x1 && t.y0 < box.y1 && box.y0 < t.y1));
      n.g.classList.toggle("hushed", !fits);
      if (!fits) continue;
      taken.push(fits.box);
      text.setAttribute("x", String(fits.x));
      text.setAttribute("y", String(fits.y));
      text.setAttribute("text-anchor", fits.anchor);
    }
  }

  function highlight(n: Node | null): void {
    for (const e of edges.values()) e.line.classList.toggle("dim-edge", n !== null && e.source !== n && e.target !== n);
  }

  function tell(n: Node): void {
    info.hidden = false;
    replace(info, h("strong", {}, say(n.term)), h("a", { href: entityLink(n.id) }, "Open its page"),
      h("button", { class: "quiet", onclick: () => expandNode(n) }, n.expanded ? "More neighbours" : "Expand"));
  }

  // expandNode brings neighbours: those that a node points to before those that
  // point to it, as many of each property as fit.
  async function expandNode(n: Node): Promise<void> {
    tell(n);
    note.textContent = `Looking for neighbours of ${say(n.term)} …`;
    try {
      const has = [...nodes.keys()].filter((id) => id !== n.id).slice(0, 300).map((id) => `<${id}>`).join(" ");
      const [out, back, known] = await Promise.all([
        run(`SELECT ?p ?o { <${n.id}> ?p ?o FILTER(isIRI(?o) && ?p != <${RDF}type>) } LIMIT 400`),
        run(`SELECT ?s ?p { ?s ?p <${n.id}> FILTER(isIRI(?s) && ?p != <${RDF}type>) } LIMIT 400`),
        has ? run(`SELECT ?s ?p ?o { { VALUES ?o { ${has} } BIND(<${n.id}> AS ?s) <${n.id}> ?p ?o } UNION { VALUES ?s { ${has} } BIND(<${n.id}> AS ?o) ?s ?p <${n.id}> } } LIMIT 400`) : null,
      ]);
      for (const r of known?.rows ?? []) {
        if (isIRI(r.s) && isIRI(r.p) && isIRI(r.o)) edge(node(r.s), node(r.o), say(r.p));
      }
      const groups = new Map<string, { other: Term & { type: "uri" }; p: Term; out: boolean }[]>();
      for (const [rows, outwards] of [[out.rows, true], [back.rows, false]] as const) {
        for (const r of rows) {
          const other = outwards ? r.o : r.s;
          if (!isIRI(other) || !isIRI(r.p) || nodes.has(other.value)) continue;
          const k = r.p.value + outwards;
          groups.set(k, [...(groups.get(k) ?? []), { other, p: r.p, out: outwards }]);
        }
      }
      // One of each property in turn.
      let added = 0;
      const lists = [...groups.values()];
      const total = lists.reduce((sum, l) => sum + l.length, 0);
      for (let i = 0; added < mostNew && lists.some((l) => i < l.length); i++) {
        for (const l of lists) {
          if (i >= l.length || added >= mostNew) continue;
          const other = node(l[i].other, n);
          if (l[i].out) edge(n, other, say(l[i].p));
          else edge(other, n, say(l[i].p));
          added++;
        }
      }
      n.expanded = true;
      note.textContent = total === 0 ? `${say(n.term)} has no other neighbours.` :
        total > added ? `${added} of ${total} more neighbours of ${say(n.term)}; click again for more.` : `${added} neighbours of ${say(n.term)}.`;
      settle();
      tell(n);
    } catch (e) {
      note.textContent = (e as Error).message;
    }
  }

  function drag(n: Node): void {
    n.g.addEventListener("pointerdown", (e) => {
      e.stopPropagation();
      touched = true;
      moved = false;
      const [x0, y0] = [e.clientX, e.clientY];
      const [nx, ny] = [n.x!, n.y!];
      const move = (m: PointerEvent): void => {
        if (Math.hypot(m.clientX - x0, m.clientY - y0) < 4 && !moved) return;
        moved = true;
        n.fx = nx + (m.clientX - x0) / unit();
        n.fy = ny + (m.clientY - y0) / unit();
        simulation.alpha(0.2).restart();
      };
      const up = (): void => {
        removeEventListener("pointermove", move);
        removeEventListener("pointerup", up);
        setTimeout(() => { moved = false; });
      };
      addEventListener("pointermove", move);
      addEventListener("pointerup", up);
    });
  }

  // unit is how many pixels one unit of the plane is.
  const unit = (): number => scale;

  // textSize keeps names readable however small the graph is drawn: then fewer fit.
  const textSize = (): number => (nodes.size > 60 ? 10.5 : 12) / Math.min(scale, 1);

  const later = debounce(120, declutter);

  function view(): void {
    plane.setAttribute("transform", `translate(${tx},${ty}) scale(${scale})`);
    svg.style.setProperty("--name", textSize() + "px");
    later();
  }

  function fit(): void {
    const box = svg.getBoundingClientRect();
    if (!box.width || nodes.size === 0) return;
    const xs = [...nodes.values()].map((n) => n.x!), ys = [...nodes.values()].map((n) => n.y!);
    // There is room for names around the outermost nodes.
    const room = Math.min(80, box.width / 6);
    scale = Math.min(1.4, (box.width - 2 * room) / Math.max(1, Math.max(...xs) - Math.min(...xs)), (box.height - 70) / Math.max(1, Math.max(...ys) - Math.min(...ys)));
    tx = box.width / 2 - scale * (Math.max(...xs) + Math.min(...xs)) / 2;
    ty = box.height / 2 - scale * (Math.max(...ys) + Math.min(...ys)) / 2;
    view();
    declutter();
  }

  function zoom(factor: number, x: number, y: number): void {
    touched = true;
    const next = Math.min(4, Math.max(0.1, scale * factor));
    tx = x - ((x - tx) / scale) * next;
    ty = y - ((y - ty) / scale) * next;
    scale = next;
    view();
  }

  svg.addEventListener("wheel", (e) => {
    if (!e.ctrlKey && !svg.contains(document.activeElement)) return; // the page scrolls until the graph is in use
    e.preventDefault();
    const box = svg.getBoundingClientRect();
    zoom(Math.exp(-e.deltaY / 400), e.clientX - box.left, e.clientY - box.top);
  }, { passive: false });
  svg.addEventListener("pointerdown", (e) => {
    touched = true;
    let [x, y] = [e.clientX, e.clientY];
    const move = (m: PointerEvent): void => {
      tx += m.clientX - x;
      ty += m.clientY - y;
      [x, y] = [m.clientX, m.clientY];
      view();
    };
    const up = (): void => {
      removeEventListener("pointermove", move);
      removeEventListener("pointerup", up);
    };
    addEventListener("pointermove", move);
    addEventListener("pointerup", up);
  });

  // begin makes nodes and edges of the rows. A row's second IRI of three is its
  // edge where it is used as a property; otherwise the first IRI of a row is
  // linked with the others, by the names of their columns.
  async function begin(): Promise<void> {
    const [a, b, c] = result.vars;
    const property = result.kind === "graph" ? b : result.vars.find((v) => /^(p|property|predicate|tie|relation)$/i.test(v));
    for (const r of result.rows) {
      if (nodes.size >= mostNodes) {
        note.textContent = `The first ${mostNodes} nodes of this result.`;
        break;
      }
      const iris = result.vars.filter((v) => v !== property && isIRI(r[v]));
      const made = iris.map((v) => node(r[v] as Term & { type: "uri" }, undefined, v === (result.kind === "graph" ? a : iris[0])));
      const name = property && r[property] ? say(r[property]) : "";
      for (let i = 1; i < made.length; i++) edge(made[0], made[i], name || words(result.kind === "graph" ? c : iris[i]));
    }
    settle();
    if (result.kind !== "graph" && (edges.size === 0 || property)) await connect(property);
  }

  // connect links nodes by what the graph says of them and of the things that
  // the query names, so that a list of members hangs on what they are members of.
  async function connect(property: string | undefined): Promise<void> {
    const used = new Set(property ? result.rows.map((r) => r[property]).filter(isIRI).map((t) => `<${t.value}>`) : []);
    const filter = used.size > 0 && used.size <= 100 ? `FILTER(?p IN (${[...used].join(", ")}))` : `FILTER(?p != <${RDF}type>)`;
    const named = constants(result.sparql).filter((iri) => !allPrefixes().some((p) => p.iri === iri)).slice(0, 20);
    const all = [...nodes.keys()].slice(0, 250);
    const set = (list: string[]): string => list.map((iri) => `<${iri}>`).join(" ");
    const queries = [];
    if (named.length) {
      queries.push(`SELECT ?s ?p ?o { VALUES ?o { ${set(named)} } VALUES ?s { ${set(all)} } ?s ?p ?o ${filter} } LIMIT 600`,
        `SELECT ?s ?p ?o { VALUES ?s { ${set(named)} } VALUES ?o { ${set(all)} } ?s ?p ?o ${filter} } LIMIT 600`);
    }
    if (!property && all.length > 1 && all.length <= 40) queries.push(`SELECT ?s ?p ?o { VALUES ?s { ${set(all)} } VALUES ?o { ${set(all)} } ?s ?p ?o } LIMIT 200`);
    for (const found of await Promise.all(queries.map((q) => run(q)))) {
      for (const r of found.rows) if (isIRI(r.s) && isIRI(r.p) && isIRI(r.o)) edge(node(r.s), node(r.o), say(r.p));
    }
    // Two things that the query names and that the rest hangs on stand on either side.
    const ends = named.map((iri) => nodes.get(iri)).filter((n): n is Node => n !== undefined && n.degree > 1);
    if (ends.length === 2) {
      const wide = svg.clientWidth >= svg.clientHeight;
      const far = (60 + 24 * Math.sqrt(nodes.size)) * (wide ? 1 : 1.5);
      ends.forEach((n, i) => {
        n.fx = wide ? (i ? far : -far) : 0;
        n.fy = wide ? 0 : i ? far : -far;
      });
    }
    await addLabels([...nodes.values()].filter((n) => !n.term.label).map((n) => n.term));
    settle();
  }

  const element = h("div", { class: "graph-view" },
    h("div", { class: "tools" }, legend,
      h("span", { class: "grow" }),
      h("button", { class: "quiet", "aria-label": "Zoom in", onclick: () => { const b = svg.getBoundingClientRect(); zoom(1.3, b.width / 2, b.height / 2); } }, "+"),
      h("button", { class: "quiet", "aria-label": "Zoom out", onclick: () => { const b = svg.getBoundingClientRect(); zoom(1 / 1.3, b.width / 2, b.height / 2); } }, "−"),
      h("button", { class: "quiet", onclick: fit }, "Fit")),
    h("div", { class: "stage" }, svg, info),
    h("p", { class: "dim note" }, "Click a node for its neighbours; drag to move; hold Ctrl and scroll to zoom."), note);
  new ResizeObserver(() => requestAnimationFrame(() => { if (!touched) fit(); })).observe(svg);
  requestAnimationFrame(() => begin().catch((e: Error) => { note.textContent = e.message; }));
  return element;
}
