package display

import "encoding/json"

// Comms is a Sink of a front end that talks back, over Jupyter's comms. Values
// that go on living after they were shown use it, such as the sliders of
// package ui; see [Live].
type Comms interface {
	Sink
	// NewID returns an identifier that no other comm or display has.
	NewID() string
	// Open opens a comm to every front end.
	Open(c Comm) error
	// Send sends data, with binary parts, on an open comm.
	Send(id string, data any, buffers [][]byte) error
	// Close closes a comm; its Closed is not called.
	Close(id string) error
}

// A Comm is a channel between a value and its pictures in the front ends. The
// meaning of messages is that of the target.
type Comm struct {
	ID, Target string
	Data       any            // of the opening message; encoded as JSON
	Metadata   map[string]any // of the opening message
	Buffers    [][]byte       // binary parts of the opening message
	// Receive takes a message of a front end and returns what the program is
	// to do about it, nil for nothing. It may be called while a cell runs, so
	// it calls no code of the user's; the task waits for its turn. Nil ignores
	// messages.
	Receive func(data json.RawMessage, buffers [][]byte) *Task
	// Closed hears that a front end or the kernel closed the comm; may be nil.
	Closed func()
}

// A Task is code of the user's that runs because a front end asks for it, as
// a cell does: one at a time, and an interrupt ends it.
type Task struct {
	Run func()
	// Failed hears why Run ended early, after it: kind is "panic" or
	// "interrupted", say, and trace the lines of a trace. May be nil.
	Failed func(kind, message string, trace []string)
	// Superseded hears, in place of Failed, that Run was ended because it took
	// long and a later message of the same comm waits; Run is called again
	// once that one was received. Nil: later messages wait for Run's end.
	Superseded func()
}

// Live returns the current sink as Comms, and false where nobody talks back: in
// a terminal, a script, or GoNB.
func Live() (Comms, bool) {
	c, ok := sink().(Comms)
	return c, ok
}

// During runs f with s as the current sink. When f ends, also by a panic, the
// sink before is back, unless another was chosen meanwhile.
func During(s Sink, f func()) {
	current.Lock()
	before, old := current.sink, current.chosen
	current.latest++
	current.sink, current.chosen = s, current.latest
	mine := current.chosen
	current.Unlock()
	defer func() {
		current.Lock()
		defer current.Unlock()
		if current.chosen == mine {
			current.sink, current.chosen = before, old
		}
	}()
	f()
}

// A Capturer is a Sink that can say what is printed beside it.
type Capturer interface {
	// Capture gives printed text to f instead of the front end until release
	// is called; stream is "stdout" or "stderr".
	Capture(f func(stream string, p []byte)) (release func())
}

// Capture gives what is printed to f until release is called, where the
// current sink is a [Capturer]; elsewhere printing goes where it went.
func Capture(f func(stream string, p []byte)) (release func()) {
	if c, ok := sink().(Capturer); ok {
		return c.Capture(f)
	}
	return func() {}
}
