// Package xsd holds the values of the XML Schema datatypes that SPARQL
// computes with: exact decimals and integers, floating point numbers, dates
// and times with optional time zones, durations, booleans.
//
// Parsers take the lexical forms of XML Schema 1.1 Part 2, without the white
// space that collapses away, and return [ErrLexical] for others. Values are immutable
// and may be shared. Canonical forms are those of XML Schema 1.1, except that
// a decimal with a whole value keeps ".0" ([Decimal.String]), as in XML Schema
// 1.0, so that it stays recognisable as a decimal in every RDF syntax.
package xsd

import "errors"

// Errors of this package. They are returned as they are, without detail,
// because a wrong lexical form is ordinary data to a query.
var (
	// ErrLexical says that a text is not in the lexical space of the datatype.
	ErrLexical = errors.New("xsd: not in the lexical space")
	// ErrRange says that a result cannot be represented.
	ErrRange = errors.New("xsd: value out of range")
	// ErrDivision says that a number was divided by zero.
	ErrDivision = errors.New("xsd: division by zero")
)
