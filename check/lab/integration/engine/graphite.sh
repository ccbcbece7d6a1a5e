#!/bin/sh
# graphite.sh: carbon and graphite-web on port 8003, for the GraphiteWriter and the Icinga Web of the same machine. They keep
# a value each second, or as /etc/carbon/retentions says.
set -eu
address=$(awk '$2 == "localhost" { print $1 }' /etc/hosts)
web=/etc/icingaweb2
as_graphite() { setpriv --reuid _graphite --regid _graphite --clear-groups "$@"; }

sed -i -e "s/0\.0\.0\.0/$address/" -e 's/^MAX_CREATES_PER_MINUTE.*/MAX_CREATES_PER_MINUTE = inf\nENABLE_TAGS = False/' \
    /etc/carbon/carbon.conf
retentions=$(cat /etc/carbon/retentions 2>/dev/null || echo 1s:1d)
printf '[all]\npattern = .*\nretentions = %s\n' "$retentions" >/etc/carbon/storage-schemas.conf
printf 'SECRET_KEY = "-"\nCARBONLINK_HOSTS = ["%s:7002:a"]\n' "$address" >>/etc/graphite/local_settings.py
install -d -o _graphite -g _graphite /var/lib/graphite /var/lib/graphite/whisper /var/log/carbon /var/log/graphite
chown -R _graphite:_graphite /var/lib/graphite /var/log/carbon /var/log/graphite
as_graphite graphite-manage migrate --run-syncdb >/var/log/graphite/log 2>&1
as_graphite carbon-cache --config=/etc/carbon/carbon.conf --pidfile=/var/lib/graphite/pid --logdir=/var/log/carbon --nodaemon \
    start >/var/log/carbon/log 2>&1 &
as_graphite graphite-manage runserver --noreload --insecure "$address:8003" >/var/log/graphite/log 2>&1 &

mkdir -p $web/modules/graphite
ln -sfn /usr/share/icingaweb2/modules/graphite $web/enabledModules/graphite
printf '[graphite]\nurl = "http://%s:8003"\n' "$address" >$web/modules/graphite/config.ini
