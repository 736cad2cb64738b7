package results

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/ententedb/entente/graph"
)

// jsonReader streams the bindings. Where they come before the head, which JSON
// allows, they are kept in memory.
type jsonReader struct {
	dec   *json.Decoder
	vars  []string
	place map[string]int
	kept  []map[string]jsonTerm
	done  bool
}

type jsonTerm struct {
	Type     string          `json:"type"`
	Value    json.RawMessage `json:"value"`
	Datatype string          `json:"datatype"`
	Lang     string          `json:"xml:lang"`
	Dir      string          `json:"its:dir"`
	Dir2     string          `json:"direction"`
}

var errJSONShape = errors.New("not the shape of SPARQL results")

func (r *Reader) openJSON(in io.Reader) error {
	j := &jsonReader{dec: json.NewDecoder(in)}
	if err := j.delim('{'); err != nil {
		return err
	}
	head, answered := false, false
	for j.dec.More() {
		key, err := j.dec.Token()
		if err != nil {
			return err
		}
		switch key {
		case "head":
			var h struct {
				Vars []string `json:"vars"`
			}
			if err := j.dec.Decode(&h); err != nil {
				return err
			}
			r.vars, head = h.Vars, true
			j.vars, j.place = h.Vars, index(h.Vars)
		case "boolean":
			if err := j.dec.Decode(&r.boolean); err != nil {
				return err
			}
			r.isASK, answered = true, true
		case "results":
			answered = true
			if !head {
				var results struct {
					Bindings []map[string]jsonTerm `json:"bindings"`
				}
				if err := j.dec.Decode(&results); err != nil {
					return err
				}
				j.kept = results.Bindings
				r.rows = j
				continue
			}
			found, err := j.findBindings()
			if err != nil {
				return err
			}
			if found {
				r.rows = j
				return nil
			}
		default:
			var skipped json.RawMessage
			if err := j.dec.Decode(&skipped); err != nil {
				return err
			}
		}
	}
	if err := j.delim('}'); err != nil {
		return err
	}
	if !answered || r.rows != nil && !head {
		return errJSONShape
	}
	j.done = true
	return nil
}

func (j *jsonReader) delim(want json.Delim) error {
	token, err := j.dec.Token()
	if err != nil {
		return err
	}
	if token != want {
		return fmt.Errorf("%w: expected %v at byte %d", errJSONShape, want, j.dec.InputOffset())
	}
	return nil
}

// findBindings goes to the first binding of "results".
func (j *jsonReader) findBindings() (bool, error) {
	if err := j.delim('{'); err != nil {
		return false, err
	}
	for j.dec.More() {
		key, err := j.dec.Token()
		if err != nil {
			return false, err
		}
		if key == "bindings" {
			return true, j.delim('[')
		}
		var skipped json.RawMessage
		if err := j.dec.Decode(&skipped); err != nil {
			return false, err
		}
	}
	return false, j.delim('}')
}

func (j *jsonReader) read() ([]graph.Term, error) {
	var binding map[string]jsonTerm
	switch {
	case len(j.kept) > 0:
		binding, j.kept = j.kept[0], j.kept[1:]
	case j.done:
		return nil, io.EOF
	case j.dec.More():
		if err := j.dec.Decode(&binding); err != nil {
			return nil, unexpected(err)
		}
	default:
		if err := j.delim(']'); err != nil {
			return nil, unexpected(err)
		}
		j.done = true
		return nil, j.finish()
	}
	row := make([]graph.Term, len(j.vars))
	for v, t := range binding {
		i, ok := j.place[v]
		if !ok {
			return nil, fmt.Errorf("the variable %q is not in the head", v)
		}
		var err error
		if row[i], err = t.term(0); err != nil {
			return nil, fmt.Errorf("binding of %q: %w", v, err)
		}
	}
	return row, nil
}

// finish reads what follows the bindings, so that a document that was cut off
// is noticed.
func (j *jsonReader) finish() error {
	for _, closing := range []json.Delim{'}', '}'} {
		for j.dec.More() {
			if _, err := j.dec.Token(); err != nil {
				return unexpected(err)
			}
			var skipped json.RawMessage
			if err := j.dec.Decode(&skipped); err != nil {
				return unexpected(err)
			}
		}
		if err := j.delim(closing); err != nil {
			return unexpected(err)
		}
	}
	return io.EOF
}

func unexpected(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

const maxDepth = 512 // of triple terms

func (t jsonTerm) term(depth int) (graph.Term, error) {
	if t.Type == "triple" || t.Type == "statement" {
		if depth > maxDepth {
			return graph.Term{}, errors.New("triple terms nested too deeply")
		}
		var c struct {
			Subject, Predicate, Object jsonTerm
			S, P, O                    jsonTerm
		}
		if err := json.Unmarshal(t.Value, &c); err != nil {
			return graph.Term{}, err
		}
		if c.Subject.Type == "" { // the names before SPARQL 1.2
			c.Subject, c.Predicate, c.Object = c.S, c.P, c.O
		}
		var parts [3]graph.Term
		for i, part := range []jsonTerm{c.Subject, c.Predicate, c.Object} {
			var err error
			if parts[i], err = part.term(depth + 1); err != nil {
				return graph.Term{}, err
			}
		}
		return graph.TripleTerm(parts[0], parts[1], parts[2]), nil
	}
	var value string
	if t.Value == nil {
		return graph.Term{}, errors.New(`a term without "value"`)
	}
	if err := json.Unmarshal(t.Value, &value); err != nil {
		return graph.Term{}, err
	}
	switch t.Type {
	case "uri":
		return graph.IRI(value), nil
	case "bnode":
		return graph.Blank(value), nil
	case "literal", "typed-literal":
		dir := t.Dir
		if dir == "" {
			dir = t.Dir2
		}
		return literal(value, t.Datatype, t.Lang, dir)
	}
	return graph.Term{}, fmt.Errorf("unknown type of term %q", t.Type)
}

func literal(value, datatype, lang, dir string) (graph.Term, error) {
	if lang == "" {
		if datatype == "" {
			return graph.String(value), nil
		}
		return graph.Literal(value, datatype), nil
	}
	switch dir {
	case "":
		return graph.LangString(value, lang), nil
	case "ltr":
		return graph.DirLangString(value, lang, graph.LTR), nil
	case "rtl":
		return graph.DirLangString(value, lang, graph.RTL), nil
	}
	return graph.Term{}, fmt.Errorf("unknown base direction %q", dir)
}
