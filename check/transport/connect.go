package transport

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/base64"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"check_pop3x/check/fault"
)

// maxProxyHeader limits what is read of the answer to CONNECT, in octets.
const maxProxyHeader = 16 << 10

// http asks an HTTP proxy (RFC 9110, section 9.3.6).
func (t *proxyTalk) http() error {
	r := &http.Request{Method: http.MethodConnect, URL: &url.URL{Opaque: t.server}, Host: t.server, Header: http.Header{"User-Agent": {"check_pop3x"}}}
	if t.proxy.User != "" {
		basic := base64.StdEncoding.EncodeToString([]byte(t.proxy.User + ":" + t.proxy.Password))
		r.Header.Set("Proxy-Authorization", "Basic "+basic)
	}
	if err := r.Write(t.conn.wire); err != nil {
		return t.broken(err)
	}
	if err := t.readHeader(); err != nil {
		return err
	}
	answer, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(t.heard)), r)
	switch {
	case err != nil:
		return t.stranger()
	case answer.StatusCode/100 == 2:
		return nil
	}
	return t.refusedByHTTP(answer)
}

// readHeader reads up to the empty line behind a header, octet by octet: what
// follows is the server's. Of what is no answer in HTTP it reads the first line.
func (t *proxyTalk) readHeader() error {
	for one := make([]byte, 1); len(t.heard) < maxProxyHeader; {
		if _, err := io.ReadFull(t, one); err != nil {
			return t.broken(err)
		}
		switch {
		case !isBeginOf("HTTP/", t.heard):
			return t.stranger()
		case bytes.HasSuffix(t.heard, []byte("\n\r\n")), bytes.HasSuffix(t.heard, []byte("\n\n")):
			return nil
		}
	}
	return t.fault(fault.ProxyBroke, "sent more than %d KiB of header", maxProxyHeader>>10)
}

// isBeginOf reports whether what was heard begins with word, or may still do so.
func isBeginOf(word string, heard []byte) bool {
	n := min(len(word), len(heard))
	return word[:n] == string(heard[:n])
}

// refusedByHTTP says what a status means that is none of success.
func (t *proxyTalk) refusedByHTTP(answer *http.Response) error {
	var err error
	switch code := answer.StatusCode; code {
	case http.StatusProxyAuthRequired, http.StatusUnauthorized: // which tinyproxy says to a wrong password
		err = t.loginRefused(answer)
	case http.StatusForbidden:
		err = t.fault(fault.ProxyForbids, "does not allow a connection to %s", t.server)
	case http.StatusBadRequest, http.StatusMethodNotAllowed, http.StatusNotImplemented, http.StatusNotFound:
		err = t.fault(fault.NoProxy, "does not take CONNECT to %s", t.server)
	case http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		err = t.fault(fault.ProxyNoWay, "cannot connect to %s", t.server)
	default:
		err = t.fault(fault.ProxyRefuses, "did not connect to %s (HTTP status %d)", t.server, code)
	}
	f := fault.Of(err)
	reason := strings.TrimSpace(strings.TrimPrefix(answer.Status, strconv.Itoa(answer.StatusCode)))
	f.Said = strconv.Itoa(answer.StatusCode) + " " + cmp.Or(reason, http.StatusText(answer.StatusCode))
	if squid := answer.Header.Get("X-Squid-Error"); squid != "" { // such as ERR_DNS_FAIL
		f.Said += " (" + squid + ")"
	}
	return f
}

// loginRefused is the fault of a proxy that wants another login. Of the ways that
// it offers only Basic (RFC 7617) is known here.
func (t *proxyTalk) loginRefused(answer *http.Response) error {
	var offered []string
	for _, challenge := range answer.Header.Values("Proxy-Authenticate") {
		scheme, _, _ := strings.Cut(challenge, " ")
		offered = append(offered, scheme)
		if strings.EqualFold(scheme, "Basic") {
			offered = nil
			break
		}
	}
	switch {
	case len(offered) > 0:
		return t.fault(fault.ProxyOtherLogin, "wants a login by %s, not by Basic", strings.Join(offered, " or "))
	case t.proxy.User == "":
		return t.noUser()
	}
	return t.wrongUser()
}
