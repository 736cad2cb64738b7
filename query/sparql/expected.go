package sparql

import (
	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"
)

func unexpected(text string, offset int, reach func([]lexer.Token) int) *SyntaxError {
	return newError(text, offset, "unexpected")
}
func reach[G any](p *participle.Parser[G], tokens []lexer.Token) int { return 0 }

func (t *translator) nearPrefix(name string) string { return "" }
