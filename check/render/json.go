package render

import (
	"bytes"
	"encoding/json"
	"reflect"
	"time"

	"check_pop3x/check/report"
	"check_pop3x/check/verdict"
)

// schemaNumber changes when a reader of the document would have to change: a
// member gone or with another meaning, not one more. What the members mean is
// written in packaging/schema/check_pop3x.schema.json.
const schemaNumber = 1

// A document is the format json: the report, and what was made of it. A member is
// always there; a fact that was not reached is null.
type document struct {
	Schema int        `json:"schema"`
	Plugin jsonPlugin `json:"plugin"`
	Name   string     `json:"name"`
	result
}

// A result is a report, and what was made of it.
type result struct {
	State    jsonState     `json:"state"`
	Text     string        `json:"text"`
	Summary  string        `json:"summary"`
	Cause    string        `json:"cause" null:"zero"`
	Remedy   string        `json:"remedy" null:"zero"`
	Checks   []part        `json:"checklist"`
	Target   jsonTarget    `json:"target"`
	Findings []jsonFinding `json:"findings"`
	Notes    []string      `json:"notes"`
	Phases   []jsonPhase   `json:"phases"`
	Metrics  []jsonMetric  `json:"metrics"`
	Parts    []result      `json:"addresses" null:"zero"`
	report.Report
}

type jsonPlugin struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

type jsonState struct {
	Name string         `json:"name"`
	Code verdict.Status `json:"code"`
}

// A jsonTarget is what was asked for, as far as the command line could be read.
type jsonTarget struct {
	Host     string `json:"host" null:"zero"`
	Port     uint16 `json:"port" null:"zero"`
	Security string `json:"security" null:"zero"`
	User     string `json:"user" null:"zero"`
	UserFrom string `json:"user_from" null:"zero"`
}

type jsonFinding struct {
	State   string        `json:"state"`
	Phase   string        `json:"phase" null:"zero"`
	Kind    string        `json:"kind" null:"zero"`
	Metric  string        `json:"metric" null:"zero"`
	Text    string        `json:"text"`
	Within  time.Duration `json:"within" null:"zero"`
	Problem string        `json:"problem" null:"zero"`
	Said    string        `json:"said" null:"zero"`
	Hint    string        `json:"hint" null:"zero"`
	Address string        `json:"address" null:"zero"`
}

type jsonPhase struct {
	report.Phase
	jsonLimit
}

type jsonLimit struct {
	Warning  string `json:"warning" null:"zero"`
	Critical string `json:"critical" null:"zero"`
}

type jsonMetric struct {
	Name  string      `json:"name"`
	Value json.Number `json:"value"`
	Unit  string      `json:"unit" null:"zero"`
	jsonLimit
	Min *float64 `json:"min"`
	Max *float64 `json:"max"`
}

// asJSON is one document on one line. It has all, whatever -v says, except for
// what the program said that knows the password, which is there with -v, and for
// the dialogue, with -vvv.
func asJSON(v verdict.Verdict, o Options) string {
	d := document{schemaNumber, jsonPlugin{"check_pop3x", o.Version}, nameOf(o, v.Report), page{v, o}.result()}
	var b bytes.Buffer
	encode(&b, reflect.ValueOf(d))
	return b.String() + "\n"
}

func (p page) result() result {
	v := p.Verdict
	all := result{
		State:    jsonState{v.Status.String(), v.Status},
		Text:     p.text(),
		Summary:  p.forUsers(),
		Checks:   checklist(v.Report),
		Target:   target(v.Report.Target),
		Findings: each(v.Findings, p.jsonFinding),
		Notes:    append(mailboxNotes(v.Report.Mailbox), p.Notes...),
		Phases:   each(v.Report.Phases, func(ph report.Phase) jsonPhase { return jsonPhase{ph, limitsOf(ph, v.Metrics)} }),
		Metrics:  each(v.Metrics, metric),
		Parts:    each(v.Parts, func(part verdict.Verdict) result { return page{part, Options{}}.result() }),
		Report:   *v.Report,
	}
	if v.Status != verdict.OK {
		worst := p.jsonFinding(v.Worst()[0])
		all.Cause, all.Remedy = worst.Text, worst.Hint
	}
	return all
}

// each turns all elements.
func each[T, U any](from []T, turn func(T) U) []U {
	var to []U
	for _, one := range from {
		to = append(to, turn(one))
	}
	return to
}

// securities are how the connection is protected, by the options that ask for it.
var securities = [...]string{report.Clear: "clear", report.TLSFirst: "tls", report.STLS: "starttls"}

// target is what was asked for. A command line that was refused has no port.
func target(t report.Target) jsonTarget {
	all := jsonTarget{Host: t.Host, Port: t.Port, User: t.User, UserFrom: t.UserFrom}
	if t.Port != 0 {
		all.Security = securities[t.Security]
	}
	return all
}

func (p page) jsonFinding(f verdict.Finding) jsonFinding {
	p = p.of(f)
	all := jsonFinding{State: f.Status.String(), Address: f.Address, Phase: f.Phase}
	if f.Metric != nil {
		all.Metric, all.Text, all.Hint = f.Metric.Label, exceeded(f)+p.slowPhases(f), f.Remedy()
		return all
	}
	all.Kind, all.Problem, all.Within = string(f.Fault.Kind), string(f.Fault.Problem), f.Fault.Within
	all.Text, all.Said, all.Hint = p.what(f), f.Fault.Said, p.hint(f)
	return all
}

// limitsOf are the limits on the time of a phase.
func limitsOf(ph report.Phase, metrics []verdict.Metric) jsonLimit {
	for _, m := range metrics {
		if m.Phase == ph.Name {
			return limits(m.Limit)
		}
	}
	return jsonLimit{}
}

func metric(m verdict.Metric) jsonMetric {
	return jsonMetric{m.Label, json.Number(number(m)), m.Row.Unit.Suffix, limits(m.Limit), m.Min, m.Max}
}

func limits(l verdict.Limit) jsonLimit { return jsonLimit{l.Warning.String(), l.Critical.String()} }
