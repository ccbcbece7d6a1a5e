package render

import (
	"check_pop3x/check/fault"
	"check_pop3x/check/report"
)

// route says how the connection gets to the server, if options say so.
func route(r *report.Report) (lines []string) {
	if r.Route == nil {
		return nil
	}
	if r.Route.Socket != "" {
		lines = append(lines, "by the Unix socket "+fault.Shorten(r.Route.Socket, maxText))
	}
	if r.Route.Source != "" {
		lines = append(lines, "from "+r.Route.Source)
	}
	for _, one := range r.LeftOut {
		lines = append(lines, one.Address+"  left out: "+one.Why)
	}
	return lines
}

// silentToSource is for a server that does not answer an address that was chosen.
func silentToSource(c cause) string {
	if c.report.Route == nil || c.report.Route.Source == "" {
		return ""
	}
	return "try without --source: answers to " + c.report.Route.Source + " may not find their way back"
}
