package files

import (
	"fmt"
	"os"
	"testing"
)

func TestStateDir(t *testing.T) {
	for want, env := range map[string][2]string{
		"/var/lib/icinga/check_pop3x":                     {"/var/lib/icinga:/var/lib/other", "/home/x/.cache"},
		"/home/x/.cache/check_pop3x":                      {"", "/home/x/.cache"},
		"/c/check_pop3x":                                  {"relative", "/c"},
		fmt.Sprint("/var/tmp/check_pop3x-", os.Geteuid()): {"", "relative"},
	} {
		got := StateDir(func(name string) string {
			return map[string]string{"STATE_DIRECTORY": env[0], "XDG_CACHE_HOME": env[1]}[name]
		})
		if got != want {
			t.Errorf("%v: %s, want %s", env, got, want)
		}
	}
}
