#!/bin/sh
# ad.sh PORT PORT: a domain of Active Directory by Samba, of which the KDC alone runs, on the first port. It gets a user
# alice and a service pop/localhost, with a keytab each.
set -eu
mkdir -p /var/lib/samba/private /var/log/samba /var/cache/samba /run/samba /etc/samba
printf 'users:x:100:\nnogroup:x:65534:\nwheel:x:10:\n' >>/etc/group
rm -f /etc/samba/smb.conf
samba-tool domain provision --realm=CHECK.TEST --domain=CHECK --adminpass='Passw0rd.1' --server-role=dc --dns-backend=NONE \
    --host-name=dc --host-ip=127.0.0.1 --option='interfaces = lo' --option='bind interfaces only = yes' 2>&1
samba-tool user create alice 'Passw0rd.2'
samba-tool user create service 'Passw0rd.3'
samba-tool spn add pop/localhost service
samba-tool domain exportkeytab alice.keytab --principal=alice
samba-tool domain exportkeytab pop.keytab --principal=pop/localhost
chmod 644 pop.keytab
exec samba -F --no-process-group --debug-stdout --option='server services = kdc' --option="krb5 port = $1" \
    --option="kpasswd port = $2" --option='interfaces = lo' --option='bind interfaces only = yes'
