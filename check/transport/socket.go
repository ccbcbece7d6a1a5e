package transport

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"os"
	"syscall"

	"check_pop3x/check/fault"
)

// dialSocket connects to a Unix socket. The error is the cause of ctx's end, or a
// *fault.Error.
func dialSocket(ctx context.Context, path string) (*Conn, error) {
	conn, err := new(net.Dialer).DialContext(ctx, "unix", path)
	switch {
	case err == nil:
		return newConn(conn), nil
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	}
	f := socketFault(path, err)
	f.Err = err
	return nil, f
}

// socketFault says why there is no connection to a Unix socket (unix(7)). The
// system says of a file of another kind only that nobody listens on it.
func socketFault(path string, err error) *fault.Error {
	info, unseen := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fault.New(fault.Unreachable, "there is no Unix socket %s", path).Because(fault.SocketMissing)
	case errors.Is(err, fs.ErrPermission):
		return fault.New(fault.Usage, "this user may not connect to the Unix socket %s", path).Because(fault.SocketForbidden)
	case unseen == nil && info.Mode().Type() != fs.ModeSocket:
		return fault.New(fault.Usage, "%s is not a Unix socket", path).Because(fault.NoSocket)
	case errors.Is(err, syscall.ECONNREFUSED):
		return fault.New(fault.Refused, "nobody listens on the Unix socket %s", path).Because(fault.SocketUnheard)
	case errors.Is(err, syscall.EAGAIN):
		return fault.New(fault.Unreachable, "the Unix socket %s takes no more connections for now", path).Because(fault.SocketFull)
	}
	return fault.New(fault.Unreachable, "cannot connect to the Unix socket %s (%v)", path, systemError(err))
}
