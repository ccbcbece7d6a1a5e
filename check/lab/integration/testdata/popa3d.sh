#!/bin/sh
# popa3d.sh CLOSED SILENT: popa3d, started by inetd behind tcpd, which lets nobody in at the address CLOSED, and at others
# looks up who is calling, at the DNS server SILENT.
set -eu
echo "popa3d@$1: ALL" >/etc/hosts.deny
echo "popa3d: PARANOID" >>/etc/hosts.deny
printf 'nameserver %s\noptions timeout:6\n' "$2" >/etc/resolv.conf
sed -i 's/^hosts:.*/hosts: files dns/' /etc/nsswitch.conf
echo 'popa3d:x:50031:50031::/nonexistent:/bin/false' >>/etc/passwd
exec inetd -i inetd.conf
