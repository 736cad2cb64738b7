package sparql

import (
	"encoding/csv"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/ententedb/entente/query/algebra"
)

// sparqloscope returns the benchmark queries by their descriptions.
func sparqloscope(tb testing.TB) [][2]string {
	f, err := os.Open("../../../shared/bench/sparqloscope-bsbm-5000.csv")
	if err != nil {
		tb.Skip("the benchmark queries are not there: ", err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		tb.Fatal(err)
	}
	var out [][2]string
	for _, r := range rows[1:] {
		out = append(out, [2]string{r[0], r[1]})
	}
	return out
}

// BenchmarkParse_Sparqloscope parses all benchmark queries; ns/query is the mean.
func BenchmarkParse_Sparqloscope(b *testing.B) {
	queries := sparqloscope(b)
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		for _, q := range queries {
			if _, err := Parse(q[1], nil); err != nil {
				b.Fatal(q[0], err)
			}
			n++
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n), "ns/query")
}

// BenchmarkParse_Longest parses the longest benchmark query.
func BenchmarkParse_Longest(b *testing.B) {
	longest := ""
	for _, q := range sparqloscope(b) {
		if len(q[1]) > len(longest) {
			longest = q[1]
		}
	}
	b.SetBytes(int64(len(longest)))
	for b.Loop() {
		if _, err := Parse(longest, nil); err != nil {
			b.Fatal(err)
		}
	}
}

// insertData returns an INSERT DATA of n triples.
func insertData(n int) string {
	var s strings.Builder
	s.WriteString("PREFIX ex: <http://example.org/>\nINSERT DATA {\n")
	for i := range n {
		switch i % 4 {
		case 0:
			fmt.Fprintf(&s, "ex:s%d ex:p%d ex:o%d .\n", i, i%7, i)
		case 1:
			fmt.Fprintf(&s, "<http://example.org/a/%d> a <http://example.org/C%d> .\n", i, i%9)
		case 2:
			fmt.Fprintf(&s, "ex:s%d ex:label \"label %d\"@en .\n", i, i)
		default:
			fmt.Fprintf(&s, "ex:s%d ex:n %d .\n", i, i)
		}
	}
	s.WriteString("}\n")
	return s.String()
}

// BenchmarkParseUpdate_InsertData parses an INSERT DATA of 2,000 triples.
func BenchmarkParseUpdate_InsertData(b *testing.B) {
	text := insertData(2000)
	b.ReportAllocs()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, err := ParseUpdate(text, nil); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkBuild builds the query parser: what the first query of a process waits for.
func BenchmarkBuild(b *testing.B) {
	for b.Loop() {
		build[queryUnit]()
	}
}

// BenchmarkFormat formats all benchmark queries.
func BenchmarkFormat(b *testing.B) {
	var parsed []*algebra.Query
	for _, q := range sparqloscope(b) {
		p, err := Parse(q[1], nil)
		if err != nil {
			b.Fatal(err)
		}
		parsed = append(parsed, p)
	}
	for b.Loop() {
		for _, q := range parsed {
			Format(q)
		}
	}
}
