package main

import "github.com/ententedb/entente/query/protocol"

// partnershipTitle names the embedded graph.
const partnershipTitle = "International partnerships: states, organisations, alliances and treaties, with dates and sources"

// partnershipQuestions and partnershipQueries are what the page and the service
// description offer to try on the embedded graph.
var partnershipQuestions = []string{
	"which WTO members are outside NATO",
	"EU members that are neither in NATO nor in the CSTO",
	"NATO members that spent less than 2% of GDP on defence in 2023",
	"countries in at least 3 of BRICS, SCO, G20, OPEC",
	"population of the EU members",
	"which countries joined NATO after 2000",
	"is Japan in NATO",
	"how are Japan and Poland connected",
	"why is Japan allied with the United States",
	"former members of the EU",
	"tell me about AUKUS",
}

var partnershipQueries = []protocol.Example{
	{Title: "Defence spending of NATO members by year", Query: `SELECT ?year ?member ?share {
  ?member pk:memberOf pk:NATO .
  ?reifier rdf:reifies <<( ?member pk:defenceSpendingShare ?share )>> ;
           pk:year ?year .
}
ORDER BY ?year`},
	{Title: "Memberships of Finland with their dates and sources", Query: `SELECT ?organisation ?since ?until ?source {
  ?reifier rdf:reifies <<( pk:FIN pk:memberOf ?organisation )>> ;
           pk:source ?source .
  OPTIONAL { ?reifier pk:since ?since }
  OPTIONAL { ?reifier pk:until ?until }
}
ORDER BY ?since`},
	{Title: "Military expenditure as a share of GDP, for the map", Query: `SELECT ?country ?share {
  ?country a pk:State ; pk:militaryExpenditureShare ?share .
}
ORDER BY DESC(?share)`},
	{Title: "How many organisations each state is a member of", Query: `SELECT ?state (COUNT(?organisation) AS ?organisations) {
  ?state a pk:State ; pk:memberOf ?organisation .
}
GROUP BY ?state
ORDER BY DESC(?organisations)`},
	{Title: "Alliances and groupings of the G7, as a graph", Query: `CONSTRUCT {
  ?member pk:memberOf ?organisation .
}
WHERE {
  ?member pk:memberOf pk:G7, ?organisation .
  ?organisation a ?kind .
  VALUES ?kind { pk:Alliance pk:SecurityOrganisation pk:Grouping }
}`},
}
