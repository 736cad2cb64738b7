package eval

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/graph/xsd"
)

// Comparer puts terms into the order of ORDER BY (15.1): unbound, blank nodes,
// IRIs, literals, triple terms. Within literals: strings by code point, then
// strings with a language by text and tag, booleans, numbers by value, dates and times by type
// and moment, durations, then the rest by datatype and lexical form. IRIs go by
// code point, triple terms by subject, predicate and object.
//
// The order is total and the same in every run over the same store: Compare is
// 0 only for equal ids and for numbers, dates and durations of equal value. It is safe
// for concurrent use.
type Comparer struct{ terms *Terms }

// NewComparer returns the order of the terms of one query.
func NewComparer(terms *Terms) *Comparer { return &Comparer{terms} }

// rank of a term in the order, before anything else is looked at.
type rank uint8

const (
	rankUnbound rank = iota
	rankBlank
	rankIRI
	rankString
	rankLang
	rankBoolean
	rankNumber
	rankDate
	rankDuration
	rankOther
	rankTriple
)

// rankOfTag is the rank that the tag alone tells; for TagTyped and TagLocal the term is needed.
var rankOfTag = [16]rank{
	encoded.TagNone: rankUnbound, encoded.TagBlank: rankBlank, encoded.TagIRI: rankIRI,
	encoded.TagString: rankString, encoded.TagLang: rankLang, encoded.TagTyped: rankOther,
	encoded.TagTriple: rankTriple, encoded.TagInteger: rankNumber, encoded.TagDerived: rankNumber,
	encoded.TagDecimal: rankNumber, encoded.TagDouble: rankNumber, encoded.TagFloat: rankNumber,
	encoded.TagDateTime: rankDate, encoded.TagDate: rankDate, encoded.TagBoolean: rankBoolean,
	encoded.TagLocal: rankOther,
}

// sortValue is a term with what its comparison needs.
type sortValue struct {
	rank rank
	term graph.Term
	literal
}

func (c *Comparer) value(id encoded.Term) (v sortValue, err error) {
	switch tag := id.Tag(); tag {
	case encoded.TagInteger, encoded.TagDerived, encoded.TagDecimal, encoded.TagDouble, encoded.TagFloat,
		encoded.TagDateTime, encoded.TagDate, encoded.TagBoolean:
		var f frame // inline: needs no terms
		v.rank, v.literal = rankOfTag[tag], f.literal(id)
		return v, nil
	}
	if v.term, err = c.terms.Term(id); err != nil {
		return v, err
	}
	switch v.term.Kind() {
	case graph.KindBlank:
		v.rank = rankBlank
	case graph.KindIRI:
		v.rank = rankIRI
	case graph.KindTriple:
		v.rank = rankTriple
	case graph.KindLiteral:
		v.literal = literalOf(v.term)
		v.rank = map[class]rank{simpleString: rankString, langString: rankLang, booleanValue: rankBoolean,
			numeric: rankNumber, dateTime: rankDate, duration: rankDuration,
			unknownClass: rankOther, illTyped: rankOther}[v.class]
	}
	return v, nil
}

// Compare returns a negative number if a comes before b, 0 if neither comes
// first, and a positive number if b comes before a.
func (c *Comparer) Compare(a, b encoded.Term) (int, error) {
	if a == b {
		return 0, nil
	}
	ta, tb := a.Tag(), b.Tag()
	if ta == tb {
		if ta == encoded.TagDateTime {
			x, _, _, _ := a.Instant()
			if y, _, _, _ := b.Instant(); x != y {
				return cmp.Compare(x, y), nil
			}
		}
		switch ta {
		case encoded.TagInteger, encoded.TagBoolean, encoded.TagBlank:
			return cmp.Compare(a, b), nil
		case encoded.TagIRI, encoded.TagString:
			if a.Sorted() && b.Sorted() {
				return cmp.Compare(a, b), nil
			}
		}
	} else if known(ta) && known(tb) && rankOfTag[ta] != rankOfTag[tb] {
		return int(rankOfTag[ta]) - int(rankOfTag[tb]), nil
	}
	x, err := c.value(a)
	if err != nil {
		return 0, err
	}
	y, err := c.value(b)
	if err != nil {
		return 0, err
	}
	if x.rank != y.rank {
		return int(x.rank) - int(y.rank), nil
	}
	switch x.rank {
	case rankNumber:
		return x.number.total(y.number), nil
	case rankDate:
		return x.date.Total(y.date), nil
	case rankDuration:
		return x.duration.Total(y.duration), nil
	case rankBlank: // those of the dataset before those of the query
		return cmp.Compare(a, b), nil
	case rankBoolean:
		k, _ := x.compare(&y.literal)
		return k, nil
	case rankTriple:
		for i, p := range parts(x.term) {
			q := parts(y.term)[i]
			if k, err := c.compareTerms(p, q); k != 0 || err != nil {
				return k, err
			}
		}
		return 0, nil
	}
	if k := strings.Compare(x.term.Value(), y.term.Value()); k != 0 && x.rank != rankOther {
		return k, nil
	}
	if k := strings.Compare(x.term.Datatype(), y.term.Datatype()); k != 0 && x.rank == rankOther {
		return k, nil
	}
	if k := strings.Compare(x.term.Value(), y.term.Value()); k != 0 {
		return k, nil
	}
	if k := strings.Compare(x.term.Lang(), y.term.Lang()); k != 0 {
		return k, nil
	}
	return int(x.term.Direction()) - int(y.term.Direction()), nil
}

