package partnerships_test

import (
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// treaties compares treaties, sanctions and the series beside them.
func (c *check) treaties() {
	c.pacts()
	c.conventions()
	c.investment()
	c.tax()
	c.trade()
	c.programmes()
	c.resources()
}

// predecessor maps our former states to the states that the collections of
// alliances number them as.
var predecessor = map[string]string{"SUN": "RUS", "YUG": "SRB"}

// pairKey names two countries in a fixed order.
func pairKey(a, b string) string {
	if b < a {
		a, b = b, a
	}
	return a + " " + b
}

// days apart, or a large number if either date is not known to the day.
func daysApart(a, b string) int {
	x, err1 := time.Parse(time.DateOnly, a)
	y, err2 := time.Parse(time.DateOnly, b)
	if err1 != nil || err2 != nil {
		return 1 << 20
	}
	return int(x.Sub(y).Abs().Hours() / 24)
}

// pacts compares the signature of pacts between two countries with ATOP, which
// ends in 2016: the alliance of the same pair that began nearest, if within a
// year and a half.
func (c *check) pacts() {
	began := map[string][]string{}
	for _, r := range readCSV(c.t, reference+"/alliances/atop_alliances.csv") {
		if m := strings.Split(r["members"], "|"); len(m) == 2 {
			began[pairKey(m[0], m[1])] = append(began[pairKey(m[0], m[1])], r["begin"])
		}
	}
	parties := map[string][]string{}
	for _, r := range readCSV(c.t, "data/treaty_parties.csv") {
		if r["party"] != "RUS" { // continues the Soviet Union in the pacts of one pair
			parties[r["treaty"]] = append(parties[r["treaty"]], r["party"])
		}
	}
	for _, file := range []string{"defence.csv", "defence_pacts.csv"} {
		for _, r := range readCSV(c.t, "data/treaties/"+file) {
			p := append(strings.Fields(r["parties"]), parties[r["id"]]...)
			for i := range p {
				if old, ok := predecessor[p[i]]; ok {
					p[i] = old
				}
			}
			if len(p) != 2 {
				continue
			}
			nearest := ""
			for _, b := range began[pairKey(p[0], p[1])] {
				if daysApart(b, r["signed"]) < 550 && (nearest == "" || daysApart(b, r["signed"]) < daysApart(nearest, r["signed"])) {
					nearest = b
				}
			}
			if nearest != "" {
				c.fact("defence pacts: signed (ATOP, to 2016)", r["id"]+" signed", r["signed"], nearest)
			}
		}
	}
}

// conventions compares signature and ratification with the treaty collection.
func (c *check) conventions() {
	names := map[string]string{
		"TRTPNW_1968A": "NPT", "PD05WD_1972A": "BWC", "PD04WD_1992A": "CWC", "STTICC_1998A": "RomeStatute",
		"PRVPCG_1948A": "GenocideConvention", "ICCPR_1966A": "ICCPR", "ICESCR_1966A": "ICESCR", "TCIDTP_1984A": "CAT",
		"RGHTSC_1989A": "CRC", "RGHTPD_2006A": "CRPD", "UNFCCC_1992A": "UNFCCC", "CBD_1992A": "CBD", "CMNTBT_1996A": "CTBT",
	}
	ours := map[string]map[string]string{}
	for _, name := range names {
		for _, r := range readCSV(c.t, "data/ratifications/"+name+".csv") {
			if ours[name+" "+r["country"]] == nil {
				ours[name+" "+r["country"]] = r
			}
		}
	}
	seen := map[string]bool{}
	for _, r := range readCSV(c.t, reference+"/memberships/treaty_parties_selected.csv") {
		name, ok := names[r["treatyID"]]
		code := id(r["stateID"])
		switch code {
		case "ALG":
			code = "DZA"
		case "BZL":
			code = "BLZ"
		case "LES":
			code = "LSO"
		}
		k := name + " " + code
		if !ok || seen[k] || slices.Contains([]string{"CSK", "YUG", "YMD", "YAR", "SCG"}, code) {
			continue
		}
		seen[k] = true
		us := ours[k]
		if us == nil {
			c.fact("conventions: present", k, "", "party or signatory")
			continue
		}
		c.fact("conventions: present", k, "party or signatory", "party or signatory")
		if r["ratification"] != "" {
			c.fact("conventions: ratified", k+" ratified", us["ratified"], r["ratification"])
		}
		if r["signature"] != "" && us["signed"] != "" {
			c.fact("conventions: signed", k+" signed", us["signed"], r["signature"])
		}
	}
	for _, pair := range [][2]string{{"CWC", "OPCW"}, {"RomeStatute", "ICC"}} {
		members := c.ourSpells("memberOf", pair[1])
		bound := map[string]string{}
		for _, st := range allStatements(c.t) {
			if st.p == "party" && st.s == pair[0] && bound[st.o] == "" {
				bound[st.o] = st.since
			}
		}
		for who, s := range members {
			c.fact("conventions: bound, against membership of the organisation", pair[0]+" "+who, bound[who], s[0][0])
		}
	}
}

// codes maps every name of a country to its code.
func codes(t *testing.T) map[string]string {
	out := map[string]string{}
	for _, r := range readCSV(t, "data/aliases.csv") {
		if r["kind"] == "alias" {
			out[strings.ToLower(r["name"])] = r["id"]
		}
	}
	for _, r := range append(readCSV(t, "data/countries.csv"), readCSV(t, "data/former_states.csv")...) {
		code := r["iso3"] + r["id"]
		out[strings.ToLower(r["formal_name"])] = code
		out[strings.ToLower(r["label"])] = code
	}
	return out
}

// investment compares parties, dates and status of bilateral investment
// treaties with the navigator of UNCTAD.
func (c *check) investment() {
	plain := strings.NewReplacer("Korea, Dem. People's Rep. of", "North Korea", "Korea, Republic of", "South Korea", "Moldova, Republic of", "Moldova",
		"Iran, Islamic Republic of", "Iran", "Congo, Democratic Republic of the", "Democratic Republic of the Congo", "Bolivia, Plurinational State of", "Bolivia",
		"Venezuela, Bolivarian Republic of", "Venezuela", "Tanzania, United Republic of", "Tanzania", "Hong Kong, China SAR", "Hong Kong",
		"Macao, China SAR", "Macao", "Yugoslavia (former)", "Yugoslavia", "BLEU (Belgium-Luxembourg Economic Union)", "Belgium, Luxembourg",
		"Channel Islands (Guernsey, Jersey)", "Guernsey, Jersey", "Taiwan Province of China", "Taiwan", "Congo", "Republic of the Congo")
	ours := map[string]map[string]string{}
	for _, r := range readCSV(c.t, "data/treaties/investment.csv") {
		ours[r["parties"]+" "+r["signed"]] = r
	}
	byName := codes(c.t)
	for _, r := range readCSV(c.t, reference+"/trade/investment_treaties_unctad_2025.csv") {
		if r["type"] != "BITs" {
			continue
		}
		var parties []string
		for _, name := range strings.Split(strings.ReplaceAll(plain.Replace(r["parties"]), "Democratic Republic of the Republic of the Congo", "Democratic Republic of the Congo"), ", ") {
			code, ok := byName[strings.ToLower(name)]
			if !ok {
				c.t.Errorf("investment treaties: no country is named %q", name)
			}
			parties = append(parties, code)
		}
		slices.Sort(parties)
		k := strings.Join(slices.Compact(parties), " ")
		us := ours[k+" "+r["signed"]]
		if us == nil {
			c.fact("investment treaties: signed", k+" signed", "", r["signed"])
			continue
		}
		c.fact("investment treaties: signed", us["id"]+" signed", us["signed"], r["signed"])
		if r["in_force"] != "" {
			c.fact("investment treaties: in force", us["id"]+" in force", us["in_force"], r["in_force"])
		}
		if r["terminated"] != "" && r["status"] == "Terminated" {
			c.fact("investment treaties: ended", us["id"]+" ended", us["ended"], r["terminated"])
		}
	}
}

// tax compares the original treaties that are in force.
func (c *check) tax() {
	ours := map[string]string{}
	for _, r := range readCSV(c.t, "data/treaties/tax.csv") {
		p := strings.Fields(r["parties"])
		ours[pairKey(p[0], p[1])+" "+r["signed"]] = r["in_force"]
	}
	for _, r := range readCSV(c.t, reference+"/trade/tax_treaties_actionaid.csv") {
		if r["type"] == "Original" && r["status"] == "In Force" && len(r["effective"]) == 4 && r["effective"] >= r["signed"] {
			k := pairKey(id(r["country1"]), id(r["country2"])) + " " + r["signed"]
			c.fact("tax treaties: in effect", "tax "+k, ours[k], r["effective"])
		}
	}
}

// trade compares the days of trade agreements between two parties with three
// dated collections.
func (c *check) trade() {
	type treaty struct{ id, signed, inForce string }
	ours := map[string][]treaty{}
	for _, r := range readCSV(c.t, "data/treaties/trade.csv") {
		if p := strings.Fields(r["parties"]); len(p) == 2 && r["organisation"] == "" {
			k := pairKey(p[0], p[1]) + " " + r["signed"][:4]
			ours[k] = append(ours[k], treaty{r["id"], r["signed"], r["in_force"]})
		}
	}
	for _, file := range []string{"trade_agreements_dated_huggo.csv", "trade_agreements_dated_tota.csv"} {
		for _, r := range readCSV(c.t, reference+"/trade/"+file) {
			key, _, _ := strings.Cut(r["treatyID"], "[")
			p := strings.Split(key, "-")
			if len(p) != 2 || len(r["signature"]) < 4 {
				continue
			}
			us := ours[pairKey(p[0], p[1])+" "+r["signature"][:4]]
			if len(us) != 1 {
				continue
			}
			topic := "trade agreements: days, " + strings.TrimSuffix(strings.TrimPrefix(file, "trade_agreements_dated_"), filepath.Ext(file))
			c.fact(topic, us[0].id+" signed", us[0].signed, r["signature"])
			if r["in_force"] != "" && us[0].inForce != "" {
				c.fact(topic, us[0].id+" in force", us[0].inForce, r["in_force"])
			}
		}
	}
}

// programmes compares sanctions that ended with the days of IST.
func (c *check) programmes() {
	senders := map[string]string{"EU": "EU", "EEC": "EU", "EEC|EU": "EU", "OAU": "AU", "ECOWAS": "ECOWAS", "ComSec": "Commonwealth", "OAS": "OAS",
		"LOAS": "ArabLeague", "EAC": "EAC", "SADC": "SADC", "USA": "USA", "UN": "UN"}
	ours := map[string][][2]string{}
	for _, r := range readCSV(c.t, "data/sanctions.csv") {
		for _, s := range strings.Fields(r["senders"]) {
			for _, target := range strings.Fields(r["targets"]) {
				ours[s+" "+target] = append(ours[s+" "+target], [2]string{r["since"], r["until"]})
			}
		}
	}
	for _, r := range readCSV(c.t, reference+"/sanctions/ist_sanctions_1990_2018.csv") {
		s, ok := senders[r["sender"]]
		if !ok || r["ongoing"] == "1" || r["end"] == "" {
			continue
		}
		k := s + " " + r["target_iso3"]
		best := [2]string{}
		for _, o := range ours[k] {
			if best[0] == "" || daysApart(o[0], r["start"])+daysApart(o[1], r["end"]) < daysApart(best[0], r["start"])+daysApart(best[1], r["end"]) {
				best = o
			}
		}
		c.fact("sanctions that ended: since", r["caseid"]+" since", best[0], r["start"])
		c.fact("sanctions that ended: until", r["caseid"]+" until", best[1], r["end"])
	}
}

// resources compares energy, rare earths, trading partners and voting.
func (c *check) resources() {
	values := map[string]string{}
	for _, st := range allStatements(c.t) {
		if st.year != "" {
			values[st.p+" "+st.s+" "+st.year] = st.o
		}
	}
	number := func(s string, digits int) string {
		v, _ := strconv.ParseFloat(s, 64)
		return strconv.FormatFloat(v, 'f', digits, 64)
	}
	for _, r := range readCSV(c.t, reference+"/governance/unga_ideal_points_1946_2023.csv") {
		if r["iso3"] != "YAR" {
			k := r["iso3"] + " " + r["year"]
			c.fact("voting in the General Assembly", k, number(values["unIdealPoint "+k], 2), number(r["ideal_point"], 2))
		}
	}
	for _, r := range readCSV(c.t, reference+"/energy_minerals/usgs_mcs2025_rare_earths.csv") {
		if r["iso3"] != "" {
			c.fact("rare earths (USGS)", r["iso3"]+" 2024", values["rareEarthProduction "+r["iso3"]+" 2024"], r["mine_production_2024_t_reo_est"])
		}
	}
	properties := map[string]string{"Petroleum total petroleum production": "oilProduction", "Natural gas production": "gasProduction", "Coal production": "coalProduction"}
	for _, r := range readCSV(c.t, reference+"/energy_minerals/factbook_2026_energy.csv") {
		if p, ok := properties[r["topic"]+" "+r["measure"]]; ok && r["value"] != "" {
			k := id(r["iso3"]) + " " + r["year"]
			c.fact("energy (Factbook)", p+" "+k, number(values[p+" "+k], 0), number(r["value"], 0))
		}
	}
	byName := codes(c.t)
	ours := map[string]string{}
	for _, r := range readCSV(c.t, "data/trade_partners.csv") {
		ours[r["country"]+" "+r["direction"]+" "+r["partner"]] = r["share"]
	}
	for _, r := range readCSV(c.t, reference+"/burden_sharing/factbook_2026_trade_partner_shares.csv") {
		if partner, ok := byName[strings.ToLower(r["partner_name"])]; ok && len(r["iso3"]) == 3 && r["iso3"] != "EUU" {
			k := id(r["iso3"]) + " " + r["direction"] + " " + partner
			c.fact("trading partners (Factbook)", k, ours[k], r["share_pct"])
		}
	}
}

// TestAsManyAsAsked holds the graph to the least numbers that were asked for.
func TestAsManyAsAsked(t *testing.T) {
	quads, err := built()
	if err != nil {
		t.Fatal(err)
	}
	class, status := map[string]map[string]bool{}, map[string]string{}
	for _, q := range quads {
		switch short(q.Predicate) {
		case "http://www.w3.org/1999/02/22-rdf-syntax-ns#type":
			if class[short(q.Object)] == nil {
				class[short(q.Object)] = map[string]bool{}
			}
			class[short(q.Object)][short(q.Subject)] = true
		case "status":
			status[short(q.Subject)] = short(q.Object)
		}
	}
	for name, least := range map[string]int{
		"DefencePact": 100, "TradeAgreement": 350, "InvestmentTreaty": 2000, "TaxTreaty": 1500, "SanctionsProgramme": 250,
		"MultilateralConvention": 9, "Organisation": 90, "State": 195, "Country": 250, "FormerState": 11,
	} {
		n := 0
		for s := range class[name] {
			if name != "TradeAgreement" || status[s] == "in force" {
				n++
			}
		}
		if n < least {
			t.Errorf("%d of class %s, want at least %d", n, name, least)
		}
		t.Logf("%-24s %5d", name, n)
	}
}
