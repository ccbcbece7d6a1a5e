#!/bin/sh
# build.sh [DIRECTORY]: .deb, .rpm and .tar.gz for amd64 and arm64, with a list of what is in the program (SBOM, in
# CycloneDX) beside each. The same commit gives the same bytes on any machine with the same Go: all times are that of
# the commit. DIRECTORY is build/packages by default.
set -eu
umask 022

nfpm=github.com/goreleaser/nfpm/v2/cmd/nfpm@v2.45.2 # later ones need modules that are not to be had
cyclonedx=github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@v1.9.0
package=monitoring-plugins-pop3x

cd "$(dirname "$0")/.."
mkdir -p "${1-build/packages}"
out=$(cd "${1-build/packages}" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
MAINTAINER=$(git log -1 --format='%an <%ae>')
described=$(git describe --tags --always --dirty)
# A version begins with a digit, and one that is still to come sorts before the first: v1.2.3-rc1 is 1.2.3~rc1,
# and v1.2.3-4-gabc is 1.2.3+4.gabc.
case $described in
v[0-9]*) VERSION=$(echo "${described#v}" | sed 's/-rc/~rc/; s/-/+/; s/-/./g') ;;
*) VERSION=0~$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y%m%d).$(echo "$described" | sed 's/-/./g') ;;
esac
export SOURCE_DATE_EPOCH MAINTAINER VERSION

# licence DIRECTORY APACHE: the licence in a module's directory. Where APACHE is given, that is named in the place of the
# text of the Apache License 2.0.
licence() {
    for file in "$1"/LICEN[CS]E* "$1"/NOTICE*; do
        [ -e "$file" ] || continue
        if [ -n "$2" ] && grep -q 'Version 2.0, January 2004' "$file"; then
            echo "Apache License, Version 2.0, the text of which is in $2"
        else
            cat "$file"
        fi
    done
}

# copyright APACHE: the licence of the program, and those of what is linked into it
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

# pack KIND TYPE-OF-DOCUMENTS: the files below here
pack() {
    { cat "$root/packaging/nfpm.yaml"; contents "$2"; } >nfpm.yaml
    if [ -e changelog.yaml ]; then echo 'changelog: changelog.yaml' >>nfpm.yaml; fi
    go run $nfpm package -p "$1" -t "$out" >/dev/null
}

deb() {
    tree=$work/$ARCH/deb doc=usr/share/doc/$package
    ZSHDIR=/usr/share/zsh/vendor-completions layout "$tree" /usr/lib/nagios/plugins
    copyright /usr/share/common-licenses/Apache-2.0 >"$tree/$doc/copyright"
    {
        printf '%s (%s-1) unstable; urgency=medium\n\n' "$package" "$VERSION"
        notes '  * ' '    '
        printf '\n -- %s  %s\n' "$MAINTAINER" "$(date -uRd "@$SOURCE_DATE_EPOCH")"
    } | gzip -9n >"$tree/$doc/changelog.Debian.gz"
    mkdir -p "$tree/usr/share/lintian/overrides"
    cp packaging/deb/lintian-overrides "$tree/usr/share/lintian/overrides/$package"
    (cd "$tree" && pack deb file)
}

rpm() {
    tree=$work/$ARCH/rpm
    NAGIOSDIR=/etc/nagios/conf.d NRPEDIR=/etc/nrpe.d layout "$tree" /usr/lib64/nagios/plugins
    mkdir -p "$tree/usr/share/licenses/$package"
    copyright '' >"$tree/usr/share/licenses/$package/LICENSE"
    {
        printf -- '- semver: "%s-1"\n  date: %s\n  packager: %s\n  changes:\n' \
            "$VERSION" "$(date -ud "@$SOURCE_DATE_EPOCH" +%Y-%m-%dT%H:%M:%SZ)" "$MAINTAINER"
        notes '  - note: |-\n      ' '      '
    } >"$tree/changelog.yaml"
    (cd "$tree" && pack rpm doc)
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
    git ls-files README.md CHANGELOG.md LICENSE packaging ':!*.go' ':!*.in' ':!packaging/deb' ':!packaging/rpm' \
        ':!packaging/build.sh' ':!packaging/nfpm.yaml' ':!packaging/install-tools.sh' | tar -cf - -T - | tar -xf - -C "$tree"
    cp "$PROGRAM" "$tree/check_pop3x"
    copyright '' >"$tree/COPYRIGHT"
    tar -C "$work/$ARCH" --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner -cf - "$name" |
        gzip -9n >"$out/$name.tar.gz"
}

root=$PWD
for ARCH in amd64 arm64; do
    export ARCH PROGRAM="$work/$ARCH/check_pop3x"
    GOARCH=$ARCH make -s build PROGRAM="$PROGRAM"
    parts
    deb
    rpm
    archive
done
