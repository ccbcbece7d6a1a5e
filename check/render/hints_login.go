package render

import (
	"slices"
	"strings"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
)

// fewIterations says whether SCRAM was begun and not gone on with.
func fewIterations(f *fault.Error, phase string, r *report.Report) bool {
	return f.Kind == fault.Mechanism && phase == "login" && r.Login != nil
}

// refusedWith says whether one of the mechanisms was refused.
func refusedWith(mechanisms ...string) func(*fault.Error, string, *report.Report) bool {
	return func(f *fault.Error, phase string, r *report.Report) bool {
		return f.Kind == fault.Auth && phase == "login" && r.Login != nil && slices.Contains(mechanisms, r.Login.Mechanism)
	}
}

func refusedBinding(f *fault.Error, phase string, r *report.Report) bool {
	return r.Login != nil && strings.HasSuffix(r.Login.Mechanism, "-PLUS") && refusedWith(r.Login.Mechanism)(f, phase, r)
}

// wantsToken says whether one of the two that have switched passwords off has
// refused one.
func wantsToken(f *fault.Error, phase string, r *report.Report) bool {
	if r.Login == nil || !refusedWith(r.Login.Mechanism)(f, phase, r) || r.Greeting == nil || r.Capabilities == nil {
		return false
	}
	theirs := strings.HasPrefix(*r.Greeting, "The Microsoft Exchange POP3 service") || strings.HasPrefix(*r.Greeting, "Gpop ")
	return theirs && slices.ContainsFunc(r.Capabilities, func(line string) bool {
		words := strings.Fields(line)
		return len(words) > 1 && strings.EqualFold(words[0], "SASL") && slices.Contains(words[1:], "XOAUTH2")
	})
}
