// Package protocol serves a store over HTTP: the SPARQL 1.2 Protocol for
// queries and updates, the Graph Store Protocol, the service description, and
// Entente's own questions, plans and status.
//
// [Handler] makes one http.Handler, the same in the entente binary and in a
// host program. The last element of the request path says what is asked for:
//
//	…/sparql (or any other name)  queries and updates; with ?graph= or ?default
//	                              the Graph Store Protocol; GET without
//	                              parameters the service description
//	…/store                       the Graph Store Protocol; …/store/NAME by
//	                              direct identification
//	…/ask                         a question in plain English; with ?previous=, as
//	                              often as needed, those it may refer to
//	…/complete                    what may stand at the end of a question typed so far
//	…/explain                     the plan of a query
//	…/about                       prefixes, examples and size of the graph, for editors
//	…/queries                     the running queries; DELETE …/queries/ID cancels
//	…/health  …/ready  …/metrics  for operators
//
// With Options.Page (see package page) browsers get a web page at the root; its
// files are under …/assets/. It uses nothing but the resources above, and the
// parameter labels of queries: with it, JSON results have a member "label"
// beside the value of each IRI that has a label.
//
// GET …/complete?question=which+WTO+mem answers
//
//	{"start": 10, "words": ["members"]}
//
// where start is the place, in UTF-16 code units as JavaScript counts, from
// which each of the words would replace the text.
//
// GET …/ask?question=is+Japan+in+NATO answers
//
//	{"question": "…", "understood": "…", "kind": "yesno", "sparql": "ASK …", "columns": [], "answer": {"head": {}, "boolean": false}}
//
// where answer is a SPARQL result in JSON with labels, and columns says of each of
// its variables the name, the header and the unit for people. With ?people the
// answer has further columns, each a "note" on another, such as the year of a value;
// "evidence" is a result with the statements that a yes or no, or one value, rests upon,
// and "years" says of which years the values are that decide it. "coverage", a list of
// sentences behind the answer, says what the graph does not hold all of, where a number,
// a no or an empty answer rests upon that.
// A question that is not understood is answered with 422 and
//
//	{"error": "…", "position": 3, "length": 6, "suggestions": ["Japan"]}
//
// GET …/about answers
//
//	{"title": "…", "prefixes": [{"name": "pk", "iri": "https://…"}], "queries": [{"title": "…", "query": "SELECT …"}],
//	 "questions": ["which …"], "statements": 123, "inNamedGraphs": 0, "writable": false}
//
// Statuses: 400 a mistake in the text, 401 and 403 what the token or the server does
// not allow, 406 and 415 media types, 413 a body too large, 421 a host that is not of
// Options.Hosts, 422 a question that is not understood, 503 with Retry-After too many
// queries at once or the time limit, 507 the limit of memory or rows. An answer that
// fails after it began is broken off: without the last chunk, or by a reset.
//
// The handler gives every read of a body and every write of an answer a deadline;
// for slow headers the http.Server needs a ReadHeaderTimeout.
//
// Errors are text/plain, with the place shown by a caret, or with Accept:
// application/json an object with error, status, and for mistakes in a query
// line and column (from 1, in characters).
//
// Everything that reads works on one snapshot. Everything that writes is one
// atomic commit, refused unless Options.Writable.
package protocol
