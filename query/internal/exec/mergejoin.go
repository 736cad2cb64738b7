package exec

import (
	"cmp"
	"context"
	"sort"

	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/query/algebra"
	"github.com/ententedb/entente/query/internal/eval"
)

// mergeJoin joins two inputs that are sorted by the same variables. It goes
// through both once, and skips what cannot match: within a batch by
// galloping, beyond it, where the input is a scan, with Seek. The sequence of
// the left is kept. Variables that are shared but not sorted by are compared pair by pair.
type mergeJoin struct {
	joinCore
	left  *node
	merge mergeSource
	skip  bool // at least half of the last left batch came before the right's next key
}

// newMergeJoin returns a merge join, or nil if the inputs are not sorted by a
// common variable that both certainly bind.
func newMergeJoin(b *builder, kind algebra.JoinKind, left, right *node, cond *eval.Expression, shape *joinShape) *node {
	m := mergeSource{input: right, shape: shape}
	for i, v := range left.sorted {
		if i >= len(right.sorted) || right.sorted[i] != v || !left.certain(v) || !right.certain(v) {
			break
		}
		m.key = append(m.key, sharedColumn{left: left.column(v), right: right.column(v), certain: true})
	}
	if len(m.key) == 0 {
		return nil
	}
	for _, c := range shape.shared {
		isKey := false
		for _, k := range m.key {
			isKey = isKey || k.left == c.left
		}
		if !isKey {
			m.rest = append(m.rest, c)
		}
	}
	m.window = newRows(len(right.schema))
	j := &mergeJoin{joinCore: newJoinCore(kind, shape, cond), left: left, merge: m}
	n := &node{run: j, inputs: []*node{left, right}, memory: share{budget: b.env.Budget}}
	j.merge.mem = &n.memory
	j.source = &j.merge
	j.setSchema(n, left)
	n.desc.Operator = "merge " + joinName(kind)
	return n
}

func (j *mergeJoin) next(ctx context.Context) (*Batch, error) {
	selective := j.kind == algebra.InnerJoin || j.kind == algebra.SemiJoin
	m := &j.merge
	for {
		if j.joinCore.left != nil {
			b, err := j.joinCore.next(ctx)
			if b != nil || err != nil {
				return b, err
			}
		}
		if selective && m.ended && m.pos == m.window.n && m.started {
			return nil, nil // nothing on the right is left to match
		}
		if s, ok := j.left.run.(seeker); ok && selective && j.skip && m.pos < m.window.n && s.seekable() {
			if err := s.seek(ctx, m.rightKey(m.pos)...); err != nil {
				return nil, err
			}
		}
		left, err := j.left.Next(ctx)
		if left == nil || err != nil {
			return nil, err
		}
		if err := j.probe(ctx, left); err != nil {
			return nil, err
		}
		if selective {
			j.skip = m.pos < m.window.n && m.compare(left, left.Len/2, m.pos) < 0
		}
	}
}

func (j *mergeJoin) close() { j.merge.window = nil }

// mergeSource is the pairSource of a merge join. It keeps a window of the right input's rows:
// those from pos on may still match.
type mergeSource struct {
	input  *node
	shape  *joinShape
	mem    *share
	key    []sharedColumn // columns that both sides are sorted by
	rest   []sharedColumn // other shared columns
	window *rows
	pos    int
	// The rows pos to end have the key of the left row being joined; known if grouped.
	end     int
	grouped bool
	started bool
	ended   bool // the input has no more
	skipped int  // rows of the window skipped since the last was read
	row     int  // of the left batch
	off     int  // pairs of that row already delivered
	found   bool // the row has a partner
	keybuf  []encoded.Term
}

func (m *mergeSource) right() *rows  { return m.window }
func (m *mergeSource) ordered() bool { return true }

