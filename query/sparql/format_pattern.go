package sparql

import (
	"strings"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/query/algebra"
)

// group writes a group graph pattern with its braces after a head.
func (f *formatter) group(head string, op algebra.Op) {
	f.open(head)
	f.contents(op, nil)
	f.shut()
}

// contents writes what stands inside the braces of a group; condition, if not
// nil, is one more filter of it.
func (f *formatter) contents(op algebra.Op, condition algebra.Expr) {
	switch o := op.(type) {
	case *algebra.Filter:
		if condition != nil {
			break
		}
		op, condition = o.Input, o.Condition
	case *algebra.Project, *algebra.Distinct, *algebra.Reduced, *algebra.Slice, *algebra.OrderBy, *algebra.Group:
		if condition == nil {
			f.selection(op, nil, nil)
			return
		}
	}
	f.sequence(op)
	f.filter(condition)
}

// filter writes a condition, if there is one, as the last elements of a group:
// a FILTER for each part of a conjunction.
func (f *formatter) filter(condition algebra.Expr) {
	switch c := condition.(type) {
	case nil:
	case *algebra.Exists:
		f.line("FILTER " + f.expr(c, 0))
	case *algebra.Call:
		if c.Name == "&&" {
			f.filter(c.Arguments[0])
			if right, ok := c.Arguments[1].(*algebra.Call); ok && right.Name == "&&" {
				f.line("FILTER (" + f.expr(right, 0) + ")")
			} else {
				f.filter(c.Arguments[1])
			}
			return
		}
		f.line("FILTER (" + f.expr(c, 0) + ")")
	default:
		f.line("FILTER (" + f.expr(c, 0) + ")")
	}
}

// sequence writes a tree as elements that follow one another in a group.
func (f *formatter) sequence(op algebra.Op) {
	if isUnit(op) {
		return
	}
	switch o := op.(type) {
	case *algebra.Join:
		f.sequence(o.Left)
		f.element(o.Right)
	case *algebra.LeftJoin:
		f.sequence(o.Left)
		f.open("OPTIONAL")
		if _, ok := o.Right.(*algebra.Filter); ok { // bare, it would become the condition
			f.element(o.Right)
			f.filter(o.Condition)
		} else {
			f.contents(o.Right, o.Condition)
		}
		f.shut()
	case *algebra.Minus:
		f.sequence(o.Left)
		f.group("MINUS", o.Right)
	case *algebra.Lateral:
		f.sequence(o.Left)
		f.group("LATERAL", o.Right)
	case *algebra.Extend:
		f.sequence(o.Input)
		f.line("BIND (" + f.expr(o.Expr, 0) + " AS " + f.variable(o.Var, false) + ")")
		f.ends()
	default:
		f.element(op)
	}
}

// element writes the right side of a join.
func (f *formatter) element(op algebra.Op) {
	switch o := op.(type) {
	case *algebra.BGP:
		if f.triples || len(o.Patterns) == 0 { // two blocks would become one
			f.group("", op)
			return
		}
		f.triples = true
		f.statements(o.Patterns)
	case *algebra.PathPattern:
		f.triples = true
		f.line(f.node(o.Subject, true) + " " + f.path(o.Path, 0) + " " + f.node(o.Object, true) + " .")
	case *algebra.Union:
		switch len(o.Branches) {
		case 0:
			f.line("FILTER (false)")
		default:
			for i, b := range o.Branches {
				head := ""
				if i > 0 {
					head = "UNION"
				}
				f.group(head, b)
			}
		}
	case *algebra.Graph:
		f.group("GRAPH "+f.node(o.Name, false), o.Input)
	case *algebra.Service:
		head := "SERVICE "
		if o.Silent {
			head += "SILENT "
		}
		f.group(head+f.node(o.Name, false), o.Input)
	case *algebra.Table:
		f.table(o)
	default:
		if l := logical(op); l != op {
			f.element(l)
			return
		}
		f.group("", op)
	}
}

