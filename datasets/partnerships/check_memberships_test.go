package partnerships_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// spells is who holds a relation to an organisation, from when to when.
type spells map[string][][2]string

func (s spells) add(who, since, until string) {
	if who == "" {
		return
	}
	s[who] = append(s[who], [2]string{since, until})
}

// tidy sorts the spells and joins those that follow each other without a gap.
func (s spells) tidy() spells {
	for who, list := range s {
		slices.SortFunc(list, func(a, b [2]string) int { return strings.Compare(a[0], b[0]) })
		out := list[:1]
		for _, sp := range list[1:] {
			if last := &out[len(out)-1]; last[1] != "" && last[1] == sp[0] {
				last[1] = sp[1]
			} else {
				out = append(out, sp)
			}
		}
		s[who] = out
	}
	return s
}

// ourSpells returns our spells of a relation to an organisation. A membership
// that Russia continued counts as one with that of the Soviet Union, as the
// lists have it.
func (c *check) ourSpells(property, organisation string) spells {
	s := spells{}
	for _, st := range allStatements(c.t) {
		if st.p == property && st.o == organisation {
			who := st.s
			if who == "SUN" {
				who = "RUS"
			}
			s.add(who, st.since, st.until)
		}
	}
	return s.tidy()
}

// dates compares two sets of spells by member, number and date.
func (c *check) dates(topic, organisation string, ours, theirs spells) {
	all := map[string]bool{}
	for who := range ours {
		all[who] = true
	}
	for who := range theirs {
		all[who] = true
	}
	for who := range all {
		us, them := ours[who], theirs[who]
		item := organisation + " " + who
		if len(us) != len(them) {
			c.fact(topic, item, fmt.Sprint(us), fmt.Sprint(them))
			continue
		}
		for k := range us {
			if us[k][0] != "" && them[k][0] != "" {
				c.fact(topic, item+" since", us[k][0], them[k][0])
			} else {
				c.fact(topic, item, "member", "member")
			}
			if us[k][1] != "" || them[k][1] != "" {
				c.fact(topic, item+" until", us[k][1], them[k][1])
			}
		}
	}
}

