package main

import "github.com/dustin/go-humanize"

// byteSize is a number of bytes, written as "512MiB" or "1GB".
type byteSize uint64

// UnmarshalText reads the flag.
func (b *byteSize) UnmarshalText(text []byte) error {
	n, err := humanize.ParseBytes(string(text))
	*b = byteSize(n)
	return err
}

// String prints the size with a binary unit.
func (b byteSize) String() string { return humanize.IBytes(uint64(b)) }
