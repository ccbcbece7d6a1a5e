#!/bin/sh
# Makes a user of the system whose account has expired, a file system that is full, and an mbox that is none; then
# starts Dovecot.
set -eu
printf 'auth required pam_unix.so nodelay\naccount required pam_unix.so\n' >/etc/pam.d/dovecot
echo 'departed:x:50020:50020::/nonexistent:/bin/false' >>/etc/passwd
echo "departed:$(openssl passwd -6 'spring 2025'):20000:0:99999:7::20100:" >>/etc/shadow

mknod /dev/loop-control c 10 237
for number in 0 1 2 3 4 5 6 7; do mknod "/dev/loop$number" b 7 "$number"; done
truncate -s 4M full.img
mkdir /mnt/full
{ mkfs.ext4 -q full.img && mount -o loop full.img /mnt/full; } 2>/dev/null ||
    mount -t tmpfs -o size=4M full /mnt/full # without loop devices, as in many containers
printf 'From a@example.org Mon Jan  1 12:00:00 2024\nSubject: x\n\nbody\n\n' >/mnt/full/inbox
chown -R vmail /mnt/full
cat /dev/zero >/mnt/full/rest 2>/dev/null || true

mkdir mangled
echo 'This is no mailbox.' >mangled/inbox
chown -R vmail mangled
exec dovecot -F -c dovecot.conf
