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
	return newTerminalWith(t, config, nil, args...)
}

func newTerminalWith(t *testing.T, config string, env []string, args ...string) *terminal {
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
	// Without a PATH there is no less, and the pager is our own.
	environment := append([]string{asProgram + "=1", "TERM=xterm", "XDG_CONFIG_HOME=" + config, "PATH=/nowhere"}, env...)
	command := fmt.Sprintf("env -u PAGER -u NO_COLOR %s %s %s", strings.Join(environment, " "), exe, strings.Join(args, " "))
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
		case "Enter", "Tab", "C-c", "C-d", "C-l", "C-r", "C-u", "Up", "Space":
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

func TestREPL_Completes(t *testing.T) {
	term := newTerminal(t, t.TempDir())
	for _, c := range []struct{ typed, shown string }{
		{"which WTO mem", "which WTO member"},
		{"capital of cote d", "capital of Côte d'Ivoire"}, // accents and spaces come by themselves
		{"is são tomé and príncipe d", "is São Tomé and Príncipe dobra"},
		{"SEL", "> SELECT\n"},
		{"SELECT * { ?c pk:memb", "?c pk:memberOf"},
		{"SELECT * { ?c a pk:FormerState ; pk:su", "pk:successorOf"}, // states have a subregion too
		{"SELECT * { ?c pk:memberOf pk:NATO {| pk:si", "{| pk:since"},
		{"SELECT * { ?c a pk:Cur", "pk:Currency"},
		{"SELECT * { ?c pk:memberOf nato", "pk:memberOf pk:NATO"}, // by its label
		{"SELECT ?city { ?c pk:capital ?ci", "pk:capital ?city"},
		{"SELECT * { ?c pk:memberOf ?o } ORD", "} ORDER\n"},
		{".describe côte d'ivoire–gh", ".describe Côte d'Ivoire–Ghana bilateral investment treaty"},
		{".expl", "> .explain\n"},
		{".explain which WTO mem", ".explain which WTO member"},
		{".format j", "> .format json\n"},
		{".help pl", ".help plot"},
	} {
		term.typed("C-u", "C-l", c.typed, "Tab")
		term.wait(c.shown)
	}
	term.typed("C-u", "C-l", "which WTO mem", "Tab")
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
	term.typed("C-c", "C-l", "SELECT * { ?c a pk:Currency ; ", "Tab", "Tab") // those that currencies have
	if screen := term.wait("rdfs:label"); strings.Contains(screen, "pk:memberOf") {
		t.Errorf("predicates are offered that no currency has:\n%s", screen)
	}
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
	term.typed("C-l", ".help plot", "Enter")
	term.wait("defence spending of Poland by year")
}

func TestREPL_PagerStopsWithQ(t *testing.T) {
	term := newTerminal(t, t.TempDir())
	term.typed("which WTO members are outside NATO", "Enter")
	if screen := term.wait("-- 29 lines -- space: more"); !strings.Contains(screen, "understood as:") {
		t.Errorf("the first lines are off the screen:\n%s", screen)
	}
	term.typed("Enter")
	term.wait("-- 30 lines --")
	term.typed("Space")
	term.wait("-- 59 lines --")
	term.typed("q", "is Japan in NATO", "Enter")
	if screen := term.wait("No. ("); strings.Contains(screen, "134 rows") {
		t.Errorf("the pager went on after q:\n%s", screen)
	}
}

// TestREPL_LongAnswersAreMadeAsTheyAreRead leaves an answer that would take minutes
// after its first page.
func TestREPL_LongAnswersAreMadeAsTheyAreRead(t *testing.T) {
	term := newTerminal(t, t.TempDir())
	term.typed("SELECT ?a ?b ?c { ?a pk:memberOf ?x . ?b pk:memberOf ?y . ?c pk:memberOf ?z }", "Enter")
	term.wait("space: more")
	term.typed("q", "is Japan in NATO", "Enter")
	term.wait("No. (")
}

func TestREPL_PagerOfTheUser(t *testing.T) {
	config := t.TempDir()
	seen := filepath.Join(config, "seen")
	term := newTerminalWith(t, config, []string{"PATH=/bin:/usr/bin", "PAGER='tee " + seen + " | tail -n 1'"})
	term.typed("which WTO members are outside NATO", "Enter")
	term.wait("134 rows (")
	term.wait("entente> ")
	if text, err := os.ReadFile(seen); err != nil || !strings.HasPrefix(string(text), "understood as:") || strings.Count(string(text), "\n") != 139 {
		t.Errorf("$PAGER saw %q, %v", text, err)
	}
}

func TestREPL_NoColor(t *testing.T) {
	bold := func(env ...string) string {
		term := newTerminalWith(t, t.TempDir(), env)
		term.typed("which EU members are outside NATO", "Enter")
		term.wait("4 rows (")
		return term.tmux("capture-pane", "-p", "-e")
	}
	if screen := bold(); !strings.Contains(screen, "\x1b[1mmember") {
		t.Errorf("the head is not bold:\n%q", screen)
	}
	if screen := bold("NO_COLOR=1"); strings.Contains(screen, "\x1b[1m") {
		t.Errorf("NO_COLOR is not respected:\n%q", screen)
	}
}

func TestREPL_FitsANarrowTerminal(t *testing.T) {
	term := newTerminal(t, t.TempDir())
	term.tmux("resize-window", "-x", "40", "-y", "30")
	term.typed("SELECT ?c ?l ?org { ?c pk:memberOf ?o . ?o rdfs:label ?org . ?c rdfs:label ?l } LIMIT 3", "Enter")
	screen := term.wait("3 rows (")
	for _, line := range strings.Split(screen, "\n") {
		if strings.Contains(line, "│") && len([]rune(line)) > 40 {
			t.Errorf("a row is wider than the terminal: %q", line)
		}
	}
	if !strings.Contains(screen, "…") {
		t.Errorf("nothing was cut:\n%s", screen)
	}
}

func TestREPL_LongLinesWrap(t *testing.T) {
	term := newTerminal(t, t.TempDir())
	term.typed("SELECT ?country ?capital { ?country a pk:State ; pk:capital ?capital ; pk:memberOf pk:AUKUS ; pk:memberOf pk:G7 ; pk:mem", "Tab")
	screen := term.wait("> SELECT ?country ?capital")
	if term.wait("pk:memberOf\n"); !strings.Contains(screen, "entente> SELECT") {
		t.Errorf("the beginning is out of sight:\n%s", screen)
	}
	term.typed("pk:NATO }", "Enter")
	term.wait("2 rows (")
}

func TestREPL_CtrlDLeaves(t *testing.T) {
	term := newTerminal(t, t.TempDir())
	term.typed("C-d")
	deadline := time.Now().Add(10 * time.Second)
	for exec.Command("tmux", "-L", term.socket, "has-session").Run() == nil {
		if time.Now().After(deadline) {
			t.Fatalf("still there:\n%s", term.screen())
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// TestREPL_LooksAtThePast loads, updates and looks back.
func TestREPL_LooksAtThePast(t *testing.T) {
	dir := t.TempDir()
	db := filepath.Join(dir, "db")
	entente(t, family, "load", "--db", db, "--keep-history", "9", "--format", "nt", "-")
	if err := os.WriteFile(filepath.Join(dir, "more.ttl"), []byte("<http://example.org/dan> <http://example.org/age> 7 ."), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "count.ent"), []byte("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	term := newTerminal(t, t.TempDir(), "--db", db)
	term.typed(".load "+dir+"/mo", "Tab", "Enter")
	term.wait("loaded 1 quads")
	term.typed("INSERT DATA { <http://example.org/eve> <http://example.org/age> 9 }", "Enter")
	term.wait("inserted 1, deleted 0 (")
	for _, step := range []struct{ at, rows string }{{".at 1", " 2\n"}, {".at 2", " 3\n"}, {".at now", " 4\n"}} {
		term.typed("C-l", step.at, "Enter", ".run "+dir+"/count.ent", "Enter")
		term.wait(step.rows)
	}
	term.typed(".at 99", "Enter")
	term.wait("no such commit")
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

// TestREPL_HistoryKeepsStatementsOfSeveralLines types one, and finds it again in one
// line, at once, in another session.
func TestREPL_HistoryKeepsStatementsOfSeveralLines(t *testing.T) {
	config := t.TempDir()
	term := newTerminal(t, config)
	term.typed("SELECT ?c { # who", "Enter", "  ?c pk:memberOf pk:AUKUS", "Enter", "}", "Enter", "Enter")
	term.wait("3 rows")
	term = newTerminal(t, config)
	term.typed("Up")
	term.wait("entente> SELECT ?c { ?c pk:memberOf pk:AUKUS }")
	term.typed("Enter")
	term.wait("3 rows")
}

func TestREPL_StartsWithoutAHistory(t *testing.T) {
	file := written(t, "config", "")
	term := newTerminal(t, file)
	term.wait("is not kept for later sessions")
	term.typed("is Japan in NATO", "Enter")
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
		{"defence spending of Poland by year", "rows"},
		{".plot", "defence spending by year"},
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
		{".save " + dir + "/session.ent", "saved 6 statements"},
		{".schema", "in SPARQL"},
		{".labels off", "entente>"},
		{"which EU members are outside NATO", "pk:AUT"},
		{".labels", "off"},
		{".analyze", "ran in"},
		{".timer on", "entente>"},
		{"DESCRIBE pk:AUKUS", " statements ("},
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
