#!/bin/sh
# Makes the directories that the package would have.
set -e
mkdir -p /var/spool/smtpd /var/lib/opensmtpd/empty
chmod 711 /var/spool/smtpd
exec smtpd -d -f "$PWD/smtpd.conf"
