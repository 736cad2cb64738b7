package storage

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/ententedb/entente/graph/rdfio"
)

var errInjected = errors.New("injected fault")

// TestStore_Faults_SurfaceAndLoseNothing (FAULTS sets how many) lets one operation of the engine fail
// per step: a read, a put, a flush, the atomic write before and after it was
// done (a failing sync). The step must fail, or be done if the fault was not met
// or met by background work. Then the store is opened anew, checked and compared.
func TestStore_Faults_SurfaceAndLoseNothing(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	dir, scratch := t.TempDir(), t.TempDir()
	done, failed := -1, map[string]int{}
	faults := 12
	if v, err := strconv.Atoi(os.Getenv("FAULTS")); err == nil {
		faults = v
	}
	for range faults {
		s, err := Open(dir, nil)
		must(t, err)
		op := []string{"get", "scan", "put", "flush", "write", "sync", "room"}[r.IntN(7)]
		var left atomic.Int64
		switch op {
		case "write", "sync", "flush":
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
		step := crashStepOf(done + 1)
		err = step.run(s, scratch)
		s.engine.fault = nil
		if err != nil && !errors.Is(err, errInjected) {
			t.Fatalf("%+v with %s failing: %v", step, op, err)
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
		before, after := fmt.Sprint(crashModel(done)), fmt.Sprint(crashModel(done+1))
		switch {
		case err == nil && fmt.Sprint(got) == after:
			done++
		case fmt.Sprint(got) == before:
			failed[op]++
		case op == "sync" && fmt.Sprint(got) == after:
			failed[op]++
			done++
		default:
			t.Fatalf("%+v with %s failing (%v): the store holds %v", step, op, err, got)
		}
	}
	t.Log("failed steps by operation:", failed, "steps done:", done+1)
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
