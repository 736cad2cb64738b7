package storage

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
)

// The dictionary has three parts. Sorted segments hold what bulk loads brought.
// Loose terms came one by one: each is an entry from its number to its text and
// one from its text to its number. Triple terms are rows of the runs of the
// triple-term relation, which is their look-up in both directions.

// maxLooseKey is the length up to which a loose term's text is its key; longer
// ones are found by their hash.
const maxLooseKey = 128

func looseTextKey(tag encoded.Tag, text string) []byte {
	if len(text) <= maxLooseKey {
		return append([]byte{keyLooseTxt, byte(tag), 0}, text...)
	}
	h := sha256.Sum256([]byte(text))
	return append([]byte{keyLooseTxt, byte(tag), 1}, h[:]...)
}

// looseEntries returns the two entries of a loose term.
func looseEntries(tag encoded.Tag, n uint64, text string) []entry {
	number := binary.BigEndian.AppendUint64(nil, n)
	return []entry{
		{looseKey(n), seal(append([]byte{byte(tag)}, text...))},
		{looseTextKey(tag, text), seal(number)},
	}
}

// loosePage holds the loose terms of a stretch of numbers.
type loosePage struct {
	resident
	terms []graph.Term // indexed by number less the first; zero where absent
	tags  []encoded.Tag
}

const looseSpan = 256

// Encode finds the encoded form of a term; see query.Dataset.
func (tx *Tx) Encode(t graph.Term) (encoded.Term, bool, error) {
	if tx.closed.Load() {
		return 0, false, ErrClosed
	}
	if e, ok := encoded.Inline(t); ok {
		return e, true, nil
	}
	switch tag := tagOf(t); tag {
	case encoded.TagNone:
		return 0, false, nil
	case encoded.TagBlank:
		n, ok := blankNumber(t.Value())
		if !ok || n >= tx.nextBlank() {
			return 0, false, nil
		}
		return encoded.Make(encoded.TagBlank, n), true, nil
	case encoded.TagTriple:
		return tx.encodeTriple(t.Triple())
	default:
		return tx.encodeText(tag, string(appendText(nil, t, tag)))
	}
}

// blankNumber reads the label that Decode gives blank nodes.
func blankNumber(label string) (uint64, bool) {
	digits, ok := strings.CutPrefix(label, "b")
	if !ok || len(digits) > 1 && digits[0] == '0' {
		return 0, false
	}
	n, err := strconv.ParseUint(digits, 10, 59)
	return n, err == nil
}

func (tx *Tx) encodeText(tag encoded.Tag, text string) (encoded.Term, bool, error) {
	if e, ok := tx.w.unwritten(tag, text); ok {
		return e, true, nil
	}
	for _, s := range tx.st.segments {
		rank, found, err := s.lower(tx.sn, tag, text)
		if err != nil {
			return 0, false, err
		}
		if found {
			return s.term(tag, rank), true, nil
		}
	}
	return tx.encodeLoose(tag, text)
}

// unwritten finds a term that this transaction has made, or one before it that is
// not written yet.
func (w *writer) unwritten(tag encoded.Tag, text string) (encoded.Term, bool) {
	if w == nil {
		return 0, false
	}
	e, ok := w.terms[termKey{tag, text}]
	for i := 0; !ok && i < len(w.pending); i++ {
		e, ok = w.pending[i].terms[termKey{tag, text}]
	}
	return e, ok
}

func (tx *Tx) encodeLoose(tag encoded.Tag, text string) (encoded.Term, bool, error) {
	if tx.st.m.nextSecond == tx.st.m.looseFrom {
		return 0, false, nil
	}
	value, err := tx.sn.get(looseTextKey(tag, text))
	if err == errNotFound {
		return 0, false, nil
	}
	if err == nil {
		value, err = unseal(value)
		if err == nil && len(value) != 8 {
			err = errShort
		}
		if err != nil {
			err = fmt.Errorf("%w: dictionary, look-up of %q: %w", ErrCorrupt, shorten(text), err)
		}
	}
	if err != nil {
		return 0, false, err
	}
	n := binary.BigEndian.Uint64(value)
	if n < tx.st.m.looseFrom {
		return 0, false, nil // a rebuild has left it, and it is not deleted yet
	}
	return encoded.MakeSecond(tag, n), true, nil
}

func shorten(s string) string {
	if len(s) > 60 {
		return s[:60] + "…"
	}
	return s
}

func (tx *Tx) encodeTriple(t graph.Triple) (encoded.Term, bool, error) {
	var p encoded.Pattern
	for i, c := range []graph.Term{t.Subject, t.Predicate, t.Object} {
		e, ok, err := tx.Encode(c)
		if err != nil || !ok {
			return 0, false, err
		}
		p[i] = e
	}
	return tx.findTriple(p)
}

