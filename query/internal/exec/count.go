package exec

import (
	"context"
	"slices"

	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/query/algebra"
	"github.com/ententedb/entente/query/internal/eval"
)

// skipScanRatio is the number of rows for each key from which it is cheaper to
// ask for the count of one key after the other than to read all rows.
const skipScanRatio = 2048

// count builds the count of one scan. Where the answer is in the metadata it
// is taken from there; otherwise the scan is read grouped, so that only the columns of the
// key and of what is counted are decoded.
func (b *builder) count(o *algebra.Count) (*node, error) {
	s := &scanSpec{
		nodes:   [4]algebra.Node{o.Scan.Pattern.Subject, o.Scan.Pattern.Predicate, o.Scan.Pattern.Object, o.Scan.TripleTerm},
		triples: o.Scan.Order.OfTriples(),
		ranges:  o.Scan.Ranges,
	}
	var vars []algebra.Var
	plain := len(o.Scan.Ranges) == 0 // every solution is a row of the index
	for _, n := range s.nodes {
		_, ground := groundTerm(n)
		if n.Triple != nil && !ground {
			return b.countSolutions(o)
		}
		if n.IsVar() {
			plain = plain && !slices.Contains(vars, n.Var)
			vars = append(vars, n.Var)
		}
	}
	bs, err := b.bind(s)
	if err != nil {
		return nil, err
	}
	if bs.empty || o.Key != "" && !slices.Contains(vars, o.Key) || o.Distinct != "" && !slices.Contains(vars, o.Distinct) ||
		len(b.inject) > 0 {
		return b.countSolutions(o)
	}
	var want []algebra.Var
	for _, v := range []algebra.Var{o.Key, o.Distinct} {
		if v != "" && !slices.Contains(want, v) {
			want = append(want, v)
		}
	}
	s.order = b.orderFor(s, bs, want)
	scan := bs.scan
	scan.Order = s.order
	if o.Key == "" && plain {
		n, ok, err := b.countFromMetadata(o, bs, scan)
		if err != nil {
			return nil, err
		}
		if ok {
			t, err := integer(b.env.Eval.Terms, n)
			if err != nil {
				return nil, err
			}
			one := newTable([]algebra.Var{o.Var}, &rows{cols: [][]encoded.Term{{t}}, n: 1})
			one.desc.Operator = "count from metadata"
			return one, nil
		}
	}
	for _, v := range vars {
		if !slices.Contains(want, v) && !slices.Contains(s.unneeded, v) {
			s.unneeded = append(s.unneeded, v)
		}
	}
	in, err := b.newScan(s)
	if err != nil {
		return nil, err
	}
	r, ok := in.run.(*scanRun)
	if !ok || len(in.sorted) != len(want) || !slices.Equal(in.sorted, want) || o.Distinct != "" && !r.unique {
		in.Close()
		return b.countSolutions(o)
	}
	in.desc.Origin = o.Scan
	n := &node{inputs: []*node{in}, desc: Description{Operator: "count"}}
	if o.Key != "" {
		n.schema, n.maybe, n.sorted = []algebra.Var{o.Key}, []bool{false}, []algebra.Var{o.Key}
	}
	n.schema, n.maybe = append(n.schema, o.Var), append(n.maybe, false)
	c := &count{input: in, terms: b.env.Eval.Terms, keyed: o.Key != "", distinct: o.Distinct != ""}
	if c.keyed {
		c.key = in.column(o.Key)
	}
	n.run = c
	if c.keyed && plain && o.Distinct == "" {
		few, err := b.fewKeys(bs, scan)
		if err != nil {
			return nil, err
		}
		if few {
			r.scan.Grouped = false // or a batch would read all rows of as many keys
			n.run = &countByKey{scan: r, count: scan, position: r.places[0], dataset: b, terms: b.env.Eval.Terms}
			n.desc.Operator = "count each key"
		}
	}
	return n, nil
}

// countSolutions is the general way: a group over the scan.
func (b *builder) countSolutions(o *algebra.Count) (*node, error) {
	g := &algebra.Group{Input: o.Scan}
	if o.Key != "" {
		g.Keys = []algebra.GroupKey{{Var: o.Key, Expr: &algebra.VarExpr{Var: o.Key}}}
	}
	a := &algebra.Aggregate{Name: "COUNT"}
	if o.Distinct != "" {
		a.Distinct, a.Arg = true, &algebra.VarExpr{Var: o.Distinct}
	}
	g.Aggs = []algebra.Aggregation{{Var: o.Var, Agg: a}}
	return b.group(g)
}

// countFromMetadata answers a count without a key, if the statistics hold it
// exactly.
func (b *builder) countFromMetadata(o *algebra.Count, bs *boundSpec, scan encoded.Scan) (uint64, bool, error) {
	if scan.Scope == encoded.ScopeMerged || scan.Scope == encoded.ScopeUnion {
		return 0, false, nil
	}
	if o.Distinct == "" {
		n, exact, err := b.env.Dataset.Count(scan)
		return n, exact, err
	}
	if scan.Order.OfTriples() || scan.Pattern[encoded.Graph] != encoded.DefaultGraph {
		return 0, false, nil
	}
	// The statistics are those of all graphs.
	t, err := b.env.Dataset.Totals()
	if err != nil || t.Quads != t.DefaultQuads {
		return 0, false, err
	}
	position := encoded.Position(slices.Index(bs.vars[:], o.Distinct))
	switch bs.bound() {
	case encoded.Positions(0).With(encoded.Graph):
		return [3]uint64{t.Subjects, t.Predicates, t.Objects}[position], t.Exact, nil
	case encoded.Positions(0).With(encoded.Graph).With(encoded.Predicate):
		p, err := b.env.Dataset.Predicate(scan.Pattern[encoded.Predicate])
		if position == encoded.Subject {
			return p.Subjects, p.Exact, err
		}
		return p.Objects, p.Exact, err
	}
	return 0, false, nil
}

