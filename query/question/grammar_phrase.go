package question

import "github.com/alecthomas/participle/v2/lexer"

// What questions are made of: noun phrases, clauses, objects, times.

// subject is what a sentence speaks of: things by name, or a set.
type subject struct {
	Pos    lexer.Position
	Quant  string       `parser:"( @('all'|'every'|'each'|'any'|'some'|'no'|'none'|'both') 'of'? (?! Name (','|'and') )"`
	All    *phrase      `parser:"  ( @@"`
	AllOf  *lexer.Token `parser:"  | @Name )"`
	Either string       `parser:"| @('either'|'neither')?"`
	Alts   *altNames    `parser:"  @@"`
	Names  *nameList    `parser:"| @@"`
	What   *phrase      `parser:"| @@ )"`
}

// nameList is "Japan, India and Australia".
type nameList struct {
	Tokens []lexer.Token
	First  lexer.Token `parser:"'both'? @Name ( ( ',' 'and'? | 'and' ) Name )* 'both'?"`
}

// altNames is "Norway or Switzerland".
type altNames struct {
	Tokens []lexer.Token
	First  lexer.Token `parser:"@Name ( ',' Name )* ( ','? ('or'|'nor') Name )+"`
}

// attrList is "population and GDP".
type attrList struct {
	Tokens []lexer.Token
	First  lexer.Token `parser:"@Attribute ( ( ',' 'and'? | 'and' ) Attribute )*"`
}

// phrase is a noun with what belongs to it: "former EU members", "landlocked
// African countries", "capital of Japan".
type phrase struct {
	Pos   lexer.Position
	Pre   []*modifier  `parser:"@@*"`
	Head  lexer.Token  `parser:"( @Role"`
	Kind  *lexer.Token `parser:"@Class?"`
	Class *lexer.Token `parser:"| @Class"`
	Attr  *lexer.Token `parser:"| @Attribute (?= 'of'|'to')"`
	Any   bool         `parser:"| @('things'|'thing') )"`
	Prep  string       `parser:"( @('of'|'to'|'for'|'at')"`
	Of    *objects     `parser:"@@ )?"`
}

// modifier stands before a noun.
type modifier struct {
	Pos   lexer.Position
	Word  string         `parser:"( @('former'|'ex'|'current'|'present'|'past'|'founding'|'original'|'other'|'new')"`
	Flag  *lexer.Token   `parser:"| @Flag"`
	Non   bool           `parser:"| @'non'"`
	NonOf *lexer.Token   `parser:"@(Name|Adjective)"`
	Names *modifierNames `parser:"| @@ 'possessive'? )"`
}

// modifierNames is the "NATO and EU" of "NATO and EU members".
type modifierNames struct {
	Tokens []lexer.Token
	Sep    []string `parser:"(Name|Adjective) ( @('and'|'or'|','|'but' 'not') (Name|Adjective) )*"`
}

// predicate is one of the clauses after a noun; several in a row all hold.
type predicate struct {
	Pos  lexer.Position
	Time *timeNode `parser:"( ','? @@ (?! Class|Role )"`
	That bool      `parser:"| ','? ( @('that'|'which'|'who'|'whom')"`
	Or   *orClause `parser:"( @@ )"`
	Bare *orClause `parser:"| @@ ) )"`
}

type orClause struct {
	Pos   lexer.Position
	First *andClause   `parser:"@@"`
	Rest  []*andClause `parser:"( ','? 'or' ('that'|'which'|'who')? @@ )*"`
}

type andClause struct {
	Pos   lexer.Position
	First *clause   `parser:"@@"`
	Rest  []*clause `parser:"( ( ','? ('and'|'but'|'yet'|'while') ('also'|'yet')? | ',' (?= 'not'|'neither'|'that'|'who'|'which') ) ('that'|'which'|'who')? @@ )*"`
}

// clause is a predicate with its auxiliaries, negation and time.
type clause struct {
	Pos     lexer.Position
	Whose   *whose      `parser:"( @@"`
	Have    *having     `parser:"| @@"`
	Aux     []string    `parser:"| @('is'|'are'|'was'|'were'|'be'|'been'|'being'|'has'|'have'|'had'|'do'|'does'|'did'|'not'|'never'|'also'|'currently'|'still'|'now'|'ever'|'already'|'become'|'became'|'becoming'|'once'|'formerly'|'previously'|'there'|'all'|'since'|'no' 'longer'|'used' 'to'|'to')*"`
	Neither []*core     `parser:"( 'neither' @@ ( 'nor' ('is'|'are'|'was'|'were'|'have')?"`
	Nor     []*norPart  `parser:"@@ )+"`
	Both    []*core     `parser:"| 'both' @@ ( 'and' @@ )+"`
	Either  []*core     `parser:"| 'either' @@ ( 'or' @@ )+"`
	Group   *orClause   `parser:"| '(' @@ ')'"`
	Core    *core       `parser:"| @@ )"`
	Inv     *inverted   `parser:"| @@ )"`
	Time    []*timeNode `parser:"( ','? @@ )*"`
}

