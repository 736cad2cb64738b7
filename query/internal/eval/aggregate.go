package eval

import (
	"context"
	"fmt"

	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/graph/xsd"
	"github.com/ententedb/entente/query/algebra"
)

// Accumulator computes one aggregate of one group (18.6.1). It is used by one
// goroutine at a time.
type Accumulator interface {
	// Add adds the value of the aggregate's expression in n solutions; v is Undefined
	// where the expression is an error. For COUNT(*) v is ignored; for
	// COUNT(DISTINCT *) add each distinct solution once.
	Add(v encoded.Term, n uint32) error
	// AddAll adds a column of values; counts is nil for 1 each.
	AddAll(vs []encoded.Term, counts []uint32) error
	// Result returns the value of the aggregate, Undefined for an error. More may be added afterwards.
	Result(ctx context.Context) (encoded.Term, error)
	// Size returns the approximate number of bytes held.
	Size() int
}

// Grows reports whether the accumulators of an aggregate hold more the more values they are given.
func Grows(a *algebra.Aggregate) bool {
	switch a.Name {
	case "MIN", "MAX", "SAMPLE":
		return false
	case "GROUP_CONCAT", "MEDIAN":
		return true
	}
	return a.Distinct && a.Arg != nil
}

// NewAccumulator returns an empty accumulator. It fails for an unknown name.
func NewAccumulator(a *algebra.Aggregate, env *Env) (Accumulator, error) {
	var c Accumulator
	switch a.Name {
	case "COUNT":
		c = &count{all: a.Arg == nil}
	case "SUM":
		c = &sum{terms: env.Terms}
	case "AVG":
		c = &sum{terms: env.Terms, average: true}
	case "MIN":
		c = &extreme{order: NewComparer(env.Terms), sign: -1}
	case "MAX":
		c = &extreme{order: NewComparer(env.Terms), sign: 1}
	case "SAMPLE":
		c = &sample{}
	case "GROUP_CONCAT":
		c = &groupConcat{terms: env.Terms, separator: a.Separator}
	case "MEDIAN":
		c = &median{terms: env.Terms}
	default:
		return nil, fmt.Errorf("no such aggregate: %s", a.Name)
	}
	switch a.Name {
	case "MIN", "MAX", "SAMPLE": // DISTINCT changes nothing
	default:
		if a.Distinct && a.Arg != nil {
			return &distinct{inner: c, seen: map[encoded.Term]struct{}{}}, nil
		}
	}
	return c, nil
}

// each adds a column value by value.
func each(c Accumulator, vs []encoded.Term, counts []uint32) error {
	for i, v := range vs {
		n := uint32(1)
		if counts != nil {
			n = counts[i]
		}
		if err := c.Add(v, n); err != nil {
			return err
		}
	}
	return nil
}

// distinct passes each term on once. Errors count as one value.
type distinct struct {
	inner Accumulator
	seen  map[encoded.Term]struct{}
}

func (d *distinct) Add(v encoded.Term, n uint32) error {
	if n == 0 {
		return nil
	}
	before := len(d.seen)
	if d.seen[v] = struct{}{}; len(d.seen) == before {
		return nil
	}
	return d.inner.Add(v, 1)
}

func (d *distinct) AddAll(vs []encoded.Term, counts []uint32) error {
	last := encoded.Undefined
	for i, v := range vs {
		if i > 0 && v == last || counts != nil && counts[i] == 0 {
			continue
		}
		last = v
		if err := d.Add(v, 1); err != nil {
			return err
		}
	}
	return nil
}

func (d *distinct) Result(ctx context.Context) (encoded.Term, error) { return d.inner.Result(ctx) }
func (d *distinct) Size() int                                        { return d.inner.Size() + 40*len(d.seen) + 48 }

// count is COUNT: of solutions, or of values that are no error.
type count struct {
	all bool
	n   int64
}

func (c *count) Add(v encoded.Term, n uint32) error {
	if c.all || v != encoded.Undefined {
		c.n += int64(n)
	}
	return nil
}

func (c *count) AddAll(vs []encoded.Term, counts []uint32) error {
	if counts != nil {
		return each(c, vs, counts)
	}
	for _, v := range vs {
		if c.all || v != encoded.Undefined {
			c.n++
		}
	}
	return nil
}

func (c *count) Result(context.Context) (encoded.Term, error) {
	id, _ := encoded.InlineInteger(c.n)
	return id, nil
}

func (c *count) Size() int { return 16 }

// sum is SUM and AVG: exact for integers and decimals, whatever their number; a value that is no number, and an
// error, make the result an error.
type sum struct {
	terms   *Terms
	average bool
	failed  bool
	kind    numberKind
	n       int64
	small   int64 // part of exact, of integers
	exact   xsd.Decimal
	float   float64
	scratch frame
}

