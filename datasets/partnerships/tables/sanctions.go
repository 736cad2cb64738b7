package tables

import "strings"

// sanctions states the sanctions programmes (sanctions.csv). A programme that
// has a target also states that each sender sanctions each target, while it is
// in force.
func (b *builder) sanctions() error {
	rows, err := readTable(b.dir, "sanctions.csv")
	if err != nil {
		return err
	}
	for _, r := range rows {
		p := pk(r.get("id"))
		if err := b.declare(p, pk("SanctionsProgramme"), r.get("label")); err != nil {
			return r.errorf("%w", err)
		}
		since, until := r.get("since"), r.get("until")
		for _, d := range []struct{ value, date, unknown string }{{since, "since", "sinceUnknown"}, {until, "until", "untilUnknown"}} {
			if d.value == unknown {
				b.yes(p, d.unknown)
			} else if err := b.date(r, p, pk(d.date), d.value); err != nil {
				return err
			}
		}
		b.text(p, pk("status"), map[bool]string{true: "in force", false: "ended"}[holds(since, until, AsOf)])
		for _, m := range list(r.get("measures")) {
			b.add(p, pk("measure"), b.ref(r, pk(m)))
		}
		for _, o := range list(r.get("objective")) {
			b.text(p, pk("objective"), o)
		}
		b.text(p, pk("note"), r.get("note"))
		b.describedBy(r, p, r.get("source"))
		senders, targets := strings.Fields(r.get("senders")), strings.Fields(r.get("targets"))
		if len(senders) == 0 {
			return r.errorf("programme without a sender")
		}
		for _, s := range senders {
			b.add(p, pk("sender"), b.ref(r, pk(s)))
		}
		for _, t := range targets {
			b.add(p, pk("target"), b.ref(r, pk(t)))
			for _, s := range senders {
				node, err := b.state(r, pk(s), pk("sanctions"), pk(t), since, until, r.get("source"), "")
				if err != nil {
					return err
				}
				b.add(node, pk("inferredFrom"), p)
			}
		}
	}
	return nil
}
