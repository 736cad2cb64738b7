package question

import (
	"math/big"
	"strings"
)

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

var numberWords = map[string]int64{
	"zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
	"thirteen": 13, "fourteen": 14, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "hundred": 100, "dozen": 12,
}

var scaleWords = map[string]int{
	"hundred": 2, "thousand": 3, "k": 3, "million": 6, "millions": 6, "mn": 6, "m": 6, "mio": 6, "billion": 9, "billions": 9, "bn": 9, "b": 9, "trillion": 12, "trillions": 12, "tn": 12,
}

// numberAt reads a number with its scale: "200 million", "1.5bn", "five".
func numberAt(words []word, i int) (int, quantity, bool) {
	key := words[i].Key
	value, isWord := numberWords[key]
	r := new(big.Rat)
	switch {
	case isWord:
		r.SetInt64(value)
	case key[0] >= '0' && key[0] <= '9' || key[0] == '-' && len(key) > 1:
		if _, ok := r.SetString(key); !ok {
			return 0, quantity{}, false
		}
	default:
		return 0, quantity{}, false
	}
	n, q := 1, quantity{}
	for i+n < len(words) {
		scale, ok := scaleWords[words[i+n].Key]
		// A single letter counts only where it touches the number.
		if !ok || len(words[i+n].Key) == 1 && words[i+n].Start != words[i+n-1].End {
			break
		}
		q.scaled = true
		q.scale += scale
		n++
	}
	r.Mul(r, new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(q.scale)), nil)))
	q.text = decimal(r)
	return n, q, true
}

// decimal writes a rational with a finite decimal expansion.
func decimal(r *big.Rat) string {
	if r.IsInt() {
		return r.Num().String()
	}
	return strings.TrimRight(r.FloatString(12), "0")
}