// having is "have a defence treaty with France", "have no trade agreements": to
// be tied to a thing of a class and, through it, to others.
type having struct {
	Pos   lexer.Position
	Aux   []string    `parser:"( @('do'|'does'|'did'|'not'|'also'|'still'|'currently'|'never'|'ever'|'already')*"`
	Have  string      `parser:"  ( @('have'|'has'|'had'|'share'|'shares'|'shared') | (?= 'with' (Name|Adjective|Flag)* Class 'with') @'with' )"`
	Words []string    `parser:"  @('ever'|'never'|'not'|'had'|'also'|'still'|'currently')*"`
	Quant string      `parser:"  @('any'|'some'|'no')? | @'no' )"`
	What  *phrase     `parser:"(?= (Name|Adjective|Flag)* Class) @@"`
	With  []*havingOf `parser:"@@*"`
}

// havingOf says more of the thing had: with whom, signed when.
type havingOf struct {
	Prep *lexer.Token `parser:"( @('with'|'in'|'by'|Preposition)"`
	Of   *objects     `parser:"  @@"`
	That *clause      `parser:"| ('that'|'which') @@"`
	Said *clause      `parser:"| (?= Dated|Verb|Relative) @@ )"`
}

// inverted is a clause whose subject is not what it describes: "that Germany
// borders", "with which Japan is allied".
type inverted struct {
	Pos   lexer.Position
	Of    *nameList    `parser:"( ('of'|'in'|'to') ('which'|'whom') @@"`
	OfAux []string     `parser:"  @('is'|'are'|'was'|'were'|'not'|'never'|'also'|'once'|'both')*"`
	OfTie *lexer.Token `parser:"  @(Role|Attribute) (?! 'of')"`
	Lead  string       `parser:"| ( ('with'|'to'|'of'|'in') @('which'|'whom') )?"`
	Names *nameList    `parser:"  @@"`
	Have  *having      `parser:"( @@"`
	Prep  *lexer.Token `parser:"  @('with'|'in'|'by'|Preposition)?"`
	Aux   []string     `parser:"| @('is'|'are'|'was'|'were'|'does'|'do'|'did'|'has'|'have'|'had'|'not'|'never'|'currently'|'still'|'also'|'been'|'ever'|'once'|'former'|'formerly'|'both'|'all')*"`
	Tie   *lexer.Token `parser:"  ( @(Verb|Relative|Event|Preposition) | @(Role|Attribute) ( 'of' | 'to' | 'for' | 'with' | 'at' | 'in' (?! Number|Date) ) )"`
	Then  *thenTie     `parser:"  @@?"`
	But   *nameList    `parser:"  ( 'but' ( 'not' @@ | @@ ('does'|'do'|'did'|'is'|'are'|'has'|'have') 'not' ) )?"`
	Own   string       `parser:"| @('have'|'has'|'had') ) )"`
}

// thenTie is a second predicate with the same object: "signed but not ratified".
type thenTie struct {
	Sep string      `parser:"@('and'|'or'|'but')"`
	Not bool        `parser:"@'not'?"`
	Tie lexer.Token `parser:"@(Verb|Relative|Event)"`
}

// norPart is what follows nor: a predicate, or only its object.
type norPart struct {
	Core    *core    `parser:"@@"`
	Objects *objects `parser:"| @@"`
}

// whose is "whose capital is in Asia", "whose population is over 5 million".
type whose struct {
	Pos  lexer.Position
	Attr lexer.Token `parser:"('whose'|'where'|'possessive') @(Attribute|Role)"`
	Aux  []string    `parser:"@('is'|'are'|'was'|'were'|'has'|'have'|'not'|'does'|'do')*"`
	Cmp  *comparison `parser:"( @@"`
	Is   *objects    `parser:"| @@"`
	Core *core       `parser:"| @@ )"`
}

