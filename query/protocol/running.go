package protocol

import (
	"context"
	"net/http"
	"sort"
	"strconv"
	"sync"
	"time"
)

// runningQuery describes a query, update or question that is being answered.
type runningQuery struct {
	ID      string    `json:"id"`
	Request string    `json:"request"` // X-Request-Id, as in the access log
	Remote  string    `json:"remote"`
	Path    string    `json:"path"`
	Text    string    `json:"text"`
	Started time.Time `json:"started"`
	cancel  context.CancelFunc
}

// registry knows the running queries. It is safe for concurrent use.
type registry struct {
	mu   sync.Mutex
	next int
	all  map[string]runningQuery
}

// add registers a query; done must be called when it ends.
func (r *registry) add(req *http.Request, text string) (_ context.Context, done func()) {
	ctx, cancel := context.WithCancel(req.Context())
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.all == nil {
		r.all = map[string]runningQuery{}
	}
	r.next++
	id := strconv.Itoa(r.next)
	q := runningQuery{ID: id, Remote: req.RemoteAddr, Path: req.URL.Path, Text: text, Started: time.Now(), cancel: cancel}
	if a := accessOf(req); a != nil {
		q.Request = a.ID
	}
	r.all[id] = q
	return ctx, func() {
		cancel()
		r.mu.Lock()
		delete(r.all, id)
		r.mu.Unlock()
	}
}

// list returns the running queries, the oldest first.
func (r *registry) list() []runningQuery {
	r.mu.Lock()
	defer r.mu.Unlock()
	list := make([]runningQuery, 0, len(r.all))
	for _, q := range r.all {
		list = append(list, q)
	}
	sort.Slice(list, func(i, j int) bool { return list[i].Started.Before(list[j].Started) })
	return list
}

// cancel stops a query; false if there is none with this id.
func (r *registry) cancel(id string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	q, ok := r.all[id]
	if ok {
		q.cancel()
	}
	return ok
}
