package rdfio

import (
	"strconv"

	"github.com/ententedb/entente/graph"
)

func (t *turtle) verb() (graph.Term, error) {
	if t.at(0) == 'a' {
		if c := t.at(1); c != ':' && c != '.' && !is(c, className) && c < 0x80 || c == '.' && !t.nameGoesOn(1) {
			t.skip(1)
			return graph.IRI(graph.RDFType), nil
		}
	}
	return t.iri("a predicate")
}

// nameGoesOn reports whether the dots from i on are followed by a further character
// of a name, and so belong to it.
func (t *turtle) nameGoesOn(i int) bool {
	for t.at(i) == '.' {
		i++
	}
	r, _ := t.runeAt(i)
	return r == ':' || r == '%' || r == '\\' || r < 0x80 && is(byte(r), className) || r >= 0x80 && pnChars(r)
}

func (t *turtle) objectAndAnnotation(s, p graph.Term) error {
	o, err := t.object()
	if err != nil {
		return err
	}
	t.emit(s, p, o)
	return t.annotation(s, p, o)
}

// annotation reads any number of reifiers and annotation blocks: a block describes the
// reifier right before it, or a fresh one.
func (t *turtle) annotation(s, p, o graph.Term) error {
	var reifier graph.Term
	for {
		t.space()
		switch {
		case t.at(0) == '~':
			var err error
			if reifier, err = t.reifier(); err != nil {
				return err
			}
			t.emit(reifier, graph.IRI(graph.RDFReifies), graph.TripleTerm(s, p, o))
		case t.has("{|"):
			t.skip(2)
			if reifier.IsZero() {
				reifier = t.fresh()
				t.emit(reifier, graph.IRI(graph.RDFReifies), graph.TripleTerm(s, p, o))
			}
			if err := t.predicateObjects(reifier, "|}"); err != nil {
				return err
			}
			reifier = graph.Term{}
		default:
			return nil
		}
	}
}

// reifier reads "~" and the reifier's name if it has one.
func (t *turtle) reifier() (graph.Term, error) {
	t.skip(1)
	t.space()
	switch c := t.at(0); {
	case c == '<' && t.at(1) != '<', c == '_', c == ':', is(c, classAlpha), c >= 0x80, c == '[':
		return t.resource("a reifier")
	}
	return t.fresh(), nil
}

func (t *turtle) fresh() graph.Term {
	t.anon++
	return graph.Blank("anon" + strconv.Itoa(t.anon))
}

func (t *turtle) enter() error {
	if t.depth++; t.depth > maxDepth {
		return t.fail("nested more than %d deep", maxDepth)
	}
	return nil
}

// predicateObjects reads a nested predicateObjectList up to the closing mark.
func (t *turtle) predicateObjects(s graph.Term, closing string) error {
	if err := t.enter(); err != nil {
		return err
	}
	defer func() { t.depth-- }()
	for {
		t.space()
		p, err := t.verb()
		if err != nil {
			return err
		}
		for {
			t.space()
			if err := t.objectAndAnnotation(s, p); err != nil {
				return err
			}
			t.space()
			if t.at(0) != ',' {
				break
			}
			t.skip(1)
		}
		if t.at(0) != ';' {
			if !t.has(closing) {
				return t.expected(`"," ";" or "` + closing + `"`)
			}
			t.skip(len(closing))
			return nil
		}
		for t.at(0) == ';' {
			t.skip(1)
			t.space()
		}
		if t.has(closing) {
			t.skip(len(closing))
			return nil
		}
	}
}

// isAnon reports whether "[", white space and "]" stand here.
func (t *turtle) isAnon() bool {
	for i := 1; ; i++ {
		switch t.at(i) {
		case ' ', '\t', '\r', '\n':
		case ']':
			return true
		default:
			return false
		}
	}
}

func (t *turtle) propertyList() (graph.Term, error) {
	t.skip(1)
	b := t.fresh()
	return b, t.predicateObjects(b, "]")
}

