package maildrop

import (
	"iter"
	"slices"
	"strings"
)

// A received is what a server wrote into a message when it took it: the clauses of
// a Received field (RFC 5321, section 4.4). What is missing is "".
type received struct {
	from string // what the server before called itself
	by   string // the server that wrote the field
	with string // the protocol: "ESMTPS", "Microsoft SMTP Server"
	tls  string // "TLS 1.3"; "TLS" if the version is not said
	date string
}

// clauseNames begin the clauses of a Received field. The last one is of RFC 8314,
// section 7.4.
var clauseNames = []string{"from", "by", "via", "with", "id", "for", "tls"}

// parseReceived reads what it can: qmail writes comments instead of clauses, and
// Exchange several words behind "with". Of clauses that are there twice the first
// counts. A date may follow a comment without a semicolon.
func parseReceived(value string) received {
	clauses, date := cutDate(value)
	if end := strings.LastIndexByte(value, ')'); date == "" && end >= 0 {
		if _, _, ok := parseDate(value[end+1:]); ok {
			clauses, date = value[:end+1], strings.TrimSpace(value[end+1:])
		}
	}
	values, name := map[string]string{}, ""
	for _, word := range strings.Fields(withoutComments(clauses)) {
		switch lower := strings.ToLower(word); {
		case slices.Contains(clauseNames, lower):
			name = lower
		case name == "with" && values[name] != "":
			values[name] += " " + word
		case values[name] == "":
			values[name] = word
		}
	}
	r := received{from: values["from"], by: values["by"], with: values["with"], date: date}
	if r.tls = tlsVersion(clauses); r.tls == "" && (values["tls"] != "" || impliesTLS(r.with)) {
		r.tls = "TLS"
	}
	return r
}

// impliesTLS reports whether a protocol runs over TLS (RFC 3848, RFC 6531): ESMTPS,
// LMTPSA, UTF8SMTPS.
func impliesTLS(protocol string) bool {
	protocol = strings.ToUpper(protocol)
	return protocol == "HTTPS" || strings.HasSuffix(strings.TrimSuffix(protocol, "A"), "MTPS")
}

// tlsMarks are how the comments begin in which servers name the version: Postfix;
// sendmail, Gmail and Exchange; Exim.
var tlsMarks = []string{"(using TLS", "(version=TLS", "(TLS"}

// tlsVersion returns the version of TLS that a comment names; "" if none does.
func tlsVersion(clauses string) string {
	for _, mark := range tlsMarks {
		_, rest, _ := strings.Cut(clauses, mark)
		rest = strings.TrimPrefix(rest, "v")
		switch {
		case len(rest) >= 3 && isDigit(rest[0]) && (rest[1] == '.' || rest[1] == '_') && isDigit(rest[2]):
			return "TLS " + rest[:1] + "." + rest[2:3]
		case len(rest) >= 1 && isDigit(rest[0]):
			return "TLS " + rest[:1] + ".0"
		}
	}
	return ""
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// cutDate splits a Received field before the last semicolon outside of comments and
// quotes, behind which the date is (RFC 5322, section 3.6.7). The date is "" if there
// is none.
func cutDate(received string) (clauses, date string) {
	last := -1
	for i := range semicolons(received) {
		last = i
	}
	if last < 0 {
		return received, ""
	}
	return received[:last], strings.TrimSpace(received[last+1:])
}

// semicolons are those outside of comments and quotes.
func semicolons(field string) iter.Seq[int] {
	return func(yield func(int) bool) {
		depth, quoted := 0, false
		for i := 0; i < len(field); i++ {
			switch c := field[i]; {
			case c == '\\':
				i++
			case c == '"' && depth == 0:
				quoted = !quoted
			case quoted:
			case c == '(':
				depth++
			case c == ')' && depth > 0:
				depth--
			case c == ';' && depth == 0 && !yield(i):
				return
			}
		}
	}
}
