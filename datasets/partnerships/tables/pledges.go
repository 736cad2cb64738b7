package tables

import "github.com/ententedb/entente/graph"

// pledges states what members of organisations have promised to reach
// (pledges.csv).
func (b *builder) pledges() error {
	rows, err := readTable(b.dir, "pledges.csv")
	if err != nil {
		return err
	}
	for _, r := range rows {
		p := pk(r.get("id"))
		if err := b.declare(p, pk("Pledge"), r.get("label")); err != nil {
			return r.errorf("%w", err)
		}
		b.add(p, pk("pledgedBy"), b.ref(r, pk(r.get("pledged_by"))))
		b.add(p, pk("pledgedMeasure"), b.ref(r, pk(r.get("measure"))))
		b.add(p, pk("threshold"), graph.Literal(r.get("threshold"), graph.XSDDecimal))
		if err := b.date(r, p, pk("pledged"), r.get("pledged")); err != nil {
			return err
		}
		if err := b.date(r, p, pk("dueBy"), r.get("due_by")); err != nil {
			return err
		}
		b.text(p, pk("note"), r.get("note"))
		b.describedBy(r, p, r.get("source"))
	}
	return nil
}
