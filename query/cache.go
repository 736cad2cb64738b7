package query

import (
	"container/list"
	"fmt"
	"strings"
	"sync"

	"github.com/ententedb/entente/query/algebra"
)

// Cache keeps the parsed form and the last plan of queries that come again, for
// one store: [WithCache] hands it to [Run]. A plan is used again while the data
// have the same [Dataset].Version, so it is the one that would be made anew; results
// are not kept. Parsing and planning take 0.08 ms together (the median of the
// Sparqloscope queries), 0.1 ms more where the planner samples: it pays for queries that
// are answered from the index.
//
// It is safe for concurrent use. The queries used last stay, up to 1 MiB of text.
type Cache struct {
	mu      sync.Mutex
	entries map[string]*list.Element
	recent  list.List // of *cached, the last used in front
	size    int       // of the keys, in bytes
}

// cacheSize is the most text that a cache keeps; a tree takes some ten times its text.
const cacheSize = 1 << 20

// cached is a query, in a cache if it has a key. It is not changed: another plan is another cached.
type cached struct {
	key     string
	query   *algebra.Query
	plan    algebra.Op // nil: not planned yet
	version uint64     // of the dataset that it was planned for
}

// WithCache lets Run look for the query in c, which must have been used with
// the same store only. Queries with [WithBinding] are parsed but once, and planned
// each time.
func WithCache(c *Cache) Option { return func(cfg *config) { cfg.cache = c } }

// cacheKey is what the parsed form and the plan depend on, beside the data.
func (c *config) cacheKey(text string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%t %t %q %q %q %q ", c.union, c.dataset.Given, c.base, c.prefixes, c.dataset.Default, c.dataset.Named)
	b.WriteString(text)
	return b.String()
}

// get returns the entry of a key, nil if there is none.
func (c *Cache) get(key string) *cached {
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.entries[key]
	if e == nil {
		return nil
	}
	c.recent.MoveToFront(e)
	return e.Value.(*cached)
}

// put adds a query, or replaces it, and drops what was not used for longest.
func (c *Cache) put(entry *cached) {
	if len(entry.key) > cacheSize/4 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if e := c.entries[entry.key]; e != nil {
		e.Value = entry
		c.recent.MoveToFront(e)
		return
	}
	if c.entries == nil {
		c.entries = map[string]*list.Element{}
	}
	c.entries[entry.key] = c.recent.PushFront(entry)
	c.size += len(entry.key)
	for c.size > cacheSize {
		last := c.recent.Back()
		old := c.recent.Remove(last).(*cached)
		delete(c.entries, old.key)
		c.size -= len(old.key)
	}
}

// prepare is Prepare through the cache, if there is one.
func (c *config) prepare(text string) (*cached, error) {
	var key string
	if c.cache != nil {
		key = c.cacheKey(text)
		if e := c.cache.get(key); e != nil {
			return e, nil
		}
	}
	q, err := c.parse(text)
	if err != nil {
		return nil, err
	}
	e := &cached{key: key, query: q}
	if c.cache != nil {
		c.cache.put(e)
	}
	return e, nil
}
