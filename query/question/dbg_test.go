package question

import (
	"fmt"
	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"
	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/rdfio"
	"io"
	"os"
	"testing"
)

func TestDbg(t *testing.T) {
	var quads []graph.Quad
	for _, fn := range []string{"/tmp/pk.nt", "../../datasets/partnerships/lexicon.ttl"} {
		f, _ := os.Open(fn)
		fm := rdfio.NTriples
		if fn != "/tmp/pk.nt" {
			fm = rdfio.Turtle
		}
		rd := rdfio.NewReader(f, fm, nil)
		for {
			q, err := rd.Read()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			quads = append(quads, q)
		}
	}
	l := NewLexicon(quads)
	toks, _ := l.tokens(os.Getenv("Q"))
	for _, s := range sequences(toks) {
		for i := range s.tokens {
			r := s.reading(i)
			fmt.Print(r.class, "<", r.value, "> ")
		}
		fmt.Println()
		lex, _ := lexer.Upgrade(s)
		var opts []participle.ParseOption
		if os.Getenv("T") != "" {
			opts = append(opts, participle.Trace(os.Stdout))
		}
		_, err := buildParser().ParseFromLexer(lex, opts...)
		fmt.Println(err)
	}
}
