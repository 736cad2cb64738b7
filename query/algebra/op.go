package algebra

import (
	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
)

// Var is the name of a variable, without "?". Names that start with a dot
// cannot be written in a query: those of blank nodes in patterns and of
// intermediate results. They are never part of "SELECT *".
type Var string

// Hidden reports whether v cannot be written in a query.
func (v Var) Hidden() bool { return len(v) > 0 && v[0] == '.' }

// Node is a position of a pattern: a variable, a term, or (RDF 1.2) a
// triple term that itself contains variables. Exactly one field is set.
// Blank nodes of a query are hidden variables, never terms.
type Node struct {
	Var    Var
	Term   graph.Term
	Triple *TriplePattern
}

// VarNode returns the node of a variable.
func VarNode(v Var) Node { return Node{Var: v} }

// TermNode returns the node of a term.
func TermNode(t graph.Term) Node { return Node{Term: t} }

// IsVar reports whether the node is a variable.
func (n Node) IsVar() bool { return n.Var != "" }

// TriplePattern is a triple with variables.
type TriplePattern struct {
	Subject, Predicate, Object Node
}

// Op is an operator of the algebra: a function from a dataset and the active
// graph to a multiset (or, at the top, a sequence) of solutions.
//
// The set of operators is closed: only types of this package implement Op.
type Op interface {
	op()
	// Inputs returns pointers to the operator's inputs, so that a rewriting rule
	// can replace them. The slice is fresh.
	Inputs() []*Op
}

// BGP is a basic graph pattern (18.3.1), matched against the active graph.
type BGP struct{ Patterns []TriplePattern }

// PathPattern matches pairs of nodes connected by a property path (18.4).
type PathPattern struct {
	Subject Node
	Path    Path
	Object  Node
}

// Join is the join of two patterns (18.5).
type Join struct{ Left, Right Op }

// LeftJoin is OPTIONAL: Condition may be nil and sees the variables of both sides.
type LeftJoin struct {
	Left, Right Op
	Condition   Expr
}

// Filter keeps the solutions for which the condition's effective boolean
// value is true.
type Filter struct {
	Input     Op
	Condition Expr
}

// Union is the multiset union of its branches, in their order.
type Union struct{ Branches []Op }

// Minus removes the solutions that are compatible with, and share a variable
// with, a solution of Right.
type Minus struct{ Left, Right Op }

// Graph evaluates its input with the named graph as the active graph; a
// variable name ranges over the named graphs of the dataset.
type Graph struct {
	Name  Node
	Input Op
}

// Extend binds Var to the value of Expr; an error leaves it unbound.
type Extend struct {
	Input Op
	Var   Var
	Expr  Expr
}

// Table is inline data (VALUES). A zero term is UNDEF. A table with no
// variables and one row is the unit of join, the empty group pattern {}.
type Table struct {
	Vars []Var
	Rows [][]graph.Term
}

// Unit returns the table with one empty solution.
func Unit() *Table { return &Table{Rows: [][]graph.Term{{}}} }

// Service asks a SPARQL endpoint. Input is the pattern as algebra, Text as it
// was written, for sending.
type Service struct {
	Name   Node
	Input  Op
	Text   string
	Silent bool
}

// Lateral evaluates Right once for every solution of Left, with that
// solution's bindings put in place of the variables (Entente's extension, as
// in Apache Jena).
type Lateral struct{ Left, Right Op }

// Aggregation is one aggregate of a Group, bound to Var.
type Aggregation struct {
	Var Var
	Agg *Aggregate
}

// GroupKey is one key of GROUP BY: Expr is bound to Var. GROUP BY ?x has Var x
// and the expression ?x.
type GroupKey struct {
	Var  Var
	Expr Expr
}

// Group groups the solutions by the keys and computes the aggregates. With no
// keys there is exactly one group, even of no solutions.
type Group struct {
	Input Op
	Keys  []GroupKey
	Aggs  []Aggregation
}

// OrderKey is one sort key of ORDER BY.
type OrderKey struct {
	Expr       Expr
	Descending bool
}

// OrderBy sorts the solutions (15.1). The sort is stable.
type OrderBy struct {
	Input Op
	Keys  []OrderKey
}

// Project keeps these variables, in this sequence. Around a sub-query it also
// hides the others, which are then different variables from those outside.
type Project struct {
	Input Op
	Vars  []Var
}

// Distinct removes duplicate solutions.
type Distinct struct{ Input Op }

// Reduced may remove duplicate solutions; it removes adjacent ones.
type Reduced struct{ Input Op }

// Slice skips Offset solutions and delivers at most Limit; Limit < 0 is none.
type Slice struct {
	Input         Op
	Offset, Limit int64
}

// The operators below are physical: planning puts them in place of logical
// ones. Their results are those of the operators they stand for.

// Scan is one triple pattern read in one sort order. With Order.OfTriples the
// pattern is matched against the triple terms of the dataset, and TripleTerm is
// the node of the triple term itself. A node that occurs twice filters.
type Scan struct {
	Pattern    TriplePattern
	TripleTerm Node // only in orders of triple terms
	Order      encoded.Order
	// Unneeded lists variables of the pattern that nothing above reads: their
	// columns are not decoded, and duplicates remain as multiplicity.
	Unneeded []Var
	// Prefixes restricts a variable to strings that start with a prefix, etc.
	Ranges []VarRange
	// Estimate is the planner's number of rows; Exact says that it is known.
	Estimate float64
	Exact    bool
}

