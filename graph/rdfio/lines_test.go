package rdfio

import (
	"os"
	"os/exec"
	"testing"

	"github.com/ententedb/entente/graph"
)

func BenchmarkParseLines(b *testing.B) {
	const file = "../../../shared/bench/bsbm-5000.nt.zst"
	if _, err := os.Stat(file); err != nil {
		b.Skip("needs " + file)
	}
	data, err := exec.Command("sh", "-c", "zstd -dc "+file+" | head -200000").Output()
	if err != nil {
		b.Skip("needs zstd: ", err)
	}
	chunk := string(data)
	b.SetBytes(int64(len(chunk)))
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		err := ParseLines(chunk, 1, NTriples, func(graph.Quad) error { n++; return nil })
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "triples/s")
}
