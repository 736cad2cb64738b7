package exec

import (
	"context"
	"errors"
	"slices"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/query/algebra"
)

// scanSpec is one triple pattern to be read.
type scanSpec struct {
	// nodes are indexed by position. Graph is the node of the triple term in
	// the relation of triple terms, and not used otherwise.
	nodes    [4]algebra.Node
	triples  bool // the relation of triple terms
	order    encoded.Order
	unneeded []algebra.Var
	ranges   []algebra.VarRange
}

// bind is what a scanSpec looks like in a scope: constants encoded, variables
// placed.
type boundSpec struct {
	scan  encoded.Scan
	vars  [4]algebra.Var // of free positions, the graph's included
	empty bool           // matches nothing
}

// bind encodes the constants of a spec and puts the scope in.
func (b *builder) bind(s *scanSpec) (*boundSpec, error) {
	r := &boundSpec{}
	var graphVar algebra.Var
	if !s.triples {
		graphVar, r.empty = b.graphs.scan(b.scope, &r.scan)
	}
	for p := encoded.Subject; p <= encoded.Graph; p++ {
		if p == encoded.Graph && !s.triples {
			r.vars[p] = graphVar
			continue
		}
		n := s.nodes[p]
		if n.IsVar() {
			id, ok := b.inject[n.Var]
			if !ok {
				r.vars[p] = n.Var
				continue
			}
			if id.Tag() == encoded.TagLocal {
				r.empty = true
			}
			r.scan.Pattern[p] = id
			continue
		}
		t, ok := groundTerm(n)
		if !ok {
			return nil, errors.New("exec: a pattern in a scan has a triple term with variables")
		}
		id, ok, err := b.env.Dataset.Encode(t)
		if err != nil {
			return nil, err
		}
		if !ok {
			r.empty = true
			continue
		}
		r.scan.Pattern[p] = id
	}
	return r, nil
}

// bound returns the positions that are constant.
func (r *boundSpec) bound() encoded.Positions {
	var ps encoded.Positions
	for p := encoded.Subject; p <= encoded.Graph; p++ {
		if r.scan.Pattern[p] != encoded.Undefined {
			ps = ps.With(p)
		}
	}
	return ps
}

// groundTerm returns the term of a node without variables.
func groundTerm(n algebra.Node) (graph.Term, bool) {
	switch {
	case n.IsVar():
		return graph.Term{}, false
	case n.Triple == nil:
		return n.Term, true
	}
	s, ok1 := groundTerm(n.Triple.Subject)
	p, ok2 := groundTerm(n.Triple.Predicate)
	o, ok3 := groundTerm(n.Triple.Object)
	return graph.TripleTerm(s, p, o), ok1 && ok2 && ok3
}

// pickOrder returns the order whose sequence begins with the bound positions
// and then goes on with want as far as possible.
func pickOrder(triples bool, bound encoded.Positions, want []encoded.Position) encoded.Order {
	first, last := encoded.SPO, encoded.OPS
	if triples {
		first, last = encoded.TSPO, encoded.TTSPO
	}
	best, bestScore := first, -1
	for o := first; o <= last; o++ {
		score, seq := 0, o.Sequence()
		i := 0
		for i < 4 && bound.Has(seq[i]) {
			score += 10
			i++
		}
		w := 0
		for ; i < 4; i++ {
			if bound.Has(seq[i]) {
				continue // constant: does not disturb the order
			}
			if w == len(want) || seq[i] != want[w] {
				break
			}
			w++
			score++
		}
		if score > bestScore {
			best, bestScore = o, score
		}
	}
	return best
}

