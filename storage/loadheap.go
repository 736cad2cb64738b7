package storage

// headed is a reader of something sorted; it is before another reader if its
// current value is.
type headed[R any] interface{ before(R) bool }

// headHeap merges sorted readers: the first is one with the least current value.
type headHeap[R headed[R]] []R

func newHeadHeap[R headed[R]](readers []R) headHeap[R] {
	h := headHeap[R](readers)
	for i := len(h)/2 - 1; i >= 0; i-- {
		h.down(i)
	}
	return h
}

// moved restores the order after the first reader has moved, or ended.
func (h *headHeap[R]) moved(more bool) {
	if !more {
		last := len(*h) - 1
		(*h)[0] = (*h)[last]
		*h = (*h)[:last]
	}
	h.down(0)
}

func (h headHeap[R]) down(i int) {
	for {
		c := 2*i + 1
		if c >= len(h) {
			return
		}
		if c+1 < len(h) && h[c+1].before(h[c]) {
			c++
		}
		if !h[c].before(h[i]) {
			return
		}
		h[i], h[c] = h[c], h[i]
		i = c
	}
}
