package script

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/query"
)

// sparqlToken matches the tokens that tell triples apart: comments, IRIs,
// strings, variables, names, punctuation.
var sparqlToken = regexp.MustCompile(`#[^\n]*|<[^<>"{}|^\x60\s]*>|"(?:[^"\\]|\\.)*"(?:\^\^\S+|@[\w-]+)?|'(?:[^'\\]|\\.)*'|[?$]\w+|\{\||\|\}|[^\s{}.;,()\[\]|]+(?:\.[^\s{}.;,()\[\]|]+)*|[{}.;,()\[\]]`)

// keyword matches the words that are no term.
var keyword = regexp.MustCompile(`^[A-Za-z_]+$`)

// place is what completion knows about the end of a text: the triple begun there,
// and what is said already of its subject. Without a subject it is none.
type place struct {
	subject, predicate string
	said               [][2]string // predicate and object
}

// wantsPredicate and wantsObject tell what comes next.
func (p place) wantsPredicate() bool { return p.subject != "" && p.predicate == "" }
func (p place) wantsObject() bool    { return p.predicate != "" }

// placeOf reads the triples of a text up to its end.
func placeOf(text string) place {
	said := map[string][][2]string{}
	var current []string   // the terms of the triple being written
	var outer []([]string) // the triples whose annotations are being written
	depth := 0
	add := func() {
		if len(current) == 3 {
			said[current[0]] = append(said[current[0]], [2]string{current[1], current[2]})
		}
	}
	for _, tok := range sparqlToken.FindAllString(text, -1) {
		switch {
		case tok[0] == '#':
		case tok == "{|": // what follows is about the reifier of the triple
			add()
			outer = append(outer, current)
			if len(current) == 3 {
				reifier := fmt.Sprintf("?reifier%d", len(said))
				said[reifier] = [][2]string{{"<" + graph.RDFReifies + ">", "<<( " + strings.Join(current, " ") + " )>>"}}
				current = []string{reifier}
			}
		case tok == "|}":
			add()
			current = nil
			if n := len(outer); n > 0 {
				current, outer = outer[n-1], outer[:n-1]
			}
		case strings.Contains("{}.()[]", tok):
			switch tok {
			case "{":
				depth++
			case "}":
				depth--
			}
			add()
			current = nil
		case tok == ";":
			add()
			current = current[:min(1, len(current))]
		case tok == ",":
			add()
			current = current[:min(2, len(current))]
		case keyword.MatchString(tok) && tok != "a" && tok != "true" && tok != "false":
			add()
			current = nil
		default:
			current = append(current, tok)
		}
	}
	if depth <= 0 || len(current) == 0 || len(current) > 2 {
		return place{}
	}
	p := place{subject: current[0], said: said[current[0]]}
	if len(current) == 2 {
		p.predicate = current[1]
	}
	return p
}

// lookTime bounds the search for what occurs together.
const lookTime = 200 * time.Millisecond

// pattern is what is known of the subject of a place, as SPARQL.
func (p place) pattern() string {
	var b strings.Builder
	for i, said := range p.said {
		object := said[1]
		if isVariable(object) {
			object = fmt.Sprintf("?o%d", i)
		}
		if !isVariable(said[0]) {
			fmt.Fprintf(&b, "%s %s %s . ", p.subject, said[0], object)
		}
	}
	return b.String()
}

func isVariable(token string) bool { return token[0] == '?' || token[0] == '$' }

// companions returns the predicates that things have about which the same is
// said as about the subject of the place; nil if nothing is known of it, or they
// could not be found in time.
func (s *Session) companions(ctx context.Context, ds query.Dataset, at place) []string {
	known := at.pattern()
	if isVariable(at.subject) && known == "" {
		return nil
	}
	return s.look(ctx, ds, fmt.Sprintf("SELECT DISTINCT ?found { %s%s ?found ?any }", known, at.subject))
}

// objects returns the IRIs that the predicate of the place leads to from things
// about which the same is said as about its subject.
func (s *Session) objects(ctx context.Context, ds query.Dataset, at place) []string {
	if isVariable(at.predicate) {
		return nil
	}
	return s.look(ctx, ds, fmt.Sprintf("SELECT DISTINCT ?found { %s%s %s ?found FILTER(isIRI(?found)) } LIMIT %d",
		at.pattern(), at.subject, at.predicate, mostCollected))
}

// look returns the IRIs of a query's answer, sorted; nil if it takes too long.
func (s *Session) look(ctx context.Context, ds query.Dataset, text string) []string {
	res, err := query.Run(ctx, ds, text, append(s.options(), query.WithTimeout(lookTime))...)
	if err != nil {
		return nil
	}
	defer res.Close()
	var found []string
	for row, err := range res.Rows() {
		if err != nil {
			return nil
		}
		found = append(found, row.Terms()[0].Value())
	}
	slices.Sort(found)
	return found
}

// labelled returns the IRI of the one thing that may stand at the place and whose
// label begins with a word, in any case; none if there are several.
func (s *Session) labelled(ctx context.Context, ds query.Dataset, at place, word string) []string {
	before := ""
	if at.wantsObject() && !isVariable(at.predicate) {
		before = fmt.Sprintf("%s%s %s ?found . ", at.pattern(), at.subject, at.predicate)
	}
	const find = "SELECT DISTINCT ?found { %s?found <" + graph.RDFSLabel + ">|<" + graph.SKOSPrefLabel + ">|<" + graph.SKOSAltLabel +
		"> ?label FILTER(isIRI(?found) && STRSTARTS(LCASE(STR(?label)), %s)) } LIMIT 2"
	if found := s.look(ctx, ds, fmt.Sprintf(find, before, graph.String(strings.ToLower(word)))); len(found) == 1 {
		return found
	}
	return nil
}
