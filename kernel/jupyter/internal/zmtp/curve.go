package zmtp

import (
	"bytes"
	"crypto/rand"
	"crypto/subtle"
	"encoding/binary"
	"errors"
	"fmt"

	"golang.org/x/crypto/nacl/box"
)

// A security says how a connection is protected. Without a server key it is
// the server's side.
type security struct {
	keys   *Keys
	server *[32]byte // the server's public key, for a client
}

// A curve encrypts one connection after its handshake, by CurveZMQ (RFC 26).
// The reader and the writer use parts of their own.
type curve struct {
	key            [32]byte // of both short-term pairs
	sends, takes   string   // the first 16 bytes of the nonces
	sent, received uint64   // the last 8 bytes of the last nonces
	scratch        []byte   // of the writer
}

const (
	fromServer = "CurveZMQMESSAGES"
	fromClient = "CurveZMQMESSAGEC"
)

// The flags inside of an encrypted frame.
const (
	curveMore    = 1 << 0
	curveCommand = 1 << 1
)

var messageName = []byte("\x07MESSAGE")

var errCurve = errors.New("zmtp: the peer's handshake is not made with the right keys")

// nonce joins a prefix and what follows it to 24 bytes.
func nonce(prefix string, rest []byte) *[24]byte {
	var n [24]byte
	copy(n[copy(n[:], prefix):], rest)
	return &n
}

// seal turns plain frames, one after the other, into encrypted ones.
func (s *curve) seal(frames []byte) []byte {
	var out []byte
	for len(frames) > 0 {
		flags, size := frames[0], uint64(frames[1])
		frames = frames[2:]
		if flags&flagLong != 0 {
			size = binary.BigEndian.Uint64(append([]byte{byte(size)}, frames[:7]...))
			frames = frames[7:]
		}
		var inner byte
		if flags&flagMore != 0 {
			inner |= curveMore
		}
		if flags&flagCommand != 0 {
			inner |= curveCommand
		}
		s.scratch = append(append(s.scratch[:0], inner), frames[:size]...)
		frames = frames[size:]
		s.sent++
		short := binary.BigEndian.AppendUint64(nil, s.sent)
		body := make([]byte, 0, len(messageName)+8+box.Overhead+len(s.scratch))
		body = append(append(body, messageName...), short...)
		body = box.SealAfterPrecomputation(body, s.scratch, nonce(s.sends, short), &s.key)
		out = appendFrame(out, 0, body)
	}
	if cap(s.scratch) > 1<<20 {
		s.scratch = nil
	}
	return out
}

// open decrypts one frame.
func (s *curve) open(flags byte, body []byte) (byte, []byte, error) {
	const head = 8 + 8
	if flags&(flagMore|flagCommand) != 0 || len(body) < head+box.Overhead+1 || !bytes.HasPrefix(body, messageName) {
		return 0, nil, errors.New("zmtp: a frame that is not encrypted, on a connection that is")
	}
	short := body[8:head]
	n := binary.BigEndian.Uint64(short)
	if n <= s.received {
		return 0, nil, errors.New("zmtp: an encrypted frame came before")
	}
	plain, ok := box.OpenAfterPrecomputation(make([]byte, 0, len(body)), body[head:], nonce(s.takes, short), &s.key)
	if !ok {
		return 0, nil, errors.New("zmtp: an encrypted frame was changed on its way")
	}
	s.received = n
	var outer byte
	if plain[0]&curveMore != 0 {
		outer |= flagMore
	}
	if plain[0]&curveCommand != 0 {
		outer |= flagCommand
	}
	if plain[0]&^(curveMore|curveCommand) != 0 || outer == flagMore|flagCommand {
		return 0, nil, fmt.Errorf("zmtp: encrypted frame flags %#02x are not defined", plain[0])
	}
	return outer, plain[1:], nil
}

// The sizes of the handshake's commands after their names.
const (
	helloSize    = 2 + 72 + 32 + 8 + 80
	welcomeSize  = 16 + 144
	cookieSize   = 96
	initiateSize = cookieSize + 8 + 32 + 96 + box.Overhead // and the properties
	readySize    = 8 + box.Overhead                        // and the properties
)

