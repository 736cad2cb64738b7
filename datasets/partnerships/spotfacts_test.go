package partnerships_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/ententedb/entente/datasets/partnerships"
	"github.com/ententedb/entente/query"
	"github.com/ententedb/entente/storage"
)

// spotFacts are fifty facts across the eleven points that the graph was asked
// to cover, chosen and written down from general knowledge, each with the query
// that asks for it. The answer is every value of the rows, sorted.
var spotFacts = []struct {
	point      int
	fact, want string
	query      string
}{
	// States and territories
	{1, "Burma is Myanmar", "Myanmar", `SELECT ?l { ?c skos:altLabel "Burma" ; rdfs:label ?l }`},
	{1, "the capital of Kazakhstan is Astana", "Astana", `SELECT ?l { pk:KAZ pk:capital/rdfs:label ?l }`},
	{1, "South Sudan became independent on 9 July 2011", "2011-07-09", `SELECT ?d { pk:SSD pk:independence ?d }`},
	{1, "Germany has nine neighbours", "9", `SELECT (COUNT(?n) AS ?k) { pk:DEU pk:borders ?n }`},
	{1, "fifteen states followed the Soviet Union", "15", `SELECT (COUNT(?s) AS ?k) { ?s pk:successorOf pk:SUN }`},
	{1, "Czechoslovakia ended on 1 January 1993", "1993-01-01", `SELECT ?d { pk:CSK pk:existedUntil ?d }`},
	// Organisations
	{2, "the United Nations had 51 founding members", "51", `SELECT (COUNT(?m) AS ?k) { pk:UN pk:foundedBy ?m }`},
	{2, "ASEAN was founded by five", "Indonesia, Malaysia, Philippines, Singapore, Thailand", `SELECT ?l { pk:ASEAN pk:foundedBy/rdfs:label ?l }`},
	{2, "Türkiye joined NATO on 18 February 1952", "1952-02-18", `SELECT ?d { ?r rdf:reifies <<( pk:TUR pk:memberOf pk:NATO )>> ; pk:since ?d }`},
	{2, "Colombia joined the OECD on 28 April 2020", "2020-04-28", `SELECT ?d { ?r rdf:reifies <<( pk:COL pk:memberOf pk:OECD )>> ; pk:since ?d }`},
	{2, "the African Union sits in Addis Ababa", "Addis Ababa", `SELECT ?l { pk:AU pk:seat/rdfs:label ?l }`},
	{2, "the Warsaw Pact had eight members", "Albania, Bulgaria, Czechoslovakia, East Germany, Hungary, Poland, Romania, Soviet Union", `SELECT DISTINCT ?l { ?r rdf:reifies <<( ?m pk:memberOf pk:WarsawPact )>> . ?m rdfs:label ?l }`},
	{2, "who sat beside the five in the Security Council when Iraq invaded Kuwait", "Canada, Colombia, Cuba, Côte d'Ivoire, Democratic Republic of the Congo, Ethiopia, Finland, Malaysia, Romania, Yemen",
		`SELECT ?l { ?r rdf:reifies <<( ?m pk:memberOf pk:UNSC )>> ; pk:since ?a ; pk:until ?b FILTER(?a <= "1990-08-02"^^xsd:date && ?b > "1990-08-02"^^xsd:date) ?m rdfs:label ?l FILTER(?m != pk:SUN) }`},
	// Pacts
	{3, "the commitment of the North Atlantic Treaty is Article 5", "Article 5", `SELECT ?a { pk:NorthAtlanticTreaty pk:article ?a }`},
	{3, "Japan has one ally by treaty", "United States", `SELECT ?l { pk:JPN pk:alliedWith/rdfs:label ?l }`},
	{3, "ANZUS was signed on 1 September 1951 and entered into force on 29 April 1952", "1951-09-01, 1952-04-29", `SELECT ?s ?f { pk:ANZUS-1951 pk:signed ?s ; pk:inForce ?f }`},
	{3, "China and North Korea are allied since 1961", "1961-09-10", `SELECT ?d { ?r rdf:reifies <<( pk:CHN pk:alliedWith pk:PRK )>> ; pk:since ?d }`},
	{3, "the treaty of Russia and North Korea is of 19 June 2024", "2024-06-19", `SELECT ?d { pk:Russia-NorthKorea-2024 pk:signed ?d }`},
	{3, "Japan signed its peace and its security treaty on one day of 1951", "2", `SELECT (COUNT(?t) AS ?k) { ?r rdf:reifies <<( ?t pk:signatory pk:JPN )>> ; pk:since "1951-09-08"^^xsd:date }`},
	{3, "the INF Treaty held from 1988 to 2019", "1988-06-01, 2019-08-02", `SELECT ?f ?e { pk:INF-Treaty pk:inForce ?f ; pk:ended ?e }`},
	// Trade, investment, tax
	{4, "NAFTA held from 1 January 1994 to 1 July 2020", "1994-01-01, 2020-07-01", `SELECT ?f ?e { pk:trade-NAFTA-1992 pk:inForce ?f ; pk:ended ?e }`},
	{4, "the agreement of the European Union and Japan is in force since 1 February 2019", "2019-02-01", `SELECT ?f { pk:trade-EU-JPN-2018 pk:inForce ?f }`},
	{4, "the first investment treaty was that of Germany and Pakistan, 25 November 1959", "1959-11-25, DEU, PAK", `SELECT (GROUP_CONCAT(DISTINCT ?c; separator=", ") AS ?who) ?s { { SELECT ?t ?s { ?t a pk:InvestmentTreaty ; pk:signed ?s } ORDER BY ?s LIMIT 1 } { ?t pk:party ?p } UNION { ?r rdf:reifies <<( ?t pk:party ?p )>> } BIND(STRAFTER(STR(?p), "pk/") AS ?c) } GROUP BY ?s`},
	{4, "the United Kingdom joined the CPTPP on 15 December 2024", "2024-12-15", `SELECT ?d { ?r rdf:reifies <<( pk:GBR pk:memberOf pk:CPTPP )>> ; pk:since ?d }`},
	{4, "the customs union of the European Union and Türkiye is in force since 31 December 1995", "1995-12-31", `SELECT ?d { ?t a pk:TradeAgreement ; pk:kind "customs union" ; pk:party pk:EU , pk:TUR ; pk:inForce ?d }`},
	// Sanctions
	{5, "the United Nations asked for an arms embargo on South Africa in 1963 and imposed it on 4 November 1977", "1963-08-07, 1977-11-04", `SELECT DISTINCT ?d { ?r rdf:reifies <<( pk:UN pk:sanctions pk:ZAF )>> ; pk:since ?d }`},
	{5, "the American embargo on Cuba is in force since 7 February 1962", "1962-02-07", `SELECT ?d { pk:sanctions-US-CUBA pk:since ?d ; pk:status "in force" }`},
	{5, "the Security Council imposed sanctions on Iraq on 6 August 1990", "1990-08-06", `SELECT (MIN(?d) AS ?first) { ?r rdf:reifies <<( pk:UN pk:sanctions pk:IRQ )>> ; pk:since ?d }`},
	{5, "its first sanctions, on Southern Rhodesia, ended on 21 December 1979", "1979-12-21", `SELECT ?d { pk:sanctions-UN-Rhodesia-1966 pk:until ?d }`},
	// Burden sharing
	{6, "three allies spent 2 % in 2014", "Greece, United Kingdom, United States", `SELECT ?l { ?r rdf:reifies <<( ?a pk:defenceSpendingShare ?v )>> ; pk:year "2014"^^xsd:gYear . ?a rdfs:label ?l FILTER(?v >= 2) }`},
	{6, "in 2025 Poland spends most, 4.48 % of GDP", "4.48, Poland", `SELECT ?l ?v { ?a pk:memberOf pk:NATO ; pk:defenceSpendingShare ?v ; rdfs:label ?l } ORDER BY DESC(?v) LIMIT 1`},
	{6, "the pledge of The Hague is 3.5 % by 2035", "2035, 3.5", `SELECT ?t ?y { pk:NATO-pledge-2025-core pk:threshold ?t ; pk:dueBy ?y }`},
	{6, "the three largest military budgets of 2024", "China, Russia, United States", `SELECT ?l { ?r rdf:reifies <<( ?c pk:militaryExpenditure ?v )>> ; pk:year "2024"^^xsd:gYear . ?c rdfs:label ?l } ORDER BY DESC(?v) LIMIT 3`},
	// Energy and resources
	{7, "Australia mines the most lithium", "Australia", largest("lithiumProduction")},
	{7, "the United States produces the most oil", "United States", largest("oilProduction")},
	{7, "Kazakhstan mines the most uranium", "Kazakhstan", largest("uraniumProduction")},
	{7, "the Democratic Republic of the Congo mines the most cobalt", "Democratic Republic of the Congo", largest("cobaltProduction")},
	{7, "Venezuela has the largest oil reserves", "Venezuela", largest("oilReserves")},
	{7, "Indonesia mines the most nickel", "Indonesia", largest("nickelProduction")},
	// Governance
	{8, "five members of the United Nations are outside the NPT", "India, Israel, North Korea, Pakistan, South Sudan", `SELECT ?l { ?c pk:memberOf pk:UN ; rdfs:label ?l FILTER NOT EXISTS { pk:NPT pk:party ?c } }`},
	{8, "one is not bound by the Convention on the Rights of the Child", "United States", `SELECT ?l { ?c pk:memberOf pk:UN ; rdfs:label ?l FILTER NOT EXISTS { pk:CRC pk:party ?c } }`},
	{8, "the Philippines left the International Criminal Court on 17 March 2019", "2019-03-17", `SELECT ?d { ?r rdf:reifies <<( pk:PHL pk:memberOf pk:ICC )>> ; pk:until ?d }`},
	{8, "Denmark has the least corruption", "Denmark", largest("controlOfCorruption")},
	{8, "five nuclear-weapon states are recognised by the NPT", "China, France, Russia, United Kingdom, United States", `SELECT ?l { ?c a pk:RecognisedNuclearWeaponState ; rdfs:label ?l }`},
	// Trade ties
	{9, "Mexico exports most to the United States", "United States", `SELECT ?l { pk:MEX pk:mainExportPartner/rdfs:label ?l }`},
	{9, "Australia imports most from China", "China", `SELECT ?l { pk:AUS pk:mainImportPartner/rdfs:label ?l }`},
	{9, "three quarters of Canada's exports go to the United States", "true", `SELECT (?s > 70 && ?s < 82 AS ?so) { ?r rdf:reifies <<( pk:CAN pk:exportPartner pk:USA )>> ; pk:share ?s }`},
	// Ideas
	{10, "deterrence is a concept, defined by the threat of what it would cost", "true", `SELECT (CONTAINS(?d, "cost") || CONTAINS(?d, "threat") || CONTAINS(?d, "retaliat") AS ?so) { ?c a skos:Concept ; rdfs:label "deterrence" ; skos:definition ?d }`},
	{10, "burden-sharing and free riding belong together", "true", `SELECT (COUNT(*) > 0 AS ?so) { ?a rdfs:label "burden-sharing" ; skos:related ?b . ?b skos:definition ?d }`},
	// Case studies
	{11, "six left the European Free Trade Association, all for the European Union", "6", `SELECT (COUNT(?m) AS ?k) { ?r rdf:reifies <<( ?m pk:memberOf pk:EFTA )>> ; pk:until ?d . ?s rdf:reifies <<( ?m pk:memberOf pk:EU )>> ; pk:since ?d }`},
	{11, "no member of BRICS sanctions Russia", "false", `SELECT (COUNT(*) > 0 AS ?so) { ?m pk:memberOf pk:BRICS ; pk:sanctions pk:RUS }`},
}

// largest asks which country has the most of a measure.
func largest(measure string) string {
	return `SELECT ?l { ?c pk:` + measure + ` ?v ; rdfs:label ?l } ORDER BY DESC(?v) LIMIT 1`
}

func TestSpotFacts(t *testing.T) {
	store, err := partnerships.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	declared := ""
	for _, p := range prefixes {
		declared += "PREFIX " + p.Name + ": <" + p.IRI + "> "
	}
	if len(spotFacts) < 50 {
		t.Errorf("%d facts, want fifty", len(spotFacts))
	}
	err = store.View(func(tx *storage.Tx) error {
		for i, f := range spotFacts {
			res, err := query.Run(context.Background(), tx, declared+f.query)
			if err != nil {
				t.Errorf("%s: %v", f.fact, err)
				continue
			}
			var values []string
			for row, err := range res.Rows() {
				if err != nil {
					t.Fatal(err)
				}
				for _, v := range res.Vars() {
					values = append(values, row.Get(v).Value())
				}
			}
			slices.Sort(values)
			got := strings.Join(values, ", ")
			if got != f.want {
				t.Errorf("%s: %q, want %q", f.fact, got, f.want)
			}
			t.Logf("%2d. (point %d) %s: %s", i+1, f.point, f.fact, got)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
