package partnerships_test

import (
	"crypto/sha256"
	"encoding/csv"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"
)

// reference is the collection of files that the tables are checked against. It
// is no part of the repository.
const reference = "../../../shared/reference"

var rewrite = flag.Bool("rewrite", false, "record the checksums of the tables as checked, and print new disagreements as rows for disagreements.csv")

// check compares our facts with those of the reference and counts by topic.
type check struct {
	t        *testing.T
	compared map[string]int
	differ   map[string]int
	found    map[disagreement]bool
	// days holds, for each of our dates to the day that a reference gives to
	// the day as well, whether at least one reference agrees, and topicDays
	// which of them each topic compares.
	days      map[string]bool
	topicDays map[string][]disagreement
}

// verdicts are what a disagreement can come down to.
var verdicts = map[string]string{
	"error":    "the list is mistaken: a placeholder, the date of another state, a missing or wrong row",
	"dated":    "the list is older than the fact",
	"scope":    "the list covers less, such as today's members only",
	"counting": "both are right, each by its own way of counting",
	"open":     "the lists contradict each other; we chose",
}

// disagreement is a fact that we state differently from a reference file.
type disagreement struct{ topic, item, ours, theirs string }

// fact compares one fact. Dates of different precision agree if they agree as
// far as both are known.
func (c *check) fact(topic, item, ours, theirs string) {
	c.compared[topic]++
	if isDay(ours) && isDay(theirs) {
		c.days[item] = c.days[item] || ours == theirs
		c.topicDays[topic] = append(c.topicDays[topic], disagreement{topic, item, ours, theirs})
	}
	if ours == theirs || isDate(ours) && isDate(theirs) && samePrefix(ours, theirs) {
		return
	}
	c.differ[topic]++
	c.found[disagreement{topic, item, ours, theirs}] = true
}

func isDate(s string) bool {
	return len(s) >= 4 && strings.Trim(s, "0123456789-") == ""
}

func isDay(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

func samePrefix(a, b string) bool {
	n := min(len(a), len(b))
	return a[:n] == b[:n]
}

// readCSV returns the rows of a reference file as maps by column.
func readCSV(t *testing.T, name string) []map[string]string {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.FieldsPerRecord = -1
	records, err := r.ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	var rows []map[string]string
	for _, record := range records[1:] {
		row := map[string]string{}
		for i, column := range records[0] {
			if i < len(record) {
				row[strings.TrimPrefix(column, "\ufeff")] = strings.TrimSpace(record[i])
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// id returns our identifier for a code of the reference.
func id(code string) string {
	switch code {
	case "EUU", "EUE":
		return "EU"
	case "UNK":
		return "XKX"
	}
	return code
}

// TestCheckAgainstReference compares every organisation and series that the
// reference covers, prints the agreement per topic, and fails on a difference
// that data/disagreements.csv does not explain, and on an explanation of a
// difference that is no more. Without the reference it verifies that the
// tables are those that were checked.
func TestCheckAgainstReference(t *testing.T) {
	sums := checksums(t)
	if _, err := os.Stat(reference); err != nil {
		recorded, err := os.ReadFile("data/CHECKED")
		if err != nil {
			t.Fatal(err)
		}
		if string(recorded) != sums {
			t.Error("the tables differ from those last checked against the reference; data/CHECKED names the checked ones")
		}
		t.Skip("no comparison: ../shared/reference is not there; the tables are those recorded in data/CHECKED")
	}
	c := &check{t: t, compared: map[string]int{}, differ: map[string]int{}, found: map[disagreement]bool{}, days: map[string]bool{}, topicDays: map[string][]disagreement{}}
	c.countries()
	c.series()
	c.memberships()
	c.correlates()
	c.treaties()

	recorded := map[disagreement]string{}
	byVerdict := map[[2]string]int{}
	for _, r := range readCSV(c.t, "data/disagreements.csv") {
		d := disagreement{r["topic"], r["item"], r["ours"], r["theirs"]}
		recorded[d] = r["verdict"]
		byVerdict[[2]string{d.topic, r["verdict"]}]++
		if !c.found[d] {
			t.Errorf("recorded disagreement is no more: %v", d)
		}
		if verdicts[r["verdict"]] == "" || r["reason"] == "" {
			t.Errorf("disagreement without a verdict or a reason: %v", d)
		}
	}
	var unexplained []disagreement
	for d := range c.found {
		if recorded[d] == "" {
			unexplained = append(unexplained, d)
		}
	}
	slices.SortFunc(unexplained, func(a, b disagreement) int {
		return strings.Compare(a.topic+a.item, b.topic+b.item)
	})
	out := csv.NewWriter(os.Stdout)
	for _, d := range unexplained {
		t.Errorf("%s: %s: ours %q, theirs %q", d.topic, d.item, d.ours, d.theirs)
		if *rewrite {
			_ = out.Write([]string{d.topic, d.item, d.ours, d.theirs, "", ""})
		}
	}
	out.Flush()

	topics := make([]string, 0, len(c.compared))
	for topic := range c.compared {
		topics = append(topics, topic)
	}
	sort.Strings(topics)
	t.Log("per topic: facts that agree, of those compared; the others by verdict; dates to the day that agree with a list or are settled")
	for _, topic := range topics {
		n, bad := c.compared[topic], c.differ[topic]
		line := fmt.Sprintf("%-46s %6d of %6d agree  %6.2f %%", topic, n-bad, n, 100*float64(n-bad)/float64(n))
		for _, v := range []string{"error", "dated", "scope", "counting", "open"} {
			if k := byVerdict[[2]string{topic, v}]; k > 0 {
				line += fmt.Sprintf("  %s %d", v, k)
			}
		}
		if days := len(c.topicDays[topic]); days > 0 {
			good := 0
			for _, d := range c.topicDays[topic] {
				if v := recorded[d]; c.days[d.item] || v != "" && v != "open" {
					good++
				}
			}
			line += fmt.Sprintf("; days %d of %d", good, days)
			if good*100 < days*99 {
				t.Errorf("%s: %d of %d dates to the day agree with a list or are settled, want 99 %%", topic, good, days)
			}
		}
		t.Log(line)
	}
	agree := 0
	for _, ok := range c.days {
		if ok {
			agree++
		}
	}
	t.Logf("%-46s %6d of %6d agree  %6.2f %%", "dates to the day, with at least one list", agree, len(c.days), 100*float64(agree)/float64(len(c.days)))
	if agree*100 < len(c.days)*99 {
		t.Error("fewer than 99 % of the dates to the day agree with any list")
	}
	if *rewrite && len(unexplained) == 0 {
		if err := os.WriteFile("data/CHECKED", []byte(sums), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if checked, err := os.ReadFile("data/CHECKED"); err != nil || string(checked) != sums {
		t.Error("data/CHECKED is not that of these tables: once they agree, run go test -run TestCheck -rewrite")
	}
}

// checksums returns the SHA-256 of every table, one line each.
func checksums(t *testing.T) string {
	t.Helper()
	var out strings.Builder
	err := filepath.WalkDir("data", func(path string, d fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".csv" {
			return err
		}
		text, err := os.ReadFile(path)
		if err == nil {
			fmt.Fprintf(&out, "%x  %s\n", sha256.Sum256(text), filepath.ToSlash(path))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out.String()
}
