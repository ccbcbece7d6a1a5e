package packaging

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/prometheus"
	"github.com/grafana/grafana-foundation-sdk/go/statetimeline"
	gtable "github.com/grafana/grafana-foundation-sdk/go/table"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"

	"check_pop3x/check/verdict"
)

// A grafanaDashboard is what every Grafana reads.
//
//lint:ignore SA1019 its successor is for Grafana 12 and later
type grafanaDashboard = dashboard.Dashboard

// TestDashboards has Grafana's own types decode them, which refuse a field that they do not know, or of another type.
func TestDashboards(t *testing.T) {
	grafana := cog.NewRuntime()
	grafana.RegisterPanelcfgVariant(timeseries.VariantConfig())
	grafana.RegisterPanelcfgVariant(statetimeline.VariantConfig())
	grafana.RegisterPanelcfgVariant(gtable.VariantConfig())
	grafana.RegisterDataqueryVariant(prometheus.VariantConfig())
	files, err := dashboards()
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		if err := mistakesIn(text); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		var d grafanaDashboard
		if err := errors.Join(json.Unmarshal([]byte(text), &d), d.Validate()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, field := range []string{"schemaVersion", "lineWidth", "legendFormat", "rowHeight", "frameIndex", "titleFormat", "allValue", "gridPos"} {
		spoilt := strings.Replace(files[prometheusSource.file], `"`+field+`"`, `"another"`, 1)
		if mistakesIn(spoilt) == nil {
			t.Errorf("another name of %s is not refused", field)
		}
	}
}

// mistakesIn are what Grafana's types say of a dashboard. They return an empty list of mistakes as an error, too.
func mistakesIn(text string) error {
	err := new(grafanaDashboard).UnmarshalJSONStrict([]byte(text))
	if mistakes, listed := errors.AsType[cog.BuildErrors](err); listed && len(mistakes) == 0 {
		return nil
	}
	return err
}

// TestPanelsOfAllMetrics: each metric has a place.
func TestPanelsOfAllMetrics(t *testing.T) {
	var drawn []string
	for _, p := range panels {
		drawn = append(drawn, p.metrics...)
	}
	for _, row := range verdict.Metrics() {
		if !slices.Contains(drawn, row.Label) {
			t.Errorf("no panel has %s", row.Label)
		}
	}
}
