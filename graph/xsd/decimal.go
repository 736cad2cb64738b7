package xsd

import (
	"math"
	"math/big"
	"math/bits"
	"strconv"
)

// Decimal is an exact decimal number of any size: unscaled / 10^scale. It also
// serves for xsd:integer, whose values are those with scale 0. The zero value is 0.
//
// Invariants: scale ≥ 0, with no trailing zero in the unscaled value while
// scale > 0, so that equal numbers have equal fields; wide is nil exactly if
// the unscaled value fits an int64 other than math.MinInt64, and is never
// written to.
type Decimal struct {
	small int64
	wide  *big.Int
	scale int32
}

// maxDigits bounds the digits of a parsed number that fits no int64, and those after
// the point of any: enough for any data, too few for an attack.
const maxDigits = 4096

// quotientDigits is how many digits after the point a division keeps beyond those of
// its operands.
const quotientDigits = 18

var pow10 [19]int64

func init() {
	p := int64(1)
	for i := range pow10 {
		pow10[i] = p
		p *= 10
	}
}

func bigPow10(n int32) *big.Int {
	if n < int32(len(pow10)) {
		return big.NewInt(pow10[n])
	}
	return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil)
}

// Int returns the decimal of an integer.
func Int(n int64) Decimal {
	if n == math.MinInt64 {
		return Decimal{wide: big.NewInt(n)}
	}
	return Decimal{small: n}
}

// NewDecimal returns unscaled / 10^scale. A negative scale multiplies.
func NewDecimal(unscaled int64, scale int32) Decimal {
	if scale < 0 {
		return fromBig(new(big.Int).Mul(big.NewInt(unscaled), bigPow10(-scale)), 0)
	}
	if unscaled == math.MinInt64 {
		return fromBig(big.NewInt(unscaled), scale)
	}
	for scale > 0 && unscaled%10 == 0 {
		if unscaled == 0 {
			return Decimal{}
		}
		unscaled /= 10
		scale--
	}
	return Decimal{small: unscaled, scale: scale}
}

// BigDecimal returns unscaled / 10^scale for a scale that is not negative; it keeps no reference to unscaled.
func BigDecimal(unscaled *big.Int, scale int32) Decimal {
	return fromBig(new(big.Int).Set(unscaled), scale)
}

// fromBig normalises; it takes ownership of n.
func fromBig(n *big.Int, scale int32) Decimal {
	if n.IsInt64() && n.Int64() != math.MinInt64 {
		return NewDecimal(n.Int64(), scale)
	}
	if scale > 0 {
		ten, q, r := big.NewInt(10), new(big.Int), new(big.Int)
		for scale > 0 {
			q.QuoRem(n, ten, r)
			if r.Sign() != 0 {
				break
			}
			n, q = q, n
			scale--
		}
		if n.IsInt64() && n.Int64() != math.MinInt64 {
			return Decimal{small: n.Int64(), scale: scale}
		}
	}
	return Decimal{wide: n, scale: scale}
}

// big returns the unscaled value; the result is not to be written to.
func (d Decimal) big() *big.Int {
	if d.wide != nil {
		return d.wide
	}
	return big.NewInt(d.small)
}

// Unscaled returns unscaled value and scale if the former fits an int64.
func (d Decimal) Unscaled() (unscaled int64, scale int32, ok bool) {
	if d.wide != nil {
		if d.wide.IsInt64() {
			return d.wide.Int64(), d.scale, true
		}
		return 0, 0, false
	}
	return d.small, d.scale, true
}

// Int64 returns the value if it is a whole number that fits.
func (d Decimal) Int64() (int64, bool) {
	n, scale, ok := d.Unscaled()
	return n, ok && scale == 0
}

// IsInteger reports whether the value is a whole number.
func (d Decimal) IsInteger() bool { return d.scale == 0 }

// Sign returns -1, 0 or 1.
func (d Decimal) Sign() int {
	if d.wide != nil {
		return d.wide.Sign()
	}
	switch {
	case d.small < 0:
		return -1
	case d.small > 0:
		return 1
	}
	return 0
}

// Neg returns -d.
func (d Decimal) Neg() Decimal {
	if d.wide != nil {
		return fromBig(new(big.Int).Neg(d.wide), d.scale)
	}
	return Decimal{small: -d.small, scale: d.scale}
}

