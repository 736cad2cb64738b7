package rdfio

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"

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

func isNCName(s string) bool {
	for i, r := range s {
		switch {
		case r < 0x80 && (is(byte(r), classAlpha) || r == '_'), r >= 0x80 && pnCharsBase(r):
		case i > 0 && (r < 0x80 && (is(byte(r), className) || r == '.') || r >= 0x80 && pnChars(r)):
		default:
			return false
		}
	}
	return s != ""
}

const maxEntity = 1 << 16 // bytes of one entity's text, so that entities cannot explode

var entityDeclaration = regexp.MustCompile(`<!ENTITY\s+([^\s%]+)\s+("[^"]*"|'[^']*')\s*>`)

// entities takes the general entities out of a document type declaration: RDF/XML
// files use them as abbreviations of namespaces.
func entities(directive string, known map[string]string) error {
	for _, m := range entityDeclaration.FindAllStringSubmatch(directive, -1) {
		value := m[2][1 : len(m[2])-1]
		for name, text := range known {
			value = strings.ReplaceAll(value, "&"+name+";", text)
			if len(value) > maxEntity {
				return fmt.Errorf("the entity %q is too long", m[1])
			}
		}
		value = strings.NewReplacer("&#38;", "&", "&#x26;", "&", "&#60;", "<", "&#x3C;", "<", "&amp;", "&", "&lt;", "<",
			"&gt;", ">", "&quot;", `"`, "&apos;", "'").Replace(value)
		if _, ok := known[m[1]]; !ok {
			known[m[1]] = value
		}
	}
	return nil
}

// charsetReader knows the encodings that are subsets of the first 256 characters; UTF-8
// is built into encoding/xml.
func charsetReader(charset string, in io.Reader) (io.Reader, error) {
	switch strings.ToLower(charset) {
	case "us-ascii", "ascii":
		return in, nil
	case "iso-8859-1", "latin1", "windows-1252":
		return &latin1{in: in}, nil
	}
	return nil, fmt.Errorf("unknown encoding %q, expected UTF-8", charset)
}

type latin1 struct {
	in  io.Reader
	buf []byte
}

func (l *latin1) Read(p []byte) (int, error) {
	for len(l.buf) == 0 {
		var raw [512]byte
		n, err := l.in.Read(raw[:])
		for _, c := range raw[:n] {
			l.buf = utf8.AppendRune(l.buf, rune(c))
		}
		if n == 0 && err != nil {
			return 0, err
		}
	}
	n := copy(p, l.buf)
	l.buf = l.buf[n:]
	return n, nil
}
