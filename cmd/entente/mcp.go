package main

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"net"
	"net/http"
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
	Token    string        `env:"ENTENTE_MCP_TOKEN" placeholder:"TOKEN" help:"Bearer token that requests over HTTP must carry."`
	Writable bool          `help:"Also offer a tool that changes the graph."`
	MaxRows  int           `default:"200" help:"Most rows of an answer; more are counted and left out."`
	Timeout  time.Duration `default:"30s" help:"Time limit of a call."`
	Memory   byteSize      `default:"512MiB" help:"Memory budget of a call."`
}

// Run serves the tools until the client leaves or the process is interrupted.
func (c *mcpCmd) Run(ctx context.Context, std streams) error {
	if c.Writable && c.HTTP != "" && c.Token == "" && !loopback(c.HTTP) {
		return notUnderstood(errors.New("--writable at an address that others reach needs a --token"))
	}
	store, err := c.openAs(!c.Writable)
	if err != nil {
		return err
	}
	defer store.Close()
	if c.HTTP == "" {
		if err := c.server(store).Run(ctx, &mcp.StdioTransport{}); ctx.Err() == nil {
			return err
		}
		return nil
	}
	listener, err := net.Listen("tcp", c.HTTP)
	if err != nil {
		return err
	}
	h := newServer(c.handler(store))
	go func() {
		<-ctx.Done()
		h.Close()
	}()
	if err := h.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// mostMCP bounds a request over HTTP in bytes.
const mostMCP = 4 << 20

// handler serves the tools over HTTP, without sessions: no call depends on another.
// The SDK refuses requests to a loopback address by another name.
func (c *mcpCmd) handler(store *storage.Store) http.Handler {
	server := c.server(store)
	tools := mcp.NewStreamableHTTPHandler(func(*http.Request) *mcp.Server { return server }, &mcp.StreamableHTTPOptions{Stateless: true})
	want := sha256.Sum256([]byte("Bearer " + c.Token))
	return http.MaxBytesHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		given := sha256.Sum256([]byte(r.Header.Get("Authorization")))
		if c.Token != "" && subtle.ConstantTimeCompare(given[:], want[:]) == 0 {
			w.Header().Set("WWW-Authenticate", `Bearer realm="entente"`)
			http.Error(w, "a token is needed", http.StatusUnauthorized)
			return
		}
		tools.ServeHTTP(w, r)
	}), mostMCP)
}

// The arguments of the tools.
type (
	askArgs struct {
		Question string   `json:"question" jsonschema:"a question in plain English, such as: which WTO members are outside NATO"`
		Previous []string `json:"previous,omitempty" jsonschema:"questions asked before, the oldest first, if this one refers to them, such as: which of those are in Asia"`
	}
	queryArgs struct {
		SPARQL string `json:"sparql" jsonschema:"a SPARQL 1.2 query; the prefixes pk:, src:, rdf:, rdfs:, xsd:, skos:, dcterms:, schema: and owl: are known"`
	}
	describeArgs struct {
		Name string `json:"name" jsonschema:"the name or IRI of a thing, such as NATO, Finland or pk:FIN"`
	}
	updateArgs struct {
		Update string `json:"update" jsonschema:"a SPARQL update, carried out as one atomic commit"`
	}
	noArgs struct{}
)

// instructions tell an assistant what the server is for.
const instructions = `A knowledge graph that answers exactly, with dates and sources, or refuses and says which word it does not know.
Start with ask: it takes plain English, says back how it understood the question, and answers from statements in the graph only; today is the time unless the question says another ("in 1990", "as of 2004-05-01").
If ask refuses, use the words it suggests, or find the names of classes and relations with schema and use query.
describe tells all about one thing. Say what the answer rests upon, and do not add facts that the graph did not give.`

