package sparql

import "github.com/alecthomas/participle/v2/lexer"

// The structs of grammar_*.go are the grammar and the syntax tree at once. A
// token that may be missing has Type 0. Two rules keep them LL(1): no
// alternative matches nothing, and no two alternatives begin alike.

// QueryUnit ::= Prologue ( SelectQuery | ConstructQuery | DescribeQuery | AskQuery ) ValuesClause
type queryUnit struct {
	Prologue  []*declaration  `parser:"@@*"`
	Select    *selectQuery    `parser:"( @@"`
	Construct *constructQuery `parser:"| @@"`
	Describe  *describeQuery  `parser:"| @@"`
	Ask       *askQuery       `parser:"| @@ )"`
	Values    *dataBlock      `parser:"( 'VALUES' @@ )?"`
}

// Prologue ::= ( 'BASE' IRIREF | 'PREFIX' PNAME_NS IRIREF | 'VERSION' VersionSpecifier )*
type declaration struct {
	Base    lexer.Token `parser:"'BASE' @IRI"`
	Prefix  lexer.Token `parser:"| 'PREFIX' @PName"`
	IRI     lexer.Token `parser:"@IRI"`
	Version lexer.Token `parser:"| 'VERSION' @String"`
}

// SelectQuery ::= SelectClause DatasetClause* WhereClause SolutionModifier
type selectQuery struct {
	Clause    *selectClause    `parser:"@@"`
	From      []*datasetClause `parser:"@@*"`
	Where     *group           `parser:"'WHERE'? @@"`
	Modifiers *modifiers       `parser:"@@?"`
}

// SubSelect ::= SelectClause WhereClause SolutionModifier ValuesClause
type subSelect struct {
	Clause    *selectClause `parser:"@@"`
	Where     *group        `parser:"'WHERE'? @@"`
	Modifiers *modifiers    `parser:"@@?"`
	Values    *dataBlock    `parser:"( 'VALUES' @@ )?"`
}

// SelectClause ::= 'SELECT' ( 'DISTINCT' | 'REDUCED' )? ( ( Var | '(' Expression 'AS' Var ')' )+ | '*' )
type selectClause struct {
	Pos   lexer.Position
	Mode  string        `parser:"'SELECT' @( 'DISTINCT' | 'REDUCED' )?"`
	Star  bool          `parser:"( @'*'"`
	Items []*selectItem `parser:"| @@+ )"`
}

type selectItem struct {
	Var  lexer.Token `parser:"@Var"`
	Expr *expression `parser:"| '(' @@"`
	As   lexer.Token `parser:"'AS' @Var ')'"`
}

// ConstructQuery ::= 'CONSTRUCT' ( ConstructTemplate DatasetClause* WhereClause SolutionModifier
//
//	| DatasetClause* 'WHERE' '{' TriplesTemplate? '}' SolutionModifier )
type constructQuery struct {
	Pos       lexer.Position
	Template  *template        `parser:"'CONSTRUCT' ( @@"`
	From      []*datasetClause `parser:"@@*"`
	Where     *group           `parser:"'WHERE'? @@"`
	ShortFrom []*datasetClause `parser:"| @@*"`
	Short     *template        `parser:"'WHERE' @@ )"`
	Modifiers *modifiers       `parser:"@@?"`
}

type template struct {
	Pos     lexer.Position
	Triples *triplesBlock `parser:"'{' @@? '}'"`
}

// DescribeQuery ::= 'DESCRIBE' ( VarOrIri+ | '*' ) DatasetClause* WhereClause? SolutionModifier
type describeQuery struct {
	Star      bool             `parser:"'DESCRIBE' ( @'*'"`
	Nodes     []*varOrIRI      `parser:"| @@+ )"`
	From      []*datasetClause `parser:"@@*"`
	Where     *group           `parser:"( ( 'WHERE' )? @@ )?"`
	Modifiers *modifiers       `parser:"@@?"`
}

// AskQuery ::= 'ASK' DatasetClause* WhereClause SolutionModifier
type askQuery struct {
	From      []*datasetClause `parser:"'ASK' @@*"`
	Where     *group           `parser:"'WHERE'? @@"`
	Modifiers *modifiers       `parser:"@@?"`
}

// DatasetClause ::= 'FROM' ( iri | 'NAMED' iri ).
type datasetClause struct {
	Named bool        `parser:"'FROM' @'NAMED'?"`
	IRI   lexer.Token `parser:"@( IRI | PName )"`
}

// SolutionModifier ::= GroupClause? HavingClause? OrderClause? LimitOffsetClauses?
//
// The clauses come as a list, whose sequence the translation checks, because a
// production that can match nothing is not LL(1).
type modifiers struct {
	Clauses []*modifier `parser:"@@+"`
}

