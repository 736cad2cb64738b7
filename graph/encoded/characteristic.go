package encoded

import (
	"slices"
	"sync"
)

// CharacteristicSet is a set of predicates and the subjects that have exactly
// these (Neumann and Moerkotte, ICDE 2011). It is what a class is in data that
// declares none.
type CharacteristicSet struct {
	Predicates []Term   // ascending
	Triples    []uint64 // by predicate: the triples of these subjects
	Subjects   uint64
}

// CharacteristicSets tells which predicates occur together at subjects, in all
// graphs. The frequent sets are listed; of the subjects that have rarer ones (the
// rest) only each predicate's numbers are known, so the whole is small however
// irregular the data are.
//
// It answers two questions. How many rows a star has (patterns with one subject
// variable and constant predicates) is told by [CharacteristicSets.Star] much better than by
// multiplying what is known of each predicate, because predicates that occur
// together are not independent. And the listed sets, the most frequent first, are
// a summary of the data's schema.
//
// It is immutable, and its methods may be called by several goroutines at once.
type CharacteristicSets struct {
	// Sets are the listed ones, by Subjects descending.
	Sets []CharacteristicSet
	// RestSubjects is the number of subjects whose sets are not listed, Rest what is
	// known of their predicates. Objects is not known there.
	RestSubjects uint64
	Rest         map[Term]PredicateStats
	// Exact is false where commits since the last merge, or more different sets than
	// were counted, make the numbers estimates.
	Exact bool

	once  sync.Once
	where map[Term][]setPlace
}

// setPlace is a place of a predicate: number of the set and index in it.
type setPlace struct{ set, index int32 }

// Star estimates the subjects that have all of these predicates, which are
// distinct, and the rows of the join of one pattern (?s p ?o) for each, all ?o
// different. Where c is exact and has no rest, the subjects are exact, and so are
// the rows if no subject has more than one of the predicates several times. A
// pattern whose object is bound keeps, of these rows, about the share that its own
// rows have of all triples of its predicate.
//
// Its cost is that of the listed sets of the rarest predicate: some microseconds.
func (c *CharacteristicSets) Star(predicates ...Term) (subjects, rows float64) {
	c.once.Do(c.index)
	if len(predicates) == 0 {
		return 0, 0
	}
	rarest := slices.MinFunc(predicates, func(a, b Term) int { return len(c.where[a]) - len(c.where[b]) })
sets:
	for _, place := range c.where[rarest] {
		s := &c.Sets[place.set]
		n := float64(s.Subjects)
		product := n
		for _, p := range predicates {
			i, ok := int(place.index), true
			if p != rarest {
				i, ok = slices.BinarySearch(s.Predicates, p)
			}
			if !ok {
				continue sets
			}
			product *= float64(s.Triples[i]) / n
		}
		subjects += n
		rows += product
	}
	// Of the rest nothing better is known than that predicates are independent.
	n := float64(c.RestSubjects)
	if n == 0 {
		return subjects, rows
	}
	restSubjects, restRows := n, n
	for _, p := range predicates {
		restSubjects *= float64(c.Rest[p].Subjects) / n
		restRows *= float64(c.Rest[p].Triples) / n
	}
	return subjects + restSubjects, rows + restRows
}

func (c *CharacteristicSets) index() {
	c.where = map[Term][]setPlace{}
	for i := range c.Sets {
		for j, p := range c.Sets[i].Predicates {
			c.where[p] = append(c.where[p], setPlace{int32(i), int32(j)})
		}
	}
}