// VarRange restricts a variable of a scan to terms in one of these ranges.
type VarRange struct {
	Var    Var
	Ranges []encoded.Range
}

// JoinMethod names an algorithm for Join, LeftJoin, Semi and Minus.
type JoinMethod uint8

// The join algorithms. JoinAuto leaves the choice to the executor: hash join.
const (
	JoinAuto   JoinMethod = iota
	JoinMerge             // both inputs sorted by the first key variable
	JoinHash              // Right is the build side
	JoinLookup            // Right is a Scan (or filtered Scan) probed for each batch of Left
)

// PhysicalJoin is a join with a chosen algorithm. Kind says what it stands for.
type PhysicalJoin struct {
	Kind        JoinKind
	Method      JoinMethod
	Left, Right Op
	// On are the variables bound on both sides in every solution; the
	// first is the sort key of a merge join.
	On []Var
	// Condition is that of a left join or semi-join; it may be nil.
	Condition Expr
	Estimate  float64
}

// JoinKind says which algebra operator a PhysicalJoin stands for.
type JoinKind uint8

// The kinds of join. Semi and Anti are EXISTS and NOT EXISTS; MinusJoin is MINUS.
const (
	InnerJoin JoinKind = iota
	LeftOuterJoin
	SemiJoin
	AntiJoin
	MinusJoin
)

// MultiJoin is a worst-case-optimal join of scans over the variables in the
// given sequence (Veldhuizen, Leapfrog Triejoin, ICDT 2014).
type MultiJoin struct {
	Scans []*Scan
	Vars  []Var
}

// TopN delivers the first Offset+Limit solutions in order, without the first Offset.
type TopN struct {
	Input         Op
	Keys          []OrderKey
	Offset, Limit int64
}

// Count answers a group without keys or with one key from metadata: the
// number of rows (or distinct terms) of one scan.
type Count struct {
	Scan     *Scan
	Distinct Var // count distinct values of this variable; "" counts rows
	Key      Var // count per value of this variable; "" counts all
	Var      Var // receives the count
}

func (*BGP) op()          {}
func (*PathPattern) op()  {}
func (*Join) op()         {}
func (*LeftJoin) op()     {}
func (*Filter) op()       {}
func (*Union) op()        {}
func (*Minus) op()        {}
func (*Graph) op()        {}
func (*Extend) op()       {}
func (*Table) op()        {}
func (*Service) op()      {}
func (*Lateral) op()      {}
func (*Group) op()        {}
func (*OrderBy) op()      {}
func (*Project) op()      {}
func (*Distinct) op()     {}
func (*Reduced) op()      {}
func (*Slice) op()        {}
func (*Scan) op()         {}
func (*PhysicalJoin) op() {}
func (*MultiJoin) op()    {}
func (*TopN) op()         {}
func (*Count) op()        {}

// Inputs implements Op.
func (o *BGP) Inputs() []*Op          { return nil }
func (o *PathPattern) Inputs() []*Op  { return nil }
func (o *Join) Inputs() []*Op         { return []*Op{&o.Left, &o.Right} }
func (o *LeftJoin) Inputs() []*Op     { return []*Op{&o.Left, &o.Right} }
func (o *Filter) Inputs() []*Op       { return []*Op{&o.Input} }
func (o *Minus) Inputs() []*Op        { return []*Op{&o.Left, &o.Right} }
func (o *Graph) Inputs() []*Op        { return []*Op{&o.Input} }
func (o *Extend) Inputs() []*Op       { return []*Op{&o.Input} }
func (o *Table) Inputs() []*Op        { return nil }
func (o *Service) Inputs() []*Op      { return []*Op{&o.Input} }
func (o *Lateral) Inputs() []*Op      { return []*Op{&o.Left, &o.Right} }
func (o *Group) Inputs() []*Op        { return []*Op{&o.Input} }
func (o *OrderBy) Inputs() []*Op      { return []*Op{&o.Input} }
func (o *Project) Inputs() []*Op      { return []*Op{&o.Input} }
func (o *Distinct) Inputs() []*Op     { return []*Op{&o.Input} }
func (o *Reduced) Inputs() []*Op      { return []*Op{&o.Input} }
func (o *Slice) Inputs() []*Op        { return []*Op{&o.Input} }
func (o *Scan) Inputs() []*Op         { return nil }
func (o *PhysicalJoin) Inputs() []*Op { return []*Op{&o.Left, &o.Right} }
func (o *MultiJoin) Inputs() []*Op    { return nil }
func (o *TopN) Inputs() []*Op         { return []*Op{&o.Input} }
func (o *Count) Inputs() []*Op        { return nil }

// Inputs implements Op.
func (o *Union) Inputs() []*Op {
	in := make([]*Op, len(o.Branches))
	for i := range o.Branches {
		in[i] = &o.Branches[i]
	}
	return in
}
