//go:build linux

// demo has Icinga 2 watch a few POP3 servers, some of which are broken, and shows that in Icinga Web with the Director:
//
//	demo [-listen ADDRESS:PORT]
//
// It needs root, the program and the trees that `make demo-icinga` makes, and the root of the sources as working
// directory. Everything runs in namespaces of its own and writes to memory, and is gone when the demo ends, however it
// does.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"syscall"
)

// inNamespaces is the argument of the process in the namespaces. It has the socket on which people connect as its first
// file: that is where it was opened, on the machine.
const inNamespaces = "in-namespaces"

func main() {
	listen := flag.String("listen", "127.0.0.1:8080", "`ADDRESS:PORT` to open in a browser")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	if err := run(ctx, *listen, flag.Arg(0)); err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, address, where string) error {
	if where == inNamespaces {
		return show(ctx, os.NewFile(3, "listener"))
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return fmt.Errorf("%w; choose another one: make demo-icinga LISTEN=127.0.0.1:0", err)
	}
	defer listener.Close()
	socket, err := listener.(*net.TCPListener).File()
	if err != nil {
		return err
	}
	defer socket.Close()
	err = enter(ctx, socket)
	if ctx.Err() != nil {
		fmt.Println("\nEnded. Nothing of it is left.")
		return nil
	}
	if exit, ended := errors.AsType[*exec.ExitError](err); ended && exit.Exited() {
		os.Exit(exit.ExitCode()) // it has said why
	}
	return err
}

// enter runs this program in namespaces of its own until the context ends. Its first process takes all others with it,
// and the mounts and the network go with the last of them.
func enter(ctx context.Context, socket *os.File) error {
	runtime.LockOSThread() // the kernel sends Pdeathsig when the thread ends
	defer runtime.UnlockOSThread()
	cmd := exec.CommandContext(ctx, "/proc/self/exe", inNamespaces)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	cmd.ExtraFiles = []*os.File{socket}
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:   syscall.CLONE_NEWPID | syscall.CLONE_NEWNET,
		Unshareflags: syscall.CLONE_NEWNS,
		Pdeathsig:    syscall.SIGKILL,
		Setpgid:      true, // a terminal's Ctrl-C is for the process outside
	}
	return cmd.Run()
}
