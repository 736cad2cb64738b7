package exec

import (
	"context"
	"errors"
	"slices"

	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/query/algebra"
)

// multiJoin is the leapfrog triejoin (Veldhuizen, ICDT 2014): it binds one
// variable after the other to the values on which all scans that have it
// agree. Each scan is read once into columns sorted by its variables in the
// join's sequence; in them, the rows that agree with the values bound so far
// are a range, and the next value is found by galloping. If the scans do not fit in
// the budget, they are joined in pairs, which can spill, and sorted.
type multiJoin struct {
	b      *builder
	op     *algebra.MultiJoin
	self   *node
	pairs  *node // in place of all this
	inputs []*trie
	levels []level
	depth  int // the level that is being moved on; -1: at the end
	loaded bool
	out    *rows
	batch  Batch
}

// trie is a scan in memory.
type trie struct {
	input  *node
	cols   []int // columns of the input, in the sequence of the join's variables
	rows   *rows
	ranges [][2]int // rows that agree with the first 0, 1, 2 … of its variables
	pos    []int    // at each of its levels
}

// level is a variable with the scans that have it.
type level struct {
	tries []*trie
	at    []int // which of the trie's variables it is
	value encoded.Term
	open  bool
}

func (b *builder) multiJoin(o *algebra.MultiJoin) (*node, error) {
	m := &multiJoin{b: b, op: o}
	n := &node{run: m, schema: o.Vars, maybe: make([]bool, len(o.Vars)), sorted: o.Vars,
		memory: share{budget: b.env.Budget}, desc: Description{Operator: "multi-way join"}}
	m.self = n
	m.levels = make([]level, len(o.Vars))
	general := len(b.inject) > 0
	for _, s := range o.Scans {
		spec := &scanSpec{
			nodes:   [4]algebra.Node{s.Pattern.Subject, s.Pattern.Predicate, s.Pattern.Object, s.TripleTerm},
			triples: s.Order.OfTriples(), unneeded: s.Unneeded, ranges: s.Ranges,
		}
		bs, err := b.bind(spec)
		if err != nil {
			return nil, err
		}
		spec.order = b.orderFor(spec, bs, o.Vars)
		in, err := b.newScan(spec)
		if err != nil {
			return nil, err
		}
		n.inputs = append(n.inputs, in)
		t := &trie{input: in, rows: newRows(len(in.schema))}
		for i, v := range o.Vars {
			if c := in.column(v); c >= 0 {
				m.levels[i].tries = append(m.levels[i].tries, t)
				m.levels[i].at = append(m.levels[i].at, len(t.cols))
				t.cols = append(t.cols, c)
				general = general || len(in.sorted) < len(t.cols) || in.sorted[len(t.cols)-1] != v
			}
		}
		general = general || len(t.cols) != len(in.schema) || len(t.cols) == 0
		t.ranges = make([][2]int, len(t.cols)+1)
		t.pos = make([]int, len(t.cols))
		m.inputs = append(m.inputs, t)
	}
	if general || slices.ContainsFunc(m.levels, func(l level) bool { return len(l.tries) == 0 }) {
		// No order gives the variables in this sequence: join in pairs.
		n.Close()
		return b.joinScans(o)
	}
	return n, nil
}

// joinScans joins the scans of a multi-way join in pairs.
func (b *builder) joinScans(o *algebra.MultiJoin) (*node, error) {
	var left algebra.Op
	for _, s := range o.Scans {
		if left == nil {
			left = s
		} else {
			left = &algebra.Join{Left: left, Right: s}
		}
	}
	n, err := b.buildAll(left)
	if err != nil {
		return nil, err
	}
	return newProject(n, slices.Concat(o.Vars, slices.DeleteFunc(slices.Clone(n.schema), func(v algebra.Var) bool { return slices.Contains(o.Vars, v) }))), nil
}

// load reads the scans.
func (m *multiJoin) load(ctx context.Context) error {
	var size int64
	for _, t := range m.inputs {
		err := drain(ctx, t.input, func(b *Batch) error {
			t.rows.append(b)
			return m.self.memory.need(size + t.rows.bytes())
		})
		if err != nil {
			return err
		}
		size += t.rows.bytes()
		t.ranges[0] = [2]int{0, t.rows.n}
		if t.rows.n == 0 {
			m.depth = -1
		}
	}
	return nil
}

