package eval

import (
	"crypto/rand"
	"encoding/hex"
	mathrand "math/rand/v2"
	"strings"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
)

// addTermFunctions enters the functions on RDF terms (17.4.2) and on triple
// terms (17.4.6).
func addTermFunctions() {
	kindTest := func(kind graph.Kind) function {
		return function{min: 1, max: 1, apply: strict(func(f *frame, a []encoded.Term) encoded.Term {
			return boolean(f.kind(a[0]) == kind)
		})}
	}
	add := func(names string, fn function) {
		for _, name := range strings.Fields(names) {
			functions[name] = fn
		}
	}
	add("ISIRI ISURI", kindTest(graph.KindIRI))
	add("ISBLANK", kindTest(graph.KindBlank))
	add("ISLITERAL", kindTest(graph.KindLiteral))
	add("ISTRIPLE", kindTest(graph.KindTriple))
	add("ISNUMERIC", function{min: 1, max: 1, apply: strict(func(f *frame, a []encoded.Term) encoded.Term {
		return boolean(f.number(a[0]).kind != notNumber)
	})})
	// onLiteral makes a function of one literal; other terms are an error.
	onLiteral := func(flags int, fn func(f *frame, t graph.Term) encoded.Term) function {
		return function{min: 1, max: 1, flags: flags, apply: func(f *frame, a []encoded.Term) encoded.Term {
			t := f.term(a[0])
			if !t.IsLiteral() {
				return encoded.Undefined
			}
			return fn(f, t)
		}}
	}
	add("STR", function{min: 1, max: 1, flags: text | stringy_, apply: func(f *frame, a []encoded.Term) encoded.Term {
		if t := f.term(a[0]); t.IsIRI() || t.IsLiteral() {
			return f.newString(t.Value())
		}
		return encoded.Undefined
	}})
	add("LANG", onLiteral(text|stringy_, func(f *frame, t graph.Term) encoded.Term { return f.newString(t.Lang()) }))
	add("LANGDIR", onLiteral(text|stringy_, func(f *frame, t graph.Term) encoded.Term {
		return f.newString(t.Direction().String())
	}))
	add("HASLANG", function{min: 1, max: 1, flags: text, apply: strict(func(f *frame, a []encoded.Term) encoded.Term {
		if a[0].Tag() == encoded.TagLang {
			return boolean(true)
		}
		return boolean(f.kind(a[0]) == graph.KindLiteral && f.term(a[0]).Lang() != "")
	})})
	add("HASLANGDIR", function{min: 1, max: 1, flags: text, apply: strict(func(f *frame, a []encoded.Term) encoded.Term {
		return boolean(f.kind(a[0]) == graph.KindLiteral && f.term(a[0]).Direction() != graph.NoDirection)
	})})
	add("DATATYPE", function{min: 1, max: 1, flags: stringy_, prepare: datatype})
	add("IRI URI", function{min: 1, max: 1, flags: text | stringy_, apply: func(f *frame, a []encoded.Term) encoded.Term {
		switch t := f.term(a[0]); {
		case t.IsIRI():
			return a[0]
		case t.IsSimple():
			iri := graph.ResolveIRI(f.env.Base, t.Value())
			if graph.IsAbsoluteIRI(iri) && graph.ForbiddenInIRI(iri) < 0 {
				return f.newTerm(graph.IRI(iri))
			}
		}
		return encoded.Undefined
	}})
	add("BNODE", function{min: 0, max: 2, flags: volatile | stringy_, apply: func(f *frame, a []encoded.Term) encoded.Term {
		var id encoded.Term
		var err error
		if len(a) == 0 {
			id, err = f.terms.NewBlank()
		} else {
			t := f.term(a[0])
			if !t.IsSimple() {
				return encoded.Undefined
			}
			solution := encoded.Undefined
			if len(a) == 2 {
				solution = f.encode(a[1])
			}
			if solution == encoded.Undefined {
				id, err = f.terms.NewBlank()
			} else {
				id, err = f.terms.blankFor(t.Value(), solution)
			}
		}
		if err != nil {
			f.fail(err)
		}
		return id
	}})
	add(Solution, function{flags: volatile | stringy_, apply: func(f *frame, _ []encoded.Term) encoded.Term {
		id, err := f.terms.NewBlank()
		if err != nil {
			f.fail(err)
		}
		return id
	}})
	add("STRDT", function{min: 2, max: 2, flags: text | stringy_, apply: func(f *frame, a []encoded.Term) encoded.Term {
		s, d := f.term(a[0]), f.term(a[1])
		if !s.IsSimple() || !d.IsIRI() || d.Value() == graph.RDFLangString || d.Value() == graph.RDFDirLangString {
			return encoded.Undefined
		}
		return f.newTerm(graph.Literal(s.Value(), d.Value()))
	}})
	add("STRLANG", function{min: 2, max: 2, flags: text | stringy_, apply: func(f *frame, a []encoded.Term) encoded.Term {
		s, l := f.term(a[0]), f.term(a[1])
		if !s.IsSimple() || !l.IsSimple() || l.Value() == "" {
			return encoded.Undefined
		}
		return f.newTerm(graph.LangString(s.Value(), l.Value()))
	}})
	add("STRLANGDIR", function{min: 3, max: 3, flags: text | stringy_, apply: func(f *frame, a []encoded.Term) encoded.Term {
		s, l, d := f.term(a[0]), f.term(a[1]), f.term(a[2])
		if !s.IsSimple() || !l.IsSimple() || l.Value() == "" || !d.IsSimple() {
			return encoded.Undefined
		}
		switch d.Value() {
		case "ltr":
			return f.newTerm(graph.DirLangString(s.Value(), l.Value(), graph.LTR))
		case "rtl":
			return f.newTerm(graph.DirLangString(s.Value(), l.Value(), graph.RTL))
		}
		return encoded.Undefined
	}})
	add("UUID", function{flags: volatile | stringy_, apply: func(f *frame, _ []encoded.Term) encoded.Term {
		return f.newTerm(graph.IRI("urn:uuid:" + newUUID()))
	}})
	add("STRUUID", function{flags: volatile | stringy_, apply: func(f *frame, _ []encoded.Term) encoded.Term {
		return f.newString(newUUID())
	}})
	add("TRIPLE", function{min: 3, max: 3, flags: stringy_, apply: strict(func(f *frame, a []encoded.Term) encoded.Term {
		s := f.kind(a[0])
		if s != graph.KindIRI && s != graph.KindBlank || f.kind(a[1]) != graph.KindIRI {
			return encoded.Undefined
		}
		return f.newTerm(graph.TripleTerm(f.term(a[0]), f.term(a[1]), f.term(a[2])))
	})})
	for i, name := range []string{"SUBJECT", "PREDICATE", "OBJECT"} {
		add(name, function{min: 1, max: 1, flags: stringy_, apply: func(f *frame, a []encoded.Term) encoded.Term {
			if f.kind(a[0]) != graph.KindTriple {
				return encoded.Undefined
			}
			return f.components(a[0])[i]
		}})
	}
}

