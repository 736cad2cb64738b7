package protocol_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/ententedb/entente/datasets/partnerships"
	"github.com/ententedb/entente/graph/rdfio"
	"github.com/ententedb/entente/query"
	"github.com/ententedb/entente/query/protocol"
	"github.com/ententedb/entente/storage"
)

const small = `
PREFIX : <http://example.org/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
:a :knows :b .
:a rdfs:label "Äda" .
:knows rdfs:label "knows" .
`

// handle serves a small graph.
func handle(t *testing.T, opts *protocol.Options) http.Handler {
	t.Helper()
	store, err := storage.Open("", &storage.Options{InMemory: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	if _, err := store.Load(t.Context(), strings.NewReader(small), rdfio.Turtle, nil); err != nil {
		t.Fatal(err)
	}
	return protocol.Handler(store, opts)
}

// get asks for a path with a media type, and decodes a JSON answer.
func get(t *testing.T, h http.Handler, path, accept string, into any) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest("GET", path, nil)
	r.Header.Set("Accept", accept)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if into != nil {
		if err := json.Unmarshal(w.Body.Bytes(), into); err != nil {
			t.Fatalf("%s: %d %v: %s", path, w.Code, err, w.Body)
		}
	}
	return w
}

func TestAbout(t *testing.T) {
	h := handle(t, &protocol.Options{
		Questions: []string{"who knows b"}, Prefixes: []query.Prefix{{Name: "ex", IRI: "http://example.org/"}},
		Examples: []protocol.Example{{Title: "all", Query: "SELECT * { ?s ?p ?o }"}},
	})
	var about struct {
		Prefixes   []struct{ Name, IRI string }
		Queries    []struct{ Title, Query string }
		Questions  []string
		Statements int
		Writable   bool
	}
	get(t, h, "/kg/about", "application/json", &about)
	if about.Statements != 3 || about.Writable || len(about.Questions) != 1 || about.Prefixes[0].IRI != "http://example.org/" || about.Queries[0].Title != "all" {
		t.Errorf("got %+v", about)
	}
}

func TestAbout_Token(t *testing.T) {
	h := handle(t, &protocol.Options{Tokens: map[string]protocol.Role{"secret": protocol.RoleRead}})
	for _, path := range []string{"/about", "/complete?question=a"} {
		if w := get(t, h, path, "*/*", nil); w.Code != http.StatusUnauthorized {
			t.Errorf("%s without a token: got %d", path, w.Code)
		}
	}
}

// start counts as JavaScript does, and lies within the text.
func TestComplete(t *testing.T) {
	h := handle(t, nil)
	text := "😀 who knows Äd"
	var answer struct {
		Start int
		Words []string
	}
	get(t, h, "/complete?question="+url.QueryEscape(text), "application/json", &answer)
	if answer.Words == nil || answer.Start > 15 {
		t.Errorf("got %+v", answer)
	}
	for _, bad := range []string{"/complete", "/complete?question=a&question=b", "/complete?question=%ff"} {
		if w := get(t, h, bad, "*/*", nil); w.Code != http.StatusBadRequest {
			t.Errorf("%s: got %d", bad, w.Code)
		}
	}
}

func TestQuery_Labels(t *testing.T) {
	h := handle(t, nil)
	path := "/sparql?query=" + url.QueryEscape("SELECT ?p ?o { <http://example.org/a> ?p ?o FILTER(isIRI(?o)) }")
	type binding struct{ Type, Value, Label string }
	var answer struct {
		Results struct{ Bindings []map[string]binding }
	}
	with := get(t, h, path+"&labels", "application/sparql-results+json", &answer)
	want := map[string]binding{"p": {"uri", "http://example.org/knows", "knows"}, "o": {"uri", "http://example.org/b", ""}}
	if len(answer.Results.Bindings) != 1 || answer.Results.Bindings[0]["p"] != want["p"] || answer.Results.Bindings[0]["o"] != want["o"] {
		t.Errorf("got %+v", answer)
	}
	without := get(t, h, path, "application/sparql-results+json", nil)
	if strings.Contains(without.Body.String(), "label") {
		t.Errorf("labels that nobody asked for: %s", without.Body)
	}
	if with.Header().Get("ETag") == without.Header().Get("ETag") {
		t.Error("answers with and without labels have the same entity tag")
	}
	if csv := get(t, h, path+"&labels", "text/csv", nil); strings.Contains(csv.Body.String(), `"knows"`) {
		t.Errorf("labels in CSV: %s", csv.Body)
	}
}

func TestError_Place(t *testing.T) {
	h := handle(t, nil)
	for _, path := range []string{"/sparql", "/explain"} {
		var answer struct {
			Error                string
			Line, Column, Status int
		}
		get(t, h, path+"?query="+url.QueryEscape("SELECT * {\n  ?a foo:x ?b\n}"), "application/json", &answer)
		if answer.Line != 2 || answer.Column != 6 || answer.Status != 400 || !strings.Contains(answer.Error, "^") {
			t.Errorf("%s: got %+v", path, answer)
		}
	}
}

func TestAsk_Refusal(t *testing.T) {
	var answer struct {
		Error            string
		Position, Length int
	}
	w := get(t, handle(t, nil), "/ask?question="+url.QueryEscape("is xyzzy here"), "application/json", &answer)
	if w.Code != http.StatusUnprocessableEntity || answer.Length == 0 || answer.Error == "" {
		t.Errorf("got %d %+v", w.Code, answer)
	}
}

// The answer says what its columns are; for people, also what it rests upon.
func TestAsk_ForPeople(t *testing.T) {
	store, err := partnerships.Open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	h := protocol.Handler(store, nil)
	type answer struct {
		Kind     string
		Columns  []struct{ Name, Header, Unit, Note string }
		Evidence struct {
			Results struct {
				Bindings []map[string]struct{ Value, Label string }
			}
		}
		Answer struct {
			Boolean bool
			Head    struct{ Vars []string }
		}
		Coverage []string
	}
	var plain, people, yes, no answer
	get(t, h, "/ask?question="+url.QueryEscape("population of Japan"), "*/*", &plain)
	if plain.Kind != "value" || len(plain.Columns) != 1 || plain.Columns[0].Unit != "people" || len(plain.Answer.Head.Vars) != 1 || plain.Evidence.Results.Bindings != nil {
		t.Errorf("got %+v", plain)
	}
	get(t, h, "/ask?people&question="+url.QueryEscape("population of Japan"), "*/*", &people)
	if len(people.Columns) != 2 || people.Columns[1].Note != "population" || len(people.Answer.Head.Vars) != 2 || len(people.Evidence.Results.Bindings) == 0 {
		t.Errorf("for people: got %+v", people)
	}
	get(t, h, "/ask?people&question="+url.QueryEscape("is Finland in NATO"), "*/*", &yes)
	if e := yes.Evidence.Results.Bindings; yes.Kind != "yesno" || !yes.Answer.Boolean || len(e) == 0 || e[0]["since"].Value != "2023-04-04" || e[0]["source"].Label == "" {
		t.Errorf("yes or no: got %+v", yes)
	}
	get(t, h, "/ask?question="+url.QueryEscape("do Japan and Germany have a tax treaty"), "*/*", &no)
	if no.Answer.Boolean || len(no.Coverage) != 1 || yes.Coverage != nil {
		t.Errorf("no, as far as is recorded: got %+v; yes: %q", no, yes.Coverage)
	}
}

func TestHandler_Compression(t *testing.T) {
	long := strings.Repeat("a page, ", 1000)
	h := handle(t, &protocol.Options{Page: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
		http.ServeContent(w, r, "", time.Time{}, strings.NewReader(long))
	})})
	r := httptest.NewRequest("GET", "/assets/x.js", nil)
	r.Header.Set("Accept-Encoding", "gzip")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Header().Get("Content-Encoding") != "gzip" || w.Body.Len() > len(long)/10 {
		t.Errorf("got %d bytes, Content-Encoding %q", w.Body.Len(), w.Header().Get("Content-Encoding"))
	}
}

// The page is for browsers at the root; others get what they got before.
func TestHandler_Page(t *testing.T) {
	h := handle(t, &protocol.Options{Page: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.Write([]byte("page " + r.URL.Path)) })})
	browser := "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
	for path, want := range map[string]string{"/kg/": "page /kg/", "/kg/assets/x.js": "page /kg/assets/x.js"} {
		if got := get(t, h, path, browser, nil).Body.String(); got != want {
			t.Errorf("%s: got %q", path, got)
		}
	}
	if got := get(t, h, "/kg/", "text/turtle", nil).Header().Get("Content-Type"); !strings.HasPrefix(got, "text/turtle") {
		t.Errorf("Turtle was asked for, got %s", got)
	}
	if got := get(t, h, "/sparql?query=ASK%7B%7D", browser, nil).Body.String(); strings.HasPrefix(got, "page") {
		t.Errorf("a query was answered with the page")
	}
}
