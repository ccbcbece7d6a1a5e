package transport

import (
	"crypto/tls"
	"slices"
	"strings"
	"testing"

	"check_pop3x/check/fault"
)

// The legacy offer has all that crypto/tls offers by itself, and nothing with
// 3DES or RC4.
func TestLegacyOffer(t *testing.T) {
	if o := newOffer(TLS{}); o.config("", nil).CipherSuites != nil {
		t.Error("the first offer is not crypto/tls's own")
	}
	all := newOffer(TLS{Legacy: true}).config("", nil).CipherSuites
	for _, s := range tls.CipherSuites() {
		if !slices.Contains(all, s.ID) || IsLegacy(s.ID) {
			t.Error(s.Name)
		}
	}
	for _, s := range tls.InsecureCipherSuites() {
		weak := strings.Contains(s.Name, "3DES") || strings.Contains(s.Name, "RC4")
		if slices.Contains(all, s.ID) == weak || IsLegacy(s.ID) == weak {
			t.Error(s.Name)
		}
	}
}

// A refusal of TLS 1.3 alone is not for lack of a legacy cipher suite.
func TestNoSuite(t *testing.T) {
	for _, alert := range []tls.AlertError{alertHandshakeFailure, alertInsufficientSecurity} {
		for version, want := range map[uint16]fault.Problem{tls.VersionTLS10: fault.NoSuite, tls.VersionTLS12: fault.NoSuite, tls.VersionTLS13: ""} {
			if got := fault.Of(newOffer(TLS{MinVersion: version}).refusal(alert)).Problem; got != want {
				t.Errorf("%v, %s: %q", alert, tls.VersionName(version), got)
			}
		}
	}
}
