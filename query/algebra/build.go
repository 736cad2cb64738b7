package algebra

import (
	"strconv"
	"strings"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
)

// op builds an operator from its printed form.
func (b *builder) op(s sexp) Op {
	head, args := b.head(s, 0)
	need := func(n int) {
		if len(args) != n {
			b.fail(s, "wrong number of arguments")
		}
	}
	switch head {
	case "nil":
		return nil
	case "unit":
		return Unit()
	case "bgp":
		o := &BGP{}
		for _, a := range args {
			o.Patterns = append(o.Patterns, b.triple(a))
		}
		return o
	case "path":
		need(3)
		return &PathPattern{b.node(args[0]), b.path(args[1]), b.node(args[2])}
	case "join":
		need(2)
		return &Join{b.op(args[0]), b.op(args[1])}
	case "leftjoin":
		if len(args) == 2 {
			return &LeftJoin{Left: b.op(args[0]), Right: b.op(args[1])}
		}
		need(3)
		return &LeftJoin{b.op(args[1]), b.op(args[2]), b.expr(args[0])}
	case "filter":
		need(2)
		return &Filter{b.op(args[1]), b.expr(args[0])}
	case "union":
		o := &Union{}
		for _, a := range args {
			o.Branches = append(o.Branches, b.op(a))
		}
		return o
	case "minus":
		need(2)
		return &Minus{b.op(args[0]), b.op(args[1])}
	case "graph":
		need(2)
		return &Graph{b.node(args[0]), b.op(args[1])}
	case "extend":
		need(2)
		pair := b.pair(args[0])
		return &Extend{b.op(args[1]), b.variable(pair[0]), b.expr(pair[1])}
	case "table":
		return b.table(s, args)
	case "service":
		o := &Service{}
		if len(args) == 3 && args[1].atom == "silent" {
			o.Silent, args = true, []sexp{args[0], args[2]}
		}
		need(2)
		o.Name, o.Input = b.node(args[0]), b.op(args[1])
		return o
	case "lateral":
		need(2)
		return &Lateral{b.op(args[0]), b.op(args[1])}
	case "group":
		need(3)
		return b.groupOp(args)
	case "order":
		need(2)
		return &OrderBy{b.op(args[1]), b.keys(args[0])}
	case "project":
		need(2)
		return &Project{b.op(args[1]), b.vars(b.items(args[0]))}
	case "distinct":
		need(1)
		return &Distinct{b.op(args[0])}
	case "reduced":
		need(1)
		return &Reduced{b.op(args[0])}
	case "slice":
		need(3)
		return &Slice{b.op(args[2]), b.integer(args[0]), b.integer(args[1])}
	}
	return b.physical(s, head, args)
}

func (b *builder) physical(s sexp, head string, args []sexp) Op {
	if len(args) < 2 {
		b.fail(s, "too few arguments")
	}
	switch head {
	case "scan":
		return b.scan(s)
	case "physicaljoin":
		o := &PhysicalJoin{Kind: JoinKind(b.index(args[0], kindNames)), Method: JoinMethod(b.index(args[1], methodNames))}
		if len(args) < 5 {
			b.fail(s, "too few arguments")
		}
		o.On = b.vars(b.items(args[2]))
		for args = args[3:]; len(args) > 2; args = args[1:] {
			switch h, a := b.head(args[0], 1); h {
			case "if":
				o.Condition = b.expr(a[0])
			case "rows":
				o.Estimate = b.float(a[0])
			default:
				b.fail(args[0], "unknown property of a join")
			}
		}
		o.Left, o.Right = b.op(args[0]), b.op(args[1])
		return o
	case "multijoin":
		o := &MultiJoin{Vars: b.vars(b.items(args[0]))}
		for _, a := range args[1:] {
			o.Scans = append(o.Scans, b.scan(a))
		}
		return o
	case "topn":
		if len(args) != 4 {
			b.fail(s, "wrong number of arguments")
		}
		return &TopN{b.op(args[3]), b.keys(args[2]), b.integer(args[0]), b.integer(args[1])}
	case "count":
		o := &Count{Var: b.variable(args[0])}
		for args = args[1:]; len(args) > 1; args = args[1:] {
			switch h, a := b.head(args[0], 1); h {
			case "distinct":
				o.Distinct = b.variable(a[0])
			case "key":
				o.Key = b.variable(a[0])
			default:
				b.fail(args[0], "unknown property of a count")
			}
		}
		o.Scan = b.scan(args[0])
		return o
	}
	b.fail(s, "unknown operator")
	return nil
}

func (b *builder) scan(s sexp) *Scan {
	head, args := b.head(s, 2)
	if head != "scan" {
		b.fail(s, "a scan is expected")
	}
	o := &Scan{Order: b.order(args[0]), Pattern: b.triple(args[1])}
	for _, p := range args[2:] {
		switch h, a := b.head(p, 1); h {
		case "as":
			o.TripleTerm = b.node(a[0])
		case "unneeded":
			o.Unneeded = b.vars(a)
		case "range":
			r := VarRange{Var: b.variable(a[0])}
			for _, x := range a[1:] {
				pair := b.pair(x)
				r.Ranges = append(r.Ranges, encoded.Range{Low: b.encoded(pair[0]), High: b.encoded(pair[1])})
			}
			o.Ranges = append(o.Ranges, r)
		case "rows":
			o.Estimate = b.float(a[0])
		case "exactly":
			o.Estimate, o.Exact = b.float(a[0]), true
		default:
			b.fail(p, "unknown property of a scan")
		}
	}
	return o
}

func (b *builder) encoded(s sexp) encoded.Term {
	n, err := strconv.ParseUint(s.atom, 10, 64)
	if err != nil {
		b.fail(s, "an encoded term is expected")
	}
	return encoded.Term(n)
}

