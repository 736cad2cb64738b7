package protocol

import (
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/klauspost/compress/zstd"
)

// transferTime is how long one piece of a request or an answer may take: a
// client that neither sends nor takes anything for so long loses the
// connection, however long the whole may last.
const transferTime = 30 * time.Second

// paced gives every read and write of a connection a deadline of its own.
func paced(limit time.Duration, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := http.NewResponseController(w)
		pw := &pacedWriter{w, c, limit}
		pw.extend()
		if r.Body != nil && r.Body != http.NoBody {
			r.Body = &pacedBody{r.Body, c, limit}
		}
		next.ServeHTTP(pw, r)
		pw.extend() // for what is still in the connection's buffer
	})
}

type pacedWriter struct {
	http.ResponseWriter
	conn  *http.ResponseController
	limit time.Duration
}

// extend sets the deadline; a connection without deadlines has none.
func (w *pacedWriter) extend() { _ = w.conn.SetWriteDeadline(time.Now().Add(w.limit)) }

func (w *pacedWriter) Write(p []byte) (int, error) {
	w.extend()
	return w.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController reach the connection.
func (w *pacedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

type pacedBody struct {
	io.ReadCloser
	conn  *http.ResponseController
	limit time.Duration
}

// Read takes the deadline away after the last piece: the connection is then
// watched for being closed, for as long as the answer takes.
func (b *pacedBody) Read(p []byte) (int, error) {
	_ = b.conn.SetReadDeadline(time.Now().Add(b.limit))
	n, err := b.ReadCloser.Read(p)
	if err != nil {
		_ = b.conn.SetReadDeadline(time.Time{})
	}
	return n, err
}

func (b *pacedBody) Close() error {
	_ = b.conn.SetReadDeadline(time.Time{})
	return b.ReadCloser.Close()
}

// decoded makes the body of a request that of its Content-Encoding. Limits on
// the size of a body hold for what it becomes.
func decoded(r *http.Request) error {
	switch encoding := strings.ToLower(strings.TrimSpace(r.Header.Get("Content-Encoding"))); encoding {
	case "", "identity":
		return nil
	case "gzip", "x-gzip":
		z, err := gzip.NewReader(r.Body)
		if err != nil {
			return errStatus(http.StatusBadRequest, "the body is not gzip: %v", err)
		}
		r.Body = &decodedBody{z, r.Body}
	case "zstd":
		z, err := zstd.NewReader(r.Body, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(64<<20))
		if err != nil {
			return errStatus(http.StatusBadRequest, "the body is not zstd: %v", err)
		}
		r.Body = &decodedBody{z.IOReadCloser(), r.Body}
	default:
		return errStatus(http.StatusUnsupportedMediaType, "Content-Encoding %s is not one of gzip, zstd", encoding)
	}
	r.Header.Del("Content-Encoding")
	r.ContentLength = -1
	return nil
}

// decodedBody reads through a decoder; damage is the client's mistake.
type decodedBody struct {
	io.ReadCloser
	raw io.Closer
}

func (b *decodedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	var tooLarge *http.MaxBytesError
	if err != nil && err != io.EOF && !errors.As(err, &tooLarge) {
		err = errStatus(http.StatusBadRequest, "the body is damaged: %v", err)
	}
	return n, err
}

func (b *decodedBody) Close() error { return errors.Join(b.ReadCloser.Close(), b.raw.Close()) }
