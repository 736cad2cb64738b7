package conformance

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/rdfio"
	"github.com/ententedb/entente/query"
	"github.com/ententedb/entente/query/protocol"
	"github.com/ententedb/entente/query/results"
	"github.com/ententedb/entente/storage"
)

// endpoints are the SPARQL endpoints that a federation test asks, each a real
// server on the loopback interface.
type endpoints struct {
	servers map[string]*httptest.Server
	stores  []*storage.Store
}

// serve starts a server for each endpoint.
func (r *runner) serve(ctx context.Context, data map[string][]source) (*endpoints, error) {
	e := &endpoints{servers: map[string]*httptest.Server{}}
	for iri, sources := range data {
		store, _, err := r.stores.open(ctx, inMemory, sources)
		if err != nil {
			e.close()
			return nil, err
		}
		e.stores = append(e.stores, store)
		// A SERVICE clause may hold another, which the endpoint asks in turn.
		e.servers[iri] = httptest.NewServer(protocol.Handler(store, &protocol.Options{Service: query.HTTPService(e.client(), nil)}))
	}
	return e, nil
}

func (e *endpoints) close() {
	for _, s := range e.servers {
		s.Close()
	}
	for _, s := range e.stores {
		s.Close()
	}
}

// client returns a client for which the endpoints' IRIs lead to these servers;
// other hosts are out of reach.
func (e *endpoints) client() *http.Client { return &http.Client{Transport: e} }

// RoundTrip implements http.RoundTripper.
func (e *endpoints) RoundTrip(req *http.Request) (*http.Response, error) {
	for iri, s := range e.servers {
		want, err := url.Parse(iri)
		if err != nil {
			return nil, err
		}
		if want.Host == req.URL.Host && want.Path == req.URL.Path {
			target, err := url.Parse(s.URL)
			if err != nil {
				return nil, err
			}
			clone := req.Clone(req.Context())
			clone.URL.Scheme, clone.URL.Host = target.Scheme, target.Host
			return http.DefaultTransport.RoundTrip(clone)
		}
	}
	return nil, fmt.Errorf("no such endpoint: %s", req.URL.Host)
}

// protocol runs a test of the SPARQL protocol, the graph store protocol or the
// service description against a server over a store.
func (r *runner) protocol(ctx context.Context, t *Test, p place) error {
	sources := t.documents(t.node, ut)
	store, path, err := r.stores.open(ctx, p, sources)
	if err != nil {
		return err
	}
	defer discard(store, path)
	server := httptest.NewServer(protocol.Handler(store, &protocol.Options{Writable: true}))
	defer server.Close()
	if t.Type == "ServiceDescriptionTest" {
		return serviceDescription(ctx, t, server.URL+"/sparql")
	}
	action := t.property(mf + "action")
	authority := t.g.object(action, ht+"connectionAuthority").Value()
	c := &conversation{Test: t, server: server.URL, authority: authority, variables: map[string]string{}}
	requests := t.g.list(t.g.object(action, ht+"requests"))
	if len(requests) == 0 {
		return errors.New("the test has no requests")
	}
	for i, request := range requests {
		if err := c.request(ctx, request); err != nil {
			return fmt.Errorf("request %d: %w", i+1, err)
		}
	}
	return nil
}

// conversation is the sequence of requests of one test.
type conversation struct {
	*Test
	server, authority string
	variables         map[string]string // names of locations in later requests
}

// gspPath puts the path of our graph store in the place of the tests' /gsp, in
// IRIs too, whether encoded or not.
var gspPath = strings.NewReplacer("/gsp", "/store", "%2Fgsp", "%2Fstore")

func (c *conversation) replace(s string) string {
	s = gspPath.Replace(s)
	for name, value := range c.variables {
		s = strings.ReplaceAll(s, name, value)
	}
	return s
}

// headers returns the headers of a message.
func (c *conversation) headers(message graph.Term) http.Header {
	h := http.Header{}
	for _, field := range c.g.list(c.g.object(message, ht+"headers")) {
		h.Add(c.g.object(field, ht+"fieldName").Value(), c.g.object(field, ht+"fieldValue").Value())
	}
	return h
}

