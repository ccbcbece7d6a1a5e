package kerberos

import (
	"context"
	"slices"
	"time"

	"github.com/jcmturner/gofork/encoding/asn1"
	"github.com/jcmturner/gokrb5/v8/iana/asnAppTag"
	"github.com/jcmturner/gokrb5/v8/iana/errorcode"
	"github.com/jcmturner/gokrb5/v8/iana/keyusage"
	"github.com/jcmturner/gokrb5/v8/iana/patype"
	"github.com/jcmturner/gokrb5/v8/types"

	"check_pop3x/check/fault"
)

// An asker asks KDCs for tickets of a user.
type asker struct {
	config *config
	client Principal
	keytab string // where the keys are from
	keys   keys   // nil: there is a ticket-granting ticket already
}

// canonicalize is the option of a request by which a KDC may refer to another
// realm (RFC 6806, section 3).
const canonicalize = 15

// body begins the body of a request. Its end is what the KDC allows at most
// (RFC 4120, section 5.4.1).
func (a *asker) body(service Principal, kinds []int32) requestBody {
	return requestBody{
		Options: flags(), Realm: service.Realm, Service: service.encoded(),
		Till: time.Unix(0, 0).UTC(), Nonce: number(), ETypes: kinds,
	}
}

// logIn gets the user's ticket-granting ticket (RFC 4120, section 3.1). A KDC that
// wants the user to prove the key first gets a second request.
func (a *asker) logIn(ctx context.Context) (*Ticket, error) {
	kinds := a.keys.kinds()
	if len(kinds) == 0 {
		return nil, fault.New(fault.Ticket, "the key of %s in %s is of a type that is out of date", a.client, a.keytab).Because(fault.OldEncryption)
	}
	body := a.body(granting(a.client.Realm, a.client.Realm), kinds)
	body.Client = a.client.encoded()
	answer, err := a.send(ctx, asnAppTag.ASREQ, body, nil)
	if r, ok := isRefusal(answer); err == nil && ok && r.Code == errorcode.KDC_ERR_PREAUTH_REQUIRED {
		var proof types.PADataSequence
		if proof, err = a.proof(r); err == nil {
			answer, err = a.send(ctx, asnAppTag.ASREQ, body, proof)
		}
	}
	if err != nil {
		return nil, err
	}
	return a.read(answer, asnAppTag.ASREP, body, func(r reply) ([]byte, error) {
		key, ok := a.keys.find(r.Secret.EType)
		if !ok {
			return nil, errDamaged
		}
		return open(r.Secret, key.EncryptionKey, keyusage.AS_REP_ENCPART)
	})
}

// send encodes a request and sends it to the KDCs of its realm.
func (a *asker) send(ctx context.Context, kind int, body requestBody, data types.PADataSequence) ([]byte, error) {
	encoded, err := asn1.Marshal(body)
	if err != nil {
		return nil, unencodable(err)
	}
	message, err := encode(kind, request{version, kind, data, member(4, encoded)})
	if err != nil {
		return nil, unencodable(err)
	}
	return a.config.send(ctx, body.Realm, message)
}

// unencodable is the fault of a name that no message can have.
func unencodable(err error) error {
	return &fault.Error{Kind: fault.Ticket, Problem: fault.UserUnknown, Text: "the name of the user or the service has a character that Kerberos does not allow", Err: err}
}

// proof encrypts the time with the key that the KDC prefers (PA-ENC-TIMESTAMP,
// section 5.2.7.2).
func (a *asker) proof(r refusal) (types.PADataSequence, error) {
	var offered types.PADataSequence
	_ = offered.Unmarshal(r.Data)
	if len(offered) > 0 && !offered.Contains(patype.PA_ENC_TIMESTAMP) {
		return nil, fault.New(fault.Ticket, "the KDC of %s wants more than a key from %s", a.client.Realm, a.client.name()).Because(fault.OtherProof)
	}
	kinds := a.keys.kinds()
	for _, p := range offered {
		if infos, err := p.GetETypeInfo2(); p.PADataType == patype.PA_ETYPE_INFO2 && err == nil {
			for _, info := range slices.Backward(infos) {
				if _, ok := a.keys.find(info.EType); ok {
					kinds[0] = info.EType
				}
			}
		}
	}
	key, _ := a.keys.find(kinds[0])
	stamp, err := types.GetPAEncTSEncAsnMarshalled()
	if err != nil {
		return nil, unencodable(err)
	}
	sealed, err := seal(stamp, key.EncryptionKey, keyusage.AS_REQ_PA_ENC_TIMESTAMP)
	if err != nil {
		return nil, fault.New(fault.Ticket, "the key of %s in %s is damaged", a.client, a.keytab).Because(fault.TicketDamaged)
	}
	value, err := sealed.Marshal()
	return types.PADataSequence{{PADataType: patype.PA_ENC_TIMESTAMP, PADataValue: value}}, err
}

