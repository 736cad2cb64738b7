//go:build !unix

package storage

func mapMemory(n int) []byte { return make([]byte, n) }

func unmapMemory([]byte) {}
