package fast

import (
	"go/constant"
	"go/token"
	"go/types"
	"math"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// An operand is a variable of WebAssembly or a constant.
type operand struct {
	vt    valtype
	local uint32
	con   bool
	bits  uint64
}

func variable(vt valtype, l uint32) operand { return operand{vt: vt, local: l} }
func constI32(v int32) operand              { return operand{vt: i32, con: true, bits: uint64(uint32(v))} }
func constI64(v int64) operand              { return operand{vt: i64, con: true, bits: uint64(v)} }
func constF64(v float64) operand            { return operand{vt: f64, con: true, bits: math.Float64bits(v)} }
func constF32(v float32) operand {
	return operand{vt: f32, con: true, bits: uint64(math.Float32bits(v))}
}

// A value is what the emitter knows of an ssa.Value: its cells; or, of a
// pointer, the place it points at; or, of a function, which one it is.
type value struct {
	cells []operand
	place *place
	fn    *closure
}

// A place is where a variable is: in memory, or in variables of WebAssembly.
type place struct {
	slots  []uint32 // not in memory: one for each cell
	base   operand
	off    uint32
	nonnil bool
}

// A closure is a function whose code is known when its caller is compiled.
type closure struct {
	fn    *ssa.Function
	bound []value
}

// A frame is a function that is being written: that of the wasm function, or
// one inlined into it.
type frame struct {
	fn      *ssa.Function
	graph   *graph
	vals    map[ssa.Value]value
	params  []value
	bound   []value
	results []uint32 // of an inlined function
	inlined bool
	state   uint32 // of an irreducible function: the next block
	parent  *frame
	leasts  map[leadKey][2]int64
	counted map[*ssa.BasicBlock]*counted
	gathers map[ssa.Value]bool // see skip
	site    ssa.CallInstruction
	loop    *loopForm  // when only a loop of fn is written
	unroll  *unrolling // the loop of which several turns are being written
}

// An emitter writes one function of WebAssembly.
type emitter struct {
	buf
	c         *compilation
	types     []valtype // of the variables, parameters first
	fr        *frame
	labels    []label
	traps     []trapSite
	pre       buf // what comes before the body
	tick      uint32
	ticked    bool
	bases     map[uint64]uint32 // addresses in Go's memory that are in variables
	frame     uint32            // bytes of stack
	top       uint32            // variable: where they start
	old       uint32            // variable: where the caller's start
	fr0       *ssa.Function
	rets      []int // where the function returns
	facts     []fact
	addresses []address // see reuse.go
	loads     []loaded
	just      loaded // what an instruction has stored
	relocs    []int
	moved     []int // relocs in the finished code
	masked    map[uint32]bool
	events    []event // see preserve
	loops     []extent
	open1     []int // loops that are open
	colds     []coldCall
	saves     bool
}

// A trapSite is a place from which the function may end in a panic. Its code
// stands after the function's, so that the way without is straight.
type trapSite struct {
	kind trapKind
	args [4]operand
	pos  token.Pos
}

func (e *emitter) local(t valtype) uint32 {
	e.types = append(e.types, t)
	return uint32(len(e.types) - 1)
}

func (e *emitter) push(o operand) {
	if !o.con {
		e.get(o.local)
		return
	}
	switch o.vt {
	case i32:
		e.i32(int32(o.bits))
	case i64:
		e.i64(int64(o.bits))
	case f32:
		e.f32bits(uint32(o.bits))
	case f64:
		e.f64bits(o.bits)
	}
}

// set moves the top of the stack to a variable.
func (e *emitter) set(l uint32) {
	if e.last == opI32And || e.last == opI64And || e.last == opLocalGet && e.masked[e.lastGet] {
		e.mask(l)
	}
	e.note(l)
	e.buf.set(l)
}

func (e *emitter) mask(l uint32) {
	if e.masked == nil {
		e.masked = map[uint32]bool{}
	}
	e.masked[l] = true
}

// assign gives variables the values of operands, all at once.
func (e *emitter) assign(to []uint32, from []operand) {
	for _, o := range from {
		e.push(o)
	}
	for i := len(to) - 1; i >= 0; i-- {
		if !from[i].con && e.masked[from[i].local] {
			e.mask(to[i])
		}
		e.note(to[i])
		e.buf.set(to[i])
	}
}

// order compares a and b by an instruction that orders integers.
//
// wazero 1.12 makes of 0 < (x & y), as the condition of a branch, a test of
// x & y against 0 the other way around. So what may be a masked number comes
// first.
func (e *emitter) order(o op, a, b operand) {
	if flipped, ok := flip[o]; ok && !b.con && e.masked[b.local] && (a.con || !e.masked[a.local]) {
		a, b, o = b, a, flipped
	}
	e.push(a)
	e.push(b)
	e.op(o)
}

var flip = map[op]op{
	opI32LtS: opI32GtS, opI32LtU: opI32GtU, opI32GtS: opI32LtS, opI32GtU: opI32LtU,
	opI32LeS: opI32GeS, opI32LeU: opI32GeU, opI32GeS: opI32LeS, opI32GeU: opI32LeU,
	opI64LtS: opI64GtS, opI64LtU: opI64GtU, opI64GtS: opI64LtS, opI64GtU: opI64LtU,
	opI64LeS: opI64GeS, opI64LeU: opI64GeU, opI64GeS: opI64LeS, opI64GeU: opI64LeU,
}

// hold moves the top of the stack to a new variable.
func (e *emitter) hold(t valtype) operand {
	l := e.local(t)
	e.set(l)
	return variable(t, l)
}

// holdAll does so with several, the last on top.
func (e *emitter) holdAll(ts []valtype) []operand {
	r := make([]operand, len(ts))
	for i := len(ts) - 1; i >= 0; i-- {
		r[i] = e.hold(ts[i])
	}
	return r
}

// ticks is the variable that counts down to the next call of the host.
func (e *emitter) ticks() uint32 {
	if !e.ticked {
		e.ticked = true
		e.tick = e.local(i32)
		e.pre.i32(loopsATick)
		e.pre.set(e.tick)
	}
	return e.tick
}

func (e *emitter) resetTicks() {
	e.i32(loopsATick)
	e.set(e.ticks())
}

// layout returns the layout of a type, or refuses.
func (e *emitter) layout(t types.Type, pos token.Pos) *layout { return e.c.layout(t, pos) }

// define makes the top of the stack the value of v.
func (e *emitter) define(v ssa.Value) {
	l := e.layout(v.Type(), v.Pos())
	e.fr.vals[v] = value{cells: e.holdAll(l.valtypes())}
}

// val returns what is known of v.
func (e *emitter) val(v ssa.Value) value {
	switch v := v.(type) {
	case *ssa.Const:
		return e.constant(v)
	case *ssa.Global:
		return value{place: &place{base: e.address(e.c.global(v)), nonnil: true}}
	case *ssa.Function:
		return value{fn: &closure{fn: v}}
	case *ssa.Parameter:
		if e.fr.loop != nil {
			break
		}
		for i, p := range e.fr.fn.Params {
			if p == v {
				return e.fr.params[i]
			}
		}
	case *ssa.FreeVar:
		if e.fr.loop != nil {
			break
		}
		for i, p := range e.fr.fn.FreeVars {
			if p == v {
				return e.fr.bound[i]
			}
		}
	}
	r, ok := e.fr.vals[v]
	if !ok {
		panic("fast: " + v.Name() + " has no value: " + v.String())
	}
	return r
}

// address returns a variable with the place of an address in Go's memory, which
// is the same for the whole life of the code.
func (e *emitter) address(p uintptr) operand {
	l, ok := e.bases[uint64(p)]
	if !ok {
		l = e.local(i32)
		e.bases[uint64(p)] = l
		e.pre.i64(int64(p))
		e.pre.globalGet(globalBase)
		e.pre.ops(opI64Sub, opI32WrapI64)
		e.pre.set(l)
	}
	return variable(i32, l)
}

// cells returns the cells of v, an address in a place among them.
func (e *emitter) cells(v ssa.Value) []operand {
	x := e.val(v)
	if x.fn != nil {
		refuse(v.Pos(), "keeps a function in a variable")
	}
	if x.place == nil {
		return x.cells
	}
	if x.place.slots != nil {
		panic("fast: the address of a variable that has none: " + v.String())
	}
	if x.place.off == 0 {
		return []operand{x.place.base}
	}
	e.push(x.place.base)
	e.i32(int32(x.place.off))
	e.op(opI32Add)
	return []operand{e.hold(i32)}
}

// one returns the only cell of v.
func (e *emitter) one(v ssa.Value) operand { return e.cells(v)[0] }

func (e *emitter) pushAll(v ssa.Value) {
	for _, o := range e.cells(v) {
		e.push(o)
	}
}

func (e *emitter) constant(c *ssa.Const) value {
	t := c.Type().Underlying()
	if c.Value == nil { // nil, or a zero value
		if b, ok := t.(*types.Basic); ok && b.Kind() == types.UntypedNil {
			return value{cells: []operand{constI32(0)}}
		}
		if _, ok := t.(*types.Signature); ok {
			refuse(c.Pos(), "uses a nil function")
		}
		l := e.layout(c.Type(), c.Pos())
		if l.big {
			refuse(c.Pos(), "uses a large array as a value")
		}
		var r []operand
		for _, vt := range l.valtypes() {
			r = append(r, operand{vt: vt, con: true})
		}
		return value{cells: r}
	}
	b, ok := t.(*types.Basic)
	if !ok {
		refuse(c.Pos(), "uses a constant of type %s", c.Type())
	}
	info := b.Info()
	switch {
	case info&types.IsString != 0:
		s := constant.StringVal(c.Value)
		if s == "" { // no address of Go's memory: where it is stored, the collector looks
			return value{cells: []operand{constI32(0), constI64(0)}}
		}
		return value{cells: []operand{e.address(e.c.text(s)), constI64(int64(len(s)))}}
	case info&types.IsComplex != 0:
		re, _ := constant.Float64Val(constant.Real(c.Value))
		im, _ := constant.Float64Val(constant.Imag(c.Value))
		if b.Kind() == types.Complex64 {
			return value{cells: []operand{constF32(float32(re)), constF32(float32(im))}}
		}
		return value{cells: []operand{constF64(re), constF64(im)}}
	}
	k, ok := basicKinds[b.Kind()]
	if !ok {
		refuse(c.Pos(), "uses %s", b)
	}
	switch {
	case k == kBool:
		if constant.BoolVal(c.Value) {
			return value{cells: []operand{constI32(1)}}
		}
		return value{cells: []operand{constI32(0)}}
	case k == kF64:
		return value{cells: []operand{constF64(c.Float64())}}
	case k == kF32:
		f, _ := constant.Float32Val(constant.ToFloat(c.Value))
		return value{cells: []operand{constF32(f)}}
	}
	var n int64
	if iv := constant.ToInt(c.Value); iv.Kind() == constant.Int {
		if x, exact := constant.Int64Val(iv); exact {
			n = x
		} else {
			u, _ := constant.Uint64Val(iv)
			n = int64(u)
		}
	}
	if k.vt() == i64 {
		return value{cells: []operand{constI64(n)}}
	}
	return value{cells: []operand{constI32(int32(n))}}
}

// phi returns the variables of a phi, which are there before it is reached; nil
// if nothing uses it.
func (e *emitter) phi(p *ssa.Phi) []uint32 {
	if l := e.fr.loop; l != nil && l.same[p] != nil {
		return nil
	}
	v, ok := e.fr.vals[p]
	if !ok {
		if _, ok := p.Type().Underlying().(*types.Signature); ok {
			refuse(p.Pos(), "keeps a function in a variable")
		}
		l := e.layout(p.Type(), p.Pos())
		if l.big {
			refuse(p.Pos(), "keeps a large array in a variable that changes")
		}
		for _, t := range l.valtypes() {
			v.cells = append(v.cells, variable(t, e.local(t)))
		}
		e.fr.vals[p] = v
	}
	r := make([]uint32, len(v.cells))
	for i, c := range v.cells {
		r[i] = c.local
	}
	return r
}

// finish returns the code with what comes before and after the body, and where
// it calls functions of the module.
func (e *emitter) finish() ([]byte, []int) {
	var w buf
	for range e.traps {
		w.op(opBlock)
		w.byte(emptyBlock)
	}
	if e.frame > 0 {
		e.enter(&w)
	}
	w.bytes(e.pre.b)
	inserts := e.preserve()
	if e.frame > 0 {
		var leave buf
		leave.get(e.old)
		leave.globalSet(globalStack)
		for _, at := range e.rets {
			inserts = append(inserts, insert{at, leave.b})
		}
	}
	slices.SortStableFunc(inserts, func(a, b insert) int { return a.at - b.at })
	inserts = append(inserts, insert{at: len(e.b)})
	at := 0
	for _, in := range inserts {
		for _, r := range e.relocs {
			if r >= at && r < in.at {
				e.moved = append(e.moved, len(w.b)+r-at)
			}
		}
		w.bytes(e.b[at:in.at])
		w.bytes(in.code)
		at = in.at
	}
	e.b = nil
	for _, t := range e.traps {
		e.op(opEnd)
		e.i32(int32(t.kind))
		for _, a := range t.args {
			if a.vt == 0 {
				a = constI64(0)
			}
			e.push(a)
			if a.vt == i32 {
				e.op(opI64ExtendI32S)
			}
		}
		e.i64(int64(t.pos))
		e.call(supTrap)
		e.op(opUnreachable)
	}
	w.bytes(e.b)
	return w.b, e.moved
}

// trapIf ends the function with a panic if the top of the stack is not zero.
func (e *emitter) trapIf(k trapKind, pos token.Pos, args ...operand) {
	t := trapSite{kind: k, pos: pos}
	copy(t.args[:], args)
	e.traps = append(e.traps, t)
	e.brIf(len(e.labels) + len(e.traps) - 1)
}

// trap does so always.
func (e *emitter) trap(k trapKind, pos token.Pos, args ...operand) {
	t := trapSite{kind: k, pos: pos}
	copy(t.args[:], args)
	e.traps = append(e.traps, t)
	e.br(len(e.labels) + len(e.traps) - 1)
}

// loopsATick is how many turns of its loops a function makes before it looks
// up.
const loopsATick = 1 << 14
