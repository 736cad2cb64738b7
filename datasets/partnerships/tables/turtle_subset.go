package tables

import (
	"fmt"
	"strings"

	"github.com/ententedb/entente/graph"
)

// readTurtle reads the part of Turtle that ontology.ttl is written in:
// prefixes, predicate and object lists, IRIs, strings, booleans, integers.
// It gives way to rdfio.
func readTurtle(text []byte) ([]graph.Quad, error) {
	var tokens []string
	s := string(text)
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c == ' ' || c == '\n' || c == '\t' || c == '\r':
			i++
		case c == '#':
			for i < len(s) && s[i] != '\n' {
				i++
			}
		case c == '<':
			j := i + strings.IndexByte(s[i:], '>')
			tokens = append(tokens, s[i:j+1])
			i = j + 1
		case c == '"':
			j := i + 1
			for j < len(s) && s[j] != '"' {
				if s[j] == '\\' {
					j++
				}
				j++
			}
			tokens = append(tokens, s[i:j+1])
			i = j + 1
		case c == ';' || c == ',' || c == '.' || c == '[' || c == ']' || c == '(' || c == ')':
			tokens = append(tokens, string(c))
			i++
		default:
			j := i
			for j < len(s) && !strings.ContainsRune(" \n\t\r;,<\"[]()", rune(s[j])) {
				j++
			}
			for s[j-1] == '.' {
				j--
			}
			tokens = append(tokens, s[i:j])
			i = j
		}
	}
	prefixes := map[string]string{}
	term := func(t string) (graph.Term, error) {
		switch {
		case t == "a":
			return rdfType, nil
		case t[0] == '<':
			return graph.IRI(t[1 : len(t)-1]), nil
		case t[0] == '"':
			return graph.String(strings.NewReplacer(`\"`, `"`, `\\`, `\`).Replace(t[1 : len(t)-1])), nil
		case t == "true" || t == "false":
			return graph.Boolean(t == "true"), nil
		}
		prefix, name, ok := strings.Cut(t, ":")
		ns, known := prefixes[prefix]
		if !ok || !known {
			return graph.Term{}, fmt.Errorf("token %q", t)
		}
		return graph.IRI(ns + name), nil
	}
	var quads []graph.Quad
	var subject, predicate graph.Term
	state := 0 // 0 subject, 1 predicate, 2 object
	for i := 0; i < len(tokens); i++ {
		t := tokens[i]
		if t == "@prefix" {
			prefixes[strings.TrimSuffix(tokens[i+1], ":")] = tokens[i+2][1 : len(tokens[i+2])-1]
			i += 3
			continue
		}
		switch t {
		case ".":
			state = 0
			continue
		case ";":
			state = 1
			continue
		case ",":
			state = 2
			continue
		}
		v, err := term(t)
		if err != nil {
			return nil, err
		}
		switch state {
		case 0:
			subject, state = v, 1
		case 1:
			predicate, state = v, 2
		default:
			quads = append(quads, graph.Quad{Subject: subject, Predicate: predicate, Object: v})
		}
	}
	return quads, nil
}
