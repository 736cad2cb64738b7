package sparql

import (
	"errors"
	"testing"

	"github.com/cockroachdb/datadriven"
)

func TestSyntaxError_Detail(t *testing.T) {
	datadriven.RunTest(t, "testdata/errors", func(t *testing.T, d *datadriven.TestData) string {
		var err error
		if d.Cmd == "update" {
			_, err = ParseUpdate(d.Input, nil)
		} else {
			_, err = Parse(d.Input, nil)
		}
		var syntax *SyntaxError
		if !errors.As(err, &syntax) {
			t.Fatalf("%s: error is %v", d.Pos, err)
		}
		return syntax.Detail()
	})
}
