//go:build integration

// nginx's mail proxy, which asks an HTTP service whether a password is right and which backend to go to.

package integration

import (
	"crypto/hmac"
	"crypto/md5"
	"encoding/hex"
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
	Backend    *server // behind the usual service
	RequireTLS bool    // no login on the plain port
	Extra      string  // more lines of the mail block
	Versed     bool    // APOP, CRAM-MD5, and EXTERNAL with client certificates
	identity   *identity

	Host        string // this and the rest are filled in
	Dir         string
	Ports       ports
	AuthService string // who is asked, without http://
	CA          string
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
	config.AuthService = fmt.Sprintf("%s/%d", authService(), config.Backend.ports.Plain)
	return launch("nginx", config.Host, config.setUp, nginxCommand...)
}

var nginxCommand = []string{"sh", "-c", `exec nginx -e stderr -c "$PWD/nginx.conf"`}

func (config nginxConfig) setUp(s *server) error {
	config.Host, config.Dir, config.Ports, config.CA = s.host, s.Dir, s.ports, rootCA.file
	return errors.Join(
		s.writeIdentity(config.identity),
		s.writeTemplate("nginx.conf", config),
	)
}

// authService is one for all proxies; the backend's port is the path that it is called with.
var authService = sync.OnceValue(func() string {
	service := httptest.NewServer(http.HandlerFunc(serveAuth))
	return strings.TrimPrefix(service.URL, "http://")
})

func serveAuth(w http.ResponseWriter, r *http.Request) {
	user, _ := url.PathUnescape(r.Header.Get("Auth-User"))
	if r.Header.Get("Auth-Method") == "external" {
		user = commonName(r)
	}
	port := strings.TrimPrefix(r.URL.Path, "/")
	if user == stranded.name {
		port = strconv.Itoa(deadPort)
	}
	password := passwordOf(user)
	switch excuse := excuses[user]; {
	case excuse != "":
		w.Header().Set("Auth-Status", excuse)
		return
	case password == "" || !proves(r, password):
		w.Header().Set("Auth-Status", "Invalid login or password")
		w.Header().Set("Auth-Wait", "3")
		return
	}
	w.Header().Set("Auth-Status", "OK")
	w.Header().Set("Auth-Server", "127.0.0.1")
	w.Header().Set("Auth-Port", port)
	w.Header().Set("Auth-User", user) // for the backend, as is the password
	w.Header().Set("Auth-Pass", password)
}

// commonName is the common name in the client's certificate.
func commonName(r *http.Request) string {
	name, found := strings.CutPrefix(r.Header.Get("Auth-SSL-Subject"), "CN=")
	if !found || r.Header.Get("Auth-SSL-Verify") != "SUCCESS" {
		return ""
	}
	return name
}

// proves reports whether the user has the password, by the digest with the salt of nginx, or else by itself.
func proves(r *http.Request, password string) bool {
	given, _ := url.PathUnescape(r.Header.Get("Auth-Pass"))
	salt := r.Header.Get("Auth-Salt")
	switch r.Header.Get("Auth-Method") {
	case "external":
		return true
	case "apop":
		return given == fmt.Sprintf("%x", md5.Sum([]byte(salt+password)))
	case "cram-md5":
		mac := hmac.New(md5.New, []byte(password))
		mac.Write([]byte(salt))
		return given == hex.EncodeToString(mac.Sum(nil))
	}
	return given == password
}

func passwordOf(user string) string {
	for _, one := range append(accounts, stranded, broken) {
		if one.name == user {
			return one.password
		}
	}
	return ""
}
