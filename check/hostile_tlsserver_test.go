package check_test

import (
	"bufio"
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/tls"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"net"
	"strings"

	"golang.org/x/crypto/chacha20poly1305"
)

// A tlsServer does a good handshake with crypto/tls and then writes its own
// records, encrypted with the negotiated keys.
type tlsServer struct {
	conn *recorded
	tls  *tls.Conn
	log  bytes.Buffer // the secrets, as in an SSLKEYLOGFILE

	aead   cipher.AEAD
	iv     []byte // in TLS 1.2 its fixed part
	secret []byte // of TLS 1.3, from which keys are derived
	seq    uint64
}

// recorded keeps the first octets that are written.
type recorded struct {
	net.Conn
	first []byte
}

func (r *recorded) Write(p []byte) (int, error) {
	r.first = append(r.first, p[:min(len(p), 64-min(len(r.first), 64))]...)
	return r.Conn.Write(p)
}

func newTLSServer(conn net.Conn, cert tls.Certificate, older bool) *tlsServer {
	s := &tlsServer{conn: &recorded{Conn: conn}}
	config := &tls.Config{Certificates: []tls.Certificate{cert}, KeyLogWriter: &s.log}
	if older {
		config.MaxVersion, config.CipherSuites = tls.VersionTLS12, []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256}
	}
	s.tls = tls.Server(s.conn, config)
	return s
}

func (s *tlsServer) handshake() error {
	if err := s.tls.Handshake(); err != nil {
		return err
	}
	if s.tls.ConnectionState().Version == tls.VersionTLS12 {
		return s.keys12()
	}
	secret, _, err := s.logged("SERVER_TRAFFIC_SECRET_0")
	s.secret = secret
	return errors.Join(err, s.keys13())
}

// logged returns a secret of the log, and the client's random before it.
func (s *tlsServer) logged(label string) (secret, random []byte, err error) {
	for lines := bufio.NewScanner(&s.log); lines.Scan(); {
		if words := strings.Fields(lines.Text()); len(words) == 3 && words[0] == label {
			secret, err = hex.DecodeString(words[2])
			random, _ = hex.DecodeString(words[1])
			return secret, random, err
		}
	}
	return nil, nil, errors.New("no " + label)
}

// keys12 derives the keys of AES-128-GCM (RFC 5246, sections 5 and 6.3; RFC
// 5288). The server's Finished was record 0.
func (s *tlsServer) keys12() error {
	master, client, err := s.logged("CLIENT_RANDOM")
	if err != nil {
		return err
	}
	server := s.conn.first[5+4+2:][:32] // after the headers of record and message, and the version
	seed := append([]byte("key expansion"), append(server[:len(server):len(server)], client...)...)
	var block []byte
	for a := seed; len(block) < 40; {
		a = mac(master, a)
		block = append(block, mac(master, append(a[:len(a):len(a)], seed...))...)
	}
	s.iv, s.seq = block[36:40], 1
	return s.useAES(block[16:32])
}

func mac(key, text []byte) []byte {
	h := hmac.New(sha256.New, key)
	h.Write(text)
	return h.Sum(nil)
}

func (s *tlsServer) useAES(key []byte) error {
	block, err := aes.NewCipher(key)
	if err != nil {
		return err
	}
	s.aead, err = cipher.NewGCM(block)
	return err
}

// keys13 derives the keys from the secret (RFC 8446, section 7.3).
func (s *tlsServer) keys13() (err error) {
	s.iv, s.seq = expand(s.secret, "iv", 12), 0
	switch s.tls.ConnectionState().CipherSuite {
	case tls.TLS_AES_128_GCM_SHA256:
		return s.useAES(expand(s.secret, "key", 16))
	case tls.TLS_CHACHA20_POLY1305_SHA256:
		s.aead, err = chacha20poly1305.New(expand(s.secret, "key", 32))
		return err
	}
	return errors.New("another cipher suite")
}

// expand is HKDF-Expand-Label (RFC 8446, section 7.1).
func expand(secret []byte, label string, length int) []byte {
	label = "tls13 " + label
	info := string([]byte{0, byte(length), byte(len(label))}) + label + "\x00"
	key, err := hkdf.Expand(sha256.New, secret, info, length)
	if err != nil {
		panic(err)
	}
	return key
}

// seal sends a message in as many records as it needs.
func (s *tlsServer) seal(kind byte, text []byte) error {
	const maxRecord = 1 << 14
	for first := true; first || len(text) > 0; first = false {
		n := min(len(text), maxRecord)
		if _, err := s.conn.Write(s.record(kind, text[:n])); err != nil {
			return err
		}
		text = text[n:]
	}
	return nil
}

// record encrypts a record of TLS 1.2 (RFC 5246, section 6.2.3.3) or 1.3 (RFC
// 8446, section 5.2).
func (s *tlsServer) record(kind byte, text []byte) []byte {
	number := binary.BigEndian.AppendUint64(nil, s.seq)
	s.seq++
	if s.secret == nil {
		head := []byte{kind, 3, 3, byte(len(text) >> 8), byte(len(text))}
		sealed := s.aead.Seal(number, append(s.iv[:4:4], number...), text, append(number[:8:8], head...))
		return append([]byte{kind, 3, 3, byte(len(sealed) >> 8), byte(len(sealed))}, sealed...)
	}
	nonce := bytes.Clone(s.iv)
	for i, b := range number {
		nonce[4+i] ^= b
	}
	inner := append(bytes.Clone(text), kind)
	length := len(inner) + s.aead.Overhead()
	head := []byte{23, 3, 3, byte(length >> 8), byte(length)}
	return s.aead.Seal(head, nonce, inner, head)
}

// rekey announces new keys and uses them (RFC 8446, section 7.2).
func (s *tlsServer) rekey(announces []byte) error {
	err := s.seal(22, announces)
	s.secret = expand(s.secret, "traffic upd", len(s.secret))
	return errors.Join(err, s.keys13())
}

// rekeyForever changes keys again and again, and sends text with each.
func (s *tlsServer) rekeyForever(announces []byte, says string) (err error) {
	for err == nil {
		err = s.rekey(announces)
		if says != "" && err == nil {
			err = s.seal(23, []byte(says))
		}
	}
	return err
}

// greet greets and closes.
func (s *tlsServer) greet() error { return errors.Join(s.seal(23, []byte("+OK ready\r\n")), s.end()) }

// end sends close_notify (RFC 8446, section 6.1).
func (s *tlsServer) end() error { return s.seal(21, []byte{1, 0}) }

// ticket returns a NewSessionTicket (RFC 8446, section 4.6.1) of so many
// octets.
func ticket(octets int) []byte {
	text := binary.BigEndian.AppendUint32(nil, 3600)
	text = append(text, 0, 0, 0, 0, 1, 0) // age_add, nonce
	text = binary.BigEndian.AppendUint16(text, uint16(octets))
	text = append(append(text, make([]byte, octets)...), 0, 0)
	return append([]byte{4, byte(len(text) >> 16), byte(len(text) >> 8), byte(len(text))}, text...)
}
