package session

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"sync"
	"sync/atomic"

	"github.com/neurorepl/neurorepl/neuro/display"
)

// An output is one of the two streams of a session. Printing goes straight to
// the front end's writer. Code that wants a file (os.Stdout) gets the writer
// itself when that is a file, otherwise a pipe that is copied to it; once a
// cell can reach the pipe, printing waits for it, so that the order holds.
type output struct {
	mu     *sync.Mutex
	other  *output // the other stream
	w      io.Writer
	file   *os.File // what os.Stdout is
	pipe   *os.File // its other end, nil when file is the front end's own
	shared atomic.Bool
	// captured takes what is printed instead of w, when not nil.
	captured atomic.Pointer[func([]byte)]
	marks    chan struct{}
	done     chan struct{}
}

// mark stands in the pipe where somebody waits for it.
const mark = "\x00neurorepl\x00sync\x00"

func newOutput(w io.Writer) (*output, error) {
	o := &output{w: w, mu: new(sync.Mutex)}
	if w == nil {
		o.w = io.Discard
	}
	if f, ok := w.(*os.File); ok {
		o.file = f
		return o, nil
	}
	r, f, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("no pipe for output: %w", err)
	}
	o.file, o.pipe = f, r
	o.marks, o.done = make(chan struct{}), make(chan struct{})
	go o.copy()
	return o, nil
}

// copy moves what comes through the pipe to the writer.
func (o *output) copy() {
	defer close(o.done)
	buf := make([]byte, 0, 1<<16)
	for {
		n, err := o.pipe.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		for {
			i := bytes.Index(buf, []byte(mark))
			if i < 0 {
				break
			}
			o.put(buf[:i])
			buf = append(buf[:0], buf[i+len(mark):]...)
			o.marks <- struct{}{}
		}
		keep := 0 // the end of buf may be the start of a mark
		for k := min(len(mark)-1, len(buf)); k > 0; k-- {
			if bytes.HasSuffix(buf, []byte(mark[:k])) {
				keep = k
				break
			}
		}
		if len(buf) > keep {
			o.put(buf[:len(buf)-keep])
			buf = append(buf[:0], buf[len(buf)-keep:]...)
		}
		if err != nil {
			if len(buf) > 0 {
				o.put(buf)
			}
			return
		}
	}
}

// sync waits until everything written to the pipes has arrived.
func (o *output) sync() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.drainBoth()
}

func (o *output) drainBoth() {
	o.drain()
	if o.other != nil {
		o.other.drain()
	}
}

func (o *output) drain() {
	if o.pipe == nil || !o.shared.Load() {
		return
	}
	if _, err := io.WriteString(o.file, mark); err == nil {
		<-o.marks
	}
}

// Write prints.
func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.drainBoth()
	return o.put(p)
}

// put takes text to where it is seen.
func (o *output) put(p []byte) (int, error) {
	if f := o.captured.Load(); f != nil {
		(*f)(p)
		return len(p), nil
	}
	if o.pipe == nil {
		display.HideBar() // a script's, on the same terminal
	}
	return o.w.Write(p)
}

func (o *output) close() error {
	if o.pipe == nil {
		return nil
	}
	err := o.file.Close()
	<-o.done
	if e := o.pipe.Close(); err == nil {
		err = e
	}
	return err
}
