package maildrop

import (
	"slices"
	"strings"

	"check_pop3x/check/fault"
)

// Methods are what Plan.Auth may name of the methods of RFC 8601, section 2.7, and
// ARC (RFC 8617).
func Methods() []string { return []string{"spf", "dkim", "dmarc", "arc"} }

const authResults = "authentication-results"

// A result is what one method of authentication said of a message.
type result struct{ method, word string }

func (r result) String() string { return r.method + "=" + fault.Shorten(r.word, 20) }

// words are the results of RFC 8601, section 2.7.
var words = []string{"pass", "fail", "softfail", "hardfail", "neutral", "none", "policy", "temperror", "permerror"}

// known is the result in our words.
func (r result) known() string {
	if slices.Contains(words, r.word) {
		return r.method + "=" + r.word
	}
	return r.method + "=?"
}

// authenticated returns the results of the host that is trusted. Its fields below a
// Received that is below its topmost one may be forged (RFC 8601, section 5), and do
// not count. found is false if there is none; other is one that is another host's.
func (h *Header) authenticated(trusted string) (results []result, found bool, other string) {
	height := 0
	for i, value := range h.kept[authResults] {
		host, all := parseResults(value)
		switch at := h.heights[i]; {
		case !strings.EqualFold(host, trusted):
			if other == "" {
				other = host
			}
		case !found:
			results, found, height = all, true, at
		case at == height:
			results = append(results, all...)
		}
	}
	return results, found, other
}

// parseResults reads an Authentication-Results field (RFC 8601, section 2.2).
func parseResults(value string) (host string, results []result) {
	for i, part := range splitAtSemicolons(value) {
		words := strings.Fields(withoutComments(part))
		if i == 0 {
			if len(words) > 0 {
				host = strings.Trim(words[0], `"`)
			}
			continue
		}
		method, rest, _ := strings.Cut(strings.Join(words, " "), "=")
		method, _, _ = strings.Cut(method, "/") // its version
		word, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
		if method = strings.ToLower(strings.TrimSpace(method)); method != "" && word != "" {
			results = append(results, result{method, strings.ToLower(word)})
		}
	}
	return host, results
}

func splitAtSemicolons(value string) (parts []string) {
	start := 0
	for i := range semicolons(value) {
		parts, start = append(parts, value[start:i]), i+1
	}
	return append(parts, value[start:])
}

// lacking returns what was found, and a fault if one of the methods did not pass. A message may be
// signed several times, and one good signature is enough.
func (h *Header) lacking(p Plan) (shown []string, err error) {
	results, found, other := h.authenticated(p.Trusted)
	shown = []string{}
	for _, r := range results {
		shown = append(shown, r.String())
	}
	if !found {
		f := fault.New(fault.MailAuthentication, "the newest message has no Authentication-Results of %s", p.Trusted).Because(fault.NoResults)
		if other != "" {
			f.Said = "Authentication-Results: " + other
		}
		return shown, f
	}
	var wrong []string
	for _, method := range p.Auth {
		switch all := ofMethod(results, method); {
		case len(all) == 0:
			wrong = append(wrong, "no "+method)
		case !slices.Contains(all, result{method, "pass"}):
			wrong = append(wrong, all[0].known())
		}
	}
	if len(wrong) == 0 {
		return shown, nil
	}
	return shown, fault.New(fault.MailAuthentication, "the newest message has %s, says %s", fault.JoinAnd(wrong), p.Trusted)
}

func ofMethod(results []result, method string) (all []result) {
	for _, r := range results {
		if r.method == method {
			all = append(all, r)
		}
	}
	return all
}
