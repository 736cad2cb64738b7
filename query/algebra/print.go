package algebra

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/ententedb/entente/graph"
)

// The printed form is that of Apache Jena's "SSE": an S-expression with one
// operator or triple pattern a line. Terms are in N-Triples syntax, variables
// have their "?". Service.Text is left out: it can be made from the pattern.

// sexp is an S-expression: an atom, or a list of them. A list that is a block
// begins a line of its own.
type sexp struct {
	atom  string
	list  []sexp
	block bool
}

func atom(s string) sexp { return sexp{atom: s} }

// form is a list with a head.
func form(head string, rest ...sexp) sexp {
	return sexp{list: append([]sexp{{atom: head}}, rest...)}
}

// listOf is a list without a head.
func listOf(items ...sexp) sexp { return sexp{list: append([]sexp{}, items...)} }

// block is a form on a line of its own.
func block(head string, rest ...sexp) sexp {
	s := form(head, rest...)
	s.block = true
	return s
}

func (s sexp) write(b *strings.Builder, depth int) {
	if s.list == nil {
		b.WriteString(s.atom)
		return
	}
	b.WriteByte('(')
	for i, item := range s.list {
		switch {
		case item.block:
			b.WriteByte('\n')
			for range depth + 1 {
				b.WriteString("  ")
			}
		case i > 0:
			b.WriteByte(' ')
		}
		item.write(b, depth+1)
	}
	b.WriteByte(')')
}

func (s sexp) String() string {
	var b strings.Builder
	s.write(&b, 0)
	return b.String()
}

// Print returns the text of an operator, which [Parse] reads back.
func Print(op Op) string { return opSexp(op).String() }

// PrintExpr returns the text of an expression, which [ParseExpr] reads back.
func PrintExpr(e Expr) string { return exprSexp(e).String() }

// PrintPath returns the text of a property path, which [ParsePath] reads back.
func PrintPath(p Path) string { return pathSexp(p).String() }

// Equal reports whether two trees are the same, names of variables included.
func Equal(a, b Op) bool { return Print(a) == Print(b) }

func termSexp(t graph.Term) sexp { return atom(termText(t)) }

// termText writes a term in N-Triples syntax, numbers and booleans as SPARQL
// writes them.
func termText(t graph.Term) string {
	switch t.Kind() {
	case graph.KindTriple:
		tr := t.Triple()
		return "<<( " + termText(tr.Subject) + " " + termText(tr.Predicate) + " " + termText(tr.Object) + " )>>"
	case graph.KindLiteral:
		lexical, datatype := t.Value(), t.Datatype()
		if datatype == graph.XSDBoolean && (lexical == "true" || lexical == "false") || numberType(lexical) == datatype {
			return lexical
		}
	}
	return t.String()
}

var (
	integerPattern = regexp.MustCompile(`^[+-]?[0-9]+$`)
	decimalPattern = regexp.MustCompile(`^[+-]?[0-9]*\.[0-9]+$`)
	doublePattern  = regexp.MustCompile(`^[+-]?([0-9]+\.[0-9]*|\.[0-9]+|[0-9]+)[eE][+-]?[0-9]+$`)
)

// numberType returns the datatype of a number written without quotes, "" for
// what is none.
func numberType(s string) string {
	switch {
	case integerPattern.MatchString(s):
		return graph.XSDInteger
	case decimalPattern.MatchString(s):
		return graph.XSDDecimal
	case doublePattern.MatchString(s):
		return graph.XSDDouble
	}
	return ""
}

func varSexp(v Var) sexp { return atom("?" + string(v)) }

func varsSexp(vars []Var) sexp {
	s := listOf()
	for _, v := range vars {
		s.list = append(s.list, varSexp(v))
	}
	return s
}

func nodeSexp(n Node) sexp { return atom(n.String()) }

// String returns the node as it is printed.
func (n Node) String() string {
	switch {
	case n.Var != "":
		return "?" + string(n.Var)
	case n.Triple != nil:
		return "<<( " + n.Triple.Subject.String() + " " + n.Triple.Predicate.String() + " " + n.Triple.Object.String() + " )>>"
	}
	return termText(n.Term)
}

func tripleSexp(t TriplePattern) sexp {
	return form("triple", nodeSexp(t.Subject), nodeSexp(t.Predicate), nodeSexp(t.Object))
}

func intSexp(n int64) sexp { return atom(strconv.FormatInt(n, 10)) }