func (m *mergeSource) rightKey(i int) []encoded.Term {
	m.keybuf = m.keybuf[:0]
	for _, k := range m.key {
		m.keybuf = append(m.keybuf, m.window.cols[k.right][i])
	}
	return m.keybuf
}

// compare compares the keys of a left row and a row of the window.
func (m *mergeSource) compare(left *Batch, i, j int) int {
	for _, k := range m.key {
		l, r := left.Columns[k.left][i], m.window.cols[k.right][j]
		if l != r {
			return cmp.Compare(l, r)
		}
	}
	return 0
}

// compatible compares the other shared columns.
func (m *mergeSource) compatible(left *Batch, i, j int) bool {
	for _, c := range m.rest {
		lc, rc := left.Columns[c.left], m.window.cols[c.right]
		if lc == nil || len(rc) == 0 {
			continue
		}
		l, r := lc[i], rc[j]
		if l != r && l != encoded.Undefined && r != encoded.Undefined {
			return false
		}
	}
	return true
}

// start drops what is no longer needed from the window.
func (m *mergeSource) start(ctx context.Context, left *Batch) error {
	m.row, m.off, m.found = 0, 0, false
	m.grouped = false
	if m.pos > 0 {
		if m.pos == m.window.n {
			m.window.reset()
		} else if m.pos >= BatchSize {
			m.window.dropFirst(m.pos)
		} else {
			return nil
		}
		m.pos = 0
	}
	return nil
}

// read appends the next batch of the right to the window, skipping, where it
// pays, to the first row at or after the key of a left row.
func (m *mergeSource) read(ctx context.Context, left *Batch, i int) error {
	if s, ok := m.input.run.(seeker); ok && left != nil && m.pos == m.window.n && s.seekable() &&
		(!m.started || 2*m.skipped >= BatchSize) {
		m.keybuf = m.keybuf[:0]
		for _, k := range m.key {
			m.keybuf = append(m.keybuf, left.Columns[k.left][i])
		}
		if err := s.seek(ctx, m.keybuf...); err != nil {
			return err
		}
	}
	m.skipped = 0
	m.started = true
	b, err := m.input.Next(ctx)
	if err != nil {
		return err
	}
	if b == nil {
		m.ended = true
		return nil
	}
	m.window.append(b)
	return m.mem.need(m.window.bytes())
}

// locate is advance, quick where there is one key and its rows are in the window.
func (m *mergeSource) locate(ctx context.Context, left *Batch, i int, waiting bool) (bool, error) {
	if len(m.key) == 1 && m.pos < m.window.n {
		key, col := left.Columns[m.key[0].left][i], m.window.cols[m.key[0].right][:m.window.n]
		pos := m.pos
		for near := min(pos+8, len(col)); pos < near && col[pos] < key; {
			pos++
		}
		if pos < len(col) && col[pos] < key {
			pos = lowerBound(col, pos, len(col), key)
		}
		end := pos
		for end < len(col) && col[end] == key {
			end++
		}
		if end < len(col) {
			m.skipped += pos - m.pos
			m.pos, m.end = pos, end
			return true, nil
		}
	}
	return m.advance(ctx, left, i, waiting)
}

// advance moves pos to the first row whose key is at or after that of left row
// i, and end behind the last with the same key. It returns false if that needs
// rows of the window to be dropped first, because pairs wait in it.
func (m *mergeSource) advance(ctx context.Context, left *Batch, i int, waiting bool) (bool, error) {
	for {
		if m.pos < m.window.n {
			from := m.pos
			m.pos += m.gallop(left, i)
			m.skipped += m.pos - from
			if m.pos < m.window.n {
				break
			}
		}
		if m.ended {
			m.end = m.pos
			return true, nil
		}
		if m.window.n >= 4*BatchSize {
			if waiting {
				return false, nil
			}
			m.window.reset()
			m.pos = 0
		}
		if err := m.read(ctx, left, i); err != nil {
			return false, err
		}
	}
	m.end = m.pos
	for {
		for m.end < m.window.n && m.compare(left, i, m.end) == 0 {
			m.end++
		}
		if m.end < m.window.n || m.ended {
			return true, nil
		}
		if err := m.read(ctx, nil, 0); err != nil {
			return false, err
		}
	}
}

