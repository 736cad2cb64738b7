package eval

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/query/algebra"
)

// Expression is a compiled expression. It keeps scratch space and memos, so it
// is used by one goroutine at a time; compile once for each goroutine.
type Expression struct {
	root node
	vars []int
	f    frame
}

// Compile compiles e for solutions whose columns are those of schema, in its
// sequence. Variables that are not in the schema are unbound. It fails for an
// unknown built-in function, a wrong number of arguments, and an aggregate. A
// function that is named by an unknown IRI is an error of the expression, not of Compile (17.6).
func Compile(e algebra.Expr, schema []algebra.Var, env *Env) (*Expression, error) {
	x := &Expression{f: frame{
		env: env, terms: env.Terms, text: map[encoded.Term]graph.Term{},
		cols: make([][]encoded.Term, len(schema)),
	}}
	var err error
	if x.f.emptyString, err = env.Terms.Encode(graph.String("")); err != nil {
		return nil, err
	}
	c := compiler{schema: schema, f: &x.f}
	root, err := c.compile(e, true)
	if err != nil {
		return nil, err
	}
	x.root, x.vars = root.node, root.vars
	return x, nil
}

// Vars returns the indexes of the columns that the expression reads, ascending;
// EXISTS reads all of them.
func (x *Expression) Vars() []int { return x.vars }

// Eval computes the value for each of the first n rows of cols and writes them
// to out[:n]: Undefined for an error. A nil column is unbound in every row. out
// must not overlap a column that the expression reads.
func (x *Expression) Eval(ctx context.Context, cols [][]encoded.Term, n int, out []encoded.Term) error {
	return x.run(ctx, cols, n, func(start int, rows []int32, col []encoded.Term) {
		for _, i := range rows {
			out[start+int(i)] = x.f.encode(col[i])
		}
	})
}

// Filter appends to keep the indexes, ascending, of those of the first n rows
// for which the effective boolean value is true.
func (x *Expression) Filter(ctx context.Context, cols [][]encoded.Term, n int, keep []int32) ([]int32, error) {
	const isTrue = encoded.Term(encoded.TagBoolean)<<60 | 1
	err := x.run(ctx, cols, n, func(start int, rows []int32, col []encoded.Term) {
		for _, i := range rows {
			if id := col[i]; id == isTrue || id.Tag() != encoded.TagBoolean && x.f.ebv(id) == yes {
				keep = append(keep, int32(start)+i)
			}
		}
	})
	return keep, err
}

var allRows = func() (rows [chunk]int32) {
	for i := range rows {
		rows[i] = int32(i)
	}
	return
}()

// unbound is the column of a variable that is unbound in every row. It is never written to.
var unbound [chunk]encoded.Term

func (x *Expression) run(ctx context.Context, cols [][]encoded.Term, n int, sink func(start int, rows []int32, col []encoded.Term)) error {
	f := &x.f
	f.ctx, f.err = ctx, nil
	defer f.release()
	for start := 0; start < n; start += chunk {
		if err := ctx.Err(); err != nil {
			return err
		}
		f.n = min(chunk, n-start)
		for i := range f.cols {
			if i < len(cols) && cols[i] != nil {
				f.cols[i] = cols[i][start : start+f.n]
			} else {
				f.cols[i] = unbound[:f.n]
			}
		}
		f.begin()
		rows := allRows[:f.n]
		sink(start, rows, x.root.column(f, rows))
		if f.err != nil {
			return f.err
		}
	}
	return nil
}

// begin starts a chunk: what was made in the last one is forgotten.
func (f *frame) begin() {
	f.seq++
	f.scratch = f.scratch[:0]
	if len(f.text) > maxText || f.made > largeText { // large texts are not kept
		clear(f.text)
	}
	f.release()
}

// node is a compiled expression. column computes the rows listed, ascending, of the
// current chunk; the slice returned is indexed by row, holds nothing of use in rows not
// listed, and is valid until the node's next call.
type node interface {
	column(f *frame, rows []int32) []encoded.Term
}

// compiled is a node and what the compiler must know of it.
type compiled struct {
	node
	vars []int // columns read, ascending
	// volatile: two evaluations of equal rows may differ.
	volatile bool
	// text: evaluation fetches or works through characters, so that once per
	// distinct value is better than once per row.
	text bool
	// stringy: results may be terms without inline form.
	stringy bool
}

type compiler struct {
	schema []algebra.Var
	f      *frame
	// inMemo is true inside a sub-expression that is computed once per distinct value as a whole.
	inMemo bool
}

