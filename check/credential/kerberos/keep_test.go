package kerberos

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/jcmturner/gokrb5/v8/types"

	"check_pop3x/check/fault"
)

// What was kept counts for the same keytab, user and service, and not for ever.
func TestKeeper(t *testing.T) {
	now := time.Now()
	alice, bob := ParsePrincipal("alice@EXAMPLE.COM"), ParsePrincipal("bob@EXAMPLE.COM")
	pop, imap := ParsePrincipal("pop/mail.example.com"), ParsePrincipal("imap/mail.example.com")
	dir := filepath.Join(t.TempDir(), "state")
	named := func(keytab string, client, service Principal) keeper {
		k := keeper{dir: dir}
		k.call([]byte(keytab), client, service)
		return k
	}
	k := named("keys", alice, pop)
	if e := k.read(now); e != nil {
		t.Errorf("%+v", e)
	}
	ticket := &Ticket{Client: alice, Service: pop, Key: types.EncryptionKey{KeyType: 18, KeyValue: []byte("key")}, Octets: []byte("ticket"), End: now.Add(time.Hour)}
	if err := k.keep(ticket, nil, now); err != nil {
		t.Fatal(err)
	}
	if e := k.read(now); e == nil || string(e.Key) != "key" || string(e.Ticket) != "ticket" || e.Client.String() != "alice@EXAMPLE.COM" {
		t.Errorf("%+v", e)
	}
	for name, other := range map[string]keeper{"keytab": named("new keys", alice, pop), "user": named("keys", bob, pop), "service": named("keys", alice, imap)} {
		if e := other.read(now); e != nil {
			t.Errorf("another %s: %+v", name, e)
		}
	}
	for name, then := range map[string]time.Time{"the end": now.Add(59*time.Minute + time.Second), "yesterday": now.Add(-24 * time.Hour)} {
		if e := k.read(then); e != nil {
			t.Errorf("%s: %+v", name, e)
		}
	}
	files, _ := filepath.Glob(filepath.Join(dir, "*"))
	for _, file := range files {
		if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", file, info.Mode(), err)
		}
	}
	k.remove()
	if e := k.read(now); e != nil {
		t.Errorf("removed: %+v", e)
	}
	if err := k.keep(nil, &keptFailure{fault.KeyWrong, "the key is wrong"}, now.Add(-4*time.Minute)); err != nil {
		t.Fatal(err)
	}
	if _, err := k.read(now).ticket(); fault.Of(err).Text != "the key is wrong 4 min ago" || fault.Of(err).Problem != fault.KeyWrong {
		t.Errorf("%v", err)
	}
	if e := k.read(now.Add(12 * time.Minute)); e != nil {
		t.Errorf("a failure of old: %+v", e)
	}
}
