// Package fault has what goes wrong in a check, and how it is told to people.
//
// An Error is a fault. Its kind (Kind) is what users search for and override by
// --state: "auth", "timeout", "certificate". Its problem (Problem), where it is
// known, is what lies behind, more exactly than the kind: package render looks
// up the hint by it. Its text is in our words, and what the server said stays
// apart from it. Whoever knows best makes the fault and names both; nobody finds
// them out later by reading a text.
//
// The rest are small things that all packages need: words for people (Count,
// Duration, Age), text from elsewhere made fit to be shown (Clean, Quote), and
// running what cannot be interrupted (Await) or must not panic (Guard).
package fault
