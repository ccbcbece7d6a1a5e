#!/bin/sh
# install.sh: puts check_pop3x and what belongs to it into their places below DESTDIR.
#
#   PREFIX=/usr/local   programs, manual, completion, documents, Icinga 2's command, systemd's units
#   PLUGINDIR=$PREFIX/lib/nagios/plugins
#   PROGRAM             check_pop3x beside packaging, or build/check_pop3x
#   SYSCONFDIR=/etc     configuration; NAGIOSDIR and NRPEDIR below it
#
# A file of configuration that is there already is left alone. From the sources: make install.
set -eu
umask 022

PREFIX=${PREFIX-/usr/local}
DESTDIR=${DESTDIR-}
PLUGINDIR=${PLUGINDIR-$PREFIX/lib/nagios/plugins}
SYSCONFDIR=${SYSCONFDIR-/etc}
NAGIOSDIR=${NAGIOSDIR-$SYSCONFDIR/nagios-plugins/config}
NRPEDIR=${NRPEDIR-$SYSCONFDIR/nagios/nrpe.d}
ZSHDIR=${ZSHDIR-$PREFIX/share/zsh/site-functions}
package=monitoring-plugins-pop3x
doc=$PREFIX/share/doc/$package

cd "$(dirname "$0")/.."
[ -n "${PROGRAM-}" ] || if [ -f check_pop3x ]; then PROGRAM=check_pop3x; else PROGRAM=build/check_pop3x; fi
[ -f "$PROGRAM" ] || { echo "install.sh: there is no $PROGRAM, type: make build" >&2; exit 1; }

# put MODE FILE PLACE: a copy that names the directory of plugins as it is
put() {
    mkdir -p "$DESTDIR${3%/*}"
    sed "s,/usr/lib/nagios/plugins,$PLUGINDIR,g" "$2" >"$DESTDIR$3"
    chmod "$1" "$DESTDIR$3"
}

# configure FILE PLACE
configure() { [ -e "$DESTDIR$2" ] || put 644 "$1" "$2"; }

# relink DOCUMENT: its links lead to the other documents and to the examples, which are beside it now. Of a link to a
# file that is not installed the text remains.
relink() {
    sed -E -e 's,\]\((packaging/doc|\.\./\.\.)/([a-zA-Z0-9-]+\.md),](\2,g' \
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
put 644 packaging/icinga2/pop3x.conf "$PREFIX/share/icinga2/include/plugins-contrib.d/pop3x.conf"
put 644 packaging/systemd/check_pop3x@.service "$PREFIX/lib/systemd/system/check_pop3x@.service"
put 644 packaging/systemd/check_pop3x@.timer "$PREFIX/lib/systemd/system/check_pop3x@.timer"
configure packaging/nagios/pop3x.cfg "$NAGIOSDIR/pop3x.cfg"
configure packaging/nrpe/pop3x.cfg "$NRPEDIR/pop3x.cfg"

for file in README.md packaging/doc/*.md; do
    put 644 "$file" "$doc/${file##*/}"
    relink "$DESTDIR$doc/${file##*/}"
done
gzip -9n <CHANGELOG.md >"$DESTDIR$doc/changelog.gz"
for kind in icinga2 nagios systemd; do
    (cd "packaging/$kind/examples" && find . -type f) | sort | while read -r file; do
        put 644 "packaging/$kind/examples/$file" "$doc/examples/$kind/${file#./}"
    done
done
for file in packaging/checkmk/mrpe.cfg packaging/checkmk/local/* packaging/cron/*; do
    put 644 "$file" "$doc/examples/${file#packaging/}"
done
for file in packaging/schema/*; do
    put 644 "$file" "$doc/schema/${file##*/}"
done
