package results

import (
	"path"
	"slices"
	"strings"
)

// Format is a syntax for query results. The zero Format is none.
type Format uint8

// The formats.
const (
	JSON Format = iota + 1
	XML
	CSV
	TSV
)

// formats is the table of names; the first of each list is the preferred one.
var formats = [...]struct {
	name, extension string
	mediaTypes      []string
}{
	JSON: {"json", ".srj", []string{"application/sparql-results+json", "application/json"}},
	XML:  {"xml", ".srx", []string{"application/sparql-results+xml", "application/xml", "text/xml"}},
	CSV:  {"csv", ".csv", []string{"text/csv"}},
	TSV:  {"tsv", ".tsv", []string{"text/tab-separated-values"}},
}

// Formats lists all formats.
func Formats() []Format { return []Format{JSON, XML, CSV, TSV} }

func (f Format) valid() bool { return f >= JSON && f <= TSV }

// String returns the format's name on command lines, such as "json".
func (f Format) String() string {
	if !f.valid() {
		return "no format"
	}
	return formats[f].name
}

// MediaType returns the registered media type.
func (f Format) MediaType() string { return formats[f].mediaTypes[0] }

// MediaTypes returns all media types by which the format is known, the
// registered one first. The slice is shared and must not be changed.
func (f Format) MediaTypes() []string { return formats[f].mediaTypes }

// Extension returns the usual file name extension with its dot.
func (f Format) Extension() string { return formats[f].extension }

// FormatByName finds a format by its name in any case.
func FormatByName(name string) (Format, bool) {
	name = strings.ToLower(name)
	for _, f := range Formats() {
		if formats[f].name == name {
			return f, true
		}
	}
	return 0, false
}

// FormatByMediaType finds the format of a media type; parameters are ignored.
func FormatByMediaType(mediaType string) (Format, bool) {
	mediaType, _, _ = strings.Cut(mediaType, ";")
	mediaType = strings.ToLower(strings.TrimSpace(mediaType))
	for _, f := range Formats() {
		if slices.Contains(formats[f].mediaTypes, mediaType) {
			return f, true
		}
	}
	return 0, false
}

// FormatByExtension finds the format of a file by its name: .srj, .srx, .csv,
// .tsv, and .json and .xml.
func FormatByExtension(name string) (Format, bool) {
	ext := strings.ToLower(path.Ext(name))
	for _, f := range Formats() {
		if formats[f].extension == ext || "."+formats[f].name == ext {
			return f, true
		}
	}
	return 0, false
}
