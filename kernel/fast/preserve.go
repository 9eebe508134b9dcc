package fast

import "slices"

// wazero keeps no value in a register across a call if it can help it, and what
// is on the stack for a call stays there for the whole loop around it. So the
// calls that a loop makes seldom, of the host that looks for interrupts or of
// append's growth, are written so that nothing lives across them: before the
// call the variables that the loop still uses go to memory, and after it they
// come back as new values.

// An event is a use or a new value of a variable, at a place in the code.
type event struct {
	at    int
	local uint32
	set   bool
}

// An extent is a loop in the code.
type extent struct{ from, to int }

// A coldCall is a call that is seldom made: where it begins (the variables are
// saved there) and ends (where they are restored), and the loop around it.
type coldCall struct {
	from, to int
	loop     int // of e.loops; -1 is none
}

// An insert is code that finish puts in.
type insert struct {
	at   int
	code []byte
}

func (e *emitter) get(l uint32) {
	e.events = append(e.events, event{len(e.b), l, false})
	e.buf.get(l)
}

func (e *emitter) note(l uint32) { e.events = append(e.events, event{len(e.b), l, true}) }

func (e *emitter) tee(l uint32) {
	e.note(l)
	e.buf.tee(l)
}

// loop and endLoop mark the extent of a loop.
func (e *emitter) beginLoop() int {
	e.loops = append(e.loops, extent{len(e.b), -1})
	e.open1 = append(e.open1, len(e.loops)-1)
	return len(e.loops) - 1
}

func (e *emitter) endLoop() {
	i := e.open1[len(e.open1)-1]
	e.open1 = e.open1[:len(e.open1)-1]
	e.loops[i].to = len(e.b)
}

// cold writes a call that is seldom made. Its arguments and results do not lie
// on the stack: f sees to them.
func (e *emitter) cold(f func()) {
	loop := -1
	if n := len(e.open1); n > 0 {
		loop = e.open1[n-1]
	}
	from := len(e.b)
	f()
	e.colds = append(e.colds, coldCall{from: from, to: len(e.b), loop: loop})
}

// maxSaved is how many variables are saved; a loop that uses more has them on
// the stack in any case.
const maxSaved = 48

// preserve returns the code that saves and restores around cold calls.
func (e *emitter) preserve() (r []insert) {
	for _, c := range e.colds {
		if c.loop < 0 {
			continue
		}
		l := e.loops[c.loop]
		vars := e.usedAfter(c, l)
		if len(vars) == 0 || len(vars) > maxSaved {
			continue
		}
		var save, restore buf
		area := uint32(0)
		for _, v := range vars {
			var load, store op
			switch e.types[v] {
			case i32:
				load, store = opI32Load, opI32Store
			case i64:
				load, store = opI64Load, opI64Store
			case f32:
				load, store = opF32Load, opF32Store
			case f64:
				load, store = opF64Load, opF64Store
			}
			save.globalGet(globalScratch)
			save.get(v)
			save.mem(store, area)
			restore.globalGet(globalScratch)
			restore.mem(load, area)
			restore.set(v)
			area += 8
		}
		e.saves = true
		r = append(r, insert{c.from, save.b}, insert{c.to, restore.b})
	}
	return r
}

// usedAfter returns the variables that the loop may read after a call before it
// gives them new values: further on, or in the next turn. It goes by the order
// of the code; what it overlooks lives across the call as it otherwise would.
func (e *emitter) usedAfter(c coldCall, l extent) []uint32 {
	state := map[uint32]bool{} // the first thing that happens is a use
	seen := func(ev event) {
		if _, ok := state[ev.local]; !ok {
			state[ev.local] = !ev.set
		}
	}
	first := func(from, to int) {
		i, _ := slices.BinarySearchFunc(e.events, from, func(ev event, at int) int { return ev.at - at })
		for ; i < len(e.events) && e.events[i].at < to; i++ {
			seen(e.events[i])
		}
	}
	// What the call itself sets is not restored.
	i, _ := slices.BinarySearchFunc(e.events, c.from, func(ev event, at int) int { return ev.at - at })
	for ; i < len(e.events) && e.events[i].at < c.to; i++ {
		if e.events[i].set {
			seen(e.events[i])
		}
	}
	first(c.to, l.to)
	first(l.from, c.from)
	var vars []uint32
	for v, used := range state {
		if used {
			vars = append(vars, v)
		}
	}
	slices.Sort(vars)
	return vars
}
