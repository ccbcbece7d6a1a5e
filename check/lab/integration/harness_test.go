//go:build integration

// The harness itself, without the plugin: each server greets, lets both users in and knows the right octets.

package integration

import (
	"fmt"
	"testing"
)

func TestHarness(t *testing.T) {
	eachServer(t, func(t *testing.T, s *server) {
		for _, how := range ways {
			t.Run(string(how), func(t *testing.T) {
				t.Parallel()
				wantMailbox(t, s, how, alice, fmt.Sprintf("+OK %d %d", aliceMessages, aliceOctets))
				wantMailbox(t, s, how, bob, "+OK 0 0")
			})
		}
	})
}

func wantMailbox(t *testing.T, s *server, how way, user account, stat string) {
	t.Helper()
	d := dial(t, s, how)
	d.login(user)
	d.say("STAT")
	t.Logf("%s: %s", user.name, d.expect(stat))
	d.quit()
}

func TestMessagesAddUp(t *testing.T) {
	sum := 0
	for i, octets := range []int{512, 1024, 2048, 4096, 10387} {
		if got := size(alice.mail[i]); got != octets {
			t.Errorf("message %d has %d octets, not %d", i+1, got, octets)
		}
		sum += octets
	}
	if len(alice.mail) != aliceMessages || sum != aliceOctets || alice.octets() != sum {
		t.Errorf("%d messages, %d octets", len(alice.mail), sum)
	}
}
