package session

import "github.com/neurorepl/neurorepl/neuro/display"

// join makes the two streams of a session wait for each other's pipes, so that
// what a cell prints keeps its order across them.
func join(a, b *output) {
	b.mu = a.mu
	a.other, b.other = b, a
}

// inOrder is a sink that shows something only after everything that was
// printed before it has arrived.
type inOrder struct {
	s    *Session
	sink display.Sink
}

func (o inOrder) Display(b display.Bundle) error {
	o.s.out.sync()
	return o.sink.Display(b)
}

func (o inOrder) Update(b display.Bundle) error {
	o.s.out.sync()
	return o.sink.Update(b)
}

// ShowBar shows how far a call is; what was printed before it may still be on
// its way, since a bar stands beside the output and not in it.
func (o inOrder) ShowBar(b display.Bar) error {
	if s, ok := o.sink.(display.BarSink); ok {
		return s.ShowBar(b)
	}
	return nil
}

func (o inOrder) Clear(wait bool) error {
	o.s.out.sync()
	return o.sink.Clear(wait)
}

// Capture gives printed text to f; what was printed before has arrived.
func (o inOrder) Capture(f func(stream string, p []byte)) (release func()) {
	to := func(name string) *func([]byte) {
		g := func(p []byte) { f(name, p) }
		return &g
	}
	out, err := to("stdout"), to("stderr")
	o.s.out.sync()
	o.s.out.captured.Store(out)
	o.s.err.captured.Store(err)
	return func() {
		o.s.out.sync()
		o.s.out.captured.CompareAndSwap(out, nil) // a later capture stays
		o.s.err.captured.CompareAndSwap(err, nil)
	}
}

// talking is inOrder for a sink that talks back.
type talking struct {
	inOrder
	comms display.Comms
}

func (t talking) NewID() string             { return t.comms.NewID() }
func (t talking) Open(c display.Comm) error { return t.comms.Open(c) }
func (t talking) Close(id string) error     { return t.comms.Close(id) }
func (t talking) Send(id string, data any, buffers [][]byte) error {
	return t.comms.Send(id, data, buffers)
}

// ordered returns the session's sink as cells see it.
func (s *Session) ordered() display.Sink {
	o := inOrder{s, s.opts.Sink}
	if c, ok := s.opts.Sink.(display.Comms); ok {
		return talking{o, c}
	}
	return o
}
