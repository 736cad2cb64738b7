package exec

import (
	"context"
	"math"
	"strconv"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/query/algebra"
	"github.com/ententedb/entente/query/internal/eval"
)

// aggregator computes one aggregate of all groups.
type aggregator interface {
	// grow makes room for groups 0 to n-1.
	grow(n int) error
	// add takes a batch: the group of each row, and the value of the argument.
	add(ctx context.Context, ids []int32, b *Batch, arg []encoded.Term) error
	// freeze asks to grow no more, as far as that can be done with files.
	freeze()
	// finish comes after the last row, unless groups were forgotten by keep.
	finish(ctx context.Context) error
	// reset forgets all groups and removes files.
	reset()
	result(ctx context.Context, id int) (encoded.Term, error)
	// keep forgets all groups but one, which becomes number 0.
	keep(id int) error
	bytes() int64
}

// aggregator chooses the aggregator and compiles its argument.
func (b *builder) aggregator(a *algebra.Aggregate, in *node, schema []algebra.Var, spilled *int64) (aggregator, column, error) {
	arg := column{at: -1}
	if a.Arg != nil {
		var err error
		if arg, err = b.column(a.Arg, schema); err != nil {
			return nil, arg, err
		}
	}
	if a.Name == "COUNT" {
		c := &counter{terms: b.env.Eval.Terms, all: a.Arg == nil}
		if a.Distinct {
			c.distinct = &distinctRows{env: b.env, spilled: spilled}
			if a.Arg == nil {
				for i, v := range in.schema {
					if !v.Hidden() {
						c.distinct.cols = append(c.distinct.cols, i)
					}
				}
				c.distinct.index = newKeyIndex(1 + len(c.distinct.cols))
			} else {
				c.distinct.index = newKeyIndex(2)
			}
		}
		return c, arg, nil
	}
	env := *b.env.Eval
	s := &accumulators{grows: eval.Grows(a), make: func() (eval.Accumulator, error) { return eval.NewAccumulator(a, &env) }}
	return s, arg, s.check()
}

// counter is COUNT in all its forms.
type counter struct {
	terms    *eval.Terms
	all      bool // COUNT(*)
	distinct *distinctRows
	counts   []uint64
}

// distinctRows finds out which rows are new in their group.
//
// When it must not grow any more, keys that are not in it are parted by hash
// into files; since equal keys come into the same file, the counts of the files add up.
type distinctRows struct {
	env     *Env
	spilled *int64
	full    *partitions
	late    []int32
	base    int // what group number 0 is called in the index
	index   *keyIndex
	cols    []int // of the input, for COUNT(DISTINCT *)
	group   []encoded.Term
	ids     []int32
}

func (c *counter) grow(n int) error {
	for len(c.counts) < n {
		c.counts = append(c.counts, 0)
	}
	return nil
}

func (c *counter) add(ctx context.Context, ids []int32, b *Batch, arg []encoded.Term) error {
	switch {
	case c.distinct != nil:
		return c.addDistinct(ctx, ids, b, arg)
	case c.all && b.Counts == nil:
		for _, id := range ids {
			c.counts[id]++
		}
	case c.all:
		for i, id := range ids {
			c.counts[id] += b.Counts[i]
		}
	case arg == nil:
	case b.Counts == nil:
		for i, id := range ids {
			if arg[i] != encoded.Undefined {
				c.counts[id]++
			}
		}
	default:
		for i, id := range ids {
			if arg[i] != encoded.Undefined {
				c.counts[id] += b.Counts[i]
			}
		}
	}
	return nil
}

func (c *counter) addDistinct(ctx context.Context, ids []int32, b *Batch, arg []encoded.Term) error {
	d := c.distinct
	d.group = sized(d.group, b.Len)
	for i, id := range ids {
		d.group[i] = encoded.Term(d.base + int(id))
	}
	key := [][]encoded.Term{d.group}
	if c.all {
		for _, i := range d.cols {
			key = append(key, b.Columns[i])
		}
	} else {
		if arg == nil {
			return nil
		}
		key = append(key, arg)
	}
	if d.full != nil {
		d.ids = sized(d.ids, b.Len)
		d.index.find(key, b.Len, d.ids)
		d.late = d.late[:0]
		for i, id := range d.ids {
			if id < 0 {
				d.late = append(d.late, int32(i))
			}
		}
		return d.full.add(ctx, &Batch{Columns: key, Len: b.Len}, key, d.late)
	}
	fresh := int32(d.index.size())
	d.ids = sized(d.ids, b.Len)
	d.index.add(key, b.Len, d.ids)
	for i, id := range d.ids {
		if id == fresh {
			fresh++
			if c.all || arg[i] != encoded.Undefined {
				c.counts[ids[i]]++
			}
		}
	}
	return nil
}

func (c *counter) freeze() {
	if d := c.distinct; d != nil && d.full == nil {
		d.full = newPartitions(d.env, d.spilled, 0)
	}
}

func (c *counter) finish(ctx context.Context) error {
	d := c.distinct
	if d == nil || d.full == nil {
		return nil
	}
	d.index = newKeyIndex(d.index.width)
	full := d.full
	d.full = nil
	return c.countFiles(ctx, full)
}

// countFiles adds the distinct keys of each file to the counts of their groups.
func (c *counter) countFiles(ctx context.Context, p *partitions) error {
	files, err := p.finish()
	defer removeFiles(files[:])
	for _, f := range files {
		if err != nil {
			break
		}
		if f != nil {
			err = c.countFile(ctx, f, p.depth)
		}
	}
	return err
}

