package rdfio

import (
	"strings"

	"github.com/ententedb/entente/graph"
)

func (p *lineParser) literal() (graph.Term, error) {
	s, err := p.quoted()
	if err != nil {
		return graph.Term{}, err
	}
	end := p.i
	p.space()
	switch p.peek() {
	case '@':
		n, lang, dir, msg := langTag(p.s[p.i:])
		if msg != "" {
			p.i += n
			return graph.Term{}, p.fail("%s", msg)
		}
		p.i += n
		return graph.DirLangString(s, lang, dir), nil
	case '^':
		if !strings.HasPrefix(p.s[p.i:], "^^") {
			return graph.Term{}, p.expected("^^ and a datatype")
		}
		p.i += 2
		p.space()
		if p.peek() != '<' {
			return graph.Term{}, p.expected("a datatype (an IRI in <>)")
		}
		at := p.i
		datatype, err := p.repeatedIRI()
		if err == nil && needsTag(datatype) {
			p.i = at
			return graph.Term{}, p.fail("%s", msgNeedsTag)
		}
		return graph.Literal(s, datatype), err
	}
	p.i = end
	return graph.String(s), nil
}

// needsTag reports whether literals of a datatype are written with a tag instead.
func needsTag(datatype string) bool {
	return len(datatype) > len(graph.RDF) && (datatype == graph.RDFLangString || datatype == graph.RDFDirLangString)
}

const maxSubtag = 8 // BCP 47, section 2.1

const msgNeedsTag = "a literal of datatype rdf:langString or rdf:dirLangString needs a language tag instead of the datatype"

// langTag reads "@lang" or "@lang--dir" at the beginning of s and returns the
// length read, or the place of the mistake and a message.
func langTag(s string) (n int, lang string, dir graph.Direction, msg string) {
	i := 1
	for i < len(s) && is(s[i], classAlpha) {
		i++
	}
	if i == 1 {
		return 1, "", 0, "expected a language tag, found " + describe(s[1:])
	}
	if i > 1+maxSubtag {
		return 1, "", 0, "a part of a language tag has at most 8 characters"
	}
	for i+1 < len(s) && s[i] == '-' && is(s[i+1], classAlpha|classDigit) {
		start := i
		for i++; i < len(s) && is(s[i], classAlpha|classDigit); i++ {
		}
		if i > start+1+maxSubtag {
			return start + 1, "", 0, "a part of a language tag has at most 8 characters"
		}
	}
	lang = s[1:i]
	if !strings.HasPrefix(s[i:], "--") {
		return i, lang, 0, ""
	}
	j := i + 2
	for j < len(s) && is(s[j], classAlpha|classDigit) {
		j++
	}
	switch s[i+2 : j] {
	case "ltr":
		return j, lang, graph.LTR, ""
	case "rtl":
		return j, lang, graph.RTL, ""
	}
	return i + 2, "", 0, "expected the base direction ltr or rtl, found " + describe(s[i+2:])
}
