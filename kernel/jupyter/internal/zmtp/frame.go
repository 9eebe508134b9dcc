// Package zmtp is the part of ZMTP, the wire protocol of ZeroMQ, that a
// Jupyter kernel needs: the listening side of ROUTER, PUB and REP sockets over
// TCP and Unix sockets, with the NULL and the CURVE mechanism, for peers that
// speak version 3.0 or 3.1. A plain connecting side serves tests.
//
//	r, err := zmtp.ListenRouter("tcp://127.0.0.1:0", nil) // not encrypted
//	m, err := r.Recv()          // m[0] is who sent it
//	r.Send(zmtp.Message{m[0], []byte("answer")})
//
// It is not a general ZeroMQ: there is no reconnecting and no other pattern.
//
// Sources: ZeroMQ RFC 23/ZMTP 3.0, RFC 37/ZMTP 3.1, RFC 28/REQREP,
// RFC 29/PUBSUB, RFC 26/CurveZMQ and RFC 32/Z85.
package zmtp

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// A Message is the frames of one ZeroMQ message, at least one.
type Message [][]byte

// The limits on what a peer may send: a notebook's largest legal request (a
// file pasted into a cell, a widget's buffers) is far below them.
const (
	maxFrame   = 256 << 20 // bytes of one frame
	maxMessage = 512 << 20 // bytes of all frames of a message
	maxFrames  = 1024      // frames of a message
)

// The flags that start a frame.
const (
	flagMore    = 1 << 0 // another frame of the same message follows
	flagLong    = 1 << 1 // the length has 8 bytes, not 1
	flagCommand = 1 << 2 // a command of the protocol, not a message
)

var errTooLarge = errors.New("zmtp: peer sends more than a message may hold")

// readFrame reads one frame. Memory grows with the bytes that arrive, not with
// the length that the peer announces.
func readFrame(r *bufio.Reader) (flags byte, body []byte, err error) {
	flags, err = r.ReadByte()
	if err != nil {
		return 0, nil, err
	}
	if flags&^(flagMore|flagLong|flagCommand) != 0 {
		return 0, nil, fmt.Errorf("zmtp: frame flags %#02x have reserved bits set; only bits 0 to 2 are defined", flags)
	}
	if flags&flagCommand != 0 && flags&flagMore != 0 {
		return 0, nil, errors.New("zmtp: a command frame announces more frames; a command is one frame")
	}
	var size uint64
	if flags&flagLong != 0 {
		var b [8]byte
		if _, err = io.ReadFull(r, b[:]); err != nil {
			return 0, nil, unexpected(err)
		}
		size = binary.BigEndian.Uint64(b[:])
	} else {
		b, err := r.ReadByte()
		if err != nil {
			return 0, nil, unexpected(err)
		}
		size = uint64(b)
	}
	if size > maxFrame {
		return 0, nil, fmt.Errorf("zmtp: frame of %d bytes; at most %d are allowed", size, maxFrame)
	}
	const step = 1 << 16
	body = make([]byte, 0, min(size, step))
	for uint64(len(body)) < size {
		from := len(body)
		n := min(size-uint64(from), max(step, uint64(from))) // doubles
		body = append(body, make([]byte, n)...)
		if _, err = io.ReadFull(r, body[from:]); err != nil {
			return 0, nil, unexpected(err)
		}
	}
	return flags, body, nil
}

// unexpected makes an end of input inside a frame tell itself from a clean end.
func unexpected(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// readMessage reads a message from plain bytes.
func readMessage(r *bufio.Reader, command func(name string, data []byte) error) (Message, error) {
	return readFrames(func() (byte, []byte, error) { return readFrame(r) }, command)
}

// readFrames reads frames up to the end of a message. Commands may stand
// before and between messages; each is given to command.
func readFrames(next func() (byte, []byte, error), command func(name string, data []byte) error) (Message, error) {
	var m Message
	total := 0
	for {
		flags, body, err := next()
		if err != nil {
			if len(m) > 0 {
				err = unexpected(err)
			}
			return nil, err
		}
		if flags&flagCommand != 0 {
			name, data, err := splitCommand(body)
			if err != nil {
				return nil, err
			}
			if err := command(name, data); err != nil {
				return nil, err
			}
			continue
		}
		total += len(body)
		if len(m) == maxFrames || total > maxMessage {
			return nil, errTooLarge
		}
		m = append(m, body)
		if flags&flagMore == 0 {
			return m, nil
		}
	}
}

// appendMessage appends the wire form of m to b.
func appendMessage(b []byte, m Message) []byte {
	for i, f := range m {
		var flags byte
		if i < len(m)-1 {
			flags |= flagMore
		}
		b = appendFrame(b, flags, f)
	}
	return b
}

func appendFrame(b []byte, flags byte, body []byte) []byte {
	if len(body) < 256 {
		b = append(b, flags, byte(len(body)))
	} else {
		b = append(b, flags|flagLong)
		b = binary.BigEndian.AppendUint64(b, uint64(len(body)))
	}
	return append(b, body...)
}

// wire returns the bytes of m in one piece.
func wire(m Message) []byte {
	n := 0
	for _, f := range m {
		n += 9 + len(f)
	}
	return appendMessage(make([]byte, 0, n), m)
}

// splitCommand takes the name off a command's body.
func splitCommand(body []byte) (name string, data []byte, err error) {
	if len(body) == 0 || int(body[0]) == 0 || len(body) < 1+int(body[0]) {
		return "", nil, fmt.Errorf("zmtp: command of %d bytes has no whole name", len(body))
	}
	n := 1 + int(body[0])
	return string(body[1:n]), body[n:], nil
}

// command returns the wire form of a command.
func command(name string, data []byte) []byte {
	body := append([]byte{byte(len(name))}, name...)
	return appendFrame(nil, flagCommand, append(body, data...))
}

// appendProperty appends one property of a READY command.
func appendProperty(b []byte, name string, value []byte) []byte {
	b = append(b, byte(len(name)))
	b = append(b, name...)
	b = binary.BigEndian.AppendUint32(b, uint32(len(value)))
	return append(b, value...)
}

// splitProperties reads the properties of a READY command.
func splitProperties(b []byte) (map[string][]byte, error) {
	p := map[string][]byte{}
	for len(b) > 0 {
		n := int(b[0])
		if n == 0 || len(b) < 1+n+4 {
			return nil, errors.New("zmtp: READY has a property without a whole name and length")
		}
		name := string(b[1 : 1+n])
		size := binary.BigEndian.Uint32(b[1+n:])
		b = b[1+n+4:]
		if uint64(size) > uint64(len(b)) {
			return nil, fmt.Errorf("zmtp: READY property %q announces %d bytes, %d are left", name, size, len(b))
		}
		p[name] = b[:size:size]
		b = b[size:]
	}
	return p, nil
}
