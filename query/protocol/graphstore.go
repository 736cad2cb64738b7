package protocol

import (
	"bufio"
	"crypto/rand"
	"errors"
	"io"
	"iter"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/graph/rdfio"
	"github.com/ententedb/entente/query"
)

// serveGraphStore answers the Graph Store Protocol (SPARQL 1.2 Graph Store
// Protocol): the graph is named by ?graph=, ?default, or the request's own IRI.
func (h *handler) serveGraphStore(w http.ResponseWriter, r *http.Request) error {
	name, err := graphOf(r)
	if err != nil {
		return err
	}
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		return h.getGraph(w, r, name)
	case http.MethodPut, http.MethodPost, http.MethodDelete:
		return h.changeGraph(w, r, name)
	case http.MethodOptions:
		w.Header().Set("Allow", "GET, HEAD, PUT, POST, DELETE, OPTIONS")
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	w.Header().Set("Allow", "GET, HEAD, PUT, POST, DELETE, OPTIONS")
	return errStatus(http.StatusMethodNotAllowed, "method %s is not for graphs", r.Method)
}

// graphName is a graph of the store: the default graph, a named one, or (for
// POST to the store itself) one that is to be made.
type graphName struct {
	term  graph.Term // zero: the default graph
	fresh bool
}

// graphOf reads which graph a request is about.
func graphOf(r *http.Request) (graphName, error) {
	params := r.URL.Query()
	switch named := params["graph"]; {
	case len(named) > 1, len(named) == 1 && params.Has("default"):
		return graphName{}, errStatus(http.StatusBadRequest, "expected one graph, or default")
	case len(named) == 1:
		iri, err := resolve(requestIRI(r), named[0])
		if err != nil {
			return graphName{}, errStatus(http.StatusBadRequest, "graph: %v", err)
		}
		return graphName{term: graph.IRI(iri)}, nil
	case params.Has("default"):
		return graphName{}, nil
	case strings.HasSuffix(r.URL.Path, "/store"), strings.HasSuffix(r.URL.Path, "/store/"):
		if r.Method == http.MethodPost {
			return graphName{fresh: true}, nil
		}
		return graphName{}, errStatus(http.StatusBadRequest, "expected ?graph=IRI or ?default")
	}
	return graphName{term: graph.IRI(requestIRI(r))}, nil
}

// requestIRI is the IRI that the client asked for, without its query.
func requestIRI(r *http.Request) string {
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	return scheme + "://" + r.Host + r.URL.EscapedPath()
}

// resolve makes the IRI of a graph absolute against that of the request.
func resolve(base, iri string) (string, error) {
	ref, err := url.Parse(iri)
	if err != nil || ref.IsAbs() {
		return iri, err
	}
	b, err := url.Parse(base)
	if err != nil {
		return "", err
	}
	return b.ResolveReference(ref).String(), nil
}

// badBody makes a syntax error in an uploaded document the client's.
func badBody(err error) error {
	var syntax *rdfio.SyntaxError
	if errors.As(err, &syntax) {
		return errStatus(http.StatusBadRequest, "%v", err)
	}
	return err
}

// encodedGraph finds a graph; ok is false if the dataset has none of this name.
func encodedGraph(ds query.Dataset, name graph.Term) (g encoded.Term, ok bool, err error) {
	if name.IsZero() {
		return encoded.DefaultGraph, true, nil
	}
	if g, ok, err = ds.Encode(name); !ok || err != nil {
		return g, false, err
	}
	n, _, err := ds.Count(encoded.Scan{Order: encoded.GSPO, Pattern: encoded.Pattern{encoded.Graph: g}})
	return g, n > 0, err
}

func (h *handler) getGraph(w http.ResponseWriter, r *http.Request, name graphName) error {
	media, format, err := negotiateFormat(r.Header.Get("Accept"), graphFormats)
	if err != nil {
		return err
	}
	ctx, done, err := h.admit(r, "graph store: GET "+name.term.Value())
	if err != nil {
		return err
	}
	defer done()
	return h.view(func(ds query.Dataset) error {
		g, ok, err := encodedGraph(ds, name.term)
		if err != nil {
			return err
		}
		if !ok {
			return errStatus(http.StatusNotFound, "there is no graph %s", name.term)
		}
		if h.notModified(w, r, ds.Version(), name.term.Value(), media) {
			return nil
		}
		w.Header().Set("Content-Type", contentType(media))
		if r.Method == http.MethodHead {
			return nil
		}
		scan := encoded.Scan{Order: encoded.GSPO, Pattern: encoded.Pattern{encoded.Graph: g}}
		return writeQuads(w, format, h.opts.Prefixes, query.Quads(ctx, ds, scan))
	})
}

