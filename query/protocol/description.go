package protocol

import (
	"net/http"
	"strconv"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/query"
)

// Namespaces of the vocabularies that a service describes itself in.
const (
	sd   = "http://www.w3.org/ns/sparql-service-description#"
	void = "http://rdfs.org/ns/void#"
	sh   = "http://www.w3.org/ns/shacl#"
	form = "http://www.w3.org/ns/formats/"
)

// serveDescription answers with the service description (SPARQL 1.1 Service
// Description), with VoID counts, prefixes (sh:declare) and example queries.
func (h *handler) serveDescription(w http.ResponseWriter, r *http.Request) error {
	media, format, err := negotiateFormat(r.Header.Get("Accept"), graphFormats)
	if err != nil {
		return err
	}
	return h.view(func(ds query.Dataset) error {
		quads, err := h.describe(ds, requestIRI(r))
		if err != nil {
			return err
		}
		w.Header().Set("Content-Type", contentType(media))
		if r.Method == http.MethodHead {
			return nil
		}
		prefixes := []query.Prefix{{Name: "sd", IRI: sd}, {Name: "void", IRI: void}, {Name: "sh", IRI: sh}, {Name: "xsd", IRI: graph.XSD}}
		return writeQuads(w, format, prefixes, func(yield func(graph.Quad, error) bool) {
			for _, q := range quads {
				if !yield(q, nil) {
					return
				}
			}
		})
	})
}

// describe makes the description of the service at an endpoint.
func (h *handler) describe(ds query.Dataset, endpoint string) ([]graph.Quad, error) {
	var quads []graph.Quad
	add := func(s graph.Term, p string, o graph.Term) {
		quads = append(quads, graph.Quad{Subject: s, Predicate: graph.IRI(p), Object: o})
	}
	typed := func(s graph.Term, class string) { add(s, graph.RDFType, graph.IRI(class)) }

	service := graph.Blank("service")
	typed(service, sd+"Service")
	add(service, sd+"endpoint", graph.IRI(endpoint))
	for _, language := range []string{"SPARQL10Query", "SPARQL11Query", "SPARQL12Query"} {
		add(service, sd+"supportedLanguage", graph.IRI(sd+language))
	}
	if h.opts.Writable {
		add(service, sd+"supportedLanguage", graph.IRI(sd+"SPARQL11Update"))
		add(service, sd+"supportedLanguage", graph.IRI(sd+"SPARQL12Update"))
	}
	if h.opts.Service != nil {
		add(service, sd+"feature", graph.IRI(sd+"BasicFederatedQuery"))
	}
	if h.opts.UnionDefaultGraph {
		add(service, sd+"feature", graph.IRI(sd+"UnionDefaultGraph"))
	}
	for _, f := range []string{"SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV", "Turtle", "N-Triples", "RDF_XML", "JSON-LD"} {
		add(service, sd+"resultFormat", graph.IRI(form+f))
	}
	for _, f := range []string{"Turtle", "N-Triples", "N-Quads", "TriG", "RDF_XML", "JSON-LD"} {
		add(service, sd+"inputFormat", graph.IRI(form+f))
	}

	totals, err := ds.Totals()
	if err != nil {
		return nil, err
	}
	dataset, def := graph.Blank("dataset"), graph.Blank("default")
	add(service, sd+"defaultDataset", dataset)
	typed(dataset, sd+"Dataset")
	typed(dataset, void+"Dataset")
	if h.opts.Title != "" {
		add(dataset, "http://purl.org/dc/terms/title", graph.String(h.opts.Title))
	}
	add(dataset, sd+"defaultGraph", def)
	typed(def, sd+"Graph")
	add(def, void+"triples", integer(totals.DefaultQuads))
	add(dataset, void+"triples", integer(totals.Quads))
	add(dataset, void+"distinctSubjects", integer(totals.Subjects))
	add(dataset, void+"distinctObjects", integer(totals.Objects))
	add(dataset, void+"properties", integer(totals.Predicates))

	for i, p := range h.opts.Prefixes {
		b := graph.Blank("prefix" + integer(uint64(i)).Value())
		add(dataset, sh+"declare", b)
		add(b, sh+"prefix", graph.String(p.Name))
		add(b, sh+"namespace", graph.Literal(p.IRI, graph.XSDAnyURI))
	}
	for i, e := range h.opts.Examples {
		b := graph.Blank("example" + integer(uint64(i)).Value())
		class, property := h.executable(e.Query)
		typed(b, sh+"SPARQLExecutable")
		typed(b, class)
		add(b, graph.RDFSComment, graph.String(e.Title))
		add(b, property, graph.String(e.Query))
		add(b, sh+"prefixes", dataset)
		add(b, "https://schema.org/target", graph.IRI(endpoint))
	}
	return quads, nil
}

// executable is the SHACL class of an example query, and the property that holds
// its text.
func (h *handler) executable(text string) (class, property string) {
	p, err := query.Prepare(text, query.WithPrefixes(h.opts.Prefixes...))
	if err != nil { // an example of a mistake, or of another language
		return sh + "SPARQLSelectExecutable", sh + "select"
	}
	switch p.Query().Form {
	case query.FormAsk:
		return sh + "SPARQLAskExecutable", sh + "ask"
	case query.FormConstruct:
		return sh + "SPARQLConstructExecutable", sh + "construct"
	case query.FormDescribe:
		return sh + "SPARQLDescribeExecutable", sh + "describe" // not SHACL's, but SIB's
	}
	return sh + "SPARQLSelectExecutable", sh + "select"
}

func integer(n uint64) graph.Term {
	return graph.Literal(strconv.FormatUint(n, 10), graph.XSDInteger)
}
