package tables

import (
	"io/fs"
	"strings"

	"github.com/ententedb/entente/graph"
)

// A treaty's parties are named in one of three ways, in this order: by the
// organisation whose members they are (column organisation), by a list for
// those who were bound from the entry into force to the end (column parties),
// and by rows of treaty_parties.csv with dates of their own.

// treaties states what is known of each treaty (treaties/*.csv, one file per
// kind), who is bound by it, and who is therefore allied with whom.
func (b *builder) treaties() error {
	files, err := fs.Glob(b.dir, "treaties/*.csv")
	if err != nil {
		return err
	}
	var rows []row
	for _, file := range files {
		more, err := readTable(b.dir, file)
		if err != nil {
			return err
		}
		rows = append(rows, more...)
	}
	own, err := readTable(b.dir, "treaty_parties.csv")
	if err != nil {
		return err
	}
	dated := map[string][]row{}
	for _, r := range own {
		dated[r.get("treaty")] = append(dated[r.get("treaty")], r)
	}
	for _, r := range rows {
		t := pk(r.get("id"))
		class := pk(r.get("class"))
		if _, ok := b.supers[class]; !ok {
			return r.errorf("class %q is not in the ontology", r.get("class"))
		}
		if err := b.declare(t, class, r.get("label")); err != nil {
			return r.errorf("%w", err)
		}
		for _, d := range []struct{ column, property string }{{"signed", "signed"}, {"in_force", "inForce"}, {"ended", "ended"}} {
			if r.get(d.column) == unknown {
				continue // pk:status says all that is known
			}
			if err := b.date(r, t, pk(d.property), r.get(d.column)); err != nil {
				return err
			}
		}
		b.text(t, pk("status"), status(r))
		b.text(t, pk("kind"), r.get("kind"))
		for _, field := range list(r.get("coverage")) {
			b.add(t, pk("covers"), b.ref(r, pk(field)))
		}
		commitments := list(r.get("commitment"))
		for _, c := range commitments {
			b.add(t, pk("commitment"), b.ref(r, pk(c)))
		}
		b.text(t, pk("article"), r.get("article"))
		b.text(t, pk("note"), r.get("note"))
		if o := r.get("founding_of"); o != "" {
			b.add(t, pk("foundingTreatyOf"), b.ref(r, pk(o)))
		}
		b.describedBy(r, t, r.get("source"))

		parties, err := b.parties(r, dated[r.get("id")])
		if err != nil {
			return err
		}
		for _, c := range commitments {
			if c == "mutualDefence" {
				if err := b.allies(r, t, parties); err != nil {
					return err
				}
			}
		}
		delete(dated, r.get("id"))
	}
	for id, left := range dated {
		return left[0].errorf("treaty %q is in none of treaties/*.csv", id)
	}
	return nil
}

// parties states who is bound by the treaty of r and returns them.
func (b *builder) parties(r row, dated []row) ([]spell, error) {
	t := pk(r.get("id"))
	start := r.get("in_force")
	if err := b.signatories(r, dated); err != nil {
		return nil, err
	}
	if start == "" && r.get("class") != convention {
		return nil, nil
	}
	if holds(start, r.get("ended"), AsOf) && light[r.get("class")] {
		for _, who := range strings.Fields(r.get("parties")) {
			b.add(t, party, b.ref(r, pk(who)))
		}
		return nil, nil
	}
	var parties []spell
	state := func(at row, who, since, until, from, note string) error {
		if since == "" {
			since = start
		}
		until = earlier(until, r.get("ended"))
		if from == "" {
			from = r.get("source")
		}
		parties = append(parties, spell{who, since, until})
		_, err := b.state(at, t, party, b.ref(at, pk(who)), since, until, from, note)
		return err
	}
	if o := r.get("organisation"); o != "" {
		members, ok := b.members[o]
		if !ok {
			return nil, r.errorf("organisation %q has no members", o)
		}
		for _, m := range members {
			if r.get("in_force") != "" && m.since != unknown && before(m.since, start) {
				m.since = start
			}
			if m.until != "" && m.until != unknown && start != unknown && !before(start, m.until) {
				continue // left before the treaty entered into force
			}
			if end := r.get("ended"); end != "" && end != unknown && m.since != unknown && !before(m.since, end) {
				continue // joined after the treaty ended
			}
			if err := state(r, m.who, m.since, m.until, "", ""); err != nil {
				return nil, err
			}
		}
	}
	for _, who := range strings.Fields(r.get("parties")) {
		if err := state(r, who, "", "", "", ""); err != nil {
			return nil, err
		}
	}
	for _, p := range dated {
		if err := state(p, p.get("party"), p.get("since"), p.get("until"), p.get("source"), p.get("note")); err != nil {
			return nil, err
		}
	}
	return parties, nil
}

