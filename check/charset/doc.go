// Package charset reads text that is not UTF-8: mail from before it, and servers
// that speak another charset.
//
//   - [Decode] decodes octets whose charset is named, as in an encoded word
//     (RFC 2047).
//   - [Readings] are what octets without the name of a charset may mean, for who
//     looks for a pattern in them.
//   - [Show] is what may be shown of them: decoded if there is no doubt what they
//     mean, else with escapes (\xNN).
//
// The tables are those of golang.org/x/text/encoding/…, which cost no time at the
// start of the process. Its indexes of names (htmlindex, ianaindex) do, so that
// the names are here.
package charset
