package question

import "github.com/alecthomas/participle/v2/lexer"

// The kinds of questions.

// whenQuestion is "when did Finland join NATO".
type whenQuestion struct {
	Pos     lexer.Position
	When    []string    `parser:"( @'when' | @('since' 'when') | @('until' 'when') | @('how' 'long') | ('in'|'on')? ('what'|'which') @('year'|'date'|'day') )"`
	Subject *subject    `parser:"('is'|'are'|'was'|'were'|'do'|'does'|'did'|'has'|'have'|'had')* @@"`
	Aux     []string    `parser:"@('become'|'became'|'been'|'get'|'first'|'last')*"`
	What    *core       `parser:"@@"`
	Time    []*timeNode `parser:"@@* End"`
}

// describeQuestion is "tell me about AUKUS", "what is burden sharing".
type describeQuestion struct {
	Pos    lexer.Position
	Define bool         `parser:"( ( @( 'define' | 'explain' | 'what' ('is'|'are') (?! 'known') | 'what' 'does' (?= (Name|Class|Role|Attribute) 'mean') | 'definition' 'of' | 'meaning' 'of' )"`
	Is     []string     `parser:"  | @('what' ('is'|'are'|'was'|'were') | 'who' ('is'|'was'))"`
	Thing  lexer.Token  `parser:"  | 'tell' ('me'|'us') ('more'|'everything')? 'about' | 'describe' | 'about' | 'what' 'do' 'you' 'know' 'about' | 'what' 'is' 'known' 'about' | 'show' 'me'? | 'what' 'does' (?= Name 'stand' 'for') | 'information' ('about'|'on') | 'everything' ('known')? 'about' ) @(Name|Class|Role|Attribute) ('mean' | 'stand' 'for')?"`
	Bare   *lexer.Token `parser:"| @Name ) End"`
}

// whereQuestion is "where is NATO based", "where is Japan".
type whereQuestion struct {
	Pos   lexer.Position
	Attr  *lexer.Token `parser:"'where' ('is'|'are'|'was'|'were'|'does'|'do') ( @Attribute 'of'"`
	Of    *nameList    `parser:"  @@"`
	Names *nameList    `parser:"| @@"`
	Attr2 *lexer.Token `parser:"  ( 'possessive' @Attribute )? )"`
	Based string       `parser:"@('based'|'located'|'headquartered'|'seated'|'sit')? End"`
}

// whyQuestion is "why is Japan allied with the United States", "source for
// the population of Japan".
type whyQuestion struct {
	Pos     lexer.Position
	Why     []string     `parser:"( @( 'why' | 'according' 'to' ('whom'|'what'|'which') Class? | 'how' 'do' 'you' 'know' 'that'? | 'who' ('says'|'said') 'that'? | 'what' ('is'|'are') ('source'|'sources') ('for'|'of') 'that'? | ('source'|'sources') ('for'|'of') 'that'? )"`
	Aux     string       `parser:"  ( ( @('is'|'are'|'was'|'were'|'do'|'does'|'did'|'has'|'have') )?"`
	Subject *nameList    `parser:"    @@"`
	Preds   []*predicate `parser:"    @@+"`
	Attr    *lexer.Token `parser:"  | @Attribute 'of'"`
	Of      *nameList    `parser:"    @@"`
	Time    []*timeNode  `parser:"    @@* ) ) End"`
}

// kindsQuestion asks what there is to ask: "which relations are there", "what
// do you know about treaties".
type kindsQuestion struct {
	Pos   lexer.Position
	What  []string     `parser:"( ( ('what'|'which') | ('list'|'show') 'me'? 'all'? ) @( 'relations' | 'relationships' | 'properties' | 'kinds' 'of' ('things'|'thing') | 'classes' | 'types' ) ( ('are'|'do') ('there'|'you' 'know') )? | 'what' ( 'do' 'you' @'know' | 'can' 'i' @'ask' ) (?= End)"`
	Class *lexer.Token `parser:"| 'what' ( 'do' 'you' 'know' | 'is' 'known' | 'is' 'recorded' | 'can' 'i' 'ask' ) 'about' @Class )"`
	End   bool         `parser:"End"`
}

// compareQuestion is "compare NATO and the CSTO".
type compareQuestion struct {
	Pos    lexer.Position
	Tokens []lexer.Token
	Names  string `parser:"( 'compare' | 'how' ('do'|'does') (?= Name ('and'|'with'|'to') Name 'compare') | ('what' 'is')? ('difference'|'differences'|'comparison') ('between'|'of') ) @Name ( ('and'|'with'|'to'|',') 'and'? @Name )+ 'compare'? End"`
}

