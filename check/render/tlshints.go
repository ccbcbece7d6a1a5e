package render

import (
	"crypto/tls"
	"errors"
	"slices"
	"strings"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
)

// unknownName is the alert unrecognized_name, RFC 6066, section 3.
func unknownName(f *fault.Error, _ string, _ *report.Report) bool {
	alert, ok := errors.AsType[tls.AlertError](f.Err)
	return ok && alert == 112
}

// maybeClient says whether a server hung up, or said no by words about
// certificates, that had asked for one.
func maybeClient(f *fault.Error, phase string, r *report.Report) bool {
	if r.TLS == nil || r.TLS.Client == nil || !slices.Contains([]string{"greeting", "capa", "stls", "login"}, phase) {
		return false
	}
	about := strings.Contains(strings.ToLower(f.Said), "certificate")
	return f.Kind == fault.Closed || (f.Kind == fault.Auth || f.Kind == fault.Greeting) && about
}

func tryClient(_ *fault.Error, p page) string {
	if p.v.Report.TLS.Client.Shown != nil {
		return "the server may not accept the client certificate"
	}
	return "the server asked for a client certificate, try --client-cert FILE"
}

// clientEnded tells where the client certificate itself is out of date.
func clientEnded(_ *fault.Error, p page) string {
	r := p.v.Report
	if r.TLS == nil || r.TLS.Client == nil || r.TLS.Client.Shown == nil || r.TLS.Client.Shown.NotAfter.After(r.Start) {
		return ""
	}
	return "it ended " + r.TLS.Client.Shown.NotAfter.UTC().Format(time.DateOnly)
}
