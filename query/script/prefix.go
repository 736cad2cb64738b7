package script

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/query"
)

// DefaultPrefixes are the prefixes that sessions, and the server, know without
// a declaration.
func DefaultPrefixes() []query.Prefix {
	return []query.Prefix{
		{Name: "pk", IRI: "https://ententedb.org/pk/"},
		{Name: "src", IRI: "https://ententedb.org/source/"},
		{Name: "lex", IRI: "https://ententedb.org/lexicon#"},
		{Name: "rdf", IRI: graph.RDF},
		{Name: "rdfs", IRI: graph.RDFS},
		{Name: "xsd", IRI: graph.XSD},
		{Name: "owl", IRI: graph.OWL},
		{Name: "skos", IRI: graph.SKOS},
		{Name: "dcterms", IRI: "http://purl.org/dc/terms/"},
		{Name: "schema", IRI: "http://schema.org/"},
		{Name: "foaf", IRI: "http://xmlns.com/foaf/0.1/"},
		{Name: "org", IRI: "http://www.w3.org/ns/org#"},
		{Name: "time", IRI: "http://www.w3.org/2006/time#"},
		{Name: "sh", IRI: "http://www.w3.org/ns/shacl#"},
		{Name: "wd", IRI: "http://www.wikidata.org/entity/"},
	}
}

// PrefixMap turns declarations into the map that writers take.
func PrefixMap(prefixes []query.Prefix) map[string]string {
	m := map[string]string{}
	for _, p := range prefixes {
		m[p.Name] = p.IRI
	}
	return m
}

// shorten writes an IRI as a prefixed name where a prefix fits and what is
// left is a simple local name.
func shorten(iri string, prefixes []query.Prefix) string {
	best := query.Prefix{}
	for _, p := range prefixes {
		if strings.HasPrefix(iri, p.IRI) && len(p.IRI) > len(best.IRI) {
			best = p
		}
	}
	if local := strings.TrimPrefix(iri, best.IRI); best.IRI != "" && simpleLocal.MatchString(local) {
		return best.Name + ":" + local
	}
	return "<" + iri + ">"
}

var (
	simpleLocal  = regexp.MustCompile(`^[\pL\d_]([\pL\d_.-]*[\pL\d_-])?$`)
	prefixedName = regexp.MustCompile(`^([\pL][\pL\d_-]*)?:([\pL\d_]([\pL\d_.-]*[\pL\d_-])?)?$`)
	dateText     = regexp.MustCompile(`^-?\d{4,}-\d\d-\d\d$`)
	decimalText  = regexp.MustCompile(`^[+-]?\d*\.\d+$`)
	integerText  = regexp.MustCompile(`^[+-]?\d+$`)
)

// ParseTerm reads a parameter: <IRI>, prefixed name, number, date, true or
// false, "text" or plain text.
func (s *Session) ParseTerm(text string) (graph.Term, error) {
	switch {
	case strings.HasPrefix(text, "<") && strings.HasSuffix(text, ">"):
		return graph.IRI(text[1 : len(text)-1]), nil
	case len(text) > 1 && text[0] == '"' && strings.HasSuffix(text, `"`):
		return graph.String(text[1 : len(text)-1]), nil
	case integerText.MatchString(text):
		return graph.Literal(text, graph.XSDInteger), nil
	case decimalText.MatchString(text):
		return graph.Literal(text, graph.XSDDecimal), nil
	case dateText.MatchString(text):
		return graph.Literal(text, graph.XSDDate), nil
	case text == "true" || text == "false":
		return graph.Boolean(text == "true"), nil
	}
	if m := prefixedName.FindStringSubmatch(text); m != nil {
		for _, p := range s.Prefixes {
			if p.Name == m[1] {
				return graph.IRI(p.IRI + m[2]), nil
			}
		}
		return graph.Term{}, fmt.Errorf("the prefix %q is not declared; write \"%s\" in quotation marks if it is text", m[1], text)
	}
	return graph.String(text), nil
}

// display names terms for people: labels for IRIs, prefixed names for those
// without one, lexical forms for literals.
type display struct {
	labels   *query.Labels // nil for prefixed names only
	prefixes []query.Prefix
	both     bool // IRIs are shown with their labels, not instead
	err      error
}

func (d *display) name(t graph.Term) string {
	switch t.Kind() {
	case graph.KindIRI:
		if d.labels != nil {
			label, err := d.labels.Of(t)
			if err != nil {
				d.err = err
			}
			switch {
			case label != "" && d.both:
				return shorten(t.Value(), d.prefixes) + " " + label
			case label != "":
				return label
			}
		}
		return shorten(t.Value(), d.prefixes)
	case graph.KindLiteral:
		return t.Value()
	case graph.KindTriple:
		tr := t.Triple()
		return "<<( " + d.name(tr.Subject) + " " + d.name(tr.Predicate) + " " + d.name(tr.Object) + " )>>"
	case graph.KindNone:
		return ""
	}
	return t.String()
}