// datatype is DATATYPE: that of an inline term or a string is known without a
// look at the dictionary, and its id is looked up once.
func datatype() func(f *frame, a []encoded.Term) encoded.Term {
	known := map[string]encoded.Term{}
	var last string
	var lastID encoded.Term
	iri := func(f *frame, s string) encoded.Term {
		if s == last {
			return lastID
		}
		id, ok := known[s]
		if !ok {
			id = f.encode(f.newTerm(graph.IRI(s)))
			if len(known) < chunk {
				known[s] = id
			}
		}
		last, lastID = s, id
		return id
	}
	return func(f *frame, a []encoded.Term) encoded.Term {
		switch id := a[0]; {
		case id.IsInline():
			return iri(f, id.Datatype())
		case id.Tag() == encoded.TagString:
			return iri(f, graph.XSDString)
		case f.kind(id) != graph.KindLiteral:
			return encoded.Undefined
		}
		return iri(f, f.term(a[0]).Datatype())
	}
}

// newUUID returns a random UUID (RFC 9562, version 4).
func newUUID() string {
	var b [16]byte
	rand.Read(b[:])
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	h := hex.EncodeToString(b[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

func random(f *frame, _ []encoded.Term) encoded.Term {
	r := mathrand.Float64
	if f.env.Rand != nil {
		r = f.env.Rand
	}
	return f.newNumber(number{kind: doubleNumber, f: r()})
}