// maxReferrals limits from how many realms to the next a request is passed on.
const maxReferrals = 6

// get gets the ticket for a service (section 3.3), by way of other realms if that
// is needed: the one that is known to have it, or those that KDCs name.
func (a *asker) get(ctx context.Context, tgt *Ticket, service Principal) (*Ticket, error) {
	for range maxReferrals {
		here := tgt.Service.Name[1]
		wanted := Principal{service.Name, here}
		if service.Realm != "" && service.Realm != here {
			wanted = granting(here, service.Realm)
		}
		got, err := a.exchange(ctx, tgt, wanted)
		if err != nil || !got.Service.isGranting() {
			return got, err
		}
		tgt = got
	}
	return nil, fault.New(fault.Ticket, "the KDCs refer from realm to realm without an end").Because(fault.ServiceUnknown)
}

// exchange asks for one ticket.
func (a *asker) exchange(ctx context.Context, tgt *Ticket, service Principal) (*Ticket, error) {
	body := a.body(service, modern)
	body.Options = flags(canonicalize)
	encoded, err := asn1.Marshal(body)
	if err != nil {
		return nil, unencodable(err)
	}
	sum, err := checksum(encoded, tgt.Key, keyusage.TGS_REQ_PA_TGS_REQ_AP_REQ_AUTHENTICATOR_CHKSUM)
	if err != nil {
		return nil, fault.New(fault.Ticket, "the ticket of %s is damaged", a.client).Because(fault.TicketDamaged)
	}
	shown, err := tgt.present(tgt.authenticator(sum), keyusage.TGS_REQ_PA_TGS_REQ_AP_REQ_AUTHENTICATOR)
	if err != nil {
		return nil, fault.New(fault.Ticket, "the ticket of %s is damaged", a.client).Because(fault.TicketDamaged)
	}
	answer, err := a.send(ctx, asnAppTag.TGSREQ, body, types.PADataSequence{{PADataType: patype.PA_TGS_REQ, PADataValue: shown}})
	if err != nil {
		return nil, err
	}
	return a.read(answer, asnAppTag.TGSREP, body, func(r reply) ([]byte, error) {
		return open(r.Secret, tgt.Key, keyusage.TGS_REP_ENCPART_SESSION_KEY)
	})
}

// read returns the ticket in an answer. decrypt opens what is secret of it.
func (a *asker) read(answer []byte, kind int, asked requestBody, decrypt func(reply) ([]byte, error)) (*Ticket, error) {
	if r, ok := isRefusal(answer); ok {
		return nil, a.refused(r, asked)
	}
	var r reply
	if decode(kind, answer, &r) != nil {
		return nil, fault.New(fault.Ticket, "the KDC of %s gave an answer that is not one of Kerberos", asked.Realm).Because(fault.KDCUnreached)
	}
	plain, err := decrypt(r)
	if err != nil {
		return nil, a.undecipherable(asked)
	}
	var secret replySecret
	if decode(asnAppTag.EncASRepPart, plain, &secret) != nil && decode(asnAppTag.EncTGSRepPart, plain, &secret) != nil || secret.Nonce != asked.Nonce {
		return nil, fault.New(fault.Ticket, "the KDC of %s gave an answer to another question", asked.Realm).Because(fault.KDCUnreached)
	}
	t := &Ticket{
		Client:  a.client,
		Service: Principal{secret.Service.NameString, secret.Realm},
		Key:     secret.Key, Octets: r.Ticket.Bytes, Start: secret.Start, End: secret.End,
	}
	if !t.Service.isGranting() && !slices.Equal(t.Service.Name, asked.Service.NameString) {
		return nil, fault.New(fault.Ticket, "the KDC of %s gave a ticket for another service", asked.Realm).Because(fault.ServiceUnknown)
	}
	return t, nil
}
