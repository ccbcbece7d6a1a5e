#!/bin/sh
# systemd.sh: systemd as the first process of namespaces of its own, in a control group of its own, until the unit
# end.service stops it. The units are in the directory.
set -e
mkdir /mnt/cgroup
mount -t cgroup2 cgroup2 /mnt/cgroup
group=/mnt/cgroup/$(basename "$PWD")
mkdir "$group"
echo $$ >"$group/cgroup.procs"

unshare --pid --fork --kill-child --mount --uts --ipc --cgroup /bin/sh -ec '
    mount --make-rshared / # what systemd mounts for a unit has to come here
    mount -t proc proc /proc
    mount -t tmpfs tmpfs /sys/fs/cgroup
    mount -t cgroup2 cgroup2 /sys/fs/cgroup
    mkdir -p /run/systemd/system
    cp *.service /run/systemd/system/
    install -D check_pop3x /usr/lib/nagios/plugins/check_pop3x
    export container=test # not a machine: it may end
    exec /lib/systemd/systemd --system --unit=end.service --log-target=console
' || true

echo $$ >/mnt/cgroup/cgroup.procs
find "$group" -depth -type d -exec rmdir {} +
