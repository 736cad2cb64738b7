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

// A client may take transferTime for one piece of a request or an answer, and for
// all of them together no longer than transferTime and what they would take at
// transferRate bytes a second: one that neither sends nor takes anything, or only
// a byte now and then, loses the connection. The time between the pieces, when
// the client waits for the server, does not count.
const (
	transferTime = 30 * time.Second
	transferRate = 1 << 10
)

// paced gives every read and write of a connection a deadline of its own.
func paced(limit time.Duration, rate int64, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := http.NewResponseController(w)
		pw := &pacedWriter{w, pace{limit: limit, rate: rate, set: c.SetWriteDeadline}}
		pw.begin()
		if r.Body != nil && r.Body != http.NoBody {
			r.Body = &pacedBody{r.Body, pace{limit: limit, rate: rate, set: c.SetReadDeadline}}
		}
		next.ServeHTTP(pw, r)
		pw.begin() // for what is still in the connection's buffer
	})
}

// pace is how long one direction of a connection has been waited for.
type pace struct {
	limit time.Duration
	rate  int64 // bytes a second
	set   func(deadline time.Time) error
	bytes int64
	spent time.Duration
}

// begin sets the deadline of the next piece and returns the time; a connection
// without deadlines has none.
func (p *pace) begin() time.Time {
	now := time.Now()
	earned := time.Duration(float64(p.bytes) / float64(p.rate) * float64(time.Second))
	_ = p.set(now.Add(min(p.limit, p.limit+earned-p.spent)))
	return now
}

func (p *pace) end(begun time.Time, n int) {
	p.bytes += int64(n)
	p.spent += time.Since(begun)
}

type pacedWriter struct {
	http.ResponseWriter
	pace
}

func (w *pacedWriter) Write(b []byte) (int, error) {
	begun := w.begin()
	n, err := w.ResponseWriter.Write(b)
	w.end(begun, n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (w *pacedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

type pacedBody struct {
	io.ReadCloser
	pace
}

// Read takes the deadline away after the last piece: the connection is then
// watched for being closed, for as long as the answer takes.
func (b *pacedBody) Read(p []byte) (int, error) {
	begun := b.begin()
	n, err := b.ReadCloser.Read(p)
	b.end(begun, n)
	if err != nil {
		_ = b.set(time.Time{})
	}
	return n, err
}

func (b *pacedBody) Close() error {
	_ = b.set(time.Time{})
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