// logical returns the operator that a physical one stands for.
func logical(op algebra.Op) algebra.Op {
	switch o := op.(type) {
	case *algebra.Scan:
		if o.TripleTerm != (algebra.Node{}) {
			t := o.Pattern
			reifies := algebra.TriplePattern{Subject: algebra.VarNode(".reifier"), Predicate: iriNode(graph.RDFReifies), Object: algebra.Node{Triple: &t}}
			return &algebra.BGP{Patterns: []algebra.TriplePattern{reifies}}
		}
		return &algebra.BGP{Patterns: []algebra.TriplePattern{o.Pattern}}
	case *algebra.MultiJoin:
		bgp := &algebra.BGP{}
		for _, s := range o.Scans {
			bgp.Patterns = append(bgp.Patterns, s.Pattern)
		}
		return bgp
	case *algebra.PhysicalJoin:
		switch o.Kind {
		case algebra.LeftOuterJoin:
			return &algebra.LeftJoin{Left: o.Left, Right: o.Right, Condition: o.Condition}
		case algebra.MinusJoin:
			return &algebra.Minus{Left: o.Left, Right: o.Right}
		case algebra.SemiJoin, algebra.AntiJoin:
			right := filtered(o.Right, o.Condition)
			return &algebra.Filter{Input: o.Left, Condition: &algebra.Exists{Pattern: right, Negated: o.Kind == algebra.AntiJoin}}
		}
		return filtered(&algebra.Join{Left: o.Left, Right: o.Right}, o.Condition)
	case *algebra.TopN:
		return &algebra.Slice{Input: &algebra.OrderBy{Input: o.Input, Keys: o.Keys}, Offset: o.Offset, Limit: o.Limit}
	case *algebra.Count:
		g := &algebra.Group{Input: o.Scan}
		agg := &algebra.Aggregate{Name: "COUNT", Separator: " "}
		if o.Distinct != "" {
			agg.Distinct, agg.Arg = true, &algebra.VarExpr{Var: o.Distinct}
		}
		if o.Key != "" {
			g.Keys = []algebra.GroupKey{{Var: o.Key, Expr: &algebra.VarExpr{Var: o.Key}}}
		}
		g.Aggs = []algebra.Aggregation{{Var: o.Var, Agg: agg}}
		return g
	}
	return op
}

// statements writes triple patterns, those with a common subject together.
func (f *formatter) statements(list []algebra.TriplePattern) {
	for i := 0; i < len(list); {
		subject := f.node(list[i].Subject, true)
		text := subject
		for j := i; ; {
			predicate := f.predicate(list[j].Predicate)
			if j > i {
				text += " ;"
				f.line(text)
				text = "  "
			} else {
				text += " "
			}
			text += predicate + " " + f.node(list[j].Object, true)
			for j++; j < len(list) && f.node(list[j].Subject, true) == subject && f.predicate(list[j].Predicate) == predicate; j++ {
				text += ", " + f.node(list[j].Object, true)
			}
			if j >= len(list) || f.node(list[j].Subject, true) != subject {
				i = j
				break
			}
		}
		f.line(text + " .")
	}
}

func (f *formatter) predicate(n algebra.Node) string {
	if n.Term.IsIRI() && n.Term.Value() == graph.RDFType {
		return "a"
	}
	return f.node(n, true)
}

// node writes a node; triple says that it stands in a triple pattern.
func (f *formatter) node(n algebra.Node, triple bool) string {
	switch {
	case n.Var != "":
		return f.variable(n.Var, triple)
	case n.Triple != nil:
		return "<<( " + f.node(n.Triple.Subject, triple) + " " + f.predicate(n.Triple.Predicate) + " " + f.node(n.Triple.Object, triple) + " )>>"
	}
	return f.term(n.Term)
}

func (f *formatter) table(t *algebra.Table) {
	f.ends()
	if len(t.Vars) == 1 {
		text := "VALUES " + f.variable(t.Vars[0], false) + " {"
		for _, r := range t.Rows {
			text += " " + f.term(r[0])
		}
		f.line(text + " }")
		return
	}
	vars := make([]string, len(t.Vars))
	for i, v := range t.Vars {
		vars[i] = f.variable(v, false)
	}
	f.line("VALUES (" + strings.Join(vars, " ") + ") {")
	f.depth++
	for _, r := range t.Rows {
		terms := make([]string, len(r))
		for i, t := range r {
			terms[i] = f.term(t)
		}
		f.line("(" + strings.Join(terms, " ") + ")")
	}
	f.depth--
	f.line("}")
}

