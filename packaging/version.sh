#!/bin/sh
# version.sh [--package]: prints the version of this source tree, as Semantic Versioning 2.0.0 has it, or as packages of
# Debian and rpm have it. VERSION, if it is set, is taken as it is.
#
# The newest heading of CHANGELOG.md names the release: "## 1.2.0 (to come)" until it is released, "## 1.2.0" and
# anything else from then on. The commit that writes that heading is the release, 1.2.0. Commits before and after it are
# 1.2.0-dev.N+gHASH and 1.2.1-dev.N+gHASH, where N counts the commits since the last release, so versions sort as commits
# do. Changes that are not committed add "dirty". Without git N is 0.
set -eu
cd "$(dirname "$0")/.."

headings() { sed -n 's/^## *\([0-9]\)/\1/p' CHANGELOG.md; }

# inRepository: the repository around an unpacked archive is not this one's
inRepository() { git ls-files --error-unmatch packaging/version.sh >/dev/null 2>&1; }

# since HEADING: the commits since the one that wrote the heading, or all of them if there is none
since() {
    line="^## $(echo "$1" | sed 's/[].()+*?[]/\\&/g')\$"
    git rev-list --count ${1:+"$(git log -1 --format=%H -G"$line" -- CHANGELOG.md).."}HEAD
}

version() {
    newest=$(headings | sed 1q)
    release=${newest%% *} last=$newest count=0 build=
    case $newest in
    *"(to come)") last=$(headings | sed -n 2p) ;;
    esac
    if inRepository; then count=$(since "$last"); fi
    if [ "$last" != "$newest" ]; then
        release=$release-dev.$count
    elif [ "$count" -gt 0 ]; then
        release=${release%.*}.$((${release##*.} + 1))-dev.$count
    fi
    if [ "$count" -gt 0 ]; then build=g$(git rev-parse --short=7 HEAD); fi
    if inRepository && [ -n "$(git status --porcelain --untracked-files=no)" ]; then build=${build:+$build.}dirty; fi
    echo "$release${build:+"+$build"}"
}

case ${1-} in
--package) echo "${VERSION:-$(version)}" | sed 's/-/~/; s/+/./' ;;
*) echo "${VERSION:-$(version)}" ;;
esac
