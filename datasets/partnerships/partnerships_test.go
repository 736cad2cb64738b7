package partnerships_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/ententedb/entente/datasets/partnerships"
	"github.com/ententedb/entente/datasets/partnerships/tables"
	"github.com/ententedb/entente/graph"
)

// built returns the graph as the tables give it now.
var built = sync.OnceValues(func() ([]graph.Quad, error) { return tables.Build(os.DirFS(".")) })

// statement is a reified triple with what its reifier says of it. IRIs in our
// namespaces are shortened to their local names, literals to their text.
type statement struct {
	s, p, o      string
	since, until string
	year         string
	sources      int
	asserted     bool
	at           graph.Term // the reifier
}

// statements returns all reified triples of the graph.
var statements = sync.OnceValues(func() ([]*statement, error) {
	quads, err := built()
	if err != nil {
		return nil, err
	}
	type triple struct{ s, p, o graph.Term }
	asserted := map[triple]bool{}
	for _, q := range quads {
		asserted[triple{q.Subject, q.Predicate, q.Object.Key()}] = true
	}
	byNode := map[graph.Term]*statement{}
	var all []*statement
	for _, q := range quads {
		if q.Predicate.Value() == graph.RDFReifies {
			t := q.Object.Triple()
			st := &statement{s: short(t.Subject), p: short(t.Predicate), o: short(t.Object), at: q.Subject,
				asserted: asserted[triple{t.Subject, t.Predicate, t.Object.Key()}]}
			byNode[q.Subject] = st
			all = append(all, st)
		}
	}
	for _, q := range quads {
		st := byNode[q.Subject]
		if st == nil {
			continue
		}
		switch short(q.Predicate) {
		case "since":
			st.since = q.Object.Value()
		case "until":
			st.until = q.Object.Value()
		case "year":
			st.year = q.Object.Value()
		case "source":
			st.sources++
		}
	}
	return all, nil
})

// short returns the local name of one of our IRIs, or the text of a term.
func short(t graph.Term) string {
	return strings.TrimPrefix(strings.TrimPrefix(t.Value(), tables.PK), tables.Source)
}

func allStatements(t *testing.T) []*statement {
	t.Helper()
	all, err := statements()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// current returns the subjects of p that hold today, for one object.
func current(t *testing.T, p, o string) map[string]bool {
	out := map[string]bool{}
	for _, st := range allStatements(t) {
		if st.p == p && st.o == o && st.asserted {
			out[st.s] = true
		}
	}
	return out
}

func TestOpen_TheEmbeddedGraphIsWhatTheTablesGive(t *testing.T) {
	quads, err := built()
	if err != nil {
		t.Fatal(err)
	}
	recorded, err := os.ReadFile("partnerships.sha256")
	if err != nil {
		t.Fatal(err)
	}
	if sum := fmt.Sprintf("%x\n", sha256.Sum256(tables.Lines(quads))); sum != string(recorded) {
		t.Fatal("the tables have changed since the graph was built: run make dataset")
	}
	store, err := partnerships.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	report, err := store.Check(context.Background())
	if err != nil || len(report.Problems) > 0 {
		t.Errorf("check: %v %v", err, report.Problems)
	}
	if report.Quads != uint64(len(quads)) {
		t.Errorf("the image holds %d statements, the tables give %d", report.Quads, len(quads))
	}
}

// A country is a full member of an organisation at most once at a time.
func TestSpellsOfOneStatementDoNotOverlap(t *testing.T) {
	type pair struct{ s, p, o string }
	spells := map[pair][]*statement{}
	for _, st := range allStatements(t) {
		if st.p == "memberOf" || st.p == "party" {
			k := pair{st.s, st.p, st.o}
			for _, other := range spells[k] {
				a, b := st, other
				if b.since < a.since {
					a, b = b, a
				}
				if a.until == "" || b.since < a.until {
					t.Errorf("%v: spells from %q until %q and from %q until %q overlap", k, a.since, a.until, b.since, b.until)
				}
			}
			spells[k] = append(spells[k], st)
		}
	}
}

func TestSymmetricRelationsAreStatedBothWays(t *testing.T) {
	type pair struct{ p, s, o string }
	have := map[pair]bool{}
	for _, st := range allStatements(t) {
		if st.asserted && (st.p == "borders" || st.p == "alliedWith") {
			have[pair{st.p, st.s, st.o}] = true
		}
	}
	for k := range have {
		if !have[pair{k.p, k.o, k.s}] {
			t.Errorf("%s %s %s, and not the other way round", k.s, k.p, k.o)
		}
		if k.s == k.o {
			t.Errorf("%s %s itself", k.s, k.p)
		}
	}
}

// A name that fits two things is an ambiguous name, not an alias of one.
func TestNamesFitOneThing(t *testing.T) {
	quads, err := built()
	if err != nil {
		t.Fatal(err)
	}
	vocabulary := map[graph.Term]bool{}
	for _, q := range quads {
		if c := q.Object.Value(); q.Predicate.Value() == graph.RDFType && (c == graph.RDFS+"Class" || c == graph.RDF+"Property" || c == tables.PK+"Source") {
			vocabulary[q.Subject] = true
		}
	}
	owner := map[string]graph.Term{}
	ambiguous := map[string]bool{}
	for _, q := range quads {
		if vocabulary[q.Subject] {
			continue
		}
		switch q.Predicate.Value() {
		case graph.RDFSLabel, graph.SKOSAltLabel:
			name := plain(q.Object.Value())
			if o, ok := owner[name]; ok && !o.Equal(q.Subject) {
				t.Errorf("%q names both %s and %s", name, o.Value(), q.Subject.Value())
			}
			owner[name] = q.Subject
		case tables.PK + "ambiguousName":
			ambiguous[plain(q.Object.Value())] = true
		}
	}
	for name := range ambiguous {
		if o, ok := owner[name]; ok {
			t.Errorf("%q is ambiguous and also a name of %s", name, o.Value())
		}
	}
}

// plain returns a name without case and accents.
func plain(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFD.String(name))
}

