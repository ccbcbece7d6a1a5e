package trust

import (
	"crypto/x509"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"check_pop3x/check/fault"
)

// A forest is a handful of authorities that certify each other at random: roots,
// intermediates, cross-signs, twins of a name, certificates that have ended, and
// names in two encodings.
type forest struct {
	r         *rand.Rand
	all       []*entity // authorities; one key may have several certificates
	encodings []int
}

func plant(t *testing.T, r *rand.Rand) *forest {
	f := &forest{r: r, encodings: []int{12, 19}} // UTF8String, PrintableString
	for range 3 + r.IntN(10) {
		var issuer *entity
		if len(f.all) > 0 && r.IntN(4) > 0 {
			issuer = f.any()
		}
		template := authority("")
		template.RawSubject = subjectAs(t, f.encodings[r.IntN(2)], fmt.Sprintf("CA %d", r.IntN(6)))
		if r.IntN(8) == 0 {
			valid(template, -30*day, -day)
		}
		e := &entity{}
		if len(f.all) > 0 && r.IntN(3) == 0 { // another certificate for a key that there is
			e = f.any()
			template.RawSubject = e.cert.RawSubject
		}
		f.all = append(f.all, sign(t, template, e.key, issuer))
	}
	return f
}

func (f *forest) any() *entity { return f.all[f.r.IntN(len(f.all))] }

// some is a part of the forest, in any order.
func (f *forest) some() []*entity {
	part := slices.Clone(f.all)
	f.r.Shuffle(len(part), func(i, j int) { part[i], part[j] = part[j], part[i] })
	return part[:f.r.IntN(len(part)+1)]
}

// TestVerifyIsExact: whatever is sent and trusted, verify accepts the same, by the
// same chains, as x509.Certificate.Verify with all roots.
func TestVerifyIsExact(t *testing.T) {
	accepted := 0
	for seed := range uint64(200) {
		f := plant(t, rand.New(rand.NewPCG(seed, 1)))
		sent := append([]*entity{sign(t, server("mail.example.org"), nil, f.any())}, f.some()...)
		trusted := f.some()
		if len(trusted) == 0 {
			continue
		}
		certs, roots := certsOf(sent), poolOf(certsOf(trusted))
		want, wantErr := certs[0].Verify(x509.VerifyOptions{CurrentTime: now, Roots: roots, Intermediates: poolOf(certs[1:])})
		got, err := options(writeFile(t, pemOf(trusted...))).verify(t.Context(), certs, now)
		if !slices.EqualFunc(got, want, equalChain) || (err == nil) != (wantErr == nil) {
			t.Errorf("seed %d: %d chains, %v\nwant %d, %v", seed, len(got), err, len(want), wantErr)
		}
		if err == nil {
			accepted++
		} else if f := fault.Of(err); f.Kind != fault.Certificate || f.Problem == "" || f.Text == "" || strings.Contains(f.Text, "\n") {
			t.Errorf("seed %d: %v", seed, err)
		}
	}
	if accepted < 25 || accepted > 175 {
		t.Errorf("%d of 200 were accepted: that compares little", accepted)
	}
}
