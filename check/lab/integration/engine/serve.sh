#!/bin/sh
# serve.sh ADDRESS:PORT [USER]: Icinga Web by PHP's own server, to USER or to who logs in
export PHP_CLI_SERVER_WORKERS=4 REMOTE_USER="${2-}"
exec setpriv --reuid www-data --regid www-data --init-groups \
    php -d session.gc_probability=0 -S "$1" -t /usr/share/icingaweb2/public "${0%/*}/router.php"
