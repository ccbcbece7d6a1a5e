package kerberos

import (
	"slices"
	"strings"

	"github.com/jcmturner/gokrb5/v8/iana/nametype"
	"github.com/jcmturner/gokrb5/v8/types"
)

// A Principal is whom a KDC knows: a user or a service, in a realm.
type Principal struct {
	Name  []string // "pop", "mail.example.com"
	Realm string   // "EXAMPLE.COM"; "" if nobody has said it yet
}

// ParsePrincipal reads a principal as people type it, such as alice@EXAMPLE.COM.
func ParsePrincipal(typed string) Principal {
	name, realm := typed, ""
	if at := strings.LastIndex(typed, "@"); at >= 0 {
		name, realm = typed[:at], typed[at+1:]
	}
	return Principal{strings.Split(name, "/"), realm}
}

// granting is the service by whose tickets the KDC of a realm gives others. Here is
// the realm that knows it, which may be another one.
func granting(here, realm string) Principal { return Principal{[]string{"krbtgt", realm}, here} }

func (p Principal) isGranting() bool { return len(p.Name) == 2 && p.Name[0] == "krbtgt" }

func (p Principal) String() string {
	if p.Realm == "" {
		return p.name()
	}
	return p.name() + "@" + p.Realm
}

// name is the principal without its realm.
func (p Principal) name() string { return strings.Join(p.Name, "/") }

// has reports whether p is meant by a principal that may leave out its realm.
func (p Principal) has(typed Principal) bool {
	return slices.Equal(p.Name, typed.Name) && (typed.Realm == "" || p.Realm == typed.Realm)
}

// encoded is the name as messages have it. The type of a name is a hint (RFC 4120,
// section 6.2).
func (p Principal) encoded() types.PrincipalName {
	kind := int32(nametype.KRB_NT_PRINCIPAL)
	switch {
	case p.isGranting():
		kind = nametype.KRB_NT_SRV_INST
	case len(p.Name) == 2:
		kind = nametype.KRB_NT_SRV_HST
	}
	return types.PrincipalName{NameType: kind, NameString: p.Name}
}
