//go:build linux

package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"check_pop3x/check/lab/integration/debian"
)

// A Zabbix is a server of Zabbix with its frontend.
type Zabbix struct {
	*debian.Sandbox
	URL   string // of the frontend
	token string // of a session of Admin
}

// StartZabbix starts a server. Its API answers when this returns. Passwords for it are in /etc/zabbix/NAME.password.
func (m Machine) StartZabbix() (*Zabbix, error) {
	m.Tree = "zabbix"
	s, err := m.Start("zabbix", "./zabbix.sh")
	if err != nil {
		return nil, err
	}
	z := &Zabbix{Sandbox: s, URL: "http://" + m.Address + ":8080"}
	err = z.Await(func() bool {
		return z.Call(context.Background(), "user.login", map[string]string{"username": "Admin", "password": "zabbix"}, &z.token) == nil
	})
	if err != nil {
		s.Stop()
		return nil, err
	}
	return z, nil
}

// Call calls a method of the API, with its parameters.
func (z *Zabbix) Call(ctx context.Context, method string, params, result any) error {
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	call := map[string]any{"jsonrpc": "2.0", "method": method, "params": params, "id": 1}
	if z.token != "" {
		call["auth"] = z.token
	}
	text, err := json.Marshal(call)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, z.URL+"/api_jsonrpc.php", bytes.NewReader(text))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json-rpc")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	said := struct {
		Result any
		Error  *struct{ Message, Data string }
	}{Result: result}
	if err := json.NewDecoder(answer.Body).Decode(&said); err != nil {
		return fmt.Errorf("%s: %s: %w", method, answer.Status, err)
	}
	if said.Error != nil {
		return fmt.Errorf("%s: %s %s", method, said.Error.Message, said.Error.Data)
	}
	return nil
}
