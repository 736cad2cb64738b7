package protocol

import (
	"mime"
	"sort"
	"strconv"
	"strings"
)

// accepted is one media range of an Accept header.
type accepted struct {
	kind, sub string
	q         float64
	order     int
}

// parseAccept reads an Accept header (RFC 9110, section 12.5.1): most wanted
// first, more specific before less, otherwise as written.
func parseAccept(header string) []accepted {
	var list []accepted
	for i, part := range strings.Split(header, ",") {
		media, params, err := mime.ParseMediaType(part)
		if err != nil {
			continue
		}
		a := accepted{q: 1, order: i}
		a.kind, a.sub, _ = strings.Cut(media, "/")
		if q, ok := params["q"]; ok {
			if a.q, err = strconv.ParseFloat(q, 64); err != nil {
				continue
			}
		}
		list = append(list, a)
	}
	sort.SliceStable(list, func(i, j int) bool {
		if list[i].q != list[j].q {
			return list[i].q > list[j].q
		}
		return list[i].wildcards() < list[j].wildcards()
	})
	return list
}

func (a accepted) wildcards() int {
	n := 0
	if a.kind == "*" {
		n++
	}
	if a.sub == "*" {
		n++
	}
	return n
}

func (a accepted) matches(media string) bool {
	kind, sub, _ := strings.Cut(media, "/")
	return (a.kind == "*" || a.kind == kind) && (a.sub == "*" || a.sub == sub)
}

// negotiate chooses from offers, whose first is the default, the one that the
// Accept header wants most. ok is false if it wants none of them.
func negotiate(header string, offers []string) (offer string, ok bool) {
	if strings.TrimSpace(header) == "" {
		return offers[0], true
	}
	refused := map[string]bool{}
	wanted := parseAccept(header)
	for _, a := range wanted {
		if a.q == 0 {
			refused[a.kind+"/"+a.sub] = true
		}
	}
	for _, a := range wanted {
		if a.q == 0 {
			continue
		}
		for _, o := range offers {
			if a.matches(o) && !refused[o] {
				return o, true
			}
		}
	}
	return "", false
}
