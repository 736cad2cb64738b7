package plan

import (
	"slices"

	"github.com/ententedb/entente/query/algebra"
)

// sorted returns the variables of a set in the order of their names, so that
// plans do not depend on the order of a map.
func sorted(s set) []algebra.Var {
	out := make([]algebra.Var, 0, len(s))
	for v := range s {
		out = append(out, v)
	}
	slices.Sort(out)
	return out
}