func (c *compiler) compile(e algebra.Expr, root bool) (compiled, error) {
	switch e := e.(type) {
	case *algebra.VarExpr:
		i := slices.Index(c.schema, e.Var)
		if i < 0 {
			return constant(encoded.Undefined), nil
		}
		return compiled{node: varNode(i), vars: []int{i}, stringy: true}, nil
	case *algebra.Const:
		id, err := c.f.terms.Encode(e.Term)
		return constant(id), err
	case *algebra.Exists:
		if c.f.env.Exists == nil {
			return compiled{}, fmt.Errorf("EXISTS is not possible here")
		}
		all := make([]int, len(c.schema))
		for i := range all {
			all[i] = i
		}
		return compiled{node: &existsNode{e: e, schema: c.schema}, vars: all, volatile: true}, nil
	case *algebra.Aggregate:
		return compiled{}, fmt.Errorf("%s is not possible here: an aggregate stands in SELECT, HAVING or ORDER BY", e.Name)
	case *algebra.Call:
		return c.call(e, root)
	}
	return compiled{}, fmt.Errorf("no such expression: %T", e)
}

// onceNode is an expression without variables that is too much work to compute while
// compiling, where nothing can be cancelled.
type onceNode struct {
	inner node
	value constNode
	done  bool
}

func (n *onceNode) column(f *frame, rows []int32) []encoded.Term {
	if !n.done && len(rows) > 0 {
		id := f.encode(n.inner.column(f, rows[:1])[rows[0]])
		for i := range n.value {
			n.value[i] = id
		}
		n.done = f.err == nil
	}
	return n.value[:]
}

func constant(id encoded.Term) compiled {
	n := &constNode{}
	for i := range n {
		n[i] = id
	}
	return compiled{node: n, stringy: !id.IsInline()}
}

// call compiles a call. The sub-expressions that read exactly one column and
// work on characters become memo nodes, the largest ones possible.
func (c *compiler) call(e *algebra.Call, root bool) (compiled, error) {
	r, err := c.build(e)
	if err != nil {
		return r, err
	}
	switch {
	case r.volatile || c.inMemo:
	case len(r.vars) == 0:
		c.f.n = 1
		c.f.begin()
		id := c.f.encode(r.column(c.f, allRows[:1])[0])
		if c.f.err == errLong {
			c.f.err = nil
			return compiled{node: &onceNode{inner: r.node}, stringy: true}, nil
		}
		return constant(id), c.f.err
	case len(r.vars) == 1 && r.text && (root || !r.stringy):
		c.inMemo = true
		r, err = c.build(e) // again, without memos inside
		c.inMemo = false
		r.node = &memoNode{inner: r.node, col: r.vars[0]}
		r.text = false
	}
	return r, err
}

// build compiles the arguments and chooses the node.
func (c *compiler) build(e *algebra.Call) (compiled, error) {
	var r compiled
	args := make([]node, len(e.Arguments))
	stringy := false
	for i, a := range e.Arguments {
		k, err := c.compile(a, false)
		if err != nil {
			return r, err
		}
		args[i] = k.node
		for _, v := range k.vars {
			if at, found := slices.BinarySearch(r.vars, v); !found {
				r.vars = slices.Insert(slices.Clone(r.vars), at, v)
			}
		}
		r.volatile = r.volatile || k.volatile
		r.text = r.text || k.text
		stringy = stringy || k.stringy
	}
	fn, err := lookup(e, c.f.env)
	if err != nil {
		return r, err
	}
	if fn.flags&onValues != 0 {
		c.inlineNumbers(args)
	}
	r.volatile = r.volatile || fn.flags&volatile != 0
	r.text = r.text || fn.flags&text != 0 || readsText(e.Name, args)
	r.stringy = fn.flags&stringy_ != 0 || fn.flags&passes != 0 && stringy
	if fn.node != nil {
		r.node = fn.node(e, args)
	} else {
		n := &callNode{apply: fn.apply, args: args, prefetch: fn.flags&text != 0}
		if fn.prepare != nil {
			n.apply = fn.prepare()
		}
		r.node = n
	}
	return r, nil
}

// inlineNumbers replaces constant numbers that have no inline form as they are
// written, such as 1e3, by ones of the same type and value that have. It is for
// operators that look at values only.
func (c *compiler) inlineNumbers(args []node) {
	for i, a := range args {
		k, ok := a.(*constNode)
		if !ok || k[0].IsInline() {
			continue
		}
		if n := c.f.number(k[0]); n.kind != notNumber {
			if id := c.f.newNumber(n); id.IsInline() {
				args[i] = constant(id).node
			}
		}
	}
}

// readsText reports whether a comparison has to read every string: because the other side
// is a constant string that the sorted part of the dictionary does not hold.
func readsText(name string, args []node) bool {
	if r, ok := relations[name]; !ok || r == same || r == notEqual {
		return false
	}
	for _, a := range args {
		if c, ok := a.(*constNode); ok && c[0] != encoded.Undefined && !c[0].IsInline() && !c[0].Sorted() {
			return true
		}
	}
	return false
}

type varNode int

func (n varNode) column(f *frame, _ []int32) []encoded.Term { return f.cols[n] }