// Abs returns the absolute value.
func (d Decimal) Abs() Decimal {
	if d.Sign() < 0 {
		return d.Neg()
	}
	return d
}

// align returns the unscaled values at the greater of the two scales.
func align(a, b Decimal) (x, y *big.Int, scale int32) {
	x, y, scale = a.big(), b.big(), max(a.scale, b.scale)
	if a.scale < scale {
		x = new(big.Int).Mul(x, bigPow10(scale-a.scale))
	}
	if b.scale < scale {
		y = new(big.Int).Mul(y, bigPow10(scale-b.scale))
	}
	return x, y, scale
}

// align64 is align where all fits into int64.
func align64(a, b Decimal) (x, y int64, scale int32, ok bool) {
	if a.wide != nil || b.wide != nil {
		return
	}
	x, y, scale = a.small, b.small, a.scale
	switch {
	case a.scale < b.scale:
		scale = b.scale
		x, ok = scaleUp(x, b.scale-a.scale)
	case b.scale < a.scale:
		y, ok = scaleUp(y, a.scale-b.scale)
	default:
		ok = true
	}
	return
}

func scaleUp(n int64, by int32) (int64, bool) {
	if by >= int32(len(pow10)) {
		return 0, n == 0
	}
	return mul64(n, pow10[by])
}

func mul64(a, b int64) (int64, bool) {
	neg := (a < 0) != (b < 0)
	hi, lo := bits.Mul64(magnitude(a), magnitude(b))
	if hi != 0 || lo > math.MaxInt64 {
		return 0, false
	}
	if neg {
		return -int64(lo), true
	}
	return int64(lo), true
}

func magnitude(n int64) uint64 {
	if n < 0 {
		return uint64(-n)
	}
	return uint64(n)
}

// Add returns d + e.
func (d Decimal) Add(e Decimal) Decimal {
	if x, y, scale, ok := align64(d, e); ok {
		if s := x + y; (s > x) == (y > 0) && s != math.MinInt64 {
			return NewDecimal(s, scale)
		}
	}
	x, y, scale := align(d, e)
	return fromBig(new(big.Int).Add(x, y), scale)
}

// Sub returns d - e.
func (d Decimal) Sub(e Decimal) Decimal { return d.Add(e.Neg()) }

// Mul returns d × e.
func (d Decimal) Mul(e Decimal) Decimal {
	if d.wide == nil && e.wide == nil {
		if p, ok := mul64(d.small, e.small); ok {
			return NewDecimal(p, d.scale+e.scale)
		}
	}
	return fromBig(new(big.Int).Mul(d.big(), e.big()), d.scale+e.scale)
}

// Div returns d / e, exact where the quotient has at most 18 digits more after the point
// than the operands, otherwise rounded half to even at 18 significant
// fractional digits or more.
func (d Decimal) Div(e Decimal) (Decimal, error) {
	if e.Sign() == 0 {
		return Decimal{}, ErrDivision
	}
	if d.wide == nil && e.wide == nil && d.scale == 0 && e.scale == 0 && d.small%e.small == 0 {
		return Int(d.small / e.small), nil
	}
	if d.wide == nil && e.wide == nil && d.scale == 0 && e.scale == 0 {
		if q, ok := divide64(d.small, e.small); ok {
			return q, nil
		}
	}
	scale := max(d.scale, e.scale) + quotientDigits
	// d/e = (x·10^-ds)/(y·10^-es); the quotient at this scale is x·10^(scale-ds+es)/y.
	x := new(big.Int).Mul(d.big(), bigPow10(scale-d.scale+e.scale))
	return fromBig(divideHalfEven(x, e.big()), scale), nil
}

// divide64 divides whole numbers where the result fits; ties it leaves to the long way.
func divide64(x, y int64) (Decimal, bool) {
	neg := (x < 0) != (y < 0)
	a, b := magnitude(x), magnitude(y)
	whole, rest := a/b, a%b
	hi, lo := bits.Mul64(rest, uint64(pow10[quotientDigits]))
	fraction, rest := bits.Div64(hi, lo, b) // rest < b, so the quotient is below 10^18
	switch {
	case b%2 == 0 && rest == b/2:
		return Decimal{}, false
	case rest > b/2:
		fraction++
	}
	f := NewDecimal(int64(fraction), quotientDigits)
	w, ok := mul64(int64(whole), pow10[f.scale])
	if !ok || w > math.MaxInt64-f.small {
		return Decimal{}, false
	}
	w += f.small
	if neg {
		w = -w
	}
	return NewDecimal(w, f.scale), true
}

