#!/bin/sh
# source.sh [DIRECTORY]: a Debian source package with the modules that the program and its tests need, so that
# dpkg-buildpackage fetches nothing. DIRECTORY is build/source by default; for the rest see build.sh.
set -eu
cd "${0%/*}/.."
. packaging/common.sh

needs 'build the source package' git go tar gzip dpkg-source
into "${1-build/source}"

# licences: those of the program, of the modules in vendor, and of what Go itself links
licences() {
    cat LICENSE
    sed -n 's/^# \([^ ]*\) \([^ ]*\)$/\1 \2/p' vendor/modules.txt | while read -r module version; do
        [ -d "vendor/$module" ] || continue
        text=$(licence "vendor/$module" /usr/share/common-licenses)
        [ -n "$text" ] || { echo "$module has no licence" >&2; exit 1; }
        printf '\n\nvendor/%s, %s:\n\n%s\n' "$module" "$version" "$text"
    done
    printf '\n\nThe runtime and the standard library of Go are linked into the program:\n\n'
    licence "$(go env GOROOT)" /usr/share/common-licenses
}

# describe: debian, of packaging/deb
describe() {
    cp -r packaging/deb debian
    mv debian/lintian-overrides "debian/$package.lintian-overrides"
    sed -i "s|@MAINTAINER@|$MAINTAINER|" debian/control
    [ -z "$HOMEPAGE" ] || {
        sed -i "/^Rules/a Homepage: $HOMEPAGE" debian/control
        printf 'version=4\n%s/tags .*/v?(\\d\\S+)\\.tar\\.gz\n' "$HOMEPAGE" >debian/watch
    }
    chmod +x debian/rules
    chmod -R u+rw,go=rX debian # whatever the umask of the clone
    debianChangelog >debian/changelog
    licences >debian/copyright
}

tree=$work/$package-$PACKAGE_VERSION
mkdir "$tree"
git ls-files | tar -cf - -T - | tar -xf - -C "$tree"
cd "$tree"
go mod vendor
reproducibly -C "$work" "${tree##*/}" | gzip -9n >"$work/${package}_$PACKAGE_VERSION.orig.tar.gz"
describe
cd "$work"
dpkg-source -b "$tree"
mv "${package}_"* "$out"
