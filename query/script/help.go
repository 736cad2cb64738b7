package script

import (
	"context"
	"fmt"
	"io"
	"strings"
)

const helpText = `Ask in plain English, or write SPARQL; both at this prompt.

  which WTO members are outside NATO
  when did Finland join NATO
  top 5 WTO members outside NATO by GDP
  was the United Kingdom in the EU in 2015
  what about 1990
  SELECT ?c { ?c pk:memberOf pk:NATO FILTER NOT EXISTS { ?c pk:memberOf pk:EU } }

SPARQL of several lines ends with an empty line or a ";". TAB completes words, names
and what the data has in a place; Ctrl-C cancels a running query, Ctrl-R searches
what was typed before. .help COMMAND says more about a command.

`

// help carries out .help: all commands, or one with examples.
func (s *Session) help(_ context.Context, args string) error {
	if args != "" {
		c, err := commandNamed(strings.TrimPrefix(args, "."))
		if err != nil {
			return err
		}
		fmt.Fprintf(s.Out, ".%s\n  %s\n", strings.TrimSpace(c.name+" "+c.usage), c.help)
		for _, e := range c.examples {
			fmt.Fprintf(s.Out, "\n  %s\n", strings.ReplaceAll(e, "\n", "\n  "))
		}
		return nil
	}
	return s.paged(func(out io.Writer) error {
		fmt.Fprint(out, helpText)
		for _, c := range commands() {
			line := fmt.Sprintf("  .%-33s %s", strings.TrimSpace(c.name+" "+c.usage), c.help)
			if s.Width > 0 {
				line = cut(line, s.Width)
			}
			fmt.Fprintln(out, line)
		}
		return nil
	})
}
