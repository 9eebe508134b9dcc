package jupyter

import (
	"encoding/json"
	"errors"
	"io"
	"sync"
)

// errNoInput is what reading standard input gives in a front end that cannot
// ask its user, such as a notebook that runs headless.
var errNoInput = errors.New("jupyter: this front end does not take input (it runs without a user to ask)")

// An input is the session's standard input: a cell that reads when nothing is
// left makes the front end ask its user for a line.
type input struct {
	ask     func(r *request) error // sends an input_request
	answers chan string

	mu    sync.Mutex // guards what follows
	cell  *request   // the running cell
	allow bool       // its front end takes input
	stop  <-chan struct{}

	read sync.Mutex // one reader at a time
	rest []byte     // of the last line
}

// begin says which cell runs.
func (in *input) begin(r *request, allow bool, stop <-chan struct{}) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.cell, in.allow, in.stop = r, allow, stop
}

// end says that no cell runs; what is left of the last line is forgotten, so
// that the next cell that reads asks.
func (in *input) end() {
	in.begin(nil, false, nil)
	if in.read.TryLock() {
		in.rest = nil
		in.read.Unlock()
	}
}

// Read gives the rest of the last line or asks for another.
func (in *input) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	in.read.Lock()
	defer in.read.Unlock()
	if len(in.rest) == 0 {
		line, err := in.line()
		if err != nil {
			return 0, err
		}
		in.rest = []byte(line + "\n")
	}
	n := copy(p, in.rest)
	in.rest = in.rest[n:]
	return n, nil
}

func (in *input) line() (string, error) {
	in.mu.Lock()
	cell, allow, stop := in.cell, in.allow, in.stop
	in.mu.Unlock()
	if cell == nil || !allow {
		return "", errNoInput
	}
	for { // answers to earlier questions, which nobody waits for any more
		select {
		case <-in.answers:
			continue
		default:
		}
		break
	}
	if err := in.ask(cell); err != nil {
		return "", err
	}
	select {
	case s := <-in.answers:
		if s == "\x04" { // how front ends send the end of input
			return "", io.EOF
		}
		return s, nil
	case <-stop:
		return "", errors.New("jupyter: interrupted while waiting for input")
	}
}

// answer takes an input_reply.
func (in *input) answer(content json.RawMessage) {
	var c struct {
		Value string `json:"value"`
	}
	if json.Unmarshal(content, &c) != nil {
		return
	}
	select {
	case in.answers <- c.Value:
	default: // not asked for
	}
}
