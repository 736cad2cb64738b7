package main

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"

	"github.com/ententedb/entente/query"
)

// process is what a process needs beside caches and queries: the program,
// connections, the engine's tables in memory.
const (
	process    = 256 << 20
	storeCache = 256 << 20 // the default of storage.Options.Cache
)

// limitMemory sets the soft limit of Go's heap for a process that answers so many
// queries at once, each with this budget (0 is the default): the cache, the
// budgets, and what the process needs besides, but not more than nine tenths
// of the memory that it may have. Nearer to it the collector runs more often, where it
// would otherwise let the heap become twice as large as what is in use. GOMEMLIMIT,
// if it is set, stands.
func limitMemory(queries int, budget int64) {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryLimit(queries, budget, memoryThere("/")))
	}
}

// memoryLimit is the rule of limitMemory; there is the memory that the process may
// have, 0 if that is not known.
func memoryLimit(queries int, budget, there int64) int64 {
	if budget <= 0 {
		budget = query.DefaultMemory
	}
	limit := int64(math.MaxInt64)
	if n := int64(max(queries, 1)); budget < (limit-storeCache-process)/n {
		limit = storeCache + process + n*budget
	}
	if there > 0 {
		limit = min(limit, there/10*9)
	}
	return limit
}

// memoryThere returns the least of the machine's memory and the limits of the
// process's control groups, of either version, as Linux tells them below
// root; 0 if it does not.
func memoryThere(root string) int64 {
	least := int64(0)
	take := func(n int64) {
		if n > 0 && (least == 0 || n < least) {
			least = n
		}
	}
	info, _ := os.ReadFile(filepath.Join(root, "proc/meminfo"))
	if _, rest, ok := bytes.Cut(info, []byte("MemTotal:")); ok {
		if f := bytes.Fields(rest); len(f) > 0 {
			n, _ := strconv.ParseInt(string(f[0]), 10, 64)
			take(n << 10)
		}
	}
	limits := []string{"sys/fs/cgroup/memory.max", "sys/fs/cgroup/memory/memory.limit_in_bytes"}
	own, _ := os.ReadFile(filepath.Join(root, "proc/self/cgroup"))
	for line := range bytes.Lines(own) {
		if path, ok := bytes.CutPrefix(bytes.TrimSpace(line), []byte("0::")); ok {
			for dir := string(path); len(dir) > 1; dir = filepath.Dir(dir) {
				limits = append(limits, filepath.Join("sys/fs/cgroup", dir, "memory.max"))
			}
		}
	}
	for _, name := range limits {
		text, _ := os.ReadFile(filepath.Join(root, name))
		n, _ := strconv.ParseInt(string(bytes.TrimSpace(text)), 10, 64) // "max" is no number
		take(n)
	}
	return least
}
