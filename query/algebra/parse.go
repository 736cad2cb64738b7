package algebra

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
)

// ErrSyntax is wrapped by every error of [Parse], [ParseExpr] and [ParsePath].
var ErrSyntax = errors.New("algebra: not the text of a tree")

// maxParseDepth bounds the nesting that is read.
const maxParseDepth = 20000

// Parse reads an operator from the text that [Print] writes.
func Parse(text string) (Op, error) { return parseText(text, (*builder).op) }

// ParseExpr reads an expression from the text that [PrintExpr] writes.
func ParseExpr(text string) (Expr, error) { return parseText(text, (*builder).expr) }

// ParsePath reads a property path from the text that [PrintPath] writes.
func ParsePath(text string) (Path, error) { return parseText(text, (*builder).path) }

// parseText reads one S-expression and builds a tree from it.
func parseText[T any](text string, build func(*builder, sexp) T) (out T, err error) {
	defer func() {
		if r := recover(); r != nil {
			e, ok := r.(error)
			if !ok || !errors.Is(e, ErrSyntax) {
				panic(r)
			}
			err = e
		}
	}()
	s := &sexpReader{text: text}
	tree := s.read(0)
	if s.skip(); s.pos < len(text) {
		s.fail("text after the end of the tree")
	}
	return build(&builder{}, tree), nil
}

// sexpReader reads S-expressions.
type sexpReader struct {
	text string
	pos  int
}

func (r *sexpReader) fail(msg string) { panic(fmt.Errorf("%w: offset %d: %s", ErrSyntax, r.pos, msg)) }

func (r *sexpReader) skip() {
	for r.pos < len(r.text) && strings.IndexByte(" \t\r\n", r.text[r.pos]) >= 0 {
		r.pos++
	}
}

func (r *sexpReader) read(depth int) sexp {
	if depth > maxParseDepth {
		r.fail("nested too deep")
	}
	if r.skip(); r.pos >= len(r.text) {
		r.fail("the text breaks off")
	}
	rest := r.text[r.pos:]
	switch {
	case strings.HasPrefix(rest, "<<( "):
		start := r.pos
		r.pos += 3
		items := make([]sexp, 0, 3)
		for range 3 {
			items = append(items, r.read(depth+1))
		}
		if r.skip(); !strings.HasPrefix(r.text[r.pos:], ")>>") {
			r.fail("a triple term has three parts")
		}
		r.pos += 3
		return sexp{atom: r.text[start:r.pos], list: items, block: true}
	case rest[0] == '(':
		r.pos++
		s := sexp{list: []sexp{}}
		for {
			if r.skip(); r.pos >= len(r.text) {
				r.fail("a parenthesis is not closed")
			}
			if r.text[r.pos] == ')' {
				r.pos++
				return s
			}
			s.list = append(s.list, r.read(depth+1))
		}
	}
	return r.readAtom()
}

// readAtom reads an atom: a term in N-Triples syntax, a variable or a word.
func (r *sexpReader) readAtom() sexp {
	start := r.pos
	switch r.text[r.pos] {
	case ')':
		r.fail("a parenthesis too many")
	case '<':
		if end := strings.IndexAny(r.text[r.pos:], "> \n"); end >= 0 && r.text[r.pos+end] == '>' {
			r.pos += end + 1
			return sexp{atom: r.text[start:r.pos]}
		}
	case '"':
		r.pos++
		for r.pos < len(r.text) && r.text[r.pos] != '"' {
			if r.text[r.pos] == '\\' {
				r.pos++
			}
			r.pos++
		}
		if r.pos >= len(r.text) {
			r.fail("a string is not closed")
		}
		r.pos++
		if strings.HasPrefix(r.text[r.pos:], "^^<") {
			end := strings.IndexByte(r.text[r.pos:], '>')
			if end < 0 {
				r.fail("a datatype is not closed")
			}
			r.pos += end + 1
			return sexp{atom: r.text[start:r.pos]}
		}
	}
	for r.pos < len(r.text) && strings.IndexByte(" \t\r\n()", r.text[r.pos]) < 0 {
		r.pos++
	}
	return sexp{atom: r.text[start:r.pos]}
}

// builder turns S-expressions into trees. It fails by panic.
type builder struct{}

func (b *builder) fail(s sexp, msg string) {
	text := s.String()
	if len(text) > 60 {
		text = strings.ToValidUTF8(text[:60], "") + "…"
	}
	panic(fmt.Errorf("%w: %s: %s", ErrSyntax, msg, text))
}

// isTripleTerm tells a triple term from a list: both have parts.
func (s sexp) isTripleTerm() bool { return s.list != nil && s.atom != "" }

func (s sexp) isAtom() bool { return s.list == nil }

// head returns the head of a form and its arguments, of which there must be
// at least min.
func (b *builder) head(s sexp, min int) (string, []sexp) {
	if s.isAtom() || s.isTripleTerm() || len(s.list) == 0 || !s.list[0].isAtom() {
		b.fail(s, "an operator is expected")
	}
	if len(s.list)-1 < min {
		b.fail(s, "too few arguments")
	}
	return s.list[0].atom, s.list[1:]
}

