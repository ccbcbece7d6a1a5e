#!/bin/sh
# Exim reads only its own configuration with all its rights.
set -e
mkdir -p /etc/exim4 /var/spool/exim4 /var/log/exim4
chown Debian-exim:Debian-exim /var/spool/exim4 /var/log/exim4
cp exim.conf /etc/exim4/exim4.conf
chown root:Debian-exim /etc/exim4/exim4.conf server.key
chmod 640 /etc/exim4/exim4.conf server.key
exec exim4 -bdf -q1m
