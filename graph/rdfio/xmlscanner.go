package rdfio

import (
	"cmp"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/ententedb/entente/graph"
)

// xmlScanner puts namespaces, bases and languages on top of the raw tokens of
// encoding/xml, whose own namespace handling forgets the prefixes that XML literals need.
type xmlScanner struct {
	dec     *xml.Decoder
	declare func(prefix, namespace string)
}

type xmlName struct{ space, local string }

type xmlAttr struct {
	name  xmlName
	raw   string // the name with its prefix
	value string
}

// xmlElement is a start tag with what it inherits.
type xmlElement struct {
	name       xmlName
	raw        string
	attrs      []xmlAttr // without those of XML, ITS and rdf:version
	all        []xmlAttr // all but the declarations of namespaces
	base, lang string
	dir        graph.Direction
	version12  bool // rdf:version is given and not "1.1"
	namespaces map[string]string
}

// is reports whether the name is local in the RDF namespace.
func (e *xmlElement) is(local string) bool {
	return e.name.local == local && e.name.space == graph.RDF
}
func (a *xmlAttr) is(local string) bool { return a.name.local == local && a.name.space == graph.RDF }

func (x *xmlScanner) fail(format string, args ...any) error {
	line, column := x.dec.InputPos()
	return &SyntaxError{Line: line, Column: column, Offset: x.dec.InputOffset(), Msg: fmt.Sprintf(format, args...)}
}

// next returns the next token in parent: *xmlElement, xml.EndElement, xml.CharData,
// xml.Comment or xml.ProcInst. Outside the root element it returns io.EOF at the end.
func (x *xmlScanner) next(parent *xmlElement) (any, error) {
	for {
		token, err := x.dec.RawToken()
		if err != nil {
			if err == io.EOF && parent.name.local != "" {
				return nil, x.fail("expected </%s>, found the end of the document", parent.raw)
			}
			if e := (*xml.SyntaxError)(nil); errors.As(err, &e) {
				return nil, x.fail("%s", e.Msg)
			}
			if err != io.EOF && strings.HasPrefix(err.Error(), "xml: ") {
				return nil, x.fail("%s", strings.TrimPrefix(err.Error(), "xml: "))
			}
			return nil, err
		}
		switch t := token.(type) {
		case xml.StartElement:
			return x.start(parent, t)
		case xml.EndElement:
			if raw := rawName(t.Name); raw != parent.raw {
				return nil, x.fail("expected </%s>, found </%s>", parent.raw, raw)
			}
			return t, nil
		case xml.CharData, xml.Comment:
			return t, nil
		case xml.ProcInst:
			if t.Target != "xml" {
				return t, nil
			}
		case xml.Directive:
			if x.dec.Entity == nil {
				x.dec.Entity = map[string]string{}
			}
			if err := entities(string(t), x.dec.Entity); err != nil {
				return nil, x.fail("%s", err)
			}
		}
	}
}

func rawName(n xml.Name) string {
	if n.Space == "" {
		return n.Local
	}
	return n.Space + ":" + n.Local
}

