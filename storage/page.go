package storage

import (
	"encoding/binary"
	"sort"
	"strings"
	"unsafe"

	"github.com/klauspost/compress/zstd"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
)

// The text of a dictionary term is what its tag does not say already: the IRI,
// the lexical form, the lexical form and a language tag or a datatype. The parts
// are separated by a zero byte; the last one in the text counts, because neither
// language tags nor IRIs contain one. So texts sort as lexical forms do.

// tagOf returns the dictionary tag of a term that has no inline form.
func tagOf(t graph.Term) encoded.Tag {
	switch {
	case t.IsIRI():
		return encoded.TagIRI
	case t.IsTriple():
		return encoded.TagTriple
	case t.IsBlank():
		return encoded.TagBlank
	case t.IsSimple():
		return encoded.TagString
	case t.Lang() != "":
		return encoded.TagLang
	case t.IsLiteral():
		return encoded.TagTyped
	}
	return encoded.TagNone
}

// appendText appends the text of an IRI or literal.
func appendText(b []byte, t graph.Term, tag encoded.Tag) []byte {
	b = append(b, t.Value()...)
	switch tag {
	case encoded.TagLang:
		b = append(b, 0)
		b = append(b, t.Lang()...)
		if d := t.Direction(); d != graph.NoDirection {
			b = append(b, "--"...)
			b = append(b, d.String()...)
		}
	case encoded.TagTyped:
		b = append(b, 0)
		b = append(b, t.Datatype()...)
	}
	return b
}

// textTerm is the inverse of appendText.
func textTerm(tag encoded.Tag, text string) graph.Term {
	switch tag {
	case encoded.TagIRI:
		return graph.IRI(text)
	case encoded.TagString:
		return graph.String(text)
	}
	i := strings.LastIndexByte(text, 0)
	if i < 0 {
		return graph.Literal(text, "")
	}
	if tag == encoded.TagTyped {
		return graph.Literal(text[:i], text[i+1:])
	}
	lang := text[i+1:]
	if l, ok := strings.CutSuffix(lang, "--ltr"); ok {
		return graph.DirLangString(text[:i], l, graph.LTR)
	}
	if l, ok := strings.CutSuffix(lang, "--rtl"); ok {
		return graph.DirLangString(text[:i], l, graph.RTL)
	}
	return graph.LangString(text[:i], lang)
}

// pageBytes is the length of the texts in a page, as they are in memory, at
// which the page is full.
const pageBytes = 16 << 10

// page is a decoded dictionary page: texts in ascending order. All texts are
// parts of one string, so decoding a term allocates nothing.
type page struct {
	resident
	text string
	ends []uint32
}

func (p *page) len() int { return len(p.ends) }

func (p *page) at(i int) string {
	start := uint32(0)
	if i > 0 {
		start = p.ends[i-1]
	}
	return p.text[start:p.ends[i]]
}

// search returns the first text that is at least s.
func (p *page) search(s string) int {
	return sort.Search(p.len(), func(i int) bool { return p.at(i) >= s })
}

// Stored form of a page: a byte that tells whether the rest is compressed, the
// number of texts, the length of them all, then per text the number of bytes
// shared with the one before, the length of the rest, and the rest.
const (
	pagePlain byte = iota
	pageZstd
)

func sharedPrefix(a, b string) int {
	n := min(len(a), len(b))
	i := 0
	for i < n && a[i] == b[i] {
		i++
	}
	return i
}

// pageCoder encodes pages; it is used by one goroutine.
type pageCoder struct {
	zstd *zstd.Encoder
	buf  []byte
}

func newPageCoder() *pageCoder {
	z, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1), zstd.WithEncoderCRC(false), zstd.WithWindowSize(64<<10))
	if err != nil {
		panic(err) // the options are constants
	}
	return &pageCoder{zstd: z}
}

// encode returns the sealed value of a page.
func (c *pageCoder) encode(p *page) []byte {
	b := binary.AppendUvarint(c.buf[:0], uint64(p.len()))
	b = binary.AppendUvarint(b, uint64(len(p.text)))
	// Lengths first, then characters: each compresses better alone.
	prev := ""
	for i := range p.len() {
		t := p.at(i)
		n := sharedPrefix(prev, t)
		b = binary.AppendUvarint(b, uint64(n))
		b = binary.AppendUvarint(b, uint64(len(t)-n))
		prev = t
	}
	prev = ""
	for i := range p.len() {
		t := p.at(i)
		b = append(b, t[sharedPrefix(prev, t):]...)
		prev = t
	}
	c.buf = b
	out := c.zstd.EncodeAll(b, []byte{pageZstd})
	if len(out) > len(b)*9/10 {
		out = append(append(out[:0], pagePlain), b...)
	}
	return seal(out)
}

var pageDecoder = func() *zstd.Decoder {
	d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderMaxMemory(1<<30))
	if err != nil {
		panic(err) // the options are constants
	}
	return d
}()

// decodePage is the inverse of encode.
func decodePage(value []byte) (*page, error) {
	body, err := unseal(value)
	if err != nil {
		return nil, err
	}
	if len(body) == 0 {
		return nil, errShort
	}
	kind, body := body[0], body[1:]
	switch kind {
	case pagePlain:
	case pageZstd:
		if body, err = pageDecoder.DecodeAll(body, nil); err != nil {
			return nil, err
		}
	default:
		return nil, errShort
	}
	r := &reader{b: body}
	n := r.count()
	total := r.uint()
	if total > 1<<31 {
		return nil, errShort
	}
	lengths := r.b
	for range n {
		r.uint()
		r.uint()
	}
	if r.err != nil {
		return nil, r.err
	}
	chars := r.b
	r.b = lengths
	// A text may share all but its last byte, so the size is checked as it grows.
	text := make([]byte, 0, min(total, 1<<20))
	ends := make([]uint32, n)
	prev := 0
	for i := range n {
		shared, rest := int(r.uint()), int(r.uint())
		if shared < 0 || rest < 0 || shared > len(text)-prev || rest > len(chars) || uint64(len(text)+shared+rest) > total {
			return nil, errShort
		}
		start := len(text)
		text = append(text, text[prev:prev+shared]...)
		text = append(text, chars[:rest]...)
		chars = chars[rest:]
		prev = start
		ends[i] = uint32(len(text))
	}
	if uint64(len(text)) != total || len(chars) != 0 {
		return nil, errShort
	}
	return &page{text: unsafe.String(unsafe.SliceData(text), len(text)), ends: ends}, nil
}
