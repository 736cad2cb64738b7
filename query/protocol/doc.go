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
//	…/ask                         a question in plain English
//	…/explain                     the plan of a query
//	…/queries                     the running queries; DELETE …/queries/ID cancels
//	…/health  …/ready  …/metrics  for operators
//
// Everything that reads works on one snapshot. Everything that writes is one
// atomic commit, refused unless Options.Writable.
package protocol
