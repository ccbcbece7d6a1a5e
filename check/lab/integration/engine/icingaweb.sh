#!/bin/sh
# icingaweb.sh NAME USER PASSWORD: icinga2.sh with what Icinga Web 2 and the Director need: PostgreSQL, their configuration,
# PHP. They are told USER and PASSWORD of Icinga 2's API; icingaadmin logs in with the same password.
set -eu
name=$1 user=$2 password=$3
address=$(awk '$2 == "localhost" { print $1 }' /etc/hosts)
echo "$address $name" >>/etc/hosts # the Director connects to the endpoint's name
web=/etc/icingaweb2
. ./web.sh

as postgres createuser icinga
for db in ido icingaweb director; do
    as postgres createdb --owner=icinga $db
done
as postgres psql --quiet director -c 'CREATE EXTENSION pgcrypto'
export PGOPTIONS=--client-min-messages=warning
psql --quiet -U icinga ido </usr/share/icinga2-ido-pgsql/schema/pgsql.sql >/dev/null
psql --quiet -U icinga icingaweb </usr/share/icingaweb2/schema/pgsql.schema.sql
psql --quiet -U icinga icingaweb -c "INSERT INTO icingaweb_user (name, active, password_hash)
    VALUES ('icingaadmin', 1, '$(php -r 'echo password_hash($argv[1], PASSWORD_DEFAULT);' "$password")')"

mkdir -p $web/modules/monitoring $web/modules/director
ln -sfn /usr/share/icingaweb2/modules/monitoring $web/enabledModules/monitoring
rm -f $web/enabledModules/graphite # which has nothing to show
cat >$web/config.ini <<EOF
[global]
config_resource = "icingaweb"
module_path = "/usr/share/icingaweb2/modules"
[logging]
log = "php"
level = "WARNING"
EOF
for db in icingaweb director ido; do
    printf '[%s]\ntype = "db"\ndb = "pgsql"\nhost = "/run/postgresql"\nport = "5432"\ndbname = "%s"\nusername = "icinga"\npassword = "-"\ncharset = "utf8"\n' $db $db
done >$web/resources.ini
# who runs the server can say who has logged in, for pictures
printf '[server]\nbackend = "external"\n[people]\nbackend = "db"\nresource = "icingaweb"\n' >$web/authentication.ini
printf '[people]\nbackend = "db"\nresource = "icingaweb"\n' >$web/groups.ini
printf '[Administrators]\nusers = "icingaadmin"\npermissions = "*"\n' >$web/roles.ini
printf '[icinga]\ntype = "ido"\nresource = "ido"\n' >$web/modules/monitoring/backends.ini
printf '[security]\nprotected_customvars = "*password*"\n' >$web/modules/monitoring/config.ini
printf '[icinga2]\ntransport = "api"\nhost = "%s"\nport = "5665"\nusername = "%s"\npassword = "%s"\n' \
    "$address" "$user" "$password" >$web/modules/monitoring/commandtransports.ini
printf '[db]\nresource = "director"\n' >$web/modules/director/config.ini
printf '[config]\nendpoint = "%s"\nhost = "%s"\nport = "5665"\nusername = "%s"\npassword = "%s"\n' \
    "$name" "$address" "$user" "$password" >$web/modules/director/kickstart.ini

# Icinga 2 looks at a new configuration without its own command line
sed -i "s|^//const NodeName = .*|const NodeName = \"$name\"|" /etc/icinga2/constants.conf
for feature in checker ido-pgsql; do
    ln -sf "../features-available/$feature.conf" /etc/icinga2/features-enabled/
done
cat >/etc/icinga2/features-available/ido-pgsql.conf <<EOF
object IdoPgsqlConnection "ido-pgsql" {
  host = "/run/postgresql"
  user = "icinga"
  database = "ido"
}
EOF
[ ! -e /etc/icinga2/features-enabled/graphite.conf ] || ./graphite.sh
cat >router.php <<'EOF'
<?php
if ($user = getenv('REMOTE_USER')) $_SERVER['REMOTE_USER'] = $user;
if (is_file($_SERVER['DOCUMENT_ROOT'] . parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH))) return false;
$_SERVER['SCRIPT_FILENAME'] = '/index.php'; // PHP says router.php
require $_SERVER['DOCUMENT_ROOT'] . '/index.php';
EOF
exec ./icinga2.sh "$name"
