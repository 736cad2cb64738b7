package main

import (
	"compress/gzip"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"
)

const family = `<http://example.org/ann> <http://example.org/parentOf> <http://example.org/bob> .
<http://example.org/bob> <http://example.org/parentOf> <http://example.org/cid> .
`

// written makes a file in a fresh directory.
func written(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// loaded makes a store of N-Triples.
func loaded(t *testing.T, text string) string {
	t.Helper()
	db := filepath.Join(t.TempDir(), "db")
	if _, errs, code := entente(t, text, "load", "--db", db, "--format", "nt", "-"); code != 0 {
		t.Fatalf("load: exit %d: %s", code, errs)
	}
	return db
}

func TestCLI_ExitCodes(t *testing.T) {
	db := loaded(t, family)
	for _, test := range []struct {
		name string
		args []string
		code int
		err  string // on standard error
	}{
		{"answered", []string{"query", "--db", db, "ASK { ?s ?p ?o }"}, 0, ""},
		{"bad syntax", []string{"query", "--db", db, "SELECT * { ?s ?p ?o"}, 2, "hint: the '{' at line 1, column 10 is not closed"},
		{"fails while running", []string{"query", "--db", db, "SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }"}, 1, "SERVICE"},
		{"no such store", []string{"query", "--db", db + "x", "ASK {}"}, 1, "there is no store"},
		{"unknown flag", []string{"query", "--nosuch"}, 2, "--nosuch"},
		{"unknown format", []string{"query", "--format", "yaml", "ASK {}"}, 2, "--format"},
		{"question not understood", []string{"ask", "which WTO membrs are outside NATO"}, 2, "membrs"},
		{"question answered", []string{"ask", "is Japan in NATO"}, 0, ""},
		{"bad update", []string{"update", "--db", db, "INSERT DATA { ?s ?p ?o }"}, 2, "line 1"},
		{"no such commit", []string{"query", "--db", db, "--at", "99", "ASK {}"}, 1, "no such commit"},
		{"not a moment", []string{"query", "--db", db, "--at", "yesterday", "ASK {}"}, 2, "2026-11-24"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, errs, code := entente(t, "", test.args...)
			if code != test.code || !strings.Contains(errs, test.err) {
				t.Errorf("exit %d, want %d; standard error:\n%s", code, test.code, errs)
			}
		})
	}
}

func TestCLI_AskFormats(t *testing.T) {
	const question = "which EU members are outside NATO"
	table, _, _ := entente(t, "", "ask", question)
	if !strings.HasPrefix(table, "understood as: ") || !strings.HasSuffix(table, "4 rows\n") {
		t.Errorf("table:\n%s", table)
	}
	csv, _, _ := entente(t, "", "ask", "--format", "csv", question)
	if lines := strings.Split(strings.TrimSpace(csv), "\r\n"); len(lines) != 5 || !strings.HasPrefix(lines[1], "https://") {
		t.Errorf("csv:\n%s", csv)
	}
	tsv, _, _ := entente(t, "", "ask", "--format", "tsv", question)
	if !strings.HasPrefix(tsv, "?") || strings.Count(tsv, "\n") != 5 {
		t.Errorf("tsv:\n%s", tsv)
	}
	out, _, _ := entente(t, "", "ask", "--format", "json", question)
	var answer struct {
		Question, Understood, SPARQL string
		Answer                       struct {
			Results struct {
				Bindings []map[string]struct{ Type, Value, Label string }
			}
		}
	}
	if err := json.Unmarshal([]byte(out), &answer); err != nil {
		t.Fatalf("json: %v:\n%s", err, out)
	}
	if answer.Question != question || answer.Understood == "" || len(answer.Answer.Results.Bindings) != 4 {
		t.Errorf("json: %+v", answer)
	}
	for _, b := range answer.Answer.Results.Bindings {
		for _, v := range b {
			if v.Label == "" {
				t.Errorf("%s has no label", v.Value)
			}
		}
	}
	sparql, _, _ := entente(t, "", "ask", "--sparql", question)
	again, errs, code := entente(t, "", "query", "--format", "csv", sparql)
	if code != 0 || !slices.Equal(sortedLines(again), sortedLines(csv)) {
		t.Errorf("the SPARQL of the question has other rows (exit %d, %s):\n%s", code, errs, again)
	}
}

func sortedLines(text string) []string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	slices.Sort(lines)
	return lines
}

func TestCLI_RefusalAsJSON(t *testing.T) {
	out, _, code := entente(t, "", "ask", "--format", "json", "which WTO membrs are outside NATO")
	var refusal struct {
		Error       string
		Position    *int
		Suggestions []string
	}
	if err := json.Unmarshal([]byte(out), &refusal); err != nil {
		t.Fatalf("%v:\n%s", err, out)
	}
	if code != 2 || refusal.Error == "" || refusal.Position == nil || *refusal.Position != 10 || !slices.Contains(refusal.Suggestions, "members") {
		t.Errorf("exit %d: %s", code, out)
	}
}

