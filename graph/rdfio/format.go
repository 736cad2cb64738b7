package rdfio

import (
	"path"
	"strings"
)

// Format is a syntax for RDF. The zero Format is none.
type Format uint8

// The formats.
const (
	NTriples Format = iota + 1
	NQuads
	Turtle
	TriG
	RDFXML
	JSONLD
)

// formats is the table of names; the first of each list is the preferred one.
var formats = [...]struct {
	title      string
	names      []string // for command lines, lower case
	mediaTypes []string
	extensions []string
	graphs     bool
}{
	NTriples: {"N-Triples", []string{"ntriples", "nt", "n-triples"}, []string{"application/n-triples", "text/plain"}, []string{".nt"}, false},
	NQuads:   {"N-Quads", []string{"nquads", "nq", "n-quads"}, []string{"application/n-quads", "text/x-nquads"}, []string{".nq"}, true},
	Turtle:   {"Turtle", []string{"turtle", "ttl"}, []string{"text/turtle", "application/x-turtle", "application/turtle"}, []string{".ttl"}, false},
	TriG:     {"TriG", []string{"trig"}, []string{"application/trig", "application/x-trig"}, []string{".trig"}, true},
	RDFXML:   {"RDF/XML", []string{"rdfxml", "rdf/xml", "rdf", "xml", "owl"}, []string{"application/rdf+xml", "application/xml", "text/xml"}, []string{".rdf", ".owl", ".xml"}, false},
	JSONLD:   {"JSON-LD", []string{"jsonld", "json-ld"}, []string{"application/ld+json", "application/json"}, []string{".jsonld", ".json"}, true},
}

// Formats lists all formats.
func Formats() []Format { return []Format{NTriples, NQuads, Turtle, TriG, RDFXML, JSONLD} }

func (f Format) valid() bool { return f >= NTriples && f <= JSONLD }

// String returns the format's name as its specification writes it.
func (f Format) String() string {
	if !f.valid() {
		return "no format"
	}
	return formats[f].title
}

// Name returns the name used on command lines, such as "turtle".
func (f Format) Name() string { return formats[f].names[0] }

// MediaType returns the registered media type.
func (f Format) MediaType() string { return formats[f].mediaTypes[0] }

// MediaTypes returns all media types by which the format is known, the
// registered one first. The slice is shared and must not be changed.
func (f Format) MediaTypes() []string { return formats[f].mediaTypes }

// Extension returns the usual file name extension with its dot.
func (f Format) Extension() string { return formats[f].extensions[0] }

// HasGraphs reports whether the format can name graphs.
func (f Format) HasGraphs() bool { return f.valid() && formats[f].graphs }

// FormatByName finds a format by a name such as "turtle", "ttl", "N-Triples".
func FormatByName(name string) (Format, bool) {
	name = strings.ToLower(name)
	for _, f := range Formats() {
		for _, n := range formats[f].names {
			if n == name {
				return f, true
			}
		}
	}
	return 0, false
}

// FormatByExtension finds the format of a file by its name or path. An extension of
// compression (.gz, .zst, .bz2, .xz) is passed over.
func FormatByExtension(name string) (Format, bool) {
	name = strings.ToLower(path.Base(strings.ReplaceAll(name, `\`, "/")))
	ext := path.Ext(name)
	switch ext {
	case ".gz", ".zst", ".bz2", ".xz":
		ext = path.Ext(strings.TrimSuffix(name, ext))
	}
	for _, f := range Formats() {
		for _, e := range formats[f].extensions {
			if e == ext {
				return f, true
			}
		}
	}
	return 0, false
}

// FormatByMediaType finds the format of a media type; parameters are ignored.
func FormatByMediaType(mediaType string) (Format, bool) {
	mediaType, _, _ = strings.Cut(mediaType, ";")
	mediaType = strings.ToLower(strings.TrimSpace(mediaType))
	for _, f := range Formats() {
		for _, m := range formats[f].mediaTypes {
			if m == mediaType {
				return f, true
			}
		}
	}
	return 0, false
}