// Counts that anyone can look up.
func TestMemberCounts(t *testing.T) {
	for org, want := range map[string]int{
		"UN": 193, "WTO": 166, "GATT": 0, "NATO": 32, "EU": 27, "EuroArea": 21, "BRICS": 10, "G7": 7, "G20": 21,
		"ASEAN": 11, "OECD": 38, "SCO": 10, "CSTO": 6, "EFTA": 4, "Mercosur": 5, "APEC": 21, "RCEP": 14, "CPTPP": 12,
		"OPEC": 12, "AUKUS": 3, "Quad": 4, "AU": 55, "UNSCP5": 5, "UNSC": 15, "IMF": 191, "IBRD": 189, "WHO": 193,
		"ILO": 187, "IAEA": 180, "UNESCO": 194, "ICC": 124, "FAO": 195, "ITU": 194, "OPCW": 193, "Interpol": 196,
		"ANZUS": 3, "FiveEyes": 5, "OSCE": 57, "RioTreaty": 18, "WarsawPact": 0, "SEATO": 0, "CENTO": 0, "WEU": 0,
		"FPDA": 5, "JEF": 10, "BucharestNine": 9, "AES": 3, "CICA": 28, "WeimarTriangle": 3, "LublinTriangle": 3,
		"I2U2": 4, "EEA": 30, "Schengen": 29, "USMCA": 3, "NAFTA": 0, "AfCFTA": 48, "ECOWAS": 12, "EAC": 8, "SADC": 16,
		"GCC": 6, "Visegrad": 4, "NordicCouncil": 5, "ArabLeague": 22, "COMESA": 21, "EAEU": 5, "CIS": 9, "NDB": 12,
		"G8": 0, "AIIB": 103, "AfDB": 81, "ADB": 69, "IDB": 48, "EBRD": 77, "IsDB": 57, "CDB": 28, "NIB": 8, "CABEI": 15, "BSTDB": 11, "OPECPlus": 22, "IEA": 32, "GECF": 12, "MSP": 15, "OAPEC": 10, "SACU": 5, "UEMOA": 8, "CEMAC": 6, "ECCAS": 11, "IGAD": 7, "AMU": 5, "AndeanCommunity": 4, "PacificAlliance": 4, "ALADI": 13, "SICA": 8,
		"CARICOM": 15, "OECS": 7, "ECO": 10, "CEFTA": 7, "D8": 9, "G77": 134, "Comecon": 0, "FATF": 40, "ParisClub": 22,
		"IPEF": 14, "MIKTA": 5, "OAS": 33, "Commonwealth": 56, "OIF": 50, "CoE": 46, "PIF": 18, "SAARC": 8, "BIMSTEC": 7, "OIC": 57, "NonAlignedMovement": 121, "GUAM": 4, "Benelux": 3, "BSEC": 13, "ArcticCouncil": 8, "CBSS": 11,
		"CELAC": 33, "ALBA": 10, "CPLP": 9, "OTS": 5, "SPC": 26, "IORA": 23, "ESA": 23, "BalticCouncil": 3, "ManoRiver": 4, "ThreeSeas": 13, "Wassenaar": 42, "MTCR": 35, "NSG": 48, "AustraliaGroup": 43, "Zangger": 39,
	} {
		if got := len(current(t, "memberOf", org)); got != want {
			t.Errorf("%s has %d members, want %d", org, got, want)
		}
	}
	wto, nato := current(t, "memberOf", "WTO"), current(t, "memberOf", "NATO")
	outside := 0
	for m := range wto {
		if !nato[m] {
			outside++
		}
	}
	if outside != 134 {
		t.Errorf("%d WTO members outside NATO, want 134", outside)
	}
}
