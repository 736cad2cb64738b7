package sparql

import "github.com/alecthomas/participle/v2/lexer"

// Update ::= Prologue ( Update1 ( ';' Update )? )?
type updateUnit struct {
	Prologue []*declaration `parser:"@@*"`
	First    *operation     `parser:"( @@"`
	Rest     []*updateStep  `parser:"@@* )?"`
}

// updateStep is what follows a semicolon; only the last may lack an operation.
type updateStep struct {
	Pos       lexer.Position
	Prologue  []*declaration `parser:"';' @@*"`
	Operation *operation     `parser:"@@?"`
}

// Update1 ::= Load | Clear | Drop | Add | Move | Copy | Create | DeleteWhere | Modify | InsertData | DeleteData
type operation struct {
	Pos      lexer.Position
	Load     *loadOp     `parser:"'LOAD' @@"`
	Clear    *clearOp    `parser:"| @@"`
	Create   *createOp   `parser:"| 'CREATE' @@"`
	Transfer *transferOp `parser:"| @@"`
	Insert   *insertOp   `parser:"| 'INSERT' @@"`
	Delete   *deleteOp   `parser:"| 'DELETE' @@"`
	With     *withOp     `parser:"| 'WITH' @@"`
}

// Load ::= 'LOAD' 'SILENT'? iri ( 'INTO' GraphRef )?
type loadOp struct {
	Silent bool        `parser:"@'SILENT'?"`
	Source lexer.Token `parser:"@( IRI | PName )"`
	Into   lexer.Token `parser:"( 'INTO' 'GRAPH' @( IRI | PName ) )?"`
}

// Clear ::= 'CLEAR' 'SILENT'? GraphRefAll; Drop likewise.
type clearOp struct {
	Verb   string      `parser:"@( 'CLEAR' | 'DROP' )"`
	Silent bool        `parser:"@'SILENT'?"`
	Graph  lexer.Token `parser:"( 'GRAPH' @( IRI | PName )"`
	Kind   string      `parser:"| @( 'DEFAULT' | 'NAMED' | 'ALL' ) )"`
}

// Create ::= 'CREATE' 'SILENT'? GraphRef
type createOp struct {
	Silent bool        `parser:"@'SILENT'?"`
	Graph  lexer.Token `parser:"'GRAPH' @( IRI | PName )"`
}

// Add ::= 'ADD' 'SILENT'? GraphOrDefault 'TO' GraphOrDefault; Move and Copy likewise.
type transferOp struct {
	Verb   string          `parser:"@( 'ADD' | 'MOVE' | 'COPY' )"`
	Silent bool            `parser:"@'SILENT'?"`
	From   *graphOrDefault `parser:"@@"`
	To     *graphOrDefault `parser:"'TO' @@"`
}

// GraphOrDefault ::= 'DEFAULT' | 'GRAPH'? iri
type graphOrDefault struct {
	Default bool        `parser:"@'DEFAULT'"`
	Graph   lexer.Token `parser:"| 'GRAPH'? @( IRI | PName )"`
}

// InsertData ::= 'INSERT DATA' QuadData, and Modify that begins with InsertClause.
type insertOp struct {
	Data     *quads         `parser:"'DATA' @@"`
	Template *quads         `parser:"| @@"`
	Using    []*usingClause `parser:"@@*"`
	Where    *group         `parser:"'WHERE' @@"`
}

// DeleteData ::= 'DELETE DATA' QuadData; DeleteWhere ::= 'DELETE WHERE' QuadPattern; and Modify that begins with
// DeleteClause.
type deleteOp struct {
	Data     *quads         `parser:"'DATA' @@"`
	Pattern  *quads         `parser:"| 'WHERE' @@"`
	Template *quads         `parser:"| @@"`
	Insert   *quads         `parser:"( 'INSERT' @@ )?"`
	Using    []*usingClause `parser:"@@*"`
	Where    *group         `parser:"'WHERE' @@"`
}

// Modify ::= ( 'WITH' iri )? ( DeleteClause InsertClause? | InsertClause ) UsingClause* 'WHERE' GroupGraphPattern
type withOp struct {
	IRI    lexer.Token    `parser:"@( IRI | PName )"`
	Delete *quads         `parser:"( 'DELETE' @@"`
	Insert *quads         `parser:"( 'INSERT' @@ )?"`
	Only   *quads         `parser:"| 'INSERT' @@ )"`
	Using  []*usingClause `parser:"@@*"`
	Where  *group         `parser:"'WHERE' @@"`
}

// Quads ::= TriplesTemplate? ( QuadsNotTriples '.'? TriplesTemplate? )*
type quads struct {
	Pos    lexer.Position
	Open   string        `parser:"@'{'"`
	First  *triplesBlock `parser:"@@?"`
	Graphs []*quadsGraph `parser:"@@* '}'"`
}

// QuadsNotTriples ::= 'GRAPH' VarOrIri '{' TriplesTemplate? '}', with what may follow.
type quadsGraph struct {
	Name    *varOrIRI     `parser:"'GRAPH' @@"`
	Triples *triplesBlock `parser:"'{' @@? '}' '.'?"`
	After   *triplesBlock `parser:"@@?"`
}

// UsingClause ::= 'USING' ( iri | 'NAMED' iri )
type usingClause struct {
	Named bool        `parser:"'USING' @'NAMED'?"`
	IRI   lexer.Token `parser:"@( IRI | PName )"`
}
