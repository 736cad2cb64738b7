package question

import "github.com/alecthomas/participle/v2/lexer"

// Measures: comparisons, superlatives, order.

// superlative is "top 5", "largest", "3 most populous".
type superlative struct {
	Pos    lexer.Position
	Nth    string       `parser:"@('second'|'third'|'fourth'|'fifth'|'sixth'|'seventh'|'eighth'|'ninth'|'tenth')?"`
	Number *lexer.Token `parser:"( @Number?"`
	Best   string       `parser:"( @('largest'|'biggest'|'highest'|'greatest'|'smallest'|'lowest'|'least'|'most'|'fewest'|'newest'|'latest'|'youngest'|'oldest'|'earliest')"`
	Word   *lexer.Token `parser:"| @Superlative )"`
	Top    string       `parser:"| @('top'|'bottom'|'first'|'last')"`
	N      *lexer.Token `parser:"@Number? )"`
	N2     *lexer.Token `parser:"@Number?"`
	Of     bool         `parser:"@'of'?"`
}

// tail is what may follow the thing asked for.
type tail struct {
	Pos    lexer.Position
	Time   *timeNode    `parser:"','? @@"`
	Last   string       `parser:"| @('first'|'last'|'earliest'|'latest') | 'most' @'recently'"`
	Ties   bool         `parser:"| ','? 'with' @'ties'"`
	Ends   bool         `parser:"| 'at' @'end' 'of' ('each'|'every') 'year'"`
	Unit   *lexer.Token `parser:"| 'in' @Unit"`
	From   string       `parser:"| ','? 'from' @('largest'|'biggest'|'highest'|'most'|'smallest'|'lowest'|'least'|'newest'|'oldest') 'to' ('largest'|'biggest'|'highest'|'most'|'smallest'|'lowest'|'least'|'newest'|'oldest')"`
	Front  string       `parser:"| ','? @('largest'|'biggest'|'highest'|'smallest'|'lowest'|'least'|'newest'|'oldest'|'latest'|'earliest') 'first'"`
	Date   string       `parser:"| ','? ('sorted'|'ordered'|'ranked')? ( 'by' @'when' 'they' Event | 'by' @'date' (?! 'of') | ( 'by' ('date'|'year'|'order'|'time') | 'in' 'order' ) 'of' @('accession'|'joining'|'entry'|'admission'|'membership'|'founding'|'foundation'|'signature'|'age') | 'by' @('age'|'accession'|'founding') ('date'|'year')? )"`
	Of     *phrase      `parser:"| ','? ('sorted'|'ordered'|'ranked')? 'by' 'number' 'of' @@"`
	That   *orClause    `parser:"  ( 'that' @@ )?"`
	Sorted bool         `parser:"| ','? ( ( @('sorted'|'ordered'|'ranked') | 'grouped' )? 'by'"`
	Number bool         `parser:"    @('number' 'of')? | 'in' 'order' 'of'"`
	Per    bool         `parser:"    | @'per' | ('for'|'in'|'from') @'each' )"`
	Key    *lexer.Token `parser:"( @(Attribute|Superlative|Class|Role) | @('year'|'name'|'date') )"`
	Order  string       `parser:"@('ascending'|'descending'|'increasing'|'decreasing')?"`
}

