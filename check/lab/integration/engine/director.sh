#!/bin/sh
# director.sh WORD...: icingacli director, as Icinga Web's user, and what it says and how it ends
exec setpriv --reuid www-data --regid www-data --init-groups icingacli director "$@" 2>&1
