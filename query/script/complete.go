package script

import (
	"context"
	"os"
	"path/filepath"
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
// earlier are the lines of the statement typed already. What cannot be found out, or
// not in time, is left out: there is no error.
func (s *Session) Complete(ctx context.Context, earlier []string, before string) (start int, words []string) {
	switch {
	case len(earlier) == 0 && strings.HasPrefix(before, "."):
		return s.completeCommand(ctx, before)
	case len(earlier) > 0 || IsSPARQL(before):
		return s.completeSPARQL(ctx, strings.Join(append(append([]string{}, earlier...), before), "\n"), before)
	}
	err := s.View(func(ds query.Dataset) error {
		lexicon, err := s.words().Of(ctx, ds)
		if err == nil {
			start, words = query.CompleteQuestion(lexicon, before)
		}
		return err
	})
	if err != nil {
		return len(before), nil
	}
	if begun := beginnings(before); len(begun) > 0 && (start == 0 || len(words) == 0) {
		start, words = 0, append(words, begun...)
	}
	return start, words
}

// beginnings lists the words that SPARQL starts with and that text may become.
func beginnings(text string) (words []string) {
	for w := range sparqlWords {
		if len(text) > 1 && strings.HasPrefix(w, strings.ToUpper(text)) {
			words = append(words, w+" ")
		}
	}
	sort.Strings(words)
	return words
}

// completeCommand offers the names of commands, and after a name what may follow
// it.
func (s *Session) completeCommand(ctx context.Context, before string) (start int, words []string) {
	name, args, ok := strings.Cut(before, " ")
	if !ok {
		for _, c := range commands() {
			if strings.HasPrefix("."+c.name, before) {
				words = append(words, "."+c.name+" ")
			}
		}
		return 0, words
	}
	c, err := commandNamed(name[1:])
	if err != nil || c.complete == nil {
		return len(before), nil
	}
	start, words = c.complete(s, ctx, args)
	return len(name) + 1 + start, words
}

// completer offers what may stand at the end of a text; start is where the words
// would replace it.
type completer func(s *Session, ctx context.Context, text string) (start int, words []string)

// statements completes SPARQL and questions.
func statements(s *Session, ctx context.Context, text string) (int, []string) {
	return s.Complete(ctx, nil, text)
}

// things completes the names of things, and prefixed names.
func things(s *Session, ctx context.Context, text string) (int, []string) {
	if strings.Contains(text, ":") {
		return 0, s.names(ctx, text, place{})
	}
	const before = "tell me about "
	start, words := s.Complete(ctx, nil, before+text)
	return max(0, start-len(before)), words
}

// files completes the last of several file names.
func files(s *Session, _ context.Context, text string) (start int, words []string) {
	start = strings.LastIndexByte(text, ' ') + 1
	found, err := filepath.Glob(s.path(text[start:]) + "*")
	if err != nil {
		return start, nil // the text is no pattern
	}
	directory, _ := filepath.Split(text[start:])
	for _, name := range found {
		word := directory + filepath.Base(name)
		if info, err := os.Stat(name); err == nil && info.IsDir() {
			word += string(filepath.Separator)
		}
		words = append(words, word)
	}
	return start, words
}

// choice completes one of several words.
func choice(all ...string) completer {
	return func(_ *Session, _ context.Context, text string) (start int, words []string) {
		for _, w := range all {
			if strings.HasPrefix(w, text) {
				words = append(words, w)
			}
		}
		return 0, words
	}
}

// commandNames completes the name of a command.
func commandNames(_ *Session, _ context.Context, text string) (start int, words []string) {
	for _, c := range commands() {
		if strings.HasPrefix(c.name, strings.TrimPrefix(text, ".")) {
			words = append(words, c.name)
		}
	}
	return 0, words
}

// completeSPARQL offers predicates and objects where they are expected, prefixed
// names after a colon, else keywords that may stand there, prefixes, the variables of the
// statement, and the thing that has a label which begins so.
func (s *Session) completeSPARQL(ctx context.Context, statement, before string) (start int, words []string) {
	start = strings.LastIndexFunc(before, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("_:?$-.", r)
	}) + 1
	word := before[start:]
	earlier := statement[:len(statement)-len(word)]
	at := placeOf(earlier)
	switch {
	case word == "" && at.subject == "":
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
	if len(words) == 0 && len(word) > 1 {
		_ = s.View(func(ds query.Dataset) error {
			words = s.written(s.labelled(ctx, ds, at, word), "", "")
			return nil
		})
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

// names lists prefixed names that start with word: the predicates or objects that
// occur together with what the pattern says already; where nothing is known of that,
// all predicates in use, or any subject of the namespace.
func (s *Session) names(ctx context.Context, word string, at place) (words []string) {
	prefix, local, _ := strings.Cut(word, ":")
	namespace := ""
	for _, p := range s.Prefixes {
		if p.Name == prefix && word != "" {
			namespace = p.IRI
		}
	}
	if namespace == "" && word != "" {
		return nil
	}
	_ = s.View(func(ds query.Dataset) (err error) {
		var known, all []string
		switch {
		case at.wantsPredicate():
			known = s.companions(ctx, ds, at)
		case at.wantsObject():
			known = s.objects(ctx, ds, at)
		}
		if words = s.written(known, prefix, namespace+local); len(words) > 0 {
			return nil
		}
		switch {
		case at.wantsPredicate():
			all, err = predicates(ctx, ds)
		case word != "":
			all, err = irisFrom(ctx, ds, namespace+local)
		}
		words = s.written(all, prefix, namespace+local)
		return err
	})
	return words
}

// written returns those of the IRIs that start with a text, as they are to be
// inserted: where a prefix has been typed, with that one.
func (s *Session) written(iris []string, prefix, start string) (words []string) {
	for _, iri := range iris {
		if len(words) == mostNames {
			break
		}
		if !strings.HasPrefix(iri, start) {
			continue
		}
		name := shorten(iri, s.Prefixes) + " "
		for _, p := range s.Prefixes {
			if start != "" && p.Name == prefix && strings.HasPrefix(iri, p.IRI) && simpleLocal.MatchString(iri[len(p.IRI):]) {
				name = prefix + ":" + iri[len(p.IRI):] + " "
			}
		}
		if !slices.Contains(words, name) {
			words = append(words, name)
		}
	}
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
