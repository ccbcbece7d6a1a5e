#!/bin/sh
# kdc.sh: a KDC of MIT Kerberos, with what is in the file principals: "NAME" gets a key in the keytab NAME.keytab,
# without anything behind a slash.
set -eu
export KRB5_CONFIG="$PWD/krb5.conf" KRB5_KDC_PROFILE="$PWD/kdc.conf"
kdb5_util create -s -P master >&2
while read -r name; do
    kadmin.local -q "addprinc -randkey $name" >&2
    kadmin.local -q "ktadd -norandkey -k ${name%%/*}.keytab $name" >&2
done <principals
chmod 644 pop.keytab # the mail server reads it under its own name
touch ready
exec krb5kdc -n
