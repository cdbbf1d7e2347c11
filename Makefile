# Everything a contributor or a build machine runs. `make help` lists the targets.
SHELL       := bash
.SHELLFLAGS := -eu -o pipefail -c
MAKEFLAGS   += --no-builtin-rules --no-print-directory

GO      ?= go
HELM    ?= helm
VERSION := $(shell sed -n 's/^version: *"\{0,1\}\([^" ]*\)"\{0,1\} *$$/\1/p' plugin.yaml)
LDFLAGS := -s -w -X main.version=$(VERSION)

# On a build machine (CI=true) tests run in random order, which go test never caches; elsewhere in the order of the files.
TESTFLAGS ?= $(if $(filter true,$(CI)),-shuffle=on)
GOLANGCI  := $(GO) tool -modfile=internal/tools/lint/go.mod golangci-lint
TOOLS     := internal/testkit/tools.sh
SCRIPTS    = $(wildcard .ci/run hook.sh plugin.complete cmd/helm-flink/post-render/run.sh $(TOOLS) internal/tools/oracle/run.sh \
               internal/tools/flinkcatalog/catalog.sh)
# The modules inside this one that have tests: the heavy ones are exercised through internal/testkit.
NESTED     = $(patsubst %/go.mod,%,$(wildcard internal/tools/go.mod internal/tools/release/go.mod internal/testkit/apis/go.mod \
               internal/testkit/hcl/go.mod internal/testkit/gitops/go.mod internal/testkit/promrules/go.mod))

.DEFAULT_GOAL := help

.PHONY: help
help: ## Print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: build
build: ## Build bin/helm-flink, and bin/helm-flink-capacity, which `helm flink capacity` starts
	$(GO) build -trimpath -buildvcs=false -ldflags '$(LDFLAGS)' -o bin/ ./cmd/helm-flink ./cmd/helm-flink-capacity

.PHONY: test
test: ## Run all tests; those whose programs `make tools` has not built are skipped by name
	@for tool in $$($(TOOLS) list); do \
	  $(TOOLS) path $$tool > /dev/null 2>&1 || echo "SKIP: tests that need $$tool, which is not built (make tools)"; done
	@command -v pre-commit > /dev/null || echo "SKIP: tests that need pre-commit, which is not installed"
	$(GO) test -timeout 40m $(TESTFLAGS) ./...
	@for module in $(NESTED); do \
	  if [ -n "$$(find $$module -name '*_test.go' -print -quit)" ]; then \
	    (set -x; cd $$module && $(GO) test $(TESTFLAGS) ./...); fi; done

FUZZTIME ?= 60s

.PHONY: test-long
test-long: ## 30 kills a verb, every mutation against the API server, and each fuzz target for FUZZTIME (60s)
	HELM_FLINK_KILLS=30 $(GO) test ./internal/testkit/lifecycle -run '^TestKilled$$' -v -timeout 60m
	HELM_FLINK_AGREEMENT=all $(GO) test ./internal/verify/api -run '^TestAgreement$$' -v -timeout 30m
	@grep -rnoE '^func Fuzz[A-Za-z]+' --include='*_test.go' internal | while IFS=: read -r file _ func; do \
	  (set -x; $(GO) test "./$$(dirname "$$file")" -run '^$$' -fuzz "^$${func#func }$$" -fuzztime $(FUZZTIME)); done

.PHONY: unit
unit: ## Run the tests that take no control plane
	$(GO) test -short $(TESTFLAGS) ./...

.PHONY: golden
golden: ## Run the golden tests; UPDATE=1 rewrites their files
	$(if $(UPDATE),HELM_FLINK_UPDATE=1 )$(GO) test -run Golden ./...

.PHONY: bench
bench: build ## Measure against Helm, Kustomize and kubeconform, and write docs/performance.md; SIZES=1,10,100 for less
	$(TOOLS) build helm3 kustomize kubeconform
	$(GO) run ./internal/testkit/peers $(if $(SIZES),-sizes $(SIZES))

.PHONY: bench-quick
bench-quick: build ## Measure for a minute, and fail when a ratio to the peers is a third worse than in docs/performance.md
	$(TOOLS) build helm3 kustomize kubeconform
	$(GO) run ./internal/testkit/peers -quick

.PHONY: flame
flame: ## Draw where the time of a thousand jobs goes, docs/performance.svg, and measure the floor
	@dir="$$(mktemp -d)"; trap 'rm -rf "$$dir"' EXIT; \
	  $(GO) run ./internal/testkit/peers -sizes 1000 -write "$$dir" && \
	  $(GO) run ./internal/testkit/flame -o docs/performance.svg -f "$$dir/1000/values.yaml" -k "$$dir/1000/overlay"

