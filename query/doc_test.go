package query_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// declared returns the functions, methods ("Type.Name"), types and variables of
// the package in dir.
func declared(t *testing.T, dir string) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), f, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				name := d.Name.Name
				if d.Recv != nil {
					typ := d.Recv.List[0].Type
					if s, ok := typ.(*ast.StarExpr); ok {
						typ = s.X
					}
					if id, ok := typ.(*ast.Ident); ok {
						name = id.Name + "." + name
					}
				}
				names[name] = true
			case *ast.GenDecl:
				for _, s := range d.Specs {
					switch s := s.(type) {
					case *ast.TypeSpec:
						names[s.Name.Name] = true
						if i, ok := s.Type.(*ast.InterfaceType); ok {
							for _, m := range i.Methods.List {
								for _, n := range m.Names {
									names[s.Name.Name+"."+n.Name] = true
								}
							}
						}
					case *ast.ValueSpec:
						for _, n := range s.Names {
							names[n.Name] = true
						}
					}
				}
			}
		}
	}
	return names
}

// TestDocNamesExist checks that the life of a query, in doc.go, names functions that exist.
func TestDocNamesExist(t *testing.T) {
	text, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	own := declared(t, ".")
	dirs := map[string]string{"sparql": "sparql", "question": "question", "algebra": "algebra",
		"plan": "internal/plan", "exec": "internal/exec", "eval": "internal/eval"}
	names := regexp.MustCompile(`\[([A-Z][\w.]*)\]|\b([a-z]\w*\.[A-Za-z]\w*(?:\.[A-Z]\w*)?)\b`).FindAllStringSubmatch(string(text), -1)
	checked := 0
	for _, m := range names {
		name := m[1] + m[2]
		first, rest, _ := strings.Cut(name, ".")
		switch dir, ok := dirs[first]; {
		case ok:
			if !declared(t, dir)[rest] {
				t.Errorf("doc.go names %s, which does not exist", name)
			}
		case m[1] != "" || own[first]:
			if !own[name] {
				t.Errorf("doc.go names %s, which does not exist", name)
			}
		default:
			continue // a word of the example
		}
		checked++
	}
	if checked < 12 {
		t.Errorf("only %d names were found in doc.go", checked)
	}
}

// TestImportDirection keeps the arrows of the design: who may import whom.
func TestImportDirection(t *testing.T) {
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", "github.com/ententedb/entente/...").Output()
	if err != nil {
		t.Skipf("go list does not work here: %v", err)
	}
	const module = "github.com/ententedb/entente/"
	// What each package may import of the module; a name ending in / stands
	// for everything below it. Packages that are not listed may import anything.
	allowed := map[string][]string{
		"graph":         {},
		"graph/xsd":     {"graph"},
		"graph/rdfio":   {"graph", "graph/xsd"},
		"graph/encoded": {"graph", "graph/xsd"},
		"storage":       {"graph", "graph/"},
		"query/algebra": {"graph", "graph/"},
		"query/sparql":  {"graph", "graph/", "query/algebra"},
		"query/question": {"graph", "graph/", "query/algebra",
			"query/internal/dataset"},
		"query/results":            {"graph", "graph/"},
		"query/internal/dataset":   {"graph", "graph/"},
		"query/internal/memory":    {"graph", "graph/", "query/internal/dataset"},
		"query/internal/reference": {"graph", "graph/", "query/algebra"},
		"query/internal/eval":      {"graph", "graph/", "query/algebra", "query/internal/dataset"},
		"query/internal/plan":      {"graph", "graph/", "query/algebra", "query/internal/dataset", "query/internal/eval"},
		"query/internal/exec":      {"graph", "graph/", "query/algebra", "query/internal/dataset", "query/internal/eval"},
		"query": {"graph", "graph/", "query/algebra", "query/sparql", "query/question", "query/results",
			"query/internal/dataset", "query/internal/plan", "query/internal/exec", "query/internal/eval"},
	}
	// Only the JSON-LD library, and nothing else, is imported below graph.
	libraries := map[string][]string{"graph/rdfio": {"github.com/piprate/json-gold/ld"}}
	seen := 0
	for dec := json.NewDecoder(strings.NewReader(string(out))); dec.More(); {
		var p struct {
			ImportPath string
			Imports    []string
		}
		if err := dec.Decode(&p); err != nil {
			t.Fatal(err)
		}
		name := strings.TrimPrefix(p.ImportPath, module)
		may, listed := allowed[name]
		if listed {
			seen++
		}
		for _, i := range p.Imports {
			inner, ours := strings.CutPrefix(i, module)
			switch {
			case !ours:
				first, _, _ := strings.Cut(i, "/")
				if (name == "graph" || strings.HasPrefix(name, "graph/")) && strings.Contains(first, ".") && !slices.Contains(libraries[name], i) {
					t.Errorf("%s imports %s; below graph only the standard library is allowed", name, i)
				}
			case listed && !slices.ContainsFunc(may, func(a string) bool {
				return a == inner || strings.HasSuffix(a, "/") && strings.HasPrefix(inner, a)
			}):
				t.Errorf("%s imports %s, which is against the direction of imports", name, inner)
			case !strings.HasPrefix(name, "cmd/") && strings.HasPrefix(inner, "cmd/"):
				t.Errorf("%s imports %s", name, inner)
			}
		}
	}
	if seen != len(allowed) {
		t.Errorf("%d of %d packages were found", seen, len(allowed))
	}
}
