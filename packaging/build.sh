#!/bin/sh
# build.sh [DIRECTORY]: .deb, .rpm and .tar.gz for amd64 and arm64, with a list of what is in the program (SBOM, in
# CycloneDX) beside each. The same commit gives the same bytes on any machine with the same Go: all times are that of
# the commit, or SOURCE_DATE_EPOCH. DIRECTORY is build/packages by default; VERSION is what packaging/version.sh prints.
set -eu
umask 022

nfpm=github.com/goreleaser/nfpm/v2/cmd/nfpm@v2.45.2 # later ones need modules that the proxy does not have
cyclonedx=github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@v1.9.0
package=monitoring-plugins-pop3x

missing=
for tool in go make jq tar gzip awk fold; do
    command -v $tool >/dev/null || missing="$missing $tool"
done
case $(tar --version 2>/dev/null) in *GNU*) ;; *) missing="$missing GNU-tar" ;; esac
[ -z "$missing" ] || {
    echo "To build packages, install first:$missing" >&2
    echo "Debian has all but Go in: apt-get install make jq tar gzip gawk coreutils" >&2
    exit 1
}

cd "$(dirname "$0")/.."
mkdir -p "${1-build/packages}"
out=$(cd "${1-build/packages}" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

VERSION=$(packaging/version.sh)
PACKAGE_VERSION=$(VERSION=$VERSION packaging/version.sh --package)
# The files of an archive have the time of its commit.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH-$(git log -1 --format=%ct 2>/dev/null || stat -c %Y CHANGELOG.md)}
MAINTAINER='The check_pop3x authors <noreply@check-pop3x.invalid>' # nobody's address, RFC 2606, section 2
export SOURCE_DATE_EPOCH MAINTAINER VERSION PACKAGE_VERSION

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
    GOARCH=$ARCH go list -deps -f '{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}} {{.Dir}}{{end}}{{end}}' . | sort -u |
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

# layout DIRECTORY PLUGINDIR: the files that a package of either kind has
layout() { DESTDIR=$1 PREFIX=/usr PLUGINDIR=$2 packaging/install.sh; }

# contents TYPE-OF-DOCUMENTS: the files below here, for nfpm
contents() {
    echo 'contents:'
    find etc/check_pop3x "usr/share/doc/$package" "usr/share/licenses/$package" -type d 2>/dev/null | LC_ALL=C sort |
        sed 's,.*,  - {dst: "/&"\, type: dir},'
    find usr etc -type f | LC_ALL=C sort | while read -r file; do
        case $file in
        etc/*) type='config|noreplace' ;;
        usr/share/licenses/*) type=license ;;
        usr/share/doc/* | usr/share/man/*) type=$1 ;;
        *) type=file ;;
        esac
        printf '  - {src: "%s", dst: "/%s", type: %s}\n' "$file" "$file" "$type"
    done
}

# pack KIND TYPE-OF-DOCUMENTS EDIT: the files below here; EDIT is a command of sed for nfpm.yaml
pack() {
    { sed "$3" "$root/packaging/nfpm.yaml"; contents "$2"; } >nfpm.yaml
    if [ -e changelog.yaml ]; then echo 'changelog: changelog.yaml' >>nfpm.yaml; fi
    go run $nfpm package -p "$1" -t "$out" >/dev/null
}

deb() {
    tree=$work/$ARCH/deb doc=usr/share/doc/$package
    ZSHDIR=/usr/share/zsh/vendor-completions layout "$tree" /usr/lib/nagios/plugins
    copyright /usr/share/common-licenses >"$tree/$doc/copyright"
    {
        printf '%s (%s-1) unstable; urgency=medium\n\n' "$package" "$PACKAGE_VERSION"
        notes '  * ' '    '
        printf '\n -- %s  %s\n' "$MAINTAINER" "$(date -uRd "@$SOURCE_DATE_EPOCH")"
    } | gzip -9n >"$tree/$doc/changelog.Debian.gz"
    mkdir -p "$tree/usr/share/lintian/overrides"
    cp packaging/deb/lintian-overrides "$tree/usr/share/lintian/overrides/$package"
    (cd "$tree" && pack deb file '')
}

rpm() {
    tree=$work/$ARCH/rpm
    NAGIOSDIR=/etc/nagios/conf.d NRPEDIR=/etc/nrpe.d layout "$tree" /usr/lib64/nagios/plugins
    mkdir -p "$tree/usr/share/licenses/$package"
    copyright '' >"$tree/usr/share/licenses/$package/LICENSE"
    {
        printf -- '- semver: "%s-1"\n  date: %s\n  packager: %s\n  changes:\n' \
            "$PACKAGE_VERSION" "$(date -ud "@$SOURCE_DATE_EPOCH" +%Y-%m-%dT%H:%M:%SZ)" "$MAINTAINER"
        notes '  - note: |-\n      ' '      '
    } >"$tree/changelog.yaml"
    (cd "$tree" && pack rpm doc '/^description/{n;d;}') # the first line is the summary
}

# parts: what is in the program, without what the list's maker says of the moment and of itself
parts() {
    list=$out/$package-$VERSION-linux-$ARCH.cdx.json
    go run $cyclonedx bin -json -licenses -std -noserial -version "$VERSION" -output "$work/list" "$PROGRAM" 2>"$work/log" ||
        { cat "$work/log"; exit 1; }
    jq --arg time "$(date -ud "@$SOURCE_DATE_EPOCH" +%Y-%m-%dT%H:%M:%SZ)" \
        '.metadata.timestamp = $time | del(.metadata.tools)' "$work/list" >"$list"
}

# archive: to be unpacked and installed by packaging/install.sh
archive() {
    name=$package-$VERSION-linux-$ARCH
    tree=$work/$ARCH/$name
    mkdir -p "$tree"
    find README.md CHANGELOG.md LICENSE .github/*.md packaging -type f ! -name '*.go' ! -name '*.in' ! -path 'packaging/deb/*' \
        ! -path 'packaging/rpm/*' ! -name build.sh ! -name version.sh ! -name nfpm.yaml ! -name install-tools.sh |
        tar -cf - -T - | tar -xf - -C "$tree"
    cp "$PROGRAM" "$tree/check_pop3x"
    copyright '' >"$tree/COPYRIGHT"
    tar -C "$work/$ARCH" --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner -cf - "$name" |
        gzip -9n >"$out/$name.tar.gz"
}

root=$PWD
echo "check_pop3x $VERSION, packages $PACKAGE_VERSION-1, into $out"
for ARCH in amd64 arm64; do
    export ARCH PROGRAM="$work/$ARCH/check_pop3x"
    step() { echo "$ARCH: $1"; }
    step program && GOARCH=$ARCH make -s build PROGRAM="$PROGRAM"
    step 'list of what is in it' && parts
    step .deb && deb
    step .rpm && rpm
    step .tar.gz && archive
done
