package protocol

import (
	"bufio"
	"context"
	"net/http"
	"strings"

	"github.com/ententedb/entente/graph/rdfio"
	"github.com/ententedb/entente/query"
	"github.com/ententedb/entente/query/results"
)

// serveQuery answers a query on one snapshot, streaming.
func (h *handler) serveQuery(w http.ResponseWriter, r *http.Request, q request) error {
	return h.read(r, q, func(ctx context.Context, ds query.Dataset, text string) error {
		options := append(h.options(r, q, "default-graph-uri", "named-graph-uri"), query.WithCache(&h.cache))
		res, err := query.Run(ctx, ds, text, options...)
		if err != nil {
			return err
		}
		defer res.Close()
		if res.Form() == query.FormConstruct || res.Form() == query.FormDescribe {
			return h.writeGraph(w, r, ds, res, text)
		}
		return h.writeResults(ctx, w, r, ds, res, text, q.params.Has("labels"))
	})
}

// resultFormats are the formats of solutions and booleans, the default first.
var resultFormats = []results.Format{results.JSON, results.XML, results.CSV, results.TSV}

// writeResults streams solutions or a boolean in the negotiated format; in JSON
// with labels, if they are asked for.
func (h *handler) writeResults(ctx context.Context, w http.ResponseWriter, r *http.Request, ds query.Dataset, res *query.Results, text string, labelled bool) error {
	media, format, err := negotiateFormat(r.Header.Get("Accept"), resultFormats)
	if err != nil {
		return err
	}
	labelled = labelled && format == results.JSON
	variant := media
	if labelled {
		variant += ";labels"
	}
	if h.notModified(w, r, ds.Version(), text, variant) {
		return nil
	}
	w.Header().Set("Content-Type", contentType(media))
	if r.Method == http.MethodHead {
		return nil
	}
	out := bufio.NewWriterSize(w, 64<<10)
	if labelled {
		labels, err := query.NewLabels(ctx, ds)
		if err != nil {
			return err
		}
		if err := writeLabelled(out, res, &labeller{labels: labels}); err != nil {
			return err
		}
		return out.Flush()
	}
	if err := writeRows(results.NewWriter(out, format, nil), res); err != nil {
		return err
	}
	return out.Flush()
}

// writeRows sends a result to a writer.
func writeRows(rw results.Writer, res *query.Results) error {
	if res.Form() == query.FormAsk {
		if err := rw.Boolean(res.Boolean()); err != nil {
			return err
		}
		return rw.Close()
	}
	if err := rw.Head(res.Vars()); err != nil {
		return err
	}
	for row, err := range res.Rows() {
		if err != nil {
			return err
		}
		if err := rw.Row(row.Terms()); err != nil {
			return err
		}
	}
	return rw.Close()
}

// graphFormats are the formats of graphs, the default first.
var graphFormats = []rdfio.Format{rdfio.Turtle, rdfio.NTriples, rdfio.JSONLD, rdfio.RDFXML, rdfio.TriG, rdfio.NQuads}

// writeGraph streams the graph of a CONSTRUCT or DESCRIBE.
func (h *handler) writeGraph(w http.ResponseWriter, r *http.Request, ds query.Dataset, res *query.Results, text string) error {
	media, format, err := negotiateFormat(r.Header.Get("Accept"), graphFormats)
	if err != nil {
		return err
	}
	if h.notModified(w, r, ds.Version(), text, media) {
		return nil
	}
	w.Header().Set("Content-Type", contentType(media))
	if r.Method == http.MethodHead {
		return nil
	}
	return writeQuads(w, format, res.Prefixes(), res.Quads())
}

// contentType adds the charset where the media type is text.
func contentType(media string) string {
	if strings.HasPrefix(media, "text/") {
		return media + "; charset=utf-8"
	}
	return media
}
