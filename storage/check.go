package storage

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
)

// CheckReport is the outcome of Check.
type CheckReport struct {
	Quads, Terms, TripleTerms uint64
	Runs, Blocks              int
	// Problems names everything that is not as it must be; empty is good.
	Problems []string
}

// maxProblems is the number of problems after which Check gives up.
const maxProblems = 100

// checker carries the state of one check.
type checker struct {
	ctx    context.Context
	tx     *Tx
	report *CheckReport
}

func (c *checker) problem(format string, args ...any) {
	if len(c.report.Problems) < maxProblems {
		c.report.Problems = append(c.report.Problems, fmt.Sprintf(format, args...))
	}
}

// Check reads everything and proves that it fits together: checksums, rows in
// order, every order of a run holding the same rows, indexes and statistics
// agreeing with the rows, every quad there once or not at all, every term of a
// row in the dictionary, and the dictionary in order and found both ways. The
// error is of reading itself having been cancelled; damage is in the report.
func (s *Store) Check(ctx context.Context) (CheckReport, error) {
	var report CheckReport
	tx, err := s.Snapshot()
	if err != nil {
		return report, err
	}
	defer tx.Close()
	c := &checker{ctx: ctx, tx: tx, report: &report}
	used := map[encoded.Term]struct{}{}
	for _, r := range tx.st.runs {
		c.checkRun(r, used)
	}
	c.checkSums()
	c.checkDictionary()
	c.checkUsed(used)
	return report, ctx.Err()
}

// mix hashes a row, so that sums of hashes compare sets.
func mix(r row) uint64 {
	h := uint64(14695981039346656037)
	for _, t := range r {
		h ^= uint64(t)
		h *= 0x9E3779B97F4A7C15
		h ^= h >> 29
	}
	return h
}

func (c *checker) checkRun(r *run, used map[encoded.Term]struct{}) {
	c.report.Runs++
	var want uint64
	for n, o := range ordersOf(r.kind) {
		x, err := r.index(c.tx.sn, o)
		if err != nil {
			c.problem("%v", err)
			continue
		}
		seq := o.Sequence()
		var sum uint64
		var prev row
		builder := newStatsBuilder(r.kind, o)
		for i := range x.blocks {
			if c.ctx.Err() != nil {
				return
			}
			c.report.Blocks++
			info := &x.blocks[i]
			blk := info.slot.Load()
			if !r.small {
				// Read anew: a check of what the cache holds proves nothing.
				value, err := c.tx.sn.get(blockKey(r.id, o, i))
				if err == nil {
					value, err = unseal(value)
				}
				if err == nil {
					blk, err = parseBlock(value)
				}
				if err != nil {
					c.problem("%v", blockError(r.id, o, i, err))
					continue
				}
			}
			var columns [4][]encoded.Term
			for k := range columns {
				columns[k] = make([]encoded.Term, blk.rows)
				if d := blk.decoded[k].Load(); d != nil {
					copy(columns[k], *d)
				} else {
					blk.columns[k].decode(columns[k], 0)
				}
			}
			var real blockInfo
			real.describe(o, &columns)
			if real.rows != info.rows || real.defaults != info.defaults || real.first != info.first ||
				real.last != info.last || real.low != info.low || real.high != info.high {
				c.problem("run %d, order %s, block %d: the index describes other rows", r.id, o, i)
			}
			for j := range blk.rows {
				q := row{columns[0][j], columns[1][j], columns[2][j], columns[3][j]}
				if (i > 0 || j > 0) && compareRows(prev, q) >= 0 {
					c.problem("run %d, order %s, block %d: row %d is not after the one before", r.id, o, i, j)
				}
				prev = q
				builder.add(&q)
				var base row
				for k, p := range seq {
					base[p] = q[k]
				}
				sum += mix(base)
				if n == 0 {
					for _, t := range base {
						if t.InDictionary() || t.Tag() == encoded.TagBlank {
							used[t] = struct{}{}
						} else if t.Tag() == encoded.TagLocal || t == encoded.Undefined {
							c.problem("run %d: a row holds %s", r.id, t)
						}
					}
				}
			}
		}
		builder.finish()
		if n == 0 {
			want = sum
		} else if sum != want {
			c.problem("run %d: order %s holds other rows than %s", r.id, o, baseOrder(r.kind))
		}
		c.checkStats(r, &builder)
	}
}

// checkStats compares what one order shows with the stored statistics.
func (c *checker) checkStats(r *run, b *statsBuilder) {
	s, err := r.statistics(c.tx.sn)
	if err != nil {
		c.problem("%v", err)
		return
	}
	if r.kind == runTriples {
		return
	}
	var real runStats
	real.merge(b)
	for p, v := range real.byPredicate {
		w := s.byPredicate[p]
		if b.order == encoded.PSO && (v.Triples != w.Triples || v.Subjects != w.Subjects) || b.order == encoded.POS && v.Objects != w.Objects {
			c.problem("run %d: the statistics of predicate %s are wrong", r.id, p)
		}
	}
	if real.sets != nil && !r.small {
		stored, err := c.tx.sn.get(partKey(r.id, partSets))
		if err == nil && !bytes.Equal(stored, encodeSets(real.sets)) || err != nil && err != errNotFound {
			c.problem("%v: run %d: the characteristic sets are not those of its rows: %v", ErrCorrupt, r.id, err)
		}
	}
	if b.order == encoded.SPO && real.subjects != s.subjects || b.order == encoded.OSP && real.objects != s.objects ||
		b.order == encoded.GSPO && real.graphs != s.graphs || b.order == encoded.PSO && real.predicates != s.predicates {
		c.problem("run %d: the statistics of order %s are wrong", r.id, b.order)
	}
}