// items returns the parts of a list without a head.
func (b *builder) items(s sexp) []sexp {
	if s.isAtom() || s.isTripleTerm() {
		b.fail(s, "a list is expected")
	}
	return s.list
}

// is reports whether s is a form with this head.
func (s sexp) is(head string) bool {
	return !s.isAtom() && !s.isTripleTerm() && len(s.list) > 0 && s.list[0].isAtom() && s.list[0].atom == head
}

func (b *builder) variable(s sexp) Var {
	if !s.isAtom() || len(s.atom) < 2 || s.atom[0] != '?' {
		b.fail(s, "a variable is expected")
	}
	return Var(s.atom[1:])
}

func (b *builder) vars(list []sexp) []Var {
	var out []Var
	for _, s := range list {
		out = append(out, b.variable(s))
	}
	return out
}

func (b *builder) term(s sexp) graph.Term {
	n := b.node(s)
	if n.Var != "" || n.Triple != nil {
		b.fail(s, "a term is expected")
	}
	return n.Term
}

func (b *builder) node(s sexp) Node {
	if s.isTripleTerm() {
		t := TriplePattern{b.node(s.list[0]), b.node(s.list[1]), b.node(s.list[2])}
		if t.Subject.ground() && t.Predicate.ground() && t.Object.ground() {
			return TermNode(graph.TripleTerm(t.Subject.Term, t.Predicate.Term, t.Object.Term))
		}
		return Node{Triple: &t}
	}
	if !s.isAtom() || s.atom == "" {
		b.fail(s, "a variable or a term is expected")
	}
	a := s.atom
	switch {
	case a == "UNDEF":
		return Node{}
	case a[0] == '?':
		return VarNode(b.variable(s))
	case a[0] == '<' && a[len(a)-1] == '>':
		return TermNode(graph.IRI(b.unescape(s, a[1:len(a)-1])))
	case strings.HasPrefix(a, "_:"):
		return TermNode(graph.Blank(a[2:]))
	case a[0] == '"':
		return TermNode(b.literal(s))
	case a == "true" || a == "false":
		return TermNode(graph.Boolean(a == "true"))
	}
	if datatype := numberType(a); datatype != "" {
		return TermNode(graph.Literal(a, datatype))
	}
	b.fail(s, "a variable or a term is expected")
	return Node{}
}

func (n Node) ground() bool { return n.Var == "" && n.Triple == nil && !n.Term.IsZero() }

func (b *builder) literal(s sexp) graph.Term {
	end := strings.LastIndexByte(s.atom, '"')
	suffix := s.atom[end+1:]
	if i := strings.LastIndex(s.atom, `"^^<`); i > 0 && strings.HasSuffix(s.atom, ">") {
		end, suffix = i, s.atom[i+1:]
	}
	if end < 1 {
		b.fail(s, "a literal is expected")
	}
	lexical := b.unescape(s, s.atom[1:end])
	switch {
	case suffix == "":
		return graph.String(lexical)
	case strings.HasPrefix(suffix, "^^<"):
		return graph.Literal(lexical, b.unescape(s, suffix[3:len(suffix)-1]))
	case suffix[0] == '@' && len(suffix) > 1:
		tag, dir, _ := strings.Cut(suffix[1:], "--")
		switch dir {
		case "ltr":
			return graph.DirLangString(lexical, tag, graph.LTR)
		case "rtl":
			return graph.DirLangString(lexical, tag, graph.RTL)
		}
		return graph.LangString(lexical, tag)
	}
	b.fail(s, "a literal is expected")
	return graph.Term{}
}

// unescape replaces the escapes of N-Triples.
func (b *builder) unescape(s sexp, text string) string {
	if strings.IndexByte(text, '\\') < 0 {
		return text
	}
	var out strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' {
			out.WriteByte(text[i])
			continue
		}
		i++
		if i >= len(text) {
			b.fail(s, "an escape is cut short")
		}
		n := 0
		switch c := text[i]; c {
		case 'u':
			n = 4
		case 'U':
			n = 8
		default:
			at := strings.IndexByte(`tbnrf"\'`, c)
			if at < 0 {
				b.fail(s, "an unknown escape")
			}
			out.WriteByte("\t\b\n\r\f\"\\'"[at])
			continue
		}
		if i+n >= len(text) {
			b.fail(s, "an escape is cut short")
		}
		r, err := strconv.ParseUint(text[i+1:i+1+n], 16, 32)
		if err != nil || !utf8.ValidRune(rune(r)) {
			b.fail(s, "an unknown escape")
		}
		out.WriteRune(rune(r))
		i += n
	}
	return out.String()
}

func (b *builder) integer(s sexp) int64 {
	n, err := strconv.ParseInt(s.atom, 10, 64)
	if err != nil {
		b.fail(s, "a whole number is expected")
	}
	return n
}

// index returns the position of a word in a list of names.
func (b *builder) index(s sexp, names []string) int {
	for i, n := range names {
		if n == s.atom {
			return i
		}
	}
	b.fail(s, "unknown word")
	return 0
}

func (b *builder) order(s sexp) encoded.Order {
	for o := encoded.Order(0); o < encoded.OrderCount; o++ {
		if o.String() == s.atom {
			return o
		}
	}
	b.fail(s, "unknown order")
	return 0
}
