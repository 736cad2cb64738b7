package question

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/query/internal/dataset"
)

// LoadLexicon reads the lexicon of a dataset. The lexicon holds no reference to
// the dataset; it is good for as long as ds.Version() stays the same.
func LoadLexicon(ctx context.Context, ds dataset.Dataset) (*Lexicon, error) {
	l, err := readLexicon(&datasetSource{ctx: ctx, ds: ds, subjects: make([]graph.Term, encoded.BatchSize), objects: make([]graph.Term, encoded.BatchSize)})
	if err != nil {
		return nil, fmt.Errorf("reading the lexicon: %w", err)
	}
	return l, nil
}

// NewLexicon makes the lexicon of these quads, of which only those in the
// default graph count.
func NewLexicon(quads []graph.Quad) *Lexicon {
	src := quadSource{}
	for _, q := range quads {
		if q.Graph.IsZero() {
			src[q.Predicate.Value()] = append(src[q.Predicate.Value()], q)
		}
	}
	l, err := readLexicon(src)
	if err != nil {
		panic(err) // a quadSource has no errors
	}
	return l
}

// lexical is the lexical forms of one thing, by local name in the order read.
type lexical map[string][]string

func (f lexical) first(name string) string {
	if v := f[name]; len(v) > 0 {
		return v[0]
	}
	return ""
}

// reader builds a lexicon.
type reader struct {
	*Lexicon
	src      source
	forms    map[string]lexical
	comments map[string]string
	scopes   map[string]string // skos:scopeNote
	alts     map[string][]string
	bare     map[string]bool // words that lost their preposition
}

func readLexicon(src source) (*Lexicon, error) {
	r := &reader{src: src, forms: map[string]lexical{}, comments: map[string]string{}, scopes: map[string]string{}, alts: map[string][]string{}, bare: map[string]bool{}, Lexicon: &Lexicon{
		english: newEnglish(), names: map[string]name{}, more: map[string][]name{}, words: map[string][]sense{}, longest: map[string]int8{},
		spelled: map[string]string{}, kinds: map[string][]string{}, labels: map[string]string{}, said: map[string]string{}, types: make(map[string][]int32, 1<<13), classIndex: map[string]int32{}, properties: map[string]*property{},
	}}
	for _, step := range []func() error{r.readForms, r.readClasses, r.readProperties, r.readNames} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	r.derive()
	r.finish()
	return r.Lexicon, nil
}

// readForms reads everything in the lex: namespace, and the exceptions of the
// morphology.
func (r *reader) readForms() error {
	predicates, err := r.src.predicates()
	if err != nil {
		return err
	}
	for _, p := range predicates {
		local, ok := strings.CutPrefix(p, Namespace)
		if !ok {
			continue
		}
		err := r.src.statements(p, 0, func(s, o graph.Term) {
			f := r.forms[s.Value()]
			if f == nil {
				f = lexical{}
				r.forms[s.Value()] = f
			}
			// Of the several forms of one kind, lex:altNoun and its like come after
			// lex:noun, which is the one used for saying things.
			if alt, ok := strings.CutPrefix(local, "alt"); ok {
				local = "~" + strings.ToLower(alt[:1]) + alt[1:]
			}
			f[local] = append(f[local], o.Value())
			switch local {
			case "irregularVerb":
				r.english.addVerb(o.Value())
			case "irregularNoun":
				r.english.addNoun(o.Value())
			case "name":
				r.said[s.Value()] = o.Value()
			case "broad":
				if o.Value() == "true" {
					r.broad = append(r.broad, s.Value())
				}
			}
		})
		if err != nil {
			return err
		}
	}
	// Units that the graph states in a property of its own.
	var units []string
	for iri, f := range r.forms {
		if slices.Contains(f["role"], Namespace+"Unit") {
			units = append(units, iri)
		}
	}
	for _, p := range units {
		err := r.src.statements(p, 0, func(s, o graph.Term) {
			f := r.forms[s.Value()]
			if f == nil {
				f = lexical{}
				r.forms[s.Value()] = f
			}
			f["~unit"] = append(f["~unit"], o.Value())
		})
		if err != nil {
			return err
		}
	}
	for _, f := range r.forms {
		for local, values := range f {
			if said, ok := strings.CutPrefix(local, "~"); ok {
				f[said] = append(f[said], values...)
				delete(f, local)
			}
		}
	}
	return nil
}

func english1(t graph.Term) bool {
	return t.IsLiteral() && (t.Lang() == "" || t.Lang() == "en" || strings.HasPrefix(t.Lang(), "en-"))
}

func (r *reader) class(iri string) int32 {
	if i, ok := r.classIndex[iri]; ok {
		return i
	}
	i := int32(len(r.classes))
	r.classes = append(r.classes, &class{IRI: iri, Rank: defaultRank})
	r.classIndex[iri] = i
	return i
}

