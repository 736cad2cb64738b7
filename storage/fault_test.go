package storage

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/ententedb/entente/graph/rdfio"
)

var errInjected = errors.New("injected fault")

// TestStore_Faults_SurfaceAndLoseNothing lets one operation per step fail: a read,
// a put, a flush, the atomic write before and after it was done (a failing sync), a
// write to a file of a load (which stops half way), the look for free space. A step
// that returns nil must be there when the store is opened anew, one that returns an
// error must not, unless only the sync failed. FAULTS sets how many.
func TestStore_Faults_SurfaceAndLoseNothing(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	dir, scratch := t.TempDir(), t.TempDir()
	done, failed, survived := -1, map[string]int{}, 0
	faults := 40
	if v, err := strconv.Atoi(os.Getenv("FAULTS")); err == nil {
		faults = v
	}
	ops := []string{"get", "scan", "put", "flush", "write", "sync", "room", "file"}
	for range faults {
		s, err := Open(dir, nil)
		must(t, err)
		s.stop() // the background shall not meet the fault
		s.stopped.Wait()
		step, op := crashStepOf(done+1), ops[r.IntN(len(ops))]
		var left atomic.Int64
		switch op {
		case "write", "sync", "flush", "file":
			left.Store(int64(r.IntN(2)))
		default:
			left.Store(int64(r.IntN(6) * r.IntN(6)))
		}
		s.engine.fault = func(name string) error {
			if name == op && left.Add(-1) < 0 {
				return fmt.Errorf("%s: %w", name, errInjected)
			}
			return nil
		}
		stepErr := step.run(s, scratch)
		s.engine.fault = nil
		if stepErr != nil && !errors.Is(stepErr, errInjected) {
			t.Fatalf("%+v with %s failing: %v", step, op, stepErr)
		}
		// A store that has failed refuses writes and goes on reading.
		if s.failed != nil {
			if err := crashStepOf(0).run(s, scratch); !errors.Is(err, ErrFailed) {
				t.Fatalf("a write after a failed one: %v", err)
			}
		}
		must(t, s.Close())
		s, err = Open(dir, nil)
		must(t, err)
		got := crashSteps(t, s)
		closeTest(t, s)
		if files, _ := filepath.Glob(filepath.Join(dir, "load-*")); len(files) > 0 {
			t.Fatalf("left behind: %v", files)
		}
		before, after := fmt.Sprint(crashModel(done)), fmt.Sprint(crashModel(done+1))
		switch {
		case stepErr == nil && fmt.Sprint(got) == after:
			if done++; left.Load() < 0 {
				survived++ // what failed was cleaning up, which the next open does
			}
		case stepErr != nil && fmt.Sprint(got) == before:
			failed[op]++
		case stepErr != nil && op == "sync" && fmt.Sprint(got) == after:
			failed[op]++
			done++
		default:
			t.Fatalf("%+v with %s failing (%v): the store holds %v", step, op, stepErr, got)
		}
	}
	t.Log("failed steps by operation:", failed, "steps done:", done+1, "in spite of a fault:", survived)
	if faults >= 40 && (len(failed) < len(ops)-1 || done < faults/4) {
		t.Errorf("the faults were met in few operations: %v, %d steps done", failed, done+1)
	}
}

// TestStore_DiskFull_KeepsWhatWasThere fills a small file system.
func TestStore_DiskFull_KeepsWhatWasThere(t *testing.T) {
	if testing.Short() {
		t.Skip("a short test run")
	}
	dir := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=200m", "tmpfs", dir).CombinedOutput(); err != nil {
		t.Skipf("no small file system can be mounted here: %v %s", err, out)
	}
	defer exec.Command("umount", dir).Run()
	path := dir + "/store"
	s, err := Open(path, nil)
	must(t, err)
	r := rand.New(rand.NewPCG(1, 1))
	free, _ := freeSpace(dir)
	must(t, os.WriteFile(dir+"/ballast", make([]byte, free-reservedSpace-12<<20), 0o600))
	n, loads := 0, 0
	for {
		text := randomQuads(r, 40000)
		report, err := s.Load(t.Context(), strings.NewReader(text), rdfio.NQuads, &LoadOptions{Memory: 4 << 20})
		if err != nil {
			if !errors.Is(err, ErrNoSpace) && !strings.Contains(err.Error(), "no space left") {
				t.Fatalf("the disk is full: %v", err)
			}
			t.Log(err)
			break
		}
		if loads++; loads > 100 {
			t.Fatal("the disk does not get full")
		}
		n += int(report.Added)
	}
	closeTest(t, s)
	s, err = Open(path, nil)
	must(t, err)
	got := 0
	for _, k := range contents(t, s) {
		got += k
	}
	if got != n {
		t.Errorf("%d quads, want %d", got, n)
	}
	closeTest(t, s)
	must(t, os.RemoveAll(path))
}
