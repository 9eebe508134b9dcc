package vm

import (
	"go/types"
	"reflect"
	"time"
	"unsafe"

	"golang.org/x/tools/go/ssa"
)

func (f *compiler) makeChan(in *ssa.MakeChan) op {
	d, at := f.slot(in).off, f.at
	n := f.intValue(in.Size)
	elem := in.Type().Underlying().(*types.Chan).Elem()
	t := f.m.types.Of(types.NewChan(types.SendRecv, elem))
	m, elemSize := f.m, t.Elem().Size()
	return func(fp unsafe.Pointer) {
		hdr(fp).at = at
		size := n(fp)
		if size < 0 {
			size := -1
			_ = make(chan int, size)
		}
		m.reserve(uintptr(size), elemSize)
		*reg[unsafe.Pointer](fp, d) = reflect.MakeChan(t, size).UnsafePointer()
	}
}

// both is the channel type without a direction.
func (f *compiler) both(t types.Type) reflect.Type {
	return f.m.types.Of(types.NewChan(types.SendRecv, t.Underlying().(*types.Chan).Elem()))
}

func (f *compiler) send(in *ssa.Send) op {
	c, v, at := f.slot(in.Chan).off, f.slot(in.X), f.at
	t := f.both(in.Chan.Type())
	et := t.Elem()
	return func(fp unsafe.Pointer) {
		h := hdr(fp)
		h.at = at
		ch := valueAt(t, unsafe.Add(fp, c))
		x := valueAt(et, v.at(fp))
		if !ch.IsNil() && ch.TrySend(x) {
			return
		}
		h.g.block([]reflect.SelectCase{{Dir: reflect.SelectSend, Chan: ch, Send: x}})
	}
}

func (f *compiler) receive(in *ssa.UnOp, x slot) op {
	at := f.at
	t := f.both(in.X.Type())
	var d slot
	var okOff uintptr
	comma := in.CommaOk
	if comma {
		d, okOff = f.b.tuples[in][0], f.b.tuples[in][1].off
	} else {
		d = f.slot(in)
	}
	et := t.Elem()
	return func(fp unsafe.Pointer) {
		h := hdr(fp)
		h.at = at
		ch := valueAt(t, unsafe.Add(fp, x.off))
		var v reflect.Value
		var ok bool
		if !ch.IsNil() {
			v, ok = ch.TryRecv()
		}
		if !v.IsValid() {
			_, v, ok = h.g.block([]reflect.SelectCase{{Dir: reflect.SelectRecv, Chan: ch}})
		}
		if comma {
			*reg[bool](fp, okOff) = ok
		}
		if d.cls != cNone {
			valueAt(et, d.at(fp)).Set(v)
		}
	}
}

// block waits for one of several channel operations, or for the goroutine to
// be told to end.
func (g *goro) block(cases []reflect.SelectCase) (int, reflect.Value, bool) {
	cases = append(cases, reflect.SelectCase{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(g.quit)})
	i, v, ok := g.wait(cases)
	if i == len(cases)-1 {
		panic(stopped{})
	}
	return i, v, ok
}

// wait is reflect.Select; while it waits the goroutine counts as asleep.
func (g *goro) wait(cases []reflect.SelectCase) (int, reflect.Value, bool) {
	var timers []unsafe.Pointer
	for _, c := range cases {
		if t := timerOf(c.Chan); t != nil {
			timers = append(timers, t)
		}
	}
	if timers != nil {
		g.timers.Store(&timers)
		defer g.timers.Store(nil)
	}
	g.m.sleep(g)
	defer g.m.wake(g)
	return reflect.Select(cases)
}

func (f *compiler) selects(in *ssa.Select) op {
	at := f.at
	type state struct {
		send bool
		t    reflect.Type
		c    uintptr
		v    slot
		recv int // index of the tuple's element for the value; -1 for none
	}
	out := f.b.tuples[in]
	var states []state
	next := 2
	for _, s := range in.States {
		st := state{send: s.Dir == types.SendOnly, t: f.both(s.Chan.Type()), c: f.slot(s.Chan).off, recv: -1}
		if st.send {
			st.v = f.slot(s.Send)
		} else {
			st.recv = next
			next++
		}
		states = append(states, st)
	}
	blocking := in.Blocking
	return func(fp unsafe.Pointer) {
		h := hdr(fp)
		h.at = at
		cases := make([]reflect.SelectCase, len(states), len(states)+1)
		for i := range states {
			s := &states[i]
			ch := valueAt(s.t, unsafe.Add(fp, s.c))
			if s.send {
				cases[i] = reflect.SelectCase{Dir: reflect.SelectSend, Chan: ch, Send: valueAt(s.t.Elem(), s.v.at(fp))}
			} else {
				cases[i] = reflect.SelectCase{Dir: reflect.SelectRecv, Chan: ch}
			}
		}
		var i int
		var v reflect.Value
		var ok bool
		cases = append(cases, reflect.SelectCase{Dir: reflect.SelectDefault})
		i, v, ok = reflect.Select(cases)
		if i == len(states) {
			if blocking {
				i, v, ok = h.g.block(cases[:len(states)])
			} else {
				i = -1
			}
		}
		*reg[int](fp, out[0].off) = i
		*reg[bool](fp, out[1].off) = ok
		for j := range states {
			s := &states[j]
			if s.recv < 0 || out[s.recv].cls == cNone {
				continue
			}
			d := out[s.recv]
			if j == i {
				valueAt(s.t.Elem(), d.at(fp)).Set(v)
			} else {
				valueAt(s.t.Elem(), d.at(fp)).SetZero()
			}
		}
	}
}

// sleepFor is time.Sleep for interpreted code.
func (m *Machine) sleepFor(d time.Duration) {
	g, fresh := m.here()
	if fresh {
		defer g.leave()
	}
	if d <= 0 {
		return
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-g.quit:
		panic(stopped{})
	}
}
