package main

import (
	"math"
	"os"
	"path/filepath"
	"testing"
)

func TestMemoryLimit(t *testing.T) {
	const gib = 1 << 30
	for _, c := range []struct {
		queries            int
		budget, there, out int64
	}{
		{1, 0, 0, gib + gib/2},                    // the default budget
		{16, gib, 0, 16*gib + gib/2},              // a server's
		{16, gib, 10 * gib, 10 * gib / 10 * 9},    // less is there
		{4, 100 << 20, 10 * gib, 912 << 20},       // small budgets count where more is there
		{16, math.MaxInt64 / 2, 0, math.MaxInt64}, // no overflow
	} {
		if got := memoryLimit(c.queries, c.budget, c.there); got != c.out {
			t.Errorf("%d queries of %d bytes, %d there: %d, not %d", c.queries, c.budget, c.there, got, c.out)
		}
	}
}

func TestMemoryThere(t *testing.T) {
	for _, c := range []struct {
		name  string
		files map[string]string
		out   int64
	}{
		{"nothing known", nil, 0},
		{"machine", map[string]string{"proc/meminfo": "MemTotal:  2048 kB\nMemFree: 1 kB\n"}, 2 << 20},
		{"no limit", map[string]string{"proc/meminfo": "MemTotal:  2048 kB\n", "sys/fs/cgroup/memory.max": "max\n"}, 2 << 20},
		{"container", map[string]string{"proc/meminfo": "MemTotal:  2048 kB\n", "sys/fs/cgroup/memory.max": "1048576\n"}, 1 << 20},
		{"version 1", map[string]string{"proc/meminfo": "MemTotal:  2048 kB\n", "sys/fs/cgroup/memory/memory.limit_in_bytes": "1048577\n"}, 1<<20 + 1},
		{"slice above", map[string]string{"proc/meminfo": "MemTotal:  2048 kB\n", "proc/self/cgroup": "0::/a.slice/b.service\n",
			"sys/fs/cgroup/a.slice/b.service/memory.max": "max\n", "sys/fs/cgroup/a.slice/memory.max": "4096\n"}, 4096},
	} {
		root := t.TempDir()
		for name, text := range c.files {
			path := filepath.Join(root, name)
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if got := memoryThere(root); got != c.out {
			t.Errorf("%s: %d, not %d", c.name, got, c.out)
		}
	}
}
