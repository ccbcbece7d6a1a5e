package packaging

import (
	"maps"
	"path"
	"strings"
)

// A panel of a dashboard draws metrics, by their labels. One without metrics is what a source has a query of its own for.
type panel struct {
	title   string
	look    object
	metrics []string
}

const (
	stateTitle   = "State"
	failureTitle = "Failures"
	phaseTitle   = "Time of each phase"

	lastSeen = "Last seen" // a column of failures
)

// panels are those of each dashboard, in reading order. The first two are as wide as the page.
var panels = []panel{
	{stateTitle, timeline, nil},
	{failureTitle, table, nil},
	{phaseTitle, stacked("s"), []string{"time_PHASE"}},
	{"Time of the check", lines("s"), []string{"time"}},
	{"Messages", lines("short"), []string{"messages", "matches"}},
	{"Size of the mailbox", lines("bytes"), []string{"size"}},
	{"Age of messages", lines("s"), []string{"newest_age", "oldest_age"}},
	{"Certificate", limited("d", 30, 7), []string{"cert_days"}},
	{"Delivery", lines("s"), []string{"delivery", "transit"}},
	{"On the way", lines("short"), []string{"lost", "hops"}},
	{"Addresses", lines("short"), []string{"addresses", "addresses_ok"}},
	{"Reading a message", lines("Bps"), []string{"retr_rate"}},
}

var (
	legend  = object{"showLegend": true, "displayMode": "list", "placement": "bottom", "calcs": []string{}}
	tooltip = object{"mode": "multi", "sort": "desc"}

	table = object{
		"type": "table", "options": object{"frameIndex": 0, "showHeader": true},
		"fieldConfig": object{"defaults": object{}, "overrides": []object{{
			"matcher": object{"id": "byName", "options": lastSeen}, "properties": []object{{"id": "unit", "value": "dateTimeAsIso"}},
		}}},
	}

	timeline = object{
		"type":    "state-timeline",
		"options": object{"showValue": "auto", "rowHeight": 0.9, "legend": legend, "tooltip": tooltip},
		"fieldConfig": defaults(object{
			"color": object{"mode": "thresholds"},
			"mappings": []object{{"type": "value", "options": object{
				"0": object{"index": 0, "color": "green", "text": "OK"},
				"1": object{"index": 1, "color": "yellow", "text": "WARNING"},
				"2": object{"index": 2, "color": "red", "text": "CRITICAL"},
				"3": object{"index": 3, "color": "purple", "text": "UNKNOWN"},
			}}},
		}),
	}
)

func defaults(o object) object { return object{"defaults": o, "overrides": []any{}} }

// lines draws values of a unit of Grafana.
func lines(unit string) object { return drawn(object{"unit": unit, "min": 0}, object{}) }

// stacked draws them on top of each other.
func stacked(unit string) object {
	return drawn(object{"unit": unit, "min": 0}, object{"fillOpacity": 60, "stacking": object{"mode": "normal", "group": "A"}})
}

// limited has lines for values that are too low.
func limited(unit string, warning, critical float64) object {
	steps := []object{{"value": nil, "color": "red"}, {"value": critical, "color": "orange"}, {"value": warning, "color": "green"}}
	return drawn(object{"unit": unit, "thresholds": object{"mode": "absolute", "steps": steps}},
		object{"thresholdsStyle": object{"mode": "line"}})
}

// drawn is a panel with what is its own. Runs are minutes apart, so points are drawn, and lines between them.
func drawn(field, custom object) object {
	style := object{"drawStyle": "line", "lineWidth": 1, "fillOpacity": 10, "showPoints": "auto"}
	maps.Copy(style, custom)
	field["custom"] = style
	return object{"type": "timeseries", "options": object{"legend": legend, "tooltip": tooltip}, "fieldConfig": defaults(field)}
}

// A source is what a dashboard asks.
type source struct {
	file, title, plugin string

	choices   [2]choice            // at the top of the page
	own       map[string]object    // queries of panels without metrics, by title
	metrics   func(panel) []object // queries of the others
	reshaped  map[string][]object  // transformations, by title
	annotated object               // what marks a failure
}

// A choice is of values that a query finds.
type choice struct{ name, label, query string }

// dashboards are those of Grafana, by the name of the file.
func dashboards() (map[string]string, error) {
	files := map[string]string{}
	for _, s := range []source{prometheusSource, influxSource} {
		text, err := indented(s.dashboard())
		if err != nil {
			return nil, err
		}
		files[s.file] = text
	}
	return files, nil
}

// dashboard is all of it, in the schema of Grafana 11.
func (s source) dashboard() object {
	var all []object
	for i, p := range panels {
		all = append(all, s.panel(i, p))
	}
	marks := object{"name": failureTitle, "enable": true, "iconColor": "red", "datasource": s.chosen()}
	maps.Copy(marks, s.annotated)
	return object{
		"uid": strings.TrimSuffix(path.Base(s.file), ".json"), "title": s.title, "tags": []string{"pop3"},
		"schemaVersion": 39, "editable": true, "refresh": "1m", "time": object{"from": "now-6h", "to": "now"},
		"templating": object{"list": s.templating()}, "annotations": object{"list": []object{marks}}, "panels": all,
	}
}

// chosen is the data source that was chosen at the top of the page.
func (s source) chosen() object { return object{"type": s.plugin, "uid": "${datasource}"} }

func (s source) templating() []object {
	all := []object{{"type": "datasource", "name": "datasource", "label": "Data source", "query": s.plugin, "refresh": 1}}
	for _, c := range s.choices {
		all = append(all, object{
			"type": "query", "name": c.name, "label": c.label, "datasource": s.chosen(), "query": c.query, "definition": c.query,
			"refresh": 2, "sort": 1, "multi": true, "includeAll": true, "allValue": ".*",
			"current": object{"text": []string{"All"}, "value": []string{"$__all"}},
		})
	}
	return all
}

// panel is the one at a place.
func (s source) panel(place int, p panel) object {
	targets := s.metrics(p)
	if own, found := s.own[p.title]; found {
		targets = []object{own}
	}
	for i, target := range targets {
		target["refId"], target["datasource"] = string(rune('A'+i)), s.chosen()
	}
	o := object{"id": place + 1, "title": p.title, "datasource": s.chosen(), "gridPos": position(place), "targets": targets}
	maps.Copy(o, p.look)
	if shape, found := s.reshaped[p.title]; found {
		o["transformations"] = shape
	}
	return o
}

// position is where the panel at a place is, on a page that is 24 wide.
func position(place int) object {
	const height = 8
	if place < 2 {
		return object{"x": 0, "y": place * height, "w": 24, "h": height}
	}
	return object{"x": place % 2 * 12, "y": (2 + (place-2)/2) * height, "w": 12, "h": height}
}
