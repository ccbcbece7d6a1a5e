#!/bin/sh
# release.sh [DIRECTORY]: all that is published, into build/release: packages, sources, archives and the image, lists of
# what is in them (SBOM), notes, where they come from (provenance, as in-toto and SLSA have it), sums, and their
# signature. The same tag gives the same bytes. doc/releasing.md describes it.
#
#   SSH_KEY               the private key that signs, or the public one of a key that ssh-agent has; unsigned without it
#   HOMEPAGE, MAINTAINER  as in the packages
set -eu
cd "${0%/*}/.."
unset MAKEFLAGS VERSION SOURCE_DATE_EPOCH PLATFORMS GOFLAGS GOEXPERIMENT GOAMD64 GOARM64 # they would change the bytes
export LC_ALL=C
. packaging/common.sh

refuse() { echo "No release: $1" >&2; exit 1; }

# released: refuses what is not the commit of a release
released() {
    git ls-files --error-unmatch packaging/release.sh >/dev/null 2>&1 || refuse 'this is no clone of the repository'
    changed=$(git status --porcelain | cut -c 4- | head -n 3 | paste -sd ' ' -)
    [ -z "$changed" ] || refuse "not committed: $changed"
    version=$(packaging/version.sh)
    case $version in *-dev.*) refuse "this commit is $version, and none that names a release in CHANGELOG.md" ;; esac
    [ "$(git rev-parse --quiet --verify "v$version^{commit}")" = "$(git rev-parse HEAD)" ] ||
        refuse "this commit does not have the tag v$version"
    [ -z "${SSH_KEY-}" ] || [ -r "$SSH_KEY" ] || refuse "SSH_KEY, $SSH_KEY, cannot be read"
}

sums() { (cd "$out" && sha256sum -- *); }

# notes: the newest section of CHANGELOG.md
notes() { awk '/^## / { section++ } section == 1' CHANGELOG.md; }

# provenance: the files by their sums, the tag that they are made of, and what made them
provenance() {
    sums | jq -Rn --arg home "${HOMEPAGE:-https://check-pop3x.invalid}" --arg tag "refs/tags/v$VERSION" --arg commit "$(git rev-parse HEAD)" \
        --arg maintainer "$MAINTAINER" --arg homepage "$HOMEPAGE" --arg go "$(go env GOVERSION)" \
        --arg tools "$nfpm $cyclonedx $umoci $roots" '{
        _type: "https://in-toto.io/Statement/v1",
        subject: [inputs | capture("^(?<sha256>[0-9a-f]+) [ *](?<name>.*)") | {name, digest: {sha256}}],
        predicateType: "https://slsa.dev/provenance/v1",
        predicate: {
            buildDefinition: {
                buildType: "\($home)/make-release/v1",
                externalParameters: {source: "git+\($home)@\($tag)", variables: {HOMEPAGE: $homepage, MAINTAINER: $maintainer}},
                resolvedDependencies: [
                    {uri: "git+\($home)@\($tag)", digest: {gitCommit: $commit}},
                    {name: "Go", uri: "pkg:golang/toolchain@\($go)"},
                    ($tools | split(" ")[] | {uri: "pkg:golang/\(sub("/cmd/(?<command>[^@]*)@(?<version>.*)"; "@\(.version)#cmd/\(.command)"))"})
                ]
            },
            runDetails: {builder: {id: "\($home)/maintainer"}}
        }
    }'
}

released
needs 'make a release' git go make jq tar gzip zip awk fold sha256sum dpkg-source ssh-keygen
[ $# -gt 0 ] || rm -rf build/release
into "${1-build/release}"
[ -z "$(ls -A "$out")" ] || refuse "$out is not empty"

packaging/build.sh "$out"
packaging/image.sh "$out"
packaging/source.sh "$out"
name=$package-$VERSION
notes >"$out/$name-notes.md"
provenance >"$work/provenance"
mv "$work/provenance" "$out/$name.intoto.json"
sums >"$work/sums"
mv "$work/sums" "$out/SHA256SUMS"
if [ -n "${SSH_KEY-}" ]; then
    ssh-keygen -q -Y sign -n file -f "$SSH_KEY" "$out/SHA256SUMS"
    echo "signed by $(ssh-keygen -lf "$SSH_KEY")"
else
    echo 'not signed, because SSH_KEY names no key'
fi
