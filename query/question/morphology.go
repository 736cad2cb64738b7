package question

import "strings"

// The morphology of English that questions need: plurals of nouns, and the
// five forms of verbs. The rules are those of any school grammar; what they get
// wrong is listed in irregularVerbs and irregularNouns, to which a graph adds
// with lex:irregularVerb and lex:irregularNoun.

// verbForms are the forms of one verb.
type verbForms struct{ base, third, past, participle, ing string }

// all lists the forms, the base first.
func (v verbForms) all() []string { return []string{v.base, v.third, v.past, v.participle, v.ing} }

// irregularVerbs lists base, past and participle.
var irregularVerbs = `be was been
become became become
begin began begun
bring brought brought
build built built
buy bought bought
come came come
cut cut cut
draw drew drawn
fall fell fallen
feed fed fed
fight fought fought
find found found
get got got
give gave given
go went gone
grow grew grown
have had had
hold held held
keep kept kept
know knew known
lead led led
leave left left
lend lent lent
lose lost lost
make made made
meet met met
pay paid paid
put put put
quit quit quit
read read read
run ran run
say said said
see saw seen
sell sold sold
send sent sent
set set set
speak spoke spoken
spend spent spent
stand stood stood
take took taken
teach taught taught
tell told told
think thought thought
understand understood understood
win won won
withdraw withdrew withdrawn
write wrote written`

// irregularNouns lists singular and plural.
var irregularNouns = `child children
person people
man men
woman women
wife wives
life lives
half halves
foot feet
index indices
criterion criteria
datum data
series series
species species
headquarters headquarters
embargo embargoes
economics economics`

// english is a morphology with its exceptions.
type english struct {
	verbs map[string]verbForms
	nouns map[string]string
}

func newEnglish() *english {
	e := &english{verbs: map[string]verbForms{}, nouns: map[string]string{}}
	for line := range strings.Lines(irregularVerbs) {
		e.addVerb(strings.TrimSpace(line))
	}
	for line := range strings.Lines(irregularNouns) {
		e.addNoun(strings.TrimSpace(line))
	}
	return e
}

// addVerb takes "base past participle".
func (e *english) addVerb(line string) {
	if f := strings.Fields(line); len(f) == 3 {
		v := regularVerb(f[0])
		if third := map[string]string{"be": "is", "have": "has"}[f[0]]; third != "" {
			v.third = third
		}
		v.past, v.participle = f[1], f[2]
		e.verbs[f[0]] = v
	}
}

// addNoun takes "singular plural".
func (e *english) addNoun(line string) {
	if f := strings.Fields(line); len(f) == 2 {
		e.nouns[f[0]] = f[1]
	}
}

// plural returns the plural of a noun phrase: of its last word, or of the word
// before the first preposition ("body of the UN system", "head of state").
func (e *english) plural(noun string) string {
	words := strings.Fields(noun)
	if len(words) == 0 {
		return noun
	}
	at := len(words) - 1
	for i, w := range words {
		if i > 0 && (w == "of" || w == "in" || w == "for" || w == "to" || w == "on") {
			at = i - 1
			break
		}
	}
	words[at] = e.pluralWord(words[at])
	return strings.Join(words, " ")
}

func (e *english) pluralWord(w string) string {
	low := strings.ToLower(w)
	if p, ok := e.nouns[low]; ok {
		return p
	}
	switch {
	case len(low) > 4 && low[len(low)-1] == 's' && !endsIn(low, "ss", "us", "is", "as", "os"):
		return w // of a label in the plural: nuclear reactors, armed forces
	case low != w && strings.ToUpper(w) == w:
		return w + "s"
	case endsIn(low, "s", "x", "z", "ch", "sh"):
		return w + "es"
	case strings.HasSuffix(low, "y") && len(low) > 1 && !isVowel(low[len(low)-2]):
		return w[:len(w)-1] + "ies"
	}
	return w + "s"
}

// verb returns the forms of a verb of one word.
func (e *english) verb(base string) verbForms {
	if v, ok := e.verbs[base]; ok {
		return v
	}
	return regularVerb(base)
}

func regularVerb(b string) verbForms {
	v := verbForms{base: b, third: b + "s", past: b + "ed", ing: b + "ing"}
	n := len(b)
	switch {
	case n < 2:
	case endsIn(b, "s", "x", "z", "ch", "sh", "o"):
		v.third = b + "es"
	case b[n-1] == 'y' && !isVowel(b[n-2]):
		v.third, v.past = b[:n-1]+"ies", b[:n-1]+"ied"
	case strings.HasSuffix(b, "ie"):
		v.past, v.ing = b+"d", b[:n-2]+"ying"
	case b[n-1] == 'e':
		v.past = b + "d"
		if b != "be" && b[n-2] != 'e' {
			v.ing = b[:n-1] + "ing"
		}
	case doublesFinal(b):
		v.past, v.ing = b+b[n-1:]+"ed", b+b[n-1:]+"ing"
	}
	v.participle = v.past
	return v
}

// doublesFinal reports whether a verb doubles its last consonant: one
// syllable of consonant, vowel, consonant ("quit", "ban"), or a listed one.
func doublesFinal(b string) bool {
	switch b {
	case "refer", "admit", "commit", "permit", "prefer", "occur", "transfer", "quit", "equip":
		return true
	}
	n := len(b)
	if n < 3 || isVowel(b[n-1]) || !isVowel(b[n-2]) || isVowel(b[n-3]) || strings.IndexByte("wxy", b[n-1]) >= 0 {
		return false
	}
	for i := range n - 3 {
		if isVowel(b[i]) {
			return false
		}
	}
	return true
}

func isVowel(c byte) bool { return strings.IndexByte("aeiou", c) >= 0 }

func endsIn(s string, ends ...string) bool {
	for _, e := range ends {
		if strings.HasSuffix(s, e) {
			return true
		}
	}
	return false
}
