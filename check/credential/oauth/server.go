package oauth

import (
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"strings"

	"github.com/go-jose/go-jose/v4"

	"check_pop3x/check/fault"
)

// A Server is a token server and how it differs from others.
type Server struct {
	Name      string                  // as typed after --oauth
	TokenURL  string                  // RFC 6749, section 3.2; "" if the key of a service account has it
	DeviceURL string                  // RFC 8628, section 3.1; "" if unknown
	AppScope  string                  // the usual scope of an application
	UserScope string                  // the usual scope that a user grants
	Algorithm jose.SignatureAlgorithm // of signatures by RSA keys

	InBody         bool // accepts a client's secret in the body only
	ServiceAccount bool // keys are those of service accounts, in JSON
	NeedsCert      bool // identifies a key by its certificate
}

// The names of known servers. A tenant follows microsoft.
const (
	microsoft = "microsoft"
	google    = "google"
)

// ParseServer reads the argument of --oauth: microsoft:TENANT, google, or the
// URL of a token endpoint. The error is a fault of kind usage.
func ParseServer(typed string) (Server, error) {
	kind, tenant, _ := strings.Cut(typed, ":")
	switch {
	case strings.EqualFold(kind, microsoft):
		return microsoftServer(tenant)
	case strings.EqualFold(typed, google):
		return googleServer, nil
	case strings.Contains(typed, "://"):
		return customServer(typed)
	}
	return Server{}, fault.New(fault.Usage, "--oauth: %q is not a token server, type microsoft:TENANT, google or the https:// URL of its token endpoint", typed)
}

// googleServer is Google's server, as documented in its pages on OAuth 2.0 for
// server-to-server applications and for devices.
var googleServer = Server{
	Name:           google,
	TokenURL:       "https://oauth2.googleapis.com/token",
	DeviceURL:      "https://oauth2.googleapis.com/device/code",
	AppScope:       "https://mail.google.com/",
	UserScope:      "https://mail.google.com/",
	Algorithm:      jose.RS256,
	InBody:         true,
	ServiceAccount: true,
}

// microsoftServer returns the server of a tenant of Microsoft Entra ID, as
// documented in its pages on the client credentials flow and on certificate
// credentials: assertions are signed with PS256.
func microsoftServer(tenant string) (Server, error) {
	if !isTenant(tenant) {
		return Server{}, fault.New(fault.Usage, "--oauth: %q is not a tenant, type microsoft: and its id (a GUID) or domain, for example microsoft:example.onmicrosoft.com", tenant)
	}
	base := "https://login.microsoftonline.com/" + tenant + "/oauth2/v2.0/"
	return Server{
		Name:      microsoft + ":" + tenant,
		TokenURL:  base + "token",
		DeviceURL: base + "devicecode",
		AppScope:  "https://outlook.office365.com/.default",
		UserScope: "https://outlook.office.com/POP.AccessAsUser.All offline_access",
		Algorithm: jose.PS256,
		InBody:    true,
		NeedsCert: true,
	}, nil
}

// isTenant reports whether text is the id of a tenant, a domain of it, or one
// of AllTenants.
func isTenant(text string) bool {
	const (
		guid   = `[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}`
		domain = `([0-9A-Za-z]([0-9A-Za-z-]{0,61}[0-9A-Za-z])?\.)+[0-9A-Za-z][0-9A-Za-z-]{0,61}[0-9A-Za-z]`
	)
	return AllTenants(text) || len(text) <= 253 && regexp.MustCompile(`^(`+guid+`|`+domain+`)$`).MatchString(text)
}

// AllTenants reports whether tenant is one of Microsoft's names for all
// tenants, which serve users only.
func AllTenants(tenant string) bool {
	return tenant == "organizations" || tenant == "common" || tenant == "consumers"
}

// customServer returns any other server, by its token endpoint.
func customServer(typed string) (Server, error) {
	u, err := Endpoint("--oauth", typed)
	if err != nil {
		return Server{}, err
	}
	return Server{Name: u.Hostname(), TokenURL: typed, Algorithm: jose.RS256}, nil
}

// Endpoint parses the URL of an endpoint, which is the argument of option. TLS
// is required (RFC 6749, section 3.2), except on this machine. The error is a
// fault of kind usage and does not repeat what may be a secret.
func Endpoint(option, typed string) (*url.URL, error) {
	u, err := url.Parse(typed)
	switch {
	case err != nil || u.Hostname() == "" || u.Scheme != "https" && u.Scheme != "http":
		return nil, fault.New(fault.Usage, "%s: this is not the URL of an endpoint, type for example https://login.example.org/token", option)
	case u.User != nil:
		return nil, fault.New(fault.Usage, "%s: the URL must not contain a name or password, use --oauth-client-id and --oauth-client-secret-file", option)
	case u.Fragment != "" || strings.Contains(typed, "#"):
		return nil, fault.New(fault.Usage, "%s: an endpoint has no fragment (RFC 6749, section 3.2), leave out everything from # on", option)
	case u.Scheme == "http" && !loopback(u.Hostname()):
		return nil, fault.New(fault.Usage, "%s: the secret would be sent unencrypted, type https://%s", option, u.Host+u.Path)
	}
	return u, nil
}

const localhost = "localhost"

// loopback reports whether host is this machine.
func loopback(host string) bool {
	a, err := netip.ParseAddr(host)
	return err == nil && a.IsLoopback() || strings.EqualFold(host, localhost)
}

// isKnown reports whether the server is Microsoft's or Google's.
func (s Server) isKnown() bool { return s.Name == google || strings.HasPrefix(s.Name, microsoft+":") }

// origin returns the server's URL as far as people need it: scheme, host and port.
func origin(endpoint string) string {
	u, err := url.Parse(endpoint)
	if err != nil {
		return "the token server"
	}
	return u.Scheme + "://" + host(endpoint)
}

// host returns the server's host, and its port unless that is 443.
func host(endpoint string) string {
	u, err := url.Parse(endpoint)
	if err != nil {
		return "the token server"
	}
	if u.Port() == "" || u.Port() == "443" {
		return u.Hostname()
	}
	return net.JoinHostPort(u.Hostname(), u.Port())
}