// measure is a comparison of a number: "population over 200 million", "spent
// less than 2% of GDP on defence", "more than 5 million people".
type measure struct {
	Pos      lexer.Position
	Nth      string       `parser:"( 'with'? @('second'|'third'|'fourth'|'fifth'|'sixth'|'seventh'|'eighth'|'ninth'|'tenth')?"`
	Best     string       `parser:"  @('largest'|'biggest'|'highest'|'greatest'|'smallest'|'lowest'|'most'|'least'|'fewest')"`
	BestOf   *lexer.Token `parser:"('number' 'of')? ( ( @Attribute (?! 'of') | @(Role|Class) (?! 'of'|'in'|Preposition) | @Unit )"`
	BestIn   *phrase      `parser:"| @@ )"`
	Attr     *lexer.Token `parser:"| ('with'|'having')? @Attribute ('is'|'was'|'that' ('is'|'was'))?"`
	Cmp      *comparison  `parser:"@@"`
	BestVerb *lexer.Token `parser:"| @MeasureVerb"`
	BestHow  string       `parser:"  @('most'|'least')"`
	BestComp *lexer.Token `parser:"  @Complement?"`
	MoreVerb *lexer.Token `parser:"| @MeasureVerb"`
	MoreHow  string       `parser:"  @('more'|'less')"`
	MoreComp *lexer.Token `parser:"  @Complement?"`
	ThanOf   *amount      `parser:"  'than' (?= Name) @@"`
	Comp4    *lexer.Token `parser:"| @Comparative"`
	ThanName *amount      `parser:"  'than' (?= Name) @@"`
	More     string       `parser:"| ('with'|'having')? @('larger'|'bigger'|'higher'|'greater'|'more'|'smaller'|'lower'|'less')"`
	MoreOf   *lexer.Token `parser:"  @(Attribute|Unit)"`
	Than     *amount      `parser:"  'than' @@"`
	Verb     *lexer.Token `parser:"| @MeasureVerb"`
	Comp     *lexer.Token `parser:"( @Complement"`
	Cmp2     *comparison  `parser:"@@?"`
	Cmp3     *comparison  `parser:"| @@"`
	Comp3    *lexer.Token `parser:"@Complement? )"`
	Many     *comparison  `parser:"| ('with'|'having')? @@"`
	ManyOf   *lexer.Token `parser:"  @(Role|Class|Attribute)"`
	No       bool         `parser:"| (('with'|'having'|'has'|'have')? @'no' | @'without')"`
	NoOf     *lexer.Token `parser:"  @(Role|Class|Attribute)"`
	Cmp4     *comparison  `parser:"| ('with'|'having')? @@"`
	With     bool         `parser:"| @('with'|'having')?"`
	Has      *lexer.Token `parser:"  @Attribute (?= End|'and'|'or'|','|'by'|'in') )"`
}

// comparison is an operator and a value.
type comparison struct {
	Pos     lexer.Position
	Between bool         `parser:"( 'of'? @'between' (?= Number|Unit)"`
	Low     *amount      `parser:"@@"`
	High    *amount      `parser:"('and'|'to') @@"`
	Op      []string     `parser:"| 'of'? @( 'over' | 'above' | 'exceeding' | 'exceeds' | 'exceed' | 'exceeded' | '>' '='? | ('more'|'greater'|'larger'|'higher'|'bigger') 'than' | 'at' 'least' | 'under' | 'below' | '<' '='? | ('less'|'fewer'|'smaller'|'lower') 'than' | 'at' 'most' | 'up' 'to' | 'exactly' | 'equal' 'to' | 'not' ('over'|'above'|'under'|'below'|('more'|'less') 'than') | '=' )"`
	Value   *amount      `parser:"@@"`
	Plain   *amount      `parser:"| 'of'? (?= Number|Unit) @@"`
	Or      string       `parser:"( 'or' @('more'|'less'|'fewer'|'above'|'below'|'over'|'higher'|'lower'|'greater'|'smaller')"`
	Whole   *lexer.Token `parser:"  ( 'of' @Attribute )? )? )"`
}

// amount is a number with its unit, or the same measure of another thing.
type amount struct {
	Pos    lexer.Position
	Before *lexer.Token `parser:"( @Unit?"`
	Number lexer.Token  `parser:"@Number"`
	Unit   *lexer.Token `parser:"@Unit?"`
	Name   *lexer.Token `parser:"| 'that'? 'of'? @Name (?! Role|Class)"`
	Of     *lexer.Token `parser:"( 'possessive' @Attribute? )? )"`
}
