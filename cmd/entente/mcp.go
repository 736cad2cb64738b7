package main

import (
	"context"
	"errors"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/ententedb/entente/query"
	"github.com/ententedb/entente/query/script"
	"github.com/ententedb/entente/storage"
)

// mcpCmd is `entente mcp`.
type mcpCmd struct {
	source
	HTTP     string        `name:"http" placeholder:"ADDR" help:"Serve over HTTP at this address; without it, over standard input and output."`
	Writable bool          `help:"Also offer a tool that changes the graph."`
	MaxRows  int           `default:"200" help:"Most rows of an answer; more are counted and left out."`
	Timeout  time.Duration `default:"30s" help:"Time limit of a call."`
	Memory   byteSize      `default:"512MiB" help:"Memory budget of a call."`
}

// Run serves the tools until the client leaves or the process is interrupted.
func (c *mcpCmd) Run(ctx context.Context, std streams) error {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt)
	defer stop()
	store, err := c.openAs(!c.Writable)
	if err != nil {
		return err
	}
	defer store.Close()
	server := c.server(store)
	if c.HTTP == "" {
		if err := server.Run(ctx, &mcp.StdioTransport{}); ctx.Err() == nil {
			return err
		}
		return nil
	}
	listener, err := net.Listen("tcp", c.HTTP)
	if err != nil {
		return err
	}
	h := &http.Server{
		Handler:           mcp.NewStreamableHTTPHandler(func(*http.Request) *mcp.Server { return server }, nil),
		ReadHeaderTimeout: 10 * time.Second,
	}
	go func() {
		<-ctx.Done()
		h.Close()
	}()
	if err := h.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// The arguments of the tools.
type (
	askArgs struct {
		Question string `json:"question" jsonschema:"a question in plain English, such as: which WTO members are outside NATO"`
	}
	queryArgs struct {
		SPARQL string `json:"sparql" jsonschema:"a SPARQL 1.2 query; pk:, src:, rdf:, rdfs:, xsd:, skos: and other usual prefixes are known"`
	}
	describeArgs struct {
		Name string `json:"name" jsonschema:"the name or IRI of a thing, such as NATO or pk:FIN"`
	}
	updateArgs struct {
		Update string `json:"update" jsonschema:"a SPARQL update, carried out as one atomic commit"`
	}
	noArgs struct{}
)

// server makes the tools. Each call works in a session of its own.
func (c *mcpCmd) server(store *storage.Store) *mcp.Server {
	server := mcp.NewServer(&mcp.Implementation{Name: "entente", Title: "Entente knowledge graph", Version: version()}, nil)
	readOnly := &mcp.ToolAnnotations{ReadOnlyHint: true}

	mcp.AddTool(server, &mcp.Tool{Name: "ask", Annotations: readOnly,
		Description: "Answer a question in plain English about the graph, exactly or with a refusal that says which word is not understood. Says back how it was understood."},
		func(ctx context.Context, _ *mcp.CallToolRequest, in askArgs) (*mcp.CallToolResult, any, error) {
			return c.call(ctx, store, script.Statement{Kind: script.Question, Text: in.Question})
		})
	mcp.AddTool(server, &mcp.Tool{Name: "query", Annotations: readOnly, Description: "Run a SPARQL query."},
		func(ctx context.Context, _ *mcp.CallToolRequest, in queryArgs) (*mcp.CallToolResult, any, error) {
			if script.IsUpdate(in.SPARQL) {
				return nil, nil, errors.New("this tool only reads: expected a query, got an update")
			}
			return c.call(ctx, store, script.Statement{Kind: script.SPARQL, Text: in.SPARQL})
		})
	mcp.AddTool(server, &mcp.Tool{Name: "describe", Annotations: readOnly, Description: "All that the graph states about one thing."},
		func(ctx context.Context, _ *mcp.CallToolRequest, in describeArgs) (*mcp.CallToolResult, any, error) {
			return c.call(ctx, store, script.Statement{Kind: script.Command, Text: "describe " + in.Name})
		})
	mcp.AddTool(server, &mcp.Tool{Name: "schema", Annotations: readOnly, Description: "The classes and relations of the graph, with their numbers."},
		func(ctx context.Context, _ *mcp.CallToolRequest, _ noArgs) (*mcp.CallToolResult, any, error) {
			return c.call(ctx, store, script.Statement{Kind: script.Command, Text: "schema"})
		})
	mcp.AddTool(server, &mcp.Tool{Name: "explain", Annotations: readOnly, Description: "The plan of a SPARQL query."},
		func(ctx context.Context, _ *mcp.CallToolRequest, in queryArgs) (*mcp.CallToolResult, any, error) {
			return c.call(ctx, store, script.Statement{Kind: script.Command, Text: "explain " + in.SPARQL})
		})
	if c.Writable {
		mcp.AddTool(server, &mcp.Tool{Name: "update", Description: "Change the graph by a SPARQL update."},
			func(ctx context.Context, _ *mcp.CallToolRequest, in updateArgs) (*mcp.CallToolResult, any, error) {
				if !script.IsUpdate(in.Update) {
					return nil, nil, errors.New("expected an update, got a query")
				}
				return c.call(ctx, store, script.Statement{Kind: script.SPARQL, Text: in.Update})
			})
	}
	return server
}

// call carries out one statement within the limits and returns its answer as
// text.
func (c *mcpCmd) call(ctx context.Context, store *storage.Store, st script.Statement) (*mcp.CallToolResult, any, error) {
	var out strings.Builder
	session := &script.Session{Store: scriptStore{store}, Out: &out, Format: script.Table, MaxRows: c.MaxRows,
		Prefixes: script.DefaultPrefixes(),
		Options:  []query.Option{query.WithTimeout(c.Timeout), query.WithMemory(int64(c.Memory))}}
	if err := session.Do(ctx, st); err != nil {
		var d detailed
		if errors.As(err, &d) {
			err = errors.New(d.Detail())
		}
		return nil, nil, err
	}
	return &mcp.CallToolResult{Content: []mcp.Content{&mcp.TextContent{Text: out.String()}}}, nil, nil
}
