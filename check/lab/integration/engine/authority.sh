#!/bin/sh
# authority.sh NAME...: an authority and a certificate for each name, by Icinga 2's own means, in the directory pki.
set -eu
pki=$PWD/pki
install -d -o nagios -g nagios pki /run/icinga2 /var/lib/icinga2 /var/log/icinga2
icinga2 pki new-ca
for name; do
    icinga2 pki new-cert --cn "$name" --key "$pki/$name.key" --csr "$pki/$name.csr"
    icinga2 pki sign-csr --csr "$pki/$name.csr" --cert "$pki/$name.crt"
done
cp /var/lib/icinga2/ca/ca.crt "$pki"
