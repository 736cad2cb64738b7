package sparql

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/alecthomas/participle/v2/lexer"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/query/algebra"
)

// translator turns one syntax tree into algebra. Errors leave it by panic, with
// a *SyntaxError; run catches them.
type translator struct {
	text     string
	base     string
	version  string
	prefixes []algebra.Prefix
	expand   map[string]string // prefix to IRI
	iris     map[string]graph.Term
	hidden   int
	// labels holds the blank node labels of patterns: the same label may not
	// stand in two basic graph patterns (section 19.6). scope numbers those.
	labels map[string]label
	scope  int
	scopes int
	// dataLabels are those of earlier INSERT DATA operations.
	dataLabels map[string]bool
	// bound has the variables of the last BIND's pattern and its own, so that a long
	// row of BINDs need not collect them again for each.
	bound struct {
		op   algebra.Op
		vars map[algebra.Var]bool
	}
	// where says what the triples being translated are.
	where place
	// group is that of the SELECT whose expressions are being translated, nil
	// where an aggregate may not stand.
	group *grouping
}

type label struct {
	v     algebra.Var
	scope int
}

// place says where triples stand, and with it what they may hold.
type place struct {
	name   string // for messages
	paths  bool
	vars   bool
	blanks bool
	data   bool // of INSERT DATA: no other may have the same labels
	ground bool // a triple term must be one of the data
}

var (
	inPattern     = place{name: "a pattern", paths: true, vars: true, blanks: true}
	inConstruct   = place{name: "a CONSTRUCT template", vars: true, blanks: true}
	inInsert      = place{name: "an INSERT template", vars: true, blanks: true}
	inInsertData  = place{name: "INSERT DATA", blanks: true, data: true}
	inDelete      = place{name: "a DELETE template", vars: true}
	inDeleteData  = place{name: "DELETE DATA"}
	inDeleteWhere = place{name: "DELETE WHERE", vars: true}
	inValues      = place{name: "VALUES", ground: true}
)

func newTranslator(text string, opts *Options) *translator {
	t := &translator{text: text, expand: map[string]string{}, iris: map[string]graph.Term{}, labels: map[string]label{},
		dataLabels: map[string]bool{}, where: inPattern}
	if opts != nil {
		t.base = opts.Base
		for _, p := range opts.Prefixes {
			t.declare(p.Name, graph.ResolveIRI(t.base, p.IRI))
		}
	}
	return t
}

// run calls f and returns the error it failed with.
func (t *translator) run(f func()) (err error) {
	defer func() {
		if r := recover(); r != nil {
			e, ok := r.(*SyntaxError)
			if !ok {
				panic(r)
			}
			err = e
		}
	}()
	f()
	return nil
}

// fail ends the translation with an error at a position.
func (t *translator) fail(pos lexer.Position, format string, args ...any) {
	panic(newError(t.text, pos.Offset, fmt.Sprintf(format, args...)))
}

// failHint is fail with a hint.
func (t *translator) failHint(pos lexer.Position, hint, format string, args ...any) {
	err := newError(t.text, pos.Offset, fmt.Sprintf(format, args...))
	err.Hint = hint
	panic(err)
}

// fresh returns a new hidden variable; kind tells a reader what it stands for.
func (t *translator) fresh(kind string) algebra.Var {
	t.hidden++
	return algebra.Var(fmt.Sprintf(".%s%d", kind, t.hidden))
}

func (t *translator) prologue(decls []*declaration) {
	for _, d := range decls {
		switch {
		case d.Base.Type != 0:
			t.base = graph.ResolveIRI(t.base, t.unescapeIRI(d.Base))
			clear(t.iris)
		case d.Version.Type != 0:
			if strings.HasPrefix(d.Version.Value, `"""`) || strings.HasPrefix(d.Version.Value, `'''`) {
				t.fail(d.Version.Pos, "a version is written in single quotes or double quotes, such as \"1.2\"")
			}
			t.version = t.unescape(d.Version)
		default:
			name, local, _ := strings.Cut(d.Prefix.Value, ":")
			if local != "" {
				t.failHint(d.Prefix.Pos, "write PREFIX "+name+": <…>", "a prefix declaration names a prefix alone")
			}
			iri := graph.ResolveIRI(t.base, t.unescapeIRI(d.IRI))
			clear(t.iris)
			t.declare(name, iri)
		}
	}
}

// declare makes a prefix known; a later declaration takes precedence.
func (t *translator) declare(name, iri string) {
	if _, again := t.expand[name]; again {
		for i := range t.prefixes {
			if t.prefixes[i].Name == name {
				t.prefixes[i].IRI = iri
			}
		}
	} else {
		t.prefixes = append(t.prefixes, algebra.Prefix{Name: name, IRI: iri})
	}
	t.expand[name] = iri
}

