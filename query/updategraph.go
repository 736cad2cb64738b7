package query

import (
	"fmt"
	"io"

	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/graph/rdfio"
	"github.com/ententedb/entente/query/algebra"
	"github.com/ententedb/entente/query/internal/exec"
)

// exists reports whether a graph is there: it holds quads, or the request made it.
func (x *updater) exists(g encoded.Term) (bool, error) {
	if x.graphs[g] || g == encoded.DefaultGraph {
		return true, nil
	}
	n, _, err := x.w.Count(encoded.Scan{Order: encoded.GSPO, Pattern: encoded.Pattern{encoded.Graph: g}})
	return n > 0, err
}

// names returns the named graphs that hold quads.
func (x *updater) names() ([]encoded.Term, error) {
	it, err := x.w.Scan(x.ctx, encoded.Scan{Order: encoded.GSPO, Scope: encoded.ScopeNamed,
		Columns: encoded.Positions(0).With(encoded.Graph), Grouped: true})
	if err != nil {
		return nil, err
	}
	defer it.Close()
	var names []encoded.Term
	var b encoded.Batch
	for {
		ok, err := it.Next(&b)
		if err != nil || !ok {
			return names, err
		}
		names = append(names, b.Columns[encoded.Graph][:b.Len]...)
	}
}

// quads calls each with batches of the quads of a graph.
func (x *updater) quads(g encoded.Term, each func([]encoded.Pattern) error) error {
	it, err := x.w.Scan(x.ctx, encoded.Scan{Order: encoded.GSPO, Pattern: encoded.Pattern{encoded.Graph: g}, Columns: allPositions})
	if err != nil {
		return err
	}
	defer it.Close()
	var b encoded.Batch
	var out []encoded.Pattern
	for {
		ok, err := it.Next(&b)
		if err != nil || !ok {
			return err
		}
		out = out[:0]
		for i := range b.Len {
			out = append(out, encoded.Pattern{b.Columns[0][i], b.Columns[1][i], b.Columns[2][i], g})
		}
		if err := each(out); err != nil {
			return err
		}
	}
}

// graphOf returns the encoded name of a target; ok is false if no term of the
// dataset names it.
func (x *updater) graphOf(t algebra.GraphTarget) (g encoded.Term, ok bool, err error) {
	if t.Kind == algebra.TargetDefault {
		return encoded.DefaultGraph, true, nil
	}
	return x.w.Encode(t.Graph)
}

func (x *updater) clear(o *algebra.Clear) error {
	var targets []encoded.Term
	switch o.Target.Kind {
	case algebra.TargetGraph:
		g, ok, err := x.graphOf(o.Target)
		if err == nil && ok {
			ok, err = x.exists(g)
		}
		if err != nil {
			return err
		}
		if !ok {
			if o.Silent {
				return nil
			}
			return fmt.Errorf("%w: %v", ErrNoGraph, o.Target.Graph)
		}
		targets = []encoded.Term{g}
	default:
		if o.Target.Kind != algebra.TargetNamed {
			targets = append(targets, encoded.DefaultGraph)
		}
		if o.Target.Kind != algebra.TargetDefault {
			names, err := x.names()
			if err != nil {
				return err
			}
			targets = append(targets, names...)
		}
	}
	for _, g := range targets {
		if err := x.quads(g, x.delete); err != nil {
			return err
		}
		x.graphs[g] = !o.Drop
	}
	return nil
}

func (x *updater) create(o *algebra.Create) error {
	g, err := x.w.Intern(o.Graph)
	if err != nil {
		return err
	}
	exists, err := x.exists(g)
	if err != nil {
		return err
	}
	if exists && !o.Silent {
		return fmt.Errorf("%w: %v", ErrGraphExists, o.Graph)
	}
	x.graphs[g] = true
	return nil
}

func (x *updater) transfer(o *algebra.Transfer) error {
	from, ok, err := x.graphOf(o.From)
	if err == nil && ok {
		ok, err = x.exists(from)
	}
	if err != nil {
		return err
	}
	if !ok {
		if o.Silent {
			return nil
		}
		return fmt.Errorf("%w: %v", ErrNoGraph, o.From.Graph)
	}
	to := encoded.DefaultGraph
	if o.To.Kind != algebra.TargetDefault {
		if to, err = x.w.Intern(o.To.Graph); err != nil {
			return err
		}
	}
	if from == to {
		return nil
	}
	if o.Kind != algebra.Add {
		if err := x.quads(to, x.delete); err != nil {
			return err
		}
	}
	err = x.quads(from, func(quads []encoded.Pattern) error {
		for i := range quads {
			quads[i][encoded.Graph] = to
		}
		return x.insert(quads)
	})
	if err != nil {
		return err
	}
	x.graphs[to] = true
	if o.Kind == algebra.Move {
		if err := x.quads(from, x.delete); err != nil {
			return err
		}
		x.graphs[from] = false
	}
	return nil
}

// load reads the whole document before it inserts anything, so that LOAD
// SILENT of a broken one changes nothing.
func (x *updater) load(o *algebra.Load) error {
	quads, err := x.read(o)
	if err != nil {
		if o.Silent && x.ctx.Err() == nil {
			return nil
		}
		return fmt.Errorf("LOAD <%s>: %w", o.Source.Value(), err)
	}
	return x.insert(quads)
}

func (x *updater) read(o *algebra.Load) ([]encoded.Pattern, error) {
	if x.config.load == nil {
		return nil, ErrLoadDenied
	}
	iri := o.Source.Value()
	body, mediaType, err := x.config.load(x.ctx, iri)
	if err != nil {
		return nil, err
	}
	defer body.Close()
	format, ok := rdfio.FormatByMediaType(mediaType)
	if !ok {
		format, ok = rdfio.FormatByExtension(mediaType)
	}
	if !ok {
		format, ok = rdfio.FormatByExtension(iri)
	}
	if !ok {
		return nil, fmt.Errorf("unknown format %q", mediaType)
	}
	return x.readQuads(body, format, o)
}

func (x *updater) readQuads(body io.Reader, format rdfio.Format, o *algebra.Load) ([]encoded.Pattern, error) {
	into := encoded.Undefined
	if !o.Into.IsZero() {
		var err error
		if into, err = x.w.Intern(o.Into); err != nil {
			return nil, err
		}
	}
	in := interner{w: x.w, blanks: map[string]encoded.Term{}}
	budget := exec.NewBudget(x.config.memory, 0)
	var quads []encoded.Pattern
	for q, err := range rdfio.NewReader(body, format, &rdfio.ReaderOptions{Base: o.Source.Value(), File: o.Source.Value()}).All() {
		if err != nil {
			return nil, err
		}
		if len(quads)%changeBatch == 0 {
			if err := x.ctx.Err(); err != nil {
				return nil, err
			}
			if err := budget.Charge(changeBatch * 32); err != nil {
				return nil, err
			}
		}
		p, err := in.quad(q)
		if err != nil {
			return nil, err
		}
		if into != encoded.Undefined {
			p[encoded.Graph] = into
		}
		quads = append(quads, p)
	}
	return quads, nil
}