// core is a predicate without its auxiliaries.
type core struct {
	Pos     lexer.Position
	Measure *measure     `parser:"( @@"`
	Prep    *lexer.Token `parser:"| ( @(Preposition|Verb|Relative) | @Role ('of'|'in'|'to') (?= ('most'|'fewest') (Role|Class)) )"`
	Best    string       `parser:"  ( @('most'|'fewest')"`
	BestOf  *lexer.Token `parser:"    @(Role|Class)"`
	Then    *thenTie     `parser:"  | @@?"`
	Of      *objects     `parser:"    @@ )"`
	Alone   *lexer.Token `parser:"| @(Verb|Relative) ( ('with'|'to')? 'each' 'other' )?"`
	Linked  *objects     `parser:"| ('connected'|'linked'|'tied'|'related') ('to'|'with') @@"`
	Through *phrase      `parser:"  ('through'|'via'|'by') @@"`
	AsOf    *objects     `parser:"| 'with'? @@"`
	As      *lexer.Token `parser:"  'as' @(Role|Attribute)"`
	Event   *lexer.Token `parser:"| @Event"`
	EventOf *objects     `parser:"@@?"`
	Flag    *lexer.Token `parser:"| 'with'? @Flag"`
	Dated   *lexer.Token `parser:"| @Dated"`
	Other   *objects     `parser:"| ('other' 'than' | ('except'|'excepting') 'for'? | 'excluding' | 'apart' 'from') @@"`
	Is      *superlative `parser:"| (?! 'most' 'recently') @@ (?! Role|Class|Name|Adjective|Attribute|Number)"`
	Phrase  *phrase      `parser:"| @@ )"`
}

// objects are what a predicate relates to.
type objects struct {
	Pos    lexer.Position
	Quant  string        `parser:"( @('both'|'either'|'neither'|'any'|'some'|'all'|'each'|'every'|'another'|'other'|'no'|'only') 'of'? )?"`
	Bound  []string      `parser:"( ( @('at' 'least' | 'at' 'most' | 'exactly' | 'more' 'than' | 'fewer' 'than' | 'less' 'than')"`
	Count  *lexer.Token  `parser:"@Number"`
	Count2 *lexer.Token  `parser:"| @Number (?= 'of')"`
	Count3 *lexer.Token  `parser:"| @Number 'or'"`
	Or     string        `parser:"    @('more'|'fewer'|'less') ) 'of'? )?"`
	First  *object       `parser:"@@"`
	Rest   []*nextObject `parser:"@@*"`
	OrBoth bool          `parser:"( ','? 'but' @'not' 'both' )?"`
}

type nextObject struct {
	Sep  string  `parser:"( @(',' ('and'|'or')?) | @'and' | @'or' | @'nor' | @('but' 'not') | 'as' 'well' @'as' ) (?! (Name|Adjective)+ (Role|Class) ) ('of'|'to'|'by'|'with')?"`
	What *object `parser:"(?= Name) @@"`
}

// object is a thing by name, or any of a set.
type object struct {
	Pos  lexer.Position
	What *phrase      `parser:"( (?! Name ('possessive' Attribute)? (?! Role|Class|Adjective|'possessive')) @@"`
	That *clause      `parser:"( ('that'|'which'|'who') @@ )?"`
	Any  bool         `parser:"| @('anyone'|'anybody'|'anything'|'someone'|'something')"`
	Name *lexer.Token `parser:"| @Name 'membership'? )"`
}

// timeNode is a time: "in 1990", "as of 2004-05-01", "between 1990 and 2000".
type timeNode struct {
	Pos   lexer.Position
	Now   string       `parser:"( @('today'|'now'|'currently'|'nowadays') | 'at' @'present'"`
	Ever  bool         `parser:"| @'ever' | 'at' 'any' @'time'"`
	First *lexer.Token `parser:"| ('between'|'from') @(Date|Number)"`
	Last  *lexer.Token `parser:"('and'|'to'|'until'|'through') @(Date|Number)"`
	Op    string       `parser:"| @( 'in' 'year'? | 'during' | 'on' | 'at' | 'before' | 'after' | 'since' | 'until' | 'till' | 'by' | 'as' 'of' | 'from' )"`
	At    *lexer.Token `parser:"@(Date|Number) 'onwards'?"`
	Rel   string       `parser:"| @('before'|'after') ('they'|'it'|'he'|'she')? 'had'?"`
	Event *lexer.Token `parser:"  ( @Event"`
	Of    *lexer.Token `parser:"    @Name"`
	Than  *lexer.Token `parser:"  | @Name 'did'? ) )"`
}
