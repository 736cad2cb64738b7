package page_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/ententedb/entente/datasets/partnerships"
	"github.com/ententedb/entente/query"
	"github.com/ententedb/entente/query/protocol"
	"github.com/ententedb/entente/query/protocol/page"
)

func TestHandler_Index(t *testing.T) {
	rec := httptest.NewRecorder()
	page.Handler().ServeHTTP(rec, httptest.NewRequest("GET", "/kg/", nil))
	if rec.Code != http.StatusOK || !strings.HasPrefix(rec.Header().Get("Content-Type"), "text/html") {
		t.Fatalf("got %d %s", rec.Code, rec.Header().Get("Content-Type"))
	}
	if csp := rec.Header().Get("Content-Security-Policy"); !strings.HasPrefix(csp, "default-src 'self'") || strings.Contains(csp, "unsafe") {
		t.Errorf("policy %q", csp)
	}
	tag := rec.Header().Get("ETag")
	again := httptest.NewRequest("GET", "/kg/", nil)
	again.Header.Set("If-None-Match", tag)
	cached := httptest.NewRecorder()
	page.Handler().ServeHTTP(cached, again)
	if cached.Code != http.StatusNotModified {
		t.Errorf("with If-None-Match: got %d", cached.Code)
	}
	// Every file that the page names is there, by a relative URL.
	for _, m := range regexp.MustCompile(`(?:src|href)="([^"]+)"`).FindAllStringSubmatch(rec.Body.String(), -1) {
		if !strings.HasPrefix(m[1], "assets/") {
			t.Errorf("%s is not below assets/", m[1])
			continue
		}
		asset := httptest.NewRecorder()
		page.Handler().ServeHTTP(asset, httptest.NewRequest("GET", "/kg/"+m[1], nil))
		if asset.Code != http.StatusOK || !strings.Contains(asset.Header().Get("Cache-Control"), "immutable") {
			t.Errorf("%s: got %d, Cache-Control %q", m[1], asset.Code, asset.Header().Get("Cache-Control"))
		}
	}
}

func TestHandler_UnknownAsset(t *testing.T) {
	for _, path := range []string{"/assets/none.js", "/assets/..%2findex.html", "/assets/"} {
		rec := httptest.NewRecorder()
		page.Handler().ServeHTTP(rec, httptest.NewRequest("GET", path, nil))
		if rec.Code == http.StatusOK && strings.Contains(path, "none") {
			t.Errorf("%s: got %d", path, rec.Code)
		}
		if strings.Contains(rec.Header().Get("Cache-Control"), "immutable") {
			t.Errorf("%s is said to be immutable", path)
		}
	}
}

// browser is a tab that notes what must not happen.
type browser struct {
	context.Context
	mu       sync.Mutex
	errors   []string
	requests []string
}

