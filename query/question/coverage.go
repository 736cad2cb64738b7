package question

import (
	"slices"

	"github.com/ententedb/entente/graph"
)

// skosScopeNote says what a graph holds of a class or property of which it does
// not hold all.
const skosScopeNote = graph.SKOS + "scopeNote"

// Coverage returns what the graph says is missing (skos:scopeNote) of the classes
// and properties whose absence the answer rests upon: all of them where nothing
// was found, or the answer is no; else those that are counted or denied.
func (q *Question) Coverage(nothing bool) []string {
	c := coverage{Lexicon: q.lexicon}
	c.meaning(q.meaning, nothing)
	return c.notes
}

// coverage collects scope notes.
type coverage struct {
	*Lexicon
	notes []string
}

func (c *coverage) add(note string) {
	if note != "" && !slices.Contains(c.notes, note) {
		c.notes = append(c.notes, note)
	}
}

// meaning collects the notes of a question. absent says that what is not there
// decides the answer.
func (c *coverage) meaning(m *meaning, absent bool) {
	absent = absent || m.kind == askCount || m.kind == askShare || m.kind == askCheck && m.quantifier == noOne
	c.set(m.set, absent)
	c.set(m.part, absent)
	if m.check != nil {
		c.cond(m.check, absent)
	}
	if m.event != nil {
		c.cond(*m.event, absent)
	}
	for _, k := range m.kinds {
		c.cond(k, absent)
	}
	if m.order != nil {
		c.property(m.order, absent)
	}
	for _, a := range m.attributes {
		c.property(a.property, absent)
	}
	for _, cl := range []*class{m.class, m.through} {
		if cl != nil && absent {
			c.add(cl.Note)
		}
	}
}

func (c *coverage) set(s *set, absent bool) {
	if s == nil {
		return
	}
	if s.class != nil && absent {
		c.add(s.class.Note)
	}
	for _, k := range s.conds {
		c.cond(k, absent)
	}
}

func (c *coverage) cond(k cond, absent bool) {
	switch k := k.(type) {
	case allOf:
		for _, p := range k {
			c.cond(p, absent)
		}
	case anyOf:
		for _, p := range k {
			c.cond(p, absent)
		}
	case someOf:
		for _, p := range k.of {
			c.cond(p, true)
		}
	case not:
		c.cond(k.cond, true)
	case relates:
		c.property(k.rel.property, absent)
		c.set(k.to.set, absent)
	case ofClass:
		if k.class != nil && absent {
			c.add(k.class.Note)
		}
	case compares:
		c.property(k.property, absent)
	case valued:
		c.property(k.rel.property, absent)
		c.cond(k.cond, absent)
	}
}

func (c *coverage) property(p *property, absent bool) {
	if p == nil {
		return
	}
	if absent {
		c.add(p.Note)
	}
	if p.joint != nil {
		c.set(p.joint.via, absent)
	}
	if p.counts != nil {
		c.property(p.counts.property, true)
		c.set(p.within, true)
		if p.within == nil {
			for _, iri := range p.counts.to() {
				if cl := c.classOf(iri); cl != nil {
					c.add(cl.Note)
				}
			}
		}
	}
	for _, q := range append(slices.Clone(p.times), p.over...) {
		c.property(q, absent)
	}
}
