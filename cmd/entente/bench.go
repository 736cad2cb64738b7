package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ententedb/entente/query"
	"github.com/ententedb/entente/query/protocol"
	"github.com/ententedb/entente/query/results"
	"github.com/ententedb/entente/storage"
)

// benchCmd is `entente bench`.
type benchCmd struct {
	source
	Queries string            `arg:"" type:"existingfile" help:"CSV with the columns description and query."`
	Load    []string          `placeholder:"FILE" help:"Load these files into a store in memory and use that."`
	Against map[string]string `placeholder:"NAME=URL" help:"SPARQL endpoints to measure beside ours."`
	Rounds  int               `default:"3" help:"Timed rounds, after one to warm up; all engines in turn in each."`
	Timeout time.Duration     `default:"60s" help:"Time limit of a query."`
	Only    []int             `help:"Numbers of the queries to run, from 0."`
	Permute int               `placeholder:"N" help:"Measure instead N permutations of the patterns of each query, in process: the written order must not matter."`
	Out     string            `short:"o" placeholder:"FILE" help:"Write all times as JSON."`
}

// engine answers queries: in process, or an endpoint.
type engine struct {
	name string
	ask  func(ctx context.Context, query string) (answer string, err error)
}

// benchRow is what was measured of one query.
type benchRow struct {
	Number      int                  `json:"number"`
	Description string               `json:"description"`
	Times       map[string][]float64 `json:"milliseconds"`
	Answers     map[string]string    `json:"answers"`
}

