package check_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// ages makes what is kept of refused logins, or else of what was printed, older:
// ages 4m. A negative time is that of a clock which was set back.
func ages(ts *testscript.TestScript, neg bool, args []string) {
	by, err := time.ParseDuration(args[0])
	ts.Check(err)
	kept, err := filepath.Glob(ts.MkAbs("cache/check_pop3x/login-*.json"))
	ts.Check(err)
	if len(kept) == 0 {
		kept, err = filepath.Glob(ts.MkAbs("cache/check_pop3x/notice-*.json"))
		ts.Check(err)
	}
	if len(kept) == 0 {
		ts.Fatalf("nothing is kept of refused logins, nor of what was printed")
	}
	for _, path := range kept {
		entry := map[string]any{}
		ts.Check(json.Unmarshal([]byte(ts.ReadFile(path)), &entry))
		older := func(fields map[string]any, names ...string) {
			for _, name := range names {
				fields[name] = int64(fields[name].(float64)) - int64(by/time.Second)
			}
		}
		if secrets, ok := entry["secrets"].([]any); ok {
			for _, secret := range secrets {
				older(secret.(map[string]any), "last", "tried")
			}
		} else {
			older(entry, "time")
		}
		text, err := json.Marshal(entry)
		ts.Check(err)
		ts.Check(os.WriteFile(path, text, 0o600))
	}
}
