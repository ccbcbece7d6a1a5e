#!/bin/sh
# install.sh [uninstall]: puts check_pop3x and what belongs to it into their places below DESTDIR, or removes it.
#
#   PREFIX=/usr/local   programs, manual, completion, documents, Icinga 2's command, systemd's units
#   PLUGINDIR=$PREFIX/lib/nagios/plugins
#   PROGRAM             check_pop3x beside packaging, or build/check_pop3x
#   SYSCONFDIR=/etc     configuration, $PREFIX/etc if PREFIX is below $HOME; NAGIOSDIR and NRPEDIR below it
#
# A configuration file that exists is left alone, and is removed only if nobody changed it. From the sources: make build,
# then make install.
set -eu
umask 022

PREFIX=${PREFIX-/usr/local}
DESTDIR=${DESTDIR-}
PLUGINDIR=${PLUGINDIR-$PREFIX/lib/nagios/plugins}
case $PREFIX in
"${HOME:-/root}"/*) SYSCONFDIR=${SYSCONFDIR-$PREFIX/etc} ;;
*) SYSCONFDIR=${SYSCONFDIR-/etc} ;;
esac
NAGIOSDIR=${NAGIOSDIR-$SYSCONFDIR/nagios-plugins/config}
NRPEDIR=${NRPEDIR-$SYSCONFDIR/nagios/nrpe.d}
ZSHDIR=${ZSHDIR-$PREFIX/share/zsh/site-functions}
package=monitoring-plugins-pop3x
doc=$PREFIX/share/doc/$package
icinga=$PREFIX/share/icinga2/include/plugins-contrib.d/pop3x.conf

cd "$(dirname "$0")/.."
[ -n "${PROGRAM-}" ] || if [ -f check_pop3x ]; then PROGRAM=check_pop3x; else PROGRAM=build/check_pop3x; fi

# uninstall removes what an installation elsewhere shows to be ours
uninstall() {
    ours=$(mktemp -d)
    trap 'rm -rf "$ours"' EXIT
    DESTDIR=$ours PROGRAM=packaging/install.sh packaging/install.sh >/dev/null
    (cd "$ours" && find . -type f) | while read -r file; do
        [ -e "$DESTDIR/$file" ] || continue
        case $file in
        ".$NAGIOSDIR"/* | ".$NRPEDIR"/*)
            cmp -s "$ours/$file" "$DESTDIR/$file" || { echo "Left, because it is changed: $DESTDIR${file#.}"; continue; }
            ;;
        esac
        rm -f "$DESTDIR/$file"
    done
    find "$DESTDIR$doc" "$DESTDIR$SYSCONFDIR/check_pop3x" -depth -type d -exec rmdir {} + 2>/dev/null || true
}

[ "${1-}" != uninstall ] || { uninstall; exit; }
[ -f "$PROGRAM" ] || { echo "There is no $PROGRAM to install. Type: make build" >&2; exit 1; }

# Only engines of packages that have the same PREFIX know where the plugin is.
[ "$PREFIX" = /usr ] || plugin=$PLUGINDIR/check_pop3x

# put MODE FILE PLACE: a copy with the directories that were chosen
put() {
    mkdir -p "$DESTDIR${3%/*}"
    sed -e "s,/usr/lib/nagios/plugins,$PLUGINDIR,g" -e "s,/etc/check_pop3x,$SYSCONFDIR/check_pop3x,g" \
        -e "s,/usr/share/doc/$package,$doc,g" \
        ${plugin:+-e "s,PluginContribDir + \"/check_pop3x\",\"$plugin\"," -e "s,[$]USER1[$]/check_pop3x,$plugin,"} \
        "$2" >"$DESTDIR$3"
    chmod "$1" "$DESTDIR$3"
}

# configure FILE PLACE
configure() { [ -e "$DESTDIR$2" ] || put 644 "$1" "$2"; }

# relink DOCUMENT: its links lead to the other documents and to the examples, which are beside it now. Of a link to a
# file that is not installed the text remains.
relink() {
    sed -E -e 's,\]\((packaging/doc|\.\./\.\.)/([a-zA-Z0-9-]+\.md|img/),](\2,g' \
        -e 's,\]\((packaging|\.\.)/([a-z0-9]+)/(examples/)?,](examples/\2/,g' \
        -e 's,\]\(examples/schema/,](schema/,g' \
        -e 's,\[([^]]*)\]\((examples/n[a-z]+/pop3x\.cfg|\.\./|\.github/|CHANGELOG|LICENSE)[^)]*\),\1,g' "$1" >"$1.new"
    mv "$1.new" "$1"
}

mkdir -p "$DESTDIR$PLUGINDIR" "$DESTDIR$PREFIX/share/man/man8" "$DESTDIR$SYSCONFDIR/check_pop3x"
cp "$PROGRAM" "$DESTDIR$PLUGINDIR/check_pop3x.new"
chmod 755 "$DESTDIR$PLUGINDIR/check_pop3x.new"
mv "$DESTDIR$PLUGINDIR/check_pop3x.new" "$DESTDIR$PLUGINDIR/check_pop3x" # the old one may be running

gzip -9n <packaging/man/check_pop3x.8 >"$DESTDIR$PREFIX/share/man/man8/check_pop3x.8.gz"
put 644 packaging/completion/check_pop3x.bash "$PREFIX/share/bash-completion/completions/check_pop3x"
put 644 packaging/completion/_check_pop3x "$ZSHDIR/_check_pop3x"
put 644 packaging/completion/check_pop3x.fish "$PREFIX/share/fish/vendor_completions.d/check_pop3x.fish"
put 644 packaging/icinga2/pop3x.conf "$icinga"
put 644 packaging/systemd/check_pop3x@.service "$PREFIX/lib/systemd/system/check_pop3x@.service"
put 644 packaging/systemd/check_pop3x@.timer "$PREFIX/lib/systemd/system/check_pop3x@.timer"
configure packaging/nagios/pop3x.cfg "$NAGIOSDIR/pop3x.cfg"
configure packaging/nrpe/pop3x.cfg "$NRPEDIR/pop3x.cfg"

for file in README.md packaging/doc/*.md; do
    put 644 "$file" "$doc/${file##*/}"
    relink "$DESTDIR$doc/${file##*/}"
