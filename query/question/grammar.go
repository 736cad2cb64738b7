package question

import (
	"regexp"
	"sync"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"
)

// The grammar of questions. Its terminals are word classes (Name, Role,
// Attribute …), which the lexicon gives to the words of a question, and the
// function words quoted below, which are the closed vocabulary of the language.
// Articles and the closing question mark do not reach the grammar; the token
// End stands behind the last word.
//
// Alternatives are tried in turn and the first that reaches the end is taken,
// so the narrower forms stand first.

// sentence is one question. It is optional as a whole because participle
// reports the furthest error only for input that is left over.
type sentence struct {
	When     *whenQuestion     `parser:"( @@"`
	Kinds    *kindsQuestion    `parser:"| @@"`
	Describe *describeQuestion `parser:"| @@"`
	Where    *whereQuestion    `parser:"| @@"`
	Why      *whyQuestion      `parser:"| @@"`
	Compare  *compareQuestion  `parser:"| @@"`
	Connect  *connectQuestion  `parser:"| @@"`
	Similar  *similarQuestion  `parser:"| @@"`
	Part     *partQuestion     `parser:"| @@"`
	Share    *shareQuestion    `parser:"| @@"`
	Inverted *invertedQuestion `parser:"| @@"`
	Count    *countQuestion    `parser:"| @@"`
	HowMuch  *howMuchQuestion  `parser:"| @@"`
	Check    *checkQuestion    `parser:"| @@"`
	Combine  *combineQuestion  `parser:"| @@"`
	Attr     *attrQuestion     `parser:"| @@"`
	List     *listQuestion     `parser:"| @@"`
	Bare     *bareQuestion     `parser:"| @@ )?"`
}

// lead is what a question for things may begin with.
type lead struct {
	Pos   lexer.Position
	Words []string `parser:"( @('which'|'what'|'who') 'of'? @('is'|'are'|'was'|'were')?"`
	Show  bool     `parser:"| @('list'|'show'|'name'|'give'|'find'|'get'|'display'|'enumerate') ('me'|'us')? ) 'all'? 'of'? | @'all' 'of'?"`
}

// whenQuestion is "when did Finland join NATO".
type whenQuestion struct {
	Pos     lexer.Position
	When    string      `parser:"( @'when' | @('since' 'when') | @('how' 'long') | ('in'|'on')? ('what'|'which') @('year'|'date'|'day') )"`
	Subject *subject    `parser:"('is'|'are'|'was'|'were'|'do'|'does'|'did'|'has'|'have'|'had')* @@"`
	Aux     []string    `parser:"@('become'|'became'|'been'|'get'|'first'|'last')*"`
	What    *core       `parser:"@@"`
	Time    []*timeNode `parser:"@@* End"`
}

// describeQuestion is "tell me about AUKUS", "what is burden sharing".
type describeQuestion struct {
	Pos    lexer.Position
	Define bool        `parser:"( ( @( 'define' | 'explain' | 'what' ('is'|'are') (?! 'known') | 'what' 'does' (?= (Name|Class|Role|Attribute) 'mean') | 'definition' 'of' )"`
	Thing  lexer.Token `parser:"  | 'tell' ('me'|'us') ('more'|'everything')? 'about' | 'describe' | 'about' | 'what' 'do' 'you' 'know' 'about' | 'what' 'is' 'known' 'about' | ('what'|'who') ('is'|'are'|'was'|'were') | 'show' 'me'? | 'information' ('about'|'on') | 'everything' ('known')? 'about' ) @(Name|Class|Role|Attribute) 'mean'? | @Name ) End"`
}

