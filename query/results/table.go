package results

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"github.com/ententedb/entente/graph"
	"github.com/mattn/go-runewidth"
)

// TableOptions changes how a table is drawn. The zero value is the default.
type TableOptions struct {
	// Width is the number of columns of the terminal; 0 means no limit.
	Width int
	// Compact writes no frame and no padding, for programs that read text: cells are
	// set apart by " | ", and rows of two columns that begin alike are one line.
	Compact bool
	// Color sets the head in bold with terminal escapes.
	Color bool
	// MaxRows is the number of rows shown, the others are only counted; 0 means all.
	MaxRows int
	// Names gives the text shown for an IRI, such as its label or a prefixed
	// name; where it is nil or returns "", the IRI is shown in <>.
	Names func(graph.Term) string
	// Readable writes numbers as [Readable] does.
	Readable bool
	// Columns says more of the columns, in their sequence; it may be shorter.
	Columns []TableColumn
	// Note, if set, is called by Close; its text follows the number of rows, or
	// yes and no, on the same line.
	Note func() string
}

// TableColumn says what its name does not say of a column.
type TableColumn struct {
	// Unit follows the name in parentheses.
	Unit string
	// Plain says that its numbers are no quantities: [Readable] does not group their digits.
	Plain bool
	// Note says that the column is a note on the one NoteOn before it: where all rows have
	// the same, it goes into the head of that one and has no column.
	Note   bool
	NoteOn int
}

// Table is a [Writer] of tables for people. The widths of the columns are those of
// the first 5,000 rows, which are kept for that; those after them are written as they
// come, so that a table of any length takes little memory (unless it has columns of
// notes).
//
// Columns of numbers are aligned to the right, unbound variables are empty, text is
// cut with "…" where the terminal is too narrow: the widest columns give way
// first. Control characters are not passed on to the terminal.
type Table struct {
	w      io.Writer
	opts   TableOptions
	vars   []string
	cells  [][]string // of the rows kept
	text   []bool     // columns with a value that is no number
	same   []string   // of notes: the one value
	mixed  []bool     // of notes: there are several
	widths []int      // of the columns; nil until the rows kept are written
	rows   int
	shown  int
	ask    string
}

// mostKept is the number of rows that the widths are those of.
const mostKept = 5000

// NewTable returns a table that is written to w at Close. opts may be nil.
func NewTable(w io.Writer, opts *TableOptions) *Table {
	t := &Table{w: w}
	if opts != nil {
		t.opts = *opts
	}
	return t
}

// Head names the columns.
func (t *Table) Head(vars []string) error {
	t.vars = append([]string{}, vars...)
	t.text, t.same, t.mixed = make([]bool, len(vars)), make([]string, len(vars)), make([]bool, len(vars))
	return nil
}

// Row adds a row.
func (t *Table) Row(terms []graph.Term) error {
	t.rows++
	for i, term := range terms {
		if i >= len(t.opts.Columns) || !t.opts.Columns[i].Note {
			continue
		}
		cell := printable(t.cell(term, t.plain(i)))
		t.mixed[i] = t.mixed[i] || t.rows > 1 && cell != t.same[i]
		t.same[i] = cell
	}
	if t.opts.MaxRows > 0 && t.rows > t.opts.MaxRows {
		return nil
	}
	row := make([]string, len(terms))
	for i, term := range terms {
		row[i] = printable(t.cell(term, t.plain(i)))
		if t.widths == nil && !term.IsZero() && !isNumeric(term) {
			t.text[i] = true
		}
	}
	t.shown++
	if t.widths != nil {
		var b strings.Builder
		t.line(&b, row, false)
		_, err := io.WriteString(t.w, b.String())
		return err
	}
	t.cells = append(t.cells, row)
	isNote := func(c TableColumn) bool { return c.Note } // whether it is one depends on all rows
	if len(t.cells) < mostKept || len(t.vars) == 0 || slices.ContainsFunc(t.opts.Columns, isNote) {
		return nil
	}
	return t.draw()
}

// Boolean answers "yes" or "no".
func (t *Table) Boolean(value bool) error {
	t.ask = "no"
	if value {
		t.ask = "yes"
	}
	return nil
}

// Rows returns the number of rows so far, those not shown included.
func (t *Table) Rows() int { return t.rows }

// Close writes the table and the number of rows.
func (t *Table) Close() error {
	var b strings.Builder
	note := "\n"
	if t.opts.Note != nil {
		note = t.opts.Note() + "\n"
	}
	switch {
	case t.ask != "":
		b.WriteString(t.ask + note)
	case t.vars != nil:
		if err := t.draw(); err != nil {
			return err
		}
		switch {
		case t.rows > t.shown:
			fmt.Fprintf(&b, "%d rows, the first %d shown%s", t.rows, t.shown, note)
		case t.rows == 1:
			b.WriteString("1 row" + note)
		default:
			fmt.Fprintf(&b, "%d rows%s", t.rows, note)
		}
	}
	_, err := io.WriteString(t.w, b.String())
	return err
}

// fold names the columns in full, and takes out the notes that say the same of
// all rows.
func (t *Table) fold() {
	remarks := make([][]string, len(t.vars))
	gone := make([]bool, len(t.vars))
	for i, c := range t.opts.Columns[:min(len(t.opts.Columns), len(t.vars))] {
		if c.Unit != "" {
			remarks[i] = append(remarks[i], c.Unit)
		}
		if c.Note && !t.mixed[i] {
			gone[i] = true
			if t.same[i] != "" && !slices.Contains(remarks[c.NoteOn], t.same[i]) {
				remarks[c.NoteOn] = append(remarks[c.NoteOn], t.same[i])
			}
		}
	}
	for i, r := range remarks {
		if len(r) > 0 {
			t.vars[i] += " (" + strings.Join(r, ", ") + ")"
		}
	}
	drop := func(row []string) []string {
		i := -1
		return slices.DeleteFunc(row, func(string) bool { i++; return gone[i] })
	}
	for r := range t.cells {
		t.cells[r] = drop(t.cells[r])
	}
	t.vars = drop(t.vars)
	i := -1
	t.text = slices.DeleteFunc(t.text, func(bool) bool { i++; return gone[i] })
}

