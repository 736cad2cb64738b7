package storage

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// TestChooseWindow_Ends simulates commits and merges whose results are as large
// as they can be: the merging must come to an end after each commit, leave few
// runs, and not handle a row too often.
func TestChooseWindow_Ends(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	for range 50 {
		var runs []*run
		var merged, added uint64
		for range 400 {
			n := uint64(maxSmallRows + 1 + r.IntN(1+r.IntN(200_000)))
			added += n
			runs = append(runs, &run{runInfo: runInfo{rows: n}})
			if r.IntN(2) == 0 {
				runs = append(runs, &run{runInfo: runInfo{rows: 1 + n/8, kind: runDeletes}})
				added += 1 + n/8
			}
			for turns := 0; ; turns++ {
				if turns > 20 {
					t.Fatal("the merging does not end")
				}
				w := chooseWindow(runs)
				if len(w.runs) < 2 {
					break
				}
				from := slices.Index(runs, w.runs[0])
				var sums [2]uint64
				for _, x := range w.runs {
					sums[x.kind] += x.rows
					merged += x.rows
				}
				result := []*run{{runInfo: runInfo{rows: sums[0]}}}
				if from == 0 {
					result[0].rows -= min(sums[0], sums[1])
				} else if sums[1] > 0 {
					result = append(result, &run{runInfo: runInfo{rows: sums[1], kind: runDeletes}})
				}
				runs = slices.Replace(runs, from, from+len(w.runs), result...)
			}
		}
		if len(runs) > 24 {
			t.Errorf("%d runs are left", len(runs))
		}
		if merged > 30*added {
			t.Errorf("each row was merged %d times", merged/added)
		}
	}
}
