// Package report holds what one check learned about a server: facts, written
// once, neither judged nor worded.
//
// A Report is made by package probe, judged by package verdict and shown by
// package render. Its types are the JSON document as well: the tags name the
// members, and one whose field has the tag null:"zero" is null if that is zero.
// Members, once named, stay. A fact that was not reached is nil or empty, never
// a zero that could be taken for a value.
//
// What a server said is foreign text: redacted and cleaned (fault.Clean) before it is
// put into a report, so that whoever shows it needs to do neither.
package report
