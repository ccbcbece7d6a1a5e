package charset

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// Show returns text as UTF-8. Text in another charset is decoded if there is no
// doubt: Chinese in GBK, as some servers in China speak, and what reads like the
// languages of Western Europe in windows-1252. Else the octets that are not UTF-8
// are escaped; all above ASCII are if few of them are UTF-8, since then it is by
// chance.
func Show(text string) string {
	if utf8.ValidString(text) {
		return text
	}
	if decoded, ok := chinese(text); ok {
		return decoded
	}
	if decoded, ok := western(text); ok {
		return decoded
	}
	if characters, octets := count(text); characters >= 2*octets {
		return escapeInvalid(text)
	}
	return escape(text)
}

// common are characters that mail servers use in Chinese, and the most frequent
// ones of the language. Text in another charset, taken for GBK, is made of
// characters at random, of which few are common.
const common = "的一是不了在有人我他这中大来上个国到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可里后小么心多天而能好都然没日于起还发成事只作当想看文无开手用主行方又如前所本见经头面起公同工已" +
	"请使授权码登录详情查看您邮箱件密错误户名或系统繁忙稍再试失败服务器连接超限制帐账号被锁定冻结禁止未通启闭功设置客端议协命令法非效参数据消息号码标识正确成功欢迎存储空间容量满收取信删除读写操作认证验身份安全网络地址域拒绝访问尝次频繁过期重新改修输入检查管理员联系拥挤暂时异常停止支持版本准备就绪状态现需求字符数处理完毕等待关"

// chinese decodes GBK. It reports false if there may be doubt.
func chinese(text string) (string, bool) {
	decoded, err := simplifiedchinese.GBK.NewDecoder().String(text)
	if err != nil {
		return "", false
	}
	characters, known := 0, 0
	for _, r := range decoded {
		switch {
		case r < utf8.RuneSelf || isPunctuation(r):
		case !unicode.Is(unicode.Han, r):
			return "", false
		default:
			characters++
			if strings.ContainsRune(common, r) {
				known++
			}
		}
	}
	return decoded, characters >= 2 && 2*known >= characters
}

// isPunctuation reports whether Chinese text has such a mark between its
// characters.
func isPunctuation(r rune) bool {
	return r >= 0x3000 && r <= 0x303F || r >= 0xFF00 && r <= 0xFF5E || r >= 0x2010 && r <= 0x2026 || r == '·'
}

// western decodes windows-1252, if all that is above ASCII is one letter or two of
// a word: other alphabets have whole words above ASCII, and the languages of
// Central Europe have letters where windows-1252 has signs.
func western(text string) (string, bool) {
	for i := 0; i < len(text); i++ {
		begin := i
		for i < len(text) && text[i] >= utf8.RuneSelf {
			i++
		}
		if i > begin && !isWestern(text[:begin], text[begin:i], text[i:]) {
			return "", false
		}
	}
	decoded, err := charmap.Windows1252.NewDecoder().String(text)
	return decoded, err == nil
}

// isWestern reports whether some octets are letters in a word of windows-1252. A
// capital begins the word, or follows another one: else it is half of a
// character in UTF-8. Two letters that follow each other are small ones (größer).
func isWestern(before, letters, after string) bool {
	inCapitals := before != "" && before[len(before)-1] >= 'A' && before[len(before)-1] <= 'Z'
	begins, goesOn := before == "" || !isASCIILetter(before[len(before)-1]), after != "" && isASCIILetter(after[0])
	for i := range len(letters) {
		small := letters[i] >= 0xDF
		if !isWesternLetter(letters[i]) || !small && (len(letters) > 1 || !inCapitals && !(begins && goesOn)) {
			return false
		}
	}
	return len(letters) <= 2 && !(begins && !goesOn)
}

// isWesternLetter reports whether an octet is a letter in windows-1252, but not
// one of Iceland, which is rarer than Turkish in its place.
func isWesternLetter(c byte) bool {
	return c >= 0xC0 && strings.IndexByte("\xD0\xD7\xDD\xDE\xF0\xF7\xFD\xFE\xFF", c) < 0
}

func isASCIILetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// count returns how many characters above ASCII are UTF-8, and how many octets are
// not.
func count(text string) (characters, octets int) {
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			octets++
		case size > 1:
			characters++
		}
		i += size
	}
	return characters, octets
}

// escapeInvalid escapes what is not UTF-8.
func escapeInvalid(text string) string {
	var b strings.Builder
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		if r == utf8.RuneError && size == 1 {
			fmt.Fprintf(&b, `\x%02x`, text[i])
		} else {
			b.WriteString(text[i : i+size])
		}
		i += size
	}
	return b.String()
}

// escape escapes what is not ASCII.
func escape(text string) string {
	var b strings.Builder
	for i := range len(text) {
		if text[i] < utf8.RuneSelf {
			b.WriteByte(text[i])
		} else {
			fmt.Fprintf(&b, `\x%02x`, text[i])
		}
	}
	return b.String()
}
