package exec

import (
	"context"
	"slices"

	"github.com/ententedb/entente/graph/encoded"
)

// adjacency is a graph in memory: the successors of node number i are
// to[start[i]:start[i+1]], each once.
type adjacency struct {
	nodes     *keyIndex
	start, to []int32
	seen      []int32 // mark of the last search that visited a node
	mark      int32
	queue     []int32
	out       []encoded.Term
}

func (a *adjacency) bytes() int64 {
	if a == nil {
		return 0
	}
	return a.nodes.bytes() + int64(4*(cap(a.start)+cap(a.to)+cap(a.seen)+cap(a.queue))+8*cap(a.out))
}

// link makes the lists from pairs.
func (a *adjacency) link(ctx context.Context, from, to []int32) error {
	n := a.nodes.size()
	a.start = make([]int32, n+1)
	for _, f := range from {
		a.start[f+1]++
	}
	for i := range n {
		a.start[i+1] += a.start[i]
	}
	a.to = make([]int32, len(to))
	fill := slices.Clone(a.start[:n])
	for i, f := range from {
		if i&(1<<16-1) == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		a.to[fill[f]] = to[i]
		fill[f]++
	}
	a.seen = make([]int32, n)
	return nil
}

// sources returns the nodes that have successors.
func (a *adjacency) sources() []encoded.Term {
	var s []encoded.Term
	for i := range a.nodes.size() {
		if a.start[i] < a.start[i+1] {
			s = append(s, a.nodes.keys[i])
		}
	}
	return s
}

// reach returns the nodes between min and max steps from start, each once.
// The slice is valid until the next call.
func (a *adjacency) reach(ctx context.Context, start encoded.Term, min, max int) ([]encoded.Term, error) {
	var ids [1]int32
	a.nodes.find([][]encoded.Term{{start}}, 1, ids[:])
	a.out = a.out[:0]
	if ids[0] < 0 {
		if min == 0 {
			a.out = append(a.out, start)
		}
		return a.out, nil
	}
	a.mark++
	a.queue = append(a.queue[:0], ids[0])
	a.seen[ids[0]] = a.mark
	expand := func(level []int32) error {
		for i, id := range level {
			if i&1023 == 0 && ctx.Err() != nil {
				return ctx.Err()
			}
			for _, t := range a.to[a.start[id]:a.start[id+1]] {
				if a.seen[t] != a.mark {
					a.seen[t] = a.mark
					a.queue = append(a.queue, t)
				}
			}
		}
		return nil
	}
	for range min {
		level := slices.Clone(a.queue)
		a.queue = a.queue[:0]
		a.mark++
		if err := expand(level); err != nil {
			return nil, err
		}
	}
	for at, steps := 0, min; at < len(a.queue) && (max < 0 || steps < max); steps++ {
		level := a.queue[at:]
		at = len(a.queue)
		if err := expand(level); err != nil {
			return nil, err
		}
	}
	for _, id := range a.queue {
		a.out = append(a.out, a.nodes.keys[id])
	}
	return a.out, nil
}
