package storage

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/graph/rdfio"
)

// The crash test runs a child process that changes a store and says before each
// step what it begins and after it that it is done, kills it at a random moment
// (mostly within a step of a kind chosen beforehand), and then proves that the store
// opens, checks clean, and holds exactly the changes up to the last that was
// reported, or one more; that a backup that was reported restores to what the store
// was; and that one that was not finished is refused. CRASHES sets the number of
// kills (make crash: 500).

const crashChild = "ENTENTE_CRASH_CHILD"

// crashRound makes the steps others: after every crashesPerStore kills the next
// round begins with an empty store.
var crashRound uint64

const crashesPerStore = 25

// crashStep is one change; all follows from its number.
type crashStep struct {
	number int
	kind   string
	quads  int
	delete [2]int // the quads of the steps between these are deleted
}

func crashStepOf(n int) crashStep {
	r := rand.New(rand.NewPCG(uint64(n), 77+crashRound))
	s := crashStep{number: n}
	switch k := r.IntN(20); {
	case k < 8:
		s.kind, s.quads = "update", 1+r.IntN(4)
	case k < 10:
		s.kind, s.quads = "update", 1000+r.IntN(5000)
	case k < 14:
		s.kind, s.quads = "load", 1+r.IntN(12000)
	case k < 17:
		s.kind, s.delete = "delete", [2]int{n - 25, n - r.IntN(8)}
	case k < 18:
		s.kind = "compact"
	default:
		s.kind = "backup"
	}
	return s
}

// crashModel returns how many quads of each step are there after step n.
func crashModel(n int) map[int]int {
	m := map[int]int{}
	for i := 0; i <= n; i++ {
		s := crashStepOf(i)
		if s.quads > 0 {
			m[i] = s.quads
		}
		for d := s.delete[0]; d < s.delete[1]; d++ {
			delete(m, d)
		}
	}
	return m
}

func crashQuad(step, k int) graph.Quad {
	q := graph.Quad{Subject: graph.IRI(fmt.Sprintf("http://example.org/step/%d", step)), Predicate: graph.IRI(fmt.Sprintf("http://example.org/p%d", k%7))}
	switch k % 3 {
	case 0:
		q.Object = graph.String(fmt.Sprintf("text %d of %d", k, step))
	case 1:
		q.Object = graph.Literal(strconv.Itoa(k), graph.XSDInteger)
	default:
		q.Object = graph.IRI(fmt.Sprintf("http://example.org/x%d", k))
	}
	return q
}

// run does the step.
func (c crashStep) run(s *Store, dir string) error {
	ctx := context.Background()
	switch c.kind {
	case "update":
		return s.Update(func(tx *Tx) error {
			for k := range c.quads {
				q := crashQuad(c.number, k)
				var p encoded.Pattern
				for i, t := range []graph.Term{q.Subject, q.Predicate, q.Object} {
					var err error
					if p[i], err = tx.Intern(t); err != nil {
						return err
					}
				}
				p[3] = encoded.DefaultGraph
				if err := tx.Insert([]encoded.Pattern{p}); err != nil {
					return err
				}
			}
			return nil
		})
	case "load":
		r, w := io.Pipe()
		go func() {
			b := bufio.NewWriter(w)
			for k := range c.quads {
				fmt.Fprintln(b, crashQuad(c.number, k))
			}
			b.Flush()
			w.Close()
		}()
		_, err := s.Load(ctx, r, rdfio.NTriples, &LoadOptions{Memory: 1 << 20})
		return err
	case "delete":
		return s.Update(func(tx *Tx) error {
			for d := c.delete[0]; d < c.delete[1]; d++ {
				if err := deleteStep(tx, d); err != nil {
					return err
				}
			}
			return nil
		})
	case "compact":
		return s.Compact(ctx)
	}
	f, err := os.Create(filepath.Join(dir, crashPartial))
	if err != nil {
		return err
	}
	defer f.Close()
	if err := s.Backup(ctx, f, nil); err != nil {
		return err
	}
	return os.Rename(f.Name(), filepath.Join(dir, fmt.Sprintf("backup-%d", c.number)))
}

// crashPartial is the file of a backup that is not finished.
const crashPartial = "backup-partial"

func deleteStep(tx *Tx, step int) error {
	subject, ok, err := tx.Encode(graph.IRI(fmt.Sprintf("http://example.org/step/%d", step)))
	if err != nil || !ok {
		return err
	}
	return deleteMatching(tx, encoded.Pattern{subject})
}

// TestCrashChild is the child process.
func TestCrashChild(t *testing.T) {
	dir := os.Getenv(crashChild)
	if dir == "" {
		t.Skip("runs as a child of TestStore_Killed_KeepsCommits")
	}
	first, err := strconv.Atoi(os.Getenv(crashChild + "_FIRST"))
	must(t, err)
	crashRound, err = strconv.ParseUint(os.Getenv(crashChild+"_ROUND"), 10, 64)
	must(t, err)
	s, err := Open(filepath.Join(dir, "store"), nil)
	must(t, err)
	fmt.Println("ready")
	for n := first; ; n++ {
		step := crashStepOf(n)
		fmt.Println("begin", step.kind)
		must(t, step.run(s, dir))
		fmt.Println("done", n)
	}
}

