// A program of its own, with Telegraf's code: it reads a configuration as Telegraf does, runs the inputs once and prints
// what they measure, in InfluxDB's line protocol.
package main

import (
	"fmt"
	"log"
	"os"

	"github.com/influxdata/telegraf"
	"github.com/influxdata/telegraf/agent"
	"github.com/influxdata/telegraf/config"
	_ "github.com/influxdata/telegraf/plugins/inputs/exec"
	_ "github.com/influxdata/telegraf/plugins/parsers/nagios"
	"github.com/influxdata/telegraf/plugins/serializers/influx"
)

func main() {
	c := config.NewConfig()
	if err := c.LoadConfig(os.Args[1]); err != nil {
		log.Fatal(err)
	}
	lines := &influx.Serializer{SortFields: true}
	if err := lines.Init(); err != nil {
		log.Fatal(err)
	}
	for _, input := range c.Inputs {
		if err := input.Init(); err != nil {
			log.Fatal(err)
		}
		metrics := make(chan telegraf.Metric, 100)
		if err := input.Gather(agent.NewAccumulator(input, metrics)); err != nil {
			log.Fatal(err)
		}
		close(metrics)
		for m := range metrics {
			line, err := lines.Serialize(m)
			if err != nil {
				log.Fatal(err)
			}
			fmt.Printf("%s", line)
		}
	}
}