// open starts Chromium, or skips the test where there is none.
func open(t *testing.T) *browser {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if p, err := exec.LookPath(name); err == nil {
			path = p
			break
		}
	}
	if path == "" {
		t.Skip("no Chromium on this machine")
	}
	if testing.Short() {
		t.Skip("a browser takes seconds; -short was asked for")
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.WindowSize(1280, 900), chromedp.UserDataDir(t.TempDir()), chromedp.WSURLReadTimeout(time.Minute),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))
	alloc, cancelAlloc := chromedp.NewExecAllocator(t.Context(), opts...)
	t.Cleanup(cancelAlloc)
	ctx, cancel := chromedp.NewContext(alloc)
	t.Cleanup(cancel)
	b := &browser{Context: ctx}
	err := chromedp.Listen(ctx, func(event any) {
		b.mu.Lock()
		defer b.mu.Unlock()
		switch e := event.(type) {
		case *runtime.EventExceptionThrown:
			b.errors = append(b.errors, e.ExceptionDetails.Text)
		case *runtime.EventConsoleAPICalled:
			if e.Type == runtime.ConsoleAPICalledTypeError {
				b.errors = append(b.errors, "console.error")
			}
		case *log.EventEntryAdded:
			if e.Entry.Level == log.EntryLevelError {
				b.errors = append(b.errors, e.Entry.Text+" "+e.Entry.URL)
			}
		case *network.EventRequestWillBeSent:
			b.requests = append(b.requests, e.Request.URL)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	// Without it the document says that it has no focus, and completion waits.
	err = chromedp.Do(ctx, chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
		_, err := cdp.Call(ctx, tab, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
		return err
	}))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// run does one step of a test within half a minute; a step that fails shows
// what the page shows.
func (b *browser) run(t *testing.T, step string, actions ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	ctx, cancel := context.WithTimeout(b, 30*time.Second)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		shows := b.value(t, "document.body.innerText")
		b.mu.Lock()
		defer b.mu.Unlock()
		t.Fatalf("%s: %v\nthe page shows:\n%s\nerrors: %q", step, err, shows, b.errors)
	}
}

// value is that of a JavaScript expression that makes a string.
func (b *browser) value(t *testing.T, expression string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(b, 30*time.Second)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[string](expression))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// serve serves the graph of partnerships below /kg/, as a host program might.
func serve(t *testing.T) string {
	t.Helper()
	store, err := partnerships.Open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	mux := http.NewServeMux()
	mux.Handle("/kg/", protocol.Handler(store, &protocol.Options{
		Page:      page.Handler(),
		Questions: []string{"which WTO members are outside NATO"},
		Prefixes: []query.Prefix{{Name: "pk", IRI: "https://ententedb.org/pk/"},
			{Name: "rdf", IRI: "http://www.w3.org/1999/02/22-rdf-syntax-ns#"}},
	}))
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL + "/kg/"
}

// until waits until a JavaScript expression is true.
func until(expression string) chromedp.Action[chromedp.Void] {
	return chromedp.Poll[chromedp.Void]("!!("+expression+")", chromedp.WithPollingTimeout(20*time.Second))
}

// script runs JavaScript.
func script(text string) chromedp.Action[chromedp.Void] {
	return chromedp.Evaluate[chromedp.Void](text + "; undefined")
}

func TestPage_InBrowser(t *testing.T) {
	b := open(t)
	root := serve(t)
	hash := func(values url.Values) string { return root + "#" + values.Encode() }
	// Another query string makes the browser load the page anew, which another hash does not.
	afresh := func(values url.Values) string {
		return root + "?" + strconv.Itoa(len(values.Encode())) + "#" + values.Encode()
	}
	node := func(name string) string {
		return `[...document.querySelectorAll("svg.graph .node")].find((n) => n.getAttribute("aria-label").startsWith("` + name + `"))`
	}
	inEditor := func(selector string) string {
		return `document.querySelector(".editor").shadowRoot.querySelector("` + selector + `")`
	}
	click := func(selector string) chromedp.Action[chromedp.Void] { return chromedp.Click(chromedp.CSS(selector)) }
	keys := func(selector, text string) chromedp.Action[chromedp.Void] {
		return chromedp.SendKeys(chromedp.CSS(selector), text)
	}

	b.run(t, "question", chromedp.Navigate(root), until(`document.querySelector(".examples a")`),
		keys("input.question", "which WTO mem"), until(`[...document.querySelectorAll(".completions li")].some((li) => li.textContent.startsWith("members"))`),
		script(`document.querySelector("input.question").value = ""`),
		keys("input.question", "which WTO members are outside NATO\r"), until(`document.querySelector("#understood")`))
	understood := b.value(t, `document.querySelector("#understood").textContent`)
	if !strings.Contains(understood, "World Trade Organization") || !strings.Contains(understood, "not members of NATO") {
		t.Errorf("understood as: %s", understood)
	}
	b.run(t, "table", until(`document.querySelectorAll(".table-view tbody tr").length > 100`),
		until(`[...document.querySelectorAll("td a")].some((a) => a.textContent === "Austria" && a.title.endsWith("/AUT"))`),
		keys(".table-view input[type=search]", "austri"), until(`document.querySelectorAll(".table-view tbody tr").length === 1`))
	b.run(t, "copy", script(`navigator.clipboard.writeText = (text) => { window.copied = text; return Promise.resolve(); }; document.querySelector("td .copy").click()`),
		until(`window.copied === "https://ententedb.org/pk/AUT"`), script(`window.copied = undefined`))
	b.run(t, "graph", click("#tab-graph"), until(`document.querySelectorAll("svg.graph .node").length > 100`), until(node("World Trade Organization")))
	b.run(t, "expand", script(`window.before = document.querySelectorAll("svg.graph .node").length; `+node("Austria")+`.dispatchEvent(new MouseEvent("click"))`),
		until(`document.querySelectorAll("svg.graph .node").length > window.before`))
	b.run(t, "share", script(`navigator.clipboard.writeText = (text) => { window.copied = text; return Promise.resolve(); }`),
		click("#share"), until(`window.copied`))
	shared := b.value(t, `window.copied`)
	b.run(t, "open the shared link", chromedp.Navigate(root+"?elsewhere"), until(`document.querySelector(".welcome")`),
		chromedp.Navigate(shared), until(`document.querySelectorAll("svg.graph .node").length > 100`))
	if chosen, asked := b.value(t, `document.querySelector("#tab-graph").getAttribute("aria-selected")`), b.value(t, `document.querySelector("input.question").value`); chosen != "true" || asked != "which WTO members are outside NATO" {
		t.Errorf("the shared link %s shows %q; graph selected: %s", shared, asked, chosen)
	}

	b.run(t, "yes or no", chromedp.Navigate(hash(url.Values{"q": {"is Japan in NATO"}})),
		until(`document.querySelector(".verdict")?.textContent.startsWith("No, Japan is not a member of NATO")`))
	b.run(t, "one value", chromedp.Navigate(hash(url.Values{"q": {"how many countries are in NATO"}})),
		until(`/^The number of countries .* is 32\.$/.test(document.querySelector(".verdict")?.textContent ?? "")`))
	b.run(t, "one thing", chromedp.Navigate(hash(url.Values{"q": {"capital of Japan"}})),
		until(`document.querySelector(".verdict a")?.textContent === "Tokyo" && document.querySelector(".verdict").textContent === "The capital of Japan is Tokyo."`))
	b.run(t, "evidence", chromedp.Navigate(hash(url.Values{"q": {"is Finland in NATO"}})),
		until(`document.querySelector(".verdict")?.textContent === "Yes, Finland is a member of NATO today."`),
		until(`document.querySelector(".grounds").textContent.startsWith("Since 4 Apr 2023 · Source: ") && document.querySelector(".grounds a")`))
	b.run(t, "unit", chromedp.Navigate(hash(url.Values{"q": {"NATO members that spent less than 2% of GDP on defence in 2023"}})),
		until(`[...document.querySelectorAll("th")].some((th) => th.textContent === "defence spending (% of GDP)")`))
	b.run(t, "card", chromedp.Navigate(hash(url.Values{"q": {"tell me about AUKUS"}})),
		until(`[...document.querySelectorAll(".card tr")].some((tr) => tr.textContent === "has memberAustralia · United Kingdom · United States")`))
	b.run(t, "ranking", chromedp.Navigate(hash(url.Values{"q": {"top 5 WTO members outside NATO by GDP"}})),
		until(`document.querySelectorAll(".table-view tbody tr").length === 5 && document.querySelector("tbody a").textContent === "China"`))
	b.run(t, "numbers", chromedp.Navigate(hash(url.Values{"q": {"population of the EU members"}})),
		until(`[...document.querySelectorAll("td.number")].some((td) => /^\d{2},\d{3},\d{3}$/.test(td.textContent))`))
	b.run(t, "sort", script(`[...document.querySelectorAll("th button")].at(-1).click()`),
		until(`document.querySelector("tbody a").textContent === "Germany" && [...document.querySelectorAll("th")].at(-1).getAttribute("aria-sort") === "descending"`),
		script(`[...document.querySelectorAll("th button")].at(-1).click()`), until(`document.querySelector("tbody a").textContent === "Malta"`))
	b.run(t, "map", chromedp.Navigate(hash(url.Values{"q": {"population of the EU members"}, "view": {"map"}})), until(`document.querySelectorAll(".map .on").length === 27`))
	b.run(t, "chart", click("#tab-chart"), until(`document.querySelectorAll(".picture rect").length === 27`))
	b.run(t, "SPARQL", chromedp.Navigate(hash(url.Values{"query": {"SELECT ?s ?o { ?s pk:memberOf ?o } LIMIT 7"}})),
		until(`document.querySelectorAll(".table-view tbody tr").length === 7`), until(inEditor(".cm-content")+`.textContent.includes("pk:memberOf")`))
	b.run(t, "plan", click("#tab-explain"), until(`document.querySelectorAll(".plan tbody tr").length > 1`))
	b.run(t, "completion", chromedp.Navigate(hash(url.Values{"query": {"SELECT * { ?c a pk:State ; "}, "view": {"raw"}})), until(inEditor(".cm-content")+`.textContent.includes("pk:State")`),
		script(inEditor(".cm-content")+`.focus()`), chromedp.KeyEvent(kb.End), chromedp.KeyEvent("pk:popu"),
		until(`[...(`+inEditor(".cm-tooltip-autocomplete")+`?.querySelectorAll("li") ?? [])].some((li) => li.textContent.includes("pk:population"))`))
	b.run(t, "graph of triples", chromedp.Navigate(hash(url.Values{"query": {"CONSTRUCT { ?s pk:memberOf pk:NATO } WHERE { ?s pk:memberOf pk:NATO }"}, "view": {"graph"}})),
		until(`document.querySelectorAll("svg.graph .node").length > 30`))
	b.run(t, "entity", chromedp.Navigate(hash(url.Values{"entity": {"https://ententedb.org/pk/FIN"}})),
		until(`document.querySelector("h1")?.textContent === "Finland"`),
		until(`[...document.querySelectorAll(".relation td")].some((td) => td.textContent.includes("since 4 Apr 2023"))`),
		until(`document.querySelectorAll(".timeline rect").length > 10 && document.querySelectorAll(".sources a").length > 10`))
	b.run(t, "phone", chromedp.EmulateViewport(390, 844, chromedp.EmulateMobile))
	for _, values := range []url.Values{{}, {"entity": {"https://ententedb.org/pk/FIN"}}, {"q": {"how are Japan and Poland connected"}}, {"q": {"is Japann in NATO"}},
		{"q": {"tell me about AUKUS"}}, {"q": {"is Japan in NATO"}}, {"q": {"population of the EU members"}, "view": {"graph"}},
		{"q": {"population of the EU members"}, "view": {"map"}}, {"q": {"population of the EU members"}, "view": {"chart"}}, {"q": {"population of the EU members"}, "view": {"raw"}},
		{"q": {"population of the EU members"}, "view": {"explain"}}, {"query": {"SELECT * { ?a ?b ?c } LIMIT 5"}}} {
		b.run(t, "phone: "+values.Encode(), chromedp.Navigate(afresh(values)),
			until(`document.querySelector(".welcome, .result .stage-area *, .result .verdict, .error-box, .entity-page .relation")`),
			until(`document.documentElement.scrollWidth <= document.documentElement.clientWidth`))
	}

	b.mu.Lock()
	defer b.mu.Unlock()
	for _, e := range b.errors {
		// The unfinished query of the completion step is answered with 400, the
		// misspelt question with 422.
		if !strings.Contains(e, "status of 400") && !strings.Contains(e, "status of 422") {
			t.Errorf("the console shows: %s", e)
		}
	}
	for _, u := range b.requests {
		if !strings.HasPrefix(u, root) && !strings.HasPrefix(u, "data:") && !strings.HasPrefix(u, "blob:") {
			t.Errorf("a request left the page's own path: %s", u)
		}
	}
	if len(b.requests) < 10 {
		t.Errorf("only %d requests were seen", len(b.requests))
	}
}

// Everything can be done without a mouse, and what has the focus is seen.
func TestPage_Keyboard(t *testing.T) {
	b := open(t)
	root := serve(t)
	press := func(keys ...string) (actions []chromedp.Action[chromedp.Void]) {
		for _, k := range keys {
			actions = append(actions, chromedp.KeyEvent(k))
		}
		return actions
	}
	focused := func(t *testing.T) string {
		return b.value(t, `(() => { const e = document.activeElement; return (e.id || e.className || e.tagName) + " " + (e.textContent || e.placeholder || "").slice(0, 30); })()`)
	}
	b.run(t, "start", chromedp.Navigate(root), until(`document.querySelector(".examples a")`))
	b.run(t, "start", script(`document.querySelector("input.question").focus()`))
	b.run(t, "completion", press("i", "s", " ", "J", "a", "p")...)
	b.run(t, "completion", until(`document.querySelector(".completions li")`))
	b.run(t, "choose", press(kb.ArrowDown)...)
	b.run(t, "choose", until(`document.querySelector(".completions li[aria-selected=true]").id === document.activeElement.getAttribute("aria-activedescendant")`))
	b.run(t, "Escape", press(kb.Escape)...)
	b.run(t, "Escape", until(`document.querySelector(".completions").hidden && document.activeElement.matches("input.question") && document.activeElement.value === "is Jap"`))
	b.run(t, "ask", script(`document.activeElement.select()`), keysTo("population of the EU members\r"), until(`document.querySelector(".table-view tbody tr")`))

	// From the question to the table, every stop is seen.
	var stops []string
	for range 12 {
		b.run(t, "Tab", press(kb.Tab)...)
		stops = append(stops, focused(t))
		if ring := b.value(t, `(() => { const s = getComputedStyle(document.activeElement); return s.outlineStyle + " " + s.outlineWidth; })()`); ring != "solid 2px" {
			t.Errorf("%s has the focus, and its outline is %s", stops[len(stops)-1], ring)
		}
	}
	all := strings.Join(stops, "\n")
	last := -1
	for _, stop := range []string{"primary Ask", "SPARQL", "tab-table Table", "share Share link", "Download", "Filter rows", "Copy as CSV", "member"} {
		at := strings.Index(all, stop)
		if at <= last {
			t.Errorf("%s is not reached in its place; the stops are\n%s", stop, all)
		}
		last = at
	}
	b.run(t, "tabs", script(`document.querySelector("#tab-table").focus()`))
	b.run(t, "tabs", press(kb.ArrowRight)...)
	b.run(t, "tabs", until(`document.activeElement.id === "tab-graph" && document.querySelectorAll("svg.graph .node").length > 20`))
	b.run(t, "node", script(`document.querySelector("svg.graph .node").focus(); window.before = document.querySelectorAll("svg.graph .node").length`))
	b.run(t, "node", press(kb.Enter)...)
	b.run(t, "node", until(`document.querySelectorAll("svg.graph .node").length > window.before`))
	b.run(t, "history", script(`[...document.querySelectorAll("header button")][0].focus()`))
	b.run(t, "history", press(kb.Enter)...)
	b.run(t, "history", until(`document.querySelector("dialog").open && document.activeElement.matches("a.asked")`))
	b.run(t, "history", press(kb.Escape)...)
	b.run(t, "history", until(`!document.querySelector("dialog").open && document.activeElement.textContent === "History"`))
	b.run(t, "slash", script(`document.activeElement.blur()`))
	b.run(t, "slash", press("/")...)
	b.run(t, "slash", until(`document.activeElement.matches("input.question")`))
}

// keysTo types into what has the focus.
func keysTo(text string) chromedp.Action[chromedp.Void] { return chromedp.KeyEvent(text) }

// A mistake is shown with its place, under the text and in the editor.
func TestPage_Mistakes(t *testing.T) {
	b := open(t)
	root := serve(t)
	b.run(t, "question", chromedp.Navigate(root+"#"+url.Values{"q": {"is Japann in NATO"}}.Encode()), until(`document.querySelector(".suggestions a")`))
	if caret := b.value(t, `document.querySelector(".error pre").textContent`); !strings.Contains(caret, "  is Japann in NATO\n     ^^^^^^") {
		t.Errorf("the page shows %q", caret)
	}
	if suggestion := b.value(t, `document.querySelector(".suggestions a").textContent`); suggestion != "is Japan in NATO" {
		t.Errorf("the page suggests %q", suggestion)
	}
	b.run(t, "SPARQL", chromedp.Navigate(root+"#"+url.Values{"query": {"SELECT * {\n  ?a foo:x ?b\n}"}}.Encode()),
		until(`document.querySelector(".error")?.textContent.includes("line 2, column 6") && document.querySelector(".error pre").textContent.includes("?a foo:x ?b\n")`),
		until(`document.querySelector(".editor").shadowRoot.querySelector(".cm-lintRange-error")?.textContent === "foo:x"`))
}
