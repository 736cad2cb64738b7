# Entente. `make` prints the targets.
GO ?= go
RDF_TESTS ?= ../shared/rdf-tests
BENCH_DATA ?= ../shared/bench
FUZZTIME ?= 30s

.PHONY: help build test race bench bench-sparqloscope conformance differential crash load-test soak fuzz lint run dataset web

help: ## print the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-20s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## write bin/entente
	$(GO) build -o bin/entente ./cmd/entente

test: ## all tests
	$(GO) vet ./...
	$(GO) test ./...

race: ## the concurrent parts under the race detector
	$(GO) test -race ./storage/... ./query/protocol/...

bench: ## the Go benchmarks
	$(GO) test -run '^$$' -bench . -benchmem ./...

bench-sparqloscope: build ## the 105 Sparqloscope shapes on BSBM-5000
	bin/entente bench $(BENCH_DATA)/sparqloscope-bsbm-5000.csv --load $(BENCH_DATA)/bsbm-5000.nt.zst

conformance: ## the W3C suites of RDF_TESTS, six ways
	RDF_TESTS=$(abspath $(RDF_TESTS)) $(GO) run ./query/conformance/run -out CONFORMANCE.md

differential: ## generated queries against the naive reference evaluator
	$(GO) test ./query -run 'TestDifferential' -count=1 -differential=10000

crash: ## 500 kills at random moments, each followed by open and check
	CRASHES=$${CRASHES:-500} $(GO) test ./storage -run Killed -count=1 -timeout 60m -v

load-test: ## 64 clients for 60 seconds: throughput, times, memory
	$(GO) test ./query/protocol -run 'TestLoad' -count=1 -v -load=60s

soak: ## 8 clients and a writer for 10 minutes: memory and disk over time
	$(GO) test ./query/protocol -run 'TestSoak' -count=1 -v -soak=10m -timeout 20m

fuzz: ## every fuzz target for FUZZTIME each
	@for p in $$($(GO) list ./...); do for t in $$($(GO) test $$p -list '^Fuzz' | grep '^Fuzz'); do \
	  echo "$$p $$t"; $(GO) test $$p -run '^$$' -fuzz "^$$t$$" -fuzztime $(FUZZTIME) || exit 1; done; done

lint: ## gofmt, vet, staticcheck
	@test -z "$$(gofmt -l . | tee /dev/stderr)"
	$(GO) vet ./...
	$(GO) tool staticcheck ./...

run: build ## the REPL on the embedded graph
	bin/entente

dataset: ## rebuild the embedded graph from its tables
	$(GO) generate ./datasets/...

web: ## rebuild the web page from its sources (needs Node; the result is committed)
	cd query/protocol/page && npm ci && npm run check && npm run build
