package jupyter

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/neurorepl/neurorepl/kernel/jupyter/internal/zmtp"
)

// protocolVersion is the version of the messaging protocol.
const protocolVersion = "5.5"

// delimiter stands between the routing frames and the message.
var delimiter = []byte("<IDS|MSG>")

// A header says what a message is and who sent it.
type header struct {
	MsgID    string `json:"msg_id"`
	Session  string `json:"session"`
	Username string `json:"username"`
	Date     string `json:"date"`
	MsgType  string `json:"msg_type"`
	Version  string `json:"version"`
	Subshell string `json:"subshell_id,omitempty"` // JEP 91; empty: the main shell
}

// A request is a message that came in. Its header goes back, byte for byte, as
// the parent of everything it causes.
type request struct {
	ids     [][]byte // routing frames, the peer's identity first
	header  header
	parent  json.RawMessage // the header as it came
	meta    json.RawMessage // the metadata
	content json.RawMessage
	buffers [][]byte // binary data after the content
	queue   *queue   // of shell requests: where it waited
	aborted bool     // an earlier cell failed while this one was waiting
}

// size is how many bytes a request brought besides its headers.
func (r *request) size() int {
	n := len(r.content)
	for _, b := range r.buffers {
		n += len(b)
	}
	return n
}

// An outgoing message is one for all front ends.
type outgoing struct {
	topic, msgType string
	parent         json.RawMessage
	metadata       map[string]any
	content        any
	buffers        [][]byte
}

// A codec signs, checks, packs and unpacks messages.
type codec struct {
	key     []byte
	session string

	mu   sync.Mutex
	seen map[[sha256.Size]byte]bool // signatures of the messages that came last
	old  [][sha256.Size]byte        // the same in the order in which they came
	at   int                        // where the next one goes in old, once that is full
}

// remembered is how many signatures a codec knows again.
const remembered = 1 << 16

// replayed notes a signature and reports whether it came before. Messages hold
// an identifier of their own, so that no two signatures are equal but those of
// one message sent twice.
func (c *codec) replayed(signature []byte) bool {
	var s [sha256.Size]byte
	hex.Decode(s[:], signature)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.seen[s] {
		return true
	}
	if c.seen == nil {
		c.seen = map[[sha256.Size]byte]bool{}
	}
	c.seen[s] = true
	if len(c.old) < remembered {
		c.old = append(c.old, s)
		return false
	}
	delete(c.seen, c.old[c.at])
	c.old[c.at] = s
	c.at = (c.at + 1) % remembered
	return false
}

func newCodec(key string) *codec { return &codec{key: []byte(key), session: newID()} }

// newID returns a random identifier in the form of a UUID (version 4).
func newID() string {
	var b [16]byte
	rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// sign returns the HMAC-SHA256 of the four parts of a message in hexadecimal;
// empty without a key.
func (c *codec) sign(parts [][]byte) []byte {
	if len(c.key) == 0 {
		return nil
	}
	h := hmac.New(sha256.New, c.key)
	for _, p := range parts {
		h.Write(p)
	}
	return hex.AppendEncode(nil, h.Sum(nil))
}

// unpack reads a message. One with a wrong signature is refused before its
// content is looked at.
func (c *codec) unpack(m zmtp.Message) (*request, error) {
	at := -1
	for i, f := range m {
		if bytes.Equal(f, delimiter) {
			at = i
			break
		}
	}
	if at < 0 {
		return nil, errors.New("jupyter: message without <IDS|MSG>")
	}
	rest := m[at+1:]
	if len(rest) < 5 {
		return nil, fmt.Errorf("jupyter: message has %d frames after <IDS|MSG>; a signature and four parts are needed", len(rest))
	}
	if !hmac.Equal(rest[0], c.sign(rest[1:5])) {
		return nil, errors.New("jupyter: message with a wrong signature")
	}
	if len(c.key) > 0 && c.replayed(rest[0]) {
		return nil, errors.New("jupyter: message that came before")
	}
	r := &request{ids: m[:at], parent: json.RawMessage(rest[1]), meta: json.RawMessage(rest[3]), content: json.RawMessage(rest[4]), buffers: rest[5:]}
	if err := json.Unmarshal(rest[1], &r.header); err != nil {
		return nil, fmt.Errorf("jupyter: message header: %w", err)
	}
	if r.header.MsgType == "" {
		return nil, errors.New("jupyter: message header without msg_type")
	}
	return r, nil
}

// pack builds a message. parent is empty for one that nothing caused.
func (c *codec) pack(ids [][]byte, msgType string, parent json.RawMessage, metadata map[string]any, content any, buffers ...[]byte) (zmtp.Message, error) {
	head, err := encode(header{
		MsgID: newID(), Session: c.session, Username: "kernel", MsgType: msgType, Version: protocolVersion,
		Date: time.Now().UTC().Format("2006-01-02T15:04:05.000000Z"),
	})
	if err != nil {
		return nil, err
	}
	if len(parent) == 0 {
		parent = json.RawMessage("{}")
	}
	meta := []byte("{}")
	if metadata != nil {
		if meta, err = encode(metadata); err != nil {
			return nil, err
		}
	}
	body, err := encode(content)
	if err != nil {
		return nil, err
	}
	parts := [][]byte{head, parent, meta, body}
	m := make(zmtp.Message, 0, len(ids)+6+len(buffers))
	m = append(m, ids...)
	m = append(m, delimiter, c.sign(parts))
	m = append(m, parts...)
	return append(m, buffers...), nil
}

// encode is json.Marshal without the escapes for HTML, which would double the
// size of an SVG.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}
