package eval

import "errors"

// A query's strings are charged to its budget when they leave an expression
// (Terms). Those made inside one, in the chunk at work, are charged here, so
// that REPLACE(REPLACE(…)) of a few characters cannot take all memory.

// largeText is the size in bytes up to which texts are not looked at: a chunk may
// hold so much uncharged, and a function may work so long uncancelled.
const largeText = 1 << 20

// errLong says that a large text would be made while compiling, when the frame has no
// context yet.
var errLong = errors.New("a large text in a constant expression")

// reserve asks the budget for n bytes.
func (f *frame) reserve(n int64) bool {
	switch {
	case f.ctx == nil:
		f.fail(errLong)
	case f.terms.reserve == nil:
	default:
		if err := f.terms.reserve(n); err != nil {
			f.fail(err)
		}
	}
	return f.err == nil
}

// charge counts n bytes of text that the chunk holds from now on. It returns false,
// and the expression fails, if the budget does not allow them.
func (f *frame) charge(n int) bool {
	f.made += int64(n)
	if f.made <= f.charged+largeText {
		return true
	}
	if !f.reserve(f.made - f.charged) {
		return false
	}
	f.charged = f.made
	return true
}

// release gives back what the chunk held.
func (f *frame) release() {
	if f.charged > 0 && f.terms.reserve != nil {
		_ = f.terms.reserve(-f.charged) // giving back does not fail
	}
	f.made, f.charged = 0, 0
}

// fits reports whether the budget allows a text of n bytes, before it is made. If not,
// or if the query was cancelled, the expression fails.
func (f *frame) fits(n int) bool {
	if n <= largeText {
		return true
	}
	if f.ctx == nil {
		f.fail(errLong)
		return false
	}
	if err := f.terms.fits(int64(n)); err != nil {
		f.fail(err)
		return false
	}
	return !f.canceled()
}

// finish calls work, which looks through a text, and reports whether it was
// done before the query was cancelled. Work on a large text that nobody waits for
// any more is left to end by itself, which it does in time linear in the text; it
// must not touch the frame.
func (f *frame) finish(text string, work func()) bool {
	switch {
	case len(text) <= largeText:
		work()
		return true
	case f.ctx == nil:
		f.fail(errLong)
		return false
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		work()
	}()
	select {
	case <-done:
		return true
	case <-f.ctx.Done():
		f.fail(f.ctx.Err())
		return false
	}
}
