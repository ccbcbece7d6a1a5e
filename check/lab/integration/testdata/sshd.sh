#!/bin/sh
# sshd.sh ADDRESS: OpenSSH on the port of POP3, without a login.
set -eu
mkdir -p /run/sshd
ssh-keygen -q -t ed25519 -N '' -f hostkey
echo 'sshd:x:50030:50030::/run/sshd:/bin/false' >>/etc/passwd
exec /usr/sbin/sshd -D -e -f /dev/null -h "$PWD/hostkey" -o ListenAddress="$1:110" -o UsePAM=no
