package protocol

import (
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// addressed refuses requests for hosts that are not listed in Options.Hosts.
func (h *handler) addressed(r *http.Request) error {
	if len(h.opts.Hosts) == 0 {
		return nil
	}
	host := r.Host
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	if slices.ContainsFunc(h.opts.Hosts, func(name string) bool { return strings.EqualFold(name, host) }) {
		return nil
	}
	return errStatus(http.StatusMisdirectedRequest, "this server does not answer for the host %q; it does for %s", host, strings.Join(h.opts.Hosts, ", "))
}

// cors answers preflight requests and marks the others; true if the request
// has been answered.
func (h *handler) cors(w http.ResponseWriter, r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" {
		return false
	}
	allowed, ok := h.allowedOrigin(origin)
	if !ok {
		return false
	}
	w.Header().Set("Access-Control-Allow-Origin", allowed)
	w.Header().Set("Access-Control-Expose-Headers", "ETag, Location, Retry-After, X-Request-Id")
	w.Header().Add("Vary", "Origin")
	if r.Method != http.MethodOptions || r.Header.Get("Access-Control-Request-Method") == "" {
		return false
	}
	w.Header().Set("Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, DELETE")
	if asked := r.Header.Get("Access-Control-Request-Headers"); asked != "" {
		w.Header().Set("Access-Control-Allow-Headers", asked) // the origin is trusted, and cookies mean nothing here
		w.Header().Add("Vary", "Access-Control-Request-Headers")
	}
	w.Header().Set("Access-Control-Max-Age", "86400")
	w.WriteHeader(http.StatusNoContent)
	return true
}

// allowedOrigin finds the entry of Options.AllowOrigin that allows an origin.
func (h *handler) allowedOrigin(origin string) (allowed string, ok bool) {
	for _, allowed := range h.opts.AllowOrigin {
		if allowed == "*" || allowed == origin {
			return allowed, true
		}
	}
	return "", false
}

// sameSite refuses requests that may change something and come from a web page of
// another origin: a browser sends simple ones without asking first.
func (h *handler) sameSite(r *http.Request) error {
	origin := r.Header.Get("Origin")
	if origin == "" || r.Method == http.MethodGet || r.Method == http.MethodHead {
		return nil
	}
	if _, ok := h.allowedOrigin(origin); ok {
		return nil
	}
	if u, err := url.Parse(origin); err == nil && u.Host == r.Host {
		return nil
	}
	return errStatus(http.StatusForbidden, "requests from pages of %s are not allowed", origin)
}
