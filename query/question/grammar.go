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
	Ratio    *ratioQuestion    `parser:"| @@"`
	Part     *partQuestion     `parser:"| @@"`
	Growth   *growthQuestion   `parser:"| @@"`
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
	Words []string `parser:"( @('which'|'what'|'who') @'of'? @('is'|'are'|'was'|'were')?"`
	Show  bool     `parser:"| @('list'|'show'|'name'|'give'|'find'|'get'|'display'|'enumerate'|'rank'|'order'|'sort') ('me'|'us')? ) 'all'? 'of'? | @'all' 'of'?"`
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