func (c *Comparer) compareTerms(a, b graph.Term) (int, error) {
	x, err := c.terms.Encode(a)
	if err != nil {
		return 0, err
	}
	y, err := c.terms.Encode(b)
	if err != nil {
		return 0, err
	}
	return c.Compare(x, y)
}

func known(t encoded.Tag) bool { return t != encoded.TagTyped && t != encoded.TagLocal }

// SortKeys writes to out, for each id, a number that respects the order:
// keys[a] < keys[b] means that a comes before b; where keys are equal, ask
// Compare. It reads terms only where the id does not tell what kind of literal it is.
func (c *Comparer) SortKeys(ids []encoded.Term, out []uint64) error {
	for i, id := range ids {
		tag := id.Tag()
		r := rankOfTag[tag]
		var n number
		if !known(tag) {
			v, err := c.value(id)
			if err != nil {
				return err
			}
			r, n = v.rank, v.number
		} else if r == rankNumber {
			if k, ok := id.Integer(); ok {
				out[i] = numberKey(float64(k))
				continue
			}
			var f frame
			n = f.number(id)
		}
		if r == rankNumber {
			out[i] = numberKey(n.double())
			continue
		}
		out[i] = uint64(r) << 60
		switch {
		case tag == encoded.TagBlank:
			out[i] |= id.Payload() >> 1
		case r == rankBlank: // the query's own
			out[i] |= 1<<60 - 1
		case tag == encoded.TagDateTime:
			ms, _, _, _ := id.Instant()
			out[i] |= momentKey(xsd.DateTimeKind, ms)
		case r == rankDate:
			v, err := c.value(id)
			if err != nil {
				return err
			}
			ms, ok := v.date.Timeline().Mul(xsd.Int(1000)).Floor().Int64()
			if !ok {
				ms = int64(v.date.Year) * 31556952000
			}
			out[i] |= momentKey(v.date.Type, ms)
		}
	}
	return nil
}

// momentKey is the key of a date below its rank: four bits of type, 56 of milliseconds.
func momentKey(t xsd.DateTimeType, ms int64) uint64 {
	const bias = 1 << 55
	return uint64(t)<<56 | uint64(min(max(ms, -bias), bias-1)+bias)
}

// numberKey is the key of a number: its rank and the top of the double, made to sort; NaN last.
func numberKey(f float64) uint64 {
	bits := math.Float64bits(f)
	switch {
	case f != f:
		bits = math.MaxUint64
	case f == 0:
		bits = 1 << 63 // -0 is 0
	case bits>>63 != 0:
		bits = ^bits
	default:
		bits |= 1 << 63
	}
	return uint64(rankNumber)<<60 | bits>>4
}

// SortFunc sorts s, not stably, by a comparison that can fail. It returns the first error of
// compare, and that of ctx soon after ctx is done.
func SortFunc[T any](ctx context.Context, s []T, compare func(a, b T) (int, error)) (err error) {
	// The only way out of the library's sort is a panic.
	type stop struct{ error }
	defer func() {
		switch r := recover().(type) {
		case nil:
		case stop:
			err = r.error
		default:
			panic(r)
		}
	}()
	steps := 0
	slices.SortFunc(s, func(a, b T) int {
		if steps++; steps&(1<<14-1) == 0 && ctx.Err() != nil {
			panic(stop{ctx.Err()})
		}
		c, err := compare(a, b)
		if err != nil {
			panic(stop{err})
		}
		return c
	})
	return nil
}