// findTriple finds the triple term with these components.
func (tx *Tx) findTriple(p encoded.Pattern) (encoded.Term, bool, error) {
	if tx.w != nil {
		if e, ok := tx.w.triples[[3]encoded.Term{p[0], p[1], p[2]}]; ok {
			return e, true, nil
		}
	}
	r, ok, err := tx.lookup(encoded.TSPO, []encoded.Term{p[0], p[1], p[2]})
	return r[3], ok, err
}

// lookup returns the first row of the order that begins with key.
func (tx *Tx) lookup(o encoded.Order, key []encoded.Term) (row, bool, error) {
	for _, run := range tx.runsOf(o) {
		x, err := run.index(tx.snapshotOf(run), o)
		if err != nil {
			return row{}, false, err
		}
		var stats encoded.ScanStats
		c := cursor{run: run, sn: tx.snapshotOf(run), x: x, low: key, high: key, stats: &stats}
		if err := c.advance(); err != nil {
			return row{}, false, err
		}
		if c.blk != nil {
			return c.blk.row(c.from), true, nil
		}
	}
	return row{}, false, nil
}

// Decode writes the terms of ids to out; see query.Dataset.
func (tx *Tx) Decode(ids []encoded.Term, out []graph.Term) error {
	if tx.closed.Load() {
		return ErrClosed
	}
	d := decoder{tx: tx}
	for i, id := range ids {
		if i > 0 && id == ids[i-1] {
			out[i] = out[i-1]
			continue
		}
		t, err := d.term(id)
		if err != nil {
			return err
		}
		out[i] = t
	}
	return nil
}

// decoder decodes terms and remembers the last page.
type decoder struct {
	tx    *Tx
	page  *page
	first encoded.Term // of the page
	loose *loosePage
	span  uint64
}

func (d *decoder) term(id encoded.Term) (graph.Term, error) {
	switch tag := id.Tag(); {
	case id.IsInline():
		return id.Inline(), nil
	case tag == encoded.TagNone:
		return graph.Term{}, nil
	case tag == encoded.TagBlank:
		return graph.Blank("b" + strconv.FormatUint(id.Payload(), 10)), nil
	case tag == encoded.TagTriple:
		return d.triple(id)
	case tag == encoded.TagLocal:
		return graph.Term{}, fmt.Errorf("decode: %s belongs to a query, not to the store", id)
	default:
		return d.text(id, tag)
	}
}

func (d *decoder) triple(id encoded.Term) (graph.Term, error) {
	var r row
	var ok bool
	if d.tx.w != nil {
		if c, found := d.tx.w.components[id]; found {
			r, ok = row{id, c[0], c[1], c[2]}, true
		}
	}
	if !ok {
		var err error
		if r, ok, err = d.tx.lookup(encoded.TTSPO, []encoded.Term{id}); err != nil {
			return graph.Term{}, err
		}
	}
	if !ok {
		return graph.Term{}, corrupt("dictionary: no term %s", id)
	}
	var c [3]graph.Term
	for i := range c {
		if r[i+1] >= id && r[i+1].Tag() == encoded.TagTriple {
			return graph.Term{}, corrupt("dictionary: triple term %s contains %s", id, r[i+1])
		}
		var err error
		if c[i], err = d.term(r[i+1]); err != nil {
			return graph.Term{}, err
		}
	}
	return graph.TripleTerm(c[0], c[1], c[2]), nil
}

func (d *decoder) text(id encoded.Term, tag encoded.Tag) (graph.Term, error) {
	if d.page != nil && id >= d.first && uint64(id-d.first) < uint64(d.page.len()) {
		return textTerm(tag, d.page.at(int(id-d.first))), nil
	}
	for _, s := range d.tx.st.segments {
		first := s.term(tag, 0)
		if id < first || uint64(id-first) >= s.count[tag] {
			continue
		}
		t, err := s.table(d.tx.sn, tag)
		if err != nil {
			return graph.Term{}, err
		}
		rank := uint64(id - first)
		n := searchStart(t.starts, rank)
		p, err := s.page(d.tx.sn, t, tag, n)
		if err != nil {
			return graph.Term{}, err
		}
		d.page, d.first = p, first+encoded.Term(t.starts[n])
		return textTerm(tag, p.at(int(rank-t.starts[n]))), nil
	}
	if id.Sorted() {
		return graph.Term{}, corrupt("dictionary: no term %s", id)
	}
	return d.looseTerm(id, tag)
}

// searchStart returns the last index whose start is at most rank.
func searchStart(starts []uint64, rank uint64) int {
	lo, hi := 0, len(starts)
	for hi-lo > 1 {
		if m := int(uint(lo+hi) >> 1); starts[m] <= rank {
			lo = m
		} else {
			hi = m
		}
	}
	return lo
}

