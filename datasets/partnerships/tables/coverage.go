package tables

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/ententedb/entente/graph"
)

// Coverage returns COVERAGE.md: what the graph holds, counted, and what it
// leaves out and why (left_out.csv, disagreements.csv).
func Coverage(dir fs.FS, quads []graph.Quad) ([]byte, error) {
	data, err := fs.Sub(dir, "data")
	if err != nil {
		return nil, err
	}
	out := new(bytes.Buffer)
	fmt.Fprintf(out, "# What the graph of international partnerships covers\n\n")
	fmt.Fprintf(out, "Written by `make dataset`; do not edit. Facts are as of %s.\n\n", AsOf)
	fmt.Fprintf(out, "%d statements in all.\n", len(quads))

	labels := map[graph.Term]string{}
	classes, relations, reified, sources, described := map[string]int{}, map[string]int{}, map[string]int{}, map[string]int{}, map[string]int{}
	type tally struct{ now, ever, undated, other int }
	members := map[string]*tally{}
	node := map[graph.Term]graph.Triple{}
	undated := map[graph.Term]bool{}
	for _, q := range quads {
		p := q.Predicate.Value()
		switch p {
		case graph.RDFSLabel:
			labels[q.Subject] = q.Object.Value()
		case graph.RDFReifies:
			node[q.Subject] = q.Object.Triple()
		case PK + "sinceUnknown":
			undated[q.Subject] = true
		}
	}
	local := func(t graph.Term) string { return strings.TrimPrefix(t.Value(), PK) }
	isRelation := map[string]bool{}
	for _, t := range node {
		isRelation[t.Predicate.Value()] = true
	}
	count := func(o string) *tally {
		if members[o] == nil {
			members[o] = &tally{}
		}
		return members[o]
	}
	for _, q := range quads {
		p := q.Predicate.Value()
		switch {
		case p == graph.RDFType && strings.HasPrefix(q.Object.Value(), PK):
			classes[local(q.Object)]++
		case p == PK+"source":
			sources[labels[q.Object]]++
		case p == dcterms+"source":
			described[labels[q.Object]]++
			sources[labels[q.Object]] += 0
		case p == PK+"memberOf":
			count(labels[q.Object]).now++
		}
		if p != graph.RDFType && isRelation[p] {
			relations[local(q.Predicate)]++
		}
	}
	for n, t := range node {
		p := local(t.Predicate)
		if t.Predicate.Value() != graph.RDFType {
			reified[p]++
		}
		switch {
		case p == "memberOf":
			m := count(labels[t.Object])
			m.ever++
			if undated[n] {
				m.undated++
			}
		case strings.HasSuffix(p, "Of") && p != "successorOf" || p == "suspendedFrom" || p == "invitedTo":
			count(labels[t.Object]).other++
		}
	}

	table := func(title, head string, counts map[string]int) {
		fmt.Fprintf(out, "\n## %s\n\n| %s | count |\n|---|---:|\n", title, head)
		for _, k := range slices.Sorted(maps.Keys(counts)) {
			fmt.Fprintf(out, "| %s | %d |\n", k, counts[k])
		}
	}
	table("Entities by class", "class", classes)
	fmt.Fprintf(out, "\n## Relations and measures\n\n| property | asserted (holds today) | recorded (with history) |\n|---|---:|---:|\n")
	for _, k := range slices.Sorted(maps.Keys(reified)) {
		fmt.Fprintf(out, "| %s | %d | %d |\n", k, relations[k], reified[k])
	}
	fmt.Fprintf(out, "\n## Organisations\n\nUndated: memberships whose first day is not recorded. Others: associates, observers, partners, candidates, suspensions, invitations.\n\n| organisation | members today | memberships ever | undated | others |\n|---|---:|---:|---:|---:|\n")
	for _, k := range slices.Sorted(maps.Keys(members)) {
		m := members[k]
		fmt.Fprintf(out, "| %s | %d | %d | %d | %d |\n", k, m.now, m.ever, m.undated, m.other)
	}
	treatyCoverage(out, quads, labels)
	fmt.Fprintf(out, "\n## Sources\n\nEntities: described as a whole by the source. Statements: reified, with the source.\n\n| source | entities | statements |\n|---|---:|---:|\n")
	for _, k := range slices.Sorted(maps.Keys(sources)) {
		fmt.Fprintf(out, "| %s | %d | %d |\n", k, described[k], sources[k])
	}

	rows, err := readTable(data, "left_out.csv")
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(out, "\n## Left out, and why\n\n| topic | left out | why |\n|---|---|---|\n")
	for _, r := range rows {
		fmt.Fprintf(out, "| %s | %s | %s |\n", r.get("topic"), r.get("left out"), r.get("why"))
	}

	if rows, err = readTable(data, "provenance.csv"); err != nil {
		return nil, err
	}
	fmt.Fprintf(out, "\n## How the entries came about\n\n| topic | source named | restated with the help of | its terms | what that means |\n|---|---|---|---|---|\n")
	for _, r := range rows {
		fmt.Fprintf(out, "| %s | %s | %s | %s | %s |\n", r.get("topic"), r.get("source named"), r.get("restated with the help of"), r.get("its terms"), r.get("what that means"))
	}
	if rows, err = readTable(data, "disagreements.csv"); err != nil {
		return nil, err
	}
	disagreements(out, rows)
	return out.Bytes(), nil
}