func opSexp(op Op) sexp {
	switch o := op.(type) {
	case nil:
		return block("nil")
	case *BGP:
		s := block("bgp")
		for _, t := range o.Patterns {
			p := tripleSexp(t)
			p.block = true
			s.list = append(s.list, p)
		}
		return s
	case *PathPattern:
		return block("path", nodeSexp(o.Subject), pathSexp(o.Path), nodeSexp(o.Object))
	case *Join:
		return block("join", opSexp(o.Left), opSexp(o.Right))
	case *LeftJoin:
		s := block("leftjoin")
		if o.Condition != nil {
			s.list = append(s.list, exprSexp(o.Condition))
		}
		s.list = append(s.list, opSexp(o.Left), opSexp(o.Right))
		return s
	case *Filter:
		return block("filter", exprSexp(o.Condition), opSexp(o.Input))
	case *Union:
		s := block("union")
		for _, b := range o.Branches {
			s.list = append(s.list, opSexp(b))
		}
		return s
	case *Minus:
		return block("minus", opSexp(o.Left), opSexp(o.Right))
	case *Graph:
		return block("graph", nodeSexp(o.Name), opSexp(o.Input))
	case *Extend:
		return block("extend", listOf(varSexp(o.Var), exprSexp(o.Expr)), opSexp(o.Input))
	case *Table:
		return tableSexp(o)
	case *Service:
		s := block("service", nodeSexp(o.Name))
		if o.Silent {
			s.list = append(s.list, atom("silent"))
		}
		s.list = append(s.list, opSexp(o.Input))
		return s
	case *Lateral:
		return block("lateral", opSexp(o.Left), opSexp(o.Right))
	case *Group:
		keys, aggs := listOf(), listOf()
		for _, k := range o.Keys {
			keys.list = append(keys.list, listOf(varSexp(k.Var), exprSexp(k.Expr)))
		}
		for _, a := range o.Aggs {
			aggs.list = append(aggs.list, listOf(varSexp(a.Var), exprSexp(a.Agg)))
		}
		return block("group", keys, aggs, opSexp(o.Input))
	case *OrderBy:
		return block("order", keysSexp(o.Keys), opSexp(o.Input))
	case *Project:
		return block("project", varsSexp(o.Vars), opSexp(o.Input))
	case *Distinct:
		return block("distinct", opSexp(o.Input))
	case *Reduced:
		return block("reduced", opSexp(o.Input))
	case *Slice:
		return block("slice", intSexp(o.Offset), intSexp(o.Limit), opSexp(o.Input))
	}
	return physicalSexp(op)
}

func physicalSexp(op Op) sexp {
	switch o := op.(type) {
	case *Scan:
		return scanSexp(o)
	case *PhysicalJoin:
		s := block("physicaljoin", atom(o.Kind.String()), atom(o.Method.String()), varsSexp(o.On))
		if o.Condition != nil {
			s.list = append(s.list, form("if", exprSexp(o.Condition)))
		}
		s.list = append(s.list, rowsSexp(o.Estimate, false)...)
		s.list = append(s.list, opSexp(o.Left), opSexp(o.Right))
		return s
	case *MultiJoin:
		s := block("multijoin", varsSexp(o.Vars))
		for _, c := range o.Scans {
			s.list = append(s.list, scanSexp(c))
		}
		return s
	case *TopN:
		return block("topn", intSexp(o.Offset), intSexp(o.Limit), keysSexp(o.Keys), opSexp(o.Input))
	case *Count:
		s := block("count", varSexp(o.Var))
		if o.Distinct != "" {
			s.list = append(s.list, form("distinct", varSexp(o.Distinct)))
		}
		if o.Key != "" {
			s.list = append(s.list, form("key", varSexp(o.Key)))
		}
		s.list = append(s.list, scanSexp(o.Scan))
		return s
	}
	panic(fmt.Sprintf("algebra: unknown operator %T", op))
}

func scanSexp(o *Scan) sexp {
	s := block("scan", atom(o.Order.String()), tripleSexp(o.Pattern))
	if o.TripleTerm != (Node{}) {
		s.list = append(s.list, form("as", nodeSexp(o.TripleTerm)))
	}
	if len(o.Unneeded) > 0 {
		s.list = append(s.list, form("unneeded", varsSexp(o.Unneeded).list...))
	}
	for _, r := range o.Ranges {
		f := form("range", varSexp(r.Var))
		for _, x := range r.Ranges {
			f.list = append(f.list, listOf(atom(strconv.FormatUint(uint64(x.Low), 10)), atom(strconv.FormatUint(uint64(x.High), 10))))
		}
		s.list = append(s.list, f)
	}
	s.list = append(s.list, rowsSexp(o.Estimate, o.Exact)...)
	return s
}

