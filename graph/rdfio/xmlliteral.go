package rdfio

import (
	"cmp"
	"encoding/xml"
	"slices"
	"strings"
)

// xmlLiteral reads the content as text, in exclusive canonical form with comments.
func (x *rdfXML) xmlLiteral(e *xmlElement) (string, error) {
	var b strings.Builder
	type open struct {
		e        *xmlElement
		rendered map[string]string // namespaces declared in the output
	}
	stack := []open{{e, map[string]string{}}}
	for {
		top := stack[len(stack)-1]
		token, err := x.next(top.e)
		if err != nil {
			return "", err
		}
		switch t := token.(type) {
		case *xmlElement:
			rendered := t.canonical(&b, top.rendered)
			if len(stack) > maxDepth {
				return "", x.fail("nested more than %d deep", maxDepth)
			}
			stack = append(stack, open{t, rendered})
		case xml.EndElement:
			if len(stack) == 1 {
				return b.String(), nil
			}
			stack = stack[:len(stack)-1]
			b.WriteString("</" + top.e.raw + ">")
		case xml.CharData:
			_, _ = canonicalText.WriteString(&b, string(t))
		case xml.Comment:
			b.WriteString("<!--" + string(t) + "-->")
		case xml.ProcInst:
			b.WriteString("<?" + t.Target)
			if len(t.Inst) > 0 {
				b.WriteString(" " + string(t.Inst))
			}
			b.WriteString("?>")
		}
	}
}

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

var (
	canonicalText = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\r", "&#xD;")
	canonicalAttr = strings.NewReplacer("&", "&amp;", "<", "&lt;", `"`, "&quot;", "\t", "&#x9;", "\n", "&#xA;", "\r", "&#xD;")
)
