package conformance

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/rdfio"
)

// Namespaces of the manifests.
const (
	mf   = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
	qt   = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
	ut   = "http://www.w3.org/2009/sparql/tests/test-update#"
	rdft = "http://www.w3.org/ns/rdftest#"
	rs   = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
	ht   = "http://www.w3.org/2011/http#"
	cnt  = "http://www.w3.org/2011/content#"
	hts  = "http://www.w3.org/2011/http-statusCodes#"
	sd   = "http://www.w3.org/ns/sparql-service-description#"
)

// Test is one entry of a manifest.
type Test struct {
	// ID is the test's IRI, Name its mf:name, Type the local name of its class,
	// such as "QueryEvaluationTest".
	ID, Name, Type string
	// Suite is the path of the manifest's folder below the place where reading began.
	Suite string
	// Manifest is the path of the manifest.
	Manifest string

	node graph.Term
	g    *description
	// base is the IRI that stands for the manifest's folder in the tests of RDF syntaxes.
	base string
}

// description is the content of one manifest.
type description struct {
	triples map[graph.Term][]graph.Triple // by subject
}

// objects returns the objects of a subject's property.
func (d *description) objects(s graph.Term, property string) (out []graph.Term) {
	for _, t := range d.triples[s] {
		if t.Predicate.Value() == property {
			out = append(out, t.Object)
		}
	}
	return out
}

// object returns the first object, the zero Term if there is none.
func (d *description) object(s graph.Term, property string) graph.Term {
	if all := d.objects(s, property); len(all) > 0 {
		return all[0]
	}
	return graph.Term{}
}

// list returns the members of an RDF collection.
func (d *description) list(head graph.Term) (out []graph.Term) {
	for range len(d.triples) + 1 {
		if head.IsZero() || head.Value() == graph.RDFNil {
			break
		}
		out = append(out, d.object(head, graph.RDFFirst))
		head = d.object(head, graph.RDFRest)
	}
	return out
}

// fileIRI returns the file: IRI of a path.
func fileIRI(path string) string {
	abs, err := filepath.Abs(path)
	if err != nil {
		abs = path
	}
	return (&url.URL{Scheme: "file", Path: filepath.ToSlash(abs)}).String()
}

// filePath is the inverse of fileIRI.
func filePath(iri string) (string, error) {
	u, err := url.Parse(iri)
	if err != nil || u.Scheme != "file" {
		return "", fmt.Errorf("not a file: <%s>", iri)
	}
	return filepath.FromSlash(u.Path), nil
}

// ReadManifests returns the tests of manifests and of those that they include,
// in their order, each once. root is the folder that Test.Suite is relative to.
func ReadManifests(root string, paths ...string) ([]*Test, error) {
	var tests []*Test
	seenFile, seenTest := map[string]bool{}, map[string]bool{}
	var read func(path string) error
	read = func(path string) error {
		if seenFile[path] {
			return nil
		}
		seenFile[path] = true
		quads, err := readFile(path, "")
		if err != nil {
			return err
		}
		d := &description{triples: map[graph.Term][]graph.Triple{}}
		var manifests []graph.Term
		for _, q := range quads {
			d.triples[q.Subject] = append(d.triples[q.Subject], graph.Triple{Subject: q.Subject, Predicate: q.Predicate, Object: q.Object})
			if q.Predicate.Value() == graph.RDFType && q.Object.Value() == mf+"Manifest" {
				manifests = append(manifests, q.Subject)
			}
		}
		suite, err := filepath.Rel(root, filepath.Dir(path))
		if err != nil {
			return err
		}
		for _, m := range manifests {
			base := d.object(m, mf+"assumedTestBase").Value()
			for _, head := range d.objects(m, mf+"include") {
				for _, included := range d.list(head) {
					p, err := filePath(included.Value())
					if err != nil {
						return fmt.Errorf("%s: %w", path, err)
					}
					if err := read(p); err != nil {
						return err
					}
				}
			}
			for _, head := range d.objects(m, mf+"entries") {
				for _, node := range d.list(head) {
					if seenTest[node.Value()] {
						continue
					}
					seenTest[node.Value()] = true
					t := &Test{ID: node.Value(), Suite: filepath.ToSlash(suite), Manifest: path, node: node, g: d, base: base}
					t.Name = d.object(node, mf+"name").Value()
					for _, class := range d.objects(node, graph.RDFType) {
						for _, ns := range []string{mf, rdft} {
							if local, ok := strings.CutPrefix(class.Value(), ns); ok {
								t.Type = local
							}
						}
					}
					if t.Name == "" {
						t.Name = t.ID
					}
					tests = append(tests, t)
				}
			}
		}
		if len(manifests) == 0 {
			return fmt.Errorf("%s: no mf:Manifest", path)
		}
		return nil
	}
	root, err := filepath.Abs(root)
	if err != nil {
		return nil, err
	}
	for _, path := range paths {
		if path, err = filepath.Abs(path); err != nil {
			return nil, err
		}
		if err := read(path); err != nil {
			return nil, err
		}
	}
	return tests, nil
}

// property returns the first object of one of the test's properties.
func (t *Test) property(iri string) graph.Term { return t.g.object(t.node, iri) }

// documentBase returns the IRI that relative IRIs in a document of the test are
// resolved against.
func (t *Test) documentBase(iri string) string {
	if t.base == "" {
		return iri
	}
	if rest, ok := strings.CutPrefix(iri, fileIRI(filepath.Dir(t.Manifest))+"/"); ok {
		return t.base + rest
	}
	return iri
}

// readFile reads an RDF document; base is by default its file: IRI.
func readFile(path, base string) ([]graph.Quad, error) {
	format, ok := rdfio.FormatByExtension(path)
	if !ok {
		return nil, fmt.Errorf("%s: unknown RDF format", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if base == "" {
		base = fileIRI(path)
	}
	return rdfio.ReadAll(f, format, &rdfio.ReaderOptions{Base: base, File: path})
}

// readText returns the text of the file that an IRI names.
func readText(iri string) (string, error) {
	path, err := filePath(iri)
	if err != nil {
		return "", err
	}
	b, err := os.ReadFile(path)
	return string(b), err
}

// Roots returns the manifests of the W3C suites below dir, a copy of
// https://github.com/w3c/rdf-tests.
func Roots(dir string) ([]string, error) {
	var out []string
	for _, name := range []string{
		"sparql/sparql10/manifest-evaluation.ttl", "sparql/sparql10/manifest-syntax.ttl",
		"sparql/sparql11/manifest-all.ttl", "sparql/sparql12/manifest.ttl",
		"rdf/rdf11/manifest.ttl", "rdf/rdf12/manifest.ttl",
	} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if _, err := os.Stat(path); err != nil {
			return nil, errors.Join(fmt.Errorf("the W3C test suites are not in %s", dir), err)
		}
		out = append(out, path)
	}
	return out, nil
}