func (b *builder) float(s sexp) float64 {
	n, err := strconv.ParseFloat(s.atom, 64)
	if err != nil {
		b.fail(s, "a number is expected")
	}
	return n
}

// pair returns the two parts of a list.
func (b *builder) pair(s sexp) []sexp {
	p := b.items(s)
	if len(p) != 2 {
		b.fail(s, "a pair is expected")
	}
	return p
}

func (b *builder) triple(s sexp) TriplePattern {
	head, a := b.head(s, 3)
	if head != "triple" || len(a) != 3 {
		b.fail(s, "a triple is expected")
	}
	return TriplePattern{b.node(a[0]), b.node(a[1]), b.node(a[2])}
}

func (b *builder) table(s sexp, args []sexp) Op {
	if len(args) == 0 {
		b.fail(s, "too few arguments")
	}
	o := &Table{Vars: b.vars(b.items(args[0]))}
	for _, r := range args[1:] {
		head, values := b.head(r, 0)
		if head != "row" || len(values) != len(o.Vars) {
			b.fail(r, "a row with a value for each variable is expected")
		}
		row := make([]graph.Term, len(values))
		for i, v := range values {
			row[i] = b.term(v)
		}
		o.Rows = append(o.Rows, row)
	}
	return o
}

func (b *builder) groupOp(args []sexp) Op {
	o := &Group{Input: b.op(args[2])}
	for _, k := range b.items(args[0]) {
		pair := b.pair(k)
		o.Keys = append(o.Keys, GroupKey{b.variable(pair[0]), b.expr(pair[1])})
	}
	for _, a := range b.items(args[1]) {
		pair := b.pair(a)
		agg, ok := b.expr(pair[1]).(*Aggregate)
		if !ok {
			b.fail(a, "an aggregate is expected")
		}
		o.Aggs = append(o.Aggs, Aggregation{b.variable(pair[0]), agg})
	}
	return o
}

func (b *builder) keys(s sexp) []OrderKey {
	var out []OrderKey
	for _, k := range b.items(s) {
		head, a := b.head(k, 1)
		if head != "asc" && head != "desc" {
			b.fail(k, "asc or desc is expected")
		}
		out = append(out, OrderKey{b.expr(a[0]), head == "desc"})
	}
	return out
}

// expr builds an expression from its printed form.
func (b *builder) expr(s sexp) Expr {
	if s.isAtom() || s.isTripleTerm() {
		n := b.node(s)
		switch {
		case n.Var != "":
			return &VarExpr{n.Var}
		case n.Triple != nil:
			b.fail(s, "a triple term with variables is written (TRIPLE …) in an expression")
		}
		return &Const{n.Term}
	}
	head, args := b.head(s, 0)
	switch head {
	case "exists", "notexists":
		if len(args) != 1 {
			b.fail(s, "wrong number of arguments")
		}
		return &Exists{b.op(args[0]), head == "notexists"}
	case "aggregate":
		return b.aggregate(s, args)
	case "notin":
		head = "not in"
	}
	if strings.HasPrefix(head, "<") && strings.HasSuffix(head, ">") && len(head) > 2 {
		head = b.unescape(s, head[1:len(head)-1])
	} else if head == "" || head[0] == '?' || head[0] == '"' {
		b.fail(s, "the name of a function is expected")
	}
	c := &Call{Name: head}
	for _, a := range args {
		c.Arguments = append(c.Arguments, b.expr(a))
	}
	return c
}

func (b *builder) aggregate(s sexp, args []sexp) Expr {
	if len(args) == 0 || !args[0].isAtom() {
		b.fail(s, "the name of an aggregate is expected")
	}
	a := &Aggregate{Name: args[0].atom, Separator: " "}
	for _, p := range args[1:] {
		switch {
		case p.isAtom() && p.atom == "distinct":
			a.Distinct = true
		case p.is("separator") && len(p.list) == 2:
			a.Separator = b.term(p.list[1]).Value()
		case a.Arg == nil:
			a.Arg = b.expr(p)
		default:
			b.fail(s, "an aggregate has one argument")
		}
	}
	return a
}

// path builds a property path from its printed form.
func (b *builder) path(s sexp) Path {
	if s.isAtom() || s.isTripleTerm() {
		return &PathLink{b.term(s)}
	}
	head, args := b.head(s, 1)
	if len(args) > 1 && (head == "inverse" || head == "*" || head == "+" || head == "?") {
		b.fail(s, "too many arguments")
	}
	switch {
	case head == "inverse":
		return &PathInverse{b.path(args[0])}
	case head == "*":
		return &PathRepeat{b.path(args[0]), 0, -1}
	case head == "+":
		return &PathRepeat{b.path(args[0]), 1, -1}
	case head == "?":
		return &PathRepeat{b.path(args[0]), 0, 1}
	case head == "repeat" && len(args) == 3:
		return &PathRepeat{b.path(args[2]), int(b.integer(args[0])), int(b.integer(args[1]))}
	case head == "sequence" && len(args) == 2:
		return &PathSequence{b.path(args[0]), b.path(args[1])}
	case head == "alternative" && len(args) == 2:
		return &PathAlternative{b.path(args[0]), b.path(args[1])}
	case head == "not":
		n := &PathNegated{}
		for _, list := range args {
			direction, terms := b.head(list, 0)
			to := &n.Forward
			if direction == "inverse" {
				n.Inverse = []graph.Term{} // (inverse) without terms is not the same as none
				to = &n.Inverse
			} else if direction != "forward" {
				b.fail(list, "forward or inverse is expected")
			}
			for _, t := range terms {
				*to = append(*to, b.term(t))
			}
		}
		return n
	}
	b.fail(s, "unknown path")
	return nil
}
