package storage

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
)

// TestStore_ConstantData_BoundedDisk makes small commits that each put two quads
// in and take two out, so that the store always holds 500. What the files take
// on the disk must stay below what 20,000 commits have written, which is
// 120 MB of texts alone, dead terms must go, and Compact must leave
// little, also where the engine had nothing to merge yet.
func TestStore_ConstantData_BoundedDisk(t *testing.T) {
	const live = 250 // commits whose quads are there
	for _, commits := range []int{2000, 20_000} {
		t.Run(fmt.Sprint(commits), func(t *testing.T) {
			s := openTest(t, t.TempDir(), &Options{Relaxed: true})
			pad := strings.Repeat("x", 6000)
			quads := func(tx *Tx, n int) (out []encoded.Pattern) {
				for _, o := range []string{"short", pad} {
					q := encoded.Pattern{3: encoded.DefaultGraph}
					for p, x := range []graph.Term{graph.IRI(fmt.Sprint("http://example.org/s", n)),
						graph.IRI("http://example.org/p"), graph.Literal(fmt.Sprint(o, n), graph.XSDString)} {
						e, err := tx.Intern(x)
						must(t, err)
						q[p] = e
					}
					out = append(out, q)
				}
				return out
			}
			var most int64
			for c := range commits {
				must(t, s.Update(func(tx *Tx) error {
					if err := tx.Insert(quads(tx, c)); err != nil || c < live {
						return err
					}
					return tx.Delete(quads(tx, c-live))
				}))
				if c%100 == 99 {
					most = max(most, s.engine.files())
				}
			}
			before, err := s.Info()
			must(t, err)
			must(t, s.Compact(t.Context()))
			after, err := s.Info()
			must(t, err)
			t.Logf("at most %d MiB on disk with %d loose terms in the end, %d MiB after Compact", most>>20, before.LooseTerms, after.OnDisk>>20)
			if most > 96<<20 || before.LooseTerms > 2*minDeadTerms {
				t.Errorf("the files have grown to %d MiB, loose terms to %d", most>>20, before.LooseTerms)
			}
			if after.Totals.Quads != 2*live || after.LooseTerms != 0 || after.OnDisk > 8<<20 {
				t.Errorf("after Compact: %d quads, %d loose terms, %d MiB", after.Totals.Quads, after.LooseTerms, after.OnDisk>>20)
			}
			if _, err := s.Check(t.Context()); err != nil {
				t.Error(err)
			}
			closeTest(t, s)
		})
	}
}