func (c *counter) countFile(ctx context.Context, f *spillFile, depth int) error {
	d := c.distinct
	index := newKeyIndex(d.index.width)
	var deeper *partitions
	defer func() { deeper.remove() }()
	memory := share{budget: d.env.Budget}
	defer memory.free()
	err := f.each(ctx, func(b *Batch) error {
		d.ids = sized(d.ids, b.Len)
		if deeper != nil {
			index.find(b.Columns, b.Len, d.ids)
			d.late = d.late[:0]
			for i, id := range d.ids {
				if id < 0 {
					d.late = append(d.late, int32(i))
				}
			}
			return deeper.add(ctx, b, b.Columns, d.late)
		}
		fresh := int32(index.size())
		index.add(b.Columns, b.Len, d.ids)
		for i, id := range d.ids {
			if id != fresh {
				continue
			}
			fresh++
			if arg := b.Columns[1:]; c.all || arg[0] != nil && arg[0][i] != encoded.Undefined {
				c.counts[b.Columns[0][i]]++
			}
		}
		if !memory.set(index.bytes()) {
			if depth+1 > maxDepth {
				return d.env.Budget.passed()
			}
			deeper = newPartitions(d.env, d.spilled, depth+1)
		}
		return nil
	})
	if err != nil || deeper == nil {
		return err
	}
	memory.free()
	return c.countFiles(ctx, deeper)
}

func (c *counter) reset() {
	c.counts = nil
	if d := c.distinct; d != nil {
		d.full.remove()
		d.full, d.index = nil, newKeyIndex(d.index.width)
	}
}

func (c *counter) keep(id int) error {
	c.counts = append(c.counts[:0], c.counts[id])
	d := c.distinct
	if d == nil || id == 0 {
		return nil
	}
	d.base += id
	old := d.index
	d.index = newKeyIndex(old.width)
	key := make([][]encoded.Term, old.width)
	var num [1]int32
	for i := range old.size() {
		k := old.key(i)
		if k[0] != encoded.Term(d.base) {
			continue
		}
		for j := range key {
			key[j] = k[j : j+1]
		}
		d.index.add(key, 1, num[:])
	}
	return nil
}

func (c *counter) result(_ context.Context, id int) (encoded.Term, error) {
	return integer(c.terms, c.counts[id])
}

func (c *counter) bytes() int64 {
	n := int64(8 * cap(c.counts))
	if c.distinct != nil {
		n += c.distinct.index.bytes()
	}
	return n
}

// integer returns the xsd:integer n.
func integer(terms *eval.Terms, n uint64) (encoded.Term, error) {
	if n <= math.MaxInt64 {
		if t, ok := encoded.InlineInteger(int64(n)); ok {
			return t, nil
		}
	}
	return terms.Encode(graph.Literal(strconv.FormatUint(n, 10), graph.XSDInteger))
}

// accumulators holds one accumulator for each group.
type accumulators struct {
	make  func() (eval.Accumulator, error)
	grows bool // the more values, the more they hold
	all   []eval.Accumulator
	size  int64 // of all
	// scratch
	unbound []encoded.Term
	counts  []uint32
}

func (s *accumulators) check() error {
	_, err := s.make()
	return err
}

func (s *accumulators) grow(n int) error {
	for len(s.all) < n {
		a, err := s.make()
		if err != nil {
			return err
		}
		s.all = append(s.all, a)
		s.size += int64(a.Size())
	}
	return nil
}

func (s *accumulators) freeze() {}

func (s *accumulators) finish(context.Context) error { return nil }

func (s *accumulators) reset() { s.all, s.size = nil, 0 }

func (s *accumulators) add(_ context.Context, ids []int32, b *Batch, arg []encoded.Term) error {
	if arg == nil {
		s.unbound = appendZero(s.unbound[:0], b.Len)
		arg = s.unbound
	}
	counts := s.narrow(b)
	for from := 0; from < b.Len; {
		to := from + 1
		for to < b.Len && ids[to] == ids[from] {
			to++
		}
		var some []uint32
		if counts != nil {
			some = counts[from:to]
		}
		if err := s.addTo(ids[from], arg[from:to], some); err != nil {
			return err
		}
		from = to
	}
	for i, n := range b.Counts[:min(b.Len, len(b.Counts))] {
		for n -= min(n, math.MaxUint32); n > 0; n -= min(n, math.MaxUint32) {
			if err := s.addTo(ids[i], arg[i:i+1], []uint32{uint32(min(n, math.MaxUint32))}); err != nil {
				return err
			}
		}
	}
	return nil
}

// addTo adds values to one group.
func (s *accumulators) addTo(id int32, values []encoded.Term, counts []uint32) error {
	a := s.all[id]
	if !s.grows {
		return a.AddAll(values, counts)
	}
	before := a.Size()
	err := a.AddAll(values, counts)
	s.size += int64(a.Size() - before)
	return err
}

// narrow returns the multiplicities in 32 bits, cut off.
func (s *accumulators) narrow(b *Batch) []uint32 {
	if b.Counts == nil {
		return nil
	}
	s.counts = sized(s.counts, b.Len)
	for i, n := range b.Counts[:b.Len] {
		s.counts[i] = uint32(min(n, math.MaxUint32))
	}
	return s.counts
}

func (s *accumulators) keep(id int) error {
	s.all[0] = s.all[id]
	clear(s.all[1:])
	s.all = s.all[:1]
	s.size = int64(s.all[0].Size())
	return nil
}

func (s *accumulators) result(ctx context.Context, id int) (encoded.Term, error) {
	return s.all[id].Result(ctx)
}

func (s *accumulators) bytes() int64 { return s.size + int64(16*cap(s.all)) }