func TestCLI_QueryFromFileAndStandardInput(t *testing.T) {
	file := written(t, "q.rq", "ASK { pk:FIN pk:memberOf pk:NATO }")
	for _, args := range [][]string{{"query", "-f", file}, {"query", "-"}, {"query"}} {
		out, errs, code := entente(t, "ASK { pk:FIN pk:memberOf pk:NATO }", args...)
		if code != 0 || out != "yes\n" {
			t.Errorf("%v: exit %d, %q, %s", args, code, out, errs)
		}
	}
}

func TestCLI_LoadReportsRate(t *testing.T) {
	out, errs, code := entente(t, family, "load", "--db", filepath.Join(t.TempDir(), "db"), "--format", "nt", "-")
	if code != 0 || !regexp.MustCompile(`(?m)^loaded 2 quads in \S+ \(\d+ quads/s\)\n\z`).MatchString(out) {
		t.Errorf("exit %d: %q %s", code, out, errs)
	}
}

func TestCLI_LoadOfABrokenLineKeepsNothing(t *testing.T) {
	db := loaded(t, family)
	bad := written(t, "bad.nt", "<http://example.org/x> <http://example.org/p> 1 .\n<http://example.org/y> oops .\n")
	_, errs, code := entente(t, "", "load", "--db", db, bad)
	if code == 0 || !strings.Contains(errs, "bad.nt:1:") && !strings.Contains(errs, "bad.nt: line 1, column") {
		t.Errorf("exit %d: %s", code, errs)
	}
	if out, _, _ := entente(t, "", "query", "--db", db, "--format", "csv", "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"); out != "n\r\n2\r\n" {
		t.Errorf("the store has changed: %q", out)
	}
	fresh := filepath.Join(t.TempDir(), "fresh")
	if _, _, code := entente(t, "", "load", "--db", fresh, bad); code == 0 || exists(fresh) {
		t.Errorf("a failed first load left a store (exit %d)", code)
	}
}

func TestCLI_LoadSkipsBadLines(t *testing.T) {
	db := filepath.Join(t.TempDir(), "db")
	out, errs, code := entente(t, family+"oops\n", "load", "--db", db, "--mode", "skip", "--format", "nt", "-")
	if code != 0 || !strings.Contains(out, "loaded 2 quads") || !strings.Contains(errs, "skipped:") {
		t.Errorf("exit %d: %s %s", code, out, errs)
	}
}