// checkSums proves that every quad is there once or not at all.
func (c *checker) checkSums() {
	for _, o := range []encoded.Order{encoded.SPO, encoded.TSPO} {
		var cursors []*cursor
		var stats encoded.ScanStats
		for _, r := range c.tx.runsOf(o) {
			x, err := r.index(c.tx.sn, o)
			if err != nil {
				return // reported already
			}
			cursors = append(cursors, &cursor{run: r, sn: c.tx.sn, x: x, stats: &stats, bulk: true})
		}
		n := 0
		err := sumRows(cursors, func(r row, sum int) error {
			if n++; n&0xffff == 0 && c.ctx.Err() != nil {
				return c.ctx.Err()
			}
			switch {
			case sum < 0:
				c.problem("a quad is deleted that was not there")
			case sum == 1 && o == encoded.SPO:
				c.report.Quads++
			case sum == 1:
				c.report.TripleTerms++
			}
			return nil
		})
		if err != nil && c.ctx.Err() == nil {
			c.problem("%v", err)
		}
	}
}

// checkDictionary proves that the texts are in order and found by their look-up.
func (c *checker) checkDictionary() {
	for _, s := range c.tx.st.segments {
		for tag := encoded.TagIRI; tag <= encoded.TagTyped; tag++ {
			if s.count[tag] == 0 {
				continue
			}
			t, err := s.table(c.tx.sn, tag)
			if err != nil {
				c.problem("%v", err)
				continue
			}
			prev, any := "", false
			for n := range t.pages {
				if c.ctx.Err() != nil {
					return
				}
				value, err := c.tx.sn.get(pageKey(s.id, tag, n))
				var p *page
				if err == nil {
					p, err = decodePage(value)
				}
				if err == nil && uint64(p.len()) != t.end(s, tag, n)-t.starts[n] {
					err = fmt.Errorf("%d terms instead of %d", p.len(), t.end(s, tag, n)-t.starts[n])
				}
				if err != nil {
					c.problem("%v: dictionary segment %d, %s, page %d: %v", ErrCorrupt, s.id, tagName(tag), n, err)
					continue
				}
				if p.at(0) != t.firsts[n] {
					c.problem("dictionary segment %d, %s, page %d: the page table names another first text", s.id, tagName(tag), n)
				}
				for i := range p.len() {
					if any && p.at(i) <= prev {
						c.problem("dictionary segment %d, %s, page %d: text %d is not after the one before", s.id, tagName(tag), n, i)
					}
					prev, any = p.at(i), true
				}
				c.report.Terms += uint64(p.len())
			}
		}
	}
	err := c.tx.sn.scan([]byte{keyLoose}, looseKey(c.tx.st.m.looseFrom), true, func(key, value []byte) error {
		body, err := unseal(value)
		if err != nil || len(body) == 0 {
			c.problem("%v: dictionary, loose term %x: %v", ErrCorrupt, key[1:], err)
			return nil
		}
		c.report.Terms++
		tag, text := encoded.Tag(body[0]), string(body[1:])
		e, ok, err := c.tx.encodeText(tag, text)
		switch {
		case err != nil:
			c.problem("%v", err)
		case !ok:
			c.problem("dictionary: loose term %q is not found by its text", shorten(text))
		case string(looseKey(uint64(e-encoded.MakeSecond(tag, 0)))) != string(key):
			c.problem("dictionary: %q is in the dictionary twice", shorten(text))
		}
		return nil
	})
	if err != nil {
		c.problem("dictionary: %v", err)
	}
}

// checkUsed proves that the dictionary holds every term that the rows use.
func (c *checker) checkUsed(used map[encoded.Term]struct{}) {
	ids := make([]encoded.Term, 0, len(used))
	for t := range used {
		ids = append(ids, t)
	}
	slices.Sort(ids)
	d := decoder{tx: c.tx}
	for _, id := range ids {
		if c.ctx.Err() != nil {
			return
		}
		if id.Tag() == encoded.TagBlank {
			if id.Payload() >= c.tx.nextBlank() {
				c.problem("blank node %d was never given out", id.Payload())
			}
			continue
		}
		t, err := d.term(id)
		if err != nil {
			c.problem("%v", err)
			continue
		}
		if id.Tag() == encoded.TagTriple {
			if e, ok, err := c.tx.Encode(t); err != nil || !ok || e != id {
				c.problem("triple term %s is not found by its components: %v", id, err)
			}
			continue
		}
		if (t == graph.Term{}) {
			c.problem("term %s has no text", id)
		}
	}
}
