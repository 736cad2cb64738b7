package encoded

// PredicateStats describes the triples of one predicate in all graphs. Subjects
// and Objects are numbers of distinct terms.
type PredicateStats struct {
	Triples, Subjects, Objects uint64
	// Exact is false where commits since the last merge make the distinct
	// counts estimates.
	Exact bool
}

// Totals describes the whole dataset. Subjects, Predicates, Objects and Graphs
// are numbers of distinct terms.
type Totals struct {
	Quads, DefaultQuads                   uint64
	Subjects, Predicates, Objects, Graphs uint64
	Triples                               uint64 // triple terms in the dictionary
	Exact                                 bool
}
