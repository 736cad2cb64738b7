package graph

import (
	"strings"
)

// IsAbsoluteIRI reports whether iri begins with a scheme and a colon (RFC 3987,
// section 2.2). The rest is not looked at; see [ForbiddenInIRI].
func IsAbsoluteIRI(iri string) bool {
	for i := 0; i < len(iri); i++ {
		c := iri[i]
		switch {
		case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z':
		case i > 0 && (c >= '0' && c <= '9' || c == '+' || c == '-' || c == '.'):
		default:
			return i > 0 && c == ':'
		}
	}
	return false
}

// ForbiddenInIRI returns the index of the first byte that the IRIREF of Turtle
// and SPARQL forbids (controls, space and <>"{}|^`\), and -1 if there is none.
func ForbiddenInIRI(iri string) int {
	for i := 0; i < len(iri); i++ {
		if !iriBytes[iri[i]] {
			return i
		}
	}
	return -1
}

var iriBytes = func() (ok [256]bool) {
	for c := range ok {
		ok[c] = c > ' ' && !strings.ContainsRune("<>\"{}|^`\\", rune(c)) || c >= 0x80
	}
	return ok
}()

// reference is an IRI reference taken apart (RFC 3986, appendix B).
type reference struct {
	scheme, authority, path, query, fragment string
	hasAuthority, hasQuery, hasFragment      bool
}

func splitReference(s string) (r reference) {
	if IsAbsoluteIRI(s) {
		r.scheme, s, _ = strings.Cut(s, ":")
	}
	s, r.fragment, r.hasFragment = strings.Cut(s, "#")
	s, r.query, r.hasQuery = strings.Cut(s, "?")
	if rest, ok := strings.CutPrefix(s, "//"); ok {
		r.hasAuthority = true
		if i := strings.IndexByte(rest, '/'); i >= 0 {
			r.authority, s = rest[:i], rest[i:]
		} else {
			r.authority, s = rest, ""
		}
	}
	r.path = s
	return r
}

// ResolveIRI resolves a reference against a base (RFC 3986, section 5.2, without
// any normalisation). An absolute reference is returned as it is, and so is any
// reference where the base is not absolute.
func ResolveIRI(base, ref string) string {
	if !IsAbsoluteIRI(base) || IsAbsoluteIRI(ref) {
		return ref
	}
	b, r := splitReference(base), splitReference(ref)
	if r.hasAuthority {
		r.path = removeDots(r.path)
	} else {
		r.authority, r.hasAuthority = b.authority, b.hasAuthority
		switch {
		case r.path == "":
			r.path = b.path
			if !r.hasQuery {
				r.query, r.hasQuery = b.query, b.hasQuery
			}
		case r.path[0] == '/':
			r.path = removeDots(r.path)
		case b.hasAuthority && b.path == "":
			r.path = removeDots("/" + r.path)
		default:
			r.path = removeDots(b.path[:strings.LastIndexByte(b.path, '/')+1] + r.path)
		}
	}
	var out strings.Builder
	out.WriteString(b.scheme)
	out.WriteByte(':')
	if r.hasAuthority {
		out.WriteString("//")
		out.WriteString(r.authority)
	}
	out.WriteString(r.path)
	if r.hasQuery {
		out.WriteByte('?')
		out.WriteString(r.query)
	}
	if r.hasFragment {
		out.WriteByte('#')
		out.WriteString(r.fragment)
	}
	return out.String()
}

// removeDots is remove_dot_segments of RFC 3986, section 5.2.4.
func removeDots(path string) string {
	if !strings.Contains(path, ".") {
		return path
	}
	var out []byte
	cut := func() { // takes the last segment and its slash away
		i := len(out) - 1
		for i >= 0 && out[i] != '/' {
			i--
		}
		out = out[:max(i, 0)]
	}
	for path != "" {
		switch {
		case strings.HasPrefix(path, "../"):
			path = path[3:]
		case strings.HasPrefix(path, "./"), strings.HasPrefix(path, "/./"):
			path = path[2:]
		case path == "/.":
			path = "/"
		case strings.HasPrefix(path, "/../"):
			path = path[3:]
			cut()
		case path == "/..":
			path = "/"
			cut()
		case path == "." || path == "..":
			path = ""
		default:
			i := strings.IndexByte(path[1:], '/') + 1
			if i == 0 {
				i = len(path)
			}
			out = append(out, path[:i]...)
			path = path[i:]
		}
	}
	return string(out)
}
