package tables

import (
	"github.com/ententedb/entente/graph"
)

// organisations states what is known of each organisation (organisations.csv).
func (b *builder) organisations() error {
	rows, err := readTable(b.dir, "organisations.csv")
	if err != nil {
		return err
	}
	for _, r := range rows {
		o := pk(r.get("id"))
		class := pk(r.get("class"))
		if _, ok := b.supers[class]; !ok {
			return r.errorf("class %q is not in the ontology", r.get("class"))
		}
		if err := b.declare(o, class, r.get("label")); err != nil {
			return r.errorf("%w", err)
		}
		for _, d := range []string{"founded", "dissolved"} {
			if err := b.date(r, o, pk(d), r.get(d)); err != nil {
				return err
			}
		}
		if seat := r.get("seat"); seat != "" {
			b.add(o, pk("seat"), b.city(seat))
		}
		for _, treaty := range list(r.get("founding_treaty")) {
			b.text(o, pk("foundingTreaty"), treaty)
		}
		b.text(o, pk("purpose"), r.get("purpose"))
		if whole := r.get("part_of"); whole != "" {
			b.add(o, pk("partOf"), b.ref(r, pk(whole)))
		}
		b.text(o, pk("iso3"), r.get("iso3"))
		if id := r.get("wikidata"); id != "" {
			b.add(o, sameAs, graph.IRI("http://www.wikidata.org/entity/"+id))
		}
		b.describedBy(r, o, r.get("source"))
	}
	return nil
}

// statuses maps the status column of a membership table to the property it
// stands for.
var statuses = map[string]graph.Term{
	"member":    memberOf,
	"associate": pk("associateOf"),
	"observer":  pk("observerOf"),
	"partner":   pk("partnerOf"),
	"candidate": pk("candidateFor"),
	"invited":   pk("invitedTo"),
	"suspended": pk("suspendedFrom"),
}

// memberships states who belongs to each organisation (memberships/X.csv).
// Where a row names no source, it is the organisation's own list.
func (b *builder) memberships() error {
	organisations, err := readTable(b.dir, "organisations.csv")
	if err != nil {
		return err
	}
	for _, o := range organisations {
		id := o.get("id")
		rows, err := readTable(b.dir, "memberships/"+id+".csv")
		if err != nil {
			return o.errorf("%w", err)
		}
		for _, r := range rows {
			property, ok := statuses[r.get("status")]
			if !ok {
				return r.errorf("status %q is not known", r.get("status"))
			}
			from := r.get("source")
			if from == "" {
				from = o.get("source")
			}
			who := r.get("member")
			if _, err := b.state(r, b.ref(r, pk(who)), property, pk(id), r.get("since"), r.get("until"), from, r.get("note")); err != nil {
				return err
			}
			if property == memberOf {
				if err := b.founder(r, o, from); err != nil {
					return err
				}
				b.members[id] = append(b.members[id], spell{who, r.get("since"), r.get("until")})
			}
		}
	}
	un := map[string]bool{}
	for _, m := range b.members["UN"] {
		un[m.who] = un[m.who] || holds(m.since, m.until, AsOf)
	}
	countries, err := readTable(b.dir, "countries.csv")
	if err != nil {
		return err
	}
	for _, r := range countries {
		b.add(pk(r.get("iso3")), pk("unMember"), graph.Boolean(un[r.get("iso3")]))
	}
	return nil
}

// founder states that the member of r founded o, if it joined by the day the
// organisation was founded, or by the day in column founding_until where the
// founders ratified later, and had not left before. It marks the statement as
// inferred from the membership.
func (b *builder) founder(r, o row, from string) error {
	founded, limit, since, until := o.get("founded"), o.get("founding_until"), r.get("since"), r.get("until")
	if limit == "" {
		limit = founded
	}
	late := before(limit, since) || len(since) < len(limit) && !before(since, limit)
	if since == unknown || late || until != "" && (until == unknown || !before(founded, until)) {
		return nil
	}
	organisation := pk(o.get("id"))
	b.founders[o.get("id")] = append(b.founders[o.get("id")], r.get("member"))
	node, err := b.state(r, organisation, pk("foundedBy"), pk(r.get("member")), founded, "", from, "")
	if err == nil {
		b.add(node, pk("inferredFrom"), organisation)
	}
	return err
}
