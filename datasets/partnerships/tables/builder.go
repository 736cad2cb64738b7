package tables

import (
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/ententedb/entente/graph"
)

// Namespaces of the graph.
const (
	PK     = "https://ententedb.org/pk/"
	Source = "https://ententedb.org/source/"
)

// Namespaces of vocabularies used beside our own.
const (
	dcterms = "http://purl.org/dc/terms/"
	schema  = "http://schema.org/"
)

func pk(name string) graph.Term     { return graph.IRI(PK + name) }
func source(name string) graph.Term { return graph.IRI(Source + name) }

var (
	rdfType  = graph.IRI(graph.RDFType)
	label    = graph.IRI(graph.RDFSLabel)
	altLabel = graph.IRI(graph.SKOSAltLabel)
	sameAs   = graph.IRI(graph.OWLSameAs)
	reifies  = graph.IRI(graph.RDFReifies)

	country    = pk("Country")
	memberOf   = pk("memberOf")
	alliedWith = pk("alliedWith")
	party      = pk("party")
	signatory  = pk("signatory")
	uses       = pk("uses")
	borders    = pk("borders")
)

// builder collects the statements of the graph. It declares every entity once
// and refuses a reference to one that no table declares.
type builder struct {
	dir    fs.FS
	quads  []graph.Quad
	nodes  int // blank nodes so far
	labels map[graph.Term]string
	// refs holds where an entity was first referred to, for the check that
	// every entity is declared.
	refs    map[graph.Term]string
	supers  map[graph.Term][]graph.Term // class to its superclasses
	members map[string][]spell          // organisation to its full members
	// founders holds who founded an organisation.
	founders map[string][]string
	stated   map[triple][]occurrence   // what state recorded
	sourceOf map[graph.Term]graph.Term // entity to the source of the row that describes it
}

// triple is the key of a statement, and occurrence one of its reifiers with
// the dates that it gives.
type (
	triple     struct{ s, p, o graph.Term }
	occurrence struct {
		node         graph.Term
		since, until string
	}
)

// spell is a time during which a statement about a country holds.
type spell struct {
	who, since, until string
}

// add states a triple.
func (b *builder) add(s, p, o graph.Term) {
	b.quads = append(b.quads, graph.Quad{Subject: s, Predicate: p, Object: o})
}

// text states a literal, unless it is empty.
func (b *builder) text(s, p graph.Term, value string) {
	if value != "" {
		b.add(s, p, graph.String(value))
	}
}

// typed states the class of an entity together with all its superclasses.
func (b *builder) typed(s graph.Term, class graph.Term) {
	b.add(s, rdfType, class)
	for _, super := range b.supers[class] {
		b.typed(s, super)
	}
}

// declare gives an entity its class and label.
func (b *builder) declare(s, class graph.Term, name string) error {
	if name == "" {
		return fmt.Errorf("%s has no label", s.Value())
	}
	if old, ok := b.labels[s]; ok {
		return fmt.Errorf("%s is declared twice, as %q and %q", s.Value(), old, name)
	}
	b.labels[s] = name
	b.typed(s, class)
	b.text(s, label, name)
	return nil
}

// ref returns the entity and remembers that the row refers to it.
func (b *builder) ref(r row, t graph.Term) graph.Term {
	if _, ok := b.refs[t]; !ok {
		b.refs[t] = fmt.Sprintf("%s:%d", r.file, r.line)
	}
	return t
}

// date states a date, unless it is empty.
func (b *builder) date(r row, s, p graph.Term, value string) error {
	if value == "" {
		return nil
	}
	t, err := dateTerm(value)
	if err != nil {
		return r.errorf("%w", err)
	}
	b.add(s, p, t)
	return nil
}

// node returns a new blank node.
func (b *builder) node() graph.Term {
	b.nodes++
	return graph.Blank("r" + strconv.Itoa(b.nodes))
}

// reify returns a new reifier of a triple.
func (b *builder) reify(s, p, o graph.Term) graph.Term {
	node := b.node()
	b.add(node, reifies, graph.TripleTerm(s, p, o))
	return node
}

// state records a statement that holds from since until until, and returns its
// reifier. It is asserted if it holds today; asserted twice it stays one
// triple, because a graph is a set.
func (b *builder) state(r row, s, p, o graph.Term, since, until, sourceID, note string) (graph.Term, error) {
	if sourceID == "" {
		return graph.Term{}, r.errorf("statement without a source")
	}
	if since == "" {
		return graph.Term{}, r.errorf("statement without a beginning; write %q if it is not known", unknown)
	}
	if since != unknown && until != "" && until != unknown && !before(since, until) {
		return graph.Term{}, r.errorf("ends on %s, not after it begins on %s", until, since)
	}
	if holds(since, until, AsOf) {
		b.add(s, p, o)
	}
	node := b.reify(s, p, o)
	for _, d := range []struct{ value, date, unknown string }{{since, "since", "sinceUnknown"}, {until, "until", "untilUnknown"}} {
		if d.value == unknown {
			b.add(node, pk(d.unknown), graph.Boolean(true))
		} else if err := b.date(r, node, pk(d.date), d.value); err != nil {
			return node, err
		}
	}
	b.add(node, pk("source"), b.ref(r, source(sourceID)))
	b.text(node, pk("note"), note)
	k := triple{s, p, o.Key()}
	b.stated[k] = append(b.stated[k], occurrence{node, since, until})
	return node, nil
}

// yes states that a property holds of an entity.
func (b *builder) yes(s graph.Term, property string) {
	b.add(s, pk(property), graph.Boolean(true))
}

// describedBy states the source of the row that describes an entity.
func (b *builder) describedBy(r row, s graph.Term, sourceID string) {
	from := b.ref(r, source(sourceID))
	b.add(s, graph.IRI(dcterms+"source"), from)
	b.sourceOf[s] = from
}

// city returns the entity of a city, declaring it the first time.
func (b *builder) city(name string) graph.Term {
	t := pk("city-" + slug(name))
	if _, ok := b.labels[t]; !ok {
		// declare cannot fail: the name is not empty and the entity is new.
		_ = b.declare(t, pk("City"), name)
	}
	return t
}

// slug returns a name in the letters of an IRI: lower case, without accents,
// hyphens between words.
func slug(name string) string {
	var out strings.Builder
	gap := false
	for _, c := range norm.NFD.String(name) {
		switch {
		case unicode.Is(unicode.Mn, c) || c == '\'' || c == '’' || c == '.' || c == 'ʻ':
		case c < unicode.MaxASCII && (unicode.IsLetter(c) || unicode.IsDigit(c)):
			if gap && out.Len() > 0 {
				out.WriteByte('-')
			}
			gap = false
			out.WriteRune(unicode.ToLower(c))
		default:
			gap = true
		}
	}
	return out.String()
}

// list splits a field at semicolons.
func list(field string) []string {
	var out []string
	for _, s := range strings.Split(field, ";") {
		if s = strings.TrimSpace(s); s != "" {
			out = append(out, s)
		}
	}
	return out
}
