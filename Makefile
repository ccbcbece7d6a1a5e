# What CI runs, and `make bench`. `make demo` and `make test` need Go and nothing else.

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo devel)
BUILD := go build -buildvcs=false -trimpath -ldflags '-s -w -X main.version=$(VERSION)'
PROGRAM := build/check_pop3x
# Nothing needs C but the race detector, which has to have a compiler and its headers.
export CGO_ENABLED := 0
RACE := $(shell echo '\#include <stdlib.h>' | $${CC:-cc} -E - >/dev/null 2>&1 && echo -race)
FUZZTIME := 10m

.PHONY: all build demo generate install package test integration bench bench-engine fuzz lint clean

all: build

# A static, stripped, reproducible binary.
build:
	$(BUILD) -o $(PROGRAM) .

# What it says: OK, WARNING, CRITICAL and UNKNOWN, against a server of its own.
demo: build
	@go run ./check/testkit/pop3test/cmd/demo build/check_pop3x

# What is made from the options: completion, manual, Icinga 2's command.
generate:
	go run ./packaging/generate

# Into PREFIX=/usr/local below DESTDIR; packaging/install.sh has the other variables.
install: build
	packaging/install.sh

# .deb, .rpm and .tar.gz into build/packages.
package:
	packaging/build.sh

# All that needs no server and no root.
test:
	$(if $(RACE),CGO_ENABLED=1) go test $(RACE) -timeout 30m ./...

# The same against Debian's Dovecot, Courier, Cyrus, nginx, stunnel, haproxy and Glewlwyd, and in what surrounds it. Needs root.
integration:
	packaging/install-tools.sh
	check/lab/integration/install.sh
	go test -tags integration -count=1 -timeout 40m ./check/lab/integration ./packaging

# Cost, side by side with check_pop, curl and an empty program.
bench: build
	go run ./check/lab/bench

# The same in Icinga 2: a thousand services every ten seconds, for a minute each. Needs root.
bench-engine: build
	check/lab/integration/install.sh
	go run ./check/lab/bench -engine

# Each fuzz target for FUZZTIME.
fuzz:
	.ci/fuzz $(FUZZTIME)

# Form and known mistakes.
lint:
	test -z "$$(gofmt -l .)" || { gofmt -d .; exit 1; }
	go vet ./... && go vet -tags integration ./...
	go run honnef.co/go/tools/cmd/staticcheck@v0.8.2 -tags integration ./...
	go run github.com/rhysd/actionlint/cmd/actionlint@v1.7.12

clean:
	rm -rf build
