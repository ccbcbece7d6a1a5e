# To be read by the scripts that build: what they agree on. The same commit gives the same bytes on any machine with the
# same Go: all times are that of the commit, or SOURCE_DATE_EPOCH.
umask 022

package=monitoring-plugins-pop3x
# what builds, beside Go
nfpm=github.com/goreleaser/nfpm/v2/cmd/nfpm@v2.45.2 # later ones need modules that the proxy does not have
cyclonedx=github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@v1.9.0
umoci=github.com/opencontainers/umoci/cmd/umoci@v0.5.1 # later ones cannot be run by `go run`
roots=golang.org/x/crypto/x509roots/fallback@v0.0.0-20261030153154-30a33513ff6d

# needs PURPOSE TOOL...: names all tools that are missing
needs() {
    purpose=$1 missing=
    shift
    for tool; do
        command -v "$tool" >/dev/null || missing="$missing $tool"
    done
    case $(tar --version 2>/dev/null) in *GNU*) ;; *) missing="$missing GNU-tar" ;; esac
    [ -z "$missing" ] || {
        echo "To $purpose, install first:$missing" >&2
        echo "Debian has all but Go in: apt-get install make jq tar git gzip zip gawk coreutils openssh-client dpkg-dev" >&2
        exit 1
    }
}

# into DIRECTORY: sets what the rest relies on
into() {
    mkdir -p "$1"
    out=$(cd "$1" && pwd) root=$PWD
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    VERSION=$(packaging/version.sh)
    PACKAGE_VERSION=$(VERSION=$VERSION packaging/version.sh --package)
    # The files of an archive have the time of its commit.
    SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH-$(git log -1 --format=%ct 2>/dev/null || stat -c %Y CHANGELOG.md)}
    TIME=$(date -ud "@$SOURCE_DATE_EPOCH" +%Y-%m-%dT%H:%M:%SZ)
    # nobody's address, RFC 2606, section 2, and no homepage, unless a release has them
    MAINTAINER=${MAINTAINER:-The check_pop3x authors <noreply@check-pop3x.invalid>}
    HOMEPAGE=${HOMEPAGE-}
    export SOURCE_DATE_EPOCH MAINTAINER HOMEPAGE VERSION PACKAGE_VERSION
}

# build: PROGRAM for SYSTEM and ARCH. arm is the first Raspberry Pi.
build() { GOOS=$SYSTEM GOARCH=$ARCH GOARM=6 make -s build PROGRAM="$PROGRAM"; }

# licence DIRECTORY TEXTS: the licence in a module's directory. If TEXTS is given, a file there is named instead of the
# text of the Apache License 2.0 and of the GNU General Public License 2, as Debian wants it.
licence() {
    for file in "$1"/LICEN[CS]E* "$1"/License* "$1"/NOTICE*; do
        [ -e "$file" ] || continue
        if [ -z "$2" ]; then
            cat "$file"
        elif grep -q 'Version 2.0, January 2004' "$file"; then
            echo "Apache License, Version 2.0, the text of which is in $2/Apache-2.0"
        else
            sed "/^ *GNU GENERAL PUBLIC LICENSE\$/,\$c\\The text of the GNU General Public License, Version 2, is in $2/GPL-2" "$file"
        fi
    done
}

# copyright TEXTS: the licence of the program, and those of what is linked into it
copyright() {
    echo "$package, https://pkg.go.dev has the sources of the modules below"
    echo
    cat LICENSE
    GOOS=$SYSTEM GOARCH=$ARCH go list -deps -f '{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}} {{.Dir}}{{end}}{{end}}' . | sort -u |
        { cat; echo "the Go runtime and standard library, $(go env GOVERSION) $(go env GOROOT)"; } |
        while read -r line; do
            printf '\n\n%s is linked into the program:\n\n' "${line% *}"
            licence "${line##* }" "$1"
        done
}

# notes FIRST FURTHER: the newest section of CHANGELOG.md, each item with FIRST in front, and with FURTHER on the lines
# that follow
notes() {
    awk '/^## / { section++ }
         section == 1 && /^- / { sub(/^- /, item ? "\n" : ""); item = 1; printf "%s", $0 }
         section == 1 && /^  / { sub(/^ +/, " "); printf "%s", $0 }
         END { print "" }' CHANGELOG.md |
        while read -r note; do
            echo "$note" | fold -s -w 72 | sed "s/ *$//; s/^/$2/; 1s/^$2/$1/"
        done
}

debianChangelog() {
    printf '%s (%s-1) unstable; urgency=medium\n\n' "$package" "$PACKAGE_VERSION"
    notes '  * ' '    '
    printf '\n -- %s  %s\n' "$MAINTAINER" "$(date -uRd "@$SOURCE_DATE_EPOCH")"
}

# parts FILE: what is in the program, without what the list's maker says of the moment and of itself
parts() {
    go run $cyclonedx bin -json -licenses -std -noserial -version "$VERSION" -output "$work/list" "$PROGRAM" 2>"$work/log" ||
        { cat "$work/log"; exit 1; }
    jq --arg time "$TIME" \
        '.metadata.timestamp = $time | del(.metadata.tools)' "$work/list" >"$1"
}

# reproducibly TAR-OPTION...: tar with the same names, times, owners and modes for the same files
reproducibly() {
    tar --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner --mode=u+rw,go=rX --format=gnu -cf - "$@"
}
