package sparql

import "github.com/alecthomas/participle/v2/lexer"

// expression is a chain of operands and operators; the translation gives the
// operators their precedence, so that one operand costs one production and not
// the seven of the specification's ladder (ConditionalOrExpression to
// UnaryExpression).
type expression struct {
	First *operand    `parser:"@@"`
	Rest  []*operator `parser:"@@*"`
}

// operator is an infix operator with its right side. A signed number may follow
// an operand without an operator: in "?x -1" the sign is the operator.
type operator struct {
	Pos    lexer.Position
	Sign   string      `parser:"(  @( '||' | '&&' | '=' | '!=' | '<' | '>' | '<=' | '>=' | '+' | '-' | '*' | '/' )"`
	Right  *operand    `parser:"@@"`
	Not    bool        `parser:"|  @'NOT'? 'IN'"`
	List   *arguments  `parser:"@@"`
	Signed lexer.Token `parser:"|  @Signed )"`
}

// UnaryExpression ::= '!' UnaryExpression | ( '+' | '-' )? PrimaryExpression
//
// PrimaryExpression ::= BrackettedExpression | BuiltInCall | iriOrFunction | RDFLiteral | NumericLiteral
//
//	| BooleanLiteral | Var | ExprTripleTerm
type operand struct {
	Pos    lexer.Position
	Not    []string    `parser:"@'!'*"`
	Sign   string      `parser:"@( '+' | '-' )?"`
	Paren  *expression `parser:"( '(' @@ ')'"`
	Call   *bareCall   `parser:"| @@"`
	Leaf   lexer.Token `parser:"| @( Var | Number | Signed | 'TRUE' | 'FALSE' )"`
	String lexer.Token `parser:"| @String"`
	Lang   lexer.Token `parser:"( @Lang"`
	Type   lexer.Token `parser:"| '^^' @( IRI | PName ) )?"`
	Term   *tripleTerm `parser:"| '<<(' @@ ')>>' )"`
}

// bareCall is BuiltInCall | FunctionCall, and, as an operand, an IRI alone.
type bareCall struct {
	Pos       lexer.Position
	Exists    *group       `parser:"'EXISTS' @@"`
	NotExists *group       `parser:"| 'NOT' 'EXISTS' @@"`
	Builtin   lexer.Token  `parser:"| @Builtin"`
	Args      *builtinArgs `parser:"@@"`
	IRI       lexer.Token  `parser:"| @( IRI | PName )"`
	IRIArgs   *arguments   `parser:"@@?"`
}

// builtinArgs are the arguments of a built-in function or an aggregate.
type builtinArgs struct {
	Distinct  bool          `parser:"'(' @'DISTINCT'?"`
	Star      bool          `parser:"( @'*'"`
	List      []*expression `parser:"| @@ ( ',' @@ )* )?"`
	Separator lexer.Token   `parser:"( ';' 'SEPARATOR' '=' @String )? ')'"`
}

// ArgList ::= NIL | '(' 'DISTINCT'? Expression ( ',' Expression )* ')'; ExpressionList likewise.
type arguments struct {
	Open     string        `parser:"@'('"`
	Distinct bool          `parser:"@'DISTINCT'?"`
	List     []*expression `parser:"( @@ ( ',' @@ )* )? ')'"`
}

// Constraint ::= BrackettedExpression | BuiltInCall | FunctionCall
type constraint struct {
	Pos   lexer.Position
	Paren *expression `parser:"'(' @@ ')'"`
	Call  *bareCall   `parser:"| @@"`
}
