package eval

import "github.com/ententedb/entente/graph/encoded"

// logicNode is && and ||, with SPARQL's treatment of errors (17.2): the right side is
// computed only in rows that the left does not decide.
type logicNode struct {
	left, right node
	decides     tri // the value of one side that decides: no for &&, yes for ||
	rows        []int32
	out         buffer
}

func (n *logicNode) column(f *frame, rows []int32) []encoded.Term {
	out := n.out.get()
	left := n.left.column(f, rows)
	n.rows = n.rows[:0]
	for _, i := range rows {
		v := f.ebv(left[i])
		out[i] = v.id()
		if v != n.decides {
			n.rows = append(n.rows, i)
		}
	}
	if len(n.rows) == 0 {
		return out
	}
	right := n.right.column(f, n.rows)
	for _, i := range n.rows {
		v := f.ebv(right[i])
		if v == n.decides || out[i] != encoded.Undefined {
			out[i] = v.id()
		}
	}
	return out
}

// ifNode is IF: each branch is computed in its rows only.
type ifNode struct {
	condition, then, otherwise node
	yes, no                    []int32
	out                        buffer
}

func (n *ifNode) column(f *frame, rows []int32) []encoded.Term {
	out := n.out.get()
	n.yes, n.no = n.yes[:0], n.no[:0]
	condition := n.condition.column(f, rows)
	for _, i := range rows {
		switch f.ebv(condition[i]) {
		case yes:
			n.yes = append(n.yes, i)
		case no:
			n.no = append(n.no, i)
		default:
			out[i] = encoded.Undefined
		}
	}
	if len(n.yes) > 0 {
		col := n.then.column(f, n.yes)
		for _, i := range n.yes {
			out[i] = col[i]
		}
	}
	if len(n.no) > 0 {
		col := n.otherwise.column(f, n.no)
		for _, i := range n.no {
			out[i] = col[i]
		}
	}
	return out
}

// coalesceNode is COALESCE.
type coalesceNode struct {
	args []node
	rows []int32
	out  buffer
}

func (n *coalesceNode) column(f *frame, rows []int32) []encoded.Term {
	out := n.out.get()
	for _, i := range rows {
		out[i] = encoded.Undefined
	}
	n.rows = append(n.rows[:0], rows...)
	for _, a := range n.args {
		if len(n.rows) == 0 {
			break
		}
		col := a.column(f, n.rows)
		left := n.rows[:0]
		for _, i := range n.rows {
			if out[i] = col[i]; out[i] == encoded.Undefined {
				left = append(left, i)
			}
		}
		n.rows = left
	}
	return out
}

// inNode is IN and NOT IN: a chain of "=" joined by ||.
type inNode struct {
	value  node
	list   []node
	negate bool
	rows   []int32
	state  []tri
	out    buffer
}

func (n *inNode) column(f *frame, rows []int32) []encoded.Term {
	out := n.out.get()
	if n.state == nil {
		n.state = make([]tri, chunk)
	}
	value := n.value.column(f, rows)
	n.rows = append(n.rows[:0], rows...)
	for _, i := range rows {
		n.state[i] = no
		if value[i] == encoded.Undefined {
			n.state[i] = unknown
		}
	}
	for _, a := range n.list {
		if len(n.rows) == 0 {
			break
		}
		col := a.column(f, n.rows)
		left := n.rows[:0]
		for _, i := range n.rows {
			switch f.equal(value[i], col[i]) {
			case yes:
				n.state[i] = yes
				continue
			case unknown:
				n.state[i] = unknown
			}
			left = append(left, i)
		}
		n.rows = left
	}
	for _, i := range rows {
		t := n.state[i]
		if n.negate {
			t = t.not()
		}
		out[i] = t.id()
	}
	return out
}
