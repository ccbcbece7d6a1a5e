package maildrop

import (
	"mime"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestMatch(t *testing.T) {
	for _, c := range []struct {
		match, header string
		want          bool
	}{
		{"Subject=^Backup .* ok$", "Subject: Backup of db ok", true},
		{"subject=^Backup .* ok$", "SUBJECT:   Backup of\n\tdb ok  ", true},
		{"Subject=^Backup .* ok$", "Subject: Backup of db failed", false},
		{"Subject=^Grüße$", "Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=", true},
		{"Subject=^Grüße$", "Subject: =?ISO-8859-1?Q?Gr=FC=DFe?=", true},
		{"Subject=^Grüße$", "Subject: Gr\xc3\xbc\xc3\x9fe", true},
		{"Subject=^ab$", "Subject: =?utf-8?b?YQ==?=\n =?utf-8?b?Yg==?=", true},
		{"Subject=^Backup. ok$", "Subject: =?koi8-r?q?Backup=C1_ok?=", true},
		{"Subject=utf-8", "Subject: =?utf-8?x?broken?=", true},
		{"Subject=", "From: x", false},
		{"Subject=^$", "Subject:", true},
		{"Received=by b", "Received: by a; x\nReceived: by b; y", true},
		{"X-A=B=C", "X-A: B=C", true},

		// charsets, one word each
		{"Subject=^Sicherung für München – erfolgreich$", "Subject: =?windows-1252?Q?Sicherung_f=FCr_M=FCnchen_=96_erfolgreich?=", true},
		{"Subject=^备份成功$", "Subject: =?gb2312?B?sbi33bPJuaY=?=", true},
		{"Subject=^备份成功$", "Subject: =?gb2312?B?sbi33bPJuaY?=", true},                 // without padding
		{"Subject=^备份成功$", "Subject: =?gbk?B?sbi3?= =?GBK?Q?=DD=B3=C9=B9=A6?=", true}, // split in a character
		{"Subject=^Отчёт: ok$", "Subject: =?koi8-r?q?=EF=D4=DE=A3=D4=3A?= ok", true},
		{"Subject=^バック ok$", "Subject: =?iso-2022-jp?B?GyRCJVAlQyUvGyhC?= ok", true},
		{"Subject=^백업 ok$", "Subject: =?ks_c_5601-1987?B?uem+9w==?= =?us-ascii*en?q?_ok?=", true},
		{"Subject=^a b c$", "Subject: =?utf-8?q?a?= b =?utf-8?q?c?=", true},
		{"Subject=^=\\?x\\?q\\?a$", "Subject: =?x?q?a", true},

		// no word at all
		{"Subject=^Sicherung für München", "Subject: Sicherung f\xfcr M\xfcnchen", true},
		{"Subject=^备份成功$", "Subject: \xb1\xb8\xb7\xdd\xb3\xc9\xb9\xa6", true},
		{"Subject=^Отчёт$", "Subject: \xef\xd4\xde\xa3\xd4", true},
		{"Subject=^백업$", "Subject: \xb9\xe9\xbe\xf7", true},
		{"Subject=^バック ok$", "Subject: \x1b$B%P%C%/\x1b(B ok", true},
		{"Subject=^Grüße für alle$", "Subject: Gr\xfc\xdfe =?utf-8?q?f=C3=BCr?= alle", true},
		{"Subject=^Backup ok$", "Subject: Sicherung f\xfcr M\xfcnchen", false},
	} {
		m, err := ParseMatch(c.match)
		if err != nil {
			t.Fatal(err)
		}
		if got, doubt := m.matches(read(c.header, m)); got != c.want || doubt != "" {
			t.Errorf("%s in %q: %v, %s", c.match, c.header, got, doubt)
		}
	}
	for _, text := range []string{"", "Subject", "=x", "Sub ject=x", "Subject=(", "Subject=(?=x)"} {
		if _, err := ParseMatch(text); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
}

// What cannot be read is no answer, unless what can be read matches.
func TestMatchInDoubt(t *testing.T) {
	for _, c := range []struct{ header, doubt string }{
		{"Subject: =?utf-7?q?Backup_+AOQ-?=", "Subject cannot be decoded: charset utf-7 is not known"},
		{"Subject: =?klingon?b?/w==?=\nSubject: x", "Subject cannot be decoded: charset klingon is not known"},
		{"Subject: =?utf-8?q?=FF?=", "Subject cannot be decoded: not all octets are in utf-8"},
		{"<html>", "the header cannot be read"},
		{"", "the header cannot be read"},
		{"<html>\nSubject: x", ""},
		{"From: x", ""},
		{"Subject: =?klingon?b?b2s=?=", "ok"},
		{"Subject: x" + strings.Repeat("x", 16<<10), "Subject has more than 16 KiB or 64 fields"},
		{"Subject: x\n" + strings.Repeat(" x\n", 9000), "Subject has more than 16 KiB or 64 fields"},
		{strings.Repeat("Subject: x\n", 65), "Subject has more than 16 KiB or 64 fields"},
		{strings.Repeat("Subject: x\n", 64), ""},
	} {
		m, err := ParseMatch("Subject=ok")
		if err != nil {
			t.Fatal(err)
		}
		found, doubt := m.matches(read(c.header, m))
		if c.doubt == "ok" {
			c.doubt = ""
			if !found {
				t.Errorf("%q does not match", c.header)
			}
		}
		if doubt != c.doubt {
			t.Errorf("%q: %q, want %q", c.header, doubt, c.doubt)
		}
	}
}

// Whatever is in a field, decoding ends, and plain text stays as it is.
func FuzzDecode(f *testing.F) {
	for _, value := range []string{"", "a =?", "=?utf-8?q?a?=", "=?x?b?=?=", "=?gbk?B?sbi3?= =?GBK?Q?=DD?=", "Gr\xfc\xdfe", "\x1b$B%P", "=?=?=?=?", "?="} {
		f.Add(value)
	}
	f.Fuzz(func(t *testing.T, value string) {
		texts, err := decode(value)
		plain := !strings.Contains(value, "=?") && !strings.Contains(value, "\x1b$") && utf8.ValidString(value)
		if plain && (err != nil || len(texts) != 1 || texts[0] != value) {
			t.Errorf("%q: %q, %v", value, texts, err)
		}
		if utf8.ValidString(value) && len(texts) == 0 {
			t.Errorf("%q says nothing", value)
		}
		for _, text := range texts {
			if !utf8.ValidString(text) {
				t.Errorf("%q: %q", value, text)
			}
		}
	})
}

// A word that is encoded decodes to what it was.
func FuzzEncodedWord(f *testing.F) {
	f.Add("Grüße, 世界", "plain")
	f.Fuzz(func(t *testing.T, a, b string) {
		if a, b = strings.ToValidUTF8(a, ""), strings.ToValidUTF8(b, ""); strings.Contains(a+b, "\x1b$") || strings.Contains(a+b, "=?") {
			return
		}
		for _, encoder := range []mime.WordEncoder{mime.BEncoding, mime.QEncoding} {
			encoded := encoder.Encode("utf-8", a+"é") + " " + encoder.Encode("utf-8", b+"é")
			if texts, err := decode(encoded); err != nil || len(texts) != 1 || texts[0] != a+"é"+b+"é" {
				t.Errorf("%q: %q, %v", encoded, texts, err)
			}
		}
	})
}
