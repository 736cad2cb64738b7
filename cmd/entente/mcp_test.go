package main

import (
	"context"
	"strings"
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
	text, failed := callMCP(t, client, "ask", map[string]any{"question": "which WTO members are outside NATO"})
	if failed || !strings.Contains(text, "134 rows") || !strings.HasPrefix(text, "understood as: ") {
		t.Errorf("ask: %s", text)
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
