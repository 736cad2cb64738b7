package algebra

import "github.com/ententedb/entente/graph"

// PrintQuery returns the text of a whole query, for people and for comparing.
func PrintQuery(q *Query) string {
	s := block([...]string{"select", "ask", "construct", "describe"}[q.Form])
	add := func(items ...sexp) { s.list = append(s.list, items...) }
	if q.Form == Select {
		add(varsSexp(q.Vars))
	}
	add(headSexp(q.Version, q.Base, q.Prefixes)...)
	if q.Dataset.Given {
		add(datasetSexp("from", q.Dataset))
	}
	if q.Template != nil {
		t := block("template")
		for _, p := range q.Template {
			p := tripleSexp(p)
			p.block = true
			t.list = append(t.list, p)
		}
		add(t)
	}
	if q.Describe != nil {
		d := form("nodes")
		for _, n := range q.Describe {
			d.list = append(d.list, nodeSexp(n))
		}
		add(d)
	}
	add(opSexp(q.Root))
	return s.String()
}

// PrintUpdate returns the text of an update request, for people and for comparing.
func PrintUpdate(u *Update) string {
	s := block("update", headSexp(u.Version, u.Base, u.Prefixes)...)
	for _, o := range u.Operations {
		s.list = append(s.list, operationSexp(o))
	}
	return s.String()
}

func headSexp(version, base string, prefixes []Prefix) []sexp {
	var out []sexp
	if version != "" {
		out = append(out, form("version", termSexp(graph.String(version))))
	}
	if base != "" {
		out = append(out, form("base", termSexp(graph.IRI(base))))
	}
	for _, p := range prefixes {
		f := form("prefix", atom(p.Name+":"), termSexp(graph.IRI(p.IRI)))
		f.block = true
		out = append(out, f)
	}
	return out
}

func datasetSexp(head string, d DatasetClause) sexp {
	s := form(head)
	for _, g := range d.Default {
		s.list = append(s.list, termSexp(g))
	}
	for _, g := range d.Named {
		s.list = append(s.list, form("named", termSexp(g)))
	}
	return s
}

func quadsSexp(head string, quads []QuadPattern) sexp {
	s := block(head)
	for _, q := range quads {
		f := tripleSexp(q.Triple)
		if q.Graph != (Node{}) {
			f.list[0] = atom("quad")
			f.list = append(f.list, nodeSexp(q.Graph))
		}
		f.block = true
		s.list = append(s.list, f)
	}
	return s
}

func operationSexp(op Operation) sexp {
	quiet := func(s sexp, silent bool) sexp {
		if silent {
			s.list = append(s.list, atom("silent"))
		}
		return s
	}
	switch o := op.(type) {
	case *InsertData:
		return quadsSexp("insertdata", o.Quads)
	case *DeleteData:
		return quadsSexp("deletedata", o.Quads)
	case *Modify:
		s := block("modify")
		if !o.With.IsZero() {
			s.list = append(s.list, form("with", termSexp(o.With)))
		}
		if o.Using.Given {
			s.list = append(s.list, datasetSexp("using", o.Using))
		}
		s.list = append(s.list, quadsSexp("delete", o.Delete), quadsSexp("insert", o.Insert), opSexp(o.Where))
		return s
	case *Load:
		s := block("load", termSexp(o.Source))
		if !o.Into.IsZero() {
			s.list = append(s.list, form("into", termSexp(o.Into)))
		}
		return quiet(s, o.Silent)
	case *Clear:
		head := "clear"
		if o.Drop {
			head = "drop"
		}
		return quiet(block(head, targetSexp(o.Target)), o.Silent)
	case *Create:
		return quiet(block("create", termSexp(o.Graph)), o.Silent)
	case *Transfer:
		return quiet(block([...]string{"copy", "move", "add"}[o.Kind], targetSexp(o.From), targetSexp(o.To)), o.Silent)
	}
	return atom("unknown")
}

func targetSexp(t GraphTarget) sexp {
	if t.Kind == TargetGraph {
		return termSexp(t.Graph)
	}
	return atom([...]string{"", "default", "named", "all"}[t.Kind])
}
