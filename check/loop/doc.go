// Package loop knows the probes: the mails that runs send to the mailbox that
// they read, so that later runs see whether mail arrives and how long it takes.
//
// A probe says in a header field who wrote it. Two codes by a key that stays in
// the state directory vouch for that: the first one for the probe's ID and time,
// which is enough to know it in a mailbox or in a bounce, and the second one for
// all that the program wrote. Only a message that still is what was written, by
// its second code, is ever deleted. So whoever copies the field into another mail
// makes that mail count as a probe at most, and never be deleted.
//
// A Record tells later runs which probes are out. It is a cache: if it is lost,
// the loop begins again.
package loop
