package options

import (
	"slices"
	"testing"
)

func TestPlatformNotes(t *testing.T) {
	const unjudged, system = "who may read FILE was not checked: Windows has no file modes", "the certificate was left to the verifier of the system"
	for _, c := range []struct {
		goos string
		args []string
		want []string
	}{
		{"linux", []string{"--tls", "--password-file", "FILE"}, nil},
		{"freebsd", []string{"--tls", "--password-file", "FILE"}, nil},
		{"darwin", []string{"--tls", "--password-file", "FILE"}, []string{system}},
		{"windows", []string{"--tls", "--password-file", "FILE"}, []string{unjudged, system}},
		{"windows", []string{"--starttls", "--token-file", "-"}, []string{system}},
		{"windows", []string{"-D", "30", "--insecure", "--client-key", "FILE"}, []string{unjudged}},
		{"windows", []string{"--tls", "--ca-file", "ca.pem"}, nil},
		{"windows", []string{"--tls", "--dane"}, nil},
		{"windows", nil, nil},
	} {
		command, err := parse(append(c.args, "-4")...)
		if err != nil {
			t.Fatal(err)
		}
		if got := command.settings.platformNotes(c.goos, len(c.args) > 0); !slices.Equal(got, c.want) {
			t.Errorf("%s %q: %q, want %q", c.goos, c.args, got, c.want)
		}
	}
}
