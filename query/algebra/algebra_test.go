package algebra

import (
	"errors"
	"fmt"
	"testing"

	"github.com/cockroachdb/datadriven"
)

func TestParse_PrintsAgain(t *testing.T) {
	datadriven.RunTest(t, "testdata/trees", func(t *testing.T, d *datadriven.TestData) string {
		op, err := Parse(d.Input)
		if err != nil {
			if !errors.Is(err, ErrSyntax) {
				t.Errorf("%s: %v is not ErrSyntax", d.Pos, err)
			}
			return err.Error()
		}
		text := Print(op)
		checkTree(t, op, text)
		return fmt.Sprintf("%s\nin scope %v, bound %v", text, Vars(op), BoundVars(op))
	})
}

// checkTree checks what must hold for every tree: its text reads back, its copy
// is equal and shares nothing that rewriting changes, bound variables are in scope.
func checkTree(t *testing.T, op Op, text string) {
	t.Helper()
	again, err := Parse(text)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if !Equal(op, again) {
		t.Errorf("read back as\n%s\nfrom\n%s", Print(again), text)
	}
	copied := Clone(op)
	if !Equal(op, copied) {
		t.Errorf("the copy is\n%s\nof\n%s", Print(copied), text)
	}
	Rewrite(copied, func(o Op) Op {
		for _, e := range Exprs(o) {
			*e = RewriteExpr(*e, func(Expr) Expr { return &VarExpr{"changed"} })
		}
		switch x := o.(type) {
		case *BGP:
			clear(x.Patterns)
		case *Project:
			clear(x.Vars)
		case *Table:
			for _, r := range x.Rows {
				clear(r)
			}
		case *Scan:
			clear(x.Unneeded)
		}
		return Unit()
	})
	if Print(op) != text {
		t.Errorf("changing the copy changed the tree\n%s\nto\n%s", text, Print(op))
	}
	visible := map[Var]bool{}
	for _, v := range Vars(op) {
		visible[v] = true
	}
	for _, v := range BoundVars(op) {
		if !visible[v] {
			t.Errorf("?%s is bound but not in scope in\n%s", v, text)
		}
	}
}

func TestExprVars_SeesPatternsOfExists(t *testing.T) {
	e, err := ParseExpr(`(|| (> ?a 1) (exists (filter (= ?b ?c) (bgp (triple ?d <p> ?.b1)))))`)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprint(ExprVars(e)), "[a b c d .b1]"; got != want {
		t.Errorf("variables %s, want %s", got, want)
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		`(bgp (triple ?s <p> "x"@en))`, `(filter (exists (unit)) (table (?a) (row <<( <a> <b> 1 )>>)))`, `(`, `(union)`,
		`(group ((?a ?b)) ((?c (aggregate COUNT))) (unit))`, `(path ?a (not (forward) (inverse <a>)) ?b)`,
		`(scan SPO (triple ?a ?b ?c) (rows 1))`, `(join (unit) (nil))`, `(filter (not\u0020 "\u0041") (unit))`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		op, err := Parse(text)
		if err != nil {
			if !errors.Is(err, ErrSyntax) {
				t.Fatalf("%v is not ErrSyntax", err)
			}
			return
		}
		printed := Print(op)
		again, err := Parse(printed)
		if err != nil {
			t.Fatalf("%q prints as %q: %v", text, printed, err)
		}
		if second := Print(again); second != printed {
			t.Fatalf("%q prints as %q, then %q", text, printed, second)
		}
	})
}
