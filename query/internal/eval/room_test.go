package eval

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/query/algebra"
	"github.com/ententedb/entente/query/internal/memory"
)

// long is an expression of few characters that makes 2 × 1024^steps of them.
func long(first string, steps int) string {
	for range steps {
		first = "REPLACE(" + first + ", 'a', '" + strings.Repeat("a", 1024) + "')"
	}
	return first
}

func TestExpression_LongTexts_KeepToTheBudget(t *testing.T) {
	errBudget := errors.New("budget passed")
	for _, text := range []string{
		long("'aa'", 6),
		"CONCAT(" + strings.Repeat(long("'aa'", 2)+", ", 40) + "'')",
		"ENCODE_FOR_URI(ENCODE_FOR_URI(" + long("'aa%'", 2) + "))",
	} {
		const limit = 8 << 20
		env, held, peak := testEnv(nil), int64(0), int64(0)
		env.Terms.Charge(func(n int64) error {
			if held+n > limit {
				return errBudget
			}
			held += n
			peak = max(peak, held)
			return nil
		})
		e, err := parseExpr(text)
		if err != nil {
			t.Fatal(err)
		}
		x, err := Compile(Fold(e), nil, env)
		if err != nil {
			t.Fatal(err)
		}
		if held > 128<<10 {
			t.Errorf("%.40s: made while compiling", text)
		}
		var out [1]encoded.Term
		err = x.Eval(context.Background(), nil, 1, out[:])
		if strings.HasPrefix(text, "ENCODE") && err == nil {
			continue // 2 MiB three times over: fits
		}
		if !errors.Is(err, errBudget) {
			t.Errorf("%.40s: %v", text, err)
		}
		if held > 3<<20 || peak <= held { // a constant stays with the query's terms
			t.Errorf("%.40s: %d bytes are still held, %d at most", text, held, peak)
		}
	}
}

func TestExpression_LongText_IsCancelled(t *testing.T) {
	for _, text := range []string{"REGEX(?x, '(a|b)*c$')", "REPLACE(?x, '(a|b)c', 'd')"} {
		e, err := parseExpr(strings.Replace(text, "?x", long("'aa'", 2), 1))
		if err != nil {
			t.Fatal(err)
		}
		x, err := Compile(e, nil, testEnv(nil))
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(context.Background())
		x.f.env.Terms.Charge(func(int64) error { cancel(); return nil }) // as the text is made
		var out [1]encoded.Term
		if err := x.Eval(ctx, nil, 1, out[:]); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", text, err)
		}
		cancel()
	}
}

// TestAccumulator_ManySolutions adds values that stand for very many solutions, as those of a
// cross product do.
func TestAccumulator_ManySolutions(t *testing.T) {
	errBudget := errors.New("budget passed")
	env := testEnv(nil)
	held := int64(0)
	env.Terms.Charge(func(n int64) error {
		if held+n > 8<<20 {
			return errBudget
		}
		held += n
		return nil
	})
	encode := func(text string) encoded.Term {
		id, err := env.Terms.Encode(graph.String(text))
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	one, two := inlineInt(1), inlineInt(2)
	const many = 1<<32 - 1
	for _, c := range []struct {
		name, separator string
		values          []encoded.Term
		counts          []uint32
		want            graph.Term
		err             error
	}{
		{"MEDIAN", "", []encoded.Term{two, one, two}, []uint32{many, many, many}, graph.Literal("2", graph.XSDInteger), nil},
		{"MEDIAN", "", []encoded.Term{two, one}, []uint32{many, many}, graph.Literal("1.5", graph.XSDDecimal), nil},
		{"GROUP_CONCAT", "", []encoded.Term{encode("")}, []uint32{many}, graph.String(""), nil},
		{"GROUP_CONCAT", ", ", []encoded.Term{encode("a"), encode("b")}, []uint32{3, 2}, graph.String("a, a, a, b, b"), nil},
		{"GROUP_CONCAT", "-", []encoded.Term{encode("abc")}, []uint32{300_000}, graph.String("abc" + strings.Repeat("-abc", 299_999)), nil},
		{"GROUP_CONCAT", "-", []encoded.Term{encode("abc")}, []uint32{3_000_000}, graph.Term{}, errBudget},
		{"GROUP_CONCAT", "-", []encoded.Term{encode("abc")}, []uint32{many}, graph.Term{}, nil}, // passes maxConcat: an error
		{"SUM", "", []encoded.Term{two, one}, []uint32{many, 1}, graph.Literal("8589934591", graph.XSDInteger), nil},
	} {
		a, err := NewAccumulator(&algebra.Aggregate{Name: c.name, Separator: c.separator, Arg: &algebra.VarExpr{Var: "x"}}, env)
		if err != nil {
			t.Fatal(err)
		}
		if err := a.AddAll(c.values, c.counts); err != nil || c.err != nil {
			if !errors.Is(err, c.err) || c.err == nil {
				t.Errorf("%s: %v, want %v", c.name, err, c.err)
			}
			continue
		}
		id, err := a.Result(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if got, err := env.Terms.Term(id); err != nil || !got.Equal(c.want) && !(got.IsZero() && c.want.IsZero()) {
			t.Errorf("%s: %.100v (%v), want %.100v", c.name, got, err, c.want)
		}
	}
}

// TestPrefetch_LargeTexts reads texts of the dataset that do not fit in the budget together.
func TestPrefetch_LargeTexts(t *testing.T) {
	var quads []graph.Quad
	for i := range 64 {
		quads = append(quads, graph.Quad{Subject: graph.IRI("http://e/s"), Predicate: graph.IRI("http://e/p"),
			Object: graph.String(fmt.Sprint(i, strings.Repeat("x", 300<<10)))})
	}
	ds := memory.New(quads)
	env := testEnv(ds)
	errBudget := errors.New("budget passed")
	limit, held := int64(4<<20), int64(0)
	env.Terms.Charge(func(n int64) error {
		if held+n > limit {
			return errBudget
		}
		held += n
		return nil
	})
	var col []encoded.Term
	for _, q := range quads {
		id, _, err := ds.Encode(q.Object)
		if err != nil {
			t.Fatal(err)
		}
		col = append(col, id)
	}
	e, err := parseExpr("STRLEN(?x) + STRLEN(?y)")
	if err != nil {
		t.Fatal(err)
	}
	x, err := Compile(e, []algebra.Var{"x", "y"}, env)
	if err != nil {
		t.Fatal(err)
	}
	out := make([]encoded.Term, len(col))
	if err := x.Eval(context.Background(), [][]encoded.Term{col, col}, len(col), out); !errors.Is(err, errBudget) {
		t.Errorf("%v, want an error of the budget", err)
	}
	limit = 64 << 20
	if err := x.Eval(context.Background(), [][]encoded.Term{col, col}, len(col), out); err != nil || out[0] == encoded.Undefined {
		t.Errorf("with a larger budget: %v, %v", err, out[0])
	}
	if held > 64<<10 {
		t.Errorf("%d bytes are still held", held)
	}
}

func inlineInt(n int64) encoded.Term {
	id, _ := encoded.InlineInteger(n)
	return id
}
