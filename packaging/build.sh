#!/bin/sh
# build.sh [DIRECTORY]: for Linux on amd64 and arm64 a .deb, .rpm and .apk and Arch Linux's package; for these and some
# other platforms an archive, with a list of what is in the program (SBOM, in CycloneDX) beside each. The same commit
# gives the same bytes on any machine with the same Go. DIRECTORY is build/packages by default, VERSION is what
# packaging/version.sh prints, PLATFORMS are all by default, MAINTAINER and HOMEPAGE are those of the packages.
set -eu
cd "${0%/*}/.."
. packaging/common.sh

needs 'build packages' go make jq tar gzip zip awk fold
into "${1-build/packages}"

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
    chmod -R u+rw,go=rX . # whatever the umask of the clone
    { sed "$3" "$root/packaging/nfpm.yaml"; contents "$2"; } >nfpm.yaml
    if [ -e changelog.yaml ]; then echo 'changelog: changelog.yaml' >>nfpm.yaml; fi
    go run $nfpm package -p "$1" -t "$out" >/dev/null
}

deb() {
    tree=$work/$SYSTEM-$ARCH/deb doc=usr/share/doc/$package
    ZSHDIR=/usr/share/zsh/vendor-completions layout "$tree" /usr/lib/nagios/plugins
    copyright /usr/share/common-licenses >"$tree/$doc/copyright"
    debianChangelog | gzip -9n >"$tree/$doc/changelog.Debian.gz"
    mkdir -p "$tree/usr/share/lintian/overrides"
    cp packaging/deb/lintian-overrides "$tree/usr/share/lintian/overrides/$package"
    (cd "$tree" && pack deb file '')
}

rpm() {
    tree=$work/$SYSTEM-$ARCH/rpm
    NAGIOSDIR=/etc/nagios/conf.d NRPEDIR=/etc/nrpe.d layout "$tree" /usr/lib64/nagios/plugins
    mkdir -p "$tree/usr/share/licenses/$package"
    copyright '' >"$tree/usr/share/licenses/$package/LICENSE"
    {
        printf -- '- semver: "%s-1"\n  date: %s\n  packager: %s\n  changes:\n' \
            "$PACKAGE_VERSION" "$TIME" "$MAINTAINER"
        notes '  - note: |-\n      ' '      '
    } >"$tree/changelog.yaml"
    (cd "$tree" && pack rpm doc '/^description/{n;d;}') # the first line is the summary
}

# other KIND: a package of Alpine or Arch Linux, which have monitoring-plugins in the same place, and descriptions of one
# line. apk recommends nothing, so it depends on the certificates of authorities.
other() {
    tree=$work/$SYSTEM-$ARCH/$1
    NAGIOSDIR=/etc/nagios/conf.d NRPEDIR=/etc/nrpe.d layout "$tree" /usr/lib/monitoring-plugins
    mkdir -p "$tree/usr/share/licenses/$package"
    copyright '' >"$tree/usr/share/licenses/$package/LICENSE"
    (cd "$tree" && pack "$1" file 's/^recommends/depends/; /^  check_pop3x checks/,/ manual page.$/d')
}

# arch: the version as pacman has it, where 1.0.0dev.7 is below 1.0.0
arch() { echo "$PACKAGE_VERSION" | tr -d '~'; }

# alpine: the version as Alpine Linux has it, where 1.0.0_alpha7 is below 1.0.0
alpine() { echo "$PACKAGE_VERSION" | sed -E 's/~dev\.([0-9]+).*/_alpha\1/; s/~([a-z]+)\.?([0-9]+).*/_\1\2/; s/\.dirty$//'; }

# archive: to be unpacked and installed by packaging/install.sh, or by hand on Windows
archive() {
    name=$package-$VERSION-$SYSTEM-$ARCH
    tree=$work/$SYSTEM-$ARCH/$name
    mkdir -p "$tree"
    find README.md CHANGELOG.md LICENSE .github/*.md packaging -type f ! -name '*.go' ! -name '*.in' ! -name nfpm.yaml \
        ! -path 'packaging/deb/*' ! -path 'packaging/rpm/*' ! -path 'packaging/testdata/*' \
        \( ! -name '*.sh' -o -name install.sh \) |
        tar -cf - -T - | tar -xf - -C "$tree"
    cp "$PROGRAM" "$tree"
    copyright '' >"$tree/COPYRIGHT"
    if [ "$SYSTEM" = windows ]; then
        zipped
    else
        reproducibly -C "$work/$SYSTEM-$ARCH" "$name" | gzip -9n >"$out/$name.tar.gz"
    fi
}

# zipped: an archive as Windows opens it, without the owners and the other times that zip knows. Its times are local ones.
zipped() {
    find "$tree" -exec touch -d "@$SOURCE_DATE_EPOCH" {} + -exec chmod u+rw,go=rX {} +
    rm -f "$out/$name.zip"
    (cd "$work/$SYSTEM-$ARCH" && find "$name" -type f | LC_ALL=C sort | TZ=UTC zip -q -X -9 -@ "$out/$name.zip")
}

step() { echo "$SYSTEM/$ARCH: $1"; }

echo "check_pop3x $VERSION, packages $PACKAGE_VERSION-1, into $out"
for platform in ${PLATFORMS:-linux/amd64 linux/arm64 linux/arm freebsd/amd64 darwin/amd64 darwin/arm64 windows/amd64}; do
    SYSTEM=${platform%/*} ARCH=${platform#*/} suffix=
    [ "$SYSTEM" != windows ] || suffix=.exe
    export ARCH PROGRAM="$work/$SYSTEM-$ARCH/check_pop3x$suffix"
    step program && build
    step 'list of what is in it' && parts "$out/$package-$VERSION-$SYSTEM-$ARCH.cdx.json"
    step archive && archive
    case $platform in linux/amd64 | linux/arm64) ;; *) continue ;; esac
    step .deb && deb
    step .rpm && rpm
    step .apk && PACKAGE_VERSION=$(alpine) other apk
    step 'Arch Linux' && PACKAGE_VERSION=$(arch) other archlinux
done
