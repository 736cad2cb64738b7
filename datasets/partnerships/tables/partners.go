package tables

import "github.com/ententedb/entente/graph"

// partners states the main trading partners of each country
// (trade_partners.csv), with the share of each in its exports or imports; the
// one with the largest share is its main partner.
func (b *builder) partners() error {
	rows, err := readTable(b.dir, "trade_partners.csv")
	if err != nil {
		return err
	}
	properties := map[string][2]graph.Term{
		"export": {pk("exportPartner"), pk("mainExportPartner")},
		"import": {pk("importPartner"), pk("mainImportPartner")},
	}
	before := ""
	for _, r := range rows {
		p, ok := properties[r.get("direction")]
		if !ok {
			return r.errorf("direction %q: want export or import", r.get("direction"))
		}
		stated := p[:1]
		if k := r.get("country") + r.get("direction"); k != before {
			before, stated = k, p[:]
		}
		c, partner := b.ref(r, pk(r.get("country"))), b.ref(r, pk(r.get("partner")))
		year, err := dateTerm(r.get("year"))
		if err != nil {
			return r.errorf("%w", err)
		}
		for _, property := range stated {
			b.add(c, property, partner)
			node := b.reify(c, property, partner)
			b.add(node, pk("share"), number(r.get("share")))
			b.add(node, pk("year"), year)
			b.add(node, pk("source"), b.ref(r, source("factbook")))
		}
	}
	return nil
}
