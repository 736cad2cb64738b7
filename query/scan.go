package query

import (
	"encoding"
	"fmt"
	"iter"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/xsd"
)

// Scan reads the rows of a SELECT into values of T, a struct. The field for variable ?name is the one
// tagged `sparql:"name"`, or else the one called Name, in any case; `sparql:"-"` is none.
//
// A field may be a graph.Term, a string (an IRI or lexical form), a bool, a
// number, a time.Time (xsd:dateTime, xsd:date, xsd:gYear; local times as UTC), anything that implements
// encoding.TextUnmarshaler, or a pointer to one of these. An unbound variable
// leaves the zero value, or nil. Variables without a field, and
// fields without a variable, are an error.
//
//	type member struct{ Name string; Since *time.Time }
//	for m, err := range query.Scan[member](res) { … }
func Scan[T any](r *Results) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var zero T
		fields, err := scanFields(reflect.TypeFor[T](), r.Vars())
		if err != nil {
			r.Close()
			yield(zero, err)
			return
		}
		for row, err := range r.Rows() {
			var out T
			if err == nil {
				v := reflect.ValueOf(&out).Elem()
				for i, t := range row.Terms() {
					if err = setField(v.FieldByIndex(fields[i]), t); err != nil {
						err = fmt.Errorf("query: ?%s: %w", r.Vars()[i], err)
						break
					}
				}
			}
			if err != nil {
				yield(zero, err)
				return
			}
			if !yield(out, nil) {
				return
			}
		}
	}
}

// scanFields finds the field of each variable.
func scanFields(typ reflect.Type, vars []string) ([][]int, error) {
	if typ.Kind() != reflect.Struct {
		return nil, fmt.Errorf("query: rows are scanned into structs, not %v", typ)
	}
	byName := map[string][]int{}
	used := map[string]bool{}
	for _, f := range reflect.VisibleFields(typ) {
		tag := f.Tag.Get("sparql")
		if !f.IsExported() || f.Anonymous || tag == "-" {
			continue
		}
		name := tag
		if name == "" {
			name = strings.ToLower(f.Name)
		}
		byName[name] = f.Index
	}
	out := make([][]int, len(vars))
	for i, v := range vars {
		name := v
		if _, ok := byName[name]; !ok {
			name = strings.ToLower(v)
		}
		index, ok := byName[name]
		if !ok {
			return nil, fmt.Errorf("query: %v has no field for ?%s", typ, v)
		}
		used[name] = true
		out[i] = index
	}
	for name := range byName {
		if !used[name] {
			return nil, fmt.Errorf("query: the result has no ?%s for the field of %v", name, typ)
		}
	}
	return out, nil
}

// setField puts a term into a field.
func setField(f reflect.Value, t graph.Term) error {
	if t.IsZero() {
		return nil
	}
	if f.Kind() == reflect.Pointer {
		f.Set(reflect.New(f.Type().Elem()))
		return setField(f.Elem(), t)
	}
	switch x := f.Addr().Interface().(type) {
	case *graph.Term:
		*x = t
		return nil
	case *time.Time:
		moment, err := moment(t)
		*x = moment
		return err
	case encoding.TextUnmarshaler:
		return x.UnmarshalText([]byte(t.Value()))
	}
	wrong := func(err error) error {
		if err == nil {
			err = fmt.Errorf("cannot be put there")
		}
		return fmt.Errorf("%v as %v: %w", t, f.Type(), err)
	}
	switch f.Kind() {
	case reflect.String:
		if t.IsTriple() {
			return wrong(nil)
		}
		f.SetString(t.Value())
		return nil
	case reflect.Bool:
		b, err := xsd.ParseBoolean(t.Value())
		if err != nil || !t.IsLiteral() {
			return wrong(err)
		}
		f.SetBool(b)
		return nil
	}
	if !t.IsLiteral() {
		return wrong(nil)
	}
	switch f.Kind() {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		n, err := strconv.ParseInt(whole(t), 10, f.Type().Bits())
		if err != nil {
			return wrong(err)
		}
		f.SetInt(n)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		n, err := strconv.ParseUint(whole(t), 10, f.Type().Bits())
		if err != nil {
			return wrong(err)
		}
		f.SetUint(n)
	case reflect.Float32, reflect.Float64:
		n, err := xsd.ParseDouble(t.Value())
		if err != nil {
			return wrong(err)
		}
		f.SetFloat(n)
	default:
		return wrong(nil)
	}
	return nil
}

// whole returns the text of a number without a fraction that is zero.
func whole(t graph.Term) string {
	s := strings.TrimPrefix(t.Value(), "+")
	if head, tail, ok := strings.Cut(s, "."); ok && strings.Trim(tail, "0") == "" {
		return head
	}
	return s
}

// moment returns the time of a dateTime, or the moment at which a date or year begins.
func moment(t graph.Term) (time.Time, error) {
	kind := xsd.DateTimeTypeOf(t.Datatype())
	if kind == xsd.NotDateTime {
		return time.Time{}, fmt.Errorf("%v is no moment", t)
	}
	layouts := []string{
		"2006-01-02T15:04:05.999999999Z07:00", "2006-01-02T15:04:05.999999999",
		"2006-01-02Z07:00", "2006-01-02", "2006-01Z07:00", "2006-01", "2006Z07:00", "2006",
	}
	for _, l := range layouts {
		if m, err := time.Parse(l, t.Value()); err == nil {
			return m, nil
		}
	}
	return time.Time{}, fmt.Errorf("%v is no moment that Go can hold", t)
}