// memberships compares who belongs to each organisation and since when.
func (c *check) memberships() {
	dir := reference + "/memberships/"
	covered := map[string]bool{}
	for _, r := range readCSV(c.t, "data/organisations.csv") {
		covered[r["id"]] = true
	}

	// Spells to the day, 1945 to 2026.
	history, suspended := map[string]spells{}, map[string]spells{}
	for _, r := range readCSV(c.t, dir+"country_groups_history.csv") {
		group := r["group"]
		switch group {
		case "EuroZone":
			group = "EuroArea"
		case "Nordic":
			group = "NordicCouncil"
		}
		if history[group] == nil {
			history[group], suspended[group] = spells{}, spells{}
		}
		history[group].add(id(r["iso3"]), r["from"], r["to_exclusive"])
		if r["status"] == "suspended" {
			suspended[group].add(id(r["iso3"]), r["from"], r["to_exclusive"])
		}
	}
	for group, theirs := range history {
		if !covered[group] {
			c.t.Logf("%s: not covered yet", group)
			continue
		}
		c.dates("membership spells, to the day", group, c.ourSpells("memberOf", group), theirs.tidy())
		if len(suspended[group]) > 0 {
			c.dates("suspensions, to the day", group, c.ourSpells("suspendedFrom", group), suspended[group].tidy())
		}
	}

	// Single organisations.
	wto, gatt, un := spells{}, spells{}, spells{}
	for _, r := range readCSV(c.t, dir+"wto_members_166.csv") {
		wto.add(id(r["iso3"]), r["wto_in_force"], "")
	}
	c.dates("WTO accession", "WTO", c.ourSpells("memberOf", "WTO"), wto)
	for _, r := range readCSV(c.t, dir+"gatt_members_1948_1994.csv") {
		gatt.add(id(r["iso3c"]), r["date"], "")
	}
	ours := c.ourSpells("memberOf", "GATT")
	for who := range ours {
		for k := range ours[who] {
			ours[who][k][1] = "" // the reference has beginnings only
		}
	}
	c.dates("GATT accession", "GATT", ours, gatt)
	for _, r := range readCSV(c.t, dir+"un_admission_dates.csv") {
		un.add(r["iso3"], r["admitted"], "")
	}
	ours = c.ourSpells("memberOf", "UN")
	for who, list := range ours {
		if list[len(list)-1][1] != "" {
			delete(ours, who) // the reference has today's members only
		}
	}
	c.dates("UN admission", "UN", ours, un)

	// Tables of an encyclopedia, 2025.
	wikipedia := map[string]spells{}
	for _, r := range readCSV(c.t, dir+"wikipedia_2025_membership_dates.csv") {
		org := r["org"]
		if org == "CSTO/CST treaty" {
			org = "CSTO"
		}
		if r["status"] != "member" && r["status"] != "suspended" {
			continue
		}
		if wikipedia[org] == nil {
			wikipedia[org] = spells{}
		}
		wikipedia[org].add(id(r["iso3"]), r["joined"], r["left"])
	}
	for org, theirs := range wikipedia {
		if covered[org] {
			c.dates("membership spells, encyclopedia 2025", org, c.ourSpells("memberOf", org), theirs.tidy())
		}
	}

	// Who is a member today.
	abbreviations := map[string]string{
		"UN": "UN", "IMF": "IMF", "IBRD": "IBRD", "WHO": "WHO", "ILO": "ILO", "IAEA": "IAEA", "UNESCO": "UNESCO", "ICCt": "ICC",
		"FAO": "FAO", "ITU": "ITU", "OPCW": "OPCW", "Interpol": "Interpol", "WTO": "WTO", "NATO": "NATO", "OSCE": "OSCE",
		"CSTO": "CSTO", "SCO": "SCO", "Quad": "Quad", "ANZUS": "ANZUS", "EU": "EU", "Schengen Convention": "Schengen",
		"USMCA": "USMCA", "ECOWAS": "ECOWAS", "EAC": "EAC", "SADC": "SADC", "COMESA": "COMESA", "GCC": "GCC", "EAEU": "EAEU",
		"CIS": "CIS", "APEC": "APEC", "ASEAN": "ASEAN", "OECD": "OECD", "G-20": "G20", "BRICS": "BRICS", "AfDB": "AfDB",
		"ADB": "ADB", "EBRD": "EBRD", "CDB": "CDB", "NIB": "NIB", "OPEC": "OPEC", "OAPEC": "OAPEC", "IEA": "IEA", "EFTA": "EFTA",
		"Mercosur": "Mercosur", "SACU": "SACU", "WAEMU": "UEMOA", "AMU": "AMU", "SICA": "SICA", "Caricom": "CARICOM", "ECO": "ECO",
		"D-8": "D8", "G-77": "G77", "FATF": "FATF", "Paris Club": "ParisClub", "AU": "AU", "OAS": "OAS", "LAS": "ArabLeague",
		"C": "Commonwealth", "OIF": "OIF", "CE": "CoE", "PIF": "PIF", "SAARC": "SAARC", "BIMSTEC": "BIMSTEC", "OIC": "OIC",
		"NAM": "NonAlignedMovement", "GUAM": "GUAM", "Benelux": "Benelux", "BSEC": "BSEC", "CBSS": "CBSS", "CELAC": "CELAC",
		"CPLP": "CPLP", "SPC": "SPC", "ESA": "ESA", "Pacific Alliance": "PacificAlliance", "LAIA": "ALADI", "CICA": "CICA",
		"Wassenaar Arrangement": "Wassenaar", "NSG": "NSG", "Australia Group": "AustraliaGroup", "ZC": "Zangger",
	}
	factbook := map[string]map[string]bool{}
	for _, r := range readCSV(c.t, dir+"factbook_2026_memberships.csv") {
		org, ok := abbreviations[r["org_abbrev"]]
		if !ok || r["iso3"] == "" || !slices.Contains([]string{"member", "nonregional member", "nonregional members", "suspended", "Chinese Taipei"}, r["status"]) {
			continue
		}
		if factbook[org] == nil {
			factbook[org] = map[string]bool{}
		}
		factbook[org][id(r["iso3"])] = true
	}
	for org, theirs := range factbook {
		if !covered[org] {
			continue
		}
		us := current(c.t, "memberOf", org)
		for who := range union(us, theirs) {
			c.fact("current members, Factbook 2026", org+" "+who, member(us[who]), member(theirs[who]))
		}
	}
}

