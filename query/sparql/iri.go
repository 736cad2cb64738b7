package sparql

import "strings"

// iriParts are the components of an IRI reference (RFC 3986, appendix B).
type iriParts struct {
	scheme, authority, path, query, fragment string
	hasAuthority, hasQuery, hasFragment      bool
}

func splitIRI(s string) (p iriParts) {
	if i := strings.IndexByte(s, '#'); i >= 0 {
		p.fragment, p.hasFragment, s = s[i+1:], true, s[:i]
	}
	if i := strings.IndexByte(s, '?'); i >= 0 {
		p.query, p.hasQuery, s = s[i+1:], true, s[:i]
	}
	if n := schemeLength(s); n > 0 {
		p.scheme, s = s[:n], s[n+1:]
	}
	if strings.HasPrefix(s, "//") {
		p.hasAuthority, s = true, s[2:]
		if i := strings.IndexByte(s, '/'); i >= 0 {
			p.authority, s = s[:i], s[i:]
		} else {
			p.authority, s = s, ""
		}
	}
	p.path = s
	return p
}

// schemeLength returns the length of the scheme of an absolute IRI, 0 for a
// relative reference.
func schemeLength(s string) int {
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == ':':
			return i
		case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z':
		case i > 0 && (c >= '0' && c <= '9' || c == '+' || c == '-' || c == '.'):
		default:
			return 0
		}
	}
	return 0
}

// resolveIRI resolves a reference against a base (RFC 3986, section 5.2). An
// absolute IRI, and anything where there is no absolute base, stays as it is.
func resolveIRI(base, ref string) string {
	if schemeLength(base) == 0 || schemeLength(ref) > 0 {
		return ref
	}
	b, r := splitIRI(base), splitIRI(ref)
	t := iriParts{scheme: b.scheme, fragment: r.fragment, hasFragment: r.hasFragment}
	switch {
	case r.hasAuthority:
		t.authority, t.hasAuthority = r.authority, true
		t.path, t.query, t.hasQuery = removeDots(r.path), r.query, r.hasQuery
	case r.path == "":
		t.authority, t.hasAuthority, t.path = b.authority, b.hasAuthority, b.path
		t.query, t.hasQuery = b.query, b.hasQuery
		if r.hasQuery {
			t.query, t.hasQuery = r.query, true
		}
	default:
		t.authority, t.hasAuthority = b.authority, b.hasAuthority
		t.query, t.hasQuery = r.query, r.hasQuery
		switch {
		case r.path[0] == '/':
			t.path = removeDots(r.path)
		case b.hasAuthority && b.path == "":
			t.path = removeDots("/" + r.path)
		default:
			t.path = removeDots(b.path[:strings.LastIndexByte(b.path, '/')+1] + r.path)
		}
	}
	var out strings.Builder
	out.WriteString(t.scheme + ":")
	if t.hasAuthority {
		out.WriteString("//" + t.authority)
	}
	out.WriteString(t.path)
	if t.hasQuery {
		out.WriteString("?" + t.query)
	}
	if t.hasFragment {
		out.WriteString("#" + t.fragment)
	}
	return out.String()
}

// removeDots is remove_dot_segments of RFC 3986, section 5.2.4.
func removeDots(path string) string {
	if !strings.Contains(path, ".") {
		return path
	}
	segments := strings.Split(path, "/")
	out := make([]string, 0, len(segments))
	for i, s := range segments {
		last := i == len(segments)-1
		switch s {
		case ".", "..":
			if s == ".." && len(out) > 1 {
				out = out[:len(out)-1]
			}
			if last {
				out = append(out, "")
			}
		default:
			out = append(out, s)
		}
	}
	return strings.Join(out, "/")
}
