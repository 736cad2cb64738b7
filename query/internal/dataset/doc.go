// Package dataset declares what the query engine reads and writes through.
// Package query exports these interfaces under the same names; they stand here
// so that the engine's inner packages can use them too.
package dataset
