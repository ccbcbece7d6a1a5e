package charset

import (
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

func TestDecode(t *testing.T) {
	for _, s := range []struct{ name, text, want string }{
		{"windows-1252", "Sicherung f\xFCr M\xFCnchen \x96 erfolgreich", "Sicherung für München – erfolgreich"},
		{"ISO-8859-1", "\x93f\xFCr\x94", "“für”"}, // as browsers read it
		{"iso-8859-15", "5 \xA4", "5 €"},
		{"iso8859_2", "b\xB3\xB1d", "błąd"},
		{"CP1250", "Chyba p\xF8ihl\xE1\x9Aen\xED", "Chyba přihlášení"},
		{"windows-1251", "\xCE\xF2\xF7\xB8\xF2", "Отчёт"},
		{"koi8-r", "\xEF\xD4\xDE\xA3\xD4", "Отчёт"},
		{"KOI8-U", "\xEB\xC9\xA7\xD7", "Київ"},
		{"iso-8859-5", "\xBE\xE2\xE7\xF1\xE2", "Отчёт"},
		{"iso-8859-7", "\xC1\xE8\xDE\xED\xE1", "Αθήνα"},
		{"iso-8859-8-i", "\xF9\xEC\xE5\xED", "שלום"},
		{"windows-1256", "\xE3\xD1\xCD\xC8\xC7", "مرحبا"},
		{"iso-8859-9", "\xDDstanbul", "İstanbul"},
		{"tis-620", "\xCA\xC7\xD1\xCA\xB4\xD5", "สวัสดี"},
		{"gb2312", "\xB1\xB8\xB7\xDD\xB3\xC9\xB9\xA6", "备份成功"},
		{"GBK*zh", "\xB1\xB8\xB7\xDD", "备份"},
		{"gb18030", "\x81\x30\x81\x30\xB1\xB8", "\u0080备"},
		{"hz-gb-2312", "~{187]3I9&~}", "备份成功"},
		{"big5", "\xB3\xC6\xA5\xF7\xA6\xA8\xA5\x5C", "備份成功"},
		{"x-sjis", "\x83\x6F\x83\x62\x83\x4E\x83\x41\x83\x62\x83\x76", "バックアップ"},
		{"euc-jp", "\xA5\xD0\xA5\xC3\xA5\xAF", "バック"},
		{"iso-2022-jp", "\x1b$B%P%C%/\x1b(B ok", "バック ok"},
		{"ks_c_5601-1987", "\xB9\xE9\xBE\xF7", "백업"},
		{"utf-8", "für", "für"},
		{"us-ascii", "for", "for"},
	} {
		if got, err := Decode(s.name, s.text); got != s.want || err != nil {
			t.Errorf("%s: got %q, %v, want %q", s.name, got, err, s.want)
		}
	}
}

// What could not be decoded is an error, and the rest may still be looked at.
func TestDecodeErrors(t *testing.T) {
	for _, s := range []struct{ name, text, want string }{
		{"utf-7", "a +AOQ- \xff", "a +AOQ- \uFFFD"},
		{"klingon", "ok \xff\xfe", "ok \uFFFD\uFFFD"},
		{"utf-8", "f\xfcr", "für"},
		{"us-ascii", "f\xfcr", "für"},
		{"unknown-8bit", "f\xfcr", "für"},
		{"gbk", "ok \xff", "ok \uFFFD"},
		{"iso-8859-7", "ok \xff", "ok \uFFFD"},
	} {
		if got, err := Decode(s.name, s.text); got != s.want || err == nil || !strings.Contains(err.Error(), s.name) {
			t.Errorf("%s: got %q, %v, want %q", s.name, got, err, s.want)
		}
	}
}

func TestNames(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range rows() {
		for _, name := range strings.Fields(r.names) {
			if seen[normal(name)] || name != strings.ToLower(name) {
				t.Errorf("%s is there twice, or not in lower case", name)
			}
			seen[normal(name)] = true
		}
	}
}

// servers are what mail servers say, in their own charset.
var chineseTexts = []string{
	"请使用授权码登录。详情请看: http://service.mail.qq.com/cgi-bin/help?subtype=1&&id=28&&no=1001256",
	"用户名或密码错误", "[AUTH] 密码错误", "系统繁忙，请稍后再试", "登录失败", "您的邮箱未开启POP3服务", "帐号已被锁定",
	"连接数超过限制", "此帐户已被禁止登录", "邮箱不存在", "您没有权限使用pop3功能", "登录过于频繁，请稍后再试", "欢迎使用网易邮箱", "请到网页邮箱设置客户端授权密码",
	"认证失败：请检查您的用户名和密码！", "邮箱已满", "服务器内部错误", "命令无法识别",
}

// foreignTexts are what servers say in charsets that are not decoded, by their
// names.
var foreignTexts = map[string][]string{
	"euc-kr":                         {"로그인 실패", "비밀번호가 틀립니다", "사용자 인증에 실패했습니다", "아이디 또는 비밀번호를 확인하세요", "접속이 거부되었습니다", "가입", "오류"},
	"euc-jp shift-jis":               {"ログインに失敗しました", "パスワードが違います", "認証失敗", "認証に失敗しました", "接続拒否", "利用停止中"},
	"windows-1251 koi8-r iso-8859-5": {"Неверный пароль", "Ошибка авторизации", "Пользователь не найден", "нет", "Доступ запрещен", "вход воспрещён", "Сервер POP3 занят"},
	"big5":                           {"使用者名稱或密碼錯誤", "登入失敗", "請使用授權碼登入", "信箱已滿"},
	"windows-1250 iso-8859-2":        {"Nieprawidłowe hasło", "błąd logowania", "Dostęp zabroniony, użytkownik zablokowany", "Nesprávné přihlašovací údaje", "zkuste to později (žádost)"},
	"windows-1253 iso-8859-7":        {"Λάθος κωδικός", "Η σύνδεση απέτυχε"},
	"windows-1254":                   {"Hatalı şifre", "geçersiz kullanıcı adı"},
}

// Shown is what was meant, or escapes; never another text.
func TestShow(t *testing.T) {
	shows := func(what, text, want string) {
		t.Helper()
		if got := Show(text); got != want {
			t.Errorf("%s: got %q, want %q", what, got, want)
		}
	}
	for _, text := range chineseTexts {
		encoded, err := simplifiedchinese.GBK.NewEncoder().String(text)
		if err != nil {
			t.Fatal(err)
		}
		shows("GBK", encoded, text)
	}
	for _, text := range []string{
		"Passwort ungültig für Größe", "Überlastet", "ÜBERLAST", "Échec", "Authentification échouée: créée", "contraseña inválida, inténtelo más tarde",
		"senha inválida: conexão", "Väärä salasana", "fel lösenord för användaren", "Adgang nægtet", "accès refusé", "CAFÉ", "bien reçu l'été",
	} {
		encoded, err := charmap.Windows1252.NewEncoder().String(text)
		if err != nil {
			t.Fatal(err)
		}
		shows("windows-1252", encoded, text)
	}
	shows("UTF-8", "Grüße, 世界 \uFFFD", "Grüße, 世界 \uFFFD")
	shows("cut UTF-8", "Grüße M\xc3", `Grüße M\xc3`)
	shows("cut UTF-8", "hello m\xc3", `hello m\xc3`)
	shows("octets", "\xffa\xc3", `\xffa\xc3`)
	shows("octets", "a \xff\xfe b", `a \xff\xfe b`)
	shows("a sign", "5 \xb0 C", `5 \xb0 C`)
}

func TestShowEscapesWhatIsNotSure(t *testing.T) {
	for charsets, texts := range foreignTexts {
		for _, r := range rows() {
			if name := strings.Fields(r.names)[0]; !slices.Contains(strings.Fields(charsets), name) {
				continue
			}
			for _, text := range texts {
				encoded, err := r.encoding.NewEncoder().String(text)
				if got := Show(encoded); err != nil || got != escape(encoded) {
					t.Errorf("%s: %q is shown as %q, %v", charsets, text, got, err)
				}
			}
		}
	}
}

// What is meant is among the readings.
func TestReadings(t *testing.T) {
	for text, encode := range map[string]func(string) (string, error){
		"Sicherung für München": charmap.Windows1252.NewEncoder().String,
		"Отчёт":                 charmap.KOI8R.NewEncoder().String,
		"отчёт":                 charmap.Windows1251.NewEncoder().String,
		"备份成功":                  simplifiedchinese.GB18030.NewEncoder().String,
		"備份成功":                  traditionalchinese.Big5.NewEncoder().String,
		"バックアップ":                japanese.ShiftJIS.NewEncoder().String,
		"バックアップ完了":              japanese.ISO2022JP.NewEncoder().String,
		"バックアップ終了":              japanese.EUCJP.NewEncoder().String,
		"백업":                    korean.EUCKR.NewEncoder().String,
	} {
		encoded, err := encode(text)
		if err != nil || !slices.Contains(Readings(encoded), text) {
			t.Errorf("%s: %v, %q", text, err, Readings(encoded))
		}
	}
	for _, text := range []string{"", "backup ok", "für", "\x1b[1m"} {
		if got := Readings(text); got != nil {
			t.Errorf("%q: %q", text, got)
		}
	}
}

func TestEscaped(t *testing.T) {
	if got := Escaped("plain"); got != nil {
		t.Errorf("%q", got)
	}
	for _, want := range []string{`\xd0\xc1\xd2\xcf\xcc\xd8`, `\xef\xe0\xf0\xee\xeb\xfc`} {
		if got := Escaped("пароль"); !slices.Contains(got, want) {
			t.Errorf("%q lacks %s", got, want)
		}
	}
}

func FuzzShow(f *testing.F) {
	for _, text := range append(chineseTexts, "\xffa\xc3", "\xc7\xeb\xca\xb9", "gr\xf6\xdfe", "\x1b$B") {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		shown := Show(text)
		switch {
		case !utf8.ValidString(shown):
			t.Errorf("%q is not UTF-8", shown)
		case utf8.ValidString(text) && shown != text:
			t.Errorf("%q became %q", text, shown)
		case !strings.ContainsRune(text, unicode.ReplacementChar) && strings.ContainsRune(shown, unicode.ReplacementChar):
			t.Errorf("%q is shown as %q", text, shown)
		}
		for _, reading := range Readings(text) {
			if !utf8.ValidString(reading) || strings.ContainsRune(reading, unicode.ReplacementChar) {
				t.Errorf("%q is read as %q", text, reading)
			}
		}
		for _, r := range rows() {
			for _, name := range strings.Fields(r.names) {
				decoded, err := Decode(name, text)
				if err == nil && (!utf8.ValidString(decoded) || strings.ContainsRune(decoded, unicode.ReplacementChar)) {
					t.Errorf("%q in %s is %q", text, name, decoded)
				}
			}
		}
	})
}
