// Package rdfio reads and writes the RDF formats: N-Triples, N-Quads, Turtle
// and TriG by hand-written streaming parsers with all of RDF 1.2, RDF/XML over
// encoding/xml, JSON-LD through github.com/piprate/json-gold.
//
// [NewReader] and [NewWriter] work on streams of any size. [ParseLines] is for
// bulk loading: it parses a piece of N-Triples or N-Quads in memory, so that
// several pieces can be parsed at the same time.
//
// Labels of blank nodes are those of the document, so two documents may use the same label
// for different nodes; whoever joins documents must keep them apart. Nodes without a
// label get one that no label in the document can have (see [Reader]).
package rdfio
