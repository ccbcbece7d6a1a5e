#!/bin/sh
# nagios4.sh [OPTION...]: nagios4 with Debian's configuration, but for what it checks of the machine itself, and told to
# look every second.
set -eu
for place in run/nagios4 var/lib/nagios4 var/lib/nagios4/rw var/lib/nagios4/spool var/lib/nagios4/spool/checkresults \
    var/log/nagios4 var/log/nagios4/archives; do
    install -d -o nagios -g nagios "/$place"
done
config=/etc/nagios4/nagios.cfg
sed -i 's,^cfg_file=.*/localhost.cfg,#&, ; s,^\(status_update_interval\|check_result_reaper_frequency\)=.*,\1=1,' "$config"
cd /
exec nagios4 "$@" "$config"
