package trust

import (
	"crypto/tls"
	"slices"
	"strings"
	"testing"

	"check_pop3x/check/fault"
)

const zeroPin = "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

func TestParsePins(t *testing.T) {
	one := zeroPin[:len(zeroPin)-2] + "8="
	for typed, want := range map[string]int{zeroPin: 1, zeroPin + ";" + one: 2, one + ";" + zeroPin + ";" + one: 3} {
		if pins, err := ParsePins(typed); err != nil || len(pins) != want {
			t.Errorf("%s: %d, %v", typed, len(pins), err)
		}
	}
	for _, typed := range []string{"", "sha256//", "sha256:" + zeroPin[8:], zeroPin[8:], "sha1//AAAA", zeroPin + ";", ";" + zeroPin, zeroPin + "A",
		zeroPin[:len(zeroPin)-1], strings.TrimSuffix(zeroPin, "A=") + "B=", " " + zeroPin, zeroPin + "\n"} {
		if pins, err := ParsePins(typed); err == nil {
			t.Errorf("%q is taken for %v", typed, pins)
		}
	}
}

// FuzzParsePins: pins that are accepted are written as they were read.
func FuzzParsePins(f *testing.F) {
	for _, s := range []string{zeroPin, zeroPin + ";" + zeroPin, "sha256//", ";", zeroPin + "\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		pins, err := ParsePins(typed)
		if err != nil {
			return
		}
		var again []string
		for _, p := range pins {
			again = append(again, p.String())
		}
		if strings.Join(again, ";") != typed {
			t.Fatalf("%q, again %q", typed, again)
		}
	})
}

// One of the pins has to match, with a chain and without.
func TestPins(t *testing.T) {
	root := sign(t, authority("Test Root CA"), nil, nil)
	leaf := sign(t, server("mail.example.org"), nil, root)
	pin, other := PinOf(leaf.cert), PinOf(root.cert)
	for _, c := range []struct {
		pins     []Pin
		insecure bool
		good     bool
	}{
		{[]Pin{pin}, false, true}, {[]Pin{other, pin}, false, true}, {[]Pin{other}, false, false},
		{[]Pin{pin}, true, true}, {[]Pin{other}, true, false}, {nil, true, true},
	} {
		o := options(writeFile(t, pemOf(root)))
		o.Pins, o.Insecure = c.pins, c.insecure
		facts, err := shown(t, o, chain(leaf, root))
		if c.good {
			if err != nil {
				t.Error(c, err)
			}
			continue
		}
		wantFault(t, err, fault.Certificate, "the server's key "+pin.String()+" is not pinned")
		if f := fault.Of(err); f.Problem != fault.NotPinned || facts.Expiry() == nil {
			t.Error(f.Problem)
		}
	}
	// A pin does not replace a chain.
	o := options(writeFile(t, pemOf(sign(t, authority("Other CA"), nil, nil))))
	o.Pins = []Pin{pin}
	_, err := shown(t, o, chain(leaf))
	if f := fault.Of(err); f == nil || f.Problem != fault.UnknownAuthority {
		t.Error(err)
	}
}

func TestChainsAsSent(t *testing.T) {
	root := sign(t, authority("Test Root CA"), nil, nil)
	inter := sign(t, authority("Intermediate CA"), nil, root)
	inter2 := sign(t, authority("Second CA"), nil, inter)
	stranger := sign(t, authority("Stranger CA"), nil, nil)
	leaf := sign(t, server("mail.example.org"), nil, inter2)
	for name, c := range map[string]struct {
		sent       []*entity
		outOfOrder bool
		extra      int
	}{
		"as it should be": {[]*entity{leaf, inter2, inter}, false, 0},
		"with the root":   {[]*entity{leaf, inter2, inter, root}, false, 0},
		"turned":          {[]*entity{leaf, inter, inter2}, true, 0},
		"root first":      {[]*entity{leaf, root, inter2, inter}, true, 0},
		"with another":    {[]*entity{leaf, stranger, inter2, inter}, false, 1},
		"not verified":    {[]*entity{leaf, inter, stranger}, false, 0},
	} {
		certs := certsOf(c.sent)
		f := options(writeFile(t, pemOf(root))).Judge(t.Context(), tls.ConnectionState{PeerCertificates: certs}, now)
		extra := 0
		for _, one := range certs {
			if f.IsExtra(one) {
				extra++
			}
		}
		if f.OutOfOrder() != c.outOfOrder || extra != c.extra {
			t.Errorf("%s: outOfOrder %t, %d extra, %v", name, f.OutOfOrder(), extra, f.Err)
		}
	}
}

func TestKey(t *testing.T) {
	got := []string{Key(sign(t, server("a"), nil, nil).cert), Key(sign(t, server("a"), rsaKey(t, 2048), nil).cert)}
	if want := []string{"ECDSA P-256", "RSA 2048"}; !slices.Equal(got, want) {
		t.Error(got)
	}
}
