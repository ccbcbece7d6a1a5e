//go:build integration

// Subjects in old charsets, as programs hand them to a mail server.

package integration

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// What the mail says, and how: in an encoded word, or raw in the header.
var inCharsets = []struct {
	charset  string
	encoding encoding.Encoding
	subject  string
	raw      bool
}{
	{"windows-1252", charmap.Windows1252, "Sicherung für München – erfolgreich", false},
	{"iso-8859-1", charmap.ISO8859_1, "Rückgabe für Nürnberg", true},
	{"koi8-r", charmap.KOI8R, "Отчёт за день", false},
	{"gb2312", simplifiedchinese.GB18030, "备份成功", false},
	{"gbk", simplifiedchinese.GB18030, "数据备份完成", true},
	{"iso-2022-jp", japanese.ISO2022JP, "バックアップ完了", false},
}

// Postfix takes the mail as it is and adds its Received, and each server hands it out as it is: the subject is found.
func TestCharsets(t *testing.T) {
	reports := account{"reports", "in all tongues", nil}
	for name, start := range map[string]func() (*server, error){
		"dovecot": func() (*server, error) { return startDovecot(dovecotConfig{accounts: []account{reports}}) },
		"courier": func() (*server, error) { return startCourier(courierConfig{accounts: []account{reports}}) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := private(t, start)
			p := private(t, func() (*postfix, error) { return startPostfix(s, reports) })
			for _, c := range inCharsets {
				octets, err := c.encoding.NewEncoder().String(c.subject)
				if err != nil {
					t.Fatal(err)
				}
				if !c.raw {
					octets = fmt.Sprintf("=?%s?B?%s?=", c.charset, base64.StdEncoding.EncodeToString([]byte(octets)))
				}
				text := date(9*day) + letter(1, octets)
				if err := p.deliver(reports, strings.ReplaceAll(text, "\n", "\r\n")); err != nil {
					t.Fatal(err)
				}
			}
			for _, c := range inCharsets {
				o := check(t, s, inPlain, reports, "--match", "Subject=^"+c.subject+"$", "--messages-critical", "1:1", "--newest-critical", "30m", "--age-scan", "all", "--steps", "top,retr")
				o.want("OK", fmt.Sprintf("%d messages, .*, 1 of %d match, newest ", len(inCharsets), len(inCharsets)))
				o.wantMetric("matches", "1")
				o.wantAge("newest_age", 0) // by Postfix's clock, not by Date
			}
		})
	}
}
