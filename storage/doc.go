// Package storage keeps an RDF dataset on disk or in memory, in Badger.
//
//	store, err := storage.Open("path", nil)
//	report, err := store.Load(ctx, reader, rdfio.Turtle, nil)
//	err = store.View(func(tx *storage.Tx) error { … })
//	err = store.Update(func(tx *storage.Tx) error { … })
//
// A [Tx] is a consistent snapshot. It satisfies query.Dataset and, inside
// [Store.Update], query.Writer. The package knows nothing of queries; both sides
// speak graph/encoded.
//
// # How it works
//
// A store is a set of immutable runs and dictionary segments named by one
// manifest. A run holds quads in seven sort orders, or triple terms in four, as
// blocks of up to 4096 rows whose columns are encoded one by one. A commit writes
// new runs, and then one synced write replaces the manifest: nothing is visible
// before it, everything after. Deleting is a run of opposite sign; a scan merges
// the runs it meets. Runs that follow each other are merged in the background.
// What no manifest names is deleted at the next open. Compact merges all runs and,
// where much of the dictionary is not used any more or came late, writes that anew;
// where loose terms outnumber the rows twice, that happens in the background. Under
// endless small commits the files so take what is live, about 50 MB of the
// engine's level zero and logs, and a log of 100,000 commits.
//
// # Format 1
//
// Numbers in keys are big-endian, 8 bytes (commit, run, segment, number) or 4
// (block, chunk, page). Every value ends with the CRC-32C of what is before it.
// Values longer than 512 KiB are split by the engine (badger.go).
//
//	key                        value
//	m                          the manifest: format version, store id, commit, its time
//	                           and counts, next numbers, list of runs, list of segments,
//	                           first number of the second zone that is not gone (absent
//	                           in manifests written before terms could go)
//	h commit                   the manifest of an earlier commit that is kept
//	l commit                   time, quads added, quads removed
//	r run order block          a block: rows, then four columns, each with its length
//	r run order|80 chunk       index of up to 1024 blocks: per block rows, rows in the
//	                           default graph, bytes; first and last row; least and
//	                           greatest value of each column
//	r run fd                   characteristic sets of the run's subjects, if it is one of
//	                           inserts (absent in runs written before they were kept)
//	r run fe                   statistics of the run
//	r run ff                   all rows of a small run (up to 2048), as one block in the
//	                           first order of its relation
//	d segment tag page         front-coded texts of one tag, ascending, about 16 KiB
//	d segment tag|80 chunk     per page the number of texts and the first one
//	i number                   a loose term: tag, text
//	k tag 0 text               the number of a loose term of up to 128 bytes
//	k tag 1 SHA-256 of text    the number of a longer one
//	n                          nothing: written and dropped by Compact
//
// order is that of encoded.Order, tag that of encoded.Tag; both are one byte and
// never change their meaning. A text is an IRI, a lexical form, or a lexical form,
// a zero byte, and a language tag (with "--ltr" or "--rtl") or datatype IRI.
//
// Texts sort by lexical form first, so that STRSTARTS is one range of terms per
// tag and ORDER BY follows the numbers, while the terms of one language or
// datatype are no range. The other way round these would be, but each prefix would
// be as many ranges as there are languages, ORDER BY would have to merge them, and
// every store would have to be written anew. The datatypes that are filtered for
// most are inline and have tags of their own, and a filter by language narrows to the
// tag of such strings before it looks at texts; so it stays as it is.
//
// A manifest of a newer format is refused with [ErrNewerFormat].
//
// # Measured (2 cores, the machine otherwise idle; bsbm-5000: 1,620,320 triples, 416 MB)
//
// Load 551,000 triples/s at 0.5 GB resident; 95 MB on disk: seven orders 42 MB (1.2
// to 6.9 bytes a triple and order), dictionary 56 MB, 75 MB front-coded without
// zstd. 20 M generated triples (BenchmarkLoadMany) at 461,000/s, 64 to 68 % of the
// rate of 2 M, and 1.06 GB resident, of which 0.4 GB are the process's own and the
// rest pages of the engine's mapped files, which the system takes back when it
// needs them. Before level zero was cut to five tables, which bounds the space that
// small commits take: 600,000–660,000 triples/s at 0.39 GB, 20 M at 416,000/s; 15 M
// of which a third are triple terms at 396,000/s and 0.88 GB; with a budget of 256
// MiB, bsbm-5000 in 0.28 GB. The figures below are of that time too.
//
// Scan of undecoded blocks 88–140 M rows/s with three columns, 240–460 M with one;
// look-up of (subject, predicate) 2.4 µs, seek 0.18 µs, term look-up 0.7 µs,
// decoding 21 M terms/s sorted, 4.6 M at random. Durable commits of one quad: 3,900
// a second, 0.89 to 0.92 of what bare Badger does with the same entries. After
// 10,000 of them scans take as long as in the compacted store, look-ups less (2.3
// against 2.8 µs). Each has its benchmark in this package. Opening an image of 8 MB
// takes 51 ms, an empty store in memory 7 ms (measured earlier).
package storage
