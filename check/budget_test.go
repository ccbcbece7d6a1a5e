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

// minBudget is the first budget of growBudget.
const minBudget = 300 * time.Millisecond

// growBudget plays a run whose budget should run out in that phase. How much
// the phases before it take depends on how busy the machine is: if the run
// ended before the server had reached the point, or spent half of its time
// before the phase, it proves nothing, and the next one has twice the budget.
func growBudget(phase string, play func(budget time.Duration) (o outcome, reached bool)) (o outcome, budget time.Duration) {
	for budget = minBudget; ; budget *= 2 {
		o, reached := play(budget)
		cut := strings.Contains(o.stdout, "no answer within") || strings.Contains(o.stdout, "not complete within")
		if !cut || reached && phaseTime(phase, o.stdout) >= budget/2 || budget > patience/4 {
			return o, budget
		}
	}
}

// phaseTime returns the time of a phase in the perfdata of a line or in a JSON
// document. It is 0 if the phase was not reached.
func phaseTime(phase, said string) time.Duration {
	found := regexp.MustCompile(`(?: time_` + phase + `=|"name":"` + phase + `","seconds":)([0-9.]+)`).FindStringSubmatch(said)
	if found == nil {
		return 0
	}
	seconds, _ := strconv.ParseFloat(found[1], 64)
	return time.Duration(seconds * float64(time.Second))
}

// timesOut is exits for a run whose budget runs out in a phase: timesOut PHASE
// CODE PROGRAM [ARG...]. BUDGET in an argument stands for a budget that is
// large enough. From then on $BUDGET is that budget as the status line has it,
// and $SECONDS as a number. Each attempt restarts the last pop3server.
func timesOut(ts *testscript.TestScript, neg bool, args []string) {
	server := *ts.Value(serverKey{}).(**scriptServer)
	typed := slices.Clone(args[1:])
	_, budget := growBudget(args[0], func(budget time.Duration) (outcome, bool) {
		if server != nil && budget > minBudget {
			server.restart(ts, typed)
		}
		run := slices.Clone(typed)
		for i := range run {
			run[i] = strings.ReplaceAll(run[i], "BUDGET", budget.String())
		}
		exits(ts, neg, run)
		return outcome{stdout: ts.ReadFile("stdout")}, server == nil || server.Finish() == nil
	})
	ts.Setenv("BUDGET", regexp.QuoteMeta(budgetText(budget)))
	ts.Setenv("SECONDS", regexp.QuoteMeta(strconv.FormatFloat(budget.Seconds(), 'f', -1, 64)))
}

// budgetText returns a budget as the status line has it.
func budgetText(budget time.Duration) string {
	switch {
	case budget < time.Second:
		return fmt.Sprintf("%d ms", budget.Milliseconds())
	case budget < 10*time.Second:
		return fmt.Sprintf("%.2f s", budget.Seconds())
	}
	return fmt.Sprintf("%.1f s", budget.Seconds())
}