// body returns the body of a message in the encoding that it states.
func (c *conversation) body(message graph.Term) string {
	b := c.g.object(message, ht+"body")
	text := c.g.object(b, cnt+"chars").Value()
	switch strings.ToUpper(c.g.object(b, cnt+"characterEncoding").Value()) {
	case "UTF-16":
		var out []byte
		out = append(out, 0xfe, 0xff)
		for _, u := range utf16Of(text) {
			out = append(out, byte(u>>8), byte(u))
		}
		return string(out)
	}
	return text
}

func (c *conversation) request(ctx context.Context, request graph.Term) error {
	method := c.g.object(request, ht+"methodName").Value()
	target := c.g.object(request, ht+"absolutePath").Value()
	base, err := url.Parse("http://" + c.authority)
	if err != nil {
		return err
	}
	target = c.replace(target)
	if abs, err := url.Parse(target); err == nil && abs.IsAbs() { // a Location header's value
		target = abs.RequestURI()
	}
	text := c.replace(c.body(request))
	var body io.Reader
	if text != "" {
		body = strings.NewReader(text)
	}
	req, err := http.NewRequestWithContext(ctx, method, c.server+target, body)
	if err != nil {
		return err
	}
	req.Header = c.headers(request)
	req.Host = base.Host
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	describe := func(format string, args ...any) error {
		return fmt.Errorf("%s\n%s %s\n%s\n--- answered %s\n%v\n%s", fmt.Sprintf(format, args...), method, target, text, resp.Status, resp.Header, raw)
	}
	expected := c.g.object(request, ht+"resp")
	if statuses := c.g.objects(expected, mf+"expectedStatus"); len(statuses) > 0 {
		ok := false
		var names []string
		for _, s := range statuses {
			name := strings.TrimPrefix(s.Value(), hts)
			names = append(names, name)
			ok = ok || statusMatches(name, resp.StatusCode)
		}
		if !ok {
			return describe("status %d, expected %s", resp.StatusCode, strings.Join(names, " or "))
		}
	}
	if name := c.g.object(expected, mf+"expectedLocation"); !name.IsZero() {
		location := resp.Header.Get("Location")
		if location == "" {
			return describe("no Location")
		}
		abs, err := base.Parse(location)
		if err != nil {
			return describe("Location: %v", err)
		}
		c.variables[name.Value()] = abs.String()
	}
	return c.content(expected, resp, raw, describe)
}

// content checks the body of a response.
func (c *conversation) content(expected graph.Term, resp *http.Response, raw []byte, describe func(string, ...any) error) error {
	mediaType := resp.Header.Get("Content-Type")
	switch format := c.g.object(expected, mf+"expectedFormat").Value(); format {
	case "":
	case "RDF":
		if _, err := readRDF(raw, mediaType, resp.Request.URL.String()); err != nil {
			return describe("expected RDF: %v", err)
		}
	case "boolean", "tabular":
		f, ok := results.FormatByMediaType(mediaType)
		if !ok {
			return describe("expected a %s result", format)
		}
		a, err := readResults(strings.NewReader(string(raw)), f)
		if err != nil {
			return describe("expected a %s result: %v", format, err)
		}
		if want := c.g.object(expected, mf+"expectedBoolean"); !want.IsZero() && fmt.Sprint(a.boolean) != want.Value() {
			return describe("expected %s", want.Value())
		}
	default:
		return describe("unknown mf:expectedFormat %q", format)
	}
	want := c.headers(expected)
	text := c.body(expected)
	if text == "" {
		return nil
	}
	document := "http://" + c.authority + resp.Request.URL.Path
	expectedQuads, err := readRDF([]byte(c.replace(text)), want.Get("Content-Type"), document)
	if err != nil {
		return fmt.Errorf("expected content: %w", err)
	}
	got, err := readRDF(raw, mediaType, document)
	if err != nil {
		return describe("content: %v", err)
	}
	if !graph.Isomorphic(expectedQuads, got) {
		return describe("expected content\n%s", showQuads(expectedQuads))
	}
	return nil
}

func statusMatches(name string, code int) bool {
	if class, ok := strings.CutPrefix(name, "StatusCode"); ok && len(class) == 3 {
		return class[0] == byte('0'+code/100)
	}
	for _, s := range []int{http.StatusOK, http.StatusCreated, http.StatusNoContent, http.StatusNotFound, http.StatusBadRequest} {
		if strings.ReplaceAll(http.StatusText(s), " ", "") == name {
			return s == code
		}
	}
	return false
}

