package partnerships_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

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
