// Command entente asks, queries, loads and serves graphs.
//
// Without --db every verb works on the embedded graph of international
// partnerships. Exit codes: 0 answered, 1 failed while running, 2 not
// understood (a question, a query or the command line itself), 130 interrupted.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"sync"
	"syscall"

	"github.com/alecthomas/kong"

	"github.com/ententedb/entente/query"
)

// The exit codes that scripts rely on.
const (
	exitOK            = 0
	exitFailed        = 1
	exitNotUnderstood = 2
	exitInterrupted   = 130
)

// commands is the command line: one field a verb, each in its own file.
type commands struct {
	Repl    replCmd    `cmd:"" default:"withargs" help:"Ask questions and SPARQL queries at a prompt (the default)."`
	Ask     askCmd     `cmd:"" help:"Ask a question in plain English."`
	Query   queryCmd   `cmd:"" help:"Run a SPARQL query."`
	Update  updateCmd  `cmd:"" help:"Run a SPARQL update as one atomic commit."`
	Run     runCmd     `cmd:"" help:"Run script files of questions, SPARQL and dot commands."`
	Load    loadCmd    `cmd:"" help:"Load RDF files, all of them or none."`
	Dump    dumpCmd    `cmd:"" help:"Write the whole graph as RDF."`
	Convert convertCmd `cmd:"" help:"Convert RDF from one format to another."`
	Serve   serveCmd   `cmd:"" help:"Serve the graph over HTTP."`
	Explain explainCmd `cmd:"" help:"Show how a query or question is carried out."`
	Bench   benchCmd   `cmd:"" help:"Time a set of queries, here and at other endpoints."`
	Check   checkCmd   `cmd:"" help:"Check every index, count and checksum of a store."`
	Backup  backupCmd  `cmd:"" help:"Write a consistent copy of a store, whole or what is new since an earlier one."`
	Restore restoreCmd `cmd:"" help:"Make a store of backups."`
	Compact compactCmd `cmd:"" help:"Merge what updates have left and give space back."`
	Log     logCmd     `cmd:"" help:"List the commits of a store, and which of them --at can still show."`
	Lexicon lexiconCmd `cmd:"" help:"List the words that questions may use."`
	MCP     mcpCmd     `cmd:"" name:"mcp" help:"Offer the graph to assistants over the Model Context Protocol."`
	Info    infoCmd    `cmd:"" help:"Show what a store holds and where its space goes."`
}

// streams are where a command reads and writes; tests put their own there.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// exitError ends the program with a code; err will be printed, nil if it has been.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit %d", e.code)
	}
	return e.err.Error()
}
func (e *exitError) Unwrap() error { return e.err }

// notUnderstood marks an error as the user's: exit code 2.
func notUnderstood(err error) error { return &exitError{exitNotUnderstood, err} }

// detailed is an error that can show the place it speaks of.
type detailed interface{ Detail() string }

func main() {
	os.Exit(run(os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr}))
}

// run carries out one command line and returns its exit code.
func run(args []string, std streams) int {
	var cmd commands
	exited := -1
	parser, err := kong.New(&cmd,
		kong.Name("entente"),
		kong.Description("A knowledge graph that people simply ask. Without --db: the graph of international partnerships."),
		kong.Writers(std.out, std.err),
		kong.Exit(func(code int) { exited = code }),
		kong.UsageOnError())
	if err != nil {
		panic(err) // the struct tags above are wrong
	}
	kctx, err := parser.Parse(args)
	if exited >= 0 { // --help
		return exited
	}
	if err != nil {
		fmt.Fprintln(std.err, "entente:", err)
		return exitNotUnderstood
	}
	signals := []os.Signal{syscall.SIGTERM, os.Interrupt}
	_, prompt := kctx.Selected().Target.Interface().(replCmd)
	if prompt {
		signals = signals[:1] // there Ctrl-C cancels a query, not the session
	}
	ctx, stop := signal.NotifyContext(context.Background(), signals...)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	if !prompt {
		std.in = interruptible(ctx, std.in)
	}
	kctx.BindTo(ctx, (*context.Context)(nil))
	kctx.Bind(std)
	err = kctx.Run()
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		fmt.Fprintln(std.err, "entente: interrupted")
		return exitInterrupted
	}
	return report(std, err)
}

// interruptible reads from r until the context ends, even while r has nothing to
// read. What was read ahead is lost then.
func interruptible(ctx context.Context, r io.Reader) io.Reader {
	var begin sync.Once
	out, in := io.Pipe()
	return readerFunc(func(p []byte) (int, error) {
		begin.Do(func() {
			go func() {
				_, err := io.Copy(in, r)
				in.CloseWithError(err)
			}()
			context.AfterFunc(ctx, func() { out.CloseWithError(ctx.Err()) })
		})
		n, err := out.Read(p)
		if ctx.Err() != nil && err != nil {
			err = ctx.Err()
		}
		return n, err
	})
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// report prints an error for people and returns the exit code it stands for.
func report(std streams, err error) int {
	if err == nil {
		return exitOK
	}
	code := exitFailed
	var exit *exitError
	if errors.As(err, &exit) {
		code = exit.code
		if exit.err == nil {
			return code
		}
	}
	var syntax *query.SyntaxError
	var refusal *query.Refusal
	if errors.As(err, &syntax) || errors.As(err, &refusal) {
		code = exitNotUnderstood
	}
	printError(std.err, err)
	return code
}

// printError shows each of several joined errors, and the place of those that know
// it.
func printError(out io.Writer, err error) {
	var joined interface{ Unwrap() []error }
	var d detailed
	switch {
	case errors.As(err, &joined):
		for _, e := range joined.Unwrap() {
			printError(out, e)
		}
	case errors.As(err, &d):
		fmt.Fprintln(out, d.Detail())
	default:
		fmt.Fprintln(out, "entente:", err)
	}
}
