package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// terminal is the REPL in a tmux session of its own.
type terminal struct {
	t      *testing.T
	socket string
	config string // the user's configuration directory
}

// terminals counts them, to give each a socket of its own.
var terminals atomic.Int64

func newTerminal(t *testing.T, config string, args ...string) *terminal {
	t.Helper()
	if _, err := exec.LookPath("tmux"); err != nil {
		t.Skip("tmux is not installed")
	}
	if testing.Short() {
		t.Skip("terminal sessions take seconds")
	}
	term := &terminal{t, fmt.Sprintf("entente-%d-%d", os.Getpid(), terminals.Add(1)), config}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	command := fmt.Sprintf("env -u PAGER -u NO_COLOR %s=1 TERM=xterm XDG_CONFIG_HOME=%s %s %s", asProgram, config, exe, strings.Join(args, " "))
	term.tmux("-f", "/dev/null", "new-session", "-d", "-x", "100", "-y", "30", command)
	t.Cleanup(term.close)
	term.wait("entente>")
	return term
}

// close ends the session and waits until the program is gone: it writes its
// history last, into a directory that the test removes.
func (term *terminal) close() {
	out, err := exec.Command("tmux", "-L", term.socket, "display", "-p", "#{pane_pid}").Output()
	_ = exec.Command("tmux", "-L", term.socket, "kill-server").Run()
	pid, convErr := strconv.Atoi(strings.TrimSpace(string(out)))
	if err != nil || convErr != nil {
		return // it has left by itself
	}
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil || strings.Contains(string(stat), ") Z ") {
			return
		}
	}
}

func (term *terminal) tmux(args ...string) string {
	term.t.Helper()
	out, err := exec.Command("tmux", append([]string{"-L", term.socket}, args...)...).CombinedOutput()
	if err != nil {
		term.t.Fatalf("tmux %v: %v: %s", args, err, out)
	}
	return string(out)
}

// typed sends text and keys: a word such as Enter, Tab or C-c is a key of tmux, all
// else is sent as it is.
func (term *terminal) typed(parts ...string) {
	term.t.Helper()
	for _, p := range parts {
		switch p {
		case "Enter", "Tab", "C-c", "C-d", "C-r", "Up", "Space":
			term.tmux("send-keys", p)
		default:
			if strings.HasSuffix(p, ";") { // tmux ends a command there
				p = p[:len(p)-1] + `\;`
			}
			term.tmux("send-keys", "-l", p)
		}
	}
}

func (term *terminal) screen() string { return term.tmux("capture-pane", "-p") }

// wait returns the screen once it shows the text.
func (term *terminal) wait(text string) string {
	term.t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for {
		screen := term.screen()
		if strings.Contains(screen, text) {
			return screen
		}
		if time.Now().After(deadline) {
			term.t.Fatalf("the screen does not show %q:\n%s", text, screen)
		}
		time.Sleep(30 * time.Millisecond)
	}
}

func TestREPL_AnswersAQuestionWithItsTimeOnOneLine(t *testing.T) {
	term := newTerminal(t, t.TempDir())
	term.typed("when did Finland join NATO", "Enter")
	screen := term.wait("member countries. (")
	if !strings.Contains(screen, "2023-04-04. Source: ") || !strings.Contains(screen, "understood as:") {
		t.Errorf("the answer is not there:\n%s", screen)
	}
}

func TestREPL_SPARQLGoesOnOverLines(t *testing.T) {
	term := newTerminal(t, t.TempDir())
	term.typed("SELECT ?c { ?c pk:memberOf pk:NATO ;", "Enter")
	term.wait("...>")
	term.typed("pk:capital ?city }", "Enter", "ORDER BY ?c LIMIT 2", "Enter", "Enter")
	term.wait("2 rows")
	term.typed("SELECT * { ?s ?p ?o } LIMIT", "Enter") // ends too early, brackets closed
	term.typed("3 ;", "Enter")
	term.wait("3 rows")
}

func TestREPL_CompletesQuestions(t *testing.T) {
	term := newTerminal(t, t.TempDir())
	term.typed("which WTO mem", "Tab")
	term.wait("which WTO member")
	term.typed("Tab", "Tab") // lists what there is
	term.wait("member states")
}

func TestREPL_CompletesPredicatesInUse(t *testing.T) {
	term := newTerminal(t, t.TempDir())
	term.typed("SELECT * { ?c pk:", "Tab", "Tab")
	term.wait("possibilities?") // there are many
	term.typed("y")
	term.wait("pk:until")
	term.typed("C-c", "SELECT * { ?c pk:memb", "Tab")
	term.wait("?c pk:memberOf")
}