func (t *turtle) collection() (head graph.Term, err error) {
	if err := t.enter(); err != nil {
		return head, err
	}
	defer func() { t.depth-- }()
	t.skip(1)
	first, rest, null := graph.IRI(graph.RDFFirst), graph.IRI(graph.RDFRest), graph.IRI(graph.RDFNil)
	head = null
	var last graph.Term
	for {
		t.space()
		if t.at(0) == ')' {
			t.skip(1)
			if !last.IsZero() {
				t.emit(last, rest, null)
			}
			return head, nil
		}
		if !t.have(1) {
			return head, t.expected(`an object or ")"`)
		}
		cell := t.fresh()
		if last.IsZero() {
			head = cell
		} else {
			t.emit(last, rest, cell)
		}
		o, err := t.object()
		if err != nil {
			return head, err
		}
		t.emit(cell, first, o)
		last = cell
	}
}

func (t *turtle) object() (graph.Term, error) {
	switch t.at(0) {
	case '[':
		if !t.isAnon() {
			return t.propertyList()
		}
	case '(':
		return t.collection()
	}
	return t.simpleObject(true)
}

// simpleObject reads an object that is no list and no property list.
func (t *turtle) simpleObject(reified bool) (graph.Term, error) {
	switch c := t.at(0); {
	case c == '"' || c == '\'':
		return t.literal()
	case c == '+' || c == '-' || c == '.' || is(c, classDigit):
		return t.number()
	case t.has("<<"):
		if t.at(2) == '(' {
			return t.tripleTerm()
		}
		if !reified {
			return graph.Term{}, t.fail("a reified triple << >> may not stand in a triple term <<( )>>, expected an object")
		}
		return t.reifiedTriple()
	case c == 't' || c == 'f':
		for _, word := range []string{"true", "false"} {
			if t.has(word) && !t.nameGoesOn(len(word)) {
				t.skip(len(word))
				return graph.Boolean(word == "true"), nil
			}
		}
	}
	return t.resource("an object")
}

// reifiedTriple reads << s p o ~ r >> and returns the reifier.
func (t *turtle) reifiedTriple() (r graph.Term, err error) {
	if err := t.enter(); err != nil {
		return r, err
	}
	defer func() { t.depth-- }()
	t.skip(2)
	t.space()
	var s graph.Term
	if t.has("<<") && t.at(2) != '(' {
		s, err = t.reifiedTriple()
	} else {
		s, err = t.resource("a subject")
	}
	if err != nil {
		return r, err
	}
	t.space()
	p, err := t.verb()
	if err != nil {
		return r, err
	}
	t.space()
	o, err := t.simpleObject(true)
	if err != nil {
		return r, err
	}
	t.space()
	if t.at(0) == '~' {
		if r, err = t.reifier(); err != nil {
			return r, err
		}
		t.space()
	} else {
		r = t.fresh()
	}
	if !t.has(">>") {
		return r, t.expected(`">>" or a reifier`)
	}
	t.skip(2)
	t.emit(r, graph.IRI(graph.RDFReifies), graph.TripleTerm(s, p, o))
	return r, nil
}

// tripleTerm reads <<( s p o )>>.
func (t *turtle) tripleTerm() (term graph.Term, err error) {
	if err := t.enter(); err != nil {
		return term, err
	}
	defer func() { t.depth-- }()
	t.skip(3)
	t.space()
	s, err := t.resource("a subject")
	if err != nil {
		return term, err
	}
	t.space()
	p, err := t.verb()
	if err != nil {
		return term, err
	}
	t.space()
	o, err := t.simpleObject(false)
	if err != nil {
		return term, err
	}
	t.space()
	if !t.has(")>>") {
		return term, t.expected(`")>>"`)
	}
	t.skip(3)
	return graph.TripleTerm(s, p, o), nil
}
