#!/bin/sh
# container.sh IMAGE VOLUMES ARGUMENT...: the plugin in a container of IMAGE, an archive, without a right and with nothing
# to write to: what it says is in the files said and stderr, its exit code in code. VOLUMES are words, as podman has them.
set -e
image=$1 volumes=$2
shift 2
mount -t cgroup2 cgroup2 /sys/fs/cgroup
mkdir -p /etc/containers /var/lib/containers
mount -t tmpfs tmpfs /var/lib/containers # its overlay cannot be over the sandbox's
echo '{"default": [{"type": "insecureAcceptAnything"}]}' >/etc/containers/policy.json
podman="podman --cgroup-manager=cgroupfs --events-backend=file --runtime=crun"
name=$($podman load --quiet --input "$image" | sed 's/^Loaded image: //')
code=0
$podman run --rm --cgroups=disabled --network=host --log-driver=none --read-only --cap-drop=all \
    --security-opt=no-new-privileges $(printf -- '--volume %s:ro ' $volumes) "$name" "$@" >said 2>stderr </dev/null || code=$?
echo "$code" >code
