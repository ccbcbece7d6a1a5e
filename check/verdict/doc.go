// Package verdict judges a report: which state each finding has, which limits
// were exceeded, and what the whole comes to.
//
// A kind is what went wrong; its row in kinds.go has the state that it gets by
// default. A metric is a measured value; its row in metrics.go says all about
// it, from its label in performance data to its words in the status line. A
// limit is a Range of the plugin guidelines (a value outside of it alerts, one
// inside of it with @), read with the units that people type. The worst state
// wins, and UNKNOWN is less severe than WARNING and CRITICAL: it means "could
// not be judged", so a CRITICAL that was seen is never hidden by it.
//
// The package is pure: no clock, no connection, no output. The states and the
// ranges are those of package nagiosplugin.
//
// The rules come from the Monitoring Plugins Development Guidelines, sections
// "Plugin Return Codes", "Threshold and Ranges" and "Performance data".
package verdict