// correlates compares with the state-year matrix of intergovernmental
// organisations: who was a full member at the end of 2014, and in which year
// that membership began. The matrix has every fifth year only before 1965, and
// joins states that it numbers apart; such beginnings are not compared.
func (c *check) correlates() {
	names := map[string]string{
		"IMF": "IMF", "IBRD": "IBRD", "WHO": "WHO", "ILO": "ILO", "IAEA": "IAEA", "UNESCO": "UNESCO", "ICC": "ICC", "FAO": "FAO",
		"ITU": "ITU", "INTERPOL": "Interpol", "WTO": "WTO", "UN": "UN", "NATO": "NATO", "OSCE": "OSCE", "CSTO": "CSTO", "ANZUS": "ANZUS",
		"ECOWAS": "ECOWAS", "SADC": "SADC", "COMESA": "COMESA", "GCC": "GCC", "CIS": "CIS", "APEC": "APEC", "ASEAN": "ASEAN",
		"OECD": "OECD", "AfDB": "AfDB", "AsDB": "ADB", "IADB": "IDB", "EBRD": "EBRD", "ISDB": "IsDB", "CDB": "CDB", "NIB": "NIB",
		"OPEC": "OPEC", "OAPEC": "OAPEC", "IEA": "IEA", "EFTA": "EFTA", "Mercosur": "Mercosur", "SACU": "SACU", "UEMOA": "UEMOA",
		"CEMAC": "CEMAC", "AMU": "AMU", "Andean": "AndeanCommunity", "LAIA": "ALADI", "CARICOM": "CARICOM", "OECS": "OECS",
		"ECO": "ECO", "D8": "D8", "OAS": "OAS", "LOAS": "ArabLeague", "ComSec": "Commonwealth", "COE": "CoE", "PIF": "PIF",
		"SAARC": "SAARC", "OIC": "OIC", "NAM": "NonAlignedMovement", "BENELUX": "Benelux", "BSEC": "BSEC", "CBSS": "CBSS",
		"SICA": "SICA", "SPC": "SPC", "IORARC": "IORA", "ESA": "ESA", "ArticC": "ArcticCouncil", "NordC": "NordicCouncil",
		"MRU": "ManoRiver", "Wassen": "Wassenaar", "CPSC": "CPLP", "NAFTA": "NAFTA", "IGAD": "IGAD", "CICA": "CICA", "CEFTA": "CEFTA",
	}
	merged := map[string]bool{"DEU": true, "SRB": true, "YEM": true, "VNM": true, "RUS": true, "CZE": true}
	theirs := map[string]map[string][][2]int{}
	for _, r := range readCSV(c.t, reference+"/memberships/igo_cow_v3_spells.csv") {
		org, ok := names[r["ioname"]]
		if !ok || r["status"] != "full" {
			continue
		}
		from, _ := strconv.Atoi(r["from_year"])
		to, _ := strconv.Atoi(r["to_year"])
		if theirs[org] == nil {
			theirs[org] = map[string][][2]int{}
		}
		theirs[org][id(r["iso3"])] = append(theirs[org][id(r["iso3"])], [2]int{from, to})
	}
	for org, members := range theirs {
		begin := map[string]int{}
		for who, list := range members {
			slices.SortFunc(list, func(a, b [2]int) int { return a[0] - b[0] })
			run := list[0]
			for _, sp := range list[1:] {
				if sp[0] <= run[1]+1 {
					run[1] = max(run[1], sp[1])
				} else {
					run = sp
				}
			}
			if run[1] >= 2014 {
				begin[who] = run[0]
			}
		}
		ours := map[string]string{}
		for who, list := range c.ourSpells("memberOf", org) {
			for _, sp := range list {
				if sp[0] < "2015" && (sp[1] == "" || sp[1] > "2014-12-31") {
					ours[who] = sp[0]
				}
			}
		}
		for who := range begin {
			if _, ok := ours[who]; !ok {
				c.fact("members at the end of 2014, COW IGO", org+" "+who, "", "member")
			}
		}
		for who, since := range ours {
			year, ok := begin[who]
			if !ok {
				c.fact("members at the end of 2014, COW IGO", org+" "+who, "member", "")
				continue
			}
			c.fact("members at the end of 2014, COW IGO", org+" "+who, "member", "member")
			if since != "" && !merged[who] && year > 1965 {
				c.fact("year of joining after 1965, COW IGO", org+" "+who, since[:4], strconv.Itoa(year))
			}
		}
	}
}

func union(a, b map[string]bool) map[string]bool {
	out := map[string]bool{}
	for k := range a {
		out[k] = true
	}
	for k := range b {
		out[k] = true
	}
	return out
}

func member(yes bool) string {
	if yes {
		return "member"
	}
	return ""
}
