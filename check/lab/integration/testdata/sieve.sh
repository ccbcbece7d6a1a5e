#!/bin/sh
# Dovecot, whose mailboxes are in a file system of a megabyte.
set -eu
mount -t tmpfs -o size=1m,mode=777 mail mail
exec dovecot -F -c dovecot.conf
