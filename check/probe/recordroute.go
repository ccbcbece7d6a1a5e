package probe

import (
	"check_pop3x/check/fault"
	"check_pop3x/check/report"
	"check_pop3x/check/transport"
)

// route records how the connection gets to the server, unless that is the usual
// way.
func (r *recorder) route(way transport.Route) {
	if way != (transport.Route{}) {
		r.report.Route = &report.Route{Socket: fault.Clean(way.Socket), ProxyProtocol: way.Header.String()}
		if way.Proxy != nil {
			r.report.Route.Proxy = fault.Clean(way.Proxy.String())
			r.redactor.Add(way.Proxy.Password)
		}
		if way.Source.IsValid() {
			r.report.Route.Source = way.Source.String()
		}
	}
}
