package tables

import (
	"strings"

	"github.com/ententedb/entente/graph"
)

// listSources names the source of what a list of the reference collection says, by
// topic of disagreements.csv.
var listSources = map[string]string{
	"current members, Factbook 2026":       "factbook",
	"members at the end of 2014, COW IGO":  "list-cow-igo",
	"year of joining after 1965, COW IGO":  "list-cow-igo",
	"membership spells, to the day":        "list-groups",
	"membership spells, encyclopedia 2025": "list-encyclopedia",
	"conventions: ratified":                "list-manytreaties",
	"sanctions that ended: since":          "list-ist",
	"sanctions that ended: until":          "list-ist",
	"trade agreements: days, huggo":        "list-huggo",
	"trade agreements: days, tota":         "list-tota",
}

// claim is what another source says of a fact that we state, or do not state.
type claim struct {
	s, p, o      graph.Term
	since, until string
	source       string
	reason       string // why we prefer ours
	// ours is the beginning or end that we state instead, "" if nothing.
	ours string
}

// variants states what other sources say where both are right by their own way
// of counting, or where the sources contradict each other and we chose
// (disagreements.csv, verdicts counting and open; variants.csv). It marks our
// statement as the preferred one. What a list has wrong, or too old, is in
// disagreements.csv and not in the graph.
func (b *builder) variants() error {
	rows, err := readTable(b.dir, "disagreements.csv")
	if err != nil {
		return err
	}
	for _, r := range rows {
		if v := r.get("verdict"); v != "counting" && v != "open" || listSources[r.get("topic")] == "" || r.get("theirs") == "" {
			continue
		}
		c := claim{source: listSources[r.get("topic")], reason: r.get("reason"), ours: r.get("ours")}
		theirs := r.get("theirs")
		words := strings.SplitN(r.get("item"), " ", 3)
		switch {
		case strings.HasPrefix(r.get("topic"), "trade agreements"):
			p := map[string]string{"signed": "signed", "in force": "inForce"}[strings.Join(words[1:], " ")]
			if c.o, err = dateTerm(theirs); err != nil {
				return r.errorf("%w", err)
			}
			c.s, c.p = pk(words[0]), pk(p)
		case strings.HasPrefix(r.get("topic"), "sanctions"):
			if c.o, err = dateTerm(theirs); err != nil {
				return r.errorf("%w", err)
			}
			c.s, c.p = pk(r.get("about")), pk(words[1])
		case strings.HasPrefix(r.get("topic"), "conventions"):
			c.s, c.p, c.o, c.since = pk(words[0]), ratifiedBy, pk(words[1]), theirs
		default:
			c.s, c.p, c.o = pk(words[1]), memberOf, pk(words[0])
			switch {
			case theirs == "member":
			case len(words) == 3 && words[2] == "until":
				c.until = theirs
			default:
				c.since = theirs
			}
		}
		if err := b.claim(r, c); err != nil {
			return err
		}
	}
	if rows, err = readTable(b.dir, "variants.csv"); err != nil {
		return err
	}
	for _, r := range rows {
		c := claim{s: pk(r.get("subject")), p: pk(r.get("property")), o: pk(r.get("object")), since: r.get("since"), until: r.get("until"),
			source: r.get("source"), reason: r.get("reason")}
		if c.p.Equal(party) {
			c.s, c.o = c.o, c.s
		}
		if err := b.claim(r, c); err != nil {
			return err
		}
	}
	return nil
}

// memberStatuses are the statuses of membership, in the order in which one stands
// in for another.
var memberStatuses = []graph.Term{memberOf, pk("invitedTo"), pk("associateOf"), pk("suspendedFrom")}

// claim states what another source says by a node that claims the triple
// rather than reifying it, so that no question takes it for ours.
func (b *builder) claim(r row, c claim) error {
	node := b.node()
	b.add(node, rdfType, pk("Variant"))
	b.add(node, pk("claims"), graph.TripleTerm(b.ref(r, c.s), c.p, c.o))
	if err := b.date(r, node, pk("since"), c.since); err != nil {
		return err
	}
	if err := b.date(r, node, pk("until"), c.until); err != nil {
		return err
	}
	b.add(node, pk("source"), b.ref(r, source(c.source)))
	b.text(node, pk("reason"), c.reason)
	if c.o.IsLiteral() && c.ours != "" {
		ours, err := dateTerm(c.ours)
		if err != nil {
			return r.errorf("%w", err)
		}
		preferred := b.reify(c.s, c.p, ours)
		b.add(preferred, pk("source"), b.sourceOf[c.s])
		b.add(preferred, pk("preferredOver"), node)
	}
	properties := []graph.Term{c.p}
	if c.p.Equal(memberOf) {
		properties = memberStatuses
	}
	for _, p := range properties {
		found := false
		for _, ours := range b.stated[triple{c.s, p, c.o.Key()}] {
			if c.ours == "" || c.ours == "member" || strings.HasPrefix(ours.since, c.ours) || c.ours == ours.until {
				b.add(ours.node, pk("preferredOver"), node)
				found = true
			}
		}
		if found {
			break
		}
	}
	return nil
}
