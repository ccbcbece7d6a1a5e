#!/bin/sh
# repositories.sh [DIRECTORY]: makes signed repositories for apt and dnf, which any web server can serve. A package that is
# there already, of an earlier release, stays as it is.
#
#   KEY                       the key that signs, as gpg --local-user takes it
#   PACKAGES=build/packages   where packaging/build.sh has put the packages
#
# DIRECTORY, build/repositories by default, gets apt, dnf, and key.asc, the public key.
set -eu
umask 022

fail() {
    printf '%s\n' "$@" >&2
    exit 1
}

missing=
for tool in gpg apt-ftparchive createrepo_c rpmsign; do
    command -v $tool >/dev/null || missing="$missing $tool"
done
[ -z "$missing" ] || fail "To make repositories, install first:$missing" \
    'Debian has all in: apt-get install gnupg apt-utils createrepo-c rpm'
if [ -z "${KEY-}" ] || ! gpg --list-secret-keys "$KEY" >/dev/null 2>&1; then
    fail 'KEY= has to name a key; gpg --list-secret-keys lists them'
fi

cd "$(dirname "$0")/.."
PACKAGES=${PACKAGES-build/packages}
ls "$PACKAGES"/*.deb "$PACKAGES"/*.rpm >/dev/null 2>&1 || fail "$PACKAGES has no packages; type: make package"
packages=$(cd "$PACKAGES" && pwd)
mkdir -p "${1-build/repositories}"
cd "${1-build/repositories}"

# sign FILE SIGNED --clearsign|--detach-sign
sign() { gpg --quiet --yes --local-user "$KEY" --armor --output "$2" "$3" "$1"; }

# add DIRECTORY PACKAGE...: those that are not there. dnf wants a signature in the package, too. Debian's rpm looks for gpg2.
add() {
    directory=$1
    shift
    mkdir -p "$directory"
    for package; do
        place=$directory/${package##*/}
        [ ! -e "$place" ] || continue
        cp "$package" "$place.new"
        case $place in
        *.rpm) rpmsign -D "_gpg_name $KEY" -D "__gpg $(command -v gpg)" --addsign "$place.new" >/dev/null ;;
        esac
        mv "$place.new" "$place"
    done
}

# suite DIRECTORY: the lists of what is in pool, and the sums of the lists, signed
suite() {
    for arch in amd64 arm64; do
        mkdir -p "$1/main/binary-$arch"
        apt-ftparchive --arch $arch packages pool >"$1/main/binary-$arch/Packages"
        gzip -9nkf "$1/main/binary-$arch/Packages"
    done
    rm -f "$1"/*Release* # which would be in the list of the new one
    release=APT::FTPArchive::Release
    apt-ftparchive -o $release::Origin=check_pop3x -o $release::Suite=stable -o $release::Codename=stable \
        -o $release::Architectures='amd64 arm64' -o $release::Components=main release "$1" >Release
    mv Release "$1/Release"
    sign "$1/Release" "$1/InRelease" --clearsign
    sign "$1/Release" "$1/Release.gpg" --detach-sign
}

gpg --export --armor "$KEY" >key.asc
add apt/pool "$packages"/*.deb
(cd apt && suite dists/stable)
add dnf "$packages"/*.rpm
createrepo_c --quiet --update --no-database dnf
sign dnf/repodata/repomd.xml dnf/repodata/repomd.xml.asc --detach-sign