func TestREPL_CtrlCCancelsTheQueryAndNotTheSession(t *testing.T) {
	term := newTerminal(t, t.TempDir())
	term.typed("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(STRLEN(STR(?a)) + STRLEN(STR(?d)) + STRLEN(STR(?g)) = 7) }", "Enter")
	term.wait("(Ctrl-C cancels)") // shown after half a second
	term.typed("C-c")
	term.wait("cancelled")
	term.typed("is Japan in NATO", "Enter")
	term.wait("No. (")
}

func TestREPL_HelpListsCommands(t *testing.T) {
	term := newTerminal(t, t.TempDir())
	term.typed(".help", "Enter")
	term.wait("which WTO members")
	term.typed("Space")
	term.wait(".quit")
}

func TestREPL_PagerStopsWithQ(t *testing.T) {
	term := newTerminal(t, t.TempDir())
	term.typed("which WTO members are outside NATO", "Enter")
	term.wait("space: more")
	term.typed("Space")
	term.wait("-- 58 of ")
	term.typed("q", "is Japan in NATO", "Enter")
	if screen := term.wait("No. ("); strings.Contains(screen, "134 rows") {
		t.Errorf("the pager went on after q:\n%s", screen)
	}
}

func TestREPL_ErrorsShowACaret(t *testing.T) {
	term := newTerminal(t, t.TempDir())
	term.typed("SELECT * { ?s ?p }", "Enter")
	if screen := term.wait("expected"); !strings.Contains(screen, "                   ^") {
		t.Errorf("no caret under the place:\n%s", screen)
	}
	term.typed("which WTO membrs are outside NATO", "Enter")
	term.wait("members")
}

func TestREPL_HistoryLastsAndIsSearchable(t *testing.T) {
	config := t.TempDir()
	term := newTerminal(t, config)
	term.typed("is Japan in NATO", "Enter")
	term.wait("No. (")
	term.typed("C-d")
	deadline := time.Now().Add(10 * time.Second)
	for {
		if b, _ := os.ReadFile(filepath.Join(config, "entente", "history")); strings.Contains(string(b), "Japan") {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("no history was written")
		}
		time.Sleep(20 * time.Millisecond)
	}
	_ = exec.Command("tmux", "-L", term.socket, "kill-server").Run()
	term = newTerminal(t, config)
	term.typed("C-r", "Japan")
	term.wait("is Japan in NATO")
	term.typed("Enter")
	term.wait("No. (")
}

func TestREPL_Commands(t *testing.T) {
	config, dir := t.TempDir(), t.TempDir()
	if err := os.MkdirAll(filepath.Join(config, "entente"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(config, "entente", "config"), []byte("# settings\n.timer off\n.rows 2\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	term := newTerminal(t, config)
	for _, step := range []struct{ typed, shown string }{
		{"which EU members are outside NATO", "4 rows, the first 2 shown"}, // .rows of the settings file
		{".rows 0", "entente>"},
		{".sparql", "FILTER NOT EXISTS"},
		{".explain", "planned in"},
		{"top 3 NATO members by GDP", "3 rows"},
		{".why", "source: World Development Indicators"},
		{".plot", "│█"},
		{".plot line", "┤"},
		{".graph AUKUS", "←─ member of ── "},
		{".describe AUKUS", "AUKUS"},
		{".prefix ex http://example.org/", "entente>"},
		{".prefix", "http://example.org/"},
		{".set year 2004", "entente>"},
		{"SELECT (?year + 1 AS ?next) {}", "2005"},
		{".format csv", "entente>"},
		{"capital of Japan", "city-tokyo"},
		{".format table", "entente>"},
		{".output " + dir + "/out.txt", "entente>"},
		{"is Iceland in NATO", "entente>"},
		{".output", "entente>"},
		{".save " + dir + "/session.ent", "saved 5 statements"},
		{".schema", "things"},
	} {
		term.tmux("send-keys", "C-l")
		term.typed(step.typed, "Enter")
		term.wait(step.shown)
		// Wait for the next prompt, so that steps do not run into each other.
		for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
			lines := strings.Split(strings.TrimRight(term.screen(), "\n "), "\n")
			last := strings.TrimSpace(lines[len(lines)-1])
			if last == "entente>" {
				break
			}
			if strings.HasSuffix(last, "q: stop") {
				term.typed("q")
			}
			if time.Now().After(deadline) {
				t.Fatalf("no prompt after %q:\n%s", step.typed, term.screen())
			}
		}
	}
	out, err := os.ReadFile(dir + "/out.txt")
	if err != nil || !strings.Contains(string(out), "Yes: since ") {
		t.Errorf(".output wrote %q, %v", out, err)
	}
	saved, err := os.ReadFile(dir + "/session.ent")
	if err != nil || !strings.Contains(string(saved), "capital of Japan") {
		t.Errorf(".save wrote %q, %v", saved, err)
	}
}
