//go:build linux

package engine

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// A Result is what Icinga 2 keeps of a check: last_check_result of a service. Times are seconds since 1970.
type Result struct {
	State           float64
	ExitStatus      float64 `json:"exit_status"`
	Output          string
	PerformanceData []string        `json:"performance_data"`
	Command         json.RawMessage // words, or what stands in their place where none was run
	CheckSource     string          `json:"check_source"`
	ScheduleStart   float64         `json:"schedule_start"`
	ExecutionStart  float64         `json:"execution_start"`
	ExecutionEnd    float64         `json:"execution_end"`
	ScheduleEnd     float64         `json:"schedule_end"`
}

// Words are the command line of the plugin.
func (r Result) Words() (words []string, err error) {
	return words, json.Unmarshal(r.Command, &words)
}

// A Service is a service with its last result, if there is one.
type Service struct {
	Name      string
	Result    *Result
	Reachable bool // when that came: what it depends on was well, and one is told of trouble
}

// Services are all those that the filter leaves, "" for all of them.
func (n *Icinga) Services(ctx context.Context, filter string) ([]Service, error) {
	query := url.Values{"attrs": {"__name", "last_check_result", "last_reachable"}}
	if filter != "" {
		query.Set("filter", filter)
	}
	var found []struct {
		Attrs struct {
			Name      string  `json:"__name"`
			Result    *Result `json:"last_check_result"`
			Reachable bool    `json:"last_reachable"`
		}
	}
	err := n.call(ctx, http.MethodGet, "objects/services?"+strings.ReplaceAll(query.Encode(), "+", "%20"), nil, &found)
	var all []Service
	for _, one := range found {
		all = append(all, Service{one.Attrs.Name, one.Attrs.Result, one.Attrs.Reachable})
	}
	return all, err
}

// Check has a service, HOST!SERVICE, checked now, and returns the result.
func (n *Icinga) Check(ctx context.Context, service string) (*Result, error) {
	asked := time.Now()
	if err := n.Force(ctx, service); err != nil {
		return nil, err
	}
	return n.After(ctx, service, asked)
}

// Force has the service checked now.
func (n *Icinga) Force(ctx context.Context, service string) error {
	var done []struct {
		Code   float64
		Status string
	}
	err := n.call(ctx, http.MethodPost, "actions/reschedule-check", map[string]any{
		"type": "Service", "filter": "service.__name == name", "filter_vars": map[string]string{"name": service}, "force": true,
	}, &done)
	if err == nil && (len(done) != 1 || done[0].Code != http.StatusOK) {
		err = fmt.Errorf("reschedule-check of %s: %v", service, done)
	}
	return err
}

// After waits for the result of a check that began after the moment.
func (n *Icinga) After(ctx context.Context, service string, moment time.Time) (r *Result, err error) {
	wait := n.Await(func() bool {
		var found []Service
		found, err = n.Services(ctx, fmt.Sprintf("service.__name == %q", service))
		if err == nil && len(found) == 1 {
			r = found[0].Result
		}
		return err != nil || r != nil && r.ExecutionStart >= float64(moment.UnixMicro())/1e6
	})
	return r, errors.Join(err, wait)
}

// A Metric is performance data as Icinga 2 understands it.
type Metric struct {
	Label, Unit          string
	Value                float64
	Warn, Crit, Min, Max any
}

// Metrics has Icinga 2 parse performance data.
func (n *Icinga) Metrics(ctx context.Context, data []string) ([]Metric, error) {
	var script []string
	for _, text := range data {
		script = append(script, fmt.Sprintf("parse_performance_data(%q)", text))
	}
	var answers []struct {
		Status string
		Result []Metric
	}
	err := n.call(ctx, http.MethodPost, "console/execute-script", map[string]string{
		"command": "[" + strings.Join(script, ",") + "]", "session": rand.Text(),
	}, &answers)
	if err != nil || len(answers) != 1 || len(answers[0].Result) != len(data) {
		return nil, fmt.Errorf("parse_performance_data: %+v, %w", answers, err)
	}
	return answers[0].Result, nil
}

// Connected waits until another node is.
func (n *Icinga) Connected(endpoint string) error { return n.awaitEndpoint(endpoint, true) }

// Disconnected waits until another node is no longer connected.
func (n *Icinga) Disconnected(endpoint string) error { return n.awaitEndpoint(endpoint, false) }

func (n *Icinga) awaitEndpoint(endpoint string, connected bool) error {
	return n.Await(func() bool {
		var found []struct{ Attrs struct{ Connected bool } }
		err := n.call(context.Background(), http.MethodGet, "objects/endpoints/"+endpoint, nil, &found)
		return err == nil && len(found) == 1 && found[0].Attrs.Connected == connected
	})
}