// newScan makes the operator that reads a pattern in one order.
func (b *builder) newScan(s *scanSpec) (*node, error) {
	bs, err := b.bind(s)
	if err != nil {
		return nil, err
	}
	r := &scanRun{scan: bs.scan, env: b.env}
	n := &node{run: r, desc: Description{Operator: "scan", Order: s.order.String(), Detail: describeScan(s)}}
	r.self = n
	r.scan.Order = s.order
	merged := r.scan.Pattern[encoded.Graph] == encoded.Undefined && !s.triples &&
		(r.scan.Scope == encoded.ScopeMerged || r.scan.Scope == encoded.ScopeUnion)

	// Columns: the first place of each variable that is needed; a second place
	// is a filter.
	var first = map[algebra.Var]encoded.Position{}
	var free []encoded.Position
	for _, p := range s.order.Sequence() {
		v := bs.vars[p]
		if v == "" {
			if r.scan.Pattern[p] == encoded.Undefined && !bs.empty && !(merged && p == encoded.Graph) {
				free = append(free, p)
			}
			continue
		}
		free = append(free, p)
		if q, ok := first[v]; ok {
			r.equal = append(r.equal, [2]encoded.Position{q, p})
			r.scan.Columns = r.scan.Columns.With(p).With(q)
			continue
		}
		first[v] = p
	}
	needed := func(v algebra.Var) bool { return v != "" && !slices.Contains(s.unneeded, v) }
	for p := encoded.Subject; p <= encoded.Graph; p++ {
		v := bs.vars[p]
		if !needed(v) || first[v] != p {
			continue
		}
		r.scan.Columns = r.scan.Columns.With(p)
		r.places = append(r.places, p)
		n.schema = append(n.schema, v)
		n.maybe = append(n.maybe, false)
	}
	for _, vr := range s.ranges {
		p, ok := first[vr.Var]
		switch {
		case !ok:
			if id, injected := b.inject[vr.Var]; injected && !inRanges(vr.Ranges, id) {
				bs.empty = true
			}
		case len(free) > 0 && p == free[0] && r.ranges == nil:
			r.ranges = vr.Ranges
			if len(vr.Ranges) == 0 {
				bs.empty = true
			}
		default:
			r.filters = append(r.filters, placeRanges{p, vr.Ranges})
			r.scan.Columns = r.scan.Columns.With(p)
		}
	}
	// Leading columns that are needed, in the order's sequence, are sorted; if
	// those are all columns, the rows can be grouped.
	grouped, sorted := 0, true
	for _, p := range free {
		if !r.scan.Columns.Has(p) {
			break
		}
		grouped++
		v := bs.vars[p]
		sorted = sorted && needed(v)
		if !sorted {
			continue
		}
		if !slices.Contains(n.sorted, v) {
			n.sorted = append(n.sorted, v)
		}
		r.seekKey = append(r.seekKey, slices.Index(n.sorted, v))
	}
	wanted, hidden := 0, false
	for _, p := range free {
		if r.scan.Columns.Has(p) {
			wanted++
			hidden = hidden || !needed(bs.vars[p]) // read for a filter only
		}
	}
	r.scan.Grouped = wanted == grouped && grouped < len(free) && grouped > 0
	r.unique = !hidden && (r.scan.Grouped || wanted == len(free))
	if r.scan.Grouped && !b.manyEach(r.scan, wanted) {
		r.scan.Grouped = false
		r.fold = &fold{columns: len(r.places)}
		for _, v := range n.sorted {
			r.fold.order = append(r.fold.order, n.column(v))
		}
	}
	if bs.empty {
		n.run = empty{}
	}
	return n, nil
}

// scanRun reads one pattern of the dataset in one order. Its columns are those of
// the dataset, without copying, unless rows have to be filtered.
type scanRun struct {
	env     *Env
	self    *node
	scan    encoded.Scan
	places  []encoded.Position    // for each column of the schema
	equal   [][2]encoded.Position // a variable in two positions
	ranges  []encoded.Range       // of the first free position, read one after the other
	filters []placeRanges
	unique  bool  // no two rows are equal
	fold    *fold // groups the rows here; nil: they come grouped, or are not
	seekKey []int // for each leading free position: which sorted column it is

	it     encoded.Iterator
	at     int // ranges[at] is being read
	batch  encoded.Batch
	out    Batch
	all    Batch // columns by position, for filtering
	gather gatherer
	keep   []int32
	counts []uint64
	key    []encoded.Term
	base   encoded.ScanStats // of iterators already closed
}

type placeRanges struct {
	place  encoded.Position
	ranges []encoded.Range
}

func inRanges(ranges []encoded.Range, t encoded.Term) bool {
	for _, r := range ranges {
		if r.Contains(t) {
			return true
		}
	}
	return false
}

