package protocol

import (
	"mime"
	"net/http"
	"strconv"
	"strings"
)

// accepted is one media range of an Accept header.
type accepted struct {
	kind, sub string
	q         float64
}

// parseAccept reads an Accept header (RFC 9110, section 12.5.1). What is not
// understood is passed over.
func parseAccept(header string) []accepted {
	var list []accepted
	for part := range strings.SplitSeq(header, ",") {
		media, params, err := mime.ParseMediaType(part)
		if err != nil {
			continue
		}
		a := accepted{q: 1}
		a.kind, a.sub, _ = strings.Cut(media, "/")
		if q, ok := params["q"]; ok {
			if a.q, err = strconv.ParseFloat(q, 64); err != nil {
				continue
			}
		}
		list = append(list, a)
	}
	return list
}

// wildcards is 0 for a media type, 1 for a type with any subtype, 2 for any.
func (a accepted) wildcards() int {
	switch {
	case a.kind == "*":
		return 2
	case a.sub == "*":
		return 1
	}
	return 0
}

func (a accepted) matches(media string) bool {
	kind, sub, _ := strings.Cut(media, "/")
	return (a.kind == "*" || a.kind == kind) && (a.sub == "*" || a.sub == sub)
}

// negotiate chooses from offers, whose first is the default, the one that the
// Accept header wants most. The range that says most about an offer counts; of
// offers wanted alike, one that is named comes before one that a wildcard fits,
// and then the sequence of the header decides. ok is false if none is wanted.
func negotiate(header string, offers []string) (offer string, ok bool) {
	if strings.TrimSpace(header) == "" {
		return offers[0], true
	}
	wanted := parseAccept(header)
	chosen := -1 // of wanted, for offer
	for _, o := range offers {
		best := -1
		for i, a := range wanted {
			if a.matches(o) && (best < 0 || a.wildcards() < wanted[best].wildcards()) {
				best = i
			}
		}
		if best < 0 || wanted[best].q <= 0 {
			continue
		}
		if chosen < 0 || wanted[best].before(wanted[chosen]) || best < chosen && !wanted[chosen].before(wanted[best]) {
			offer, chosen = o, best
		}
	}
	return offer, chosen >= 0
}

// before reports whether a is wanted more than b.
func (a accepted) before(b accepted) bool {
	if a.q != b.q {
		return a.q > b.q
	}
	return a.wildcards() < b.wildcards()
}

// negotiateFormat chooses a format, of which the first is the default, and the
// media type to name it by; the error is that of 406.
func negotiateFormat[F interface{ MediaTypes() []string }](header string, formats []F) (media string, format F, err error) {
	var offers []string
	byMedia := map[string]F{}
	for _, f := range formats {
		for _, media := range f.MediaTypes() {
			offers = append(offers, media)
			byMedia[media] = f
		}
	}
	media, ok := negotiate(header, offers)
	if !ok {
		return "", format, errStatus(http.StatusNotAcceptable, "none of the media types asked for can be written; these can: %v", offers)
	}
	return media, byMedia[media], nil
}
