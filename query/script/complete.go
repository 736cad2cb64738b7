package script

import (
	"context"
	"slices"
	"sort"
	"strings"
	"unicode"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/query"
)

// sparqlKeywords are those offered by completion.
var sparqlKeywords = strings.Fields(`SELECT ASK CONSTRUCT DESCRIBE WHERE FROM NAMED FILTER OPTIONAL UNION MINUS
	GRAPH SERVICE BIND VALUES EXISTS NOT GROUP HAVING ORDER LIMIT OFFSET DISTINCT REDUCED PREFIX BASE COUNT SUM MIN MAX
	AVG SAMPLE GROUP_CONCAT ASC DESC BOUND COALESCE REGEX CONTAINS STRSTARTS STRENDS LANG LANGMATCHES DATATYPE
	REPLACE CONCAT SUBSTR STRLEN UCASE LCASE YEAR MONTH NOW ISIRI ISBLANK ISLITERAL TRIPLE SUBJECT PREDICATE OBJECT
	INSERT DELETE DATA CLEAR DROP LOAD`)

// Complete returns what may stand at the end of before, the text left of the
// cursor: start is the byte offset from which the words would replace it.
// earlier are the lines of the statement typed already.
func (s *Session) Complete(ctx context.Context, earlier []string, before string) (start int, words []string) {
	switch {
	case len(earlier) == 0 && strings.HasPrefix(before, "."):
		return 0, s.completeCommand(before)
	case len(earlier) > 0 || IsSPARQL(before):
		return s.completeSPARQL(ctx, strings.Join(append(append([]string{}, earlier...), before), "\n"), before)
	}
	err := s.View(func(ds query.Dataset) error {
		lexicon, err := s.lexicon.of(ctx, ds)
		if err == nil {
			start, words = query.CompleteQuestion(lexicon, before)
		}
		return err
	})
	if err != nil {
		return len(before), nil
	}
	return start, words
}

func (s *Session) completeCommand(before string) (words []string) {
	for _, c := range commands() {
		if strings.HasPrefix("."+c.name, before) {
			words = append(words, "."+c.name+" ")
		}
	}
	return words
}

// completeSPARQL offers predicates where one is expected, prefixed names after a
// colon, else keywords that may stand there, prefixes, and the variables of the statement.
func (s *Session) completeSPARQL(ctx context.Context, statement, before string) (start int, words []string) {
	start = strings.LastIndexFunc(before, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("_:?$-.", r)
	}) + 1
	word := before[start:]
	earlier := statement[:len(statement)-len(word)]
	at := placeOf(earlier)
	switch {
	case word == "" && !at.predicate:
		return start, nil
	case word != "" && (word[0] == '?' || word[0] == '$'):
		return start, variables(statement, word)
	case word == "" || strings.Contains(word, ":"):
		return start, s.names(ctx, word, at)
	}
	for _, k := range keywordsAfter(earlier) {
		if strings.HasPrefix(k, strings.ToUpper(word)) {
			words = append(words, k+" ")
		}
	}
	for _, p := range s.Prefixes {
		if strings.HasPrefix(p.Name, word) {
			words = append(words, p.Name+":")
		}
	}
	return start, words
}

// keywordsAfter returns the keywords that may follow a text; all, if it cannot
// be told.
func keywordsAfter(text string) (keywords []string) {
	for _, w := range query.Expected(text, IsUpdate(text)) {
		if w == strings.ToUpper(w) && w[0] >= 'A' && w[0] <= 'Z' {
			keywords = append(keywords, w)
		}
	}
	if len(keywords) == 0 {
		return sparqlKeywords
	}
	// Expressions take more functions than Expected lists.
	if slices.Contains(keywords, "NOT") || slices.Contains(keywords, "EXISTS") {
		keywords = append(keywords, sparqlKeywords...)
		slices.Sort(keywords)
		keywords = slices.Compact(keywords)
	}
	return keywords
}

// variables lists those in a statement that start with word.
func variables(statement, word string) (words []string) {
	seen := map[string]bool{word: true}
	for _, v := range strings.FieldsFunc(statement, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' && r != '?' && r != '$'
	}) {
		if strings.HasPrefix(v, word) && !seen[v] {
			seen[v] = true
			words = append(words, v)
		}
	}
	sort.Strings(words)
	return words
}

// mostNames bounds how many names completion offers.
const mostNames = 200

// names lists prefixed names that start with word: the predicates in use where
// one is expected, those that occur together with what the pattern says already
// first; else any IRI of the namespace.
func (s *Session) names(ctx context.Context, word string, at place) (words []string) {
	prefix, local, _ := strings.Cut(word, ":")
	namespace := ""
	for _, p := range s.Prefixes {
		if p.Name == prefix {
			namespace = p.IRI
		}
	}
	if namespace == "" && word != "" {
		return nil
	}
	_ = s.View(func(ds query.Dataset) error {
		var iris []string
		var err error
		if at.predicate {
			iris, err = predicates(ctx, ds)
			iris = append(s.companions(ctx, ds, at), iris...)
		} else {
			iris, err = irisFrom(ctx, ds, namespace+local)
		}
		for _, iri := range iris {
			name := shorten(iri, s.Prefixes)
			if namespace != "" {
				if !strings.HasPrefix(iri, namespace+local) {
					continue
				}
				name = prefix + ":" + iri[len(namespace):]
			}
			if len(words) < mostNames && !slices.Contains(words, name+" ") {
				words = append(words, name+" ")
			}
		}
		return err
	})
	return words
}

// predicates returns the predicates in use, sorted.
func predicates(ctx context.Context, ds query.Dataset) ([]string, error) {
	return collect(ctx, ds, encoded.Scan{Order: encoded.PSO, Scope: encoded.ScopeUnion, Grouped: true,
		Columns: encoded.Positions(0).With(encoded.Predicate)}, encoded.Predicate)
}

// irisFrom returns subjects that start with a text, sorted.
func irisFrom(ctx context.Context, ds query.Dataset, start string) ([]string, error) {
	ranges, _, err := ds.PrefixRanges(encoded.TagIRI, start)
	if err != nil {
		return nil, err
	}
	var all []string
	for _, r := range ranges {
		some, err := collect(ctx, ds, encoded.Scan{Order: encoded.SPO, Scope: encoded.ScopeUnion, Grouped: true,
			Columns: encoded.Positions(0).With(encoded.Subject), Range: r}, encoded.Subject)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	sort.Strings(all)
	return all, nil
}

// mostCollected bounds the IRIs that one completion reads.
const mostCollected = 5000

// collect returns the IRIs of one column of a scan.
func collect(ctx context.Context, ds query.Dataset, scan encoded.Scan, column encoded.Position) ([]string, error) {
	it, err := ds.Scan(ctx, scan)
	if err != nil {
		return nil, err
	}
	defer it.Close()
	var iris []string
	var b encoded.Batch
	for len(iris) < mostCollected {
		more, err := it.Next(&b)
		if err != nil {
			return nil, err
		}
		if !more {
			break
		}
		terms := make([]graph.Term, b.Len)
		if err := ds.Decode(b.Columns[column][:b.Len], terms); err != nil {
			return nil, err
		}
		for _, t := range terms {
			if t.IsIRI() {
				iris = append(iris, t.Value())
			}
		}
	}
	sort.Strings(iris)
	return iris, nil
}
