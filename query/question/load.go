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

// source is what a lexicon is read from.
type source interface {
	// predicates lists the predicates of the default graph.
	predicates() ([]string, error)
	// reified lists the predicates of reified triples.
	reified() (map[string]bool, error)
	// statements calls f for the statements with this predicate, at most limit
	// of them; limit 0 is all.
	statements(predicate string, limit int, f func(s, o graph.Term)) error
}

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

type quadSource map[string][]graph.Quad

func (s quadSource) predicates() ([]string, error) {
	var out []string
	for p := range s {
		out = append(out, p)
	}
	slices.Sort(out)
	return out, nil
}

func (s quadSource) reified() (map[string]bool, error) {
	out := map[string]bool{}
	for _, q := range s[graph.RDFReifies] {
		if q.Object.IsTriple() {
			out[q.Object.Triple().Predicate.Value()] = true
		}
	}
	return out, nil
}

func (s quadSource) statements(p string, limit int, f func(s, o graph.Term)) error {
	for i, q := range s[p] {
		if limit > 0 && i >= limit {
			break
		}
		f(q.Subject, q.Object)
	}
	return nil
}

type datasetSource struct {
	ctx               context.Context
	ds                dataset.Dataset
	subjects, objects []graph.Term // room for decoding one batch
}

func (s *datasetSource) grouped(order encoded.Order) ([]string, error) {
	it, err := s.ds.Scan(s.ctx, encoded.Scan{Order: order, Columns: encoded.Positions(0).With(encoded.Predicate), Grouped: true})
	if err != nil {
		return nil, err
	}
	defer it.Close()
	var ids []encoded.Term
	var b encoded.Batch
	for {
		ok, err := it.Next(&b)
		if err != nil {
			return nil, err
		}
		if !ok {
			break
		}
		for _, id := range b.Columns[encoded.Predicate][:b.Len] {
			if len(ids) == 0 || ids[len(ids)-1] != id {
				ids = append(ids, id)
			}
		}
	}
	terms := make([]graph.Term, len(ids))
	if err := s.ds.Decode(ids, terms); err != nil {
		return nil, err
	}
	out := make([]string, len(terms))
	for i, t := range terms {
		out[i] = t.Value()
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

func (s *datasetSource) predicates() ([]string, error) { return s.grouped(encoded.PSO) }

func (s *datasetSource) reified() (map[string]bool, error) {
	list, err := s.grouped(encoded.TPOS)
	if err != nil {
		return nil, err
	}
	out := make(map[string]bool, len(list))
	for _, p := range list {
		out[p] = true
	}
	return out, nil
}

func (s *datasetSource) statements(p string, limit int, f func(s, o graph.Term)) error {
	id, ok, err := s.ds.Encode(graph.IRI(p))
	if err != nil || !ok {
		return err
	}
	scan := encoded.Scan{Order: encoded.PSO, Columns: encoded.Positions(0).With(encoded.Subject).With(encoded.Object)}
	scan.Pattern[encoded.Predicate] = id
	it, err := s.ds.Scan(s.ctx, scan)
	if err != nil {
		return err
	}
	defer it.Close()
	var b encoded.Batch
	subjects, objects := s.subjects, s.objects
	for n := 0; limit == 0 || n < limit; {
		ok, err := it.Next(&b)
		if err != nil || !ok {
			return err
		}
		rows := b.Len
		if limit > 0 {
			rows = min(rows, limit-n)
		}
		if err := s.ds.Decode(b.Columns[encoded.Subject][:rows], subjects[:rows]); err != nil {
			return err
		}
		if err := s.ds.Decode(b.Columns[encoded.Object][:rows], objects[:rows]); err != nil {
			return err
		}
		for i := range rows {
			f(subjects[i], objects[i])
		}
		n += rows
	}
	return nil
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
	alts     map[string][]string
}

func readLexicon(src source) (*Lexicon, error) {
	r := &reader{src: src, forms: map[string]lexical{}, comments: map[string]string{}, alts: map[string][]string{}, Lexicon: &Lexicon{
		english: newEnglish(), names: make(map[string]name, 1<<14), more: map[string][]name{}, words: map[string][]sense{}, longest: map[string]int8{},
		spelled: map[string]string{}, labels: make(map[string]string, 1<<13), said: map[string]string{}, types: make(map[string][]int32, 1<<13), classIndex: map[string]int32{}, properties: map[string]*property{},
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
		r.types[s.Value()] = append(r.types[s.Value()], c)
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
	return r.src.statements(graph.RDFSComment, 0, func(s, o graph.Term) {
		if english1(o) {
			r.comments[s.Value()] = o.Value()
		}
	})
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

// classWords enters the nouns of a class.
func (r *reader) classWords(c *class) {
	f := r.forms[c.IRI]
	c.Comment = r.comments[c.IRI]
	c.Rank = atoi(f.first("rank"), defaultRank)
	nouns := slices.Clone(f["noun"])
	label := r.labels[c.IRI]
	if label == "" {
		label = localWords(c.IRI)
	}
	nouns = append(append(nouns, label), r.alts[c.IRI]...)
	c.Noun = nouns[0]
	c.Plural = f.first("plural")
	if c.Plural == "" {
		c.Plural = r.english.plural(c.Noun)
	}
	r.labels[c.IRI] = label
	for _, n := range nouns {
		r.addWord(n, sense{class: classNoun, of: c})
		r.addWord(r.english.plural(n), sense{class: classNoun, of: c, plural: true})
	}
	for _, n := range f["plural"] {
		r.addWord(n, sense{class: classNoun, of: c, plural: true})
	}
}

// ownWords enters the lexical forms that the graph gives a property.
func (r *reader) ownWords(p *property) {
	f := r.forms[p.IRI]
	p.own = len(f) > 0 && !(len(f) == 1 && len(f["unit"]) > 0)
	p.Comment = r.comments[p.IRI]
	p.Label = r.labels[p.IRI]
	if p.Label == "" {
		p.Label = localWords(p.IRI)
	}
	if p.unused || f.first("silent") == "true" {
		return
	}
	p.Subject = f.first("subject")
	p.Tie = f.first("tie") == "true"
	p.Origin = f.first("origin") == "true"
	p.Units = append(p.Units, f["unit"]...)
	for i, inverse := range []bool{false, true} {
		rel := relation{p, inverse}
		prefix := []string{"", "inverse"}[i]
		get := func(name string) []string {
			if inverse {
				name = prefix + strings.ToUpper(name[:1]) + name[1:]
			}
			return f[name]
		}
		for k, n := range get("noun") {
			plural := r.english.plural(n)
			if ps := get("plural"); k < len(ps) {
				plural = ps[k]
			}
			r.relationNoun(rel, n, plural)
		}
		for _, v := range get("verb") {
			r.relationVerb(rel, v)
		}
		for _, a := range get("adjective") {
			r.relationAdjective(rel, a)
		}
		for _, w := range get("preposition") {
			if inverse && p.InversePrep == "" {
				p.InversePrep = w
			} else if !inverse && p.Preposition == "" {
				p.Preposition = w
			}
			r.addWord(w, sense{class: classPreposition, relation: rel})
		}
		for _, w := range get("negative") {
			if p.Kind == valueBoolean {
				r.addWord(w, sense{class: classFlag, relation: rel, negative: true})
				continue
			}
			if p.Negative == "" {
				p.Negative = w
			}
			r.addWord(w, sense{class: classPreposition, relation: rel, negative: true})
		}
	}
	rel := relation{property: p}
	for _, v := range f["begin"] {
		p.Begin = cmpOr(p.Begin, v)
		r.addVerb(v, sense{class: classEvent, relation: rel})
	}
	for _, v := range f["end"] {
		p.End = cmpOr(p.End, v)
		r.addVerb(v, sense{class: classEvent, relation: rel, end: true})
	}
	for _, v := range f["inverseBegin"] {
		p.InverseBegin = cmpOr(p.InverseBegin, v)
		r.addVerb(v, sense{class: classEvent, relation: relation{p, true}})
	}
	for _, v := range f["inverseEnd"] {
		p.InverseEnd = cmpOr(p.InverseEnd, v)
		r.addVerb(v, sense{class: classEvent, relation: relation{p, true}, end: true})
	}
	for _, v := range f["participle"] {
		p.Participle = cmpOr(p.Participle, v)
		r.addWord(v, sense{class: classDated, relation: rel})
	}
	for _, v := range f["measureVerb"] {
		base, rest, _ := strings.Cut(v, " ")
		p.MeasureVerb, p.Complement = cmpOr(p.MeasureVerb, base), cmpOr(p.Complement, rest)
		r.addVerb(base, sense{class: classMeasureVerb, relation: rel})
		if rest != "" {
			r.addWord(rest, sense{class: classComplement, relation: rel})
			r.bearerNouns(relation{p, true}, base, rest)
		}
	}
	for _, v := range f["unit"] {
		r.addWord(v, sense{class: classUnit, relation: rel})
	}
	for _, v := range f["unitWord"] {
		r.addWord(v, sense{class: classUnit, relation: rel})
		p.Units = append(p.Units, v)
	}
	for _, v := range f["most"] {
		p.Most = cmpOr(p.Most, v)
		r.addWord(v, sense{class: classSuperlative, relation: rel})
		r.addWord(comparative(v), sense{class: classComparative, relation: rel})
	}
	for _, v := range f["least"] {
		p.Least = cmpOr(p.Least, v)
		r.addWord(v, sense{class: classSuperlative, relation: rel, least: true})
		r.addWord(comparative(v), sense{class: classComparative, relation: rel, least: true})
	}
}

// bearerNouns enters the nouns for who does what a measure measures: "producer
// of cobalt", "cobalt producer", "spender on defence".
func (r *reader) bearerNouns(rel relation, verb, complement string) {
	agent := verb + "er"
	if strings.HasSuffix(verb, "e") {
		agent = verb + "r"
	}
	thing, link := complement, "of "
	if rest, ok := strings.CutPrefix(complement, "on "); ok {
		thing, link = rest, "on "
	}
	plural := r.english.plural(agent)
	for _, phrase := range []string{agent + " " + link + thing, plural + " " + link + thing, thing + " " + agent, thing + " " + plural} {
		r.addWord(phrase, sense{class: classAttribute, relation: rel})
	}
}

// comparative makes "richer" of "richest" and "more populous" of "most
// populous".
func comparative(superlative string) string {
	first, rest, _ := strings.Cut(superlative, " ")
	switch {
	case first == "most":
		return "more " + rest
	case first == "least":
		return "less " + rest
	}
	if base, ok := strings.CutSuffix(first, "est"); ok {
		first = base + "er"
	}
	return strings.TrimSpace(first + " " + rest)
}

func cmpOr(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func (r *reader) relationNoun(rel relation, noun, plural string) {
	if rel.Inverse {
		if rel.InverseNoun == "" {
			rel.InverseNoun, rel.InversePlual = noun, plural
		}
	} else if rel.Noun == "" {
		rel.Noun, rel.Plural = noun, plural
	}
	c := classRole
	if rel.Inverse && rel.Kind != valueThing && rel.Kind != valueUnknown {
		c = classAttribute
	}
	if rel.Inverse && c == classRole {
		// "the capital of Japan", "whose capital is Tokyo": both a role and
		// an attribute; the grammar tells them apart.
		c = classAttribute
	}
	r.addWord(noun, sense{class: c, relation: rel})
	r.addWord(plural, sense{class: c, relation: rel, plural: true})
}

func (r *reader) relationVerb(rel relation, verb string) {
	if rel.Inverse {
		rel.InverseVerb = cmpOr(rel.InverseVerb, verb)
	} else {
		rel.Verb = cmpOr(rel.Verb, verb)
	}
	r.addVerb(verb, sense{class: classVerb, relation: rel})
	if bare, ok := r.stranded(verb); ok {
		r.addVerb(bare, sense{class: classVerb, relation: rel})
	}
}

// stranded returns a phrase without its last preposition, for "with which
// Japan is allied", if what is left is a word that means nothing else.
func (r *reader) stranded(phrase string) (string, bool) {
	first, last, ok := strings.Cut(phrase, " ")
	if !ok || !slices.Contains([]string{"with", "to", "of", "in", "from", "by"}, last) || functionWords()[first] || len(r.words[first]) > 0 {
		return "", false
	}
	return first, true
}

func (r *reader) relationAdjective(rel relation, a string) {
	if rel.Inverse {
		rel.InverseAdj = cmpOr(rel.InverseAdj, a)
	} else {
		rel.Adjective = cmpOr(rel.Adjective, a)
	}
	if rel.Kind == valueBoolean {
		r.addWord(a, sense{class: classFlag, relation: rel})
		return
	}
	r.addWord(a, sense{class: classRelative, relation: rel})
	if bare, ok := r.stranded(a); ok {
		r.addWord(bare, sense{class: classRelative, relation: rel})
	}
}

// derivedWords makes words of the labels of a property, or of its local name:
// "member of" gives the noun member, "has part" the inverse noun part, "allied
// with" an adjective, "borders" a verb, and anything else an inverse noun, as
// in "the capital of Japan".
func (r *reader) derivedWords(p *property) {
	if f := r.forms[p.IRI]; len(f["role"]) > 0 || isMeta(p.IRI) || p.unused || f.first("silent") == "true" {
		return
	}
	if p.IRI == schemaName || p.IRI == schemaHTTP || p.IRI == foafName || p.IRI == dctTitle || p.IRI == dcTitle {
		return
	}
	forward, inverse := relation{p, false}, relation{p, true}
	for i, label := range append([]string{p.Label}, r.alts[p.IRI]...) {
		words := strings.Fields(label)
		if len(words) == 0 {
			continue
		}
		last := words[len(words)-1]
		head := strings.Join(words[:len(words)-1], " ")
		rest := strings.Join(words[1:], " ")
		switch {
		case p.Kind == valueBoolean:
			if words[0] == "is" && rest != "" {
				r.relationAdjective(forward, rest)
			} else {
				r.relationAdjective(forward, label)
			}
		case len(words) > 1 && words[0] == "has":
			r.relationNoun(inverse, rest, r.english.plural(rest))
		case len(words) > 1 && last == "of":
			head = strings.TrimPrefix(head, "is ")
			r.relationNoun(forward, head, r.english.plural(head))
		case len(words) > 1 && slices.Contains([]string{"with", "for", "from", "to", "in", "by", "at", "on"}, last):
			if first := words[0]; strings.HasSuffix(first, "s") && first != "is" && first != "has" && !strings.HasSuffix(first, "ss") {
				r.relationVerb(forward, strings.TrimSuffix(first, "s")+" "+rest)
				break
			}
			r.relationAdjective(forward, strings.TrimPrefix(label, "is "))
		case p.Kind == valueThing && len(words) == 1 && i == 0 && !p.own && strings.HasSuffix(last, "s") && !strings.HasSuffix(last, "ss") && len(last) > 3:
			base := strings.TrimSuffix(last, "s")
			if strings.HasSuffix(last, "sses") || strings.HasSuffix(last, "ches") || strings.HasSuffix(last, "shes") {
				base = strings.TrimSuffix(last, "es")
			} else if strings.HasSuffix(last, "ies") {
				base = strings.TrimSuffix(last, "ies") + "y"
			}
			r.relationVerb(forward, base)
		case p.Kind == valueDate && (strings.HasSuffix(last, "ed") || last == "born"):
			p.Participle = cmpOr(p.Participle, label)
			r.addWord(label, sense{class: classDated, relation: forward})
		case p.own && p.Kind == valueThing && p.InverseNoun == "" && (p.Noun != "" || p.Verb != "" || p.Adjective != ""):
			// The graph has said how this relation is spoken of.
		default:
			r.relationNoun(inverse, label, r.english.plural(label))
		}
	}
}