// draw writes the head and the rows kept, if it has not yet.
func (t *Table) draw() error {
	if t.widths != nil || len(t.cells) == 0 || len(t.vars) == 0 {
		return nil
	}
	t.fold()
	if t.opts.Compact {
		return t.compact()
	}
	var b strings.Builder
	widths := make([]int, len(t.vars))
	for i, v := range t.vars {
		widths[i] = runewidth.StringWidth(v)
		for _, row := range t.cells {
			widths[i] = max(widths[i], runewidth.StringWidth(row[i]))
		}
	}
	if t.opts.Width > 0 {
		fit(widths, t.opts.Width-3*len(widths)+1)
	}
	t.widths = widths
	t.line(&b, t.vars, t.opts.Color)
	for i, w := range widths {
		if i > 0 {
			b.WriteString("┼")
		}
		b.WriteString(strings.Repeat("─", w+2))
	}
	b.WriteByte('\n')
	for _, row := range t.cells {
		t.line(&b, row, false)
	}
	t.cells = nil
	_, err := io.WriteString(t.w, b.String())
	return err
}

// compact writes the head and the rows kept for programs.
func (t *Table) compact() error {
	var b strings.Builder
	b.WriteString(strings.Join(t.vars, " | "))
	for i, row := range t.cells {
		if i > 0 && len(row) == 2 && row[0] != "" && row[0] == t.cells[i-1][0] {
			b.WriteString("; " + row[1])
			continue
		}
		b.WriteString("\n" + strings.Join(row, " | "))
	}
	b.WriteByte('\n')
	t.cells, t.widths = nil, []int{}
	_, err := io.WriteString(t.w, b.String())
	return err
}

// line adds a row to b. Cells that are wider than their column are cut where the
// terminal ends somewhere, and else stand out.
func (t *Table) line(b *strings.Builder, cells []string, bold bool) {
	if t.opts.Compact {
		b.WriteString(strings.Join(cells, " | ") + "\n")
		return
	}
	for i, cell := range cells {
		if i > 0 {
			b.WriteString(" │")
		}
		b.WriteByte(' ')
		if t.opts.Width > 0 {
			cell = runewidth.Truncate(cell, t.widths[i], "…")
		}
		pad := strings.Repeat(" ", max(0, t.widths[i]-runewidth.StringWidth(cell)))
		if !t.text[i] {
			b.WriteString(pad)
		}
		if bold {
			cell = "\x1b[1m" + cell + "\x1b[0m"
		}
		b.WriteString(cell)
		if t.text[i] && i < len(cells)-1 {
			b.WriteString(pad)
		}
	}
	b.WriteByte('\n')
}

// fit reduces widths so that their sum is at most total: the widest columns are
// cut to one common width. No column gets narrower than minWidth.
func fit(widths []int, total int) {
	const minWidth = 3
	sum := 0
	for _, w := range widths {
		sum += w
	}
	for sum > total {
		widest, second, count := 0, 0, 0
		for _, w := range widths {
			switch {
			case w > widest:
				widest, second, count = w, widest, 1
			case w == widest:
				count++
			case w > second:
				second = w
			}
		}
		if widest <= minWidth {
			return
		}
		step := min(widest-max(second, minWidth), (sum-total)/count)
		cut := 0 // columns that lose one more than step, where the rest does not divide
		if step == 0 {
			step, cut = 1, min(count, sum-total)
		} else {
			cut = count
		}
		for i, w := range widths {
			if w == widest && cut > 0 {
				widths[i] -= step
				sum -= step
				cut--
			}
		}
	}
}

// plain reports whether the numbers of a column are no quantities.
func (t *Table) plain(column int) bool {
	return column < len(t.opts.Columns) && t.opts.Columns[column].Plain
}

// cell is the text shown for a term.
func (t *Table) cell(term graph.Term, plain bool) string {
	switch term.Kind() {
	case graph.KindIRI:
		if t.opts.Names != nil {
			if name := t.opts.Names(term); name != "" {
				return name
			}
		}
		return "<" + term.Value() + ">"
	case graph.KindBlank:
		return "_:" + term.Value()
	case graph.KindLiteral:
		if t.opts.Readable {
			if number := Readable(term, !plain); number != "" {
				return number
			}
		}
		return term.Value()
	case graph.KindTriple:
		tr := term.Triple()
		return "<<( " + t.cell(tr.Subject, plain) + " " + t.cell(tr.Predicate, plain) + " " + t.cell(tr.Object, plain) + " )>>"
	}
	return ""
}

// printable replaces line ends and other control and format characters, which
// would break the table or command the terminal, by spaces.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return ' '
		}
		return r
	}, s)
}

func isNumeric(t graph.Term) bool {
	if !t.IsLiteral() {
		return false
	}
	switch t.Datatype() {
	case graph.XSDInteger, graph.XSDDecimal, graph.XSDDouble, graph.XSDFloat, graph.XSDInt, graph.XSDLong, graph.XSDShort,
		graph.XSDByte, graph.XSDUnsignedInt, graph.XSDUnsignedLong, graph.XSDUnsignedShort, graph.XSDUnsignedByte,
		graph.XSDNonNegativeInteger, graph.XSDPositiveInteger, graph.XSDNegativeInteger, graph.XSDNonPositiveInteger:
		return true
	}
	return false
}