done
mkdir -p "$DESTDIR$doc/img"
cp packaging/doc/img/*.png "$DESTDIR$doc/img"
gzip -9n <CHANGELOG.md >"$DESTDIR$doc/changelog.gz"
for kind in icinga2 nagios systemd; do
    (cd "packaging/$kind/examples" && find . -type f) | sort | while read -r file; do
        put 644 "packaging/$kind/examples/$file" "$doc/examples/$kind/${file#./}"
    done
done
for file in packaging/checkmk/mrpe.cfg packaging/checkmk/local/* packaging/cron/* packaging/prometheus/* packaging/director/* \
    packaging/kubernetes/* packaging/icingaweb/pop3x.ini packaging/grafana/*; do
    put 644 "$file" "$doc/examples/${file#packaging/}"
done
for kind in collectd monit telegraf xymon zabbix; do
    for file in "packaging/$kind"/*; do
        put 644 "$file" "$doc/examples/${file#packaging/}"
    done
done
for file in packaging/schema/*; do
    put 644 "$file" "$doc/schema/${file##*/}"
done

[ "$PREFIX" = /usr ] || cat <<END
Installed in $PLUGINDIR. What makes the commands known:
  to Icinga 2, a line in /etc/icinga2/icinga2.conf:
    include "$icinga"
  to Nagios, a line in nagios.cfg, unless cfg_dir=$NAGIOSDIR is there:
    cfg_file=$NAGIOSDIR/pop3x.cfg
END