// server makes the tools. Each call works in a session of its own.
func (c *mcpCmd) server(store *storage.Store) *mcp.Server {
	server := mcp.NewServer(&mcp.Implementation{Name: "entente", Title: "Entente knowledge graph", Version: version()},
		&mcp.ServerOptions{Instructions: instructions})
	base := &script.Session{Store: scriptStore{store}, Format: script.Table, MaxRows: c.MaxRows, Compact: true,
		Prefixes: script.DefaultPrefixes(),
		Options:  []query.Option{query.WithTimeout(c.Timeout), query.WithMemory(int64(c.Memory))}}
	closed := false // the world of the tools is the graph
	reads := func(title string) *mcp.ToolAnnotations {
		return &mcp.ToolAnnotations{Title: title, ReadOnlyHint: true, IdempotentHint: true, OpenWorldHint: &closed}
	}

	mcp.AddTool(server, &mcp.Tool{Name: "ask", Annotations: reads("Ask a question"),
		Description: `Answers a question in plain English: sets ("EU members that are neither in NATO nor in the CSTO"), yes or no ("is Japan in NATO"), ` +
			`counts, values with unit and year ("population of Japan"), rankings ("top 5 WTO members by GDP"), history ("which countries joined NATO after 2000"), ` +
			`connections ("how are Japan and Poland connected") and reasons ("why is Japan allied with the United States"). ` +
			`The first line says how the question was understood; a refusal says which word is not known and suggests others.`},
		func(ctx context.Context, _ *mcp.CallToolRequest, in askArgs) (*mcp.CallToolResult, any, error) {
			return c.call(ctx, base, script.Statement{Kind: script.Question, Text: in.Question}, in.Previous...)
		})
	mcp.AddTool(server, &mcp.Tool{Name: "query", Annotations: reads("Run a SPARQL query"),
		Description: "Runs a SPARQL query (SELECT, ASK, CONSTRUCT, DESCRIBE). Things are shown as pk:FIN Finland: prefixed name, then label. " +
			"Facts with dates and sources are reified: ?r rdf:reifies <<( ?s ?p ?o )>> ; pk:since ?from ; pk:until ?to ; pk:year ?year ; pk:source ?source. " +
			"What holds today is also a plain triple. schema lists classes and relations."},
		func(ctx context.Context, _ *mcp.CallToolRequest, in queryArgs) (*mcp.CallToolResult, any, error) {
			if script.IsUpdate(in.SPARQL) {
				return nil, nil, errors.New("this tool only reads: expected a query, got an update")
			}
			return c.call(ctx, base, script.Statement{Kind: script.SPARQL, Text: in.SPARQL})
		})
	mcp.AddTool(server, &mcp.Tool{Name: "describe", Annotations: reads("Describe a thing"),
		Description: "All that the graph states about one thing, a property on each line. For dates and sources of one statement, ask why."},
		func(ctx context.Context, _ *mcp.CallToolRequest, in describeArgs) (*mcp.CallToolResult, any, error) {
			return c.call(ctx, base, script.Statement{Kind: script.Command, Text: "describe " + in.Name})
		})
	mcp.AddTool(server, &mcp.Tool{Name: "schema", Annotations: reads("List classes and relations"),
		Description: "The classes and relations of the graph, with the numbers of their things and statements."},
		func(ctx context.Context, _ *mcp.CallToolRequest, _ noArgs) (*mcp.CallToolResult, any, error) {
			return c.call(ctx, base, script.Statement{Kind: script.Command, Text: "schema"})
		})
	mcp.AddTool(server, &mcp.Tool{Name: "explain", Annotations: reads("Explain a query"),
		Description: "The plan of a SPARQL query, with estimated rows; the query is not run. For queries that take too long."},
		func(ctx context.Context, _ *mcp.CallToolRequest, in queryArgs) (*mcp.CallToolResult, any, error) {
			return c.call(ctx, base, script.Statement{Kind: script.Command, Text: "explain " + in.SPARQL})
		})
	if c.Writable {
		mcp.AddTool(server, &mcp.Tool{Name: "update", Description: "Changes the graph by a SPARQL update, as one commit: all of it or nothing.",
			Annotations: &mcp.ToolAnnotations{Title: "Change the graph", OpenWorldHint: &closed}},
			func(ctx context.Context, _ *mcp.CallToolRequest, in updateArgs) (*mcp.CallToolResult, any, error) {
				if !script.IsUpdate(in.Update) {
					return nil, nil, errors.New("expected an update, got a query")
				}
				return c.call(ctx, base, script.Statement{Kind: script.SPARQL, Text: in.Update})
			})
	}
	return server
}

// call carries out one statement within the limits and returns its answer as
// text; previous are questions that it may refer to.
func (c *mcpCmd) call(ctx context.Context, base *script.Session, st script.Statement, previous ...string) (*mcp.CallToolResult, any, error) {
	var out strings.Builder
	session := base.Fork(&out)
	session.Remember(previous...)
	if err := session.Do(ctx, st); err != nil {
		var d detailed
		if errors.As(err, &d) {
			err = errors.New(d.Detail())
		}
		return nil, nil, err
	}
	return &mcp.CallToolResult{Content: []mcp.Content{&mcp.TextContent{Text: strings.TrimSpace(out.String())}}}, nil, nil
}
