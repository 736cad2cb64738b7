package algebra

import "math/rand/v2"

// Shuffle puts the patterns of every basic graph pattern of op, those of
// EXISTS included, in another sequence, in place: the answer stays the same,
// and so should the work (`entente bench --permute`). It reports whether there
// was a basic graph pattern of more than one.
func Shuffle(op Op, r *rand.Rand) bool {
	shuffled := false
	Walk(op, func(op Op) bool {
		if b, ok := op.(*BGP); ok && len(b.Patterns) > 1 {
			shuffled = true
			r.Shuffle(len(b.Patterns), func(i, j int) { b.Patterns[i], b.Patterns[j] = b.Patterns[j], b.Patterns[i] })
		}
		return true
	})
	return shuffled
}
