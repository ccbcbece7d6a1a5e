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
)

// patience is how long a person may take where the server does not say.
const patience = 15 * time.Minute

// Login lets a user lend his access to the client: the device authorization
// grant, RFC 8628. tell shows the person what to do; the refresh token that
// comes of it is in RefreshFile when Login returns without an error. Each request may
// last as long as within; the person's time is bounded by the server's. It ends
// with ctx.
func (r Request) Login(ctx context.Context, within time.Duration, tell func(string)) error {
	path := r.RefreshFile
	if behind, err := filepath.EvalSymlinks(path); err == nil {
		path = behind
	}
	if err := replaceable(path); err != nil {
		return err
	}
	r.RefreshFile = "" // it is to be written, not read
	s := r.source()
	s.assertionLife = 2 * patience // one has to do for all requests
	if err := s.prepare(ctx); err != nil {
		return err
	}
	return fault.Wait(ctx, func() error {
		token, err := s.deviceGrant(ctx, within, tell)
		if err != nil {
			return err
		}
		if err := save(path, token); err != nil {
			return fault.New(fault.Usage, "the refresh token could not be written to %s: %v", path, err)
		}
		return nil
	})
}

// deviceGrant is the refresh token that the user lends.
func (s *source) deviceGrant(ctx context.Context, within time.Duration, tell func(string)) (string, error) {
	config, options, err := s.device()
	if err != nil {
		return "", err
	}
	ctx = s.client.context(ctx, within)
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
		return "", fault.New(fault.Token, "%s gives no refresh token, most servers want offline_access in --oauth-scope for that", host(s.client.tokenURL))
	}
	return answer.RefreshToken, s.usable(answer)
}

// device is how the client makes itself known: a server that takes the secret
// in the header has no library for it at this endpoint, and takes it in the body
// as well (RFC 6749, section 2.3.1).
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

// userScope is what the user is asked for.
func (s *source) userScope() string {
	if s.Scope != "" {
		return s.Scope
	}
	return s.UserScope
}

// instruction tells a person what to do, in words that a terminal can show.
func instruction(code *oauth2.DeviceAuthResponse) (string, error) {
	if code.Expiry.IsZero() || time.Until(code.Expiry) > patience {
		code.Expiry = time.Now().Add(patience)
	}
	u, err := url.Parse(code.VerificationURI)
	if err != nil || u.Scheme != "https" && !(u.Scheme == "http" && loopback(u.Hostname())) || code.UserCode == "" || code.DeviceCode == "" {
		return "", errors.New("answers without a code or without a place to enter it")
	}
	return fmt.Sprintf("Open %s in a browser and enter the code %s, within %.0f minutes.\nWaiting ...\n",
		firstLine(u.String()), firstLine(code.UserCode), time.Until(code.Expiry).Minutes()), nil
}