// gallop returns how many rows from pos on come before the key of left row i.
func (m *mergeSource) gallop(left *Batch, i int) int {
	if m.compare(left, i, m.pos) <= 0 {
		return 0
	}
	low, step := 1, 1
	for m.pos+low+step < m.window.n && m.compare(left, i, m.pos+low+step) > 0 {
		low += step
		step *= 2
	}
	high := min(low+step, m.window.n-m.pos)
	return low + sort.Search(high-low, func(d int) bool { return m.compare(left, i, m.pos+low+d) <= 0 })
}

func (m *mergeSource) pairs(ctx context.Context, left *Batch, max int, outer bool, l, r []int32) ([]int32, []int32, bool, error) {
	for ; m.row < left.Len; m.row++ {
		if len(l) >= max {
			return l, r, true, nil
		}
		if !m.grouped || m.row > 0 && m.off == 0 && (len(m.key) == 1 || !m.sameKey(left, m.row)) {
			ok, err := m.locate(ctx, left, m.row, len(l) > 0)
			if err != nil || !ok {
				return l, r, true, err
			}
			m.grouped = true
		}
		if len(m.rest) == 0 && m.end-m.pos <= 1 {
			if m.end > m.pos {
				l, r = append(l, int32(m.row)), append(r, int32(m.pos))
			} else if outer {
				l, r = append(l, int32(m.row)), append(r, -1)
			}
			continue
		}
		if len(m.rest) == 0 {
			from := m.pos + m.off
			to := min(m.end, from+max-len(l))
			for j := from; j < to; j++ {
				l, r = append(l, int32(m.row)), append(r, int32(j))
			}
			if m.off = to - m.pos; to < m.end {
				return l, r, true, nil
			}
			m.found = m.end > m.pos
		} else {
			for j := m.pos + m.off; j < m.end; j++ {
				if len(l) >= max {
					m.off = j - m.pos
					return l, r, true, nil
				}
				if m.compatible(left, m.row, j) {
					l, r = append(l, int32(m.row)), append(r, int32(j))
					m.found = true
				}
			}
		}
		if outer && !m.found {
			l, r = append(l, int32(m.row)), append(r, -1)
		}
		m.off, m.found = 0, false
	}
	return l, r, false, nil
}

// sameKey reports whether a left row has the key of the one before.
func (m *mergeSource) sameKey(left *Batch, i int) bool {
	for _, k := range m.key {
		if c := left.Columns[k.left]; c[i] != c[i-1] {
			return false
		}
	}
	return true
}

func (m *mergeSource) mark(ctx context.Context, left *Batch, matched []bool, sharing bool) error {
	for i := range left.Len {
		if i == 0 || len(m.key) == 1 || !m.sameKey(left, i) {
			if _, err := m.locate(ctx, left, i, false); err != nil {
				return err
			}
		}
		if len(m.rest) == 0 {
			matched[i] = m.end > m.pos
			continue
		}
		for j := m.pos; j < m.end && !matched[i]; j++ {
			matched[i] = m.compatible(left, i, j)
		}
	}
	return nil
}

func (m *mergeSource) count(ctx context.Context, left *Batch, out []uint64) error {
	for i := range left.Len {
		if _, err := m.locate(ctx, left, i, false); err != nil {
			return err
		}
		if len(m.rest) == 0 && m.window.counts == nil {
			out[i] += uint64(m.end - m.pos)
			continue
		}
		for j := m.pos; j < m.end; j++ {
			if m.compatible(left, i, j) {
				if m.window.counts != nil {
					out[i] += m.window.counts[j]
				} else {
					out[i]++
				}
			}
		}
	}
	return nil
}
