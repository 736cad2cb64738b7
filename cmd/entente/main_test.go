package main

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

// asProgram, set in the environment, makes the test binary the entente program,
// so that tests can run it in a terminal or kill it.
const asProgram = "ENTENTE_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
	}
	os.Exit(m.Run())
}

// entente runs a command line and returns what it wrote and its exit code.
func entente(t *testing.T, stdin string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(args, streams{strings.NewReader(stdin), &out, &errs})
	return out.String(), errs.String(), code
}
