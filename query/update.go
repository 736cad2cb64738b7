package query

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/query/algebra"
	"github.com/ententedb/entente/query/internal/eval"
	"github.com/ententedb/entente/query/sparql"
)

// UpdateReport says what an update did.
type UpdateReport struct {
	// Inserted and Deleted count the quads that the operations asked to add and
	// to remove, those included that were there, or not there, already.
	Inserted, Deleted uint64
}

// Update carries out a SPARQL Update request on w, operation by operation. After
// an error the transaction must be given up, so that nothing of the request is
// kept.
func Update(ctx context.Context, w Writer, text string, opts ...Option) (UpdateReport, error) {
	c := newConfig(opts)
	u, err := sparql.ParseUpdate(text, &sparql.Options{Base: c.base, Prefixes: c.prefixes})
	if err != nil {
		return UpdateReport{}, err
	}
	return RunUpdate(ctx, w, u, opts...)
}

// RunUpdate carries out an update that is already in algebra form, which is
// not changed.
func RunUpdate(ctx context.Context, w Writer, u *algebra.Update, opts ...Option) (UpdateReport, error) {
	c := newConfig(opts)
	if c.timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, c.timeout, ErrTimeout)
		defer cancel()
		c.timeout = 0 // it counts for the request, not for each operation
	}
	x := &updater{ctx: ctx, w: w, config: c, base: u.Base, blanks: map[algebra.Var]encoded.Term{}, graphs: map[encoded.Term]bool{}}
	for i, op := range u.Operations {
		if i > 0 {
			if err := w.Flush(); err != nil {
				return x.report, err
			}
		}
		if err := x.operation(op); err != nil {
			if errors.Is(err, context.DeadlineExceeded) && errors.Is(context.Cause(ctx), ErrTimeout) {
				err = ErrTimeout
			}
			if len(u.Operations) > 1 {
				err = fmt.Errorf("operation %d: %w", i+1, err)
			}
			return x.report, err
		}
	}
	return x.report, nil
}

// updater carries out the operations of one request.
type updater struct {
	ctx    context.Context
	w      Writer
	config *config
	base   string
	report UpdateReport
	blanks map[algebra.Var]encoded.Term // of INSERT DATA: the same in the whole request
	// graphs are those that the request created or emptied: the store keeps
	// no empty graphs, but within a request they are there.
	graphs map[encoded.Term]bool
}

func (x *updater) operation(op algebra.Operation) error {
	switch o := op.(type) {
	case *algebra.InsertData:
		return x.insertData(o)
	case *algebra.DeleteData:
		return x.deleteData(o)
	case *algebra.Modify:
		return x.modify(o)
	case *algebra.Clear:
		return x.clear(o)
	case *algebra.Create:
		return x.create(o)
	case *algebra.Transfer:
		return x.transfer(o)
	case *algebra.Load:
		return x.load(o)
	}
	return fmt.Errorf("query: unknown operation %T", op)
}

func (x *updater) insert(quads []encoded.Pattern) error {
	for part := range slices.Chunk(quads, changeBatch) {
		if err := x.ctx.Err(); err != nil {
			return err
		}
		if err := x.w.Insert(part); err != nil {
			return err
		}
		x.report.Inserted += uint64(len(part))
	}
	return nil
}

func (x *updater) delete(quads []encoded.Pattern) error {
	for part := range slices.Chunk(quads, changeBatch) {
		if err := x.ctx.Err(); err != nil {
			return err
		}
		if err := x.w.Delete(part); err != nil {
			return err
		}
		x.report.Deleted += uint64(len(part))
	}
	return nil
}

// ground returns the term of a node of INSERT DATA: hidden variables are blank nodes.
func (x *updater) ground(n algebra.Node) (encoded.Term, error) {
	switch {
	case n.IsVar():
		if b, ok := x.blanks[n.Var]; ok {
			return b, nil
		}
		b, err := x.w.NewBlank()
		x.blanks[n.Var] = b
		return b, err
	case n.Triple != nil:
		t, err := x.groundTerm(n)
		if err != nil {
			return 0, err
		}
		return x.w.Intern(t)
	}
	return x.w.Intern(n.Term)
}