func (s *scanRun) open(ctx context.Context) error {
	e := s.scan
	if s.ranges != nil {
		e.Range = s.ranges[s.at]
	}
	it, err := s.env.Dataset.Scan(ctx, e)
	if err != nil {
		return err
	}
	s.it = it
	return nil
}

// restart makes the scan begin again at its first row.
func (s *scanRun) restart() {
	s.shut()
	s.at = 0
	if s.fold != nil {
		s.fold.held, s.fold.ended = 0, false
	}
}

func (s *scanRun) shut() {
	if s.it == nil {
		return
	}
	s.note()
	s.base = encoded.ScanStats{Seeks: s.self.stats.Seeks, Blocks: s.self.stats.Blocks, Bytes: s.self.stats.Read}
	s.it.Close()
	s.it = nil
}

func (s *scanRun) note() {
	st := s.it.Stats()
	s.self.stats.Seeks = s.base.Seeks + st.Seeks
	s.self.stats.Blocks = s.base.Blocks + st.Blocks
	s.self.stats.Read = s.base.Bytes + st.Bytes
}

// seek skips to the first row whose leading sorted columns are at or after key.
func (s *scanRun) seek(ctx context.Context, key ...encoded.Term) error {
	if s.it == nil {
		if err := s.open(ctx); err != nil {
			return err
		}
	}
	s.key = s.key[:0]
	for _, k := range s.seekKey {
		if k >= len(key) {
			break
		}
		s.key = append(s.key, key[k])
	}
	if s.fold != nil {
		s.fold.seek(key)
	}
	return s.it.Seek(s.key...)
}

// seekable reports whether seek may be used.
func (s *scanRun) seekable() bool { return len(s.ranges) <= 1 }

func (s *scanRun) next(ctx context.Context) (*Batch, error) {
	if s.fold != nil {
		return s.fold.next(ctx, s)
	}
	return s.read(ctx)
}

// read returns the next batch as the dataset delivers it.
func (s *scanRun) read(ctx context.Context) (*Batch, error) {
	for {
		if s.it == nil {
			if err := s.open(ctx); err != nil {
				return nil, err
			}
		}
		ok, err := s.it.Next(&s.batch)
		if err != nil {
			return nil, err
		}
		if ok {
			break
		}
		if s.at+1 >= len(s.ranges) {
			s.note()
			return nil, nil
		}
		s.shut()
		s.at++
	}
	s.note()
	if len(s.equal) > 0 || len(s.filters) > 0 {
		return s.filter(), nil
	}
	s.out.Columns = s.out.Columns[:0]
	for _, p := range s.places {
		s.out.Columns = append(s.out.Columns, s.batch.Columns[p])
	}
	s.out.Len = s.batch.Len
	s.out.Counts = s.widen()
	return &s.out, nil
}

// widen returns the counts of a grouped scan, nil if there are none.
func (s *scanRun) widen() []uint64 {
	if s.batch.Counts == nil {
		return nil
	}
	s.counts = sized(s.counts, s.batch.Len)
	for i, c := range s.batch.Counts[:s.batch.Len] {
		s.counts[i] = uint64(c)
	}
	return s.counts
}

// filter applies repeated variables and ranges.
func (s *scanRun) filter() *Batch {
	s.keep = s.keep[:0]
	for i := range s.batch.Len {
		ok := true
		for _, e := range s.equal {
			ok = ok && s.batch.Columns[e[0]][i] == s.batch.Columns[e[1]][i]
		}
		for _, f := range s.filters {
			ok = ok && inRanges(f.ranges, s.batch.Columns[f.place][i])
		}
		if ok {
			s.keep = append(s.keep, int32(i))
		}
	}
	s.all.Columns = s.all.Columns[:0]
	for _, p := range s.places {
		s.all.Columns = append(s.all.Columns, s.batch.Columns[p])
	}
	s.all.Len = s.batch.Len
	s.all.Counts = s.widen()
	return s.gather.rows(&s.all, s.keep)
}

func (s *scanRun) close() { s.shut() }

// empty delivers nothing.
type empty struct{}

func (empty) next(context.Context) (*Batch, error) { return nil, nil }
func (empty) close()                               {}