// connectQuestion is "how are Japan and the United States connected".
type connectQuestion struct {
	Pos     lexer.Position
	Tokens  []lexer.Token
	Names   string       `parser:"( ( 'how' ('is'|'are'|'was'|'were') @Name 'and' @Name ('connected'|'related'|'linked'|'tied'|'bound') ('to' 'each' 'other' | 'with' 'each' 'other')? | 'how' ('is'|'are'|'was'|'were') @Name ('connected'|'related'|'linked'|'tied'|'bound') ('to'|'with'|'and') @Name | 'what' ('connects'|'links'|'binds') @Name ('and'|'with'|'to') @Name | 'what' 'do' @Name 'and' @Name ('have' 'in' 'common' | 'share') | ('what' ('is'|'are')|'show'|'list')? ('connection'|'connections'|'link'|'links'|'tie'|'ties'|'relation'|'relations'|'relationship') 'between' @Name 'and' @Name )"`
	Through *lexer.Token `parser:"( ('through'|'via'|'by') @Class )?"`
	Steps   *lexer.Token `parser:"( ('within'|'in' ('at' 'most')?) @Number ('step'|'steps') )? End )"`
}

// similarQuestion is "which countries share the most organisations with India".
type similarQuestion struct {
	Pos    lexer.Position
	Lead   *lead        `parser:"@@?"`
	Number *lexer.Token `parser:"( 'top'? @Number )?"`
	Class  *lexer.Token `parser:"( @Class ('that'|'which'|'who')? )?"`
	What   lexer.Token  `parser:"('share'|'shares'|'shared'|'have'|'has') ('most'|('greatest'|'largest'|'highest') 'number' 'of') @Class"`
	With   lexer.Token  `parser:"('in' 'common')? 'with' @Name End"`
}

// partQuestion is "share of world GDP of the G7", "what share of the GDP of the
// G20 does Germany have".
type partQuestion struct {
	Pos   lexer.Position
	Comp  *lexer.Token `parser:"( ( 'how' 'much' | ('what'|'which') ('share'|'percentage'|'proportion'|'fraction') ) 'of' ('world'|'global') 'possessive'? @Complement ('does'|'do'|'did')"`
	Who   *lexer.Token `parser:"  @Name"`
	Verb  *lexer.Token `parser:"  @MeasureVerb"`
	Of    *lexer.Token `parser:"| ('what'|'which')? ('is'|'are'|'was'|'were')? ( @Name 'possessive'? )? ('share'|'percentage'|'proportion'|'fraction') (?= 'of'|'in')"`
	Of2   *lexer.Token `parser:"( 'of' @Name (?= 'in') )? ('of'|'in')"`
	World bool         `parser:"( ( @('world'|'global') 'possessive'?"`
	Whole *lexer.Token `parser:"  | @(Name|Adjective) 'possessive'? )"`
	Attr  *lexer.Token `parser:"  ('total'|'combined')? @Attribute"`
	Time  []*timeNode  `parser:"  @@*"`
	Attr2 *lexer.Token `parser:"| ('total'|'combined')? @Attribute"`
	Time2 []*timeNode  `parser:"  @@* 'of'"`
	All   bool         `parser:"  ( @'world'"`
	Name  *lexer.Token `parser:"  | @Name (?! Role|Class)"`
	What  *phrase      `parser:"  | @@"`
	Preds []*predicate `parser:"    @@* )"`
	Many  *phrase      `parser:"| (?! Attribute) @@"`
	Holds []*predicate `parser:"  @@+ )"`
	Part  *partOf      `parser:"( ( 'of' | 'for' | 'in' | ('falls'|'fall') 'to' | ('is'|'are'|'was'|'were') 'that' 'of' | ('does'|'do'|'did'|'has'|'have') | ('live'|'lives'|'lived') 'in' | ('come'|'comes') 'from' | ('is'|'are'|'was'|'were') (MeasureVerb 'by' | 'in' | 'from') ) @@ )?"`
	Had   bool         `parser:"('have'|'had'|'has'|'hold'|'account' 'for'|'contribute'|'pay'|'make' 'up'|'represent'|MeasureVerb)? )"`
	Time3 []*timeNode  `parser:"( ','? @@ )* End"`
}

// ratioQuestion is "of countries that are members of the EU, what share are in
// NATO", which is how the share of a set is said back.
type ratioQuestion struct {
	Pos   lexer.Position
	What  *phrase      `parser:"'of' @@"`
	Preds []*predicate `parser:"@@*"`
	Holds []*predicate `parser:"','? ('what'|'which') ('share'|'percentage'|'proportion'|'fraction') @@+ End"`
}

