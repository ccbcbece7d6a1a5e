#!/bin/sh
# nrpe.sh ADDRESS: Debian's NRPE on its usual port of the address.
set -eu
install -d -o nagios -g nagios /run/nagios
sed -i "s,^#server_address=.*,server_address=$1," /etc/nagios/nrpe.cfg
cd /
exec nrpe -c /etc/nagios/nrpe.cfg -f
