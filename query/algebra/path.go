package algebra

import "github.com/ententedb/entente/graph"

// Path is a property path expression (SPARQL 1.2 Query, section 9 and 18.2.1).
// The set of forms is closed.
type Path interface{ path() }

// PathLink is one predicate.
type PathLink struct{ Predicate graph.Term }

// PathInverse is ^path.
type PathInverse struct{ Path Path }

// PathSequence is first/second.
type PathSequence struct{ First, Second Path }

// PathAlternative is left|right.
type PathAlternative struct{ Left, Right Path }

// PathRepeat is path* (Min 0), path+ (Min 1) and path? (Min 0, Max 1). Max < 0
// is unbounded. Reachable pairs come once, except that path? and bounded
// repetitions follow their definition in the specification.
type PathRepeat struct {
	Path     Path
	Min, Max int
}

// PathNegated is !(p1|...|^q1|...): any predicate except Forward in forward
// direction, and, if Inverse is not nil, any except Inverse backwards.
type PathNegated struct{ Forward, Inverse []graph.Term }

func (*PathLink) path()        {}
func (*PathInverse) path()     {}
func (*PathSequence) path()    {}
func (*PathAlternative) path() {}
func (*PathRepeat) path()      {}
func (*PathNegated) path()     {}