type modifier struct {
	Pos    lexer.Position
	Group  []*groupCondition `parser:"'GROUP' 'BY' @@+"`
	Having []*constraint     `parser:"| 'HAVING' @@+"`
	Order  []*orderCondition `parser:"| 'ORDER' 'BY' @@+"`
	Limit  lexer.Token       `parser:"| 'LIMIT' @Number"`
	Offset lexer.Token       `parser:"| 'OFFSET' @Number"`
}

// GroupCondition ::= BuiltInCall | FunctionCall | '(' Expression ( 'AS' Var )? ')' | Var
type groupCondition struct {
	Pos  lexer.Position
	Var  lexer.Token `parser:"@Var"`
	Expr *expression `parser:"| '(' @@"`
	As   lexer.Token `parser:"( 'AS' @Var )? ')'"`
	Call *bareCall   `parser:"| @@"`
}

// OrderCondition ::= ( ( 'ASC' | 'DESC' ) BrackettedExpression ) | ( Constraint | Var )
type orderCondition struct {
	Direction  string      `parser:"@( 'ASC' | 'DESC' )"`
	Expr       *expression `parser:"'(' @@ ')'"`
	Var        lexer.Token `parser:"| @Var"`
	Constraint *constraint `parser:"| @@"`
}

// GroupGraphPattern ::= '{' ( SubSelect | GroupGraphPatternSub ) '}'
//
// GroupGraphPatternSub ::= TriplesBlock? ( GraphPatternNotTriples '.'? TriplesBlock? )*
type group struct {
	Pos     lexer.Position
	Select  *subSelect    `parser:"'{' ( @@"`
	Triples *triplesBlock `parser:"| @@"`
	After   []*pattern    `parser:"@@*"`
	Only    []*pattern    `parser:"| @@+ )? '}'"`
}

// GraphPatternNotTriples ::= GroupOrUnionGraphPattern | OptionalGraphPattern | MinusGraphPattern | GraphGraphPattern
//
//	| ServiceGraphPattern | Filter | Bind | InlineData
//
// with the '.' and the triples block that may follow.
type pattern struct {
	Pos      lexer.Position
	Union    []*group      `parser:"( @@ ( 'UNION' @@ )*"`
	Optional *group        `parser:"| 'OPTIONAL' @@"`
	Minus    *group        `parser:"| 'MINUS' @@"`
	Lateral  *group        `parser:"| 'LATERAL' @@"`
	Graph    *graphPattern `parser:"| 'GRAPH' @@"`
	Service  *service      `parser:"| 'SERVICE' @@"`
	Filter   *constraint   `parser:"| 'FILTER' @@"`
	Bind     *bind         `parser:"| 'BIND' @@"`
	Values   *dataBlock    `parser:"| 'VALUES' @@ ) '.'?"`
	Triples  *triplesBlock `parser:"@@?"`
}

type graphPattern struct {
	Name *varOrIRI `parser:"@@"`
	Body *group    `parser:"@@"`
}

// ServiceGraphPattern ::= 'SERVICE' 'SILENT'? VarOrIri GroupGraphPattern
type service struct {
	Silent bool      `parser:"@'SILENT'?"`
	Name   *varOrIRI `parser:"@@"`
	Body   *group    `parser:"@@"`
}

// Bind ::= 'BIND' '(' Expression 'AS' Var ')'
type bind struct {
	Expr *expression `parser:"'(' @@"`
	As   lexer.Token `parser:"'AS' @Var ')'"`
}

// DataBlock ::= Var '{' DataBlockValue* '}' | ( NIL | '(' Var* ')' ) '{' ( '(' DataBlockValue* ')' | NIL )* '}'
type dataBlock struct {
	Pos    lexer.Position
	Var    lexer.Token   `parser:"( @Var"`
	Values []*dataValue  `parser:"'{' @@* '}'"`
	Vars   []lexer.Token `parser:"| '(' @( Var* ) ')'"`
	Rows   []*dataRow    `parser:"'{' @@* '}' )"`
}

type dataRow struct {
	Pos    lexer.Position
	Values []*dataValue `parser:"'(' @@* ')'"`
}

// DataBlockValue ::= iri | RDFLiteral | NumericLiteral | BooleanLiteral | 'UNDEF' | TripleTermData
type dataValue struct {
	Undef bool       `parser:"@'UNDEF'"`
	Node  *graphNode `parser:"| @@"`
}

type varOrIRI struct {
	Token lexer.Token `parser:"@( Var | IRI | PName )"`
}
