package transport

import (
	"crypto/tls"

	"github.com/xdg-go/scram"
)

// The types of channel binding: RFC 9266, and RFC 5929, sections 3 and 4.
const (
	TLSExporter       = string(scram.ChannelBindingTLSExporter)
	TLSUnique         = string(scram.ChannelBindingTLSUnique)
	TLSServerEndPoint = string(scram.ChannelBindingTLSServerEndpoint)
)

// BindingTypes lists them.
func BindingTypes() []string { return []string{TLSExporter, TLSUnique, TLSServerEndPoint} }

// Binding returns what ties a login to this TLS session, by the wanted type of
// channel binding. If that is "", it takes the type that servers expect, as
// nothing in POP3 says which they support: tls-exporter for TLS 1.3 (RFC 9266,
// section 3), tls-unique before (RFC 5802, section 6.1), and tls-server-end-point
// for a session that is not unique, because it has no extended master secret
// (RFC 7627). data is nil if this session has none of that type.
func Binding(state *tls.ConnectionState, wanted string) (kind string, data []byte) {
	unique := state.TLSUnique
	if _, err := scram.NewTLSExporterBinding(state); err != nil {
		unique = nil // without the extended master secret two sessions may share it
	}
	if wanted == "" {
		wanted = usualBinding(state, unique)
	}
	if wanted == TLSUnique {
		return wanted, unique
	}
	newBinding := scram.NewTLSServerEndpointBinding
	if wanted == TLSExporter {
		newBinding = scram.NewTLSExporterBinding
	}
	binding, err := newBinding(state)
	if err != nil {
		return wanted, nil
	}
	return wanted, binding.Data
}

func usualBinding(state *tls.ConnectionState, unique []byte) string {
	switch {
	case state.Version >= tls.VersionTLS13:
		return TLSExporter
	case unique != nil:
		return TLSUnique
	}
	return TLSServerEndPoint
}