// writeQuads streams quads in a format, as triples of one graph.
func writeQuads(w io.Writer, format rdfio.Format, prefixes []query.Prefix, quads iter.Seq2[graph.Quad, error]) error {
	out := bufio.NewWriterSize(w, 64<<10)
	declared := map[string]string{}
	for _, p := range prefixes {
		declared[p.Name] = p.IRI
	}
	rw := rdfio.NewWriter(out, format, &rdfio.WriterOptions{Prefixes: declared})
	for q, err := range quads {
		if err != nil {
			return err
		}
		q.Graph = graph.Term{}
		if err := rw.Write(q); err != nil {
			return err
		}
	}
	if err := rw.Close(); err != nil {
		return err
	}
	return out.Flush()
}

// changeGraph carries out PUT, POST and DELETE as one commit.
func (h *handler) changeGraph(w http.ResponseWriter, r *http.Request, name graphName) error {
	if err := h.writable(r); err != nil {
		return err
	}
	ctx, done, err := h.admit(r, "graph store: "+r.Method+" "+name.term.Value())
	if err != nil {
		return err
	}
	defer done()
	if name.fresh {
		name.term = graph.IRI(requestIRI(r) + "/" + rand.Text())
	}
	var read []io.Reader
	var format rdfio.Format
	if r.Method != http.MethodDelete {
		body := http.MaxBytesReader(w, r.Body, h.opts.MaxUpload)
		if read, format, err = uploads(r, body); err != nil {
			return err
		}
	}
	existed := false
	err = h.update(func(tx query.Writer) error {
		g, ok, err := encodedGraph(tx, name.term)
		if err != nil {
			return err
		}
		if existed = ok; !ok && r.Method == http.MethodDelete {
			return errStatus(http.StatusNotFound, "there is no graph %s", name.term)
		}
		if ok && r.Method != http.MethodPost {
			if err := query.ClearGraph(ctx, tx, g); err != nil {
				return err
			}
		}
		for _, body := range read {
			source := rdfio.NewReader(body, format, &rdfio.ReaderOptions{Base: requestIRI(r)})
			if _, err := query.InsertAll(ctx, tx, source.All(), name.term); err != nil {
				return badBody(err)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	switch {
	case name.fresh:
		w.Header().Set("Location", name.term.Value())
		w.WriteHeader(http.StatusCreated)
	case !existed:
		w.WriteHeader(http.StatusCreated)
	default:
		w.WriteHeader(http.StatusNoContent)
	}
	return nil
}

// uploads returns the documents in a request's body and their format: the body
// itself, or the files of a multipart form.
func uploads(r *http.Request, body io.ReadCloser) ([]io.Reader, rdfio.Format, error) {
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		media = "text/turtle" // the protocol's default where nothing is said
		if r.Header.Get("Content-Type") != "" {
			return nil, 0, errStatus(http.StatusUnsupportedMediaType, "Content-Type: %v", err)
		}
	}
	if media == "multipart/form-data" {
		return multipartUploads(r, body)
	}
	format, ok := rdfio.FormatByMediaType(media)
	if !ok {
		return nil, 0, errStatus(http.StatusUnsupportedMediaType, "Content-Type %s is not an RDF format", media)
	}
	return []io.Reader{body}, format, nil
}

func multipartUploads(r *http.Request, body io.ReadCloser) ([]io.Reader, rdfio.Format, error) {
	r.Body = body
	if err := r.ParseMultipartForm(32 << 20); err != nil {
		return nil, 0, errStatus(http.StatusBadRequest, "multipart form: %v", err)
	}
	var read []io.Reader
	format := rdfio.Turtle
	for _, files := range r.MultipartForm.File {
		for _, file := range files {
			f, ok := rdfio.FormatByMediaType(file.Header.Get("Content-Type"))
			if !ok {
				return nil, 0, errStatus(http.StatusUnsupportedMediaType, "%s: not an RDF format", file.Filename)
			}
			if len(read) > 0 && f != format {
				return nil, 0, errStatus(http.StatusUnsupportedMediaType, "the files of a form must have one format")
			}
			part, err := file.Open()
			if err != nil {
				return nil, 0, err
			}
			read, format = append(read, part), f
		}
	}
	return read, format, nil
}
