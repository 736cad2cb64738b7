package results

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/ententedb/entente/graph"
)

type xmlReader struct {
	dec   *xml.Decoder
	vars  []string
	place map[string]int
}

func (r *Reader) openXML(in io.Reader) error {
	x := &xmlReader{dec: xml.NewDecoder(in)}
	root, err := x.element("")
	if err != nil {
		return err
	}
	if root.Name.Local != "sparql" {
		return fmt.Errorf("expected the element <sparql>, found <%s>", root.Name.Local)
	}
	for {
		e, err := x.element("sparql")
		if err != nil {
			return err
		}
		switch e.Name.Local {
		case "":
			return errors.New("neither <results> nor <boolean>")
		case "head":
			for {
				v, err := x.element("head")
				if err != nil {
					return err
				}
				if v.Name.Local == "" {
					break
				}
				if v.Name.Local == "variable" {
					r.vars = append(r.vars, attribute(v, "name"))
				}
				if err := x.dec.Skip(); err != nil {
					return err
				}
			}
		case "boolean":
			text, err := x.text()
			if err != nil {
				return err
			}
			switch strings.TrimSpace(text) {
			case "true":
				r.boolean = true
			case "false":
			default:
				return fmt.Errorf("expected true or false, found %q", text)
			}
			r.isASK = true
			return nil
		case "results":
			x.vars, x.place = r.vars, index(r.vars)
			r.rows = x
			return nil
		default:
			if err := x.dec.Skip(); err != nil {
				return err
			}
		}
	}
}

// element goes to the next child element. At the end of the parent it returns an
// element without a name. The end of the document is an error, as no parent ends there.
func (x *xmlReader) element(parent string) (xml.StartElement, error) {
	for {
		token, err := x.dec.Token()
		if err != nil {
			return xml.StartElement{}, unexpected(err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			return t, nil
		case xml.EndElement:
			return xml.StartElement{}, nil
		case xml.CharData:
			if text := strings.TrimSpace(string(t)); text != "" {
				return xml.StartElement{}, fmt.Errorf("unexpected text %.20q in <%s>", text, parent)
			}
		}
	}
}

// text reads the characters up to the end of the element.
func (x *xmlReader) text() (string, error) {
	var b strings.Builder
	for {
		token, err := x.dec.Token()
		if err != nil {
			return "", unexpected(err)
		}
		switch t := token.(type) {
		case xml.CharData:
			b.Write(t)
		case xml.StartElement:
			return "", fmt.Errorf("unexpected element <%s>", t.Name.Local)
		case xml.EndElement:
			return b.String(), nil
		}
	}
}

func attribute(e xml.StartElement, local string) string {
	for _, a := range e.Attr {
		if a.Name.Local == local {
			return a.Value
		}
	}
	return ""
}

func (x *xmlReader) read() ([]graph.Term, error) {
	result, err := x.element("results")
	if err != nil {
		return nil, err
	}
	switch result.Name.Local {
	case "":
		for { // to the end of the document, so that one that was cut off is noticed
			if _, err := x.dec.Token(); err != nil {
				return nil, err
			}
		}
	case "result":
	default:
		return nil, fmt.Errorf("expected <result>, found <%s>", result.Name.Local)
	}
	row := make([]graph.Term, len(x.vars))
	for {
		b, err := x.element("result")
		if err != nil {
			return nil, err
		}
		if b.Name.Local == "" {
			return row, nil
		}
		name := attribute(b, "name")
		i, ok := x.place[name]
		if b.Name.Local != "binding" || !ok {
			return nil, fmt.Errorf("expected a <binding> of a variable of the head, found <%s name=%q>", b.Name.Local, name)
		}
		if row[i], err = x.child("binding", 0); err != nil {
			return nil, fmt.Errorf("binding of %q: %w", name, err)
		}
	}
}

// child reads the one term in an element, and the element's end.
func (x *xmlReader) child(parent string, depth int) (t graph.Term, err error) {
	e, err := x.element(parent)
	if err != nil {
		return t, err
	}
	switch e.Name.Local {
	case "uri", "bnode", "literal":
		text, err := x.text()
		if err != nil {
			return t, err
		}
		switch e.Name.Local {
		case "uri":
			t = graph.IRI(text)
		case "bnode":
			t = graph.Blank(text)
		default:
			if t, err = literal(text, attribute(e, "datatype"), attribute(e, "lang"), attribute(e, "dir")); err != nil {
				return t, err
			}
		}
	case "triple":
		if depth > maxDepth {
			return t, errors.New("triple terms nested too deeply")
		}
		var parts [3]graph.Term
		for i, name := range []string{"subject", "predicate", "object"} {
			part, err := x.element("triple")
			if err != nil {
				return t, err
			}
			if part.Name.Local != name {
				return t, fmt.Errorf("expected <%s>, found <%s>", name, part.Name.Local)
			}
			if parts[i], err = x.child(name, depth+1); err != nil {
				return t, err
			}
		}
		if end, err := x.element("triple"); err != nil || end.Name.Local != "" {
			return t, errors.Join(err, errors.New("expected </triple>"))
		}
		t = graph.TripleTerm(parts[0], parts[1], parts[2])
	default:
		return t, fmt.Errorf("expected <uri>, <bnode>, <literal> or <triple>, found <%s>", e.Name.Local)
	}
	end, err := x.element(parent)
	if err == nil && end.Name.Local != "" {
		err = fmt.Errorf("expected </%s>, found <%s>", parent, end.Name.Local)
	}
	return t, err
}
