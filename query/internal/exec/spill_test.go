package exec

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/query/algebra"
)

// within runs a tree with a budget. It returns the solutions and the bytes that were
// spilled, and checks that nothing is left behind.
func (f *fixture) within(bytes int64, dir string, op algebra.Op) ([]solution, int64, error) {
	f.t.Helper()
	f.env.Budget, f.env.SpillDir = NewBudget(bytes, 0), dir
	root, err := Build(op, f.env)
	if err != nil {
		return nil, 0, err
	}
	defer func() {
		root.Close()
		if n := f.env.Budget.Used(); n != 0 {
			f.t.Errorf("%d bytes still held", n)
		}
		if files, _ := os.ReadDir(dir); len(files) > 0 {
			f.t.Errorf("%d temporary files are left", len(files))
		}
		f.env.Budget = NewBudget(0, 0)
	}()
	p := &failing{Operator: root}
	out := f.drainUntil(p)
	return out, spilledBytes(root), p.err
}

// failing ends at an error and remembers it.
type failing struct {
	Operator
	err  error
	each func() // called after each batch
}

func (p *failing) Next(ctx context.Context) (*Batch, error) {
	var b *Batch
	b, p.err = p.Operator.Next(ctx)
	if p.each != nil {
		p.each()
	}
	if p.err != nil {
		return nil, nil
	}
	return b, nil
}

func spilledBytes(op Operator) int64 {
	n := op.Stats().Spill
	for _, in := range op.Inputs() {
		n += spilledBytes(in)
	}
	return n
}

// spillGraph has two predicates on overlapping subjects, several values each, and chains of
// ten subjects.
func spillGraph(n int) []graph.Quad {
	var quads []graph.Quad
	for i := range n {
		s := iri(fmt.Sprintf("s%06d", i))
		quads = append(quads, graph.Quad{Subject: s, Predicate: iri("n"), Object: num(fmt.Sprint(i * 7919 % (n / 3)))})
		if i%10 < 9 {
			quads = append(quads, graph.Quad{Subject: s, Predicate: iri("next"), Object: iri(fmt.Sprintf("s%06d", i+1))})
		}
		if i%3 > 0 {
			for k := range i % 4 {
				quads = append(quads, graph.Quad{Subject: s, Predicate: iri("m"), Object: num(fmt.Sprint(i*31%(n/2) + k))})
			}
		}
	}
	return quads
}