// whereQuestion is "where is NATO based", "where is Japan".
type whereQuestion struct {
	Pos   lexer.Position
	Names *nameList `parser:"'where' ('is'|'are'|'was'|'were'|'does'|'do') @@"`
	Based string    `parser:"@('based'|'located'|'headquartered'|'seated'|'sit')? End"`
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
	What  []string     `parser:"( ( ('what'|'which') | ('list'|'show') 'me'? 'all'? ) @( 'relations' | 'relationships' | 'properties' | 'kinds' 'of' ('things'|'thing') | 'classes' | 'types' ) ( ('are'|'do') ('there'|'you' 'know') )?"`
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
	Of    *lexer.Token `parser:"('what'|'which')? ('is'|'are'|'was'|'were')? ( @Name 'possessive' )? ('share'|'percentage'|'proportion'|'fraction') ('of'|'in')"`
	World bool         `parser:"( ( @('world'|'global') 'possessive'?"`
	Whole *lexer.Token `parser:"  | @(Name|Adjective) 'possessive'? )"`
	Attr  *lexer.Token `parser:"  ('total'|'combined')? @Attribute"`
	Time  []*timeNode  `parser:"  @@*"`
	Attr2 *lexer.Token `parser:"| ('total'|'combined')? @Attribute"`
	Time2 []*timeNode  `parser:"  @@* 'of'"`
	All   bool         `parser:"  ( @'world'"`
	Name  *lexer.Token `parser:"  | @Name (?! Role|Class)"`
	What  *phrase      `parser:"  | @@"`
	Preds []*predicate `parser:"    @@* ) )"`
	Part  *partOf      `parser:"( ( 'of' | 'for' | ('falls'|'fall') 'to' | ('is'|'are'|'was'|'were') 'that' 'of' | ('does'|'do'|'did'|'has'|'have') ) @@ )?"`
	Had   bool         `parser:"('have'|'had'|'has')?"`
	Time3 []*timeNode  `parser:"( ','? @@ )* End"`
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
	What   lexer.Token `parser:"@(Class|Attribute|Role)"`
	Tokens []lexer.Token
	Names  string      `parser:"( ('do'|'does'|'are'|'did')? ( 'common' 'to' | 'shared' 'by' ) 'both'? @Name ( ('and'|',') 'and'? @Name )+ | ('do'|'does'|'did'|'that'|'which')? 'both'? @Name ( ('and'|',') 'and'? @Name )+ 'both'? ('share'|'have' 'in' 'common') )"`
	Time   []*timeNode `parser:"@@* End"`
}

// invertedQuestion is "which organisations does Japan belong to".
type invertedQuestion struct {
	Pos   lexer.Position
	Many  bool         `parser:"( @('how' 'many') | ('which'|'what'|'who'|'whom') )"`
	Class *lexer.Token `parser:"@Class?"`
	Aux   string       `parser:"@('is'|'are'|'was'|'were'|'do'|'does'|'did'|'has'|'have')"`
	Names *nameList    `parser:"@@"`
	Words []string     `parser:"@('both'|'currently'|'still'|'also'|'ever'|'been'|'have'|'former'|'formerly'|'not')*"`
	Tie   lexer.Token  `parser:"( @(Verb|Relative|Event|Preposition) | @Role ('of'|'to'|'in'|'for'|'with') )"`
	Time  []*timeNode  `parser:"@@* End"`
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
	Time  []*timeNode  `parser:"@@* )"`
	Tails []*tail      `parser:"(('is'|'are'|'were'|'was') 'there')? @@* End"`
}

// howMuchQuestion is "how large is the population of Japan", "how much did
// Poland spend on defence in 2023", "how populous is India".
type howMuchQuestion struct {
	Pos   lexer.Position
	How   string       `parser:"'how' ( @('large'|'big'|'high'|'great'|'small'|'low') ('is'|'are'|'was'|'were')"`
	Attr  *lexer.Token `parser:"@Attribute 'of'"`
	Of    *objects     `parser:"@@"`
	Much  bool         `parser:"| @('much'|'many')"`
	Share *lexer.Token `parser:"('of' @Name)?"`
	Unit  *lexer.Token `parser:"@Unit?"`
	Aux   string       `parser:"@('does'|'do'|'did'|'is'|'was'|'has'|'have')"`
	Who   *objects     `parser:"@@"`
	Verb  *lexer.Token `parser:"( @MeasureVerb"`
	Comp  *lexer.Token `parser:"@Complement?"`
	Live  bool         `parser:"| @('have'|'had') )"`
	Lives []string     `parser:"| 'many' Unit @('live'|'lives'|'lived'|'are'|'were') ('there')? 'in'"`
	In    *objects     `parser:"  @@ )"`
	Time  []*timeNode  `parser:"@@* End"`
}

