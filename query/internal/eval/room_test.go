package eval

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/ententedb/entente/graph/encoded"
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
