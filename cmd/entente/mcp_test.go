package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/ententedb/entente/datasets/partnerships"
)

func connectMCP(t *testing.T, cmd *mcpCmd) *mcp.ClientSession {
	t.Helper()
	store, err := partnerships.Open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	ctx := context.Background()
	ours, theirs := mcp.NewInMemoryTransports()
	if _, err := cmd.server(store).Connect(ctx, ours, nil); err != nil {
		t.Fatal(err)
	}
	client, err := mcp.NewClient(&mcp.Implementation{Name: "test", Version: "1"}, nil).Connect(ctx, theirs, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	return client
}

func callMCP(t *testing.T, client *mcp.ClientSession, tool string, args map[string]any) (text string, isError bool) {
	t.Helper()
	res, err := client.CallTool(context.Background(), &mcp.CallToolParams{Name: tool, Arguments: args})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range res.Content {
		if c, ok := c.(*mcp.TextContent); ok {
			text += c.Text
		}
	}
	return text, res.IsError
}

func TestMCP_ToolsAnswerAndRefuseWrites(t *testing.T) {
	client := connectMCP(t, &mcpCmd{MaxRows: 200, Timeout: 30 * time.Second, Memory: 512 << 20})
	tools, err := client.ListTools(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, tool := range tools.Tools {
		names = append(names, tool.Name)
	}
	if got := strings.Join(names, " "); got != "ask describe explain query schema" {
		t.Errorf("tools are %s", got)
	}
	for _, tool := range tools.Tools {
		if tool.Annotations == nil || !tool.Annotations.ReadOnlyHint || len(tool.Description) < 60 {
			t.Errorf("%s: %+v %q", tool.Name, tool.Annotations, tool.Description)
		}
	}
	if !strings.Contains(client.InitializeResult().Instructions, "Start with ask") {
		t.Error("no instructions")
	}
	text, failed := callMCP(t, client, "ask", map[string]any{"question": "which WTO members are outside NATO"})
	if failed || !strings.HasSuffix(text, "\n134 rows") || !strings.HasPrefix(text, "understood as: ") || strings.Contains(text, "│") {
		t.Errorf("ask: %s", text)
	}
	text, failed = callMCP(t, client, "ask", map[string]any{"question": "which of those are in Asia", "previous": []string{"which WTO members are outside NATO"}})
	if failed || !strings.Contains(text, "World Trade Organization") || !strings.Contains(text, "Japan") || strings.Contains(text, "Brazil") {
		t.Errorf("a question that refers to another: %s", text)
	}
	text, failed = callMCP(t, client, "ask", map[string]any{"question": "population of Japan"})
	if failed || !strings.Contains(text, " people in 20") || !strings.Contains(text, "Source: ") {
		t.Errorf("a value with its unit, year and source: %s", text)
	}
	text, failed = callMCP(t, client, "ask", map[string]any{"question": "is Japann in NATO"})
	if !failed || !strings.Contains(text, "^^^^^^") || !strings.Contains(text, `did you mean "Japan"`) {
		t.Errorf("a refusal: %s", text)
	}
	text, failed = callMCP(t, client, "query", map[string]any{"sparql": "SELECT ?c { ?c pk:memberOf pk:AUKUS } ORDER BY ?c"})
	if failed || text != "c\npk:AUS Australia\npk:GBR United Kingdom\npk:USA United States\n3 rows" {
		t.Errorf("query: %s", text)
	}
	text, failed = callMCP(t, client, "describe", map[string]any{"name": "AUKUS"})
	if failed || !strings.Contains(text, "Australia, United Kingdom, United States") {
		t.Errorf("describe: %s", text)
	}
	text, failed = callMCP(t, client, "query", map[string]any{"sparql": "DELETE WHERE { ?s ?p ?o }"})
	if !failed || !strings.Contains(text, "only reads") {
		t.Errorf("a write was not refused: %s", text)
	}
	text, failed = callMCP(t, client, "query", map[string]any{"sparql": "SELECT * { ?s"})
	if !failed || !strings.Contains(text, "^") {
		t.Errorf("a syntax error shows no caret: %s", text)
	}
}

// The same tools over HTTP, for several clients at once.
func TestMCP_HTTP(t *testing.T) {
	store, err := partnerships.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	cmd := &mcpCmd{MaxRows: 5, Timeout: 30 * time.Second, Memory: 512 << 20}
	server := httptest.NewServer(cmd.handler(store))
	defer server.Close()
	var clients sync.WaitGroup
	for range 4 {
		clients.Go(func() {
			client, err := mcp.NewClient(&mcp.Implementation{Name: "test", Version: "1"}, nil).
				Connect(t.Context(), &mcp.StreamableClientTransport{Endpoint: server.URL}, nil)
			if err != nil {
				t.Error(err)
				return
			}
			defer client.Close()
			text, failed := callMCP(t, client, "ask", map[string]any{"question": "which WTO members are outside NATO"})
			if failed || !strings.Contains(text, "134 rows, the first 5 shown") {
				t.Errorf("ask: %s", text)
			}
		})
	}
	clients.Wait()
	// A page of the web must not reach a server on the machine of its reader.
	r, _ := http.NewRequest("POST", server.URL, strings.NewReader(`{"jsonrpc":"2.0","id":1,"method":"tools/list"}`))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "application/json, text/event-stream")
	r.Host = "evil.example"
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusForbidden {
		t.Errorf("by another name: %s", resp.Status)
	}
}

func TestMCP_Token(t *testing.T) {
	store, err := partnerships.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	server := httptest.NewServer((&mcpCmd{Token: "secret", Timeout: time.Minute, Memory: 512 << 20}).handler(store))
	defer server.Close()
	for header, want := range map[string]int{"": 401, "Bearer x": 401, "Bearer secrets": 401, "Bearer secret": 200} {
		r, _ := http.NewRequest("POST", server.URL, strings.NewReader(`{"jsonrpc":"2.0","id":1,"method":"tools/list"}`))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Accept", "application/json, text/event-stream")
		r.Header.Set("Authorization", header)
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("%q: %s, want %d", header, resp.Status, want)
		}
	}
	if _, stderr, code := entente(t, "", "mcp", "--http", "0.0.0.0:0", "--writable"); code != exitNotUnderstood || !strings.Contains(stderr, "--token") {
		t.Errorf("writable for all: exit code %d, %s", code, stderr)
	}
}

func TestMCP_Writable(t *testing.T) {
	client := connectMCP(t, &mcpCmd{MaxRows: 200, Timeout: 30 * time.Second, Memory: 512 << 20, Writable: true})
	text, failed := callMCP(t, client, "update", map[string]any{"update": "SELECT * {}"})
	if !failed || !strings.Contains(text, "expected an update") {
		t.Errorf("a query to update: %s", text)
	}
}
