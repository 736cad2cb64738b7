package question

import (
	"slices"
	"sync"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"
)

// followUp is the grammar of questions about the last answer. Each form holds
// a word that points back ("those", "them", "and", "what about"), so that a
// question that stands by itself is never taken for one.
type followUp struct {
	Pos    lexer.Position
	Count  bool         `parser:"( @('how' 'many') ( 'are' ('there'|'they'|'those') | 'of' ('them'|'those') )? End"`
	Why    bool         `parser:"| @'why' End"`
	Key    *lexer.Token `parser:"| 'and'? ('sort'|'order'|'rank'|'sorted'|'ordered'|'ranked') ('them'|'those'|'these'|'it')? 'by' @(Attribute|Superlative)"`
	Order  string       `parser:"  @('ascending'|'descending'|'increasing'|'decreasing')? End"`
	Top    *lexer.Token `parser:"| ('only'|'just'|'and')? ('show' 'me'?)? ('top'|'first') @Number ('of' ('them'|'those'|'these'))? End"`
	Time   *timeNode    `parser:"| ( 'and' | ('what'|'how') 'about' ) ( @@"`
	Year   *lexer.Token `parser:"  | @(Number|Date)"`
	Thing  *lexer.Token `parser:"  | @Name ) End"`
	Filter []*predicate `parser:"| ( ('and'|'but')? 'of' ('those'|'these'|'them') ','? ('which'|'who'|'what')? | ('and'|'but')? ('which'|'who') 'of' ('those'|'these'|'them') | 'only' ('those'|'these'|'ones')? | ('and'|'but') ('which'|'who') | ('and'|'but') ) @@+ End )"`
}

var buildFollowUpParser = sync.OnceValue(func() *participle.Parser[followUp] {
	return participle.MustBuild[followUp](participle.Lexer(classes{}), participle.UseLookahead(participle.MaxLookahead))
})

// parseFollowUp reads text as a question about the last one. understood is
// false if it has not the form of one.
func (l *Lexicon) parseFollowUp(text string, last *meaning) (m *meaning, refusal *Refusal, understood bool) {
	tokens, refusal := l.tokens(text)
	if refusal != nil || len(tokens) == 0 {
		return nil, nil, false
	}
	for _, s := range sequences(tokens) {
		s.next = 0
		lex, err := lexer.Upgrade(s)
		if err != nil {
			continue
		}
		f, err := buildFollowUpParser().ParseFromLexer(lex)
		if err != nil {
			continue
		}
		in := &interpreter{Lexicon: l, seq: s}
		m := in.followUp(f, last)
		if in.refusal == nil {
			return m, nil, true
		}
		if refusal == nil {
			refusal = in.refusal
		}
	}
	return nil, refusal, refusal != nil
}

func (in *interpreter) followUp(f *followUp, last *meaning) *meaning {
	m := *last
	if m.set != nil {
		s := *m.set
		s.conds = slices.Clone(s.conds)
		m.set = &s
	}
	switch {
	case f.Count:
		in.wantsSet(f, last)
		return &meaning{kind: askCount, set: m.set}
	case f.Why:
		r, ok := m.check.(relates)
		if m.kind == askWhen && m.event != nil {
			r, ok = *m.event, true
		}
		if !ok || len(m.things) != 1 || r.to.iri == "" {
			in.refuseAt(f.Pos, "reasons can be given for one relation between two things")
			return &m
		}
		return &meaning{kind: askWhy, event: &r, things: m.things}
	case f.Key != nil:
		in.wantsSet(f, last)
		m.kind = askSet
		m.order = in.numeric(*f.Key)
		m.ascending = f.Order == "ascending" || f.Order == "increasing"
	case f.Top != nil:
		in.wantsSet(f, last)
		if m.order == nil {
			in.refuse(*f.Top, "by what should they be ranked?")
		}
		m.limit, m.ties = in.integer(*f.Top), false
	case f.Time != nil:
		in.retime(&m, in.bounds(f.Time))
	case f.Year != nil:
		in.retime(&m, in.bounds(&timeNode{Pos: f.Pos, Op: "in", At: f.Year}))
	case f.Thing != nil:
		in.replace(&m, *f.Thing)
	default:
		in.wantsSet(f, last)
		if in.refusal != nil {
			return &m
		}
		m.kind, m.limit, m.ties, m.per = askSet, 0, false, nil
		in.questionTime(nil, f.Filter, nil)
		in.predicates(m.set, f.Filter)
	}
	return &m
}

func (in *interpreter) wantsSet(f *followUp, last *meaning) {
	if last.set == nil || last.perYear && last.kind == askCount || last.kind != askSet && last.kind != askCount && last.kind != askAttributes {
		in.refuseAt(f.Pos, "the last answer was not a list of things")
	}
}

// retime asks the same for another time.
func (in *interpreter) retime(m *meaning, when moment) {
	changed := false
	if m.kind == askCount {
		m.perYear = false
	}
	relation := func(r relates) relates {
		if in.timeFor(r.rel, when) == (moment{}) {
			return r
		}
		changed = true
		kind := r.when.kind
		r.when = when
		switch kind {
		case began, ended:
			r.when.kind = kind
		default:
			r.when.kind = during
		}
		return r
	}
	var conds func(list []cond) []cond
	var one func(c cond) cond
	one = func(c cond) cond {
		switch x := c.(type) {
		case relates:
			return relation(x)
		case not:
			return not{one(x.cond)}
		case allOf:
			return allOf(conds(x))
		case anyOf:
			return anyOf(conds(x))
		case someOf:
			x.of = conds(x.of)
			return x
		case compares:
			if when.year != "" && x.property.yearly() {
				changed = true
				x.when = when
				x.when.kind = during
			}
			return x
		}
		return c
	}
	conds = func(list []cond) []cond {
		out := make([]cond, len(list))
		for i, c := range list {
			out[i] = one(c)
		}
		return out
	}
	measured := m.order != nil && m.order.yearly()
	for _, a := range m.attributes {
		measured = measured || a.yearly()
	}
	switch {
	case measured && when.year != "":
		m.when = when
		m.when.kind = during
		changed = true
	default:
		if m.set != nil {
			m.set.conds = conds(m.set.conds)
		}
		if m.check != nil {
			m.check = one(m.check)
		}
	}
	if !changed {
		in.refuseAt(lexer.Position{}, "the last question does not depend on time")
	}
}

// replace asks the same of another thing.
func (in *interpreter) replace(m *meaning, t lexer.Token) {
	if len(m.things) == 1 {
		old := m.things[0]
		for _, iri := range in.candidates(t) {
			if in.kindOf(iri) == in.kindOf(old) {
				m.things = []string{in.name(t, nil)}
				return
			}
		}
	}
	var fits []*cond
	if m.set != nil {
		for i := range m.set.conds {
			fits = append(fits, &m.set.conds[i])
		}
	}
	if m.check != nil {
		fits = append(fits, &m.check)
	}
	var found *cond
	for _, c := range fits {
		r, ok := (*c).(relates)
		if ok && r.to.iri != "" && in.fits(t, r.rel.to()) {
			if found != nil {
				in.refuse(t, "it is not clear what %q stands for", in.token(t).text)
				return
			}
			found = c
		}
	}
	if found == nil {
		in.refuse(t, "it is not clear what %q stands for", in.token(t).text)
		return
	}
	r := (*found).(relates)
	r.to.iri = in.name(t, r.rel.to())
	*found = r
}
