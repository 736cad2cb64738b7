package rdfio

import (
	"strings"
)

// keyword returns the directive or GRAPH that stands here in upper case, "" if none
// does: PREFIX may be the prefix of a name too.
func (t *turtle) keyword() string {
	n := 0
	for is(t.at(n), classAlpha) && n < 8 {
		n++
	}
	switch c := t.at(n); {
	case c == ':' || is(c, className) || c >= 0x80:
		return ""
	}
	word := strings.ToUpper(t.text(n))
	switch word {
	case "PREFIX", "BASE", "VERSION":
		return word
	case "GRAPH":
		if t.trig {
			return word
		}
	}
	return ""
}

func (t *turtle) atDirective() error {
	for _, word := range []string{"@prefix", "@base", "@version"} {
		if !t.has(word) {
			continue
		}
		if c := t.at(len(word)); is(c, className) || c >= 0x80 {
			break
		}
		t.skip(len(word))
		if err := t.directive(strings.ToUpper(word[1:])); err != nil {
			return err
		}
		t.space()
		if t.at(0) != '.' {
			return t.expected(`"."`)
		}
		t.skip(1)
		return nil
	}
	return t.expected("@prefix, @base, @version or a statement")
}

func (t *turtle) sparqlDirective(word string) error {
	t.skip(len(word))
	return t.directive(word)
}

func (t *turtle) directive(word string) error {
	t.state = atStatement
	t.space()
	switch word {
	case "VERSION":
		c := t.at(0)
		if c != '"' && c != '\'' || t.at(1) == c && t.at(2) == c {
			return t.expected(`a version in quotes, such as "1.2"`)
		}
		_, err := t.stringLiteral()
		return err
	case "BASE":
		iri, err := t.iriRef()
		t.base = iri
		return err
	}
	n, err := t.prefixLength()
	if err != nil {
		return err
	}
	if t.at(n) != ':' {
		return t.expected(`a prefix with its colon, such as "ex:"`)
	}
	prefix := t.text(n)
	t.skip(n + 1)
	t.space()
	namespace, err := t.iriRef()
	if err != nil {
		return err
	}
	t.prefixes[prefix] = namespace
	t.declare(prefix, namespace)
	return nil
}
