package storage

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/ententedb/entente/graph/encoded"
)

// columnValues makes columns of many shapes.
func columnValues(r *rand.Rand) []encoded.Term {
	n := 1 + r.IntN(maxBlockRows)
	v := make([]encoded.Term, n)
	distinct := 1 + r.IntN(700)
	kind := r.IntN(8)
	x := encoded.Make(encoded.TagIRI, r.Uint64N(1000))
	for i := range v {
		switch kind {
		case 0:
			v[i] = 7
		case 1:
			v[i] = encoded.Make(encoded.TagIRI, r.Uint64N(1<<20))
		case 2:
			v[i] = encoded.Make(encoded.Tag(r.IntN(15)), r.Uint64N(1<<r.IntN(60)))
		case 3:
			v[i] = encoded.Term(r.Uint64N(uint64(distinct)) * 12345678901234567)
		case 4:
			x += encoded.Term(r.IntN(5))
			v[i] = x
		case 5:
			if r.IntN(20) == 0 {
				x += encoded.Term(r.IntN(500))
			}
			v[i] = x
		case 6:
			v[i] = encoded.Term(r.Uint64())
		case 7:
			v[i] = encoded.Make(encoded.Tag(2+i*3/n), uint64(i/3))
		}
	}
	return v
}

func TestColumn_RoundTripAndSearch(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var e columnEncoder
	kinds := map[byte]int{}
	for range 600 {
		v := columnValues(r)
		if r.IntN(2) == 0 {
			slices.Sort(v)
		}
		data := e.append(nil, v)
		var c column
		must(t, c.parse(data, len(v)))
		kinds[c.kind]++
		out := make([]encoded.Term, len(v))
		c.decode(out, 0)
		if !slices.Equal(out, v) {
			t.Fatalf("kind %d: other values", c.kind)
		}
		for range 20 {
			from := r.IntN(len(v))
			to := from + r.IntN(len(v)-from) + 1
			c.decode(out[:to-from], from)
			if !slices.Equal(out[:to-from], v[from:to]) {
				t.Fatalf("kind %d: other values in [%d, %d)", c.kind, from, to)
			}
			if i := r.IntN(len(v)); c.at(i) != v[i] {
				t.Fatalf("kind %d: row %d is %d, want %d", c.kind, i, c.at(i), v[i])
			}
			if !slices.IsSorted(v) {
				continue
			}
			x := v[r.IntN(len(v))] + encoded.Term(r.IntN(3)) - 1
			want, _ := slices.BinarySearch(v[from:to], x)
			if got := c.lower(x, from, to); got != from+want {
				t.Fatalf("kind %d: lower(%d, %d, %d) = %d, want %d", c.kind, x, from, to, got, from+want)
			}
		}
	}
	for k := range columnDelta + 1 {
		if kinds[k] == 0 {
			t.Errorf("no column of kind %d came up", k)
		}
	}
}