// groundTerm is ground for the parts of a triple term.
func (x *updater) groundTerm(n algebra.Node) (graph.Term, error) {
	switch {
	case n.IsVar():
		id, err := x.ground(n)
		if err != nil {
			return graph.Term{}, err
		}
		return decodeOne(x.w, id)
	case n.Triple != nil:
		var parts [3]graph.Term
		for i, m := range []algebra.Node{n.Triple.Subject, n.Triple.Predicate, n.Triple.Object} {
			var err error
			if parts[i], err = x.groundTerm(m); err != nil {
				return graph.Term{}, err
			}
		}
		return graph.TripleTerm(parts[0], parts[1], parts[2]), nil
	}
	return n.Term, nil
}

func decodeOne(ds Dataset, id encoded.Term) (graph.Term, error) {
	var out [1]graph.Term
	err := ds.Decode([]encoded.Term{id}, out[:])
	return out[0], err
}

func (x *updater) insertData(o *algebra.InsertData) error {
	quads := make([]encoded.Pattern, 0, len(o.Quads))
	for _, q := range o.Quads {
		var p encoded.Pattern
		for i, n := range []algebra.Node{q.Triple.Subject, q.Triple.Predicate, q.Triple.Object, q.Graph} {
			if i == 3 && isDefault(n) {
				p[i] = encoded.DefaultGraph
				continue
			}
			var err error
			if p[i], err = x.ground(n); err != nil {
				return err
			}
		}
		quads = append(quads, p)
	}
	return x.insert(quads)
}

func isDefault(n algebra.Node) bool { return !n.IsVar() && n.Triple == nil && n.Term.IsZero() }

func (x *updater) deleteData(o *algebra.DeleteData) error {
	var quads []encoded.Pattern
	for _, q := range o.Quads {
		var p encoded.Pattern
		there := true
		for i, n := range []algebra.Node{q.Triple.Subject, q.Triple.Predicate, q.Triple.Object, q.Graph} {
			if i == 3 && isDefault(n) {
				p[i] = encoded.DefaultGraph
				continue
			}
			t, err := x.groundTerm(n)
			if err != nil {
				return err
			}
			id, ok, err := x.w.Encode(t)
			if err != nil {
				return err
			}
			there = there && ok
			p[i] = id
		}
		if there {
			quads = append(quads, p)
		}
	}
	return x.delete(quads)
}

// modify evaluates the pattern to its end, and only then changes anything.
func (x *updater) modify(o *algebra.Modify) error {
	q := &algebra.Query{Form: algebra.Select, Root: o.Where, Dataset: o.Using, Base: x.base}
	def := encoded.DefaultGraph
	if !o.With.IsZero() {
		var err error
		if def, err = x.w.Intern(o.With); err != nil {
			return err
		}
		if !o.Using.Given && !x.config.dataset.Given {
			if err := x.with(q, def, o.With); err != nil {
				return err
			}
		}
	}
	if x.config.dataset.Given && (o.Using.Given || !o.With.IsZero()) {
		return ErrDatasetConflict
	}
	r, err := newRun(x.ctx, x.w, &cached{query: q}, x.config)
	if err != nil {
		return err
	}
	defer r.close()
	schema := r.root.Schema()
	remove, err := newQuadTemplate(r.terms, x.w.NewBlank, o.Delete, def, schema)
	if err != nil {
		return err
	}
	add, err := newQuadTemplate(r.terms, x.w.NewBlank, o.Insert, def, schema)
	if err != nil {
		return err
	}
	deletes, inserts := &quadList{run: r}, &quadList{run: r}
	defer deletes.close()
	defer inserts.close()
	for {
		b, err := r.next()
		if err != nil {
			return err
		}
		if b == nil {
			break
		}
		for i := range b.Len {
			if err := remove.fill(b.Columns, i, func(_ int, q encoded.Pattern) error { return deletes.add(q) }); err != nil {
				return err
			}
			if err := add.fill(b.Columns, i, func(_ int, q encoded.Pattern) error { return inserts.add(q) }); err != nil {
				return err
			}
		}
	}
	// What the dataset does not hold cannot be deleted.
	deletes.quads = slices.DeleteFunc(deletes.quads, func(q encoded.Pattern) bool {
		return slices.ContainsFunc(q[:], func(t encoded.Term) bool { return t.Tag() == encoded.TagLocal })
	})
	if err := x.delete(deletes.quads); err != nil {
		return err
	}
	if err := x.intern(r.terms, inserts.quads); err != nil {
		return err
	}
	return x.insert(inserts.quads)
}

