// Package encoded holds the words in which the store and the query engine
// speak to each other: terms as 64-bit numbers, patterns, sort orders, batches
// of columns, and the contract of a scan.
//
// Neither side imports the other; both import this package. It holds no state.
package encoded
