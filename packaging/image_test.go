//go:build integration

package packaging

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"debug/elf"
	"encoding/json"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
)

// A list of an OCI image has the digests of what is in it: an index those of manifests, a manifest those of files.
type list struct {
	Manifests []struct {
		Digest   string
		Platform struct{ Architecture string }
	}
	Config struct{ Digest string }
	Layers []struct{ Digest string }
}

// A configuration says how to run an image.
type configuration struct {
	Architecture, OS string
	Config           struct {
		User   string
		Labels map[string]string
	}
}

// TestImage: an engine finds an image for each architecture.
func TestImage(t *testing.T) {
	archive := unpacked(t, strings.NewReader(read(t, one.only(t, "*-image.tar"))))
	found := func(digest string) []byte { return archive["./blobs/"+strings.Replace(digest, ":", "/", 1)] }
	index := decoded[list](t, archive["./index.json"])
	machines := map[string]elf.Machine{"amd64": elf.EM_X86_64, "arm64": elf.EM_AARCH64}
	for _, image := range decoded[list](t, found(index.Manifests[0].Digest)).Manifests {
		arch := image.Platform.Architecture
		manifest := decoded[list](t, found(image.Digest))
		checkConfiguration(t, arch, decoded[configuration](t, found(manifest.Config.Digest)))
		checkRoot(t, machines[arch], found(manifest.Layers[0].Digest))
		delete(machines, arch)
	}
	if len(machines) > 0 {
		t.Errorf("no image for %v", machines)
	}
}

// checkConfiguration: the user has no rights, and the labels say what this is.
func checkConfiguration(t *testing.T, arch string, c configuration) {
	t.Helper()
	if c.Architecture != arch || c.OS != "linux" || c.Config.User != "65532:65532" {
		t.Errorf("%s: %+v", arch, c)
	}
	for label, want := range map[string]string{
		"version": strings.TrimSpace(run(t, "./version.sh")), "licenses": "MIT AND Apache-2.0 AND BSD-3-Clause AND MPL-2.0",
	} {
		if got := c.Config.Labels["org.opencontainers.image."+label]; got != want {
			t.Errorf("%s: the label %s is %q, want %q", arch, label, got, want)
		}
	}
}

// checkRoot: these files and no other, and a program for the machine.
func checkRoot(t *testing.T, machine elf.Machine, layer []byte) {
	t.Helper()
	in, err := gzip.NewReader(bytes.NewReader(layer))
	if err != nil {
		t.Fatal(err)
	}
	root := unpacked(t, in)
	names := slices.Sorted(maps.Keys(root))
	if !slices.Equal(names, []string{"./COPYRIGHT", "./check_pop3x", "./etc/group", "./etc/passwd", "./etc/ssl/certs/ca-certificates.crt"}) {
		t.Errorf("%v: %q", machine, names)
	}
	if roots := bytes.Count(root["./etc/ssl/certs/ca-certificates.crt"], []byte("BEGIN CERTIFICATE")); roots < 100 {
		t.Errorf("%v: %d authorities", machine, roots)
	}
	if program, err := elf.NewFile(bytes.NewReader(root["./check_pop3x"])); err != nil || program.Machine != machine {
		t.Errorf("a program for %+v in the image for %v, %v", program, machine, err)
	}
}

// unpacked returns the files of an archive.
func unpacked(t *testing.T, from io.Reader) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	for archive := tar.NewReader(from); ; {
		header, err := archive.Next()
		if err == io.EOF {
			return files
		}
		if err != nil {
			t.Fatal(err)
		}
		if header.Typeflag != tar.TypeReg {
			continue
		}
		if files[header.Name], err = io.ReadAll(archive); err != nil {
			t.Fatal(err)
		}
	}
}

func decoded[T any](t *testing.T, text []byte) (value T) {
	t.Helper()
	if err := json.Unmarshal(text, &value); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return value
}
