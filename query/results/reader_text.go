package results

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/rdfio"
)

type textReader struct {
	in   *bufio.Reader
	tsv  bool
	vars []string
	line int
}

func (r *Reader) openText(in io.Reader, tsv bool) error {
	t := &textReader{in: bufio.NewReader(in), tsv: tsv}
	fields, err := t.fields()
	if err != nil {
		return err
	}
	if len(fields) == 1 && (fields[0].text == "true" || fields[0].text == "false") {
		if _, err := t.in.Peek(1); err == io.EOF {
			r.boolean, r.isASK = fields[0].text == "true", true
			return nil
		}
	}
	if len(fields) == 1 && fields[0].text == "" {
		fields = nil
	}
	for _, f := range fields {
		name := f.text
		if tsv {
			var ok bool
			if name, ok = strings.CutPrefix(name, "?"); !ok {
				return fmt.Errorf("line 1: expected a variable such as ?x, found %.20q", name)
			}
		}
		t.vars = append(t.vars, name)
	}
	r.vars, r.rows = t.vars, t
	return nil
}

type field struct {
	text   string
	quoted bool
}

// fields reads one record. A CSV field in quotes may contain line ends.
func (t *textReader) fields() ([]field, error) {
	t.line++
	line, err := t.in.ReadString('\n')
	if line == "" {
		return nil, err
	}
	if err != nil && err != io.EOF {
		return nil, err
	}
	if t.tsv {
		parts := strings.Split(strings.TrimRight(line, "\r\n"), "\t")
		fields := make([]field, len(parts))
		for i, p := range parts {
			fields[i].text = p
		}
		return fields, nil
	}
	var fields []field
	for {
		if line != "" && line[0] == '"' {
			var b strings.Builder
			line = line[1:]
			for {
				i := strings.IndexByte(line, '"')
				if i < 0 {
					b.WriteString(line)
					t.line++
					if line, err = t.in.ReadString('\n'); line == "" {
						return nil, fmt.Errorf("line %d: field without its closing quote: %w", t.line, unexpected(err))
					}
					continue
				}
				b.WriteString(line[:i])
				line = line[i+1:]
				if !strings.HasPrefix(line, `"`) {
					break
				}
				b.WriteByte('"')
				line = line[1:]
			}
			fields = append(fields, field{b.String(), true})
			if rest := strings.TrimRight(line, "\r\n"); rest != "" && rest[0] != ',' {
				return nil, fmt.Errorf(`line %d: expected "," after a closing quote, found %.20q`, t.line, rest)
			}
		} else {
			end := strings.IndexByte(line, ',')
			if end < 0 {
				fields = append(fields, field{strings.TrimRight(line, "\r\n"), false})
				return fields, nil
			}
			fields = append(fields, field{line[:end], false})
			line = line[end:]
		}
		if !strings.HasPrefix(line, ",") {
			return fields, nil
		}
		line = line[1:]
	}
}

func (t *textReader) read() ([]graph.Term, error) {
	fields, err := t.fields()
	if err != nil {
		return nil, err
	}
	if len(t.vars) == 0 && len(fields) == 1 && fields[0].text == "" {
		fields = nil
	}
	if len(fields) != len(t.vars) {
		return nil, fmt.Errorf("line %d: %d fields, but %d variables", t.line, len(fields), len(t.vars))
	}
	row := make([]graph.Term, len(fields))
	for i, f := range fields {
		switch {
		case f.text == "" && !f.quoted:
		case t.tsv:
			if row[i], err = rdfio.ParseTerm(f.text, nil); err != nil {
				if e := (*rdfio.SyntaxError)(nil); errors.As(err, &e) {
					err = errors.New(e.Msg)
				}
				return nil, fmt.Errorf("line %d, ?%s: %w", t.line, t.vars[i], err)
			}
		case strings.HasPrefix(f.text, "_:") && !f.quoted:
			row[i] = graph.Blank(f.text[2:])
		default:
			row[i] = graph.String(f.text)
		}
	}
	return row, nil
}