func divideHalfEven(x, y *big.Int) *big.Int {
	q, r := new(big.Int).QuoRem(x, y, new(big.Int))
	r.Abs(r).Lsh(r, 1)
	switch c := r.CmpAbs(y); {
	case c < 0, c == 0 && q.Bit(0) == 0:
		return q
	}
	if (x.Sign() < 0) != (y.Sign() < 0) {
		return q.Sub(q, big.NewInt(1))
	}
	return q.Add(q, big.NewInt(1))
}

// QuoRem returns the whole quotient, rounded towards negative infinity, and the remainder,
// which is not negative for a positive e.
func (d Decimal) QuoRem(e Decimal) (quo, rem Decimal, err error) {
	if e.Sign() == 0 {
		return quo, rem, ErrDivision
	}
	x, y, scale := align(d, e)
	q, r := new(big.Int).DivMod(x, y, new(big.Int))
	if y.Sign() < 0 && r.Sign() != 0 { // DivMod is Euclidean; make it floor
		q.Sub(q, big.NewInt(1))
		r.Add(r, y)
	}
	return fromBig(q, 0), fromBig(r, scale), nil
}

// Cmp returns -1, 0 or 1 as d is less than, equal to or greater than e.
func (d Decimal) Cmp(e Decimal) int {
	if x, y, _, ok := align64(d, e); ok {
		switch {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	}
	if s, t := d.Sign(), e.Sign(); s != t {
		if s < t {
			return -1
		}
		return 1
	}
	x, y, _ := align(d, e)
	return x.Cmp(y)
}

// Floor returns the greatest whole number that is not greater.
func (d Decimal) Floor() Decimal {
	if d.scale == 0 {
		return d
	}
	if d.wide == nil && d.scale < int32(len(pow10)) {
		q := d.small / pow10[d.scale]
		if d.small < 0 { // scale > 0 means that there is a fraction
			q--
		}
		return Int(q)
	}
	q, _ := new(big.Int).DivMod(d.big(), bigPow10(d.scale), new(big.Int))
	return fromBig(q, 0)
}

// Ceil returns the least whole number that is not less.
func (d Decimal) Ceil() Decimal { return d.Neg().Floor().Neg() }

// Round returns the nearest whole number; of two, the one nearer to positive infinity
// (fn:round).
func (d Decimal) Round() Decimal { return d.Add(Decimal{small: 5, scale: 1}).Floor() }

// Truncate returns the whole number part.
func (d Decimal) Truncate() Decimal {
	if d.Sign() < 0 {
		return d.Ceil()
	}
	return d.Floor()
}

// Float64 returns the nearest double.
func (d Decimal) Float64() float64 {
	if d.wide == nil {
		if d.scale == 0 {
			return float64(d.small)
		}
		// Both exactly representable: one rounding, the correct one.
		if d.scale <= 22 && d.small > -1<<53 && d.small < 1<<53 {
			return float64(d.small) / math.Pow10(int(d.scale))
		}
	}
	f, _ := strconv.ParseFloat(string(d.AppendPlain(nil)), 64)
	return f
}

// Float32 returns the nearest float.
func (d Decimal) Float32() float32 {
	f, _ := strconv.ParseFloat(string(d.AppendPlain(nil)), 32)
	return float32(f)
}

// DecimalFromFloat returns the exact value of a finite double, as XPath casts it.
func DecimalFromFloat(f float64) (Decimal, error) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return Decimal{}, ErrRange
	}
	if math.Abs(f) < 1<<53 && f == math.Trunc(f) {
		return Int(int64(f)), nil
	}
	// The shortest decimal that reads back as f, not the binary expansion:
	// what was written 0.1 stays 0.1.
	return ParseDecimal(strconv.FormatFloat(f, 'f', -1, 64))
}

// DecimalFromFloat32 is DecimalFromFloat for an xsd:float.
func DecimalFromFloat32(f float32) (Decimal, error) {
	g := float64(f)
	if math.IsNaN(g) || math.IsInf(g, 0) {
		return Decimal{}, ErrRange
	}
	return ParseDecimal(strconv.FormatFloat(g, 'f', -1, 32))
}
