package plan

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/query/algebra"
)

// rangesOf recognises conditions that hold only for terms in certain ranges of
// ids, so that a scan can skip the blocks that hold no such term. Unless exact,
// terms in the ranges still have to be tested.
//
//	STRSTARTS(STR(?x), "http://a")   the dictionary's ranges of that prefix
//	REGEX(?x, "^abc")                the same
//	LANG(?x) = "en"                  language-tagged strings
//	DATATYPE(?x) = xsd:date          the tags of that datatype
//	?x < 5, ?x = 5                   numbers
//	isIRI(?x), isBlank(?x), isLiteral(?x), isNumeric(?x)
func (p *planner) rangesOf(e algebra.Expr) (v algebra.Var, ranges []encoded.Range, exact, ok bool, err error) {
	c, isCall := e.(*algebra.Call)
	if !isCall || len(c.Arguments) == 0 {
		return
	}
	variable := func(e algebra.Expr) (algebra.Var, bool) {
		x, ok := e.(*algebra.VarExpr)
		if !ok {
			return "", false
		}
		return x.Var, true
	}
	constant := func(e algebra.Expr) (graph.Term, bool) {
		x, ok := e.(*algebra.Const)
		if !ok {
			return graph.Term{}, false
		}
		return x.Term, true
	}
	// of returns the variable in f(?x).
	of := func(e algebra.Expr, f string) (algebra.Var, bool) {
		x, ok := e.(*algebra.Call)
		if !ok || x.Name != f || len(x.Arguments) != 1 {
			return "", false
		}
		return variable(x.Arguments[0])
	}
	if len(c.Arguments) == 1 {
		x, okv := variable(c.Arguments[0])
		if !okv {
			return
		}
		switch strings.ToUpper(c.Name) {
		case "ISIRI", "ISURI":
			return x, tags(encoded.TagIRI), true, true, nil
		case "ISBLANK":
			return x, tags(encoded.TagBlank), true, true, nil
		case "ISLITERAL":
			return x, tags(encoded.TagString, encoded.TagLang, encoded.TagTyped, encoded.TagInteger, encoded.TagDerived, encoded.TagDecimal,
				encoded.TagDouble, encoded.TagFloat, encoded.TagDateTime, encoded.TagDate, encoded.TagBoolean), true, true, nil
		case "ISNUMERIC":
			return x, numeric(), false, true, nil
		case "ISTRIPLE":
			return x, tags(encoded.TagTriple), true, true, nil
		}
		return
	}
	if len(c.Arguments) != 2 {
		return
	}
	left, right := c.Arguments[0], c.Arguments[1]
	switch c.Name {
	case "STRSTARTS", "REGEX":
		k, okk := constant(right)
		whole := true
		if c.Name == "REGEX" && okk && k.IsSimple() {
			var prefix string
			prefix, whole = regexPrefix(k.Value())
			k = graph.String(prefix)
		}
		x, okv := of(left, "STR")
		plain := false
		if !okv {
			x, okv = variable(left)
			plain = true
		}
		if !okk || !okv || !k.IsSimple() || k.Value() == "" {
			return
		}
		kinds := []encoded.Tag{encoded.TagString, encoded.TagLang}
		if !plain { // STR takes IRIs and every literal
			kinds = append(kinds, encoded.TagIRI, encoded.TagTyped)
			if first := k.Value()[0]; strings.IndexByte("0123456789+-.INtf", first) >= 0 {
				ranges = tags(encoded.TagInteger, encoded.TagDerived, encoded.TagDecimal, encoded.TagDouble, encoded.TagFloat,
					encoded.TagDateTime, encoded.TagDate, encoded.TagBoolean)
			}
		}
		exact = len(ranges) == 0 && whole
		for _, tag := range kinds {
			rs, ex, err := p.ds.PrefixRanges(tag, k.Value())
			if err != nil {
				return "", nil, false, false, err
			}
			ranges = append(ranges, rs...)
			exact = exact && ex
		}
		return x, merge(ranges), exact, true, nil
	case "=":
		if k, okk := constant(right); okk {
			if x, okv := of(left, "LANG"); okv && k.IsSimple() && k.Value() != "" {
				return x, tags(encoded.TagLang), false, true, nil
			}
			if x, okv := of(left, "DATATYPE"); okv && k.IsIRI() {
				if ts := datatypeTags(k.Value()); ts != nil {
					return x, tags(ts...), false, true, nil
				}
			}
		}
	}
	switch c.Name {
	case "=", "<", ">", "<=", ">=":
		name := c.Name
		x, okv := variable(left)
		k, okk := constant(right)
		if !okv || !okk {
			x, okv = variable(right)
			k, okk = constant(left)
			name = map[string]string{"=": "=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}[name]
		}
		if !okv || !okk || !k.IsLiteral() {
			return
		}
		if ts := comparable(k); ts != nil {
			return x, narrow(tags(ts...), name, k), false, true, nil
		}
	}
	return
}

// narrow leaves out inline integers that are on the wrong side of an integer constant:
// their numeric order is that of their values.
func narrow(ranges []encoded.Range, relation string, k graph.Term) []encoded.Range {
	id, ok := encoded.Inline(k)
	if !ok || id.Tag() != encoded.TagInteger {
		return ranges
	}
	all := encoded.TagRange(encoded.TagInteger)
	keep := all
	switch relation {
	case "=":
		keep = encoded.Range{Low: id, High: id}
	case "<":
		keep.High = id - 1
	case "<=":
		keep.High = id
	case ">":
		keep.Low = id + 1
	case ">=":
		keep.Low = id
	}
	// What lies below and above the integers stays as it is.
	var out []encoded.Range
	for _, r := range ranges {
		if r.Low < all.Low {
			out = append(out, encoded.Range{Low: r.Low, High: min(r.High, all.Low-1)})
		}
		if lo, hi := max(r.Low, keep.Low), min(r.High, keep.High); lo <= hi && lo >= all.Low && hi <= all.High {
			out = append(out, encoded.Range{Low: lo, High: hi})
		}
		if r.High > all.High {
			out = append(out, encoded.Range{Low: max(r.Low, all.High+1), High: r.High})
		}
	}
	return out
}

// regexPrefix returns the characters with which every match of an anchored
// pattern begins, "" if it does not tell, and whether it says nothing else.
func regexPrefix(pattern string) (prefix string, whole bool) {
	rest, ok := strings.CutPrefix(pattern, "^")
	if !ok || strings.Contains(rest, "|") {
		return "", false
	}
	n := strings.IndexAny(rest, `\.+*?()[]{}^$`)
	if n < 0 {
		return rest, true
	}
	if c := rest[n]; c == '*' || c == '?' || c == '{' { // the character before may be missing
		_, size := utf8.DecodeLastRuneInString(rest[:n])
		n -= size
	}
	return rest[:n], false
}

// comparable returns the tags of terms that a constant can be compared with
// without an error; nil: unknown.
func comparable(k graph.Term) []encoded.Tag {
	switch e, inline := encoded.Inline(k); {
	case k.IsSimple():
		return []encoded.Tag{encoded.TagString}
	case !inline:
		return nil
	default:
		switch e.Tag() {
		case encoded.TagInteger, encoded.TagDerived, encoded.TagDecimal, encoded.TagDouble, encoded.TagFloat:
			return []encoded.Tag{encoded.TagTyped, encoded.TagInteger, encoded.TagDerived, encoded.TagDecimal, encoded.TagDouble, encoded.TagFloat}
		case encoded.TagDateTime:
			return []encoded.Tag{encoded.TagTyped, encoded.TagDateTime}
		case encoded.TagDate:
			return []encoded.Tag{encoded.TagTyped, encoded.TagDate, encoded.TagDateTime}
		case encoded.TagBoolean:
			return []encoded.Tag{encoded.TagTyped, encoded.TagBoolean}
		}
	}
	return nil
}

func numeric() []encoded.Range {
	return tags(encoded.TagTyped, encoded.TagInteger, encoded.TagDerived, encoded.TagDecimal, encoded.TagDouble, encoded.TagFloat)
}

// datatypeTags returns the tags that literals of a datatype can have. Those that
// have no inline form are TagTyped.
func datatypeTags(datatype string) []encoded.Tag {
	switch datatype {
	case graph.XSDString:
		return []encoded.Tag{encoded.TagString}
	case graph.RDFLangString, graph.RDFDirLangString:
		return []encoded.Tag{encoded.TagLang}
	case graph.XSDInteger:
		return []encoded.Tag{encoded.TagTyped, encoded.TagInteger}
	case graph.XSDDecimal:
		return []encoded.Tag{encoded.TagTyped, encoded.TagDecimal}
	case graph.XSDDouble:
		return []encoded.Tag{encoded.TagTyped, encoded.TagDouble}
	case graph.XSDFloat:
		return []encoded.Tag{encoded.TagTyped, encoded.TagFloat}
	case graph.XSDDateTime:
		return []encoded.Tag{encoded.TagTyped, encoded.TagDateTime}
	case graph.XSDDate, graph.XSDGYear, graph.XSDGYearMonth:
		return []encoded.Tag{encoded.TagTyped, encoded.TagDate}
	case graph.XSDBoolean:
		return []encoded.Tag{encoded.TagTyped, encoded.TagBoolean}
	case graph.XSDByte, graph.XSDShort, graph.XSDInt, graph.XSDLong, graph.XSDUnsignedByte, graph.XSDUnsignedShort, graph.XSDUnsignedInt,
		graph.XSDUnsignedLong, graph.XSDPositiveInteger, graph.XSDNonNegativeInteger, graph.XSDNegativeInteger, graph.XSDNonPositiveInteger:
		return []encoded.Tag{encoded.TagTyped, encoded.TagDerived}
	}
	return []encoded.Tag{encoded.TagTyped}
}

// tags returns the ranges of all terms with these tags.
func tags(ts ...encoded.Tag) []encoded.Range {
	var out []encoded.Range
	for _, t := range ts {
		out = append(out, encoded.TagRange(t))
	}
	return merge(out)
}

// merge sorts ranges and joins those that touch.
func merge(rs []encoded.Range) []encoded.Range {
	slices.SortFunc(rs, func(a, b encoded.Range) int {
		switch {
		case a.Low < b.Low:
			return -1
		case a.Low > b.Low:
			return 1
		}
		return 0
	})
	var out []encoded.Range
	for _, r := range rs {
		if n := len(out); n > 0 && r.Low <= out[n-1].High+1 {
			out[n-1].High = max(out[n-1].High, r.High)
			continue
		}
		out = append(out, r)
	}
	return out
}

// intersect returns the terms that are in both lists of ranges.
func intersect(a, b []encoded.Range) []encoded.Range {
	out := []encoded.Range{}
	for _, x := range a {
		for _, y := range b {
			if lo, hi := max(x.Low, y.Low), min(x.High, y.High); lo <= hi {
				out = append(out, encoded.Range{Low: lo, High: hi})
			}
		}
	}
	return merge(out)
}

// restrict notes the ranges that a filter allows. It returns whether the filter
// is done with that, and the part of the rows it keeps (1 if unknown).
func (p *planner) restrict(r *relation, f algebra.Expr) (done bool, part float64, err error) {
	v, ranges, exact, ok, err := p.rangesOf(f)
	if err != nil || !ok || !r.visible[v] || r.leaf == nil {
		return false, 1, err
	}
	for _, o := range r.leaf.orders() {
		if by := r.leaf.sortedBy(o); len(by) == 0 || by[0] != v {
			continue
		}
		n, _, err := p.countRanges(r.leaf, o, ranges)
		if err != nil {
			return false, 1, err
		}
		part = 1
		if r.leaf.rows > 0 {
			part = n / r.leaf.rows
		}
		r.limit(v, ranges)
		return exact, part, nil
	}
	r.limit(v, ranges)
	return exact, 1, nil
}

func (r *relation) limit(v algebra.Var, ranges []encoded.Range) {
	limits := make(map[algebra.Var][]encoded.Range, len(r.limits)+1)
	for w, rs := range r.limits {
		limits[w] = rs
	}
	if old, ok := limits[v]; ok {
		ranges = intersect(old, ranges)
	}
	limits[v] = ranges
	r.limits = limits
}

// countRanges counts the rows of a leaf whose first free position in an order
// lies in the ranges.
func (p *planner) countRanges(l *leaf, o encoded.Order, ranges []encoded.Range) (n float64, exact bool, err error) {
	if len(ranges) > 64 {
		return l.rows, false, nil
	}
	scan := l.scan
	scan.Order = o
	exact = true
	for _, rg := range ranges {
		scan.Range = rg
		k, ex, err := p.ds.Count(scan)
		if err != nil {
			return 0, false, err
		}
		n += float64(k)
		exact = exact && ex
	}
	return min(n, l.rows), exact, nil
}
