#!/bin/sh
# systemd.sh SCRIPT: systemd as the first process of namespaces of its own, in a control group of its own, with a journal
# but without the units that look after a real machine. SCRIPT is what its administrator types, in sh, with what it says
# in the file "said". systemd ends after it.
set -eu
mkdir /mnt/cgroup
mount -t cgroup2 cgroup2 /mnt/cgroup
group=/mnt/cgroup/$(basename "$PWD")
mkdir "$group"
echo $$ >"$group/cgroup.procs"

# what PrivateDevices= gives to a unit
mknod -m 666 /dev/full c 1 7
mknod -m 666 /dev/tty c 5 0
mkdir /dev/pts
mount -t devpts -o newinstance,ptmxmode=0666 devpts /dev/pts
ln -s pts/ptmx /dev/ptmx

rm -rf /usr/lib/systemd/system/*.wants /etc/systemd/system/*.wants
mkdir -p /run/systemd/system
echo "$1" >script
cat >/run/systemd/system/administrator.service <<END
[Unit]
Requires=systemd-journald.socket
After=systemd-journald.service
SuccessAction=exit-force
FailureAction=exit-force
[Service]
Type=oneshot
WorkingDirectory=$PWD
ExecStart=/bin/sh -e script
StandardOutput=file:$PWD/said
StandardError=file:$PWD/said
END

unshare --pid --fork --kill-child --mount --uts --ipc --cgroup /bin/sh -ec '
    mount --make-rshared / # what systemd mounts for a unit has to come here
    mount -t proc proc /proc
    mount -t tmpfs tmpfs /sys/fs/cgroup
    mount -t cgroup2 cgroup2 /sys/fs/cgroup
    export container=test # not a machine: it may end
    exec /lib/systemd/systemd --system --unit=administrator.service --log-target=console
' || true

echo $$ >/mnt/cgroup/cgroup.procs
find "$group" -depth -type d -exec rmdir {} +
