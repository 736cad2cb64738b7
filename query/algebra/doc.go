// Package algebra is the one tree of the query engine: the operators and
// expressions of the SPARQL algebra (SPARQL 1.2 Query, section 18), with the
// few physical operators that planning puts in their place.
//
// Both front ends, SPARQL and questions, end in this tree; the planner rewrites
// it in place; the executor runs any tree, rewritten or not. Every tree prints
// ([Print]) and the printed form parses back ([Parse]).
//
// A tree belongs to one goroutine while it is built or rewritten; afterwards it
// is read-only and may be shared.
package algebra