// spillTrees are trees over spillGraph whose operators hold many rows.
func spillTrees() map[string]algebra.Op {
	n, m := bgp(tp("?s", "n", "?n")), bgp(tp("?s", "m", "?m"))
	other := bgp(tp("?t", "m", "?n"))
	join := func(kind algebra.JoinKind, l, r algebra.Op, c algebra.Expr) algebra.Op {
		return &algebra.PhysicalJoin{Kind: kind, Method: algebra.JoinHash, Left: l, Right: r, Condition: c}
	}
	group := func(in algebra.Op, agg *algebra.Aggregate, keys ...string) algebra.Op {
		g := &algebra.Group{Input: in, Aggs: []algebra.Aggregation{{Var: "c", Agg: agg}}}
		for _, k := range keys {
			g.Keys = append(g.Keys, algebra.GroupKey{Var: algebra.Var(k), Expr: v(k)})
		}
		return g
	}
	union := unionOf(n, m)
	odd := call("<", v("m"), v("n"))
	path := func(s, o string, min int) algebra.Op {
		return &algebra.PathPattern{Subject: nd(s), Path: &algebra.PathRepeat{Path: &algebra.PathLink{Predicate: iri("next")}, Min: min, Max: -1}, Object: nd(o)}
	}
	lookup := func(l, r algebra.Op) algebra.Op {
		return &algebra.PhysicalJoin{Method: algebra.JoinLookup, Left: l, Right: r}
	}
	multi := &algebra.MultiJoin{Vars: []algebra.Var{"s", "n", "m"}, Scans: []*algebra.Scan{{Pattern: tp("?s", "n", "?n")}, {Pattern: tp("?s", "m", "?m")}}}
	return map[string]algebra.Op{
		"join":                  join(algebra.InnerJoin, n, m, nil),
		"join on values":        join(algebra.InnerJoin, n, other, nil),
		"join with condition":   join(algebra.InnerJoin, n, m, odd),
		"left join":             join(algebra.LeftOuterJoin, n, m, nil),
		"left join, condition":  join(algebra.LeftOuterJoin, n, m, odd),
		"left join of nothing":  join(algebra.LeftOuterJoin, n, bgp(tp("?n", "m", "?s")), nil),
		"semi-join":             join(algebra.SemiJoin, n, m, nil),
		"semi-join, condition":  join(algebra.SemiJoin, n, m, odd),
		"anti-join":             join(algebra.AntiJoin, n, m, nil),
		"anti-join, condition":  join(algebra.AntiJoin, n, m, odd),
		"minus":                 join(algebra.MinusJoin, n, m, nil),
		"unbound on the left":   join(algebra.InnerJoin, union, m, nil),
		"unbound on the right":  join(algebra.InnerJoin, n, union, nil),
		"merge of spilled":      &algebra.PhysicalJoin{Method: algebra.JoinMerge, Left: &algebra.Scan{Pattern: tp("?s", "n", "?k")}, Right: join(algebra.InnerJoin, &algebra.Scan{Pattern: tp("?s", "n", "?n")}, m, nil)},
		"count of join":         group(join(algebra.InnerJoin, n, other, nil), &algebra.Aggregate{Name: "COUNT"}),
		"distinct":              &algebra.Distinct{Input: &algebra.Project{Input: union, Vars: []algebra.Var{"s", "n"}}},
		"distinct of sorted":    &algebra.Distinct{Input: &algebra.Scan{Pattern: tp("?s", "n", "?n")}},
		"distinct in order":     &algebra.Distinct{Input: join(algebra.InnerJoin, &algebra.Scan{Pattern: tp("?s", "n", "?n")}, m, nil)},
		"group":                 group(m, &algebra.Aggregate{Name: "COUNT"}, "m"),
		"group by two":          group(union, &algebra.Aggregate{Name: "COUNT", Arg: v("n")}, "n", "m"),
		"group, sum":            group(union, &algebra.Aggregate{Name: "SUM", Arg: v("m")}, "n"),
		"group, count distinct": group(m, &algebra.Aggregate{Name: "COUNT", Distinct: true, Arg: v("s")}, "m"),
		"count distinct":        group(union, &algebra.Aggregate{Name: "COUNT", Distinct: true, Arg: v("m")}),
		"count distinct *":      group(union, &algebra.Aggregate{Name: "COUNT", Distinct: true}),
		"multi-way join":        multi,
		"group of a multi-join": group(multi, &algebra.Aggregate{Name: "COUNT"}, "s"),
		"look-up join":          lookup(n, &algebra.Scan{Pattern: tp("?s", "m", "?m")}),
		"look-up join, hub":     lookup(&algebra.Project{Input: n, Vars: []algebra.Var{"n"}}, &algebra.Scan{Pattern: tp("?t", "n", "?n"), Order: encoded.POS}),
		"path":                  path("?s", "?t", 1),
		"path from":             path("s000000", "?t", 1),
		"path to":               path("?s", "s000009", 0),
		"path between":          path("s000000", "s000009", 1),
		"path of each":          lookup(n, path("?s", "?t", 1)),
		"path of a sequence":    &algebra.PathPattern{Subject: nd("?s"), Path: &algebra.PathRepeat{Path: &algebra.PathSequence{First: &algebra.PathLink{Predicate: iri("next")}, Second: &algebra.PathLink{Predicate: iri("next")}}, Min: 1, Max: -1}, Object: nd("s000009")},
		"order by":              &algebra.OrderBy{Input: union, Keys: []algebra.OrderKey{{Expr: v("n")}, {Expr: v("m"), Descending: true}}},
		"exists in or":          &algebra.Filter{Input: n, Condition: call("||", &algebra.Exists{Pattern: m}, call("<", v("n"), &algebra.Const{Term: num("9")}))},
		"concatenate":           group(m, &algebra.Aggregate{Name: "GROUP_CONCAT", Arg: v("m"), Separator: ", "}, "s"),
		"median":                group(union, &algebra.Aggregate{Name: "MEDIAN", Arg: v("m")}, "n"),
		"group of a group":      group(group(m, &algebra.Aggregate{Name: "COUNT"}, "m"), &algebra.Aggregate{Name: "MAX", Arg: v("c")}, "c"),
	}
}

func TestSpill_AnswersAsInMemory(t *testing.T) {
	f := newFixture(t, spillGraph(1500))
	trees := spillTrees()
	spills, failures := 0, 0
	for name, op := range trees {
		t.Run(name, func(t *testing.T) {
			f.t = t
			want := bag(f.run(op))
			for _, kib := range []int64{2, 24, 256} {
				got, spilled, err := f.within(kib<<10, t.TempDir(), op)
				if spilled > 0 {
					spills++
				}
				switch {
				case errors.Is(err, ErrMemory):
					failures++
				case err != nil:
					t.Fatal(err)
				case !slices.Equal(bag(got), want):
					t.Fatalf("%d KiB, %d bytes spilled: %d rows, in memory %d, or others", kib, spilled, len(got), len(want))
				}
				if kib == 256 && err != nil {
					t.Errorf("%d KiB: %v", kib, err)
				}
			}
		})
	}
	if spills < len(trees) {
		t.Errorf("only %d of %d runs spilled, %d had too little memory", spills, 3*len(trees), failures)
	}
}

