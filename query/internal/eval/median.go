package eval

import (
	"context"
	"math"

	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/graph/xsd"
)

// median is MEDIAN, an extension: the middle number, or the mean of the two in
// the middle; an error if a value is no number or there is none.
type median struct {
	terms   *Terms
	failed  bool
	values  []counted
	total   uint64
	scratch frame
}

// counted is a value that was added n times.
type counted struct {
	value encoded.Term
	n     uint64
}

func (m *median) Add(v encoded.Term, n uint32) error {
	m.scratch.terms = m.terms
	if m.failed || n == 0 {
		return nil
	}
	if m.scratch.number(v).kind == notNumber {
		m.failed, m.values = true, nil
		return m.scratch.err
	}
	m.total += uint64(n)
	if k := len(m.values) - 1; k >= 0 && m.values[k].value == v {
		m.values[k].n += uint64(n)
		return nil
	}
	if have := cap(m.values); len(m.values) == have && have > largeText/16 {
		// While they grow, there are two copies.
		if err := m.terms.fits(16 * int64(have+have/4)); err != nil {
			return err
		}
	}
	m.values = append(m.values, counted{v, uint64(n)})
	return nil
}

func (m *median) AddAll(vs []encoded.Term, counts []uint32) error { return each(m, vs, counts) }

func (m *median) Result(ctx context.Context) (encoded.Term, error) {
	if m.failed || len(m.values) == 0 {
		return encoded.Undefined, nil
	}
	order := NewComparer(m.terms)
	err := SortFunc(ctx, m.values, func(a, b counted) (int, error) { return order.Compare(a.value, b.value) })
	if err != nil {
		return encoded.Undefined, err
	}
	low, high := m.at((m.total-1)/2), m.at(m.total/2)
	if low == high {
		return low, nil
	}
	f := &m.scratch
	total := arithmetic('+', f.number(low), f.number(high))
	half := arithmetic('/', total, number{kind: integerNumber, d: xsd.Int(2)})
	if math.IsNaN(half.f) {
		return encoded.Undefined, f.err
	}
	return f.result(f.newNumber(half))
}

// at returns value number i of the sorted ones.
func (m *median) at(i uint64) encoded.Term {
	k := 0
	for ; i >= m.values[k].n; k++ {
		i -= m.values[k].n
	}
	return m.values[k].value
}

func (m *median) Size() int { return 256 + 16*cap(m.values) }
