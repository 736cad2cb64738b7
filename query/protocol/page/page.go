// Package page is the web page of a served graph: a question box, a SPARQL
// editor, results as table, graph, map and chart, plans, and a page per entity.
//
// The page is bundled: its sources are in src, `make web` builds them into dist,
// and dist is embedded, so that neither building nor using the binary needs
// Node or another host. It finds the API by relative URLs; mount it, as
// protocol.Options.Page, under a path that ends in a slash.
package page

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"time"
)

//go:embed dist
var dist embed.FS

// policy allows the page its own files and its own server, nothing else.
const policy = "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// Handler serves the page: the files of …/assets/ by their names, which hold a
// hash of their content, and for any other path the page itself. It is safe for
// concurrent use.
func Handler() http.Handler {
	index, err := dist.ReadFile("dist/index.html")
	if err != nil {
		panic(err) // embedded above
	}
	sum := sha256.Sum256(index)
	tag := `W/"` + hex.EncodeToString(sum[:12]) + `"`
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			h.Set("Allow", "GET, HEAD")
			http.Error(w, "method "+r.Method+" is not for this resource", http.StatusMethodNotAllowed)
			return
		}
		if path.Base(path.Dir(r.URL.Path)) == "assets" {
			serveAsset(w, r)
			return
		}
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Set("Cache-Control", "no-cache")
		h.Set("ETag", tag)
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(index))
	})
}

// serveAsset serves a file that never changes under its name.
func serveAsset(w http.ResponseWriter, r *http.Request) {
	name := path.Base(r.URL.Path)
	content, err := fs.ReadFile(dist, "dist/assets/"+name)
	if err != nil {
		http.Error(w, "there is no file "+name, http.StatusNotFound)
		return
	}
	media := mediaTypes[path.Ext(name)]
	if media == "" {
		media = mime.TypeByExtension(path.Ext(name))
	}
	w.Header().Set("Content-Type", media)
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	w.Header().Set("ETag", `W/"`+strings.TrimSuffix(name, path.Ext(name))+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
}

// mediaTypes are fixed here, so that no table of the operating system changes them.
var mediaTypes = map[string]string{
	".js":   "text/javascript; charset=utf-8",
	".css":  "text/css; charset=utf-8",
	".json": "application/json",
	".svg":  "image/svg+xml",
}
