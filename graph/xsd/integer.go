package xsd

import "math/big"

// IntegerType is xsd:integer or one of the types derived from it.
type IntegerType uint8

// The integer types; NotInteger is none of them. The numbers are kept in
// stored data: new ones go to the end.
const (
	NotInteger IntegerType = iota
	Integer
	NonPositiveInteger
	NegativeInteger
	NonNegativeInteger
	PositiveInteger
	Long
	IntType
	Short
	Byte
	UnsignedLong
	UnsignedInt
	UnsignedShort
	UnsignedByte
	integerTypes
)

const namespace = "http://www.w3.org/2001/XMLSchema#"

var integerNames = [integerTypes]string{
	Integer: "integer", NonPositiveInteger: "nonPositiveInteger", NegativeInteger: "negativeInteger",
	NonNegativeInteger: "nonNegativeInteger", PositiveInteger: "positiveInteger",
	Long: "long", IntType: "int", Short: "short", Byte: "byte",
	UnsignedLong: "unsignedLong", UnsignedInt: "unsignedInt", UnsignedShort: "unsignedShort", UnsignedByte: "unsignedByte",
}

var (
	integerIRIs   [integerTypes]string
	integerByName = map[string]IntegerType{}
	integerLow    [integerTypes]*Decimal
	integerHigh   [integerTypes]*Decimal
)

func init() {
	for t := Integer; t < integerTypes; t++ {
		integerIRIs[t] = namespace + integerNames[t]
		integerByName[integerIRIs[t]] = t
	}
	pow := func(n uint) Decimal { return BigDecimal(new(big.Int).Lsh(big.NewInt(1), n), 0) }
	bound := func(t IntegerType, low, high Decimal) { integerLow[t], integerHigh[t] = &low, &high }
	one := Int(1)
	for t, n := range map[IntegerType]uint{Long: 63, IntType: 31, Short: 15, Byte: 7} {
		bound(t, pow(n).Neg(), pow(n).Sub(one))
	}
	for t, n := range map[IntegerType]uint{UnsignedLong: 64, UnsignedInt: 32, UnsignedShort: 16, UnsignedByte: 8} {
		bound(t, Int(0), pow(n).Sub(one))
	}
	zero, minusOne := Int(0), Int(-1)
	integerHigh[NonPositiveInteger], integerHigh[NegativeInteger] = &zero, &minusOne
	integerLow[NonNegativeInteger], integerLow[PositiveInteger] = &zero, &one
}

// IntegerTypeOf returns the type with this datatype IRI, NotInteger if there is none.
func IntegerTypeOf(iri string) IntegerType { return integerByName[iri] }

// IRI returns the datatype IRI.
func (t IntegerType) IRI() string { return integerIRIs[t] }

// Holds reports whether the whole number d is in the value space of the type.
func (t IntegerType) Holds(d Decimal) bool {
	return d.IsInteger() && (integerLow[t] == nil || d.Cmp(*integerLow[t]) >= 0) &&
		(integerHigh[t] == nil || d.Cmp(*integerHigh[t]) <= 0)
}

// Parse parses a lexical form of the type, range included.
func (t IntegerType) Parse(s string) (Decimal, error) {
	d, err := ParseInteger(s)
	if err == nil && t != Integer && !t.Holds(d) {
		return Decimal{}, ErrLexical
	}
	return d, err
}
