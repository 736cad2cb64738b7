package script

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/ententedb/entente/query"
)

// sparqlToken matches the tokens that tell triples apart: comments, IRIs,
// strings, variables, names, punctuation.
var sparqlToken = regexp.MustCompile(`#[^\n]*|<[^<>"{}|^\x60\s]*>|"(?:[^"\\]|\\.)*"(?:\^\^\S+|@[\w-]+)?|'(?:[^'\\]|\\.)*'|[?$]\w+|[^\s{}.;,()\[\]]+(?:\.[^\s{}.;,()\[\]]+)*|[{}.;,()\[\]]`)

// place is what completion knows about the end of a text: whether a predicate
// is expected there, of which subject, and what is said of that already.
type place struct {
	predicate bool
	subject   string
	said      [][2]string // predicate and object
}

// placeOf reads the triples of a text up to its end.
func placeOf(text string) place {
	triples := map[string][][2]string{}
	var current []string // the terms of the triple being written
	add := func() {
		if len(current) == 3 {
			triples[current[0]] = append(triples[current[0]], [2]string{current[1], current[2]})
		}
	}
	inGroup := false
	for _, tok := range sparqlToken.FindAllString(text, -1) {
		switch tok[0] {
		case '#':
		case '{', '}', '.', '(', ')', '[', ']':
			inGroup = inGroup || tok == "{"
			add()
			current = nil
		case ';':
			add()
			current = current[:min(1, len(current))]
		case ',':
			add()
			current = current[:min(2, len(current))]
		default:
			current = append(current, tok)
		}
	}
	if len(current) != 1 || !inGroup {
		return place{}
	}
	return place{true, current[0], triples[current[0]]}
}

// companionTime bounds the search for predicates that occur together.
const companionTime = 200 * time.Millisecond

// companions returns the predicates that things have about which the same is
// said as about the subject of the place; nil if nothing is known of it.
func (s *Session) companions(ctx context.Context, ds query.Dataset, at place) []string {
	variable := strings.ContainsAny(at.subject[:1], "?$")
	var b strings.Builder
	for i, said := range at.said {
		object := said[1]
		if strings.ContainsAny(object[:1], "?$") {
			object = fmt.Sprintf("?o%d", i)
		}
		if strings.ContainsAny(said[0][:1], "?$") {
			continue
		}
		fmt.Fprintf(&b, "%s %s %s . ", at.subject, said[0], object)
	}
	if variable && b.Len() == 0 {
		return nil
	}
	text := fmt.Sprintf("SELECT DISTINCT ?predicate { %s%s ?predicate ?any }", b.String(), at.subject)
	res, err := query.Run(ctx, ds, text, append(s.options(), query.WithTimeout(companionTime))...)
	if err != nil {
		return nil
	}
	var found []string
	for row, err := range res.Rows() {
		if err != nil {
			break // what was found in time is better than nothing
		}
		found = append(found, row.Terms()[0].Value())
	}
	slices.Sort(found)
	return found
}