// fewKeys reports whether the first free column of a scan has few distinct
// values for its number of rows.
func (b *builder) fewKeys(bs *boundSpec, scan encoded.Scan) (bool, error) {
	rows, exact, err := b.env.Dataset.Count(scan)
	if err != nil || !exact || scan.Order.OfTriples() {
		return false, err
	}
	var keys uint64
	first := scan.Order.Sequence()[0]
	switch bound := bs.bound() &^ encoded.Positions(0).With(encoded.Graph); {
	case bound == 0:
		t, err := b.env.Dataset.Totals()
		if err != nil {
			return false, err
		}
		keys = [4]uint64{t.Subjects, t.Predicates, t.Objects, t.Graphs}[first]
	case bound == encoded.Positions(0).With(encoded.Predicate):
		p, err := b.env.Dataset.Predicate(scan.Pattern[encoded.Predicate])
		if err != nil {
			return false, err
		}
		keys = p.Subjects
		if scan.Order == encoded.POS {
			keys = p.Objects
		}
	default:
		return false, nil
	}
	return keys*skipScanRatio < rows, nil
}

// count counts the rows of a grouped scan, or, with a key, the rows of each
// key, which come together.
type count struct {
	input    *node
	terms    *eval.Terms
	keyed    bool
	distinct bool // rows count once, whatever they stand for
	key      int
	last     encoded.Term // the key being counted
	n        uint64
	any      bool
	done     bool
	keys     []encoded.Term
	counts   []encoded.Term
}

func (c *count) next(ctx context.Context) (*Batch, error) {
	if c.done {
		return nil, nil
	}
	c.keys, c.counts = c.keys[:0], c.counts[:0]
	b, err := c.input.Next(ctx)
	if err != nil {
		return nil, err
	}
	if b == nil {
		c.done = true
		if c.keyed && !c.any {
			return nil, nil
		}
		if err := c.flush(); err != nil {
			return nil, err
		}
		return c.batch(), nil
	}
	if !c.keyed {
		if c.distinct {
			c.n += uint64(b.Len)
		} else {
			c.n += b.Rows()
		}
		return &Batch{}, nil
	}
	for i, k := range b.Columns[c.key][:b.Len] {
		if k != c.last || !c.any {
			if c.any {
				if err := c.flush(); err != nil {
					return nil, err
				}
			}
			c.last, c.any = k, true
		}
		if c.distinct || b.Counts == nil {
			c.n++
		} else {
			c.n += b.Counts[i]
		}
	}
	return c.batch(), nil
}

func (c *count) flush() error {
	t, err := integer(c.terms, c.n)
	c.keys, c.counts, c.n = append(c.keys, c.last), append(c.counts, t), 0
	return err
}

func (c *count) batch() *Batch {
	b := &Batch{Columns: [][]encoded.Term{c.counts}, Len: len(c.counts)}
	if c.keyed {
		b.Columns = [][]encoded.Term{c.keys, c.counts}
	}
	return b
}

func (c *count) close() {}

// countByKey asks the metadata for the count of one key, skips to the next
// key, and so on.
type countByKey struct {
	scan         *scanRun
	count        encoded.Scan
	position     encoded.Position
	dataset      *builder
	terms        *eval.Terms
	done         bool
	keys, counts []encoded.Term
}

func (c *countByKey) next(ctx context.Context) (*Batch, error) {
	if c.done {
		return nil, nil
	}
	c.keys, c.counts = c.keys[:0], c.counts[:0]
	for len(c.keys) < BatchSize {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		b, err := c.scan.next(ctx)
		if err != nil {
			return nil, err
		}
		if b == nil {
			c.done = true
			break
		}
		// A seek goes on after the batch, so the keys that follow in it come first.
		col := b.Columns[0][:b.Len]
		last := col[len(col)-1]
		for i := 0; i < len(col); {
			key := col[i]
			if err := c.add(ctx, key); err != nil {
				return nil, err
			}
			n, _ := slices.BinarySearch(col[i:], key+1)
			i += n
		}
		if err := c.scan.seek(ctx, last+1); err != nil {
			return nil, err
		}
	}
	return &Batch{Columns: [][]encoded.Term{c.keys, c.counts}, Len: len(c.keys)}, nil
}

// add counts the rows of a key.
func (c *countByKey) add(ctx context.Context, key encoded.Term) error {
	s := c.count
	s.Pattern[c.position] = key
	s.Order = pickOrder(s.Order.OfTriples(), positionsOf(s.Pattern), nil)
	n, exact, err := c.dataset.env.Dataset.Count(s)
	if err == nil && !exact {
		// Changes have come in the way: count this key's rows.
		n, err = c.read(ctx, s)
	}
	if err != nil {
		return err
	}
	t, err := integer(c.terms, n)
	c.keys, c.counts = append(c.keys, key), append(c.counts, t)
	return err
}

func positionsOf(p encoded.Pattern) encoded.Positions {
	var ps encoded.Positions
	for i, t := range p {
		if t != encoded.Undefined {
			ps = ps.With(encoded.Position(i))
		}
	}
	return ps
}

func (c *countByKey) read(ctx context.Context, s encoded.Scan) (uint64, error) {
	it, err := c.dataset.env.Dataset.Scan(ctx, s)
	if err != nil {
		return 0, err
	}
	defer it.Close()
	var n uint64
	var b encoded.Batch
	for {
		ok, err := it.Next(&b)
		if err != nil || !ok {
			return n, err
		}
		n += uint64(b.Len)
	}
}

func (c *countByKey) close() {}