// with makes a graph the default graph of the pattern.
func (x *updater) with(q *algebra.Query, id encoded.Term, name graph.Term) error {
	exists, err := x.exists(id)
	if err != nil {
		return err
	}
	if exists {
		q.Root = &algebra.Graph{Name: algebra.TermNode(name), Input: q.Root}
		return nil
	}
	// GRAPH of a graph that is not there has no solutions, but the default graph is
	// then an empty one.
	names, err := x.names()
	if err != nil {
		return err
	}
	q.Dataset = algebra.DatasetClause{Given: true}
	for _, n := range names {
		t, err := decodeOne(x.w, n)
		if err != nil {
			return err
		}
		q.Dataset.Named = append(q.Dataset.Named, t)
	}
	return nil
}

// intern enters the query's own terms into the dictionary.
func (x *updater) intern(terms *eval.Terms, quads []encoded.Pattern) error {
	known := map[encoded.Term]encoded.Term{}
	for i := range quads {
		for pos, t := range quads[i] {
			if t.Tag() != encoded.TagLocal {
				continue
			}
			id, ok := known[t]
			if !ok {
				term, err := terms.Term(t)
				if err != nil {
					return err
				}
				if id, err = x.enter(term, known, terms); err != nil {
					return err
				}
				known[t] = id
			}
			quads[i][pos] = id
		}
	}
	return nil
}

// enter interns a term that the query made. Blank nodes of the query become
// blank nodes of the dataset.
func (x *updater) enter(t graph.Term, known map[encoded.Term]encoded.Term, terms *eval.Terms) (encoded.Term, error) {
	switch t.Kind() {
	case graph.KindBlank:
		if id, ok, err := x.w.Encode(t); ok || err != nil {
			return id, err
		}
		local, err := terms.Encode(t)
		if err != nil {
			return 0, err
		}
		if id, ok := known[local]; ok {
			return id, nil
		}
		id, err := x.w.NewBlank()
		known[local] = id
		return id, err
	case graph.KindTriple:
		tt := t.Triple()
		parts := []graph.Term{tt.Subject, tt.Predicate, tt.Object}
		for i, p := range parts {
			id, err := x.enter(p, known, terms)
			if err != nil {
				return 0, err
			}
			if parts[i], err = decodeOne(x.w, id); err != nil {
				return 0, err
			}
		}
		return x.w.Intern(graph.TripleTerm(parts[0], parts[1], parts[2]))
	}
	return x.w.Intern(t)
}

// quadList remembers quads within the memory budget, leaving out repetitions
// that follow each other.
type quadList struct {
	run   *run
	quads []encoded.Pattern
	held  int64
}

func (l *quadList) add(q encoded.Pattern) error {
	if n := len(l.quads); n > 0 && l.quads[n-1] == q {
		return nil
	}
	if len(l.quads) == cap(l.quads) {
		more := max(1024, cap(l.quads))
		if err := l.run.env.Budget.Charge(int64(more) * 32); err != nil {
			return err
		}
		l.held += int64(more) * 32
		l.quads = slices.Grow(l.quads, more)
	}
	l.quads = append(l.quads, q)
	return nil
}

func (l *quadList) close() { l.run.env.Budget.Release(l.held) }
