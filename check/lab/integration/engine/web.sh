# web.sh, for scripts that read it: PHP and PostgreSQL, as the scripts of their packages leave them.

as() { # USER COMMAND...
    user_=$1
    shift
    (cd / && setpriv --reuid "$user_" --regid "$user_" --init-groups "$@" </dev/null)
}

# what the scripts of the packages do
for ini in /usr/share/php8.2-*/*/*.ini; do
    case $ini in
    */opcache.ini | */ffi.ini) continue ;;
    */pdo.ini) order=10 ;;
    */pdo_*.ini) order=30 ;;
    *) order=20 ;;
    esac
    cp "$ini" "/etc/php/8.2/cli/conf.d/$order-${ini##*/}"
done
ln -sf php8.2 /usr/bin/php

bin=/usr/lib/postgresql/15/bin
install -d -o postgres /run/postgresql /var/lib/postgresql/data
as postgres $bin/initdb --pgdata /var/lib/postgresql/data --auth=trust --encoding=UTF8 --locale=C.UTF-8 >/dev/null
as postgres $bin/pg_ctl --wait --pgdata /var/lib/postgresql/data -o "-c listen_addresses='' -c fsync=off" start >/dev/null
