package question_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/ententedb/entente/query"
	"github.com/ententedb/entente/query/question"
	"github.com/ententedb/entente/query/sparql"
)

func TestTry(t *testing.T) {
	w := theFlagship(t)
	ds, l := w.ds, w.lexicon
	var qs []string
	if e := os.Getenv("Q"); e != "" {
		qs = strings.Split(e, "|")
	} else {
		f, _ := os.Open("../../../shared/questions/public.jsonl")
		sc := bufio.NewScanner(f)
		for sc.Scan() {
			var x struct{ Q string }
			json.Unmarshal(sc.Bytes(), &x)
			qs = append(qs, x.Q)
		}
	}
	for _, q := range qs {
		fmt.Println("Q:", q)
		start := time.Now()
		x, err := question.Parse(l, q, nil)
		d := time.Since(start)
		if err != nil {
			fmt.Println("  !!", err, d)
			r := err.(*question.Refusal)
			fmt.Println("    ", r.Position, r.Expected)
			continue
		}
		fmt.Println("  ==", x.Understood, d)
		if os.Getenv("S") != "" {
			fmt.Println(sparql.Format(x.Query))
		}
		y, err := question.Parse(l, x.Understood, nil)
		if err != nil {
			fmt.Println("  PARAPHRASE FAILS", err)
		} else if canon(sparql.Format(y.Query)) != canon(sparql.Format(x.Query)) {
			fmt.Println("  PARAPHRASE DIFFERS", y.Understood)
		}
		start = time.Now()
		res, err := query.RunQuery(context.Background(), ds, x.Query)
		if err != nil {
			fmt.Println("  RUN", err)
			continue
		}
		if x.Kind == question.YesNo {
			fmt.Println("  ->", res.Boolean())
			continue
		}
		n := 0
		var first []string
		for row, err := range res.Rows() {
			if err != nil {
				fmt.Println("  ROW", err)
				break
			}
			n++
			if n <= 8 {
				var c []string
				for _, t := range row.Terms() {
					v := t.Value()
					if i := strings.LastIndexAny(v, "/#"); i > 0 {
						v = v[i+1:]
					}
					c = append(c, v)
				}
				first = append(first, strings.Join(c, "|"))
			}
		}
		fmt.Println("  ->", n, first, time.Since(start))
	}
}

var varRE = regexp.MustCompile(`\?[A-Za-z][A-Za-z0-9]*`)

// canon renames the variables of a query in the order of their occurrence.
func canon(s string) string {
	names := map[string]string{}
	return varRE.ReplaceAllStringFunc(s, func(v string) string {
		if names[v] == "" {
			names[v] = fmt.Sprintf("?v%d", len(names))
		}
		return names[v]
	})
}
