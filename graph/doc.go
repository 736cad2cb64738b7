// Package graph holds the nouns of RDF 1.2: terms, quads, and the vocabulary
// constants that the rest of Entente speaks of.
//
// Everything here is a plain value. A [Term] is immutable and may be shared
// between goroutines; a [Quad] is four of them. The package depends on the
// standard library alone.
//
// Sub-packages: xsd (values of literals), rdfio (readers and writers for the
// RDF formats), encoded (the 64-bit form of terms in which store and query
// engine talk to each other).
package graph
