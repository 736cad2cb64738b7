package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/ententedb/entente/query"
	"github.com/ententedb/entente/query/algebra"
	"github.com/ententedb/entente/query/sparql"
	"github.com/ententedb/entente/storage"
)

// permuteRow is what was measured of the permutations of one query.
type permuteRow struct {
	Number      int         `json:"number"`
	Description string      `json:"description"`
	Answer      string      `json:"answer"`
	Times       [][]float64 `json:"milliseconds"`     // by permutation
	Same        [][]float64 `json:"sameMilliseconds"` // of the query as it is, measured like as many permutations
	Read        []uint64    `json:"read"`             // rows and seeks of the scans, by permutation
	Failed      string      `json:"failed,omitempty"`
}

// permute measures c.Permute permutations of the patterns of a query in
// process: all of them in turn in each round, each time in another sequence. As many
// runs of the query as it is stand between them; their spread is what
// the machine does, whatever the query. It returns nil if there is nothing to permute.
func (c *benchCmd) permute(ctx context.Context, store *storage.Store, number int, q [2]string) (*permuteRow, error) {
	r := rand.New(rand.NewPCG(uint64(number), 7))
	texts := make([]string, 2*c.Permute) // the second half: as it is
	for i := range texts {
		parsed, err := sparql.Parse(q[1], nil)
		if err != nil {
			return nil, fmt.Errorf("query %d: %w", number, err)
		}
		if i < c.Permute && !algebra.Shuffle(parsed.Root, r) {
			return nil, nil
		}
		texts[i] = sparql.Format(parsed)
	}
	row := &permuteRow{Number: number, Description: q[0], Read: make([]uint64, c.Permute)}
	for i, text := range texts[:c.Permute] {
		err := store.View(func(tx *storage.Tx) error {
			e, err := query.Explain(ctx, tx, text, query.ExplainOptions{Analyze: true}, query.WithTimeout(c.Timeout))
			if err == nil {
				row.Read[i] = workOf(e.Plan)
			}
			return err
		})
		if err != nil {
			row.Failed = err.Error()
			return row, ctx.Err()
		}
	}
	times := make([][]float64, len(texts))
	for range c.Rounds {
		for _, i := range r.Perm(len(texts)) {
			start := time.Now()
			answer, err := inProcess(ctx, store, texts[i])
			took := time.Since(start)
			switch {
			case err != nil:
				row.Failed = err.Error()
				return row, ctx.Err()
			case row.Answer != "" && answer != row.Answer:
				row.Failed = fmt.Sprintf("answers %s and %s", row.Answer, answer)
				return row, nil
			}
			row.Answer = answer
			times[i] = append(times[i], milliseconds(took))
		}
	}
	row.Times, row.Same = times[:c.Permute], times[c.Permute:]
	return row, nil
}

// workOf adds up the rows that scans delivered and their positionings in the index.
func workOf(n *query.PlanNode) uint64 {
	sum := n.Seeks
	if n.Operator == "scan" {
		sum += n.Rows
	}
	for _, in := range n.Inputs {
		sum += workOf(in)
	}
	return sum
}

// spread returns the least and the largest of the medians.
func spread(times [][]float64) (least, largest float64) {
	var medians []float64
	for _, t := range times {
		medians = append(medians, median(t))
	}
	return slices.Min(medians), slices.Max(medians)
}

// ratios are the largest by the least: of the medians of the permutations, of the
// same query, and of the work.
func (r *permuteRow) ratios() (permuted, same, work float64) {
	least, largest := spread(r.Times)
	permuted = largest / least
	least, largest = spread(r.Same)
	same = largest / least
	// A hundred rows more or less are no difference.
	return permuted, same, float64(slices.Max(r.Read)+100) / float64(slices.Min(r.Read)+100)
}

func (r *permuteRow) line() string {
	if r.Failed != "" {
		return fmt.Sprintf("%3d %-44.44s  %s", r.Number, r.Description, r.Failed)
	}
	least, largest := spread(r.Times)
	permuted, same, work := r.ratios()
	return fmt.Sprintf("%3d %-44.44s %8.2f … %8.2f ms  time %5.2f×  same text %5.2f×  read %5.2f×", r.Number, r.Description, least, largest, permuted, same, work)
}

// benchPermute is `entente bench --permute`.
func (c *benchCmd) benchPermute(ctx context.Context, store *storage.Store, queries [][2]string, out io.Writer) error {
	var rows []*permuteRow
	var failed []string
	var worst, worstSame, worstRead float64
	for i, q := range queries {
		if !c.wanted(i) {
			continue
		}
		row, err := c.permute(ctx, store, i, q)
		if err != nil {
			return err
		}
		if row == nil {
			continue
		}
		rows = append(rows, row)
		fmt.Fprintln(out, row.line())
		if row.Failed != "" {
			failed = append(failed, fmt.Sprint(row.Number))
			continue
		}
		permuted, same, work := row.ratios()
		worst, worstSame, worstRead = max(worst, permuted), max(worstSame, same), max(worstRead, work)
	}
	fmt.Fprintf(out, "%d queries of more than one pattern, %d permutations of each, medians of %d rounds; at worst: time %.2f×, same text %.2f×, read %.2f×\n",
		len(rows), c.Permute, c.Rounds, worst, worstSame, worstRead)
	if err := c.write(rows); err != nil {
		return err
	}
	if len(failed) > 0 {
		return fmt.Errorf("queries that failed: %s", strings.Join(failed, ", "))
	}
	return nil
}
