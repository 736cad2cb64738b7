// Package query answers SPARQL and plain-English questions over a [Dataset].
package query
