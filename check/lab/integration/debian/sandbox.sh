#!/bin/sh
# sandbox.sh TREES DIR COMMAND...: the first process of a mount and pid namespace. Lays TREES over /usr and /etc, the
# first of them, with a colon between, on top; puts their /var in the place of the machine's, keeps all that is written
# there in memory, gives the syslog socket of DIR its name, and runs COMMAND. The shell stays the first process: it
# takes in orphans, which confuse some servers.
set -eu
umask 022
trees=$1 dir=$2
shift 2

mount --make-rprivate /
mount -t proc proc /proc
mount -t tmpfs -o mode=755 tmpfs /mnt
overlay() { # TOP LOWER
    mkdir "/mnt/$1" "/mnt/$1.work"
    mount -t overlay -o "lowerdir=$2,upperdir=/mnt/$1,workdir=/mnt/$1.work" overlay "/$1"
}
layers() { # DIRECTORY: in each tree that has it
    echo "$trees" | tr : '\n' | while read -r tree; do [ ! -d "$tree/$1" ] || printf '%s:' "$tree/$1"; done
}
overlay usr "$(layers usr)/usr"
overlay etc "$(layers etc)/etc"
var=$(layers var)
overlay var "${var%:}"
mkdir -p /var/lib /var/tmp
chmod 1777 /var/tmp
ln -sfn /run /var/run
mount -t tmpfs -o mode=755 tmpfs /run
mount -t tmpfs -o mode=755 tmpfs /dev
mknod -m 666 /dev/null c 1 3
mknod -m 666 /dev/zero c 1 5
mknod -m 666 /dev/random c 1 8
mknod -m 666 /dev/urandom c 1 9
mkdir -m 1777 /dev/shm
ln -s /proc/self/fd /dev/fd
ln -s /proc/self/fd/1 /dev/stdout
ln -s /proc/self/fd/2 /dev/stderr
ln -s "$dir/syslog.sock" /dev/log

cp "$dir/passwd" "$dir/group" /etc/
printf 'passwd: files\ngroup: files\nshadow: files\nhosts: files\nservices: files\nprotocols: files\n' >/etc/nsswitch.conf
cd "$dir"
"$@" &
wait $!