// partOf is whose part it is.
type partOf struct {
	Name  *lexer.Token `parser:"( @Name (?! Role|Class)"`
	What  *phrase      `parser:"| @@"`
	Preds []*predicate `parser:"  @@* )"`
}

// shareQuestion is "which organisations do Japan and India share".
type shareQuestion struct {
	Pos    lexer.Position
	Lead   *lead       `parser:"@@?"`
	Many   bool        `parser:"@('how' 'many')?"`
	What   lexer.Token `parser:"@(Class|Attribute|Role)"`
	Tokens []lexer.Token
	Names  string      `parser:"( ('do'|'does'|'are'|'did')? ( 'common' 'to' | 'shared' 'by' ) 'both'? @Name ( ('and'|',') 'and'? @Name )+ | ('do'|'does'|'did'|'that'|'which')? 'both'? @Name ( ('and'|',') 'and'? @Name )+ 'both'? ('share'|'have' 'in' 'common') )"`
	Time   []*timeNode `parser:"@@* End"`
}

// invertedQuestion is "which organisations does Japan belong to", "with whom
// does India have a tax treaty".
type invertedQuestion struct {
	Pos   lexer.Position
	Many  bool         `parser:"( ('with'|'to'|'of'|'in'|'by')? ( @('how' 'many') | ('which'|'what'|'who'|'whom') )"`
	Class *lexer.Token `parser:"@Class?"`
	Aux   string       `parser:"@('is'|'are'|'was'|'were'|'do'|'does'|'did'|'has'|'have'|'had')"`
	Inv   *inverted    `parser:"@@"`
	Time  []*timeNode  `parser:"@@* End"`
	Kind  *lexer.Token `parser:"| 'of' ('which'|'what'|'whom') @Class?"`
	OfAux string       `parser:"  @('is'|'are'|'was'|'were')"`
	Of    *nameList    `parser:"  @@"`
	OfTie *lexer.Token `parser:"  @(Role|Attribute)"`
	OfAt  []*timeNode  `parser:"  @@* End )"`
}

// countQuestion is "how many members does the WTO have", "number of NATO
// members per region".
type countQuestion struct {
	Pos   lexer.Position
	Lead  bool         `parser:"( @('how' 'many') | ('what' ('is'|'was') | 'show' 'me'? | 'give' 'me'?)? ( @'number' | @'count' | 'total' @'number' ) 'of'? )"`
	What  *phrase      `parser:"( (?! (Role|Class) ('does'|'do'|'did'|'has'|'have'|'had') Name ) 'of'? @@"`
	Preds []*predicate `parser:"@@*"`
	Role  *lexer.Token `parser:"| @(Role|Class)"`
	Names *nameList    `parser:"('does'|'do'|'did'|'has'|'have'|'had') @@ ('have'|'had')?"`
	Time  []*timeNode  `parser:"@@*"`
	Group *lexer.Token `parser:"| 'of'? @Name"`
	Where []*predicate `parser:"  @@+ )"`
	Tails []*tail      `parser:"(('is'|'are'|'were'|'was') 'there')? @@* End"`
}

// howMuchQuestion is "how large is the population of Japan", "how much did
// Poland spend on defence in 2023", "how populous is India".
type howMuchQuestion struct {
	Pos    lexer.Position
	How    string       `parser:"'how' ( @('large'|'big'|'high'|'great'|'small'|'low') ('is'|'are'|'was'|'were')"`
	Whose  *lexer.Token `parser:"( @(Name|Adjective) 'possessive'?"`
	Attr   *lexer.Token `parser:"| @Attribute 'of'"`
	Of     *objects     `parser:"  @@ )"`
	Attr2  *lexer.Token `parser:"  @Attribute?"`
	Grade  *lexer.Token `parser:"| @Gradable ('is'|'are'|'was'|'were')"`
	Graded *objects     `parser:"@@"`
	Much   bool         `parser:"| @('much'|'many')"`
	Share  *lexer.Token `parser:"('of' @Name)?"`
	Unit   *lexer.Token `parser:"@Unit?"`
	Of2    *lexer.Token `parser:"( 'of'? @Complement )?"`
	Aux    string       `parser:"@('does'|'do'|'did'|'is'|'was'|'has'|'have')"`
	Who    *objects     `parser:"@@"`
	Verb   *lexer.Token `parser:"( @MeasureVerb"`
	Comp   *lexer.Token `parser:"@Complement?"`
	Live   bool         `parser:"| @('have'|'had') )"`
	Lives  []string     `parser:"| 'many' Unit @('live'|'lives'|'lived'|'are'|'were') ('there')? 'in'"`
	In     *objects     `parser:"  @@ )"`
	Time   []*timeNode  `parser:"@@* End"`
}

