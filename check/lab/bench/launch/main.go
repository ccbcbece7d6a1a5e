//go:build linux

// launch runs the program of its command line with its own standard streams,
// tells on descriptor 3 what the run cost, and ends with the program's exit
// code. The line is "CPU WALL PEAK FAULTS SWITCHES": user and system time and the
// time on the clock, in nanoseconds, the largest resident set, in octets, page
// faults and context switches (getrusage(2)).
//
// It is a process of its own because Linux counts the memory of whoever starts
// a program as the program's: behind a large parent a small peak cannot be seen.
package main

import (
	"os"
	"strconv"
	"syscall"
	"time"
)

// told is the descriptor that the cost goes to, notRun the exit code if
// the program did not run.
const (
	told   = 3
	notRun = 126
)

func main() {
	syscall.CloseOnExec(told)
	if len(os.Args) < 2 {
		os.Exit(notRun)
	}
	status, line, err := run(os.Args[1:])
	if err != nil {
		_, _ = os.Stderr.WriteString("launch: " + os.Args[1] + ": " + err.Error() + "\n")
		os.Exit(notRun)
	}
	if _, err := syscall.Write(told, []byte(line)); err != nil {
		os.Exit(notRun)
	}
	if !status.Exited() {
		os.Exit(128 + int(status.Signal()))
	}
	os.Exit(status.ExitStatus())
}

// run starts the program and waits for its end.
func run(argv []string) (status syscall.WaitStatus, cost string, err error) {
	begun := time.Now()
	pid, err := syscall.ForkExec(argv[0], argv, &syscall.ProcAttr{Env: os.Environ(), Files: []uintptr{0, 1, 2}})
	if err != nil {
		return 0, "", err
	}
	var usage syscall.Rusage
	for {
		_, err = syscall.Wait4(pid, &status, 0, &usage)
		if err != syscall.EINTR {
			break
		}
	}
	wall := time.Since(begun)
	return status, line(usage.Utime.Nano()+usage.Stime.Nano(), int64(wall), usage.Maxrss<<10, usage.Minflt+usage.Majflt, usage.Nvcsw+usage.Nivcsw), err
}

func line(numbers ...int64) string {
	text := ""
	for _, n := range numbers {
		text += strconv.FormatInt(n, 10) + " "
	}
	return text[:len(text)-1] + "\n"
}
