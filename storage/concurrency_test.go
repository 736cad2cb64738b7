package storage

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
)

// concurrencyTime is how long the concurrency tests run; CONCURRENCY_SECONDS
// makes it longer.
func concurrencyTime() time.Duration {
	if v, err := strconv.Atoi(os.Getenv("CONCURRENCY_SECONDS")); err == nil {
		return time.Duration(v) * time.Second
	}
	return 2 * time.Second
}

// objects returns the integer objects of a predicate, by subject.
func objects(tx *Tx, p encoded.Term, s encoded.Term) (map[encoded.Term]int, error) {
	it, err := tx.Scan(context.Background(), encoded.Scan{Order: encoded.PSO, Pattern: encoded.Pattern{s, p}, Columns: 5})
	if err != nil {
		return nil, err
	}
	defer it.Close()
	found := map[encoded.Term]int{}
	var b encoded.Batch
	for {
		ok, err := it.Next(&b)
		if err != nil || !ok {
			return found, err
		}
		for i := range b.Len {
			n, err := strconv.Atoi(b.Columns[2][i].Inline().Value())
			if err != nil {
				return nil, err
			}
			if _, ok := found[b.Columns[0][i]]; ok {
				return nil, fmt.Errorf("%s has two values", b.Columns[0][i])
			}
			found[b.Columns[0][i]] = n
		}
	}
}

// set replaces the value of a subject.
func set(tx *Tx, p, s encoded.Term, before, after int) error {
	value := func(n int) encoded.Term {
		e, _ := encoded.Inline(graph.Literal(strconv.Itoa(n), graph.XSDInteger))
		return e
	}
	if err := tx.Delete([]encoded.Pattern{{s, p, value(before), encoded.DefaultGraph}}); err != nil {
		return err
	}
	return tx.Insert([]encoded.Pattern{{s, p, value(after), encoded.DefaultGraph}})
}

// TestStore_BankTransfers_KeepTheSum moves money between accounts in many
// goroutines while others sum it up, and runs are merged.
func TestStore_BankTransfers_KeepTheSum(t *testing.T) {
	const accounts, each = 40, 100
	s := openTest(t, t.TempDir(), &Options{Relaxed: true, KeepHistory: 5})
	var p encoded.Term
	var subjects []encoded.Term
	must(t, s.Update(func(tx *Tx) error {
		var err error
		if p, err = tx.Intern(graph.IRI("http://example.org/balance")); err != nil {
			return err
		}
		for i := range accounts {
			a, err := tx.Intern(graph.IRI(fmt.Sprintf("http://example.org/account/%d", i)))
			if err != nil {
				return err
			}
			subjects = append(subjects, a)
			if err := set(tx, p, a, 0, each); err != nil {
				return err
			}
		}
		return nil
	}))
	ctx, cancel := context.WithTimeout(context.Background(), concurrencyTime())
	defer cancel()
	var group sync.WaitGroup
	run := func(n int, fn func(r *rand.Rand) error) {
		for i := range n {
			group.Go(func() {
				r := rand.New(rand.NewPCG(uint64(i), 9))
				for ctx.Err() == nil && !t.Failed() {
					if err := fn(r); err != nil {
						t.Error(err)
					}
				}
			})
		}
	}
	transfers := make([]int, 3)
	for w := range transfers {
		run(1, func(r *rand.Rand) error {
			return s.Update(func(tx *Tx) error {
				a, b, sum := subjects[(w*7+r.IntN(accounts))%accounts], subjects[r.IntN(accounts)], r.IntN(50)
				if a == b {
					return nil
				}
				all, err := objects(tx, p, 0)
				if err != nil {
					return err
				}
				transfers[w]++
				if err := set(tx, p, a, all[a], all[a]-sum); err != nil {
					return err
				}
				return set(tx, p, b, all[b], all[b]+sum)
			})
		})
	}
	total := func(tx *Tx) error {
		all, err := objects(tx, p, 0)
		sum := 0
		for _, n := range all {
			sum += n
		}
		if err == nil && (sum != accounts*each || len(all) != accounts) {
			err = fmt.Errorf("commit %d: %d accounts hold %d, want %d", tx.Version(), len(all), sum, accounts*each)
		}
		return err
	}
	run(2, func(*rand.Rand) error { return s.View(total) })
	run(1, func(*rand.Rand) error { // a long reader
		tx, err := s.Snapshot()
		if err != nil {
			return err
		}
		defer tx.Close()
		before, err := objects(tx, p, 0)
		if err != nil {
			return err
		}
		time.Sleep(300 * time.Millisecond)
		after, err := objects(tx, p, 0)
		if err == nil && fmt.Sprint(before) != fmt.Sprint(after) {
			err = fmt.Errorf("a snapshot has changed")
		}
		return err
	})
	run(1, func(*rand.Rand) error { // a reader of the past
		commit := uint64(0)
		must(t, s.View(func(tx *Tx) error { commit = tx.Version(); return nil }))
		if err := s.ViewAt(max(commit, 3)-2, total); !errors.Is(err, ErrNoSuchCommit) {
			return err
		}
		return nil // commits went on, and it is not kept any more
	})
	run(1, func(*rand.Rand) error {
		time.Sleep(150 * time.Millisecond)
		return s.Compact(context.Background())
	})
	group.Wait()
	t.Log("transfers:", transfers)
}

// TestStore_LongFork_SnapshotsAreOrdered lets two writers count up one number
// each. All readers must see the two counts grow in one order.
func TestStore_LongFork_SnapshotsAreOrdered(t *testing.T) {
	s := openTest(t, "", nil)
	var p encoded.Term
	var subjects [2]encoded.Term
	must(t, s.Update(func(tx *Tx) error {
		var err error
		if p, err = tx.Intern(graph.IRI("http://example.org/count")); err != nil {
			return err
		}
		for i := range subjects {
			if subjects[i], err = tx.NewBlank(); err != nil {
				return err
			}
			if err := set(tx, p, subjects[i], -1, 0); err != nil {
				return err
			}
		}
		return nil
	}))
	ctx, cancel := context.WithTimeout(context.Background(), concurrencyTime())
	defer cancel()
	var group sync.WaitGroup
	for _, a := range subjects {
		group.Go(func() {
			for n := 0; ctx.Err() == nil; n++ {
				if err := s.Update(func(tx *Tx) error { return set(tx, p, a, n, n+1) }); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	var mu sync.Mutex
	seen := map[uint64][2]int{}
	for range 3 {
		group.Go(func() {
			for ctx.Err() == nil {
				err := s.View(func(tx *Tx) error {
					var v [2]int
					for i, a := range subjects {
						all, err := objects(tx, p, a)
						if err != nil {
							return err
						}
						v[i] = all[a]
					}
					mu.Lock()
					defer mu.Unlock()
					if old, ok := seen[tx.Version()]; ok && old != v {
						return fmt.Errorf("commit %d shows %v and %v", tx.Version(), old, v)
					}
					seen[tx.Version()] = v
					return nil
				})
				if err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	group.Wait()
	last := [2]int{}
	for commit := range uint64(1 << 62) {
		v, ok := seen[commit]
		if ok {
			if v[0] < last[0] || v[1] < last[1] {
				t.Fatalf("commit %d shows %v after %v", commit, v, last)
			}
			last = v
			delete(seen, commit)
		}
		if len(seen) == 0 {
			break
		}
	}
}
