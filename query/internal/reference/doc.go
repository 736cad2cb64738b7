// Package reference evaluates queries in the plainest way that follows the
// specification: nested loops over a slice of quads, a map for each solution,
// EXISTS by substitution. It is the oracle of the differential test, shares no
// operator or expression code with the engine, and is never part of a program.
//
// It covers the whole logical algebra except SERVICE, and the functions that
// the generator of random queries uses; another function is an error of the
// evaluation, not of the expression.
package reference
