package tables

import "strings"

var ratifiedBy = pk("ratifiedBy")

// ratifications states who signed, ratified and is bound by each multilateral
// convention (ratifications/X.csv, where X is a treaty of
// treaties/conventions.csv). Ratified stands for every way of consenting to be
// bound: ratification, acceptance, approval, accession, succession. The column
// since is the first day on which the convention binds the country.
func (b *builder) ratifications() error {
	conventions, err := readTable(b.dir, "treaties/conventions.csv")
	if err != nil {
		return err
	}
	for _, c := range conventions {
		t, from := pk(c.get("id")), c.get("source")
		rows, err := readTable(b.dir, "ratifications/"+c.get("id")+".csv")
		if err != nil {
			return c.errorf("%w", err)
		}
		for _, r := range rows {
			who, until, note := b.ref(r, pk(r.get("country"))), r.get("until"), r.get("note")
			if signed := r.get("signed"); signed != "" {
				if _, err := b.state(r, t, signatory, who, signed, "", from, ""); err != nil {
					return err
				}
			}
			if ratified := r.get("ratified"); ratified != "" {
				if _, err := b.state(r, t, ratifiedBy, who, ratified, until, from, note); err != nil {
					return err
				}
			}
			if since := r.get("since"); since != "" {
				if _, err := b.state(r, t, party, who, since, until, from, note); err != nil {
					return err
				}
			}
			if strings.TrimSpace(r.get("signed")+r.get("ratified")) == "" {
				return r.errorf("neither signed nor ratified")
			}
		}
	}
	return nil
}
