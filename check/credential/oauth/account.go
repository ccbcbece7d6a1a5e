package oauth

import (
	"encoding/json"

	"github.com/go-jose/go-jose/v4"

	"check_pop3x/check/fault"
	"check_pop3x/check/files"
)

// A serviceAccount is the key file of a service account, as Google's console
// creates it.
type serviceAccount struct {
	Type       string `json:"type"`
	Email      string `json:"client_email"`
	PrivateKey string `json:"private_key"`
	KeyID      string `json:"private_key_id"`
	TokenURI   string `json:"token_uri"`

	signer *signer
}

func readServiceAccount(path string) (*serviceAccount, error) {
	text, err := files.Read(path, isSecret)
	if err != nil {
		return nil, fault.Wrap(fault.Usage, err)
	}
	a := &serviceAccount{}
	if json.Unmarshal(text, a) != nil || a.Type != "service_account" || a.Email == "" {
		return nil, fault.New(fault.Usage, "--oauth-key-file: %s is not the key of a service account in JSON, create one in the Google Cloud console", path)
	}
	if a.TokenURI != "" {
		if _, err := Endpoint("the token_uri in "+path, a.TokenURI); err != nil {
			return nil, err
		}
	}
	key, err := parseKey(path, []byte(a.PrivateKey))
	if err != nil {
		return nil, err
	}
	a.signer, err = newSigner(key, jose.RS256, map[jose.HeaderKey]string{"kid": a.KeyID})
	if err != nil {
		return nil, fault.New(fault.Usage, "--oauth-key-file: the key in %s cannot be used: %v", path, err)
	}
	a.signer.issuer = a.Email
	return a, nil
}
