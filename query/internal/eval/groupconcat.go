package eval

import (
	"context"
	"strings"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
)

// groupConcat is GROUP_CONCAT: the STR of each value, in the order they come;
// errors are passed over, a value without STR makes the result an error.
type groupConcat struct {
	terms     *Terms
	separator string
	failed    bool
	any       bool
	text      strings.Builder
}

// maxConcat bounds the result of one GROUP_CONCAT, in bytes.
const maxConcat = 1 << 30

func (g *groupConcat) Add(v encoded.Term, n uint32) error {
	if g.failed || v == encoded.Undefined || n == 0 {
		return nil
	}
	t, err := g.terms.Term(v)
	if err != nil {
		return err
	}
	return g.add(t, n)
}

func (g *groupConcat) add(t graph.Term, n uint32) error {
	if !t.IsIRI() && !t.IsLiteral() {
		g.failed = true
		return nil
	}
	unit := len(g.separator) + len(t.Value())
	if uint64(n)*uint64(unit) > maxConcat || g.text.Len()+int(n)*unit > maxConcat {
		g.failed = true
		return nil
	}
	if err := g.room(int(n) * unit); err != nil {
		return err
	}
	if !g.any {
		g.any = true
		g.text.WriteString(t.Value())
		n--
	}
	if n <= 1 || unit == 0 {
		for range min(n, 1) {
			g.text.WriteString(g.separator)
			g.text.WriteString(t.Value())
		}
		return nil
	}
	text := g.separator + t.Value()
	many := min(int(n), max(1, largeText/unit))
	for block := strings.Repeat(text, many); n > 0; n -= uint32(many) {
		many = min(many, int(n))
		g.text.WriteString(block[:many*unit])
	}
	return nil
}

// room asks the budget for room for n more bytes, where that is much. The text is charged
// by its size in the end; here it is seen to that it does not get there first.
func (g *groupConcat) room(n int) error {
	have := g.text.Cap()
	size := g.text.Len() + n
	if size <= have || size <= largeText {
		return nil
	}
	return g.terms.fits(int64(max(size, have+have/4)))
}

func (g *groupConcat) AddAll(vs []encoded.Term, counts []uint32) error {
	for start := 0; start < len(vs) && !g.failed; start += chunk {
		part := vs[start:min(start+chunk, len(vs))]
		terms := make([]graph.Term, len(part))
		if err := g.terms.Decode(part, terms); err != nil {
			return err
		}
		for i, t := range terms {
			n := uint32(1)
			if counts != nil {
				n = counts[start+i]
			}
			if part[i] == encoded.Undefined || n == 0 || g.failed {
				continue
			}
			if err := g.add(t, n); err != nil {
				return err
			}
		}
	}
	return nil
}

func (g *groupConcat) Result(context.Context) (encoded.Term, error) {
	if g.failed {
		return encoded.Undefined, nil
	}
	return g.terms.Encode(graph.String(g.text.String()))
}

func (g *groupConcat) Size() int { return 64 + g.text.Cap() }
