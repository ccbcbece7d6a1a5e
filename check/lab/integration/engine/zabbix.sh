#!/bin/sh
# zabbix.sh: Zabbix's server with its frontend and PostgreSQL. Admin logs in with the password zabbix, as after an
# installation.
set -eu
address=$(awk '$2 == "localhost" { print $1 }' /etc/hosts)
. ./web.sh

as postgres createuser zabbix
as postgres createdb --owner=zabbix zabbix
for part in schema images data; do
    zcat /usr/share/zabbix-server-pgsql/$part.sql.gz | PGOPTIONS=--client-min-messages=warning psql --quiet -U zabbix zabbix >/dev/null
done

install -d -o zabbix /run/zabbix /var/log/zabbix-server
cat >/etc/zabbix/zabbix_server.conf <<END
$(grep -v -e '^#' -e LogFile /usr/share/zabbix-server-pgsql/zabbix_server.conf)
LogType=console
ListenIP=$address
SocketDir=/run/zabbix
DBHost=/run/postgresql
CacheUpdateFrequency=1
END
cat >/etc/zabbix/zabbix.conf.php <<END
<?php
\$DB = ['TYPE' => 'POSTGRESQL', 'SERVER' => '/run/postgresql', 'PORT' => '0', 'DATABASE' => 'zabbix', 'USER' => 'zabbix', 'PASSWORD' => '',
    'SCHEMA' => '', 'ENCRYPTION' => false, 'VAULT_URL' => '', 'DOUBLE_IEEE754' => true];
\$ZBX_SERVER = '$address';
\$ZBX_SERVER_PORT = '10051';
\$ZBX_SERVER_NAME = '';
\$IMAGE_FORMAT_DEFAULT = IMAGE_FORMAT_PNG;
END
echo 'date.timezone = UTC' >/etc/php/8.2/cli/conf.d/99-zabbix.ini
chgrp zabbix /etc/zabbix/*.password
chmod 640 /etc/zabbix/*.password
chmod 755 /etc/zabbix/externalscripts/*

# not as a child of the server, which ends when one does
(PHP_CLI_SERVER_WORKERS=4 setpriv --reuid www-data --regid www-data --init-groups php -S "$address:8080" -t /usr/share/zabbix >php.log 2>&1 &)
exec setpriv --reuid zabbix --regid zabbix --init-groups zabbix_server --foreground --config /etc/zabbix/zabbix_server.conf