func (d *decoder) looseTerm(id encoded.Term, tag encoded.Tag) (graph.Term, error) {
	n := uint64(id - encoded.MakeSecond(tag, 0))
	if w := d.tx.w; w != nil {
		find := func(first uint64, loose []termKey) bool {
			return n >= first && n-first < uint64(len(loose)) && loose[n-first].tag == tag
		}
		if find(w.firstLoose, w.loose) {
			return textTerm(tag, w.loose[n-w.firstLoose].text), nil
		}
		for _, p := range w.pending {
			if find(p.firstLoose, p.loose) {
				return textTerm(tag, p.loose[n-p.firstLoose].text), nil
			}
		}
	}
	span := n / looseSpan
	if d.loose == nil || d.span != span || d.loose.terms[n%looseSpan].IsZero() {
		p, err := d.tx.store.loosePage(d.tx, span, n)
		if err != nil {
			return graph.Term{}, err
		}
		d.loose, d.span = p, span
	}
	if d.loose.tags[n%looseSpan] != tag {
		return graph.Term{}, corrupt("dictionary: no term %s", id)
	}
	return d.loose.terms[n%looseSpan], nil
}

// loosePage returns the loose terms around number n. A page is read again when
// it was read at a snapshot that did not hold n yet.
func (s *Store) loosePage(tx *Tx, span, n uint64) (*loosePage, error) {
	if v, ok := s.loosePages.Load(span); ok {
		if p := v.(*loosePage); !p.terms[n%looseSpan].IsZero() {
			p.touch()
			return p, nil
		}
	}
	p := &loosePage{terms: make([]graph.Term, looseSpan), tags: make([]encoded.Tag, looseSpan)}
	cost := int64(looseSpan * 80)
	err := tx.sn.scan([]byte{keyLoose}, looseKey(span*looseSpan), true, func(key, value []byte) error {
		i := binary.BigEndian.Uint64(key[1:])
		if i >= (span+1)*looseSpan {
			return errStop
		}
		body, err := unseal(value)
		if err == nil && (len(body) == 0 || body[0] < byte(encoded.TagIRI) || body[0] > byte(encoded.TagTyped)) {
			err = errShort
		}
		if err != nil {
			return fmt.Errorf("%w: dictionary, loose term %d: %w", ErrCorrupt, i, err)
		}
		p.tags[i%looseSpan] = encoded.Tag(body[0])
		p.terms[i%looseSpan] = textTerm(encoded.Tag(body[0]), string(body[1:]))
		cost += int64(len(body))
		return nil
	})
	if err != nil {
		return nil, err
	}
	if p.terms[n%looseSpan].IsZero() {
		return nil, corrupt("dictionary: no loose term %d", n)
	}
	s.loosePages.Store(span, p)
	s.cache.add(&p.resident, cost, func() { s.loosePages.CompareAndDelete(span, p) })
	return p, nil
}

// PrefixRanges returns ranges that hold the terms of a tag whose text begins
// with prefix; see query.Dataset.
func (tx *Tx) PrefixRanges(tag encoded.Tag, prefix string) (ranges []encoded.Range, exact bool, err error) {
	if tx.closed.Load() {
		return nil, false, ErrClosed
	}
	if tag < encoded.TagIRI || tag > encoded.TagTyped {
		return nil, false, fmt.Errorf("prefix ranges: %s terms have no characters", encoded.Make(tag, 0))
	}
	sorted := map[uint64]bool{}
	for _, s := range tx.st.segments {
		if s.count[tag] == 0 {
			continue
		}
		low, _, err := s.lower(tx.sn, tag, prefix)
		if err != nil {
			return nil, false, err
		}
		high := s.count[tag]
		if after, ok := prefixEnd(prefix); ok {
			if high, _, err = s.lower(tx.sn, tag, after); err != nil {
				return nil, false, err
			}
		}
		if low < high {
			ranges = append(ranges, encoded.Range{Low: s.term(tag, low), High: s.term(tag, high-1)})
		}
		sorted[s.id] = true
	}
	// What the second zone holds besides its segments has to be looked at.
	if !tx.hasLoose() {
		return ranges, true, nil
	}
	kept := ranges[:0]
	for _, r := range ranges {
		if r.Low.Sorted() {
			kept = append(kept, r)
		}
	}
	return append(kept, encoded.Range{Low: encoded.MakeSecond(tag, 0), High: encoded.TagRange(tag).High}), false, nil
}

// prefixEnd returns the least text that is greater than all that begin with
// prefix.
func prefixEnd(prefix string) (string, bool) {
	b := []byte(prefix)
	for len(b) > 0 {
		if b[len(b)-1] < 0xff {
			b[len(b)-1]++
			return string(b), true
		}
		b = b[:len(b)-1]
	}
	return "", false
}