type constNode [chunk]encoded.Term

func (n *constNode) column(*frame, []int32) []encoded.Term { return n[:] }

// buffer is the result column of a node.
type buffer []encoded.Term

func (b *buffer) get() []encoded.Term {
	if *b == nil {
		*b = make([]encoded.Term, chunk)
	}
	return *b
}

// callNode applies a function row by row.
type callNode struct {
	apply    func(f *frame, a []encoded.Term) encoded.Term
	args     []node
	prefetch bool
	cols     [][]encoded.Term
	row      []encoded.Term
	out      buffer
}

func (n *callNode) column(f *frame, rows []int32) []encoded.Term {
	n.cols = n.cols[:0]
	for _, a := range n.args {
		n.cols = append(n.cols, a.column(f, rows))
	}
	if n.prefetch {
		f.prefetch(rows, n.cols...)
	}
	if n.row == nil {
		n.row = make([]encoded.Term, len(n.args))
	}
	out := n.out.get()
	for k, i := range rows {
		for j, col := range n.cols {
			n.row[j] = col[i]
		}
		out[i] = n.apply(f, n.row)
		if k%128 == 127 && f.canceled() {
			return out
		}
	}
	return out
}

// canceled reports whether to give up; the chunk's result is then thrown away.
func (f *frame) canceled() bool {
	if f.err == nil && f.ctx != nil {
		f.err = f.ctx.Err()
	}
	return f.err != nil
}

// memoNode computes an expression over one column once for each distinct id, in
// ascending order, and remembers results from chunk to chunk in a direct-mapped
// table, which grows while it evicts much.
type memoNode struct {
	inner   node
	col     int
	memo    []remembered // length a power of two
	evicted int
	missing []miss
	ids     []encoded.Term
	out     buffer
}

// remembered holds the complement of an id, so that the zero value remembers
// nothing: no term is all ones.
type remembered struct{ notID, result encoded.Term }

type miss struct {
	id  encoded.Term
	row int32
}

const (
	minMemo = 1 << 12
	maxMemo = 1 << 16
)

func (n *memoNode) slot(id encoded.Term) *remembered {
	return &n.memo[uint64(id)*0x9e3779b97f4a7c15>>32&uint64(len(n.memo)-1)]
}

func (n *memoNode) column(f *frame, rows []int32) []encoded.Term {
	if n.memo == nil {
		n.memo = make([]remembered, minMemo)
	}
	in, out := f.cols[n.col], n.out.get()
	n.missing = n.missing[:0]
	for _, i := range rows {
		id := in[i]
		if s := n.slot(id); s.notID == ^id {
			out[i] = s.result
		} else {
			n.missing = append(n.missing, miss{id, i})
		}
	}
	if len(n.missing) == 0 {
		return out
	}
	slices.SortFunc(n.missing, func(a, b miss) int { return cmp.Compare(a.id, b.id) })
	n.ids = n.ids[:0]
	for _, m := range n.missing {
		if k := len(n.ids); k == 0 || n.ids[k-1] != m.id {
			n.ids = append(n.ids, m.id)
		}
	}
	// The expression reads one column only: give it that of the distinct ids.
	f.cols[n.col] = n.ids
	col := n.inner.column(f, allRows[:len(n.ids)])
	f.cols[n.col] = in
	k := -1
	for j, m := range n.missing {
		if j == 0 || m.id != n.missing[j-1].id {
			k++
			s := n.slot(m.id)
			if s.notID != 0 {
				n.evicted++
			}
			*s = remembered{^m.id, f.encode(col[k])}
			col[k] = s.result
		}
		out[m.row] = col[k]
	}
	if n.evicted > len(n.memo)/4 && len(n.memo) < maxMemo {
		n.memo, n.evicted = make([]remembered, 4*len(n.memo)), 0
	}
	return out
}

// existsNode asks the executor.
type existsNode struct {
	e      *algebra.Exists
	schema []algebra.Var
	cols   [][]encoded.Term
	result [chunk]bool
	out    buffer
}

func (n *existsNode) column(f *frame, rows []int32) []encoded.Term {
	out := n.out.get()
	if len(rows) == 0 {
		return out
	}
	cols := f.cols
	if len(rows) < f.n { // gather the rows asked for
		if n.cols == nil {
			n.cols = make([][]encoded.Term, len(f.cols))
		}
		for j, col := range f.cols {
			n.cols[j] = n.cols[j][:0]
			for _, i := range rows {
				n.cols[j] = append(n.cols[j], col[i])
			}
		}
		cols = n.cols
	}
	result := n.result[:len(rows)]
	if err := f.env.Exists(f.ctx, n.e, n.schema, cols, len(rows), result); err != nil {
		f.fail(err)
		return out
	}
	for k, i := range rows {
		out[i] = boolean(result[k] != n.e.Negated)
	}
	return out
}