// term writes a term, shortened where the result reads back as the same term.
func (f *formatter) term(t graph.Term) string {
	switch t.Kind() {
	case graph.KindIRI:
		return f.iri(t.Value())
	case graph.KindTriple:
		tr := t.Triple()
		return "<<( " + f.term(tr.Subject) + " " + f.term(tr.Predicate) + " " + f.term(tr.Object) + " )>>"
	case graph.KindLiteral:
		lexical := t.Value()
		switch t.Datatype() {
		case graph.XSDBoolean:
			if lexical == "true" || lexical == "false" {
				return lexical
			}
		case graph.XSDInteger, graph.XSDDecimal, graph.XSDDouble:
			unsigned := strings.TrimPrefix(strings.TrimPrefix(lexical, "+"), "-")
			if len(lexical)-len(unsigned) <= 1 && numberLength(unsigned) == len(unsigned) && unsigned != "" && numberType(unsigned) == t.Datatype() {
				return lexical
			}
		case graph.XSDString, graph.RDFLangString, graph.RDFDirLangString:
		default:
			return quote(lexical) + "^^" + f.iri(t.Datatype())
		}
	}
	return t.String()
}

// numberType returns the datatype of a number written without quotes.
func numberType(text string) string {
	switch {
	case strings.ContainsAny(text, "eE"):
		return graph.XSDDouble
	case strings.Contains(text, "."):
		return graph.XSDDecimal
	}
	return graph.XSDInteger
}

func (f *formatter) iri(iri string) string {
	best := -1
	for i, p := range f.prefixes {
		if strings.HasPrefix(iri, p.IRI) && plainLocal(iri[len(p.IRI):]) && (best < 0 || len(p.IRI) > len(f.prefixes[best].IRI)) {
			best = i
		}
	}
	if best < 0 {
		return graph.IRI(iri).String()
	}
	return f.prefixes[best].Name + ":" + iri[len(f.prefixes[best].IRI):]
}

// plainLocal reports whether s may stand as the local part of a prefixed name
// without escapes.
func plainLocal(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_':
		case (c == '-' || c == '.') && i > 0 && i < len(s)-1:
		default:
			return false
		}
	}
	return true
}

// path writes a property path; least is the precedence that needs no parentheses:
// 0 alternative, 1 sequence, 2 inverse, 3 repetition, 4 primary.
func (f *formatter) path(p algebra.Path, least int) string {
	own, text := 4, ""
	switch x := p.(type) {
	case *algebra.PathLink:
		text = f.predicate(algebra.TermNode(x.Predicate))
	case *algebra.PathInverse:
		own, text = 2, "^"+f.path(x.Path, 3)
	case *algebra.PathSequence:
		own, text = 1, f.path(x.First, 1)+"/"+f.path(x.Second, 2)
	case *algebra.PathAlternative:
		own, text = 0, f.path(x.Left, 0)+"|"+f.path(x.Right, 1)
	case *algebra.PathRepeat:
		own = 3
		switch {
		case x.Min == 0 && x.Max < 0:
			text = f.path(x.Path, 4) + "*"
		case x.Min == 1 && x.Max < 0:
			text = f.path(x.Path, 4) + "+"
		case x.Min == 0 && x.Max == 1:
			text = f.path(x.Path, 4) + "?"
		default:
			own, text = 1, f.repeat(x)
		}
	case *algebra.PathNegated:
		var links []string
		for _, t := range x.Forward {
			links = append(links, f.predicate(algebra.TermNode(t)))
		}
		for _, t := range x.Inverse {
			links = append(links, "^"+f.predicate(algebra.TermNode(t)))
		}
		text = "!(" + strings.Join(links, "|") + ")"
	}
	if own < least {
		return "(" + text + ")"
	}
	return text
}

// repeat writes path{min,max} as the sequence it stands for.
func (f *formatter) repeat(x *algebra.PathRepeat) string {
	step := f.path(x.Path, 2)
	var steps []string
	for range x.Min {
		steps = append(steps, step)
	}
	if x.Max < 0 {
		steps = append(steps, f.path(x.Path, 4)+"*")
	} else if x.Max > x.Min {
		optional := ""
		for range x.Max - x.Min {
			if optional == "" {
				optional = "(" + step + ")?"
			} else {
				optional = "(" + step + "/" + optional + ")?"
			}
		}
		steps = append(steps, optional)
	}
	return strings.Join(steps, "/")
}
