package main

import (
	"fmt"
	"io"
	"sync"
	"time"
)

// busy shows on a terminal that work goes on, once it has lasted for half a
// second, and takes that away before anything else is written.
type busy struct {
	out, status io.Writer

	mu    sync.Mutex
	stop  chan struct{}
	shown bool
}

const (
	busyAfter = 500 * time.Millisecond
	busyEvery = 100 * time.Millisecond
)

// begin starts the clock; it runs until end, or the first Write.
func (b *busy) begin() {
	b.mu.Lock()
	defer b.mu.Unlock()
	stop := make(chan struct{})
	b.stop = stop
	start := time.Now()
	go func() {
		tick := time.NewTicker(busyEvery)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				return
			case <-tick.C:
				b.draw(stop, time.Since(start))
			}
		}
	}()
}

func (b *busy) draw(stop chan struct{}, took time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.stop != stop || took < busyAfter {
		return
	}
	b.shown = true
	wheel := []rune("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏")
	fmt.Fprintf(b.status, "\r%c %.1f s  (Ctrl-C cancels)\x1b[K", wheel[int(took/busyEvery)%len(wheel)], took.Seconds())
}

// end stops the clock and clears its line.
func (b *busy) end() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.stop != nil {
		close(b.stop)
		b.stop = nil
	}
	if b.shown {
		fmt.Fprint(b.status, "\r\x1b[K")
		b.shown = false
	}
}

// Write ends the clock and passes on.
func (b *busy) Write(p []byte) (int, error) {
	b.end()
	return b.out.Write(p)
}

// working calls f, and shows on a terminal that it goes on.
func working(std streams, f func() error) error {
	if _, terminal := terminalWidth(std.err); terminal {
		b := &busy{status: std.err}
		b.begin()
		defer b.end()
	}
	return f()
}