// Run measures every query on every engine, interleaved, and prints medians,
// ratios and geometric means. It fails if answers differ.
func (c *benchCmd) Run(ctx context.Context, std streams) error {
	queries, err := readQueries(c.Queries)
	if err != nil {
		return err
	}
	store, err := c.store(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	if c.Permute > 0 {
		return c.benchPermute(ctx, store, queries, std.out)
	}
	engines, closer, err := c.engines(store)
	if err != nil {
		return err
	}
	defer closer()

	var rows []benchRow
	differ := 0
	for i, q := range queries {
		if !c.wanted(i) {
			continue
		}
		row := c.measure(ctx, i, q, engines)
		if err := ctx.Err(); err != nil {
			return err
		}
		rows = append(rows, row)
		if !row.agree() {
			differ++
		}
		fmt.Fprintln(std.out, row.line(engines))
	}
	summary(std.out, rows, engines)
	if err := c.write(rows); err != nil {
		return err
	}
	if differ > 0 {
		return fmt.Errorf("%d of %d queries were answered differently", differ, len(rows))
	}
	return nil
}

// wanted reports whether the query of this number is to be run.
func (c *benchCmd) wanted(number int) bool {
	return len(c.Only) == 0 || slices.Contains(c.Only, number)
}

// write writes all times to the file of --out, if there is one.
func (c *benchCmd) write(rows any) error {
	if c.Out == "" {
		return nil
	}
	b, err := json.MarshalIndent(rows, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(c.Out, b, 0o644)
}

func (c *benchCmd) store(ctx context.Context) (*storage.Store, error) {
	if len(c.Load) == 0 {
		return c.open()
	}
	store, err := storage.Open("", &storage.Options{InMemory: true})
	if err != nil {
		return nil, err
	}
	if _, err := (scriptStore{store}).Load(ctx, c.Load); err != nil {
		store.Close()
		return nil, err
	}
	return store, nil
}

// engines are: this process; this process over HTTP on loopback; the others.
func (c *benchCmd) engines(store *storage.Store) ([]engine, func(), error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, nil, err
	}
	server := &http.Server{Handler: protocol.Handler(store, &protocol.Options{Timeout: c.Timeout})}
	go server.Serve(listener)
	engines := []engine{
		{"http", endpoint("http://" + listener.Addr().String() + "/sparql")},
		{"process", func(ctx context.Context, text string) (string, error) { return inProcess(ctx, store, text) }},
	}
	for name, url := range c.Against {
		engines = append(engines, engine{name, endpoint(url)})
	}
	slices.SortStableFunc(engines[2:], func(a, b engine) int { return strings.Compare(a.name, b.name) })
	return engines, func() { server.Close() }, nil
}

// inProcess reads a whole result without writing it out.
func inProcess(ctx context.Context, store *storage.Store, text string) (answer string, err error) {
	err = store.View(func(tx *storage.Tx) error {
		res, err := query.Run(ctx, tx, text)
		if err != nil {
			return err
		}
		defer res.Close()
		if res.Form() == query.FormAsk {
			answer = strconv.FormatBool(res.Boolean())
			return nil
		}
		n, first := 0, ""
		for b, err := range res.Batches() {
			if err != nil {
				return err
			}
			if n == 0 && b.Len == 1 && len(b.Columns) == 1 {
				first = b.Columns[0][0].Value()
			}
			n += b.Len
		}
		answer = digest(n, len(res.Vars()), first)
		return nil
	})
	return answer, err
}

// endpoint asks over HTTP for JSON.
func endpoint(address string) func(context.Context, string) (string, error) {
	client := &http.Client{}
	return func(ctx context.Context, text string) (string, error) {
		form := url.Values{"query": {text}}.Encode()
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(form))
		if err != nil {
			return "", err
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Accept", "application/sparql-results+json")
		resp, err := client.Do(req)
		if err != nil {
			return "", err
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			return "", err
		}
		if resp.StatusCode != http.StatusOK {
			return "", fmt.Errorf("%s: %s", resp.Status, strings.TrimSpace(string(body[:min(len(body), 200)])))
		}
		return digestJSON(body)
	}
}

// digestJSON reads an answer in JSON; the reading is not part of the time of
// the engine but is the same for all.
func digestJSON(body []byte) (string, error) {
	r, err := results.NewReader(strings.NewReader(string(body)), results.JSON)
	if err != nil {
		return "", err
	}
	if value, isASK := r.Boolean(); isASK {
		return strconv.FormatBool(value), nil
	}
	n, first := 0, ""
	for {
		row, err := r.Read()
		if err == io.EOF {
			return digest(n, len(r.Vars()), first), nil
		}
		if err != nil {
			return "", err
		}
		if n == 0 && len(row) == 1 {
			first = row[0].Value()
		}
		n++
	}
}

// digest is what answers are compared by: the one cell, or the number of rows.
func digest(rows, columns int, first string) string {
	if rows != 1 || columns != 1 {
		return fmt.Sprintf("%d rows", rows)
	}
	if f, err := strconv.ParseFloat(first, 64); err == nil {
		return strconv.FormatFloat(f, 'g', 6, 64)
	}
	return first[:min(len(first), 24)]
}

// measure asks one query of all engines in turn, once to warm up and then
// Rounds times.
func (c *benchCmd) measure(ctx context.Context, number int, q [2]string, engines []engine) benchRow {
	row := benchRow{number, q[0], map[string][]float64{}, map[string]string{}}
	failed := map[string]bool{}
	for round := range c.Rounds + 1 {
		for _, e := range engines {
			if failed[e.name] {
				continue
			}
			limited, cancel := context.WithTimeout(ctx, c.Timeout)
			start := time.Now()
			answer, err := e.ask(limited, q[1])
			took := time.Since(start)
			cancel()
			if err != nil {
				failed[e.name] = true
				delete(row.Times, e.name)
				row.Answers[e.name] = "failed: " + err.Error()
				continue
			}
			row.Answers[e.name] = answer
			if round > 0 {
				row.Times[e.name] = append(row.Times[e.name], milliseconds(took))
			}
		}
	}
	return row
}

func (r benchRow) agree() bool {
	seen := ""
	for _, a := range r.Answers {
		if strings.HasPrefix(a, "failed: ") {
			continue
		}
		if seen != "" && a != seen {
			return false
		}
		seen = a
	}
	return true
}

func (r benchRow) line(engines []engine) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%3d %-58.58s", r.Number, r.Description)
	for _, e := range engines {
		if t := median(r.Times[e.name]); t > 0 {
			fmt.Fprintf(&b, "  %s %.2f ms", e.name, t)
		} else {
			fmt.Fprintf(&b, "  %s %s", e.name, r.Answers[e.name])
		}
	}
	fmt.Fprintf(&b, "  [%s]", r.Answers[engines[0].name])
	if !r.agree() {
		fmt.Fprintf(&b, "  DIFFER %v", r.Answers)
	}
	return b.String()
}

// summary prints geometric means, and ratios to the first engine over the
// queries that both answered.
func summary(out io.Writer, rows []benchRow, engines []engine) {
	base := engines[0].name
	for _, e := range engines {
		var own, ratio, worst float64
		var answered, both int
		for _, r := range rows {
			t, b := median(r.Times[e.name]), median(r.Times[base])
			if t > 0 {
				own += math.Log(t)
				answered++
			}
			if t > 0 && b > 0 {
				ratio += math.Log(b / t)
				worst = max(worst, b/t)
				both++
			}
		}
		fmt.Fprintf(out, "%-10s answered %d of %d, geometric mean %.2f ms", e.name, answered, len(rows), math.Exp(own/float64(max(answered, 1))))
		if e.name != base && both > 0 {
			fmt.Fprintf(out, "; %s takes %.2f times as long (geometric mean), %.1f times at worst", base, math.Exp(ratio/float64(both)), worst)
		}
		fmt.Fprintln(out)
	}
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func median(times []float64) float64 {
	if len(times) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(times))
	return max((sorted[(len(sorted)-1)/2]+sorted[len(sorted)/2])/2, 0.001)
}

// readQueries reads descriptions and queries from CSV with a header line.
func readQueries(name string) ([][2]string, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	var queries [][2]string
	for i, r := range records {
		if i == 0 || len(r) < 2 {
			continue
		}
		queries = append(queries, [2]string{r[0], r[1]})
	}
	return queries, nil
}
