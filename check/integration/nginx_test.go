//go:build integration

// nginx's mail proxy, which asks an HTTP service whether a password is right and which backend to go to.

package integration

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
)

// nginxConfig is what testdata/nginx.conf needs.
type nginxConfig struct {
	Backend    *server
	RequireTLS bool   // no login on the plain port
	Extra      string // more lines of the mail block
	identity   *identity

	Host        string // this and the rest are filled in
	Dir         string
	Ports       ports
	AuthService string
}

// stranded is a user whom the service sends to a backend that is not there.
var stranded = account{"stranded", "on an island", nil}

// Where nothing listens.
const deadPort = 1

// excuses are what the service says to users who have done nothing wrong, whatever their password. nginx passes it on.
var excuses = map[string]string{
	"closed":   "[X-MAINTENANCE] back at noon",
	"hasty":    "[LOGIN-DELAY] once in five minutes",
	"detached": "[SYS/TEMP] the directory is down",
	"deleted":  "[SYS/PERM] the mailbox is gone",
	"reading":  "[IN-USE] by your telephone",
}

func startNginx(config nginxConfig) (*server, error) {
	return launch("nginx", config.Host, func(s *server) error {
		config.Host, config.Dir, config.Ports = s.host, s.dir, s.ports
		config.AuthService = fmt.Sprintf("%s/%d", authService(), config.Backend.ports.Plain)
		return errors.Join(
			s.writeIdentity(config.identity),
			s.writeTemplate("nginx.conf", config),
		)
	}, "sh", "-c", `exec nginx -e stderr -c "$PWD/nginx.conf"`)
}

// authService is one for all proxies; the backend's port is the path that it is called with.
var authService = sync.OnceValue(func() string {
	service := httptest.NewServer(http.HandlerFunc(serveAuth))
	return strings.TrimPrefix(service.URL, "http://")
})

func serveAuth(w http.ResponseWriter, r *http.Request) {
	user, _ := url.PathUnescape(r.Header.Get("Auth-User"))
	password, _ := url.PathUnescape(r.Header.Get("Auth-Pass"))
	port := strings.TrimPrefix(r.URL.Path, "/")
	if user == stranded.name {
		port = strconv.Itoa(deadPort)
	}
	switch excuse := excuses[user]; {
	case excuse != "":
		w.Header().Set("Auth-Status", excuse)
		return
	case !knows(user, password):
		w.Header().Set("Auth-Status", "Invalid login or password")
		w.Header().Set("Auth-Wait", "3")
		return
	}
	w.Header().Set("Auth-Status", "OK")
	w.Header().Set("Auth-Server", "127.0.0.1")
	w.Header().Set("Auth-Port", port)
}

func knows(user, password string) bool {
	for _, one := range append(accounts, stranded, broken) {
		if one.name == user {
			return one.password == password
		}
	}
	return false
}