func TestStore_Killed_KeepsCommits(t *testing.T) {
	kills := 6
	if v, err := strconv.Atoi(os.Getenv("CRASHES")); err == nil {
		kills = v
	} else if testing.Short() {
		t.Skip("a short test run")
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	defer func() { crashRound = 0 }()
	dir := t.TempDir()
	done, steps := -1, 0
	killedIn, took := map[string]int{}, map[string]time.Duration{}
	backups, partial := 0, 0
	for kill := range kills {
		if kill > 0 && kill%crashesPerStore == 0 {
			t.Logf("%d kills so far, %d steps", kill, steps)
			must(t, os.RemoveAll(dir))
			must(t, os.Mkdir(dir, 0o755))
			crashRound++
			done = -1
		}
		cmd := exec.Command(os.Args[0], "-test.run", "^TestCrashChild$", "-test.v")
		cmd.Env = append(os.Environ(), crashChild+"="+dir, crashChild+"_FIRST="+strconv.Itoa(done+1), fmt.Sprint(crashChild, "_ROUND=", crashRound))
		out, err := cmd.StdoutPipe()
		must(t, err)
		cmd.Stderr = cmd.Stdout
		must(t, cmd.Start())
		target := []string{"", "update", "load", "delete", "compact", "backup"}[r.IntN(6)]
		wait := time.Duration(r.IntN(700)) * time.Millisecond
		if target != "" {
			wait = 10 * time.Second // by then there was such a step
		}
		timer := time.AfterFunc(wait, func() { cmd.Process.Kill() })
		var other []string
		doing, began := "opening", time.Time{}
		for lines := bufio.NewScanner(out); lines.Scan(); {
			text := lines.Text()
			if n, err := strconv.Atoi(strings.TrimPrefix(text, "done ")); err == nil {
				took[doing] = (took[doing] + time.Since(began)) / 2
				doing, done = "between steps", n
				steps++
			} else if kind, ok := strings.CutPrefix(text, "begin "); ok {
				if doing, began = kind, time.Now(); kind == target {
					timer.Reset(time.Duration(r.Int64N(int64(took[kind]) + int64(time.Millisecond))))
				}
			} else if text != "ready" && !strings.HasPrefix(text, "===") {
				other = append(other, text)
			}
		}
		timer.Stop()
		if err := cmd.Wait(); err == nil || !strings.Contains(err.Error(), "killed") {
			t.Fatalf("the child ended by itself: %v\n%s", err, strings.Join(other, "\n"))
		}
		killedIn[doing]++
		done = checkAfterCrash(t, filepath.Join(dir, "store"), done)
		complete, err := filepath.Glob(filepath.Join(dir, "backup-[0-9]*"))
		must(t, err)
		for _, name := range complete {
			n, err := strconv.Atoi(strings.TrimPrefix(filepath.Base(name), "backup-"))
			must(t, err)
			checkBackup(t, name, n)
			must(t, os.Remove(name))
			backups++
		}
		if f, err := os.Open(filepath.Join(dir, crashPartial)); err == nil {
			if s, err := OpenImage(f, nil); err == nil {
				s.Close()
				// Killed between the last byte and the new name.
				checkBackup(t, f.Name(), done)
			} else if !errors.Is(err, ErrCorrupt) {
				t.Fatalf("a backup that was not finished: %v", err)
			}
			partial++
			f.Close()
			must(t, os.Remove(f.Name()))
		}
	}
	result := fmt.Sprintf("%d kills, %d steps reported; the store was right after each; killed during: %v; %d backups restored, %d unfinished ones refused", kills, steps, killedIn, backups, partial)
	t.Log(result)
	fmt.Println("crash:", result)
}

// checkBackup proves that a backup holds the steps up to n.
func checkBackup(t *testing.T, name string, n int) {
	t.Helper()
	f, err := os.Open(name)
	must(t, err)
	defer f.Close()
	s, err := OpenImage(f, nil)
	must(t, err)
	if got, want := crashSteps(t, s), crashModel(n); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Fatalf("the backup of step %d holds %v, want %v", n, got, want)
	}
	closeTest(t, s)
}

// checkAfterCrash opens and checks the store, which must hold the steps up to
// done, or one more, and returns which.
func checkAfterCrash(t *testing.T, path string, done int) int {
	t.Helper()
	s, err := Open(path, nil)
	if err != nil {
		t.Fatalf("open after step %d: %v", done, err)
	}
	got := crashSteps(t, s)
	closeTest(t, s)
	if t.Failed() {
		t.Fatalf("the check after step %d failed", done)
	}
	for _, n := range []int{done, done + 1} {
		if want := crashModel(n); fmt.Sprint(got) == fmt.Sprint(want) {
			return n
		}
	}
	t.Fatalf("after step %d (%+v next) the store holds %v, want %v", done, crashStepOf(done+1), got, crashModel(done))
	return 0
}

// crashSteps counts the quads of each step in a store.
func crashSteps(t *testing.T, s *Store) map[int]int {
	t.Helper()
	got := map[int]int{}
	must(t, s.View(func(tx *Tx) error {
		it, err := tx.Scan(context.Background(), encoded.Scan{Order: encoded.SPO, Columns: 1, Grouped: true})
		must(t, err)
		defer it.Close()
		var b encoded.Batch
		for {
			ok, err := it.Next(&b)
			must(t, err)
			if !ok {
				return nil
			}
			out := make([]graph.Term, b.Len)
			must(t, tx.Decode(b.Columns[0], out))
			for i, term := range out {
				n, err := strconv.Atoi(strings.TrimPrefix(term.Value(), "http://example.org/step/"))
				must(t, err)
				got[n] = int(b.Counts[i])
			}
		}
	}))
	return got
}
