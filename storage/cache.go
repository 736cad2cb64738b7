package storage

import (
	"sync"
	"sync/atomic"
)

// cache bounds the bytes of what was read from the store: blocks and dictionary
// pages. It is no table: whoever needs a block finds it through the slot in the
// run's index with one atomic load. The cache only knows which slots are full,
// and empties those that were not used lately (the CLOCK algorithm).
type cache struct {
	budget int64
	used   atomic.Int64

	mu   sync.Mutex
	ring []*resident
	hand int
}

// resident is embedded in what the cache can drop.
type resident struct {
	touched atomic.Bool
	cost    atomic.Int64
	drop    func() // empties the slot
	in      atomic.Bool
}

func (r *resident) touch() {
	if !r.touched.Load() {
		r.touched.Store(true)
	}
}

// add enters a resident of a cost in bytes; drop empties its slot.
func (c *cache) add(r *resident, cost int64, drop func()) {
	r.drop = drop
	r.cost.Store(cost)
	r.in.Store(true)
	c.mu.Lock()
	c.ring = append(c.ring, r)
	c.mu.Unlock()
	c.used.Add(cost)
	c.evict()
}

// grow adds to the cost of a resident. What is not in the cache (the rows of
// small runs) is not counted.
func (c *cache) grow(r *resident, cost int64) {
	if c == nil || !r.in.Load() {
		return
	}
	r.cost.Add(cost)
	c.used.Add(cost)
	c.evict()
}

// evict drops residents until the rest fits in the budget.
func (c *cache) evict() {
	if c.used.Load() <= c.budget {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for turns := 2 * len(c.ring); turns > 0 && len(c.ring) > 1 && c.used.Load() > c.budget; turns-- {
		if c.hand >= len(c.ring) {
			c.hand = 0
		}
		r := c.ring[c.hand]
		if r.touched.Swap(false) {
			c.hand++
			continue
		}
		last := len(c.ring) - 1
		c.ring[c.hand] = c.ring[last]
		c.ring[last] = nil
		c.ring = c.ring[:last]
		r.in.Store(false)
		c.used.Add(-r.cost.Swap(0))
		r.drop()
	}
}
