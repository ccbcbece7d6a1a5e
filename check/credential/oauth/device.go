package oauth

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"time"

	"golang.org/x/oauth2"

	"check_pop3x/check/fault"
	"check_pop3x/check/files"
)

// maxWait is how long a person may take if the server does not set a limit.
const maxWait = 15 * time.Minute

// Login lets a user grant the client access, by the device authorization grant
// (RFC 8628). tell shows the person what to do. If Login returns without an
// error, the refresh token is in RefreshFile. timeout limits each request; the
// server limits the person's time. Login ends with ctx.
func (r Request) Login(ctx context.Context, timeout time.Duration, tell func(string)) error {
	path := r.RefreshFile
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	if err := replaceable(path); err != nil {
		return err
	}
	if err := files.SafeAt(path); err != nil { // its mode and owner stay
		return fault.New(fault.Usage, "--oauth-refresh-token-file: %v", err)
	}
	r.RefreshFile = "" // to be written, not read
	s := r.source()
	s.assertionLife = 2 * maxWait // one serves for all requests
	if err := s.prepare(ctx); err != nil {
		return err
	}
	return fault.Wait(ctx, func() error {
		token, err := s.deviceGrant(ctx, timeout, tell)
		if err != nil {
			return err
		}
		if err := save(path, token); err != nil {
			return fault.New(fault.Usage, "the refresh token could not be written to %s: %v", path, err)
		}
		return nil
	})
}

// deviceGrant returns the refresh token that the user grants.
func (s *source) deviceGrant(ctx context.Context, timeout time.Duration, tell func(string)) (string, error) {
	config, options, err := s.device()
	if err != nil {
		return "", err
	}
	ctx = s.client.context(ctx, timeout)
	code, err := config.DeviceAuth(ctx, options...)
	if err != nil {
		return "", s.failed(ctx, err)
	}
	s.client.hide(code.DeviceCode)
	text, err := instruction(code)
	if err != nil {
		return "", fault.New(fault.Token, "%s %v", host(s.DeviceURL), err)
	}
	tell(text)
	answer, err := config.DeviceAccessToken(ctx, code, options...)
	switch {
	case ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded) && !time.Now().Before(code.Expiry):
		return "", fault.New(fault.Token, "the code was not entered in time, try again")
	case err != nil:
		return "", s.failed(ctx, err)
	case answer.RefreshToken == "":
		return "", fault.New(fault.Token, "%s returned no refresh token, most servers need offline_access in --oauth-scope for that", host(s.client.tokenURL))
	}
	return answer.RefreshToken, s.checkAnswer(answer)
}

// device returns how the client authenticates. The library cannot send the
// secret in the header to this endpoint, so it goes into the body, which
// servers may accept as well (RFC 6749, section 2.3.1).
func (s *source) device() (*oauth2.Config, []oauth2.AuthCodeOption, error) {
	config := &oauth2.Config{
		ClientID:     s.ClientID,
		ClientSecret: s.client.secret,
		Endpoint:     oauth2.Endpoint{TokenURL: s.client.tokenURL, DeviceAuthURL: s.DeviceURL, AuthStyle: oauth2.AuthStyleInParams},
	}
	if scope := s.userScope(); scope != "" {
		config.Scopes = []string{scope}
	}
	var options []oauth2.AuthCodeOption
	if s.client.secret != "" && !s.InBody {
		options = append(options, oauth2.SetAuthURLParam("client_secret", s.client.secret))
	}
	form, err := s.form()
	for name := range form {
		options = append(options, oauth2.SetAuthURLParam(name, form.Get(name)))
	}
	return config, options, err
}

// userScope returns the scope that the user is asked to grant.
func (s *source) userScope() string {
	if s.Scope != "" {
		return s.Scope
	}
	return s.UserScope
}

// instruction tells a person what to do, without characters that a terminal
// would obey.
func instruction(code *oauth2.DeviceAuthResponse) (string, error) {
	if code.Expiry.IsZero() || time.Until(code.Expiry) > maxWait {
		code.Expiry = time.Now().Add(maxWait)
	}
	u, err := url.Parse(code.VerificationURI)
	if err != nil || u.Scheme != "https" && !(u.Scheme == "http" && loopback(u.Hostname())) || code.UserCode == "" || code.DeviceCode == "" {
		return "", errors.New("answers without a code or without a place to enter it")
	}
	return fmt.Sprintf("Open %s in a browser and enter the code %s, within %.0f minutes.\nWaiting ...\n",
		firstLine(u.String()), firstLine(code.UserCode), time.Until(code.Expiry).Minutes()), nil
}
