package sparql

import (
	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/query/algebra"
)

func (f *formatter) operation(op algebra.Operation) {
	switch o := op.(type) {
	case *algebra.InsertData:
		f.quads("INSERT DATA", o.Quads)
	case *algebra.DeleteData:
		f.quads("DELETE DATA", o.Quads)
	case *algebra.Modify:
		if !o.With.IsZero() {
			f.line("WITH " + f.term(o.With))
		}
		if o.Delete != nil || o.Insert == nil {
			f.quads("DELETE", o.Delete)
		}
		if o.Insert != nil {
			f.quads("INSERT", o.Insert)
		}
		for _, g := range o.Using.Default {
			f.line("USING " + f.term(g))
		}
		for _, g := range o.Using.Named {
			f.line("USING NAMED " + f.term(g))
		}
		f.group("WHERE", o.Where)
	case *algebra.Load:
		text := "LOAD " + silent(o.Silent) + f.term(o.Source)
		if !o.Into.IsZero() {
			text += " INTO GRAPH " + f.term(o.Into)
		}
		f.line(text)
	case *algebra.Clear:
		verb := "CLEAR "
		if o.Drop {
			verb = "DROP "
		}
		f.line(verb + silent(o.Silent) + f.target(o.Target))
	case *algebra.Create:
		f.line("CREATE " + silent(o.Silent) + "GRAPH " + f.term(o.Graph))
	case *algebra.Transfer:
		verb := [...]string{algebra.Copy: "COPY ", algebra.Move: "MOVE ", algebra.Add: "ADD "}[o.Kind]
		f.line(verb + silent(o.Silent) + f.target(o.From) + " TO " + f.target(o.To))
	}
}

func silent(yes bool) string {
	if yes {
		return "SILENT "
	}
	return ""
}

func (f *formatter) target(t algebra.GraphTarget) string {
	switch t.Kind {
	case algebra.TargetDefault:
		return "DEFAULT"
	case algebra.TargetNamed:
		return "NAMED"
	case algebra.TargetAll:
		return "ALL"
	}
	return "GRAPH " + f.term(t.Graph)
}

// quads writes a template or data with its braces. A template is one block.
func (f *formatter) quads(head string, quads []algebra.QuadPattern) {
	f.open(head)
	for i := 0; i < len(quads); {
		name := quads[i].Graph
		var triples []algebra.TriplePattern
		for ; i < len(quads) && sameNode(quads[i].Graph, name); i++ {
			triples = append(triples, quads[i].Triple)
		}
		if name.Var == "" && name.Term.Equal(graph.Term{}) {
			f.statements(triples)
			continue
		}
		f.line("GRAPH " + f.node(name, false) + " {")
		f.depth++
		f.statements(triples)
		f.depth--
		f.line("}")
	}
	f.shut()
}
