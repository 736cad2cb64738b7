// Package tables turns the source tables of the graph of international
// partnerships into RDF.
//
// The tables lie in ../data, one fact in one place, to be read and corrected
// by a person. [Build] reads them and states, for each row, what it means in
// the vocabulary of ../ontology.ttl. The result is deterministic: the same
// tables give the same statements in the same order with the same blank node
// labels.
//
// # Statements and their dates
//
// A statement about who is bound to whom is reified by a blank node that
// carries pk:since, pk:until and pk:source; it is asserted as well exactly if
// it holds on [AsOf]. A measure is reified once per year and asserted for the
// latest year. What another source says of the same is a pk:Variant: it claims a
// triple and reifies none.
//
//	pk:FIN pk:memberOf pk:NATO .
//	_:r17 rdf:reifies <<( pk:FIN pk:memberOf pk:NATO )>> .
//	_:r17 pk:since "2023-04-04"^^xsd:date .
//	_:r17 pk:source src:nato-members .
//
// # Tables
//
//	countries.csv       one row per state or territory, with its attributes
//	former_states.csv   states that no longer exist; successors.csv: who followed
//	aliases.csv         other names of anything; kind "ambiguous" for names that fit several
//	standings.csv       countries that belong to a class for a time: nuclear-weapon states, neutral states
//	borders.csv         land borders, each pair once
//	currencies.csv      uses.csv: who uses which; the euro follows from memberships/EuroArea.csv
//	population.csv      gdp.csv: one column per year; empty = not known
//	observations.csv    single values of any measure, with their own source
//	organisations.csv   one row per organisation
//	memberships/X.csv   who belongs to organisation X, in which status, from when to when
//	treaties/X.csv      one row per treaty of kind X; treaty_parties.csv: parties with dates of their own
//	ratifications/X.csv who signed, ratified and is bound by convention X of treaties/conventions.csv
//	sanctions.csv       one row per sanctions programme
//	resources.csv       production, reserves and trade of energy and minerals, one value per row
//	un_ideal_point.csv  control_of_corruption.csv: one column per year
//	trade_partners.csv  main trading partners, the largest first
//	pledges.csv         values that members of an organisation promised to reach
//	sources.csv         what the source columns name
//	disagreements.csv   where a reference list says otherwise, with a verdict and the reason
//	variants.csv        more of what other sources say
//	provenance.csv      how the entries came about, for COVERAGE.md; left_out.csv: what is left out
//
// Dates are ISO 8601 with the precision that is known: 1949-04-04, 1949-04 or
// 1949. "unknown" says that the statement holds and its date is not recorded;
// an empty "until" says that it still holds. "until" is the first day on which
// the statement no longer holds.
//
// # Correcting a fact
//
// Change the one row that states it, run make dataset, and run the tests in
// ../: they hold the tables to the reference collection where it is present
// (a difference needs a row with a reason in disagreements.csv) and then, with
// -rewrite, record the checksums of the checked tables in CHECKED.
package tables
