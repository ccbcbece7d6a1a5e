// Package options reads the command line and the files of --extra-opts, and
// turns them into what a check has to do.
//
// A group of options is one file: a struct, and methods that return its part of
// the plan. Command.Plan calls them in the order of need. Tags beside those of
// go-flags say what holds for an option, and are obeyed in one place:
//
//	needs        options or conditions without which it has no use; on a group, all of it
//	excludes     options that it cannot stand beside
//	refused      why it is refused
//	no-effect    it is accepted for check_pop, and does nothing
//	restricted   what it does that somebody else must not: refused behind --restricted
//	line-only    it is for the command line, not for a file
//	dash         - stands for standard input or output
//	secret-file  it names a file that holds a secret
//	secret       the environment variable that may hold the secret instead
//	by-hand      it makes no check, asks a person, or says nothing: not for a monitoring engine
//	everyday     -h shows it
//
// The name of a value says what it may be: one of a table (words), or a file.
// Descriptions are in options.txt, options of other programs in habits.txt.
//
// The command line wins over files, a later section over an earlier one, files
// over the environment, and that over systemd credentials. A setting knows where
// it was given, so a refusal names the line of the file that is to blame.
//
// To add an option, add a field with its tags, a paragraph to options.txt, and
// obey it in the group's method; make generate does the rest. An option that
// limits a metric is a *text field that the metric's row names.
package options
