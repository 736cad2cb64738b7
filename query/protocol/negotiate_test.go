package protocol

import "testing"

func TestNegotiate(t *testing.T) {
	offers := []string{"application/json", "application/xml", "text/csv", "text/plain"}
	for header, want := range map[string]string{
		"":                                      "application/json",
		"*/*":                                   "application/json",
		"text/*":                                "text/csv",
		"text/csv, application/xml":             "text/csv", // the sequence decides between equals
		"*/*, text/csv":                         "text/csv", // a name before a wildcard
		"text/*, */*":                           "text/csv",
		"text/csv;q=0.2, application/xml;q=0.3": "application/xml",
		"text/*;q=0.9, text/csv;q=0.1":          "text/plain", // the range that says most counts
		"*/*, application/*;q=0":                "text/csv",
		"application/json;q=0, */*;q=0.1":       "application/xml",
		"text/csv;q=x, application/xml;q=0.1":   "application/xml", // not understood, passed over
		"TEXT/CSV":                              "text/csv",
		"image/png, text/plain;charset=utf-8":   "text/plain",
		"image/png":                             "",
		"application/json;q=0":                  "",
		"*/*;q=0":                               "",
		"text/html, application/xhtml+xml, */*;q=0.8": "application/json",
	} {
		if got, ok := negotiate(header, offers); got != want || ok != (want != "") {
			t.Errorf("%q: got %q, %v, want %q", header, got, ok, want)
		}
	}
}
