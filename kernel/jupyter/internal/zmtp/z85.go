package zmtp

import (
	"crypto/ecdh"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
)

// Keys are a long-term pair of CurveZMQ.
type Keys struct{ Public, Secret [32]byte }

// ParseKeys reads a pair in Z85, the form in which ZeroMQ hands keys out: 40
// characters each.
func ParseKeys(public, secret string) (*Keys, error) {
	var k Keys
	if err := parseKey(&k.Public, public); err != nil {
		return nil, fmt.Errorf("the public key: %w", err)
	}
	if err := parseKey(&k.Secret, secret); err != nil {
		return nil, fmt.Errorf("the secret key: %w", err)
	}
	private, err := ecdh.X25519().NewPrivateKey(k.Secret[:])
	if err != nil {
		return nil, err
	}
	if [32]byte(private.PublicKey().Bytes()) != k.Public {
		return nil, errors.New("the public key does not belong to the secret key")
	}
	return &k, nil
}

// z85 is the alphabet of RFC 32.
const z85 = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#"

// parseKey reads a key. Errors do not repeat it: it may be the secret one.
func parseKey(key *[32]byte, s string) error {
	if len(s) != 40 {
		return fmt.Errorf("%d characters of Z85; a key has 40", len(s))
	}
	for i := range 8 {
		var v uint64
		for j := range 5 {
			d := strings.IndexByte(z85, s[5*i+j])
			if d < 0 {
				return fmt.Errorf("character %d is not of Z85", 5*i+j+1)
			}
			v = 85*v + uint64(d)
		}
		if v > 1<<32-1 {
			return fmt.Errorf("characters %d to %d stand for more than 32 bits", 5*i+1, 5*i+5)
		}
		binary.BigEndian.PutUint32(key[4*i:], uint32(v))
	}
	return nil
}
