package sparql

import "github.com/alecthomas/participle/v2/lexer"

// The productions of triples are those of patterns (with paths); in templates
// and data the translation refuses what may not stand there.

// TriplesBlock ::= TriplesSameSubjectPath ( '.' TriplesBlock? )?
type triplesBlock struct {
	Triples []*sameSubject `parser:"@@ ( '.' (?! '.') @@? )*"`
}

// TriplesSameSubjectPath ::= VarOrTerm PropertyListPathNotEmpty | TriplesNodePath PropertyListPath | ReifiedTripleBlockPath
type sameSubject struct {
	Subject    *graphNode    `parser:"@@"`
	Properties *propertyList `parser:"@@?"`
}

// PropertyListPathNotEmpty ::= ( VerbPath | VerbSimple ) ObjectListPath ( ';' ( ( VerbPath | VerbSimple ) ObjectListPath )? )*
type propertyList struct {
	Items []*verbObjects `parser:"@@ ( ';' @@? )*"`
}

type verbObjects struct {
	Verb    *verb     `parser:"@@"`
	Objects []*object `parser:"@@ ( ',' @@ )*"`
}

type verb struct {
	Pos  lexer.Position
	Var  lexer.Token `parser:"@Var"`
	Path *path       `parser:"| @@"`
}

// ObjectPath ::= GraphNodePath AnnotationPath
type object struct {
	Node        *graphNode    `parser:"@@"`
	Annotations []*annotation `parser:"@@*"`
}

// AnnotationPath ::= ( Reifier | '{|' PropertyListPathNotEmpty '|}' )*
type annotation struct {
	Pos     lexer.Position
	Reifier *reifier      `parser:"@@"`
	Block   *propertyList `parser:"| '{|' @@ '|}'"`
}

// Reifier ::= '~' VarOrReifierId?
type reifier struct {
	Pos   lexer.Position
	Tilde string      `parser:"@'~'"`
	ID    lexer.Token `parser:"( @( Var | IRI | PName | Blank )"`
	Anon  bool        `parser:"| @'[' ']' )?"`
}

// GraphNodePath ::= VarOrTerm | TriplesNodePath | ReifiedTriple
type graphNode struct {
	Pos     lexer.Position
	Leaf    lexer.Token   `parser:"@( Var | IRI | PName | Blank | Number | Signed | 'TRUE' | 'FALSE' )"`
	String  lexer.Token   `parser:"| @String"`
	Lang    lexer.Token   `parser:"( @Lang"`
	Type    lexer.Token   `parser:"| '^^' @( IRI | PName ) )?"`
	Bracket *bracket      `parser:"| @@"`
	List    *collection   `parser:"| @@"`
	Term    *tripleTerm   `parser:"| '<<(' @@ ')>>'"`
	Reified *reifedTriple `parser:"| '<<' @@ '>>'"`
}

// BlankNodePropertyListPath ::= '[' PropertyListPathNotEmpty ']'; ANON ::= '[' ']'
type bracket struct {
	Open       string        `parser:"@'['"`
	Properties *propertyList `parser:"@@? ']'"`
}

// CollectionPath ::= '(' GraphNodePath+ ')'; NIL ::= '(' ')'
type collection struct {
	Open  string       `parser:"@'('"`
	Nodes []*graphNode `parser:"@@* ')'"`
}

// TripleTerm ::= '<<(' TripleTermSubject Verb TripleTermObject ')>>'
type tripleTerm struct {
	Subject *graphNode `parser:"@@"`
	Verb    *verb      `parser:"@@"`
	Object  *graphNode `parser:"@@"`
}

// ReifiedTriple ::= '<<' ReifiedTripleSubject Verb ReifiedTripleObject Reifier? '>>'
type reifedTriple struct {
	Subject *graphNode `parser:"@@"`
	Verb    *verb      `parser:"@@"`
	Object  *graphNode `parser:"@@"`
	Reifier *reifier   `parser:"@@?"`
}

// PathAlternative ::= PathSequence ( '|' PathSequence )*
type path struct {
	Alternatives []*pathSequence `parser:"@@ ( '|' @@ )*"`
}

// PathSequence ::= PathEltOrInverse ( '/' PathEltOrInverse )*
type pathSequence struct {
	Elements []*pathElement `parser:"@@ ( '/' @@ )*"`
}

// PathEltOrInverse ::= '^'? PathPrimary PathMod?
type pathElement struct {
	Inverse  bool          `parser:"@'^'?"`
	Negated  *negatedSet   `parser:"( @@"`
	Link     lexer.Token   `parser:"| @( IRI | PName | 'a' )"`
	Group    *path         `parser:"| '(' @@ ')' )"`
	Modifier *pathModifier `parser:"@@?"`
}

// PathMod ::= '?' | '*' | '+'; with the extension {n}, {n,}, {n,m}, {,m} left out.
type pathModifier struct {
	Sign string `parser:"@( '?' | '*' | '+' )"`
}

// PathNegatedPropertySet ::= PathOneInPropertySet | '(' ( PathOneInPropertySet ( '|' PathOneInPropertySet )* )? ')'
type negatedSet struct {
	Bang  string         `parser:"@'!'"`
	One   *negatedLink   `parser:"( @@"`
	Links []*negatedLink `parser:"| '(' ( @@ ( '|' @@ )* )? ')' )"`
}

// PathOneInPropertySet ::= iri | 'a' | '^' ( iri | 'a' )
type negatedLink struct {
	Inverse bool        `parser:"@'^'?"`
	Link    lexer.Token `parser:"@( IRI | PName | 'a' )"`
}
