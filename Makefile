# What CI runs, and more: make help. `make demo` and `make test` need Go and nothing else.

VERSION ?= $(shell packaging/version.sh)
# HTTP/2 is never used (a Transport of net/http with a dialer of its own leaves it out), but would be made ready at
# every start: 15 of 380 page faults of a check.
BUILD := go build -tags nethttpomithttp2 -buildvcs=false -trimpath -ldflags '-s -w -X main.version=$(VERSION)'
PROGRAM := build/check_pop3x
# Nothing needs C except the race detector, which needs a compiler and its headers.
export CGO_ENABLED := 0
RACE := $(shell echo '\#include <stdlib.h>' | $(CC) -E - >/dev/null 2>&1 && echo -race)
# go.mod names the version of Go, which an older Go downloads, also on a machine that says GOTOOLCHAIN=local.
export GOTOOLCHAIN := auto
FUZZTIME := 10m
# The trees of programs that `make homes` alone needs.
HOMES := director influxdb zabbix arm64 source
ROOT = @[ "$$(id -u)" = 0 ] || { echo 'make $@ runs servers in namespaces, so it needs root' >&2; exit 1; }

.PHONY: all help build demo demo-icinga generate install uninstall package image source repositories release test check integration homes bench bench-engine fuzz lint clean

all: build

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' Makefile

build: ## build/check_pop3x, static, stripped and reproducible
	$(BUILD) -o '$(PROGRAM)' .

demo: build ## see what it says: OK, WARNING, CRITICAL and UNKNOWN, against a server of its own
	@go run ./check/testkit/pop3test/cmd/demo build/check_pop3x

LISTEN := 127.0.0.1:8080

demo-icinga: ## click on it in Icinga Web with the Director, at LISTEN=127.0.0.1:8080; needs root and Debian 12
	$(ROOT)
	@grep -qs '^12' /etc/debian_version || { echo 'make $@ fetches programs of Debian 12, so it needs that' >&2; exit 1; }
	@$(MAKE) -s build
	@check/lab/integration/install.sh director dovecot network
	@go build -o build/demo-icinga ./check/lab/demo
	@build/demo-icinga -listen '$(LISTEN)'

install: ## install what `make build` built: PREFIX=/usr/local, DESTDIR=; packaging/install.sh has the rest
	@packaging/install.sh

uninstall: ## remove what `make install` installed, with the same variables
	@packaging/install.sh uninstall

package: ## packages and archives into build/packages; VERSION= if this is no git repository
	@VERSION='$(VERSION)' packaging/build.sh

image: ## an image for containers (OCI) into build/packages
	@VERSION='$(VERSION)' packaging/image.sh

release: ## all that is published, from a clean tree with a tag, into build/release; SSH_KEY= signs; packaging/doc/releasing.md
	@packaging/release.sh

source: ## a Debian source package with all modules into build/source
	@VERSION='$(VERSION)' packaging/source.sh

repositories: ## of the packages, for apt and dnf, into build/repositories; KEY= is the key of gpg that signs
	@KEY='$(KEY)' packaging/repositories.sh

# `make lint` is where vet runs.
test: ## every test that needs no server and no root
	$(if $(RACE),CGO_ENABLED=1 CC='$(CC)') go test -vet=off $(RACE) -timeout 30m ./...

check: test ## the same as make test

integration: ## tests with Debian's servers, monitoring engines and package tools; needs root and Debian
	$(ROOT)
	packaging/install-tools.sh
	check/lab/integration/install.sh
	go test -tags integration -count=1 -timeout 40m ./check/lab/integration ./packaging

homes: ## where people look: heavier programs than those of `make integration`, before a release; needs root and Debian
	$(ROOT)
	packaging/install-tools.sh
	check/lab/integration/install.sh
	check/lab/integration/install.sh $(HOMES)
	go test -tags integration,homes -count=1 -timeout 60m -v -run '^TestHome' ./packaging ./check/lab/integration

bench: build ## what a check costs, beside check_pop, curl and an empty program
	go run ./check/lab/bench

bench-engine: build ## the same in Icinga 2, a thousand services for a minute; needs root and Debian
	$(ROOT)
	check/lab/integration/install.sh
	go run ./check/lab/bench -engine

fuzz: ## each fuzz target for FUZZTIME=10m
	.ci/fuzz $(FUZZTIME)

generate: ## make what is made from the options: manual, completion, Icinga 2's command
	go run ./packaging/generate

lint: ## form and known mistakes
	test -z "$$(gofmt -l .)" || { gofmt -d .; exit 1; }
	go mod tidy -diff
	go vet ./... && go vet -tags integration,homes ./...
	go run honnef.co/go/tools/cmd/staticcheck@v0.8.2 -tags integration,homes ./...
	go run github.com/rhysd/actionlint/cmd/actionlint@v1.7.12

clean: ## remove build
	rm -rf build