// inPairs gives up what was loaded and joins the scans in pairs.
func (m *multiJoin) inPairs() error {
	m.inputs, m.levels = nil, nil
	m.self.memory.free()
	for _, in := range m.self.inputs {
		in.Close()
	}
	m.self.inputs = nil
	n, err := m.b.joinScans(m.op)
	if err != nil {
		return err
	}
	m.pairs = m.b.sortByID(n, m.op.Vars)
	m.self.inputs = []*node{m.pairs}
	return nil
}

func (m *multiJoin) next(ctx context.Context) (*Batch, error) {
	if !m.loaded {
		m.loaded = true
		m.out = newRows(len(m.levels))
		for i := range m.out.cols {
			m.out.cols[i] = []encoded.Term{}
		}
		err := m.load(ctx)
		if errors.Is(err, ErrMemory) {
			err = m.inPairs()
		}
		if err != nil {
			return nil, err
		}
	}
	if m.pairs != nil {
		return m.pairs.Next(ctx)
	}
	m.out.reset()
	for i := range m.out.cols {
		m.out.cols[i] = sized(m.out.cols[i], BatchSize)[:0]
	}
	// An upper bound of steps keeps a search that finds nothing cancellable.
	for steps := 0; m.depth >= 0 && m.out.n < BatchSize && steps < 1<<14; steps++ {
		l := &m.levels[m.depth]
		if !m.move(l) {
			l.open = false
			m.depth--
			continue
		}
		if m.depth < len(m.levels)-1 {
			m.depth++
			continue
		}
		m.emit()
	}
	if m.out.n == 0 {
		if m.depth < 0 {
			return nil, nil
		}
		return &Batch{}, nil
	}
	return m.out.batch(&m.batch, 0, m.out.n), nil
}

// move goes to the next value of a level on which all its tries agree.
func (m *multiJoin) move(l *level) bool {
	for i, t := range l.tries {
		d := l.at[i]
		r := t.ranges[d]
		if !l.open {
			t.pos[d] = r[0]
		} else {
			t.pos[d] = t.ranges[d+1][1] // behind the rows with the value before
		}
		if t.pos[d] >= r[1] {
			return false
		}
	}
	l.open = true
	// Leapfrog: whoever is behind jumps to the greatest value seen.
	goal, agree := encoded.Term(0), 0
	for i := 0; agree < len(l.tries); i = (i + 1) % len(l.tries) {
		t, d := l.tries[i], l.at[i]
		col := t.rows.cols[t.cols[d]]
		if col[t.pos[d]] < goal {
			t.pos[d] = lowerBound(col, t.pos[d], t.ranges[d][1], goal)
			if t.pos[d] >= t.ranges[d][1] {
				return false
			}
		}
		if v := col[t.pos[d]]; v > goal {
			goal, agree = v, 1
		} else {
			agree++
		}
	}
	l.value = goal
	for i, t := range l.tries {
		d := l.at[i]
		col := t.rows.cols[t.cols[d]]
		t.ranges[d+1] = [2]int{t.pos[d], lowerBound(col, t.pos[d], t.ranges[d][1], goal+1)}
	}
	return true
}

// lowerBound returns the first index in [from, to) whose value is at least t,
// galloping from the start; to if there is none.
func lowerBound(col []encoded.Term, from, to int, t encoded.Term) int {
	step := 1
	low, high := from, from
	for high < to && col[high] < t {
		low = high + 1
		high += step
		step *= 2
	}
	high = min(high, to)
	for low < high {
		mid := int(uint(low+high) >> 1)
		if col[mid] < t {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low
}

// emit adds a row with the values of all levels.
func (m *multiJoin) emit() {
	n, counted := uint64(1), false
	for _, t := range m.inputs {
		r := t.ranges[len(t.cols)]
		c := uint64(r[1] - r[0])
		if t.rows.counts != nil {
			c = 0
			for _, k := range t.rows.counts[r[0]:r[1]] {
				c += k
			}
		}
		counted = counted || c != 1
		n *= c
	}
	if counted && m.out.counts == nil {
		m.out.counts = ones(make([]uint64, 0, BatchSize), m.out.n)
	}
	for i := range m.levels {
		m.out.cols[i] = append(m.out.cols[i], m.levels[i].value)
	}
	if m.out.counts != nil {
		m.out.counts = append(m.out.counts, n)
	}
	m.out.n++
}

func (m *multiJoin) close() { m.inputs, m.out = nil, nil }