// rowsSexp prints an estimate; zero is left out.
func rowsSexp(n float64, exact bool) []sexp {
	head := "rows"
	if exact {
		head = "exactly"
	} else if n == 0 {
		return nil
	}
	return []sexp{form(head, atom(strconv.FormatFloat(n, 'g', -1, 64)))}
}

func tableSexp(o *Table) sexp {
	if len(o.Vars) == 0 && len(o.Rows) == 1 {
		return block("unit")
	}
	s := block("table", varsSexp(o.Vars))
	for _, r := range o.Rows {
		row := block("row")
		for _, t := range r {
			row.list = append(row.list, termSexp(t))
		}
		s.list = append(s.list, row)
	}
	return s
}

func keysSexp(keys []OrderKey) sexp {
	s := listOf()
	for _, k := range keys {
		head := "asc"
		if k.Descending {
			head = "desc"
		}
		s.list = append(s.list, form(head, exprSexp(k.Expr)))
	}
	return s
}

func exprSexp(e Expr) sexp {
	switch x := e.(type) {
	case nil:
		return listOf()
	case *VarExpr:
		return varSexp(x.Var)
	case *Const:
		return termSexp(x.Term)
	case *Call:
		head := x.Name
		if head == "not in" {
			head = "notin"
		}
		if strings.Contains(head, ":") {
			head = graph.IRI(head).String()
		}
		s := form(head)
		for _, a := range x.Arguments {
			s.list = append(s.list, exprSexp(a))
		}
		return s
	case *Exists:
		if x.Negated {
			return form("notexists", opSexp(x.Pattern))
		}
		return form("exists", opSexp(x.Pattern))
	case *Aggregate:
		s := form("aggregate", atom(x.Name))
		if x.Distinct {
			s.list = append(s.list, atom("distinct"))
		}
		if x.Separator != "" && x.Separator != " " || x.Separator == "" && x.Name == "GROUP_CONCAT" {
			s.list = append(s.list, form("separator", termSexp(graph.String(x.Separator))))
		}
		if x.Arg != nil {
			s.list = append(s.list, exprSexp(x.Arg))
		}
		return s
	}
	panic(fmt.Sprintf("algebra: unknown expression %T", e))
}

func pathSexp(p Path) sexp {
	switch x := p.(type) {
	case nil:
		return listOf()
	case *PathLink:
		return termSexp(x.Predicate)
	case *PathInverse:
		return form("inverse", pathSexp(x.Path))
	case *PathSequence:
		return form("sequence", pathSexp(x.First), pathSexp(x.Second))
	case *PathAlternative:
		return form("alternative", pathSexp(x.Left), pathSexp(x.Right))
	case *PathRepeat:
		switch {
		case x.Min == 0 && x.Max < 0:
			return form("*", pathSexp(x.Path))
		case x.Min == 1 && x.Max < 0:
			return form("+", pathSexp(x.Path))
		case x.Min == 0 && x.Max == 1:
			return form("?", pathSexp(x.Path))
		}
		return form("repeat", intSexp(int64(x.Min)), intSexp(int64(x.Max)), pathSexp(x.Path))
	case *PathNegated:
		terms := func(head string, ts []graph.Term) sexp {
			s := form(head)
			for _, t := range ts {
				s.list = append(s.list, termSexp(t))
			}
			return s
		}
		s := form("not", terms("forward", x.Forward))
		if x.Inverse != nil {
			s.list = append(s.list, terms("inverse", x.Inverse))
		}
		return s
	}
	panic(fmt.Sprintf("algebra: unknown path %T", p))
}

var (
	kindNames   = []string{"inner", "left", "semi", "anti", "minus"}
	methodNames = []string{"auto", "merge", "hash", "lookup"}
)

// String returns "inner", "left", "semi", "anti" or "minus".
func (k JoinKind) String() string { return kindNames[k] }

// String returns "auto", "merge", "hash" or "lookup".
func (m JoinMethod) String() string { return methodNames[m] }
