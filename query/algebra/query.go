package algebra

import "github.com/ententedb/entente/graph"

// Form is the form of a query.
type Form uint8

// The query forms.
const (
	Select Form = iota
	Ask
	Construct
	Describe
)

// DatasetClause is FROM and FROM NAMED (or the protocol's graph parameters).
// It is in force if Given; then the default graph is the merge of Default and
// the named graphs are exactly Named.
type DatasetClause struct {
	Given          bool
	Default, Named []graph.Term
}

// Query is a query in algebra form: what both front ends produce.
type Query struct {
	Form Form
	// Vars are the variables of the result, in sequence (SELECT).
	Vars []Var
	// Root is the whole pattern with its solution modifiers.
	Root Op
	// Template is that of CONSTRUCT. Blank nodes in it are hidden variables
	// that Root does not bind: fresh for every solution.
	Template []TriplePattern
	// Describe lists what DESCRIBE asks for: variables of Root, or terms.
	Describe []Node
	Dataset  DatasetClause
	// Prefixes and Base are those declared, for printing results and the query.
	Prefixes []Prefix
	Base     string
	// Version is the VERSION declared, "" for none.
	Version string
}

// Prefix is one PREFIX declaration; Name has no colon.
type Prefix struct{ Name, IRI string }

// Update is a request of SPARQL 1.2 Update: operations carried out in turn.
type Update struct {
	Operations []Operation
	Prefixes   []Prefix
	Base       string
	Version    string
}

// Operation is one operation of an Update. The set is closed.
type Operation interface{ operation() }

// QuadPattern is a triple pattern in a graph; a zero Graph node is the default
// graph (or the one named by WITH).
type QuadPattern struct {
	Graph  Node
	Triple TriplePattern
}

// InsertData is INSERT DATA; hidden variables are blank nodes, fresh per request.
type InsertData struct{ Quads []QuadPattern }

// DeleteData is DELETE DATA.
type DeleteData struct{ Quads []QuadPattern }

// Modify is DELETE/INSERT … WHERE and DELETE WHERE.
type Modify struct {
	With           graph.Term // zero: none
	Delete, Insert []QuadPattern
	Using          DatasetClause
	Where          Op
}

// Load is LOAD.
type Load struct {
	Source, Into graph.Term // Into zero: the default graph
	Silent       bool
}

// GraphTarget is what CLEAR, DROP … apply to.
type GraphTarget struct {
	Kind  TargetKind
	Graph graph.Term // of TargetGraph
}

// TargetKind tells the forms of GraphTarget apart.
type TargetKind uint8

// The kinds of target.
const (
	TargetGraph TargetKind = iota
	TargetDefault
	TargetNamed
	TargetAll
)

// Clear is CLEAR, or, with Drop, DROP.
type Clear struct {
	Target GraphTarget
	Drop   bool
	Silent bool
}

// Create is CREATE GRAPH.
type Create struct {
	Graph  graph.Term
	Silent bool
}

// Transfer is COPY, MOVE and ADD.
type Transfer struct {
	Kind     TransferKind
	From, To GraphTarget // TargetGraph or TargetDefault
	Silent   bool
}

// TransferKind tells COPY, MOVE and ADD apart.
type TransferKind uint8

// The kinds of transfer.
const (
	Copy TransferKind = iota
	Move
	Add
)

func (*InsertData) operation() {}
func (*DeleteData) operation() {}
func (*Modify) operation()     {}
func (*Load) operation()       {}
func (*Clear) operation()      {}
func (*Create) operation()     {}
func (*Transfer) operation()   {}
