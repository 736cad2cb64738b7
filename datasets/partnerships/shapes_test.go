package partnerships_test

import (
	"os"
	"regexp"
	"strconv"
	"testing"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/rdfio"
)

const sh = "http://www.w3.org/ns/shacl#"

// violations validates the graph against shapes.ttl and returns what is wrong.
// It knows the part of SHACL that the shapes use, and reports any other.
func violations(t *testing.T, quads []graph.Quad) (problems []string) {
	t.Helper()
	data := index(quads)
	f, err := os.Open("shapes.ttl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var shapes []graph.Quad
	for q, err := range rdfio.NewReader(f, rdfio.Turtle, &rdfio.ReaderOptions{File: "shapes.ttl"}).All() {
		if err != nil {
			t.Fatal(err)
		}
		shapes = append(shapes, q)
	}
	shape := index(shapes)
	for _, q := range shapes {
		var focus []graph.Term
		switch q.Predicate.Value() {
		case sh + "targetClass":
			focus = data.subjects(graph.RDFType, q.Object)
		case sh + "targetSubjectsOf":
			focus = data.subjectsOf(q.Object.Value())
		default:
			continue
		}
		if len(focus) == 0 {
			problems = append(problems, q.Subject.Value()+" has no target")
		}
		for _, property := range shape.objects(q.Subject, sh+"property") {
			path := shape.objects(property, sh+"path")[0].Value()
			for predicate, parameters := range shape.out[property.Key()] {
				for _, node := range focus {
					if problem := data.violates(node, path, predicate, parameters[0]); problem != "" {
						problems = append(problems, q.Subject.Value()+": "+node.Value()+" "+path+": "+problem)
					}
				}
			}
		}
	}
	return problems
}

// triples finds objects by subject and predicate, and subjects by predicate
// and object.
type triples struct {
	out map[graph.Term]map[string][]graph.Term
	in  map[string]map[graph.Term][]graph.Term
	of  map[string][]graph.Term
}

func index(quads []graph.Quad) triples {
	t := triples{map[graph.Term]map[string][]graph.Term{}, map[string]map[graph.Term][]graph.Term{}, map[string][]graph.Term{}}
	for _, q := range quads {
		s, p, o := q.Subject.Key(), q.Predicate.Value(), q.Object.Key()
		if t.out[s] == nil {
			t.out[s] = map[string][]graph.Term{}
		}
		if len(t.out[s][p]) == 0 {
			t.of[p] = append(t.of[p], q.Subject)
		}
		t.out[s][p] = append(t.out[s][p], q.Object)
		if t.in[p] == nil {
			t.in[p] = map[graph.Term][]graph.Term{}
		}
		t.in[p][o] = append(t.in[p][o], q.Subject)
	}
	return t
}

func (t triples) objects(s graph.Term, p string) []graph.Term  { return t.out[s.Key()][p] }
func (t triples) subjects(p string, o graph.Term) []graph.Term { return t.in[p][o.Key()] }
func (t triples) subjectsOf(p string) []graph.Term             { return t.of[p] }

// violates returns what is wrong with the values of a path by one constraint,
// "" if nothing is.
func (t triples) violates(node graph.Term, path, constraint string, parameter graph.Term) string {
	values := t.objects(node, path)
	n, _ := strconv.Atoi(parameter.Value())
	switch constraint {
	case sh + "path":
		return ""
	case sh + "minCount":
		if len(values) < n {
			return strconv.Itoa(len(values)) + " values, want at least " + parameter.Value()
		}
		return ""
	case sh + "maxCount":
		if len(values) > n {
			return strconv.Itoa(len(values)) + " values, want at most " + parameter.Value()
		}
		return ""
	}
	for _, v := range values {
		ok := false
		switch constraint {
		case sh + "datatype":
			ok = v.Datatype() == parameter.Value()
		case sh + "class":
			for _, c := range t.objects(v, graph.RDFType) {
				ok = ok || c.Equal(parameter)
			}
		case sh + "pattern":
			ok = regexp.MustCompile(parameter.Value()).MatchString(v.Value())
		default:
			return "constraint not known to this test: " + constraint
		}
		if !ok {
			return v.String() + " does not satisfy " + constraint + " " + parameter.Value()
		}
	}
	return ""
}