var metaClasses = map[string]bool{
	graph.RDFS + "Class": true, graph.OWL + "Class": true, graph.RDF + "Property": true, graph.OWL + "ObjectProperty": true,
	graph.OWL + "DatatypeProperty": true, graph.OWL + "SymmetricProperty": true, graph.OWL + "Ontology": true, graph.OWL + "AnnotationProperty": true,
	graph.OWL + "TransitiveProperty": true, graph.RDFS + "Datatype": true, graph.OWL + "InverseFunctionalProperty": true, graph.OWL + "FunctionalProperty": true,
}

func isMeta(iri string) bool {
	for _, ns := range []string{graph.RDF, graph.RDFS, graph.OWL, graph.SKOS, graph.XSD, Namespace} {
		if strings.HasPrefix(iri, ns) {
			return true
		}
	}
	return false
}

func (r *reader) readClasses() error {
	symmetric := graph.OWL + "SymmetricProperty"
	var only [][]int32
	err := r.src.statements(graph.RDFType, 0, func(s, o graph.Term) {
		if !s.IsIRI() || !o.IsIRI() {
			return
		}
		t := o.Value()
		switch {
		case t == graph.RDFS+"Class" || t == graph.OWL+"Class":
			r.class(s.Value())
		case t == graph.RDF+"Property" || t == graph.OWL+"ObjectProperty" || t == graph.OWL+"DatatypeProperty":
			r.property(s.Value())
		case t == symmetric:
			r.property(s.Value()).Symmetric = true
		}
		if metaClasses[t] {
			return
		}
		c := r.class(t)
		iri := s.Value()
		if old := r.types[iri]; len(old) > 0 {
			r.types[iri] = append(old, c)
			return
		}
		// Most things have one class: they share the list of it.
		for len(only) <= int(c) {
			only = append(only, []int32{int32(len(only))})
		}
		r.types[iri] = only[c]
	})
	if err != nil {
		return err
	}
	err = r.src.statements(graph.RDFSSubClassOf, 0, func(s, o graph.Term) {
		if s.IsIRI() && o.IsIRI() && !s.Equal(o) {
			child, parent := r.class(s.Value()), r.class(o.Value())
			r.classes[child].parents = append(r.classes[child].parents, parent)
		}
	})
	if err != nil {
		return err
	}
	for predicate, values := range map[string]map[string]string{graph.RDFSComment: r.comments, skosScopeNote: r.scopes} {
		err := r.src.statements(predicate, 0, func(s, o graph.Term) {
			if english1(o) {
				values[s.Value()] = o.Value()
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (r *reader) property(iri string) *property {
	p := r.properties[iri]
	if p == nil {
		p = &property{IRI: iri}
		r.properties[iri] = p
	}
	return p
}

func (r *reader) readProperties() error {
	predicates, err := r.src.predicates()
	if err != nil {
		return err
	}
	for _, p := range predicates {
		if !isMeta(p) {
			r.property(p)
		}
	}
	reified, err := r.src.reified()
	if err != nil {
		return err
	}
	if reified[graph.RDFType] {
		classes, err := r.src.reifiedObjects(graph.RDFType)
		if err != nil {
			return err
		}
		for iri, n := range classes {
			c := r.classes[r.class(iri)]
			c.former, c.reified = true, n
		}
	}
	// Statements that all ended are only reified.
	for p := range reified {
		if !isMeta(p) {
			r.property(p)
		}
	}
	about := []struct {
		predicate string
		set       func(p *property, o graph.Term)
	}{
		{graph.RDFS + "domain", func(p *property, o graph.Term) { p.Domain = append(p.Domain, o.Value()) }},
		{graph.RDFS + "range", func(p *property, o graph.Term) {
			if strings.HasPrefix(o.Value(), graph.XSD) {
				p.Kind = kindOfDatatype(o.Value())
			} else {
				p.Kind = valueThing
				p.Range = append(p.Range, o.Value())
			}
		}},
		{graph.OWL + "inverseOf", func(p *property, o graph.Term) { p.InverseOf = o.Value() }},
	}
	for _, a := range about {
		err := r.src.statements(a.predicate, 0, func(s, o graph.Term) {
			if p := r.properties[s.Value()]; p != nil && o.IsIRI() {
				a.set(p, o)
			}
		})
		if err != nil {
			return err
		}
	}
	for iri, p := range r.properties {
		p.Reified = reified[iri]
		p.unused = !slices.Contains(predicates, iri) && !reified[iri] && len(r.forms[iri]["times"]) == 0
		if len(r.forms[iri]["times"]) > 0 {
			p.Kind = valueNumber
		}
		p.Symmetric = p.Symmetric || p.InverseOf == iri
		if p.Kind == valueUnknown {
			err := r.src.statements(iri, 1, func(_, o graph.Term) {
				if o.IsLiteral() {
					p.Kind = kindOfDatatype(o.Datatype())
				} else {
					p.Kind = valueThing
				}
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// Properties whose values name their subject.
func (r *reader) nameProperties() map[string]int8 {
	out := map[string]int8{graph.RDFSLabel: 0, graph.SKOSPrefLabel: 0, schemaName: 0, schemaHTTP: 0, foafName: 0, dcTitle: 0, dctTitle: 0, graph.SKOSAltLabel: 1, graph.SKOS + "hiddenLabel": 1}
	for iri, f := range r.forms {
		for _, role := range f["role"] {
			switch strings.TrimPrefix(role, Namespace) {
			case "Name":
				out[iri] = 1
			case "AmbiguousName":
				out[iri] = 0
			}
		}
	}
	return out
}

func (r *reader) readNames() error {
	r.names = make(map[string]name, len(r.types)*5/4)
	r.labels = make(map[string]string, len(r.types))
	for _, c := range r.classes {
		c.unnamed = r.forms[c.IRI].first("unnamed") == "true"
	}
	props := r.nameProperties()
	order := []string{graph.RDFSLabel, graph.SKOSPrefLabel, schemaName, schemaHTTP, foafName, dcTitle, dctTitle, graph.SKOSAltLabel}
	for p := range props {
		if !slices.Contains(order, p) {
			order = append(order, p)
		}
	}
	slices.Sort(order[8:])
	for _, p := range order {
		rank := props[p]
		err := r.src.statements(p, 0, func(s, o graph.Term) {
			if !s.IsIRI() || !o.IsLiteral() {
				return
			}
			iri := s.Value()
			_, isClass := r.classIndex[iri]
			isProperty := r.properties[iri] != nil
			if isClass || isProperty {
				switch {
				case !english1(o):
				case r.labels[iri] == "" && rank == 0:
					r.labels[iri] = o.Value()
				default:
					r.alts[iri] = append(r.alts[iri], o.Value())
				}
				return
			}
			if old, ok := r.labels[iri]; rank == 0 && p != graph.SKOSAltLabel && (!ok || old == "") && english1(o) && !r.isRole(p) {
				r.labels[iri] = o.Value()
			}
			if !r.unnamed(iri) {
				r.addName(o.Value(), iri, rank)
			}
		})
		if err != nil {
			return err
		}
	}
	for iri, f := range r.forms {
		for _, role := range f["role"] {
			r.setRole(strings.TrimPrefix(role, Namespace), iri)
		}
	}
	if err := r.readAdjectives(); err != nil {
		return err
	}
	r.kindWords()
	for i := range r.classes {
		r.classWords(r.classes[i])
	}
	// Words that the graph gives come before those derived from labels, and
	// properties are taken in a fixed order.
	iris := make([]string, 0, len(r.properties))
	for iri := range r.properties {
		iris = append(iris, iri)
	}
	slices.Sort(iris)
	for _, iri := range iris {
		r.ownWords(r.properties[iri])
	}
	for _, iri := range iris {
		r.derivedWords(r.properties[iri])
	}
	return nil
}

// unnamed reports whether a thing is of a class declared lex:unnamed: it has a
// label, which is no word of questions ("OPEC members", a source).
func (r *reader) unnamed(iri string) bool {
	return slices.ContainsFunc(r.types[iri], func(t int32) bool { return r.classes[t].unnamed })
}

// derive links derived measures to what they are computed from.
func (r *reader) derive() {
	for iri, p := range r.properties {
		f := r.forms[iri]
		for _, q := range f["times"] {
			if m := r.properties[q]; m != nil {
				p.times = append(p.times, m)
			}
		}
		for _, q := range f["over"] {
			if m := r.properties[q]; m != nil {
				p.over = append(p.over, m)
			}
		}
		p.scale = f.first("scale")
		for _, s := range r.words[fold(f.first("while"))] {
			if s.class == classFlag && s.value != "" {
				p.while = &flagged{property: s.relation.property, value: s.value}
			}
		}
		p.ImpliedBy = r.properties[f.first("impliedBy")]
		p.yearOf = r.properties[f.first("yearOf")]
		if len(p.times) > 0 {
			p.Kind = valueNumber
			p.Domain = p.times[0].Domain
		}
	}
}

// isRole reports whether the property names things ambiguously, so that its
// values are not labels.
func (r *reader) isRole(p string) bool { return len(r.forms[p]["role"]) > 0 }

func (r *reader) setRole(role, iri string) {
	switch role {
	case "Since":
		r.model.Since = iri
	case "Until":
		r.model.Until = iri
	case "UntilUnknown":
		r.model.UntilUnknown = iri
	case "Year":
		r.model.Year = iri
	case "Weight":
		r.model.Weight = iri
	case "Source":
		r.model.Source = iri
	case "InferredFrom":
		r.model.InferredFrom = iri
	}
}

// readAdjectives enters the adjectives of things: values of properties with
// the role lex:Demonym, and lex:adjective on the thing itself.
func (r *reader) readAdjectives() error {
	var demonyms []string
	for iri, f := range r.forms {
		if slices.Contains(f["role"], Namespace+"Demonym") {
			demonyms = append(demonyms, iri)
		}
		if r.properties[iri] != nil {
			continue
		}
		if _, isClass := r.classIndex[iri]; isClass {
			continue
		}
		for _, a := range f["adjective"] {
			r.addWord(a, sense{class: classAdjective, entity: iri})
		}
	}
	slices.Sort(demonyms)
	for _, p := range demonyms {
		err := r.src.statements(p, 0, func(s, o graph.Term) {
			if s.IsIRI() && english1(o) {
				r.addWord(o.Value(), sense{class: classAdjective, entity: s.Value()})
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}
