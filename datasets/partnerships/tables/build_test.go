package tables

import (
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"
)

// overlay is a file system in which one file is another.
type overlay struct {
	fs.FS
	name string
	file fstest.MapFS
}

func (o overlay) Open(name string) (fs.File, error) {
	if name == o.name {
		return o.file.Open(name)
	}
	return o.FS.Open(name)
}

func (o overlay) Sub(dir string) (fs.FS, error) {
	sub, err := fs.Sub(o.FS, dir)
	name := strings.TrimPrefix(o.name, dir+"/")
	return overlay{sub, name, fstest.MapFS{name: o.file[o.name]}}, err
}

func (o overlay) ReadDir(name string) ([]fs.DirEntry, error) { return fs.ReadDir(o.FS, name) }

// A mistake in a table is refused with the file and line to correct.
func TestBuild_MistakesAreRefusedWithFileAndLine(t *testing.T) {
	for _, c := range []struct{ name, file, old, new, want string }{
		{"an end before the beginning", "data/memberships/EU.csv", "GBR,member,1973-01-01,2020-02-01", "GBR,member,1973-01-01,1972-02-01", "memberships/EU.csv:"},
		{"no beginning", "data/memberships/NATO.csv", "FIN,member,2023-04-04", "FIN,member,", "write \"unknown\""},
		{"a member that nothing declares", "data/memberships/NATO.csv", "FIN,member", "FNI,member", "FNI is not declared"},
		{"a status that is not known", "data/memberships/NATO.csv", "FIN,member", "FIN,guest", "status \"guest\""},
		{"a day that is none", "data/memberships/NATO.csv", "2023-04-04", "2023-04-31", "memberships/NATO.csv:"},
		{"a source that nothing declares", "data/uses.csv", ",iso-4217", ",iso-4712", "iso-4712 is not declared"},
		{"a class outside the ontology", "data/organisations.csv", "NATO,North Atlantic Treaty Organization,Alliance", "NATO,North Atlantic Treaty Organization,Aliance", "class \"Aliance\""},
		{"one identifier for two things", "data/organisations.csv", "\nNATO,", "\nUN,", "declared twice"},
		{"a thing without a name", "data/former_states.csv", "SUN,Soviet Union,", "SUN,,", "has no label"},
		{"parties of a treaty that is nowhere", "data/treaty_parties.csv", "ANZUS-1951,USA", "ANZUS-1915,USA", "is in none of treaties/*.csv"},
		{"two values for one year", "data/observations.csv", "TWN,gdp,2023,", "USA,gdp,2023,", "two values of"},
		{"a programme without a sender", "data/sanctions.csv", ",USA,CUB,", ",,CUB,", "without a sender"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := os.DirFS("..")
			text, err := fs.ReadFile(dir, c.file)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(string(text), c.old) {
				t.Fatalf("%s no longer holds %q", c.file, c.old)
			}
			changed := strings.Replace(string(text), c.old, c.new, 1)
			_, err = Build(overlay{dir, c.file, fstest.MapFS{c.file: {Data: []byte(changed)}}})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want an error with %q", err, c.want)
			}
		})
	}
}
