package protocol

import (
	"context"
	"errors"
	"time"
)

// errBusy says that the queue for a query slot is full or the wait too long.
var errBusy = errors.New("too many queries at once")

// limiter admits a number of queries at once and lets a few more wait a little.
type limiter struct {
	slots chan struct{}
	queue chan struct{}
	wait  time.Duration
}

func newLimiter(running, waiting int, wait time.Duration) *limiter {
	return &limiter{make(chan struct{}, running), make(chan struct{}, running+waiting), wait}
}

// acquire takes a slot; release gives it back. It fails with errBusy at once
// when the queue is full, and after the wait when no slot came free.
func (l *limiter) acquire(ctx context.Context) (release func(), err error) {
	select {
	case l.queue <- struct{}{}:
	default:
		return nil, errBusy
	}
	timer := time.NewTimer(l.wait)
	defer timer.Stop()
	select {
	case l.slots <- struct{}{}:
		return func() { <-l.slots; <-l.queue }, nil
	case <-timer.C:
		<-l.queue
		return nil, errBusy
	case <-ctx.Done():
		<-l.queue
		return nil, ctx.Err()
	}
}
