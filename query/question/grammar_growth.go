package question

import "github.com/alecthomas/participle/v2/lexer"

// growthQuestion is "growth of the population of India between 2000 and 2020", "by
// how much did China's GDP grow since 2000".
type growthQuestion struct {
	Pos   lexer.Position
	Lead  *lead        `parser:"@@?"`
	Grown bool         `parser:"( @('growth'|'change'|'increase'|'decrease'|'rise'|'decline') (?= 'of'|'in'|'between'|'since'|'from')"`
	Time0 []*timeNode  `parser:"  @@* ('of'|'in')"`
	Attr1 *lexer.Token `parser:"  @Attribute ('of'|'in'|'for')"`
	Who   *grown       `parser:"  @@"`
	Attr2 *lexer.Token `parser:"| @Attribute ('growth'|'change'|'increase'|'decrease') ('of'|'in'|'for')"`
	Who2  *grown       `parser:"  @@"`
	Whose *lexer.Token `parser:"| @Name 'possessive'?"`
	Attr3 *lexer.Token `parser:"  @Attribute ('growth'|'change'|'increase'|'decrease')"`
	Much  string       `parser:"| 'by'? @'how' 'much'? ('did'|'has'|'have')"`
	Attr4 *lexer.Token `parser:"  ( @Attribute ('of'|'in')"`
	Who4  *grown       `parser:"    @@"`
	Name5 *lexer.Token `parser:"  | @Name 'possessive'?"`
	Attr5 *lexer.Token `parser:"    @Attribute )"`
	Grew  string       `parser:"  @('grow'|'grown'|'change'|'changed'|'increase'|'increased'|'rise'|'risen'|'decrease'|'decreased'|'decline'|'declined'|'develop'|'developed') )"`
	Time  []*timeNode  `parser:"@@* End"`
}

// grown is whose measure it is.
type grown struct {
	Names *nameList    `parser:"( @@ (?! Role|Class)"`
	What  *phrase      `parser:"| @@"`
	Preds []*predicate `parser:"  @@* )"`
}
