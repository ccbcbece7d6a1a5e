package probe

import (
	"slices"

	"check_pop3x/check/fault"
	"check_pop3x/check/pop3"
)

// A step is how --steps names a phase.
type step int

const (
	never step = iota // it is no step
	inAll             // by its name or by "all"
	named             // by its name only, since it writes or reads much
)

// Steps lists what --steps takes: by name, and what "all" stands for.
func Steps() (names, all []string) {
	for _, p := range phases {
		if p.step != never {
			names = append(names, p.name)
		}
		if p.step == inAll {
			all = append(all, p.name)
		}
	}
	return names, all
}

// wants is the condition of a step.
func wants(step string) func(*session) bool {
	return func(s *session) bool { return s.hasUser() && slices.Contains(s.plan.Mailbox.Steps, step) }
}

// wantsMessage is the condition of a step that needs a message.
func wantsMessage(step string) func(*session) bool {
	return func(s *session) bool { return wants(step)(s) && !s.empty() }
}

// empty says whether STAT has shown that there is no message.
func (s *session) empty() bool { return s.report.Mailbox != nil && s.report.Mailbox.Messages == 0 }

// newest is the number of the last message.
func (s *session) newest() int64 { return s.report.Mailbox.Messages }

// pipelining says whether commands may be written ahead.
func (s *session) pipelining() bool { return s.capas.Has("PIPELINING") }

// ahead writes the command of p and those of the phases behind it in one write,
// as far as they are known already (RFC 2449, section 6.8). A phase whose
// command went out so lasts from the end of the one before it.
func (s *session) ahead(p phase) error {
	if p.command == "" || !s.pipelining() || s.pop.Pending() > 0 {
		return nil
	}
	var commands []pop3.Command
	at := slices.IndexFunc(phases, func(q phase) bool { return q.name == p.name })
	for _, next := range phases[at:] {
		if next.when != nil && !next.when(s) {
			continue
		}
		if next.command == "" {
			break
		}
		commands = append(commands, next.command)
	}
	if len(commands) < 2 {
		return nil
	}
	return s.pop.Pipeline(commands...)
}

// notReached says that p was to come and could not.
func (s *session) notReached(p phase) {
	s.find(p.name, fault.New(fault.Usage, "not reached: the connection ends with a message that was read in part, see --retr-max"))
}