func (s *sum) Add(v encoded.Term, n uint32) error {
	if s.failed || n == 0 {
		return nil
	}
	s.n += int64(n)
	if v.Tag() == encoded.TagInteger {
		k, _ := v.Integer()
		s.addInteger(k, n)
		return nil
	}
	s.scratch.terms = s.terms
	x := s.scratch.number(v)
	if s.scratch.err != nil {
		return s.scratch.err
	}
	if x.kind == notNumber {
		s.failed = true
		return nil
	}
	s.kind = max(s.kind, x.kind)
	if x.isFloat() {
		s.float += x.f * float64(n)
		return nil
	}
	if n != 1 {
		x.d = x.d.Mul(xsd.Int(int64(n)))
	}
	s.exact = s.exact.Add(x.d)
	return nil
}

func (s *sum) addInteger(k int64, n uint32) {
	s.kind = max(s.kind, integerNumber)
	if n == 1 && s.small > -1<<62 && s.small < 1<<62 { // k has 60 bits
		s.small += k
		return
	}
	s.exact = s.exact.Add(xsd.Int(k).Mul(xsd.Int(int64(n))))
}

func (s *sum) AddAll(vs []encoded.Term, counts []uint32) error {
	for i, v := range vs {
		if v.Tag() == encoded.TagInteger && counts == nil && !s.failed {
			k, _ := v.Integer()
			s.n++
			s.addInteger(k, 1)
			continue
		}
		n := uint32(1)
		if counts != nil {
			n = counts[i]
		}
		if err := s.Add(v, n); err != nil {
			return err
		}
	}
	return nil
}

func (s *sum) Result(context.Context) (encoded.Term, error) {
	if s.failed {
		return encoded.Undefined, nil
	}
	total := number{kind: max(s.kind, integerNumber), d: s.exact.Add(xsd.Int(s.small))}
	if total.isFloat() {
		total.f = s.float + total.d.Float64()
		if total.kind == floatNumber {
			total.f = float64(float32(total.f))
		}
	}
	if s.average && s.n > 0 {
		total = arithmetic('/', total, number{kind: integerNumber, d: xsd.Int(s.n)})
	}
	s.scratch.terms = s.terms
	return s.scratch.result(s.scratch.newNumber(total))
}

func (s *sum) Size() int { return 336 }

// result encodes the one id that an accumulator made.
func (f *frame) result(id encoded.Term) (encoded.Term, error) {
	id = f.encode(id)
	f.scratch = f.scratch[:0]
	f.release()
	return id, f.err
}

// extreme is MIN and MAX, in the order of ORDER BY; errors are passed over.
type extreme struct {
	order *Comparer
	sign  int
	best  encoded.Term
}

func (e *extreme) Add(v encoded.Term, n uint32) error {
	if v == encoded.Undefined || v == e.best || n == 0 {
		return nil
	}
	if e.best != encoded.Undefined {
		c, err := e.order.Compare(v, e.best)
		if err != nil {
			return err
		}
		if c*e.sign <= 0 {
			return nil
		}
	}
	e.best = v
	return nil
}

func (e *extreme) AddAll(vs []encoded.Term, counts []uint32) error {
	// In one tag whose numbers are in order, the extreme id is the extreme term.
	if tag, ok := e.plain(vs); ok && counts == nil && len(vs) > 0 && tag == vs[0].Tag() {
		best := vs[0]
		for _, v := range vs[1:] {
			if e.sign < 0 && v < best || e.sign > 0 && v > best {
				best = v
			}
		}
		return e.Add(best, 1)
	}
	return each(e, vs, counts)
}

// plain reports whether all values are of one tag and in numeric order.
func (e *extreme) plain(vs []encoded.Term) (tag encoded.Tag, ok bool) {
	if len(vs) == 0 {
		return 0, false
	}
	tag = vs[0].Tag()
	inline := tag == encoded.TagInteger
	if !inline && tag != encoded.TagIRI && tag != encoded.TagString {
		return tag, false
	}
	for _, v := range vs {
		if v.Tag() != tag || !inline && !v.Sorted() {
			return tag, false
		}
	}
	return tag, true
}

func (e *extreme) Result(context.Context) (encoded.Term, error) { return e.best, nil }
func (e *extreme) Size() int                                    { return 56 }

// sample is SAMPLE: the first value that is no error.
type sample struct{ v encoded.Term }

func (s *sample) Add(v encoded.Term, n uint32) error {
	if s.v == encoded.Undefined && n > 0 {
		s.v = v
	}
	return nil
}

func (s *sample) AddAll(vs []encoded.Term, counts []uint32) error {
	if s.v != encoded.Undefined {
		return nil
	}
	return each(s, vs, counts)
}

func (s *sample) Result(context.Context) (encoded.Term, error) { return s.v, nil }
func (s *sample) Size() int                                    { return 8 }
