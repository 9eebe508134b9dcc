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

func (o inOrder) Clear(wait bool) error {
	o.s.out.sync()
	return o.sink.Clear(wait)
}
