#!/bin/sh
# image.sh [DIRECTORY]: an image for containers (OCI), an index of amd64 and arm64 in one archive. It has the program, the
# authorities that Mozilla trusts, a user without rights and the licences, and nothing else. umoci makes it without a
# daemon, a registry or root: crane and ko would load the layers of the registry that they push to, buildah needs C.
set -eu
cd "${0%/*}/.."
. packaging/common.sh

needs 'build an image' go make jq tar sha256sum
into "${1-build/packages}"
# of the program, the modules and the runtime in it, and the authorities; COPYRIGHT has the texts
licences='MIT AND Apache-2.0 AND BSD-3-Clause AND MPL-2.0'
SYSTEM=linux layout=$work/image

# tree: the root of a container
tree() {
    tree=$work/$ARCH
    mkdir -p "$tree/etc/ssl/certs"
    PROGRAM=$tree/check_pop3x
    build
    echo 'check_pop3x:x:65532:65532:check_pop3x:/:/sbin/nologin' >"$tree/etc/passwd"
    echo 'check_pop3x:x:65532:' >"$tree/etc/group"
    authorities >"$tree/etc/ssl/certs/ca-certificates.crt"
    copyright '' >"$tree/COPYRIGHT"
}

# authorities: Mozilla's list as the Go project publishes it, which is the same on each machine; Debian's is not
authorities() {
    echo "# The certificates that Mozilla trusts for servers, MPL-2.0; $roots"
    go run ./packaging/roots <"$(go mod download -json $roots | jq -r .Dir)/bundle/bundle.der"
}

# manifest: adds the image of ARCH to the layout
manifest() {
    image=$layout:$ARCH
    reproducibly -C "$tree" . >"$work/layer.tar"
    go run $umoci new --image "$image"
    go run $umoci raw add-layer --history.created "$TIME" --history.created_by packaging/image.sh --image "$image" "$work/layer.tar"
    go run $umoci config --no-history --image "$image" --created "$TIME" --os linux --architecture "$ARCH" \
        --config.user 65532:65532 --config.workingdir / --config.entrypoint /check_pop3x \
        --config.label "org.opencontainers.image.title=check_pop3x" \
        --config.label "org.opencontainers.image.description=POP3 check for Nagios, Icinga and Prometheus" \
        --config.label "org.opencontainers.image.version=$VERSION" \
        --config.label "org.opencontainers.image.licenses=$licences" \
        --config.label "org.opencontainers.image.created=$TIME" \
        ${HOMEPAGE:+--config.label "org.opencontainers.image.url=$HOMEPAGE"}
}

# index: the layout has one entry, from which an engine takes the image of its platform
index() {
    jq -c '.manifests |= map(.platform = {architecture: .annotations["org.opencontainers.image.ref.name"], os: "linux"}
        | del(.annotations)) | .mediaType = "application/vnd.oci.image.index.v1+json"' "$layout/index.json" >"$work/index"
    digest=$(sha256sum <"$work/index" | cut -d ' ' -f 1)
    cp "$work/index" "$layout/blobs/sha256/$digest"
    # podman takes its name from the first, containerd and Docker from the second
    jq -nc --arg digest "sha256:$digest" --arg version "$(echo "$VERSION" | tr + _)" --argjson size "$(wc -c <"$work/index")" '{
        schemaVersion: 2, manifests: [{mediaType: "application/vnd.oci.image.index.v1+json", digest: $digest, size: $size,
        annotations: {"org.opencontainers.image.ref.name": ("check_pop3x:" + $version), "io.containerd.image.name": ("localhost/check_pop3x:" + $version)}}]}' >"$layout/index.json"
}

go run $umoci init --layout "$layout"
for ARCH in amd64 arm64; do
    echo "image: $ARCH"
    tree
    manifest
done
go run $umoci gc --layout "$layout"
index
reproducibly -C "$layout" . >"$out/$package-$VERSION-image.tar"