.PHONY: bench-go
bench-go: ## Run the Go benchmarks of the stages, for benchstat
	@grep -rlE '^func Benchmark' --include='*_test.go' cmd internal | xargs -r -n1 dirname | sort -u | sed 's,^,./,' \
	  | xargs -r -t $(GO) test -run '^$$' -bench . -benchmem

.PHONY: lint
lint: ## Check format, vet, linters and shell scripts
	@unformatted=$$(gofmt -l cmd internal charts schemas examples); \
	if [ -n "$$unformatted" ]; then echo "not formatted (gofmt -w):"; echo "$$unformatted"; exit 1; fi
	$(GO) vet ./...
	$(GOLANGCI) run ./...
	@if command -v shellcheck > /dev/null; then (set -x; shellcheck $(SCRIPTS)); \
	elif [ "$${CI:-}" = true ]; then echo "shellcheck is not installed"; exit 1; \
	else echo "shellcheck is not installed: the shell scripts are not checked"; fi

.PHONY: generate
generate: ## Write the generated files anew: CRDs, pinned CRDs, docs, and go.mod of the module that follows this one's
	$(GO) -C internal/tools run ./crdgen
	$(GO) test ./internal/cli -run '^TestDocs$$' -update
	$(GO) -C internal/testkit/apis mod tidy
	$(GO) -C internal/testkit/apis run ./pincrds ../../../schemas/crds

.PHONY: oracle
oracle: ## Ask the Flink operator's own validator about every case anew (needs Java 17, Maven and Maven Central)
	HELM_FLINK_UPDATE=1 $(GO) test ./internal/verify/rules -run '^TestOracleCases$$'
	internal/tools/oracle/run.sh
	$(GO) test ./internal/verify/rules -run '^TestOracle'

.PHONY: catalog
catalog: ## Read the configuration keys of Flink and of the operator from their jars (needs Java 17 and Maven)
	@mkdir -p bin
	internal/tools/flinkcatalog/catalog.sh read > bin/options.txt
	$(GO) -C internal/tools run ./flinkcatalog $(CURDIR)/internal/flink/catalog/options.tsv < bin/options.txt

.PHONY: oracle-flink
oracle-flink: ## Ask Flink's own code for memory, values and options at the start, and keep its answers (needs Java 17 and Maven)
	internal/tools/flinkcatalog/catalog.sh oracle
	internal/tools/flinkcatalog/catalog.sh start

.PHONY: tools
tools: ## Build the programs that tests need (helm 3 and 4, kustomize, kubectl, API server) into the cache folder
	$(TOOLS) build

# os/arch, separated by commas; all six if it is empty. A platform takes six minutes of CPU time when nothing of it is cached.
PLATFORMS ?=

.PHONY: release-dry-run
release-dry-run: ## Make a release in dist twice, compare, sign with a throw-away key, install it; PLATFORMS=linux/amd64 for less
	$(TOOLS) build helm3 helm4 registry
	@host="$$($(GO) env GOOS)/$$($(GO) env GOARCH)"; case ",$(PLATFORMS)," in ,, | *",$$host,"*) ;; \
	  *) echo "PLATFORMS must have $$host: what is made is installed here" >&2; exit 1;; esac
	cd internal/tools/release && $(GO) run . build -out $(CURDIR)/dist -platforms '$(PLATFORMS)' -helm "$$($(CURDIR)/$(TOOLS) path helm3)"
	HELM_FLINK_DIST=$(CURDIR)/dist $(GO) test -count=1 ./internal/testkit/plugin -run '^TestRelease'

.PHONY: plugin-install
plugin-install: ## Build, and install this working copy as the Helm plugin "flink"; on Helm 4 "flink-post-render" too
	@command -v $(HELM) > /dev/null || { \
	  echo "$(HELM) is not in PATH: install Helm 3.18 or newer, or name it: make plugin-install HELM=/path/to/helm" >&2; exit 1; }
	@$(MAKE) build
	@if $(HELM) plugin list | awk 'NR > 1 { print $$1 }' | grep -qx flink; then $(HELM) plugin uninstall flink; fi
	$(HELM) plugin install "$(CURDIR)"
	@case $$($(HELM) version --template '{{.Version}}') in v4.*) \
	  if $(HELM) plugin list | awk 'NR > 1 { print $$1 }' | grep -qx flink-post-render; then \
	    $(HELM) plugin uninstall flink-post-render; fi; \
	  $(HELM) plugin install "$(CURDIR)/cmd/helm-flink/post-render";; esac

.PHONY: clean
clean: ## Remove what the other targets left in this folder
	rm -rf bin dist
	find . -name '*.rej' -not -path './.git/*' -delete