// iri returns the term of an IRI, a prefixed name or "a".
func (t *translator) iri(tok lexer.Token) graph.Term {
	if term, ok := t.iris[tok.Value]; ok {
		return term
	}
	var iri string
	switch tok.Type {
	case tokIRI:
		iri = graph.ResolveIRI(t.base, t.unescapeIRI(tok))
	case tokKeyword: // a
		iri = graph.RDFType
	default:
		name, local, _ := strings.Cut(tok.Value, ":")
		ns, ok := t.expand[name]
		if !ok {
			hint := ""
			if known, ok := wellKnown[name]; ok {
				hint = fmt.Sprintf("add the line: PREFIX %s: <%s>", name, known)
			} else if near := t.nearPrefix(name); near != "" {
				hint = fmt.Sprintf("did you mean %s:?", near)
			} else {
				hint = fmt.Sprintf("declare it: PREFIX %s: <…>", name)
			}
			t.failHint(tok.Pos, hint, "the prefix %s: is not declared", name)
		}
		if strings.IndexByte(local, '\\') >= 0 {
			local = strings.ReplaceAll(local, `\`, "") // every escape is a backslash and one character
		}
		iri = ns + local
	}
	term := graph.IRI(iri)
	t.iris[tok.Value] = term
	return term
}

// unescapeIRI returns the text of an IRIREF with its codepoint escapes replaced.
func (t *translator) unescapeIRI(tok lexer.Token) string {
	s := tok.Value[1 : len(tok.Value)-1]
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	out := t.unescapeText(tok, 1, s)
	for _, r := range out {
		if r <= ' ' || strings.ContainsRune("<>\"{}|^`\\", r) {
			t.fail(tok.Pos, "the IRI has the character %q, which no IRI may have", r)
		}
	}
	return out
}

// unescape returns the characters of a string token.
func (t *translator) unescape(tok lexer.Token) string {
	quotes := 1
	if len(tok.Value) >= 6 && tok.Value[1] == tok.Value[0] && tok.Value[2] == tok.Value[0] {
		quotes = 3
	}
	s := tok.Value[quotes : len(tok.Value)-quotes]
	if i := strings.IndexByte(s, '\\'); i < 0 {
		if !utf8.ValidString(s) {
			t.fail(tok.Pos, "the string is not valid UTF-8")
		}
		return s
	}
	return t.unescapeText(tok, quotes, s)
}

var echars = map[byte]byte{'t': '\t', 'b': '\b', 'n': '\n', 'r': '\r', 'f': '\f', '\\': '\\', '"': '"', '\'': '\''}

// unescapeText replaces the escapes in s, which begins skip bytes into tok.
func (t *translator) unescapeText(tok lexer.Token, skip int, s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' {
			b.WriteByte(s[i])
			continue
		}
		at := lexer.Position{Offset: tok.Pos.Offset + skip + i}
		i++
		if i >= len(s) {
			t.fail(at, "the escape is cut short")
		}
		n := 0
		switch s[i] {
		case 'u':
			n = 4
		case 'U':
			n = 8
		default:
			c, ok := echars[s[i]]
			if !ok || tok.Type == tokIRI {
				t.failHint(at, `write a backslash as \\; the escapes are \t \b \n \r \f \" \' \\ \uXXXX \UXXXXXXXX`, "unknown escape \\%c", s[i])
			}
			b.WriteByte(c)
			continue
		}
		if i+n >= len(s) {
			t.fail(at, "the escape \\%c needs %d hexadecimal digits", s[i], n)
		}
		var r rune
		for _, h := range []byte(s[i+1 : i+1+n]) {
			if !isHex(h) {
				t.fail(at, "the escape \\%c needs %d hexadecimal digits", s[i], n)
			}
			r = r<<4 | rune(unhex(h))
		}
		if r < 0 || !utf8.ValidRune(r) {
			t.fail(at, "the escape %s is not a Unicode character", s[i-1:i+1+n])
		}
		b.WriteRune(r)
		i += n
	}
	if out := b.String(); utf8.ValidString(out) {
		return out
	}
	t.fail(tok.Pos, "the text is not valid UTF-8")
	return ""
}

func unhex(c byte) byte {
	switch {
	case c <= '9':
		return c - '0'
	case c <= 'F':
		return c - 'A' + 10
	}
	return c - 'a' + 10
}

// literal returns the term of a string with its language tag or datatype.
func (t *translator) literal(str, lang, typ lexer.Token) graph.Term {
	s := t.unescape(str)
	switch {
	case lang.Type != 0:
		tag, dir, has := strings.Cut(lang.Value[1:], "--")
		if !has {
			return graph.LangString(s, tag)
		}
		switch dir {
		case "ltr":
			return graph.DirLangString(s, tag, graph.LTR)
		case "rtl":
			return graph.DirLangString(s, tag, graph.RTL)
		}
		t.fail(lang.Pos, "the base direction is ltr or rtl, not %q", dir)
	case typ.Type != 0:
		return graph.Literal(s, t.iri(typ).Value())
	}
	return graph.String(s)
}

// number returns the term of a number or a boolean.
func number(tok lexer.Token) graph.Term {
	switch {
	case tok.Type == tokKeyword:
		return graph.Boolean(tok.Value == "TRUE")
	case strings.ContainsAny(tok.Value, "eE"):
		return graph.Literal(tok.Value, graph.XSDDouble)
	case strings.Contains(tok.Value, "."):
		return graph.Literal(tok.Value, graph.XSDDecimal)
	}
	return graph.Literal(tok.Value, graph.XSDInteger)
}

func variable(tok lexer.Token) algebra.Var { return algebra.Var(tok.Value[1:]) }