// verdicts are what a disagreement with a list of the reference collection
// comes down to.
var verdicts = []struct{ name, meaning string }{
	{"error", "the list is mistaken"},
	{"dated", "the list is older than the fact"},
	{"scope", "the list covers less"},
	{"counting", "both are right, each by its own way of counting"},
	{"open", "the lists contradict each other, and we chose"},
}

// disagreements writes where we differ from the reference collection, by topic
// and verdict, with the reason; those that are open one by one.
func disagreements(out io.Writer, rows []row) {
	type group struct{ topic, verdict, reason string }
	topics, reasons, items := map[string]map[string]int{}, map[group]int{}, map[group][]string{}
	var order []group
	for _, r := range rows {
		g := group{r.get("topic"), r.get("verdict"), r.get("reason")}
		if topics[g.topic] == nil {
			topics[g.topic] = map[string]int{}
		}
		topics[g.topic][g.verdict]++
		if reasons[g] == 0 {
			order = append(order, g)
		}
		reasons[g]++
		items[g] = append(items[g], r.get("item"))
	}
	fmt.Fprintf(out, "\n## Where we differ from the reference collection\n\nEach case is a row of data/disagreements.csv. ")
	for i, v := range verdicts {
		fmt.Fprintf(out, "%s%s: %s", map[bool]string{true: "; "}[i > 0], v.name, v.meaning)
	}
	fmt.Fprintf(out, ". What others say under the last two is in the graph beside our statement (pk:Variant).\n\n| topic |")
	for _, v := range verdicts {
		fmt.Fprintf(out, " %s |", v.name)
	}
	fmt.Fprintf(out, "\n|---|---:|---:|---:|---:|---:|\n")
	for _, topic := range slices.Sorted(maps.Keys(topics)) {
		fmt.Fprintf(out, "| %s |", topic)
		for _, v := range verdicts {
			fmt.Fprintf(out, " %d |", topics[topic][v.name])
		}
		fmt.Fprintln(out)
	}
	fmt.Fprintf(out, "\n| topic | verdict | why we say otherwise | cases |\n|---|---|---|---|\n")
	for _, g := range order {
		cases := strings.Join(items[g], ", ")
		if n := len(items[g]); n > 4 {
			cases = fmt.Sprintf("%s and %d more", strings.Join(items[g][:3], ", "), n-3)
		}
		fmt.Fprintf(out, "| %s | %s | %s | %s |\n", g.topic, g.verdict, g.reason, cases)
	}
	fmt.Fprintf(out, "\n| open: item | ours | theirs | why ours |\n|---|---|---|---|\n")
	for _, r := range rows {
		if r.get("verdict") == "open" {
			fmt.Fprintf(out, "| %s | %s | %s (%s) | %s |\n", r.get("item"), r.get("ours"), r.get("theirs"), r.get("topic"), r.get("reason"))
		}
	}
}

// treatyCoverage writes how many treaties and sanctions programmes there are,
// by kind and status, and who is bound by the conventions.
func treatyCoverage(out io.Writer, quads []graph.Quad, labels map[graph.Term]string) {
	kinds := []string{"DefencePact", "TradeAgreement", "InvestmentTreaty", "TaxTreaty", "SanctionsProgramme", "MultilateralConvention"}
	class, status := map[graph.Term]string{}, map[graph.Term]string{}
	for _, q := range quads {
		switch q.Predicate.Value() {
		case graph.RDFType:
			if k := strings.TrimPrefix(q.Object.Value(), PK); slices.Contains(kinds, k) {
				class[q.Subject] = k
			}
		case PK + "status":
			status[q.Subject] = q.Object.Value()
		}
	}
	count, bound := map[string]int{}, map[string]int{}
	for t, k := range class {
		count[k+status[t]]++
	}
	conventions := map[string]int{}
	for _, q := range quads {
		if class[q.Subject] == "MultilateralConvention" {
			name := labels[q.Subject]
			conventions[name] += 0
			bound[name+q.Predicate.Value()]++
		}
	}
	fmt.Fprintf(out, "\n## Treaties and sanctions\n\n| kind | in force | signed, not in force | ended |\n|---|---:|---:|---:|\n")
	for _, k := range kinds {
		fmt.Fprintf(out, "| %s | %d | %d | %d |\n", k, count[k+"in force"], count[k+"signed, not in force"], count[k+"ended"])
	}
	fmt.Fprintf(out, "\n| convention | signatories | ratified | parties today |\n|---|---:|---:|---:|\n")
	for _, name := range slices.Sorted(maps.Keys(conventions)) {
		fmt.Fprintf(out, "| %s | %d | %d | %d |\n", name, bound[name+PK+"signatory"], bound[name+PK+"ratifiedBy"], bound[name+PK+"party"])
	}
}
