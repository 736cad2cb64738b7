package partnerships_test

import (
	"crypto/sha256"
	"encoding/csv"
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// reference is the collection of files that the tables are checked against. It
// is no part of the repository.
const reference = "../../../shared/reference"

var rewrite = flag.Bool("rewrite", false, "record the checksums of the tables as checked, and print new disagreements as rows for disagreements.csv")

// check compares our facts with those of the reference and counts by topic.
type check struct {
	t        *testing.T
	compared map[string]int
	differ   map[string]int
	found    map[disagreement]bool
	// days holds, for each of our dates to the day that a reference gives to
	// the day as well, whether at least one reference agrees, and topicDays
	// which of them each topic compares.
	days      map[string]bool
	topicDays map[string][]disagreement
}

// verdicts are what a disagreement can come down to.
var verdicts = map[string]string{
	"error":    "the list is mistaken: a placeholder, the date of another state, a missing or wrong row",
	"dated":    "the list is older than the fact",
	"scope":    "the list covers less, such as today's members only",
	"counting": "both are right, each by its own way of counting",
	"open":     "the lists contradict each other; we chose",
}

// disagreement is a fact that we state differently from a reference file.
type disagreement struct{ topic, item, ours, theirs string }

// fact compares one fact. Dates of different precision agree if they agree as
// far as both are known.
func (c *check) fact(topic, item, ours, theirs string) {
	c.compared[topic]++
	if isDay(ours) && isDay(theirs) {
		c.days[item] = c.days[item] || ours == theirs
		c.topicDays[topic] = append(c.topicDays[topic], disagreement{topic, item, ours, theirs})
	}
	if ours == theirs || isDate(ours) && isDate(theirs) && samePrefix(ours, theirs) {
		return
	}
	c.differ[topic]++
	c.found[disagreement{topic, item, ours, theirs}] = true
}

func isDate(s string) bool {
	return len(s) >= 4 && strings.Trim(s, "0123456789-") == ""
}

func isDay(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

func samePrefix(a, b string) bool {
	n := min(len(a), len(b))
	return a[:n] == b[:n]
}

// readCSV returns the rows of a reference file as maps by column.
func readCSV(t *testing.T, name string) []map[string]string {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.FieldsPerRecord = -1
	records, err := r.ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	var rows []map[string]string
	for _, record := range records[1:] {
		row := map[string]string{}
		for i, column := range records[0] {
			if i < len(record) {
				row[strings.TrimPrefix(column, "\ufeff")] = strings.TrimSpace(record[i])
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// id returns our identifier for a code of the reference.
func id(code string) string {
	switch code {
	case "EUU", "EUE":
		return "EU"
	case "UNK":
		return "XKX"
	}
	return code
}

// TestCheckAgainstReference compares every organisation and series that the
// reference covers, prints the agreement per topic, and fails on a difference
// that data/disagreements.csv does not explain, and on an explanation of a
// difference that is no more. Without the reference it verifies that the
// tables are those that were checked.
func TestCheckAgainstReference(t *testing.T) {
	sums := checksums(t)
	if _, err := os.Stat(reference); err != nil {
		recorded, err := os.ReadFile("data/CHECKED")
		if err != nil {
			t.Fatal(err)
		}
		if string(recorded) != sums {
			t.Error("the tables differ from those last checked against the reference; data/CHECKED names the checked ones")
		}
		t.Skip("no comparison: ../shared/reference is not there; the tables are those recorded in data/CHECKED")
	}
	c := &check{t: t, compared: map[string]int{}, differ: map[string]int{}, found: map[disagreement]bool{}, days: map[string]bool{}, topicDays: map[string][]disagreement{}}
	c.countries()
	c.series()
	c.memberships()
	c.correlates()
	c.treaties()

	recorded := map[disagreement]string{}
	byVerdict := map[[2]string]int{}
	for _, r := range readCSV(c.t, "data/disagreements.csv") {
		d := disagreement{r["topic"], r["item"], r["ours"], r["theirs"]}
		recorded[d] = r["verdict"]
		byVerdict[[2]string{d.topic, r["verdict"]}]++
		if !c.found[d] {
			t.Errorf("recorded disagreement is no more: %v", d)
		}
		if verdicts[r["verdict"]] == "" || r["reason"] == "" {
			t.Errorf("disagreement without a verdict or a reason: %v", d)
		}
	}
	var unexplained []disagreement
	for d := range c.found {
		if recorded[d] == "" {
			unexplained = append(unexplained, d)
		}
	}
	slices.SortFunc(unexplained, func(a, b disagreement) int {
		return strings.Compare(a.topic+a.item, b.topic+b.item)
	})
	out := csv.NewWriter(os.Stdout)
	for _, d := range unexplained {
		t.Errorf("%s: %s: ours %q, theirs %q", d.topic, d.item, d.ours, d.theirs)
		if *rewrite {
			_ = out.Write([]string{d.topic, d.item, d.ours, d.theirs, "", ""})
		}
	}
	out.Flush()

	topics := make([]string, 0, len(c.compared))
	for topic := range c.compared {
		topics = append(topics, topic)
	}
	sort.Strings(topics)
	t.Log("per topic: facts that agree, of those compared; the others by verdict; dates to the day that agree with a list or are settled")
	for _, topic := range topics {
		n, bad := c.compared[topic], c.differ[topic]
		line := fmt.Sprintf("%-46s %6d of %6d agree  %6.2f %%", topic, n-bad, n, 100*float64(n-bad)/float64(n))
		for _, v := range []string{"error", "dated", "scope", "counting", "open"} {
			if k := byVerdict[[2]string{topic, v}]; k > 0 {
				line += fmt.Sprintf("  %s %d", v, k)
			}
		}
		if days := len(c.topicDays[topic]); days > 0 {
			good := 0
			for _, d := range c.topicDays[topic] {
				if v := recorded[d]; c.days[d.item] || v != "" && v != "open" {
					good++
				}
			}
			line += fmt.Sprintf("; days %d of %d", good, days)
			if good*100 < days*99 {
				t.Errorf("%s: %d of %d dates to the day agree with a list or are settled, want 99 %%", topic, good, days)
			}
		}
		t.Log(line)
	}
	agree := 0
	for _, ok := range c.days {
		if ok {
			agree++
		}
	}
	t.Logf("%-46s %6d of %6d agree  %6.2f %%", "dates to the day, with at least one list", agree, len(c.days), 100*float64(agree)/float64(len(c.days)))
	if agree*100 < len(c.days)*99 {
		t.Error("fewer than 99 % of the dates to the day agree with any list")
	}
	if *rewrite && len(unexplained) == 0 {
		if err := os.WriteFile("data/CHECKED", []byte(sums), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if checked, err := os.ReadFile("data/CHECKED"); err != nil || string(checked) != sums {
		t.Error("data/CHECKED is not that of these tables: once they agree, run go test -run TestCheck -rewrite")
	}
}

// checksums returns the SHA-256 of every table, one line each.
func checksums(t *testing.T) string {
	t.Helper()
	var out strings.Builder
	err := filepath.WalkDir("data", func(path string, d fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".csv" {
			return err
		}
		text, err := os.ReadFile(path)
		if err == nil {
			fmt.Fprintf(&out, "%x  %s\n", sha256.Sum256(text), filepath.ToSlash(path))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// countries compares codes, places and borders.
func (c *check) countries() {
	ours := map[string]map[string]string{}
	for _, r := range readCSV(c.t, "data/countries.csv") {
		ours[r["iso3"]] = r
	}
	for _, r := range readCSV(c.t, reference+"/countries/country_codes.csv") {
		i := r["ISO3166-1-Alpha-3"]
		us, ok := ours[i]
		if !ok {
			c.fact("countries: present", i, "", "country")
			continue
		}
		c.fact("countries: present", i, "country", "country")
		c.fact("countries: alpha-2 code", i, us["iso2"], r["ISO3166-1-Alpha-2"])
		c.fact("countries: numeric code", i, strings.TrimLeft(us["numeric"], "0"), r["ISO3166-1-numeric"])
		c.fact("countries: region", i, us["region"], r["Region Name"])
		sub := r["Intermediate Region Name"]
		if sub == "" {
			sub = r["Sub-region Name"]
		}
		c.fact("countries: subregion", i, strings.TrimSuffix(us["subregion"], " (subregion)"), sub)
		if r["wikidata_id"] != "" {
			c.fact("countries: Wikidata identity", i, us["wikidata"], filepath.Base(r["wikidata_id"]))
		}
	}

	text, err := os.ReadFile(reference + "/countries/countries_mledoze.json")
	if err != nil {
		c.t.Fatal(err)
	}
	var theirs []struct {
		CCA3       string
		Capital    []string
		Landlocked bool
		Borders    []string
	}
	if err := json.Unmarshal(text, &theirs); err != nil {
		c.t.Fatal(err)
	}
	border := map[string]bool{}
	for _, st := range allStatements(c.t) {
		if st.p == "borders" {
			border[st.s+" "+st.o] = true
		}
	}
	seen := map[string]bool{}
	for _, r := range theirs {
		i := id(r.CCA3)
		c.fact("countries: landlocked", i, ours[i]["landlocked"], strconv.FormatBool(r.Landlocked))
		var capitals []string
		for _, s := range strings.Split(ours[i]["capital"], ";") {
			capitals = append(capitals, fold(s))
		}
		for _, s := range r.Capital {
			if slices.Contains(capitals, fold(s)) {
				c.fact("countries: capital", i, s, s)
			} else {
				c.fact("countries: capital", i, ours[i]["capital"], s)
			}
		}
		for _, n := range r.Borders {
			k := i + " " + id(n)
			seen[k] = true
			have := ""
			if border[k] {
				have = "borders"
			}
			c.fact("countries: land borders", k, have, "borders")
		}
	}
	for k := range border {
		if !seen[k] {
			c.fact("countries: land borders", k, "borders", "")
		}
	}
}

// fold returns a name without case, accents, punctuation.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, norm.NFD.String(s))
}

// series compares every value of the series that the reference holds.
func (c *check) series() {
	values := map[string]string{} // property country year
	for _, st := range allStatements(c.t) {
		if st.year != "" {
			values[st.p+" "+st.s+" "+st.year] = st.o
		}
	}
	for _, s := range []struct {
		topic, property, file, column, series string
		from, to, digits                      int
	}{
		{"population by year (World Bank)", "population", "population_worldbank.csv", "value", "", 1960, 2024, 0},
		{"GDP by year (World Bank)", "gdp", "gdp_current_usd_worldbank.csv", "value", "", 1960, 2023, 0},
		{"NATO defence expenditure, % of GDP", "defenceSpendingShare", "nato_defence_expenditure_pct_gdp_2014_2024.csv", "pct_gdp", "", 2014, 2024, 2},
		{"military expenditure, % of GDP (World Bank)", "militaryExpenditureShare", "wdi_selected_1990_2023.csv", "value", "MS.MIL.XPND.GD.ZS", 1990, 2023, 2},
		{"armed forces, % of labour force (World Bank)", "armedForcesShare", "wdi_selected_1990_2023.csv", "value", "MS.MIL.TOTL.TF.ZS", 1990, 2023, 2},
	} {
		isCountry := map[string]bool{}
		for _, r := range readCSV(c.t, "data/countries.csv") {
			isCountry[r["iso3"]] = true
		}
		for _, r := range readCSV(c.t, reference+"/burden_sharing/"+s.file) {
			year, _ := strconv.Atoi(r["year"])
			v, err := strconv.ParseFloat(r[s.column], 64)
			if !isCountry[r["iso3"]] || r["series"] != s.series || year < s.from || year > s.to || err != nil {
				continue
			}
			key := r["iso3"] + " " + r["year"]
			c.fact(s.topic, key, values[s.property+" "+key], strconv.FormatFloat(v, 'f', s.digits, 64))
		}
	}
}

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
