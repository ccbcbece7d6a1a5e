#!/bin/sh
# Installs from Debian what the integration tests of packaging need: those who read packages, manuals and units. At once
# when they are there. Needs root and apt-get.
set -eu

packages="bash-completion bsdextrautils bsdutils groff jq lintian mandoc rpm rpmlint systemd unzip zip zsh"

missing=
for package in $packages; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0
install() {
    # shellcheck disable=SC2086 # the packages are words of their own
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
}
install 2>/dev/null || { apt-get update -qq && install; }
