package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestDocs runs the commands of the manual's console blocks and compares what they
// print; "…" stands for anything.
func TestDocs(t *testing.T) {
	files, err := filepath.Glob("docs/*.md")
	if err != nil || len(files) == 0 {
		t.Fatal("the manual is missing", err)
	}
	blocks := regexp.MustCompile("(?s)```console\n(.*?)```")
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Chdir(t.TempDir())
			for name, content := range map[string]string{
				"family.ttl": "@prefix : <http://example.org/> .\n:ann :parentOf :bob . :bob :parentOf :cid . :ann :age 74 .\n",
				"words.ttl": "@prefix : <http://example.org/> .\n@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n@prefix lex: <https://ententedb.org/lexicon#> .\n" +
					":Person a rdfs:Class ; rdfs:label \"person\" .\n:ann a :Person ; rdfs:label \"Ann\" . :bob a :Person ; rdfs:label \"Bob\" . :cid a :Person ; rdfs:label \"Cid\" .\n" +
					":parentOf rdfs:label \"parent of\" ; rdfs:domain :Person ; rdfs:range :Person ; lex:inverseNoun \"child\" .\n" +
					":height rdfs:label \"height\" ; rdfs:domain :Person ; lex:unit \"cm\" ; lex:most \"tallest\" . :ann :height 168 . :bob :height 181 .\n",
				"capitals.ent": "SELECT ?city { pk:JPN pk:capital ?city }\nexpect value Tokyo\n",
				"wrong.ent":    "which EU members are outside NATO\nexpect {\n  Austria\n  Cyprus\n  Sweden\n  Malta\n}\n",
			} {
				if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			for _, block := range blocks.FindAllSubmatch(text, -1) {
				for _, step := range strings.Split("\n"+string(block[1]), "\n$ entente ")[1:] {
					command, want, _ := strings.Cut(step, "\n")
					out, errs, _ := entente(t, "", words(command)...)
					got := strings.ReplaceAll(out+errs, "\r", "")
					if !like(want).MatchString(got) {
						t.Errorf("$ entente %s\ngot:\n%s\nwant:\n%s", command, got, want)
					}
				}
			}
		})
	}
}

// words splits a command line as a shell does, with double quotes only.
func words(line string) (all []string) {
	for _, m := range regexp.MustCompile(`"([^"]*)"|(\S+)`).FindAllStringSubmatch(line, -1) {
		all = append(all, m[1]+m[2])
	}
	return all
}

// like makes a pattern of an output in which "…" stands for anything.
func like(text string) *regexp.Regexp {
	parts := strings.Split(strings.TrimSpace(text), "…")
	for i := range parts {
		parts[i] = regexp.QuoteMeta(parts[i])
	}
	return regexp.MustCompile(`^\s*` + strings.Join(parts, `(?s:.*)`) + `\s*$`)
}