// checkQuestion is a question for yes or no.
type checkQuestion struct {
	Pos     lexer.Position
	Aux     string       `parser:"( @('is'|'are'|'was'|'were'|'do'|'does'|'did'|'has'|'have'|'had') 'not'?"`
	There   *existence   `parser:"  ( 'there' @@"`
	Subject *subject     `parser:"  | @@"`
	Preds   []*predicate `parser:"    @@+ )"`
	Stated  *subject     `parser:"| (?= Name|'all'|'every'|'each'|'any'|'some'|'no'|'none'|'both') @@ (?= 'is'|'are'|'was'|'were'|'do'|'does'|'did'|'has'|'have'|'had'|Verb|Event)"`
	Said    []*predicate `parser:"  @@+ ) End"`
}

// existence is what "are there" asks for.
type existence struct {
	Quant string       `parser:"@('any'|'some'|'no')?"`
	What  *phrase      `parser:"@@"`
	Preds []*predicate `parser:"@@*"`
}

// combineQuestion is "average defence spending of NATO members in 2014".
type combineQuestion struct {
	Pos   lexer.Position
	Lead  *lead        `parser:"@@?"`
	How   string       `parser:"@('average'|'mean'|'median'|'total'|'sum'|'combined'|'overall'|'maximum'|'minimum'|'joint'|'aggregate') 'of'?"`
	Who   *lexer.Token `parser:"@(Name|Adjective)? 'possessive'?"`
	World bool         `parser:"@('world'|'global')?"`
	Attr  lexer.Token  `parser:"( @Attribute | 'number' 'of' @(Role|Class) )"`
	Time  []*timeNode  `parser:"@@*"`
	What  *phrase      `parser:"( ('of'|'for'|'across'|'among'|'in'|'by'|'over') 'all'? ( @@"`
	Preds []*predicate `parser:"@@*"`
	Names *nameList    `parser:"| @@ ) )?"`
	Tails []*tail      `parser:"@@* End"`
}

// attrQuestion is "what is the capital of Japan", "Japan's population".
type attrQuestion struct {
	Pos   lexer.Position
	Lead  *lead        `parser:"( @@ 'both'? )?"`
	World *lexer.Token `parser:"( ('world'|'global') 'possessive'? @Attribute | @Attribute 'of' 'world'"`
	Who   *nameList    `parser:"| @@ 'possessive'?"`
	Attrs *attrList    `parser:"@@"`
	Adj   *lexer.Token `parser:"| @Adjective"`
	Attr3 *lexer.Token `parser:"  @Attribute"`
	Attr2 *attrList    `parser:"| @@"`
	Time  []*timeNode  `parser:"@@* ('of'|'for'|'in') 'all'?"`
	Super *superlative `parser:"( @@?"`
	What  *phrase      `parser:"@@"`
	Preds []*predicate `parser:"@@*"`
	Names *nameList    `parser:"| @@ )"`
	Verb  *lexer.Token `parser:"| @Attribute"`
	Of    *nameList    `parser:"  ('does'|'do'|'did'|'is'|'are'|'has') @@ ('have'|'in'|'on')"`
	Tails []*tail      `parser:") @@* End"`
}

// listQuestion is a question for things of a kind: "which EU members are
// outside NATO", "top 5 WTO members by GDP".
type listQuestion struct {
	Pos    lexer.Position
	Before *timeNode    `parser:"( @@ ','? )?"`
	Lead   *lead        `parser:"@@?"`
	Super  *superlative `parser:"@@?"`
	What   *phrase      `parser:"( @@"`
	Attr   *lexer.Token `parser:"| @Attribute"`
	Group  *lexer.Token `parser:"| @Name )"`
	Preds  []*predicate `parser:"@@*"`
	Tails  []*tail      `parser:"(('is'|'are'|'were'|'was') 'there')? @@* End"`
}

// bareQuestion has no noun: "who joined the EU in 2004".
type bareQuestion struct {
	Pos    lexer.Position
	Before *timeNode    `parser:"( @@ ','? )?"`
	Lead   *lead        `parser:"@@"`
	Preds  []*predicate `parser:"(?! 'that'|'which'|'who') @@+"`
	Tails  []*tail      `parser:"@@* End"`
}
