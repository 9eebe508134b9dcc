// Interfaces embedded in structs and in interfaces: decorators that override
// one method, partial implementations, and nil embedded ones.
package main

import (
	"errors"
	"fmt"
	"io"
	"sort"
	"strings"
)

type Model interface {
	Name() string
	Step(i float64) float64
}

type leaky struct{ v, tau float64 }

func (l *leaky) Name() string { return "leaky" }
func (l *leaky) Step(i float64) float64 {
	l.v += (i - l.v) / l.tau
	return l.v
}

type logged struct {
	Model
	calls []float64
}

func (l *logged) Step(i float64) float64 {
	v := l.Model.Step(i)
	l.calls = append(l.calls, v)
	return v
}

type renamed struct {
	Model
	name string
}

func (r renamed) Name() string { return r.name + "/" + r.Model.Name() }

type Closer interface {
	Model
	io.Closer
}

type closing struct {
	renamed
	closed bool
}

func (c *closing) Close() error {
	if c.closed {
		return errors.New(c.Name() + " is closed")
	}
	c.closed = true
	return nil
}

type counted struct {
	io.Reader
	n int
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.n += n
	return n, err
}

type descending struct{ sort.Interface }

func (d descending) Less(i, j int) bool { return d.Interface.Less(j, i) }

func main() {
	l := &logged{Model: &leaky{tau: 4}}
	var m Model = renamed{l, "first"}
	m = renamed{m, "second"}
	for range 3 {
		m.Step(1)
	}
	fmt.Println(m.Name(), l.calls, l.Name())
	c := &closing{renamed: renamed{l, "c"}}
	var cl Closer = c
	fmt.Println(cl.Step(0) > 0, cl.Close(), cl.Close())
	_, ok := m.(io.Closer)
	_, ok2 := Model(cl).(io.Closer)
	fmt.Println(ok, ok2)
	r := &counted{Reader: strings.NewReader("some text to count")}
	b, err := io.ReadAll(io.LimitReader(r, 9))
	fmt.Println(string(b), err, r.n)
	xs := []int{2, 9, 4}
	sort.Sort(descending{sort.IntSlice(xs)})
	fmt.Println(xs)
	func() {
		defer func() { fmt.Println(recover()) }()
		renamed{name: "empty"}.Step(1)
	}()
	fmt.Println(struct{ Model }{l}.Name())
}
