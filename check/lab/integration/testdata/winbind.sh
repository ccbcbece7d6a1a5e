#!/bin/sh
# Samba's users, winbind, which checks logins by NTLM for Dovecot, and then Dovecot.
set -eu
cat >/etc/samba/smb.conf <<END
[global]
netbios name = MAIL
workgroup = EXAMPLE
server role = standalone server
passdb backend = tdbsam
bind interfaces only = yes
interfaces = lo
END
mkdir -p /var/lib/samba/private /var/cache/samba /var/log/samba /run/samba
while IFS=: read -r user password; do
    echo "$user:x:50030:50030::/:/bin/false" >>/etc/passwd
    printf '%s\n%s\n' "$password" "$password" | smbpasswd -s -a "$user" >/dev/null
done <samba-users
smbpasswd -d locked >/dev/null
winbindd --foreground --no-process-group &
until wbinfo --ping >/dev/null 2>&1; do sleep 0.1; done
exec dovecot -F -c dovecot.conf
