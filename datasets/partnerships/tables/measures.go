package tables

import (
	"math"
	"sort"
	"strconv"
	"strings"

	"github.com/ententedb/entente/graph"
)

// series are the tables of measures with one column per year. A value followed
// by "e" is an estimate of its source.
var series = []struct {
	file, property, source string
}{
	{"population.csv", "population", "worldbank-wdi"},
	{"gdp.csv", "gdp", "worldbank-wdi"},
	{"defence_spending_share.csv", "defenceSpendingShare", "nato-expenditure"},
	{"military_expenditure_share.csv", "militaryExpenditureShare", "worldbank-milex"},
	{"armed_forces_share.csv", "armedForcesShare", "worldbank-forces"},
	{"un_ideal_point.csv", "unIdealPoint", "un-ideal-points"},
	{"control_of_corruption.csv", "controlOfCorruption", "worldbank-wgi"},
}

// observation is the value of one measure for one country and year.
type observation struct {
	at                           row
	country, year, value, source string
	estimate                     bool
}

// measures states the values of each measure by year: the tables of series,
// the single observations (observations.csv, resources.csv), and military
// expenditure in US dollars, which follows from its share of GDP.
func (b *builder) measures() error {
	values := map[string][]observation{}
	for _, s := range series {
		rows, err := readTable(b.dir, s.file)
		if err != nil {
			return err
		}
		for _, r := range rows {
			for i, year := range r.names {
				if i > 0 && r.fields[i] != "" {
					value, estimate := strings.CutSuffix(r.fields[i], "e")
					values[s.property] = append(values[s.property], observation{r, r.fields[0], year, value, s.source, estimate})
				}
			}
		}
	}
	for _, file := range []string{"observations.csv", "resources.csv"} {
		rows, err := readTable(b.dir, file)
		if err != nil {
			return err
		}
		for _, r := range rows {
			p := r.get("property")
			values[p] = append(values[p], observation{r, r.get("country"), r.get("year"), r.get("value"), r.get("source"), r.get("estimate") == "true"})
		}
	}
	values["militaryExpenditure"] = append(values["militaryExpenditure"], inDollars(values["militaryExpenditureShare"], values["gdp"])...)
	properties := make([]string, 0, len(values))
	for p := range values {
		properties = append(properties, p)
	}
	sort.Strings(properties)
	for _, p := range properties {
		if err := b.measure(pk(p), values[p]); err != nil {
			return err
		}
	}
	return nil
}

// inDollars returns the amounts of shares of GDP: those of the World Bank, of
// years and countries whose GDP it gives.
func inDollars(shares, gdp []observation) []observation {
	type at struct{ country, year string }
	whole := map[at]float64{}
	for _, v := range gdp {
		whole[at{v.country, v.year}], _ = strconv.ParseFloat(v.value, 64)
	}
	var out []observation
	for _, v := range shares {
		share, err := strconv.ParseFloat(v.value, 64)
		if g := whole[at{v.country, v.year}]; g > 0 && err == nil && v.source == "worldbank-milex" {
			v.value, v.source = strconv.FormatFloat(math.Round(share*g/100/1e6)*1e6, 'f', 0, 64), "military-expenditure-derived"
			out = append(out, v)
		}
	}
	return out
}

// measure states one measure: every value reified with its year, the latest of
// each country asserted.
func (b *builder) measure(property graph.Term, values []observation) error {
	sort.SliceStable(values, func(i, j int) bool {
		if values[i].country != values[j].country {
			return values[i].country < values[j].country
		}
		return values[i].year < values[j].year
	})
	for i, v := range values {
		who, value := b.ref(v.at, pk(v.country)), number(v.value)
		year, err := dateTerm(v.year)
		if err != nil || year.Datatype() != graph.XSDGYear {
			return v.at.errorf("year %q", v.year)
		}
		last := i+1 == len(values) || values[i+1].country != v.country
		if !last && values[i+1].year == v.year {
			return v.at.errorf("two values of %s for %s in %s", property.Value(), v.country, v.year)
		}
		if last {
			b.add(who, property, value)
		}
		node := b.reify(who, property, value)
		b.add(node, pk("year"), year)
		b.add(node, pk("source"), b.ref(v.at, source(v.source)))
		if v.estimate {
			b.add(node, pk("estimate"), graph.Boolean(true))
		}
	}
	return nil
}

// number returns a value as xsd:integer, or as xsd:decimal if it has a
// fraction.
func number(s string) graph.Term {
	for i := range len(s) {
		if s[i] == '.' {
			return graph.Literal(s, graph.XSDDecimal)
		}
	}
	return graph.Literal(s, graph.XSDInteger)
}
