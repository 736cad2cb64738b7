package conformance

import (
	"bytes"
	"context"
	"fmt"
	"sort"
	"strings"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/rdfio"
	"github.com/ententedb/entente/storage"
)

// rdfFormat tells the format from the class of a test, not from a file name.
func rdfFormat(t *Test) (rdfio.Format, error) {
	for prefix, f := range map[string]rdfio.Format{
		"TestTurtle": rdfio.Turtle, "TestTrig": rdfio.TriG, "TestNTriples": rdfio.NTriples,
		"TestNQuads": rdfio.NQuads, "TestXML": rdfio.RDFXML,
	} {
		if strings.HasPrefix(t.Type, prefix) {
			return f, nil
		}
	}
	return 0, fmt.Errorf("unknown kind of test %q", t.Type)
}

// readAction reads the test's document.
func readAction(t *Test) (text string, quads []graph.Quad, parseErr, err error) {
	format, err := rdfFormat(t)
	if err != nil {
		return "", nil, nil, err
	}
	action := t.property(mf + "action").Value()
	if text, err = readText(action); err != nil {
		return "", nil, nil, err
	}
	quads, parseErr = rdfio.ReadAll(strings.NewReader(text), format, &rdfio.ReaderOptions{Base: t.documentBase(action)})
	return text, quads, parseErr, nil
}

func rdfSyntax(t *Test) error {
	text, _, parseErr, err := readAction(t)
	negative := strings.Contains(t.Type, "Negative")
	switch {
	case err != nil:
		return err
	case negative && parseErr == nil:
		return fmt.Errorf("it parses, but is wrong:\n%s", text)
	case !negative && parseErr != nil:
		return fmt.Errorf("%w\n%s", parseErr, text)
	}
	return nil
}

// rdfBoth returns the quads read and those expected.
func rdfBoth(t *Test) (text string, got, want []graph.Quad, err error) {
	text, got, parseErr, err := readAction(t)
	if err != nil {
		return "", nil, nil, err
	}
	if parseErr != nil {
		return "", nil, nil, fmt.Errorf("%w\n%s", parseErr, text)
	}
	result := t.property(mf + "result").Value()
	path, err := filePath(result)
	if err != nil {
		return "", nil, nil, err
	}
	if want, err = readFile(path, t.documentBase(result)); err != nil {
		return "", nil, nil, fmt.Errorf("expected result: %w", err)
	}
	return text, got, want, nil
}

func rdfEval(t *Test) error {
	text, got, want, err := rdfBoth(t)
	if err != nil {
		return err
	}
	if !graph.Isomorphic(want, got) {
		return &wrongAnswer{text, showQuads(want), showQuads(got)}
	}
	return nil
}

// rdfStored loads the document into a store and compares what the store gives back.
func (r *runner) rdfStored(ctx context.Context, t *Test, p place) error {
	text, quads, want, err := rdfBoth(t)
	if err != nil {
		return err
	}
	return r.stores.changed(ctx, p, nil, text, want, func(store *storage.Store) error {
		_, err := store.LoadQuads(ctx, nil, list(quads))
		return err
	})
}

// rdfCanonical compares the canonical form of a document byte by byte, line order apart.
func rdfCanonical(t *Test) error {
	text, quads, parseErr, err := readAction(t)
	if err != nil {
		return err
	}
	if parseErr != nil {
		return fmt.Errorf("%w\n%s", parseErr, text)
	}
	want, err := readText(t.property(mf + "result").Value())
	if err != nil {
		return err
	}
	format, err := rdfFormat(t)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	w := rdfio.NewWriter(&b, format, nil)
	for _, q := range quads {
		if err := w.Write(q); err != nil {
			return err
		}
	}
	if err := w.Close(); err != nil {
		return err
	}
	if lines(b.String()) != lines(want) {
		return &wrongAnswer{text, want, b.String()}
	}
	return nil
}

func lines(s string) string {
	all := strings.SplitAfter(s, "\n")
	sort.Strings(all)
	return strings.Join(all, "")
}