func (x *xmlScanner) start(parent *xmlElement, t xml.StartElement) (*xmlElement, error) {
	e := &xmlElement{raw: rawName(t.Name), base: parent.base, lang: parent.lang, dir: parent.dir,
		version12: parent.version12, namespaces: parent.namespaces}
	copied := false
	for _, a := range t.Attr {
		prefix := ""
		switch {
		case a.Name.Space == "xmlns":
			prefix = a.Name.Local
		case a.Name.Space == "" && a.Name.Local == "xmlns":
		default:
			continue
		}
		if !copied {
			own := make(map[string]string, len(e.namespaces)+1)
			for k, v := range e.namespaces {
				own[k] = v
			}
			e.namespaces, copied = own, true
		}
		e.namespaces[prefix] = a.Value
		x.declare(prefix, a.Value)
	}
	name := func(n xml.Name, isAttr bool) (xmlName, error) {
		if n.Space == "xml" {
			return xmlName{nsXML, n.Local}, nil
		}
		if n.Space == "" && isAttr {
			return xmlName{"", n.Local}, nil
		}
		space, ok := e.namespaces[n.Space]
		if !ok && n.Space != "" {
			return xmlName{}, x.fail("the prefix %q is not declared", n.Space)
		}
		return xmlName{space, n.Local}, nil
	}
	var err error
	if e.name, err = name(t.Name, false); err != nil {
		return nil, err
	}
	for _, a := range t.Attr {
		if a.Name.Space == "xmlns" || a.Name.Space == "" && a.Name.Local == "xmlns" {
			continue
		}
		n, err := name(a.Name, true)
		if err != nil {
			return nil, err
		}
		attr := xmlAttr{n, rawName(a.Name), a.Value}
		e.all = append(e.all, attr)
		switch {
		case n.space == nsXML:
			switch n.local {
			case "base":
				e.base = graph.ResolveIRI(e.base, a.Value)
			case "lang":
				e.lang = a.Value
			}
			continue
		case n.space == nsITS:
			if n.local == "dir" {
				switch a.Value {
				case "ltr":
					e.dir = graph.LTR
				case "rtl":
					e.dir = graph.RTL
				default:
					return nil, x.fail(`expected its:dir="ltr" or "rtl", found %q`, a.Value)
				}
			}
			continue
		case attr.is("version"):
			e.version12 = a.Value != "1.1"
			continue
		case n.space == "":
			switch {
			case strings.HasPrefix(strings.ToLower(n.local), "xml"):
				continue // reserved, section 6.1.4 says to ignore them
			case n.local == "ID" || n.local == "about" || n.local == "resource" || n.local == "parseType" || n.local == "type":
				attr.name.space = graph.RDF // the old form without a prefix
			}
		}
		e.attrs = append(e.attrs, attr)
	}
	return e, nil
}

var (
	canonicalText = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\r", "&#xD;")
	canonicalAttr = strings.NewReplacer("&", "&amp;", "<", "&lt;", `"`, "&quot;", "\t", "&#x9;", "\n", "&#xA;", "\r", "&#xD;")
)

// canonical writes the start tag as Exclusive XML Canonicalization says: only the
// namespaces that the tag uses and its ancestors in the output have not declared. It
// returns what is declared in the output now.
func (e *xmlElement) canonical(b *strings.Builder, rendered map[string]string) map[string]string {
	used := []string{}
	use := func(raw string, isAttr bool) {
		prefix, _, found := strings.Cut(raw, ":")
		if !found {
			if isAttr {
				return
			}
			prefix = ""
		}
		if prefix != "xml" && rendered[prefix] != e.namespaces[prefix] && !slices.Contains(used, prefix) {
			used = append(used, prefix)
		}
	}
	use(e.raw, false)
	for _, a := range e.all {
		use(a.raw, true)
	}
	slices.Sort(used)
	b.WriteString("<" + e.raw)
	if len(used) > 0 {
		own := map[string]string{}
		for k, v := range rendered {
			own[k] = v
		}
		for _, prefix := range used {
			own[prefix] = e.namespaces[prefix]
			if b.WriteString(" xmlns"); prefix != "" {
				b.WriteString(":" + prefix)
			}
			b.WriteString(`="` + canonicalAttr.Replace(e.namespaces[prefix]) + `"`)
		}
		rendered = own
	}
	attrs := slices.Clone(e.all)
	slices.SortFunc(attrs, func(a, c xmlAttr) int {
		return cmp.Or(strings.Compare(a.name.space, c.name.space), strings.Compare(a.name.local, c.name.local))
	})
	for _, a := range attrs {
		b.WriteString(" " + a.raw + `="` + canonicalAttr.Replace(a.value) + `"`)
	}
	b.WriteString(">")
	return rendered
}
