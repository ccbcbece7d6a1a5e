#!/bin/sh
# Cyrus as the tests want it. The mailboxes are filled over IMAP, on a socket in the same directory.
set -e
. ./environment.sh
cp imapd.conf cyrus.conf /etc/
install -d -o cyrus -g mail -m 750 /var/lib/cyrus /var/spool/cyrus /var/spool/cyrus/mail \
    /run/cyrus /run/cyrus/proc /run/cyrus/lock /run/cyrus/socket
while IFS=: read -r user password; do
    printf %s "$password" | saslpasswd2 -p -c -u pop3.test "$user"
done <users
chown cyrus /etc/sasldb2 .
for sub in db log msg proc socket user quota; do install -d -o cyrus -g mail /var/lib/cyrus/$sub; done
/usr/lib/cyrus/bin/master -D
