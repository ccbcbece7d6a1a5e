//go:build integration

// Outages of mailboxes, and limits that are exceeded.

package integration

func mailboxOutages() []outage {
	return []outage{
		{name: "the disk of the mailbox is full", user: spaceless,
			phase: "stat", cause: `.*mailbox.*`, remedy: `.*disk.*`},
		{name: "the mailbox cannot be opened", user: broken,
			phase: "stat", cause: `.*mailbox.*`, remedy: `.*permissions.*`},
		{name: "the mbox is damaged", user: mangled,
			phase: "stat", cause: `.*mailbox.*`, remedy: `.*`},
		{name: "a message is shorter than the index says", user: cut, stage: cutShort, args: args("--steps", "retr"),
			state: "WARNING", phase: "retr", cause: `message 2 has 104 octets.*LIST says 4096.*`, remedy: `.*index.*`},
		{name: "a message is dated tomorrow", user: early, args: args("--newest-critical", "24h"),
			state: "WARNING", phase: "top", cause: `.*future.*`, remedy: `.*clock.*`},
		{name: "the mailbox is empty, `--newest-critical 24h`", user: nothing, args: args("--newest-critical", "24h"),
			phase: "stat", cause: `the mailbox is empty.*`, remedy: `.*store.*`},
	}
}

func limitOutages() []outage {
	return []outage{
		{name: "no mail arrives, `--newest-critical 24h`", user: stale, args: args("--newest-critical", "24h"),
			cause: `newest message is 3 days old \(critical above 24 h\)`, remedy: `is mail delivered\? look at the MTA's queue and log`},
		{name: "nobody fetches, `--messages-critical 1000 --oldest-critical 7d`", user: growing, args: args("--messages-critical", "1000", "--oldest-critical", "7d"),
			cause: `1500 messages \(critical above 1000\), oldest message is 40 days old \(critical above 7 days\)`, remedy: `is what fetches this mail running\? see its log`},
		{name: "the mailbox grows, `--size-critical 1900kB`", user: large, args: args("--size-critical", "1900kB"),
			cause: `mailbox of 1949 kB \(critical above 1900 kB\)`, remedy: `delete or archive mail, or raise the quota: a full mailbox takes no new mail`},
		{name: "the mailbox is empty, `--messages-critical 1:`", user: nothing, args: args("--messages-critical", "1:"),
			cause: `no message \(critical below 1\)`, remedy: `is mail delivered\? look at the MTA's queue and log`},
		{name: "the certificate ends soon, `-D 30,7`", at: endingAddress, args: args("-D", "30,7"),
			cause: `the certificate of "mail\.customer\.example\.org" expires in 4 days \(critical below 7 days\)`, remedy: `renew it and reload the server`},
	}
}
