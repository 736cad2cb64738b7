package tables

import (
	"strings"

	"github.com/ententedb/entente/graph"
)

// countryKinds maps the column kind to the class it stands for.
var countryKinds = map[string]graph.Term{"state": pk("State"), "territory": pk("Territory")}

// forms maps the column form to the class it stands for.
var forms = map[string]graph.Term{"monarchy": pk("Monarchy"), "republic": pk("Republic")}

// countries states what is known of each state and territory (countries.csv).
func (b *builder) countries() error {
	rows, err := readTable(b.dir, "countries.csv")
	if err != nil {
		return err
	}
	for _, r := range rows {
		c := pk(r.get("iso3"))
		class, ok := countryKinds[r.get("kind")]
		if !ok {
			return r.errorf("kind %q: want state or territory", r.get("kind"))
		}
		if err := b.declare(c, class, r.get("label")); err != nil {
			return r.errorf("%w", err)
		}
		b.text(c, pk("formalName"), r.get("formal_name"))
		b.text(c, pk("iso2"), r.get("iso2"))
		b.text(c, pk("iso3"), r.get("iso3"))
		b.text(c, pk("isoNumeric"), r.get("numeric"))
		for _, demonym := range list(r.get("demonym")) {
			b.text(c, pk("demonym"), demonym)
		}
		if owner := r.get("dependency_of"); owner != "" {
			b.add(c, pk("dependencyOf"), b.ref(r, pk(owner)))
		}
		b.region(c, r)
		for _, capital := range list(r.get("capital")) {
			b.add(c, pk("capital"), b.city(capital))
		}
		if area := r.get("area_km2"); area != "" {
			b.add(c, pk("area"), graph.Literal(area, graph.XSDDecimal))
		}
		b.add(c, pk("landlocked"), graph.Boolean(r.get("landlocked") == "true"))
		if err := b.date(r, c, pk("independence"), r.get("independence")); err != nil {
			return err
		}
		b.text(c, pk("government"), r.get("government"))
		if form := r.get("form"); form != "" {
			class, ok := forms[form]
			if !ok {
				return r.errorf("form %q: want monarchy or republic", form)
			}
			b.typed(c, class)
		}
		if id := r.get("wikidata"); id != "" {
			b.add(c, sameAs, graph.IRI("http://www.wikidata.org/entity/"+id))
		}
		for _, from := range countrySources {
			b.describedBy(r, c, from)
		}
	}
	return nil
}

// countrySources are where countries.csv comes from: codes, regions and
// identities; areas, formal names and the rest.
var countrySources = []string{"m49", "factbook"}

// region places a country in the geoscheme, declaring its regions the first
// time they occur.
func (b *builder) region(c graph.Term, r row) {
	name, sub, wider := r.get("region"), r.get("subregion"), r.get("wider_subregion")
	if name == "" {
		return
	}
	place := func(kind, name string) graph.Term {
		t := pk("region-" + slug(name))
		if _, ok := b.labels[t]; !ok {
			_ = b.declare(t, pk(kind), name)
		}
		return t
	}
	region := place("Region", name)
	b.add(c, pk("region"), region)
	for _, name := range []string{sub, wider} {
		if name != "" {
			t := place("Subregion", name)
			b.add(t, pk("partOfRegion"), region)
			b.add(c, pk("subregion"), t)
		}
	}
}