// curveServer shakes hands as a server. A client needs to know the server's
// public key, which it has from the connection file; a key of its own it may
// make up.
func (c *Conn) curveServer(kind string, properties []byte, keys *Keys) error {
	hello, err := c.readCommand("HELLO", helloSize, helloSize)
	if err != nil {
		return err
	}
	if hello[0] != 1 {
		return fmt.Errorf("zmtp: the peer speaks CurveZMQ %d; version 1 is needed", hello[0])
	}
	client := [32]byte(hello[74:106])
	zeros, ok := box.Open(nil, hello[114:], nonce("CurveZMQHELLO---", hello[106:114]), &client, &keys.Secret)
	if !ok || !bytes.Equal(zeros, make([]byte, 64)) {
		return errCurve
	}
	received := binary.BigEndian.Uint64(hello[106:114])

	public, secret, err := box.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	// The cookie lets a server forget the client until it comes back; this one
	// keeps the connection and needs no more than to know the cookie again.
	random := make([]byte, 16+cookieSize)
	rand.Read(random)
	cookie := random[16:]
	welcome := box.Seal(random[:16:16], append(public[:], cookie...), nonce("WELCOME-", random[:16]), &client, &keys.Secret)
	if _, err := c.nc.Write(command("WELCOME", welcome)); err != nil {
		return err
	}

	initiate, err := c.readCommand("INITIATE", initiateSize, initiateSize+maxProperties)
	if err != nil {
		return err
	}
	s := &curve{sends: fromServer, takes: fromClient}
	box.Precompute(&s.key, &client, secret)
	short := initiate[cookieSize : cookieSize+8]
	s.received = binary.BigEndian.Uint64(short)
	if subtle.ConstantTimeCompare(initiate[:cookieSize], cookie) != 1 || s.received <= received {
		return errCurve
	}
	plain, ok := box.OpenAfterPrecomputation(nil, initiate[cookieSize+8:], nonce("CurveZMQINITIATE", short), &s.key)
	if !ok {
		return errCurve
	}
	long, vouch := [32]byte(plain[:32]), plain[32:128]
	vouched, ok := box.Open(nil, vouch[16:], nonce("VOUCH---", vouch[:16]), &long, secret)
	if !ok || !bytes.Equal(vouched, append(client[:], keys.Public[:]...)) {
		return errCurve
	}
	if err := c.readProperties(kind, plain[128:]); err != nil {
		return err
	}
	s.sent = 1
	short = binary.BigEndian.AppendUint64(nil, s.sent)
	ready := box.SealAfterPrecomputation(short, properties, nonce("CurveZMQREADY---", short), &s.key)
	if _, err := c.nc.Write(command("READY", ready)); err != nil {
		return err
	}
	c.curve = s
	return nil
}

// curveClient shakes hands as a client.
func (c *Conn) curveClient(kind string, properties []byte, keys *Keys, server *[32]byte) error {
	public, secret, err := box.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	short := []byte{0, 0, 0, 0, 0, 0, 0, 1}
	hello := append([]byte{1, 0}, make([]byte, 72)...)
	hello = append(append(hello, public[:]...), short...)
	hello = box.Seal(hello, make([]byte, 64), nonce("CurveZMQHELLO---", short), server, secret)
	if _, err := c.nc.Write(command("HELLO", hello)); err != nil {
		return err
	}
	welcome, err := c.readCommand("WELCOME", welcomeSize, welcomeSize)
	if err != nil {
		return err
	}
	plain, ok := box.Open(nil, welcome[16:], nonce("WELCOME-", welcome[:16]), server, secret)
	if !ok {
		return errCurve
	}
	peer, cookie := [32]byte(plain[:32]), plain[32:]

	s := &curve{sends: fromClient, takes: fromServer, sent: 2}
	box.Precompute(&s.key, &peer, secret)
	vouch := make([]byte, 16)
	rand.Read(vouch)
	vouch = box.Seal(vouch, append(public[:], server[:]...), nonce("VOUCH---", vouch[:16]), &peer, &keys.Secret)
	plain = append(append(append([]byte(nil), keys.Public[:]...), vouch...), properties...)
	short = binary.BigEndian.AppendUint64(nil, s.sent)
	initiate := append(append([]byte(nil), cookie...), short...)
	initiate = box.SealAfterPrecomputation(initiate, plain, nonce("CurveZMQINITIATE", short), &s.key)
	if _, err := c.nc.Write(command("INITIATE", initiate)); err != nil {
		return err
	}
	ready, err := c.readCommand("READY", readySize, readySize+maxProperties)
	if err != nil {
		return err
	}
	s.received = binary.BigEndian.Uint64(ready)
	plain, ok = box.OpenAfterPrecomputation(nil, ready[8:], nonce("CurveZMQREADY---", ready[:8]), &s.key)
	if !ok {
		return errCurve
	}
	if err := c.readProperties(kind, plain); err != nil {
		return err
	}
	c.curve = s
	return nil
}