// convention is the class of treaties whose parties are in ratifications/X.csv.
const convention = "MultilateralConvention"

// light are the classes of the thousands of treaties between two countries.
// While they are in force their parties are stated without a reifier: the
// dates and the source are those of the treaty.
var light = map[string]bool{"InvestmentTreaty": true, "TaxTreaty": true}

// status says in words whether the treaty of r is in force.
func status(r row) string {
	start, end := r.get("in_force"), r.get("ended")
	switch {
	case end != "" && !holds(start, end, AsOf):
		return "ended"
	case start == "":
		return "signed, not in force"
	}
	return "in force"
}

// signatories states who signed the treaty of r: those that the columns parties
// and signatories list, those of treaty_parties.csv that were bound from the
// beginning, and the founders of the organisation that it founded. That a
// country signed stays true whatever becomes of the treaty.
func (b *builder) signatories(r row, dated []row) error {
	t, since := pk(r.get("id")), r.get("signed")
	if since == "" {
		since = unknown
	}
	signed := func(who string) error {
		if light[r.get("class")] {
			b.add(t, signatory, b.ref(r, pk(who)))
			return nil
		}
		_, err := b.state(r, t, signatory, b.ref(r, pk(who)), since, "", r.get("source"), "")
		return err
	}
	for _, who := range strings.Fields(r.get("parties") + " " + r.get("signatories")) {
		if err := signed(who); err != nil {
			return err
		}
	}
	for _, p := range dated {
		if from := p.get("since"); from == "" || from == r.get("in_force") {
			if err := signed(p.get("party")); err != nil {
				return err
			}
		}
	}
	if o := r.get("organisation"); o != "" && o == r.get("founding_of") {
		for _, who := range b.founders[o] {
			if err := signed(who); err != nil {
				return err
			}
		}
	}
	return nil
}

// allies states that the parties of a treaty of mutual defence are allied, in
// both directions, for the time both are bound. It marks each statement with
// the treaty it was inferred from.
func (b *builder) allies(r row, t graph.Term, parties []spell) error {
	for i, x := range parties {
		for j, y := range parties {
			if i == j || x.who == y.who {
				continue
			}
			since, until := later(x.since, y.since), earlier(x.until, y.until)
			if since != unknown && until != "" && until != unknown && !before(since, until) {
				continue // never bound at the same time
			}
			node, err := b.state(r, pk(x.who), alliedWith, pk(y.who), since, until, r.get("source"), "")
			if err != nil {
				return err
			}
			b.add(node, pk("inferredFrom"), t)
		}
	}
	return nil
}

// later returns the later of two beginnings, unknown if either is.
func later(a, b string) string {
	if a == unknown || b == unknown {
		return unknown
	}
	if before(a, b) {
		return b
	}
	return a
}

// earlier returns the earlier of two ends, where "" is never.
func earlier(a, b string) string {
	switch {
	case a == "":
		return b
	case b == "":
		return a
	case a == unknown || b == unknown:
		return unknown
	case before(b, a):
		return b
	}
	return a
}