func TestCLI_LoadCompressed(t *testing.T) {
	dir := t.TempDir()
	for name, open := range map[string]func(*os.File) interface {
		Write([]byte) (int, error)
		Close() error
	}{
		"a.nt.gz": func(f *os.File) interface {
			Write([]byte) (int, error)
			Close() error
		} {
			return gzip.NewWriter(f)
		},
		"a.nt.zst": func(f *os.File) interface {
			Write([]byte) (int, error)
			Close() error
		} {
			z, _ := zstd.NewWriter(f)
			return z
		},
	} {
		f, err := os.Create(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		w := open(f)
		w.Write([]byte(family))
		w.Close()
		f.Close()
		out, errs, code := entente(t, "", "load", "--db", filepath.Join(dir, "db-"+name), f.Name())
		if code != 0 || !strings.Contains(out, "loaded 2 quads") {
			t.Errorf("%s: exit %d: %s %s", name, code, out, errs)
		}
	}
}

// TestCLI_SecondProcess opens a store here, and in another process: readers go
// together, and who has it for writing is named to others.
func TestCLI_SecondProcess(t *testing.T) {
	db := loaded(t, family)
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	other := func() (string, error) {
		cmd := exec.Command(exe, "query", "--db", db, "ASK {}")
		cmd.Env = append(os.Environ(), asProgram+"=1")
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	store, err := source{db}.openAs(true)
	if err != nil {
		t.Fatal(err)
	}
	if out, err := other(); err != nil || out != "yes\n" {
		t.Errorf("beside a reader: %v: %s", err, out)
	}
	if _, errs, code := entente(t, "", "update", "--db", db, "CLEAR ALL"); code != 1 || !strings.Contains(errs, "in use by other processes, for reading") {
		t.Errorf("an update beside a reader: exit %d: %s", code, errs)
	}
	store.Close()
	store, err = source{db}.openAs(false)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	if out, err := other(); err == nil || !strings.Contains(out, "in use by process ") {
		t.Errorf("beside a writer: %v: %s", err, out)
	}
}

// TestCLI_ReadingMakesNoStore names directories and files that hold none.
func TestCLI_ReadingMakesNoStore(t *testing.T) {
	empty := t.TempDir()
	if _, errs, code := entente(t, "", "query", "--db", empty, "ASK {}"); code != 1 || !strings.Contains(errs, "there is no store at") {
		t.Errorf("exit %d: %s", code, errs)
	}
	if left, err := os.ReadDir(empty); err != nil || len(left) > 0 {
		t.Errorf("something was made: %v, %v", left, err)
	}
	if _, errs, code := entente(t, "", "query", "--db", written(t, "notes.txt", "none"), "ASK {}"); code != 1 || !strings.Contains(errs, "not that of an RDF format") {
		t.Errorf("exit %d: %s", code, errs)
	}
	if out, errs, code := entente(t, "", "query", "--db", written(t, "family.nt", family), "--format", "csv", "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"); out != "n\r\n2\r\n" {
		t.Errorf("a file read into memory: exit %d: %s%s", code, out, errs)
	}
	if _, errs, code := entente(t, "", "query", "INSERT DATA { <http://a> <http://b> 1 }"); code != 2 || !strings.Contains(errs, "entente update") {
		t.Errorf("an update given to query: exit %d: %s", code, errs)
	}
}

// TestCLI_Interrupted interrupts a load that waits for its input.
func TestCLI_Interrupted(t *testing.T) {
	db := loaded(t, family)
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe, "load", "--db", db, "--format", "nt", "-")
	cmd.Env = append(os.Environ(), asProgram+"=1")
	var errs strings.Builder
	cmd.Stderr = &errs
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	// The store is locked once the load has begun.
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		lock, _ := os.ReadFile(filepath.Join(db, "LOCK.entente"))
		if strings.HasPrefix(string(lock), fmt.Sprintf("process %d ", cmd.Process.Pid)) {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("the load has not begun")
		}
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	err = cmd.Wait() // although its input has not ended
	in.Close()
	if cmd.ProcessState.ExitCode() != exitInterrupted || !strings.Contains(errs.String(), "nothing of what was read is kept") {
		t.Errorf("%v: %s", err, errs.String())
	}
	if out, _, _ := entente(t, "", "query", "--db", db, "--format", "csv", "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"); out != "n\r\n2\r\n" {
		t.Errorf("the store has changed: %q", out)
	}
}

func TestCLI_ConvertBetweenAllFormats(t *testing.T) {
	formats := []string{"ntriples", "nquads", "turtle", "trig", "rdfxml", "jsonld"}
	for _, from := range formats {
		source, errs, code := entente(t, family, "convert", "--from", "ntriples", "--to", from, "-")
		if code != 0 {
			t.Errorf("to %s: %s", from, errs)
			continue
		}
		for _, to := range formats {
			there, errs, code := entente(t, source, "convert", "--from", from, "--to", to, "-")
			if code != 0 {
				t.Errorf("%s to %s: %s", from, to, errs)
				continue
			}
			back, errs, code := entente(t, there, "convert", "--from", to, "--to", "ntriples", "-")
			if code != 0 || !slices.Equal(sortedLines(back), sortedLines(family)) {
				t.Errorf("%s to %s and back: exit %d %s\n%s", from, to, code, errs, back)
			}
		}
	}
}

func TestCLI_DumpAndLoadRoundTrip(t *testing.T) {
	first, errs, code := entente(t, "", "dump", "--format", "nquads")
	if code != 0 {
		t.Fatal(errs)
	}
	db := filepath.Join(t.TempDir(), "db")
	if _, errs, code := entente(t, first, "load", "--db", db, "--format", "nquads", "-"); code != 0 {
		t.Fatal(errs)
	}
	count := "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
	a, _, _ := entente(t, "", "query", "--format", "csv", count)
	b, _, _ := entente(t, "", "query", "--format", "csv", "--db", db, count)
	if a != b || a == "" {
		t.Errorf("%q became %q", a, b)
	}
	if out, errs, code := entente(t, "", "check", "--db", db); code != 0 {
		t.Errorf("check: %s %s", out, errs)
	}
}

func TestCLI_BackupRestoreCompactLog(t *testing.T) {
	db := filepath.Join(t.TempDir(), "db")
	entente(t, family, "load", "--db", db, "--keep-history", "9", "--format", "nt", "-")
	dir := t.TempDir()
	full, next, restored := filepath.Join(dir, "full.zst"), filepath.Join(dir, "next.zst"), filepath.Join(dir, "restored")
	for _, args := range [][]string{
		{"backup", "--db", db, full},
		{"update", "--db", db, "--keep-history", "9", "INSERT DATA { <http://example.org/dan> <http://example.org/age> 7 }"},
		{"backup", "--db", db, "--since", full, next},
		{"restore", "--db", restored, full, next},
	} {
		if _, errs, code := entente(t, "", args...); code != 0 {
			t.Fatalf("%v: %s", args, errs)
		}
	}
	if out, _, _ := entente(t, "", "query", "--db", restored, "ASK { <http://example.org/dan> <http://example.org/age> 7 }"); out != "yes\n" {
		t.Errorf("the restored store lacks the update: %q", out)
	}
	if out, _, _ := entente(t, "", "query", "--db", db, "--at", "1", "ASK { <http://example.org/dan> <http://example.org/age> 7 }"); out != "no\n" {
		t.Errorf("--at 1 shows what came later: %q", out)
	}
	if out, _, _ := entente(t, "", "log", "--db", db); strings.Count(out, "kept") != 2 || !strings.Contains(out, "+1 -0") {
		t.Errorf("log:\n%s", out)
	}
	if out, errs, code := entente(t, "", "compact", "--db", db); code != 0 || !strings.HasPrefix(out, "1 runs") {
		t.Errorf("compact: exit %d: %s%s", code, out, errs)
	}
	if out, _, _ := entente(t, "", "info", "--db", db); !strings.Contains(out, "inserts") || !strings.Contains(out, "dictionary") {
		t.Errorf("info:\n%s", out)
	}
}

func TestCLI_ScriptsAreTests(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
		return path
	}
	write("sub/../inner.ent", "is Japan in NATO\nexpect no\n")
	good := write("good.ent", "#!/usr/bin/env -S entente run\nwhich EU members are outside NATO\nexpect {\n  Austria\n  Cyprus\n  Ireland\n  Malta\n}\n"+
		"SELECT ?n { VALUES ?n { 2003 2004 2005 } FILTER(?n = ?year) }\nexpect value 2004\n.run inner.ent\n")
	if out, errs, code := entente(t, "", "run", "--set", "year=2004", good); code != 0 || !strings.Contains(out, "4 rows") {
		t.Errorf("exit %d: %s%s", code, out, errs)
	}
	text, _ := os.ReadFile(good)
	bad := write("bad.ent", strings.Replace(string(text), "Cyprus", "Sweden", 1))
	_, errs, code := entente(t, "", "run", "--set", "year=2004", bad)
	if code != 1 || !strings.Contains(errs, "- Sweden") || !strings.Contains(errs, "+ Cyprus") || !strings.Contains(errs, "bad.ent:3") {
		t.Errorf("exit %d, the difference is not shown: %s", code, errs)
	}
	write("inner.ent", "is Japan in NATO\nexpect yes\n")
	if _, errs, code := entente(t, "", "run", "--set", "year=2004", good); code != 1 || !strings.Contains(errs, "inner.ent:2") {
		t.Errorf("an expect line in an included file does not count: exit %d, %s", code, errs)
	}
	if out, errs, code := entente(t, "is Japan in NATO\nexpect no\n", "run", "-"); code != 0 || !strings.HasSuffix(out, "\nNo.\n") {
		t.Errorf("standard input: exit %d: %s%s", code, out, errs)
	}
	if _, errs, code := entente(t, "SELECT * { ?s }\nis Japan in NATO\nexpect yes\nis Iceland in NATO\nexpect no\n", "run", "--keep-going", "-"); code != 2 ||
		strings.Count(errs, "standard input:") != 3 {
		t.Errorf("not all failures are shown: exit %d: %s", code, errs)
	}
	if out, errs, code := entente(t, "SELECT ?name {}", "run", "--format", "csv", "--set", `name=x" } ; DROP ALL #`, "-"); out != "name\r\n\"x\"\" } ; DROP ALL #\"\r\n" {
		t.Errorf("a parameter is not text: exit %d: %s%s", code, out, errs)
	}
	out, errs, code := entente(t, "", "run", "--set", "year=2004", "--keep-going", "--report", "tap", bad)
	if code != 1 || !strings.HasPrefix(out, "TAP version 13\nnot ok 1 - ") || !strings.Contains(out, "ok 2 - ") || !strings.HasSuffix(out, "1..3\n") ||
		!strings.Contains(out, "# - Sweden") || errs != "" {
		t.Errorf("exit %d, %s:\n%s", code, errs, out)
	}
	out, _, code = entente(t, "", "run", "--set", "year=2004", "--keep-going", "--report", "junit", bad)
	var suites struct {
		Suite []struct {
			Tests    int `xml:"tests,attr"`
			Failures int `xml:"failures,attr"`
		} `xml:"testsuite"`
	}
	if err := xml.Unmarshal([]byte(out), &suites); err != nil || code != 1 || len(suites.Suite) != 2 || suites.Suite[0].Tests+suites.Suite[1].Tests != 3 {
		t.Errorf("exit %d, %v:\n%s", code, err, out)
	}
	if _, errs, code := entente(t, "SELECT * { ?s", "run", "-"); code != 2 || !strings.Contains(errs, "^") {
		t.Errorf("a mistake: exit %d: %s", code, errs)
	}
}
