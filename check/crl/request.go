package crl

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"check_pop3x/check/fault"
)

const (
	maxRedirects = 3
	maxHeader    = 64 << 10 // octets of the header of an answer
	maxValidator = 512      // octets of an ETag, and of a Last-Modified
)

// request asks the server for a list, and whether it is newer than the one that is
// kept. It obeys the proxy of the source, and none of the environment.
func (s *Source) request(ctx context.Context, t target, kept *entry) (*entry, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, t.url, nil)
	if err != nil {
		return nil, unfetched(t, fault.CRLUnreached, "its URL cannot be used")
	}
	r.Header.Set("User-Agent", "check_pop3x")
	for name, value := range map[string]string{"If-None-Match": kept.ETag, "If-Modified-Since": kept.Modified} {
		if value != "" && len(kept.list) > 0 {
			r.Header.Set(name, value)
		}
	}
	answer, err := s.client().Do(r)
	if err != nil {
		return nil, unreached(t, err)
	}
	defer answer.Body.Close()
	e := &entry{URL: t.url, Fetched: time.Now().Unix()}
	switch code := answer.StatusCode; {
	case code == http.StatusOK:
		e.ETag, e.Modified = validator(answer, "ETag"), validator(answer, "Last-Modified")
		e.list, err = readList(t, answer)
		return e, err
	case code == http.StatusNotModified && len(kept.list) > 0:
		e.ETag, e.Modified, e.list = kept.ETag, kept.Modified, kept.list
		return e, nil
	}
	return nil, unfetched(t, fault.CRLGone, strings.TrimSpace(fmt.Sprintf("HTTP status %d %s", answer.StatusCode, http.StatusText(answer.StatusCode))))
}

// client returns an HTTP client for one request.
func (s *Source) client() *http.Client {
	return &http.Client{
		Transport: &http.Transport{
			Proxy:                  func(*http.Request) (*url.URL, error) { return s.Proxy, nil },
			DialContext:            s.dial,
			DisableKeepAlives:      true,
			DisableCompression:     true,
			MaxResponseHeaderBytes: maxHeader,
		},
		CheckRedirect: func(to *http.Request, before []*http.Request) error {
			switch {
			case len(before) > maxRedirects:
				return &redirectError{"it is redirected more than " + fault.Count(maxRedirects, "time")}
			case to.URL.Scheme != "http":
				return &redirectError{"it is redirected to " + strings.ToUpper(to.URL.Scheme)}
			case to.URL.User != nil:
				return &redirectError{"it is redirected to a login"}
			}
			return nil
		},
	}
}

// A redirectError is a redirection that is not followed.
type redirectError struct{ text string }

func (e *redirectError) Error() string { return e.text }

// dial is called in a goroutine of package net/http.
func (s *Source) dial(ctx context.Context, network, address string) (conn net.Conn, err error) {
	err = fault.Guard(func() (err error) {
		conn, err = s.Dial(ctx, network, address)
		return err
	})
	if f, ok := errors.AsType[*fault.Error](err); ok && s.Proxy != nil && f.Text != "" && f.Kind != fault.Internal {
		blamed := *f
		blamed.Text = "the proxy cannot be reached: " + f.Text
		return nil, &blamed
	}
	return conn, err
}

// validator returns a header by which the server knows its list again.
func validator(answer *http.Response, name string) string {
	value := answer.Header.Get(name)
	if len(value) > maxValidator || strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r > '~' }) {
		return ""
	}
	return value
}

// readList reads the list of an answer. It takes as much room as the server
// announces, or else all that a list may have: what is not written to takes none.
func readList(t target, answer *http.Response) ([]byte, error) {
	tooLarge := unfetched(t, fault.CRLTooLarge, fmt.Sprintf("it is larger than %d MiB", maxList>>20))
	room := answer.ContentLength
	switch {
	case room > maxList:
		return nil, tooLarge
	case room < 0:
		room = maxList
	}
	list := bytes.NewBuffer(make([]byte, 0, room+1+bytes.MinRead))
	n, err := list.ReadFrom(io.LimitReader(answer.Body, maxList+1))
	switch {
	case err != nil:
		return nil, unreached(t, err)
	case n > maxList:
		return nil, tooLarge
	}
	return list.Bytes(), nil
}

// unfetched is the fault of a list that could not be fetched.
func unfetched(t target, p fault.Problem, reason string) error {
	return fault.New(fault.CRL, "the CRL from %s could not be fetched: %s", hostOf(t.url), reason).Because(p)
}

// unreached is that of a server that gave no answer. What net/http says is not for
// people: what has no type is recognized, and never shown.
func unreached(t target, err error) error {
	reason := "the server's answer is unreadable"
	redirected, isRedirected := errors.AsType[*redirectError](err)
	f, isFault := errors.AsType[*fault.Error](err)
	switch text := err.Error(); {
	case isRedirected:
		reason = redirected.text
	case isFault && f.Kind == fault.Internal:
		return f
	case isFault && f.Problem == fault.Confined:
		reason = "--confine leaves port 80 only"
	case isFault && f.Problem == fault.ForbiddenHere:
		reason = "this host's own firewall or routes forbid it"
	case isFault && f.Text != "":
		reason = f.Text
	case strings.Contains(text, "socks connect"):
		reason = "the proxy does not connect to its server"
	case strings.Contains(text, "malformed HTTP"), strings.Contains(text, "readLoopPeekFail"):
		reason = "the server does not speak HTTP"
	case strings.HasSuffix(text, "EOF"), strings.Contains(text, "server closed idle connection"):
		reason = "the server hung up"
	}
	problem := fault.CRLUnreached
	switch {
	case isRedirected:
		problem = fault.CRLGone
	case isFault && f.Problem == fault.Confined:
		problem = f.Problem
	}
	return unfetched(t, problem, reason)
}

// late is the fault of a list that did not come in time, or the cause of ctx's end
// if that is not a time limit.
func late(ctx context.Context, t target) error {
	f := fault.Of(context.Cause(ctx))
	if f.Kind != fault.Timeout {
		return f
	}
	return unfetched(t, fault.CRLUnreached, "no answer within "+fault.Duration(f.Within))
}

// hostOf returns the host of a URL, and its port unless that is 80.
func hostOf(text string) string {
	u, err := url.Parse(text)
	if err != nil {
		return text
	}
	return strings.TrimSuffix(u.Host, ":80")
}
