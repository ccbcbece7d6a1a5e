package packaging

import (
	"strings"

	"check_pop3x/check/verdict"
)

// row is the metric of a label.
func row(label string) *verdict.Row {
	for _, r := range verdict.Metrics() {
		if r.Label == label {
			return r
		}
	}
	panic("there is no metric " + label)
}

// In Prometheus these labels tell checks apart, and these series say what is wrong.
const (
	identity = "{{host}}:{{port}} {{user}} {{check}}"
	chosen   = `host=~"$host", user=~"$user"`
	wrong    = `{__name__=~"pop3_(fault|limit_passed)_info", ` + chosen
)

var prometheusSource = source{
	file: "grafana/pop3-prometheus.json", title: "POP3 (Prometheus)", plugin: "prometheus",
	choices: [2]choice{
		{"host", "Host", "label_values(pop3_state, host)"},
		{"user", "User", `label_values(pop3_state{host=~"$host"}, user)`},
	},
	own: map[string]object{
		stateTitle: {"expr": "pop3_state{" + chosen + "}", "legendFormat": identity},
		failureTitle: {
			"expr": "1000 * max by (host, port, user, check, address, phase, metric, kind, state, cause, remedy) " +
				"(max_over_time(timestamp(" + wrong + "})[$__range:1m]))",
			"format": "table", "instant": true,
		},
	},
	metrics: func(p panel) (all []object) {
		for _, label := range p.metrics {
			all = append(all, object{"expr": expression(row(label)), "legendFormat": called(p, label, identity)})
		}
		return all
	},
	reshaped: map[string][]object{failureTitle: {columns("Value", "host", "port", "user", "check", "address", "phase", "metric", "kind", "state", "cause", "remedy")}},
	annotated: object{
		"expr": wrong + `, state=~"critical|unknown"}`, "target": object{"refId": "A", "expr": wrong + `, state=~"critical|unknown"}`},
		"titleFormat": "{{host}} {{user}}: {{phase}}{{metric}}", "textFormat": "{{cause}}; {{remedy}}", "tagKeys": "state,kind",
	},
}

// expression asks Prometheus for a metric, in the unit of its performance data.
func expression(r *verdict.Row) string {
	series := r.Prometheus + "{" + chosen + "}"
	switch {
	case r == row("time_PHASE"):
		return "avg by (phase) (" + series + ")"
	case r.Moment != nil && strings.HasSuffix(r.Label, "_days"):
		return "(" + series + " - time()) / 86400"
	case r.Moment != nil:
		return "time() - " + series
	}
	return series
}

// called names the lines of a metric: its label, if there are others in the panel, and what tells its lines apart.
func called(p panel, label, identity string) string {
	switch {
	case label == "time_PHASE":
		return "{{phase}}"
	case len(p.metrics) > 1:
		return label + " " + identity
	}
	return identity
}

// What Icinga 2's InfluxdbWriter writes by the example of the package.
const (
	among  = ` FROM "pop3x" WHERE "hostname" =~ /^$host$/ AND "service" =~ /^$service$/ AND $timeFilter`
	evenly = ` GROUP BY time($__interval), "hostname", "service" fill(none)`
)

var influxSource = source{
	file: "grafana/pop3-influxdb.json", title: "POP3 (Icinga 2, InfluxDB)", plugin: "influxdb",
	choices: [2]choice{
		{"host", "Host", `SHOW TAG VALUES FROM "pop3x" WITH KEY = "hostname"`},
		{"service", "Service", `SHOW TAG VALUES FROM "pop3x" WITH KEY = "service" WHERE "hostname" =~ /^$host$/`},
	},
	own: map[string]object{
		stateTitle: influxQL(`SELECT last("state")`+among+evenly, "$tag_hostname $tag_service"),
		failureTitle: {
			"query":    `SELECT last("state") AS "state"` + among + ` AND "fault" =~ /./ GROUP BY "hostname", "service", "fault"`,
			"rawQuery": true, "resultFormat": "table",
		},
	},
	metrics: func(p panel) (all []object) {
		for _, label := range p.metrics {
			query := `SELECT mean("value")` + among + ` AND "metric" = '` + label + `'` + evenly
			if label == "time_PHASE" {
				query = `SELECT mean("value")` + among + ` AND "metric" =~ /^time_/ GROUP BY time($__interval), "metric" fill(none)`
			}
			all = append(all, influxQL(query, strings.ReplaceAll(called(p, label, "$tag_hostname $tag_service"), "{{phase}}", "$tag_metric")))
		}
		return all
	},
	reshaped: map[string][]object{
		failureTitle: {columns("Time", "hostname", "service", "fault", "state")},
		phaseTitle:   {{"id": "renameByRegex", "options": object{"regex": "^time_(.*)$", "renamePattern": "$1"}}},
	},
	annotated: object{"target": object{
		"refId": "A", "query": `SELECT "state", "fault", "hostname", "service"` + among + ` AND "state" >= 2`,
		"rawQuery": true, "fromAnnotations": true, "textColumn": "fault", "tagsColumn": "hostname,service",
	}},
}

func influxQL(query, alias string) object {
	return object{"query": query, "alias": alias, "rawQuery": true, "resultFormat": "time_series"}
}

// columns orders those of a table. The first one is when a failure was last seen.
func columns(names ...string) object {
	places := object{}
	for i, name := range names {
		places[name] = i
	}
	return object{"id": "organize", "options": object{
		"indexByName": places, "renameByName": object{names[0]: lastSeen}, "excludeByName": object{"Time": names[0] != "Time"},
	}}
}