func readRDF(raw []byte, mediaType, base string) ([]graph.Quad, error) {
	f, ok := rdfio.FormatByMediaType(mediaType)
	if !ok {
		return nil, fmt.Errorf("%q is no RDF format", mediaType)
	}
	return rdfio.ReadAll(strings.NewReader(string(raw)), f, &rdfio.ReaderOptions{Base: base})
}

func utf16Of(s string) (out []uint16) {
	for _, r := range s {
		if r >= 0x10000 {
			r -= 0x10000
			out = append(out, uint16(0xd800+r>>10), uint16(0xdc00+r&0x3ff))
			continue
		}
		out = append(out, uint16(r))
	}
	return out
}

// serviceDescription runs one of the three tests of the service description.
func serviceDescription(ctx context.Context, t *Test, endpoint string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, endpoint, nil)
	if err != nil {
		return err
	}
	req.Header.Set("Accept", "text/turtle, application/rdf+xml;q=0.5")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	quads, err := readRDF(raw, resp.Header.Get("Content-Type"), endpoint)
	if err != nil {
		return err
	}
	d := &description{triples: map[graph.Term][]graph.Triple{}}
	var service graph.Term
	for _, q := range quads {
		d.triples[q.Subject] = append(d.triples[q.Subject], graph.Triple{Subject: q.Subject, Predicate: q.Predicate, Object: q.Object})
		if q.Predicate.Value() == sd+"endpoint" && q.Object.Value() == endpoint {
			service = q.Subject
		}
	}
	switch local := t.ID[strings.LastIndexAny(t.ID, "#/")+1:]; local {
	case "returns-rdf":
		if len(quads) == 0 {
			return errors.New("the description is empty")
		}
	case "has-endpoint-triple":
		if service.IsZero() {
			return fmt.Errorf("no sd:endpoint <%s> in\n%s", endpoint, raw)
		}
	case "conforms-to-schema":
		return sdSchema(d, service, raw)
	default:
		return fmt.Errorf("unknown test %s", local)
	}
	return nil
}

// sdSchema checks a description against the classes and properties of SPARQL 1.1
// Service Description, section 3: only terms of the vocabulary, values of the
// right kind, and what a service must have.
func sdSchema(d *description, service graph.Term, raw []byte) error {
	isService := false
	for _, c := range d.objects(service, graph.RDFType) {
		isService = isService || c.Value() == sd+"Service"
	}
	if !isService {
		return fmt.Errorf("the subject of sd:endpoint is no sd:Service in\n%s", raw)
	}
	iriValued := map[string]bool{
		"endpoint": true, "supportedLanguage": true, "resultFormat": true, "inputFormat": true, "feature": true,
		"defaultEntailmentRegime": true, "extensionFunction": true, "extensionAggregate": true, "languageExtension": true,
		"propertyFeature": true, "name": true, "entailmentRegime": true, "supportedEntailmentProfile": true,
		"defaultSupportedEntailmentProfile": true,
	}
	nodeValued := map[string]bool{"defaultDataset": true, "availableGraphs": true, "defaultGraph": true, "namedGraph": true, "graph": true}
	classes := map[string]bool{"Service": true, "Dataset": true, "Graph": true, "NamedGraph": true, "GraphCollection": true,
		"Feature": true, "Language": true, "Function": true, "Aggregate": true, "EntailmentRegime": true, "EntailmentProfile": true}
	for _, triples := range d.triples {
		for _, t := range triples {
			if class, ok := strings.CutPrefix(t.Object.Value(), sd); ok && t.Predicate.Value() == graph.RDFType && !classes[class] {
				return fmt.Errorf("no class sd:%s", class)
			}
			p, ok := strings.CutPrefix(t.Predicate.Value(), sd)
			switch {
			case !ok:
			case !iriValued[p] && !nodeValued[p]:
				return fmt.Errorf("no property sd:%s", p)
			case iriValued[p] && !t.Object.IsIRI(), t.Object.IsLiteral():
				return fmt.Errorf("sd:%s has the value %s", p, t.Object)
			}
		}
	}
	return nil
}
