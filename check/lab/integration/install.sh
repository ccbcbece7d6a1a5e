#!/bin/sh
# Fetches what the integration tests run from Debian, the programs listed below, and unpacks each, with what it depends
# on, into a tree of its own. Their packages exclude one another or start by themselves, so nothing is installed: the
# tests lay a tree over /usr and /etc in a private mount namespace. A tree is fetched again only if its packages or the
# machine's have changed. Needs root and apt-get.
#
# install.sh [TREE...]: by default those of the integration tests
set -eu
umask 022

cache=${XDG_CACHE_HOME:-/var/cache}/check_pop3x-servers

# packages NAME: what NAME is made of
packages() {
    case $1 in
    dovecot) echo dovecot-core dovecot-pop3d dovecot-imapd ;;
    courier) echo courier-pop courier-authlib-userdb ;;
    postfix) echo postfix postgrey libfaketime ;;
    sieve) echo dovecot-core dovecot-pop3d dovecot-lmtpd dovecot-sieve ;;
    exim) echo exim4-daemon-light ;;
    opensmtpd) echo opensmtpd ;;
    winbind) echo dovecot-core dovecot-pop3d winbind samba-common-bin ;;
    cyrus) echo cyrus-common cyrus-pop3d cyrus-imapd sasl2-bin libsasl2-modules libsasl2-modules-db ;;
    nginx) echo nginx libnginx-mod-mail ;;
    glewlwyd) echo glewlwyd glewlwyd-common dbconfig-no-thanks ;;
    pass) echo pass gnupg ;;
    systemd) echo systemd ;;
    dns) echo knot unbound ;;
    network) echo iproute2 nftables ;;
    prometheus) echo prometheus prometheus-node-exporter cron systemd ;; # with promtool, and what can write files for it
    alerts) echo prometheus prometheus-alertmanager prometheus-node-exporter collectd-core cron bsd-mailx curl monit ;; # what tells people
    influxdb) echo influxdb ;;
    xymon) echo xymon xymon-client ;;
    zabbix) echo zabbix-server-pgsql zabbix-frontend-php postgresql-15 php8.2-cli php8.2-pgsql php8.2-mbstring php8.2-gd php8.2-xml php8.2-bcmath ;;
    stunnel) echo stunnel4 ;;
    haproxy) echo haproxy libfaketime ;;
    proxies) echo microsocks dante-server tinyproxy squid ;;
    perdition) echo perdition ;;
    popa3d) echo popa3d openbsd-inetd tcpd ;;
    ssh) echo openssh-server ;;
    fish) echo fish ;;
    repositories) echo apt-utils curl gnupg createrepo-c dnf pacman-package-manager ;; # what publishes packages, and what installs them
    arm64) echo qemu-user-static ;;
    source) echo dpkg-dev debhelper ;;
    samba) echo samba samba-ad-dc samba-ad-provision samba-dsdb-modules python3-samba ;; # a domain of Active Directory
    krb5) echo krb5-kdc krb5-admin-server krb5-user dovecot-core dovecot-pop3d dovecot-gssapi libsasl2-modules-gssapi-mit libfaketime ;;
    containers) echo podman crun conmon ;;
    engines) echo icinga2-bin icinga2-common nagios4-core nagios-nrpe-server nagios-nrpe-plugin monitoring-plugins-basic ;;
    director) echo icinga2-bin icinga2-common icingacli icingaweb2 icingaweb2-module-monitoring icingaweb2-module-director \
        icingaweb2-module-graphite php8.2-cli php8.2-pgsql php8.2-curl php8.2-mbstring php8.2-intl php8.2-gd php8.2-xml \
        postgresql-15 icinga2-ido-pgsql graphite-web graphite-carbon ;;
    esac
}

# stamp NAME: what the tree depends on: its packages and what the machine has already
stamp() {
    packages "$1" | cat - /var/lib/dpkg/status | sha256sum | cut -d ' ' -f 1
}

# download NAME: apt's own choice of packages, checked by apt, without installing one of them
download() {
    mkdir -p "$cache/$1.debs/partial"
    # shellcheck disable=SC2046 # the packages are words of their own
    apt-get install --download-only --no-install-recommends -y -qq \
        -o Dir::Cache::archives="$cache/$1.debs/" -o Debug::NoLocking=1 -o APT::Sandbox::User=root \
        $(packages "$1")
}

# unpack NAME: Debian's packages still name /lib and /sbin, which are links into /usr
unpack() {
    tree=$cache/$1.new
    rm -rf "$tree"
    mkdir -p "$tree/usr/bin" "$tree/usr/sbin" "$tree/usr/lib" "$tree/usr/lib64" "$tree/etc" "$tree/var"
    ln -s usr/bin usr/sbin usr/lib usr/lib64 "$tree/"
    for deb in "$cache/$1.debs"/*.deb; do
        [ ! -e "$deb" ] || dpkg --fsys-tarfile "$deb" | tar -x --keep-directory-symlink -C "$tree"
    done
    rm -rf "${cache:?}/$1"
    mv "$tree" "$cache/$1"
}

# configure NAME: what the packages would have done if they were installed
configure() {
    [ "$1" = engines ] || return 0
    cp "$cache"/engines/usr/share/monitoring-plugins/templates-basic/*.cfg "$cache/engines/etc/nagios-plugins/config/"
    for feature in checker mainlog notification; do
        ln -s "../features-available/$feature.conf" "$cache/engines/etc/icinga2/features-enabled/"
    done
}

# fetch NAME: the lists of packages may be missing, or older than the archive
fetch() {
    echo "Debian's packages of $1 are fetched once, into $cache/$1; that may take a minute."
    rm -rf "$cache/$1.debs"
    download "$1" 2>/dev/null || { apt-get update -qq && download "$1"; }
    unpack "$1"
    configure "$1"
    rm -rf "$cache/$1.debs"
}

# tree NAME: fetched again only if something that it depends on has changed
tree() {
    [ "$(cat "$cache/$1.stamp" 2>/dev/null)" != "$(stamp "$1")" ] || return 0
    rm -f "$cache/$1.stamp"
    fetch "$1"
    stamp "$1" >"$cache/$1.stamp"
}

main() {
    mkdir -p "$cache"
    chmod 755 "$cache"
    exec 9>"$cache/lock"
    flock 9
    for name; do
        tree "$name"
    done
}

[ $# -gt 0 ] || set -- dovecot courier postfix exim opensmtpd sieve cyrus nginx dns network glewlwyd pass systemd prometheus stunnel haproxy \
    proxies perdition popa3d ssh krb5 samba engines fish winbind \
    alerts xymon containers repositories
main "$@"
