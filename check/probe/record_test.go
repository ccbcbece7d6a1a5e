package probe

import (
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"check_pop3x/check/credential"
	"check_pop3x/check/fault"
	"check_pop3x/check/report"
	"check_pop3x/check/transport"
	"check_pop3x/check/trust"
)

// recordAll lets a server say text wherever a server can say anything, and returns
// the report in JSON.
func recordAll(t *testing.T, text string, secrets ...string) string {
	t.Helper()
	r := newRecorder(report.Target{Host: "mail.example.org"})
	r.redactor.Add(secrets...)
	r.greeting(text)
	r.line(false, text)
	r.capabilities([]string{text})
	r.forgetCapabilities()
	r.capabilities([]string{text})
	r.capabilitiesUnderTLS()
	r.helper([]string{text})
	r.find("stat", &fault.Error{Kind: fault.Protocol, Text: text})
	name := pkix.Name{CommonName: text}
	certificate := &x509.Certificate{Subject: name, Issuer: name, DNSNames: []string{text}}
	r.tls(transport.TLS{Client: &tls.Certificate{Leaf: certificate}}, &trust.Facts{
		State:  tls.ConnectionState{PeerCertificates: []*x509.Certificate{certificate}},
		Staple: &trust.Staple{Wrong: text}, ClientAsked: true,
	})
	r.dane(&trust.TLSASet{Name: text}, nil)
	all, err := json.Marshal(r.report)
	if err != nil {
		t.Fatal(err)
	}
	return string(all)
}

// Whatever a server says is searched for secrets and cleaned before it is in the
// report.
func TestSaid(t *testing.T) {
	const secret = "Correct+Horse/Battery"
	all := recordAll(t, "it is "+secret, secret)
	if strings.Contains(all, "Battery") || strings.Count(all, credential.Hidden) < 14 {
		t.Errorf("the secret was not hidden everywhere: %s", all)
	}
	if all := recordAll(t, "a\x1b[31m|b"); strings.Contains(all, `\u001b`) || strings.Contains(all, "|") || strings.Count(all, "a[31m b") < 14 {
		t.Errorf("not clean everywhere: %s", all)
	}
}

// A secret is looked for in what is shown, whatever charset the server speaks.
func TestSaidInOtherCharsets(t *testing.T) {
	for _, s := range []struct{ secret, text string }{
		{"Größenwahn", "no Gr\xf6\xdfenwahn here"},                       // windows-1252, decoded
		{"请使用授权码登录", "\xc7\xeb\xca\xb9\xd3\xc3\xca\xda\xc8\xa8\xc2\xeb"}, // GBK, decoded, and not all of it
		{"пароль", "no \xd0\xc1\xd2\xcf\xcc\xd8"},                        // KOI8-R, escaped
		{"hasło1żółw", "haslo: has\xb3o1\xbf\xf3\xb3w"},                  // ISO 8859-2, escaped
		{"Größenwahn", "Gr\xc3\xb6\xc3\x9fenwahn \xff"},                  // UTF-8 beside an octet that is none
	} {
		if all := recordAll(t, s.text, s.secret); strings.Count(all, credential.Hidden) < 14 {
			t.Errorf("%s: %s", s.secret, all)
		}
	}
	if all := recordAll(t, "\xd0\xc1\xd2\xcf\xcc\xd8", "other"); strings.Count(all, `\\xd0\\xc1\\xd2\\xcf\\xcc\\xd8`) < 14 {
		t.Errorf("not escaped everywhere: %s", all)
	}
}

// Only the recorder puts into the report what a server said. Other files write the
// fields in which it has no word.
func TestOnlyTheRecorderRecordsWhatWasSaid(t *testing.T) {
	wordless := []string{"Start", "Time", "Complete", "Address", "Phases", "Login", "Token", "Mailbox"}
	field := regexp.MustCompile(`record\.report\b(?:\.(\w+))?`)
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) < 20 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		if strings.HasPrefix(file, "record") || strings.HasSuffix(file, "_test.go") {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			line = strings.TrimSpace(line)
			for _, m := range field.FindAllStringSubmatch(line, -1) {
				if !slices.Contains(wordless, m[1]) && line != "return s.record.report" {
					t.Errorf("%s: %s: record it in record.go, by the method said", file, line)
				}
			}
		}
	}
}