// formerStates states what is known of states that no longer exist
// (former_states.csv) and who followed them (successors.csv). That they were
// countries, and states or territories, are statements that ended.
func (b *builder) formerStates() error {
	rows, err := readTable(b.dir, "former_states.csv")
	if err != nil {
		return err
	}
	for _, r := range rows {
		c := pk(r.get("id"))
		if err := b.declare(c, pk("FormerState"), r.get("label")); err != nil {
			return r.errorf("%w", err)
		}
		b.text(c, pk("formalName"), r.get("formal_name"))
		b.text(c, pk("note"), r.get("note"))
		if err := b.date(r, c, pk("existedFrom"), r.get("since")); err != nil {
			return err
		}
		if err := b.date(r, c, pk("existedUntil"), r.get("until")); err != nil {
			return err
		}
		kind, ok := countryKinds[r.get("kind")]
		if !ok {
			return r.errorf("kind %q: want state or territory", r.get("kind"))
		}
		for _, class := range []graph.Term{country, kind} {
			if _, err := b.state(r, c, rdfType, class, r.get("since"), r.get("until"), "general-knowledge", ""); err != nil {
				return err
			}
		}
		b.describedBy(r, c, "general-knowledge")
		if id := r.get("wikidata"); id != "" {
			b.add(c, sameAs, graph.IRI("http://www.wikidata.org/entity/"+id))
		}
	}
	if rows, err = readTable(b.dir, "successors.csv"); err != nil {
		return err
	}
	for _, r := range rows {
		s, p := b.ref(r, pk(r.get("successor"))), b.ref(r, pk(r.get("predecessor")))
		if _, err := b.state(r, s, pk("successorOf"), p, r.get("since"), "", "general-knowledge", ""); err != nil {
			return err
		}
	}
	return nil
}

// standings states which countries belong to a class for a time, such as the
// neutral states (standings.csv).
func (b *builder) standings() error {
	rows, err := readTable(b.dir, "standings.csv")
	if err != nil {
		return err
	}
	for _, r := range rows {
		for _, name := range strings.Fields(r.get("classes")) {
			class := pk(name)
			if _, ok := b.supers[class]; !ok {
				return r.errorf("class %q is not in the ontology", name)
			}
			if _, err := b.state(r, b.ref(r, pk(r.get("country"))), rdfType, class, r.get("since"), r.get("until"), r.get("source"), r.get("note")); err != nil {
				return err
			}
		}
	}
	return nil
}

// aliases states the other names of anything (aliases.csv).
func (b *builder) aliases() error {
	rows, err := readTable(b.dir, "aliases.csv")
	if err != nil {
		return err
	}
	properties := map[string]graph.Term{"alias": altLabel, "ambiguous": pk("ambiguousName")}
	for _, r := range rows {
		p, ok := properties[r.get("kind")]
		if !ok {
			return r.errorf("kind %q: want alias or ambiguous", r.get("kind"))
		}
		b.add(b.ref(r, pk(r.get("id"))), p, graph.String(r.get("name")))
	}
	return nil
}

// borders states who shares a land border, in both directions (borders.csv).
func (b *builder) borders() error {
	rows, err := readTable(b.dir, "borders.csv")
	if err != nil {
		return err
	}
	for _, r := range rows {
		x, y := b.ref(r, pk(r.get("a"))), b.ref(r, pk(r.get("b")))
		for _, pair := range [][2]graph.Term{{x, y}, {y, x}} {
			b.add(pair[0], borders, pair[1])
			b.add(b.reify(pair[0], borders, pair[1]), pk("source"), b.ref(r, source("factbook")))
		}
	}
	return nil
}

// currencies states the currencies (currencies.csv) and who uses them
// (uses.csv). That a member of the euro area uses the euro follows from its
// membership.
func (b *builder) currencies() error {
	rows, err := readTable(b.dir, "currencies.csv")
	if err != nil {
		return err
	}
	for _, r := range rows {
		c := currency(r.get("code"))
		if err := b.declare(c, pk("Currency"), r.get("label")); err != nil {
			return r.errorf("%w", err)
		}
		b.text(c, pk("currencyCode"), r.get("code"))
	}
	if rows, err = readTable(b.dir, "uses.csv"); err != nil {
		return err
	}
	for _, r := range rows {
		who, what := b.ref(r, pk(r.get("country"))), b.ref(r, currency(r.get("currency")))
		if _, err := b.state(r, who, uses, what, r.get("since"), r.get("until"), r.get("source"), r.get("note")); err != nil {
			return err
		}
	}
	for _, m := range b.members["EuroArea"] {
		r := row{file: "memberships/EuroArea.csv"}
		if _, err := b.state(r, pk(m.who), uses, currency("EUR"), m.since, m.until, "euroarea-members", ""); err != nil {
			return err
		}
	}
	return nil
}

// currency returns the entity of an ISO 4217 code.
func currency(code string) graph.Term {
	if code == "EUR" {
		return pk("euro")
	}
	return pk("currency-" + slug(code))
}