func TestSpill_AgreesWithNaiveEvaluation(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(rt *rapid.T) {
		f := newFixture(t, drawQuads(rt))
		op := drawInput(rt, 3)
		if rapid.Bool().Draw(rt, "group") {
			op = &algebra.Group{Input: op, Keys: []algebra.GroupKey{{Var: "x", Expr: v("x")}},
				Aggs: []algebra.Aggregation{{Var: "c", Agg: &algebra.Aggregate{Name: "COUNT", Distinct: rapid.Bool().Draw(rt, "distinct"), Arg: v("y")}}}}
		}
		got, _, err := f.within(rapid.Int64Range(500, 8000).Draw(rt, "budget"), dir, op)
		if errors.Is(err, ErrMemory) {
			return
		}
		if err != nil {
			rt.Fatal(err)
		}
		if got, want := bag(got), bag(f.naive(op)); !slices.Equal(got, want) {
			rt.Fatalf("%s\ngot  %v\nwant %v", show(op), got, want)
		}
	})
}

func TestSpill_RemovesFilesWhenCancelled(t *testing.T) {
	f := newFixture(t, spillGraph(1500))
	op := &algebra.PhysicalJoin{Method: algebra.JoinHash, Left: bgp(tp("?s", "n", "?n")), Right: bgp(tp("?s", "m", "?m"))}
	f.env.Budget, f.env.SpillDir = NewBudget(16<<10, 0), t.TempDir()
	for _, polls := range []int{0, 1, 5} {
		root, err := Build(op, f.env)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(context.Background())
		for range polls {
			if b, err := root.Next(ctx); b == nil || err != nil {
				break
			}
		}
		cancel()
		if _, err := root.Next(ctx); !errors.Is(err, context.Canceled) {
			t.Fatalf("after cancellation: %v", err)
		}
		root.Close()
		if n := f.env.Budget.Used(); n != 0 {
			t.Fatalf("%d bytes still held", n)
		}
	}
}

// TestSpill_ManyRuns sorts so that runs are merged into longer ones before the last merge.
func TestSpill_ManyRuns(t *testing.T) {
	f := newFixture(t, spillGraph(600))
	in := &algebra.Union{}
	for range mergeFan + 10 { // a run is a batch at least
		in.Branches = append(in.Branches, bgp(tp("?s", "n", "?n")))
	}
	op := &algebra.OrderBy{Input: in, Keys: []algebra.OrderKey{{Expr: v("n"), Descending: true}}}
	want := f.run(op)
	f.env.Budget, f.env.SpillDir = NewBudget(2<<10, 0), t.TempDir()
	root, err := Build(op, f.env)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	sort := root.(*node).inputs[0].run.(*orderBy)
	most := 0
	got := f.drainUntil(&failing{Operator: root, each: func() { most = max(most, len(sort.runs.files)) }})
	if sort.number <= mergeFan {
		t.Fatalf("only %d runs", sort.number)
	}
	if most >= mergeFan {
		t.Errorf("%d files were open", most)
	}
	if !slices.EqualFunc(got, want, func(a, b solution) bool { return fmt.Sprint(a) == fmt.Sprint(b) }) { // stable: the very sequence
		t.Fatal("another sequence than in memory")
	}
}

func TestSpill_Limit(t *testing.T) {
	f := newFixture(t, spillGraph(1500))
	for name, op := range map[string]algebra.Op{
		"order by": &algebra.OrderBy{Input: bgp(tp("?s", "n", "?n")), Keys: []algebra.OrderKey{{Expr: v("n")}}},
		"distinct": &algebra.Distinct{Input: &algebra.Union{Branches: []algebra.Op{bgp(tp("?s", "n", "?n")), bgp(tp("?s", "m", "?n"))}}},
		"join":     &algebra.PhysicalJoin{Method: algebra.JoinHash, Left: bgp(tp("?s", "n", "?n")), Right: bgp(tp("?s", "m", "?m"))},
	} {
		f.env.Budget, f.env.SpillDir = NewBudget(8<<10, 4<<10), t.TempDir()
		root, err := Build(op, f.env)
		if err != nil {
			t.Fatal(err)
		}
		for b := (*Batch)(nil); err == nil; {
			if b, err = root.Next(context.Background()); b == nil {
				break
			}
		}
		root.Close()
		if !errors.Is(err, ErrSpill) || !strings.Contains(err.Error(), "4 KiB") {
			t.Errorf("%s: %v", name, err)
		}
		if held, files := f.env.Budget.Used(), f.env.Budget.spilled.Load(); held != 0 || files != 0 {
			t.Errorf("%s: %d bytes of memory and %d of files are still held", name, held, files)
		}
	}
}