// checkQuestion is a question for yes or no.
type checkQuestion struct {
	Pos     lexer.Position
	Aux     string       `parser:"( @('is'|'are'|'was'|'were'|'do'|'does'|'did'|'has'|'have'|'had')"`
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

// subject is what a sentence speaks of: things by name, or a set.
type subject struct {
	Pos   lexer.Position
	Quant string    `parser:"( @('all'|'every'|'each'|'any'|'some'|'no'|'none'|'both') 'of'? (?! Name (','|'and') )"`
	All   *phrase   `parser:"  @@"`
	Names *nameList `parser:"| @@"`
	What  *phrase   `parser:"| @@ )"`
}

// nameList is "Japan, India and Australia".
type nameList struct {
	Tokens []lexer.Token
	First  lexer.Token `parser:"'both'? @Name ( ( ',' 'and'? | 'and' ) Name )*"`
}

// combineQuestion is "average defence spending of NATO members in 2014".
type combineQuestion struct {
	Pos   lexer.Position
	Lead  *lead        `parser:"@@?"`
	How   string       `parser:"@('average'|'mean'|'median'|'total'|'sum'|'combined'|'overall'|'maximum'|'minimum'|'joint'|'aggregate') 'of'?"`
	Who   *lexer.Token `parser:"@(Name|Adjective)? 'possessive'?"`
	Attr  lexer.Token  `parser:"@Attribute"`
	Time  []*timeNode  `parser:"@@*"`
	What  *phrase      `parser:"( ('of'|'for'|'across'|'among'|'in'|'by'|'over') 'all'? ( @@"`
	Preds []*predicate `parser:"@@*"`
	Names *nameList    `parser:"| @@ ) )?"`
	Tails []*tail      `parser:"@@* End"`
}

// attrList is "population and GDP".
type attrList struct {
	Tokens []lexer.Token
	First  lexer.Token `parser:"@Attribute ( ( ',' 'and'? | 'and' ) Attribute )*"`
}

// attrQuestion is "what is the capital of Japan", "Japan's population".
type attrQuestion struct {
	Pos   lexer.Position
	Lead  *lead        `parser:"( @@ 'both'? )?"`
	Who   *nameList    `parser:"( @@ 'possessive'?"`
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
	Attr   *lexer.Token `parser:"| @Attribute )"`
	Preds  []*predicate `parser:"@@*"`
	Tails  []*tail      `parser:"@@* End"`
}

// bareQuestion has no noun: "who joined the EU in 2004".
type bareQuestion struct {
	Pos    lexer.Position
	Before *timeNode    `parser:"( @@ ','? )?"`
	Lead   *lead        `parser:"@@"`
	Preds  []*predicate `parser:"(?! 'that'|'which'|'who') @@+"`
	Tails  []*tail      `parser:"@@* End"`
}

// superlative is "top 5", "largest", "3 most populous".
type superlative struct {
	Pos    lexer.Position
	Number *lexer.Token `parser:"( @Number?"`
	Best   string       `parser:"( @('largest'|'biggest'|'highest'|'greatest'|'smallest'|'lowest'|'least'|'most'|'fewest'|'newest'|'latest'|'youngest'|'oldest'|'earliest')"`
	Word   *lexer.Token `parser:"| @Superlative )"`
	Top    string       `parser:"| @('top'|'bottom'|'first'|'last')"`
	N      *lexer.Token `parser:"@Number? )"`
	N2     *lexer.Token `parser:"@Number? 'of'?"`
}

// tail is what may follow the thing asked for.
type tail struct {
	Pos    lexer.Position
	Time   *timeNode    `parser:"','? @@"`
	Last   string       `parser:"| @('first'|'last'|'earliest'|'latest') | 'most' @'recently'"`
	Of     *phrase      `parser:"| ','? ('sorted'|'ordered'|'ranked')? 'by' 'number' 'of' @@"`
	That   *orClause    `parser:"  ( 'that' @@ )?"`
	Sorted bool         `parser:"| ','? ( ( @('sorted'|'ordered'|'ranked') | 'grouped' )? 'by'"`
	Number bool         `parser:"    @('number' 'of')? | 'in' 'order' 'of' | 'per' | ('for'|'in'|'from') 'each' )"`
	Key    *lexer.Token `parser:"( @(Attribute|Superlative|Class|Role) | @('year'|'name'|'date') )"`
	Order  string       `parser:"@('ascending'|'descending'|'increasing'|'decreasing')?"`
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
	Prep  string       `parser:"( @('of'|'to'|'for')"`
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

// inverted is a clause whose subject is not what it describes: "that Germany
// borders", "with which Japan is allied".
type inverted struct {
	Pos   lexer.Position
	Lead  string      `parser:"( ('with'|'to'|'of'|'in') @('which'|'whom') )?"`
	Names *nameList   `parser:"@@"`
	Aux   []string    `parser:"@('is'|'are'|'was'|'were'|'does'|'do'|'did'|'has'|'have'|'had'|'not'|'never'|'currently'|'still'|'also'|'been'|'ever'|'once')*"`
	Tie   lexer.Token `parser:"@(Verb|Relative|Event|Preposition|Role) ('of'|'to'|'in'|'for'|'with')?"`
}

// norPart is what follows nor: a predicate, or only its object.
type norPart struct {
	Core    *core    `parser:"@@"`
	Objects *objects `parser:"| @@"`
}

// whose is "whose capital is in Asia", "whose population is over 5 million".
type whose struct {
	Pos  lexer.Position
	Attr lexer.Token `parser:"'whose' @(Attribute|Role)"`
	Aux  []string    `parser:"@('is'|'are'|'was'|'were'|'has'|'have'|'not'|'does'|'do')*"`
	Cmp  *comparison `parser:"( @@"`
	Is   *objects    `parser:"| @@"`
	Core *core       `parser:"| @@ )"`
}

// core is a predicate without its auxiliaries.
type core struct {
	Pos     lexer.Position
	Measure *measure     `parser:"( @@"`
	Prep    *lexer.Token `parser:"| @(Preposition|Verb|Relative)"`
	Best    string       `parser:"  ( @('most'|'fewest')"`
	BestOf  *lexer.Token `parser:"    @(Role|Class)"`
	Of      *objects     `parser:"  | @@ )"`
	Event   *lexer.Token `parser:"| @Event"`
	EventOf *objects     `parser:"@@?"`
	Flag    *lexer.Token `parser:"| @Flag"`
	Dated   *lexer.Token `parser:"| @Dated"`
	Other   *nameList    `parser:"| 'other' 'than' @@"`
	Phrase  *phrase      `parser:"| @@ )"`
}

// measure is a comparison of a number: "population over 200 million", "spent
// less than 2% of GDP on defence", "more than 5 million people".
type measure struct {
	Pos      lexer.Position
	Best     string       `parser:"( ('with')? @('largest'|'biggest'|'highest'|'greatest'|'smallest'|'lowest'|'most'|'least'|'fewest')"`
	BestOf   *lexer.Token `parser:"('number' 'of')? ( @(Attribute|Role|Class) (?! 'of'|'in'|Preposition)"`
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
	MoreOf   *lexer.Token `parser:"  @Attribute"`
	Than     *amount      `parser:"  'than' @@"`
	Verb     *lexer.Token `parser:"| @MeasureVerb"`
	Comp     *lexer.Token `parser:"( @Complement"`
	Cmp2     *comparison  `parser:"@@?"`
	Cmp3     *comparison  `parser:"| @@"`
	Comp3    *lexer.Token `parser:"@Complement? )"`
	Many     *comparison  `parser:"| ('with'|'having')? @@"`
	ManyOf   *lexer.Token `parser:"  @(Role|Class)"`
	No       bool         `parser:"| ('with'|'having'|'has'|'have')? @'no'"`
	NoOf     *lexer.Token `parser:"  @(Role|Class)"`
	Cmp4     *comparison  `parser:"| ('with'|'having')? @@ )"`
}

// comparison is an operator and a value.
type comparison struct {
	Pos     lexer.Position
	Between bool     `parser:"( 'of'? @'between' (?= Number|Unit)"`
	Low     *amount  `parser:"@@"`
	High    *amount  `parser:"('and'|'to') @@"`
	Op      []string `parser:"| 'of'? @( 'over' | 'above' | 'exceeding' | 'exceeds' | 'exceed' | 'exceeded' | '>' '='? | ('more'|'greater'|'larger'|'higher'|'bigger') 'than' | 'at' 'least' | 'under' | 'below' | '<' '='? | ('less'|'fewer'|'smaller'|'lower') 'than' | 'at' 'most' | 'up' 'to' | 'exactly' | 'equal' 'to' | 'not' ('over'|'above'|'under'|'below'|('more'|'less') 'than') | '=' )"`
	Value   *amount  `parser:"@@"`
	Plain   *amount  `parser:"| 'of'? (?= Number|Unit) @@"`
	Or      string   `parser:"( 'or' @('more'|'less'|'fewer'|'above'|'below'|'over'|'higher'|'lower'|'greater'|'smaller') )? )"`
}

// amount is a number with its unit, or the same measure of another thing.
type amount struct {
	Pos    lexer.Position
	Before *lexer.Token `parser:"( @Unit?"`
	Number lexer.Token  `parser:"@Number"`
	Unit   *lexer.Token `parser:"@Unit?"`
	Name   *lexer.Token `parser:"| 'that'? 'of'? @Name"`
	Of     *lexer.Token `parser:"( 'possessive' @Attribute? )? )"`
}

// objects are what a predicate relates to.
type objects struct {
	Pos    lexer.Position
	Quant  string        `parser:"( @('both'|'either'|'neither'|'any'|'some'|'all'|'each'|'every'|'another'|'other'|'no'|'only') 'of'? )?"`
	Bound  []string      `parser:"( ( @('at' 'least' | 'at' 'most' | 'exactly' | 'more' 'than' | 'fewer' 'than' | 'less' 'than')"`
	Count  *lexer.Token  `parser:"@Number"`
	Count2 *lexer.Token  `parser:"| @Number (?= 'of') ) 'of'? )?"`
	First  *object       `parser:"@@"`
	Rest   []*nextObject `parser:"@@*"`
}

type nextObject struct {
	Sep  string  `parser:"( @(',' ('and'|'or')?) | @'and' | @'or' | @'nor' | @('but' 'not') | 'as' 'well' @'as' ) (?! (Name|Adjective)+ (Role|Class) ) 'of'?"`
	What *object `parser:"(?= Name) @@"`
}

// object is a thing by name, or any of a set.
type object struct {
	Pos  lexer.Position
	What *phrase      `parser:"( (?! Name ('possessive' Attribute)? (?! Role|Class|Adjective|'possessive')) @@"`
	That *clause      `parser:"( ('that'|'which'|'who') @@ )?"`
	Name *lexer.Token `parser:"| @Name )"`
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
	Event *lexer.Token `parser:"  @Event"`
	Of    *lexer.Token `parser:"  @Name )"`
}

// tokensOf keeps the tokens of some classes.
func tokensOf(tokens []lexer.Token, classes ...wordClass) []lexer.Token {
	var out []lexer.Token
	for _, t := range tokens {
		for _, c := range classes {
			if t.Type == lexer.TokenType(c)+1 {
				out = append(out, t)
			}
		}
	}
	return out
}

func (n *nameList) list() []lexer.Token {
	if n == nil {
		return nil
	}
	return tokensOf(n.Tokens, className)
}

func (n *attrList) list() []lexer.Token {
	if n == nil {
		return nil
	}
	return tokensOf(n.Tokens, classAttribute)
}

func (n *modifierNames) list() []lexer.Token {
	if n == nil {
		return nil
	}
	return tokensOf(n.Tokens, className, classAdjective)
}

var buildParser = sync.OnceValue(func() *participle.Parser[sentence] {
	return participle.MustBuild[sentence](participle.Lexer(classes{}), participle.UseLookahead(participle.MaxLookahead))
})

// functionWords are the words quoted in the grammar.
var functionWords = sync.OnceValue(func() map[string]bool {
	out := map[string]bool{}
	grammars := buildParser().String() + buildFollowUpParser().String()
	for _, m := range regexp.MustCompile(`"((?:[^"\\]|\\.)+)"`).FindAllStringSubmatch(grammars, -1) {
		out[m[1]] = true
	}
	return out
})

func (s *subject) what() *phrase {
	if s.All != nil {
		return s.All
	}
	return s.What
}
