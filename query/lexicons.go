package query

import (
	"context"
	"sync"
)

// Lexicons keeps the lexicon of the version of a store that was asked last, for
// questions that come one after the other. The zero value is ready; it is for one
// store, and safe for concurrent use.
type Lexicons struct {
	mu      sync.Mutex
	lexicon *Lexicon
	version uint64
}

// Of returns the lexicon of a dataset; see LoadLexicon. While one is loaded, other
// callers wait for it.
func (l *Lexicons) Of(ctx context.Context, ds Dataset) (*Lexicon, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.lexicon == nil || l.version != ds.Version() {
		lexicon, err := LoadLexicon(ctx, ds)
		if err != nil {
			return nil, err
		}
		l.lexicon, l.version = lexicon, ds.Version()
	}
	return l.lexicon, nil
}