// TestSpill_DamagedFiles cuts the temporary files short while they are read: what is missing
// is an error, not the end.
func TestSpill_DamagedFiles(t *testing.T) {
	f := newFixture(t, spillGraph(1500))
	damaged := 0
	for name, op := range spillTrees() {
		want := len(f.run(op))
		for _, polls := range []int{1, 2} {
			dir := t.TempDir()
			f.env.Budget, f.env.SpillDir = NewBudget(40<<10, 0), dir
			root, err := Build(op, f.env)
			if err != nil {
				t.Fatal(err)
			}
			got := 0
			for n := 1; ; n++ {
				var b *Batch
				if b, err = root.Next(context.Background()); b == nil {
					break
				}
				got += b.Len
				if n == polls {
					cutFiles(t, dir)
				}
			}
			root.Close()
			f.env.Budget = NewBudget(0, 0)
			switch {
			case err == nil && got != want:
				t.Errorf("%s: %d of %d rows and no error", name, got, want)
			case errors.Is(err, io.ErrUnexpectedEOF):
				damaged++
			case err != nil && !errors.Is(err, ErrMemory):
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	if damaged < 5 {
		t.Errorf("only %d of the trees noticed", damaged)
	}
}

// cutFiles cuts the open files of a directory, which have no names any more, in half.
func cutFiles(t *testing.T, dir string) {
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Skipf("no way to find the open files: %v", err)
	}
	for _, fd := range open {
		path := "/proc/self/fd/" + fd.Name()
		name, err := os.Readlink(path)
		if err != nil || !strings.HasPrefix(name, dir) {
			continue
		}
		info, err := os.Stat(path)
		if err == nil && info.Mode().IsRegular() {
			if err := os.Truncate(path, info.Size()/2); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// TestLookupJoin_TakesPieces looks up more rows for a batch than there is room for.
func TestLookupJoin_TakesPieces(t *testing.T) {
	var quads []graph.Quad
	for i := range 3000 {
		key := num(fmt.Sprint(i * 7 % 3000))
		quads = append(quads, graph.Quad{Subject: iri(fmt.Sprint("s", i)), Predicate: iri("a"), Object: key})
		for k := range 5 {
			quads = append(quads, graph.Quad{Subject: iri(fmt.Sprint("t", i, "-", k)), Predicate: iri("b"), Object: key})
		}
	}
	f := newFixture(t, quads)
	for _, kind := range []algebra.JoinKind{algebra.InnerJoin, algebra.LeftOuterJoin, algebra.SemiJoin, algebra.AntiJoin} {
		op := &algebra.PhysicalJoin{Kind: kind, Method: algebra.JoinLookup, Left: bgp(tp("?s", "a", "?k")),
			Right: &algebra.Scan{Pattern: tp("?t", "b", "?k"), Order: encoded.POS}}
		want := bag(f.run(op))
		for _, kib := range []int64{150, 200, 250} {
			got, _, err := f.within(kib<<10, t.TempDir(), op)
			if err != nil {
				t.Errorf("kind %d, %d KiB: %v", kind, kib, err)
			} else if !slices.Equal(bag(got), want) {
				t.Errorf("kind %d, %d KiB: %d rows, want %d, or others", kind, kib, len(got), len(want))
			}
		}
	}
}

// TestSpillFile_CutShort cuts a file between two batches.
func TestSpillFile_CutShort(t *testing.T) {
	env := &Env{Budget: NewBudget(0, 0), SpillDir: t.TempDir()}
	write := func() *spillFile {
		f, err := newSpillFile(env, new(int64), 0)
		if err != nil {
			t.Fatal(err)
		}
		col := make([]encoded.Term, 4000) // more than a reader's buffer
		for range 3 {
			if err := f.write(&Batch{Columns: [][]encoded.Term{col}, Len: len(col)}); err != nil {
				t.Fatal(err)
			}
		}
		if err := f.w.Flush(); err != nil {
			t.Fatal(err)
		}
		if err := f.file.Truncate(f.size / 3 * 2); err != nil {
			t.Fatal(err)
		}
		return f
	}
	f := write()
	defer f.remove()
	if err := f.rewind(); err != nil {
		t.Fatal(err)
	}
	if err := f.each(context.Background(), func(*Batch) error { return nil }); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("read: %v", err)
	}
	m := newColumnMerge([]int{0})
	defer m.remove()
	err := m.add(context.Background(), env, write())
	for b := (*Batch)(nil); err == nil; {
		if b, err = m.next(context.Background()); b == nil {
			break
		}
	}
	if !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("merged: %v", err)
	}
}
