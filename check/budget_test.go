package check_test

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// leastBudget is the first that inPhase gives.
const leastBudget = 300 * time.Millisecond

// inPhase plays a run whose budget is to run out in that phase, with a budget so
// large that what comes before does not matter. How much that is depends on how
// busy the machine is: a run that was cut before the server had come to the point,
// or had spent half of its time before the phase, proves nothing, and is followed
// by one with twice the budget.
func inPhase(phase string, play func(budget time.Duration) (o outcome, arrived bool)) (o outcome, budget time.Duration) {
	for budget = leastBudget; ; budget *= 2 {
		o, arrived := play(budget)
		cut := strings.Contains(o.said, "no answer within")
		if !cut || arrived && timeOf(phase, o.said) >= budget/2 || budget > patience/4 {
			return o, budget
		}
	}
}

// timeOf is the time of a phase by the perfdata of a line or the phases of a
// document; 0 where it was not reached.
func timeOf(phase, said string) time.Duration {
	found := regexp.MustCompile(`(?: time_` + phase + `=|"name":"` + phase + `","seconds":)([0-9.]+)`).FindStringSubmatch(said)
	if found == nil {
		return 0
	}
	seconds, _ := strconv.ParseFloat(found[1], 64)
	return time.Duration(seconds * float64(time.Second))
}

// endsIn is exits for a run whose whole budget is to run out in a phase: endsIn
// PHASE CODE PROGRAM [ARG...]. BUDGET behind -t stands for one that is large
// enough, which $BUDGET is from then on as people read it, and $SECONDS as a
// number. The last pop3server starts again for each.
func endsIn(ts *testscript.TestScript, neg bool, args []string) {
	server := *ts.Value(serverKey{}).(**scriptServer)
	typed := slices.Clone(args[1:])
	_, budget := inPhase(args[0], func(budget time.Duration) (outcome, bool) {
		if server != nil && budget > leastBudget {
			server.again(ts, typed)
		}
		run := slices.Clone(typed)
		for i := range run {
			run[i] = strings.ReplaceAll(run[i], "BUDGET", budget.String())
		}
		exits(ts, neg, run)
		return outcome{said: ts.ReadFile("stdout")}, server == nil || server.Finish() == nil
	})
	ts.Setenv("BUDGET", regexp.QuoteMeta(inWords(budget)))
	ts.Setenv("SECONDS", regexp.QuoteMeta(strconv.FormatFloat(budget.Seconds(), 'f', -1, 64)))
}

// inWords is a budget as the status line has it.
func inWords(budget time.Duration) string {
	switch {
	case budget < time.Second:
		return fmt.Sprintf("%d ms", budget.Milliseconds())
	case budget < 10*time.Second:
		return fmt.Sprintf("%.2f s", budget.Seconds())
	}
	return fmt.Sprintf("%.1f s", budget.Seconds())
}
