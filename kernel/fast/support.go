package fast

import (
	"go/token"
	"go/types"
	"math"
	"reflect"
	"strings"
	"unicode/utf8"
	"unsafe"
)

// A support is a host function of the compiler's own.
type support struct {
	name string
	sig  signature
	call hostFunc
}

const (
	supTrap = iota
	supTick
	supAlloc
	supMake
	supGrow
	supStore
	supCopy
	supClear
	supString
	supConcat
	supCompare
	supRune
	supImport
	supExp
	supFMA
	numSupports
)

func sig(params ...valtype) signature { return signature{params: params} }

func (s signature) to(results ...valtype) signature {
	s.results = results
	return s
}

var supports = [numSupports]support{
	supTrap:    {"trap", sig(i32, i64, i64, i64, i64, i64), (*instance).trap},
	supTick:    {"tick", sig(), (*instance).tick},
	supAlloc:   {"alloc", sig(i32, i64).to(i32), (*instance).allocate},
	supMake:    {"make", sig(i32, i64, i64, i64).to(i32), (*instance).makeSlice},
	supGrow:    {"grow", sig(i32, i32, i64, i64, i64, i64).to(i32, i64), (*instance).grow},
	supStore:   {"store", sig(i32, i32), (*instance).storePointer},
	supCopy:    {"copy", sig(i32, i32, i32, i64), (*instance).copyElems},
	supClear:   {"clear", sig(i32, i32, i64), (*instance).clearElems},
	supString:  {"string", sig(i32, i64).to(i32), (*instance).copyString},
	supConcat:  {"concat", sig(i32, i64, i32, i64).to(i32), (*instance).concat},
	supCompare: {"compare", sig(i32, i64, i32, i64).to(i32), (*instance).compare},
	supRune:    {"rune", sig(i32, i64).to(i64, i32), (*instance).rune},
	supImport:  {"import", sig(i64, i64).to(i32), (*instance).importString},
	supExp:     {"exp", sig(i64).to(f64), func(in *instance, st []uint64) { st[0] = math.Float64bits(math.Exp(floatOf(st[0]))) }},
	supFMA: {"fma", sig(i64, i64, i64).to(f64), func(in *instance, st []uint64) {
		st[0] = math.Float64bits(math.FMA(floatOf(st[0]), floatOf(st[1]), floatOf(st[2])))
	}},
}

// An abort leaves compiled code from a host function.
type abort struct{}

func (in *instance) fail(err error) {
	if in.err == nil {
		in.err = err
	}
	panic(abort{})
}

func (in *instance) trap(st []uint64) {
	k := trapKind(uint32(st[0]))
	a, b, c, d := int64(st[1]), int64(st[2]), int64(st[3]), int64(st[4])
	if k == trapOutside {
		in.err = ErrReach
		return
	}
	p := &Panic{Pos: token.Pos(st[5])}
	if k == trapPanic {
		p.Value = in.panicValue(types.BasicKind(a), b, c)
	} else {
		p.Value = trapValue(k, a, b, c, d)
	}
	in.panic = p
}

func (in *instance) tick(st []uint64) {
	in.setWord(in.globals+16*globalTicks, callsATick)
	if stop := in.code.stop; stop != nil && stop() {
		in.fail(ErrInterrupted)
	}
}

// zeroBase is the address of all values without bytes: of slices without elements,
// above all. It is taken from one that lives on; new(struct{}) of which only the
// address is used would be a place on the stack.
var (
	empty    = make([]byte, noBytes)
	noBytes  int
	zeroBase = uintptr(unsafe.Pointer(unsafe.SliceData(empty)))
)

// nothing is the offset of a value without bytes.
const nothing = 1

// An elemType is a type of which compiled code makes values.
type elemType struct {
	size  int64
	ptr   []uint32
	elem  reflect.Type
	slice reflect.Type
}

func (in *instance) new(st []uint64, t *elemType, n int64) uint32 {
	bytes := n * t.size
	if bytes == 0 {
		return nothing
	}
	in.take(st, bytes)
	p := t.make(n)
	if !in.holds(p, bytes) {
		p = in.insist(st, t, n)
	}
	return in.fresh(p, bytes)
}

// make makes n values, which have some bytes.
func (t *elemType) make(n int64) unsafe.Pointer {
	if t.ptr == nil {
		return unsafe.Pointer(unsafe.SliceData(make([]uint64, (n*t.size+7)/8)))
	}
	return reflect.MakeSlice(t.slice, int(n), int(n)).UnsafePointer()
}

const chunkWords = 1 << 12

// refill makes a new block for small slices, which compiled code cuts off
// itself.
func (in *instance) refill(st []uint64) {
	in.take(st, 8*chunkWords)
	in.chunk = make([]uint64, chunkWords)
	if !in.holds(unsafe.Pointer(&in.chunk[0]), 8*chunkWords) {
		in.chunk = unsafe.Slice((*uint64)(in.insist(st, words, chunkWords)), chunkWords)
	}
	off := in.fresh(unsafe.Pointer(&in.chunk[0]), 8*chunkWords)
	in.setWord(in.globals+16*globalBump, uint64(off))
	in.setWord(in.globals+16*globalBumpEnd, uint64(off+8*chunkWords))
}

func (in *instance) allocate(st []uint64) {
	st[0] = uint64(in.new(st, &in.code.types[uint32(st[0])], int64(st[1])))
}

func (in *instance) makeSlice(st []uint64) {
	t, n, c := &in.code.types[uint32(st[0])], int64(st[1]), int64(st[2])
	limit := int64(1) << 47
	if t.size > 1 {
		limit /= t.size
	}
	if n < 0 || n > limit || c < n || c > limit {
		in.panic = &Panic{Value: makeError(n < 0 || n > limit), Pos: token.Pos(st[3])}
		panic(abort{})
	}
	if in.code.bumps && t.ptr == nil && c*t.size <= maxBump && c > 0 {
		in.refill(st)
	}
	st[0] = uint64(in.new(st, t, c))
}

func makeError(length bool) (v any) {
	defer func() { v = recover() }()
	n := -1
	if !length {
		return make([]byte, 0, n)
	}
	return make([]byte, n)
}

// grow does what append does for want of room, so that the new capacity is
// that of compiled Go.
func (in *instance) grow(st []uint64) {
	t := &in.code.types[uint32(st[0])]
	p, n, c, need := in.goPointer(uint32(st[1])), int(st[2]), int(st[3]), int(st[4])
	if t.size == 0 {
		st[0], st[1] = nothing, uint64(need)
		return
	}
	if need < 0 || int64(need) > 1<<47/t.size {
		in.fail(ErrMemory)
	}
	in.take(st, int64(need)*t.size)
	var q unsafe.Pointer
	switch {
	case t.ptr == nil && t.size == 8:
		q, c = growTo[uint64](p, n, c, need)
	case t.ptr == nil && t.size == 4:
		q, c = growTo[uint32](p, n, c, need)
	case t.ptr == nil && t.size == 1:
		q, c = growTo[uint8](p, n, c, need)
	default:
		h := &header{p, n, c}
		v := reflect.NewAt(t.slice, unsafe.Pointer(h)).Elem()
		v.Grow(need - n)
		q, c = h.p, h.c
	}
	if bytes := int64(c) * t.size; !in.holds(q, bytes) {
		to := in.insist(st, t, int64(c))
		if t.ptr == nil {
			copy(unsafe.Slice((*byte)(to), bytes), unsafe.Slice((*byte)(q), bytes))
		} else {
			reflect.Copy(reflect.SliceAt(t.elem, to, n), reflect.SliceAt(t.elem, q, n))
		}
		q = to
	}
	off := in.fresh(q, int64(c)*t.size)
	st[0], st[1] = uint64(off), uint64(c)
}

type header struct {
	p    unsafe.Pointer
	n, c int
}

func growTo[T any](p unsafe.Pointer, n, c, need int) (unsafe.Pointer, int) {
	s := unsafe.Slice((*T)(p), c)[:n]
	s = append(s, make([]T, need-n)...)
	return unsafe.Pointer(&s[0]), cap(s)
}

// goPointer is pointer for what Go keeps.
func (in *instance) goPointer(off uint32) unsafe.Pointer {
	if off == nothing {
		return *(*unsafe.Pointer)(unsafe.Pointer(&zeroBase))
	}
	return in.pointer(off)
}

func (in *instance) storePointer(st []uint64) {
	p := (*unsafe.Pointer)(in.pointer(uint32(st[0])))
	in.keepAlive(*p)
	*p = in.goPointer(uint32(st[1]))
	in.sift(st)
}

// keepElems notes the pointers in n elements, which are about to go.
func (in *instance) keepElems(t *elemType, p unsafe.Pointer, n int) {
	for i := range n {
		for _, at := range t.ptr {
			in.keepAlive(*(*unsafe.Pointer)(unsafe.Add(p, i*int(t.size)+int(at))))
		}
	}
}

func (in *instance) copyElems(st []uint64) {
	t, n := &in.code.types[uint32(st[0])], int(st[3])
	if n == 0 || t.size == 0 {
		return
	}
	dst, src := in.pointer(uint32(st[1])), in.pointer(uint32(st[2]))
	in.keepElems(t, dst, n)
	reflect.Copy(reflect.SliceAt(t.elem, dst, n), reflect.SliceAt(t.elem, src, n))
	in.sift(st)
}

func (in *instance) clearElems(st []uint64) {
	t, n := &in.code.types[uint32(st[0])], int(st[2])
	if n == 0 || t.size == 0 {
		return
	}
	p := in.pointer(uint32(st[1]))
	in.keepElems(t, p, n)
	reflect.SliceAt(t.elem, p, n).Clear()
	in.sift(st)
}

func (in *instance) text(off, n uint64) string {
	if n == 0 {
		return ""
	}
	return unsafe.String((*byte)(in.pointer(uint32(off))), n)
}

func (in *instance) newText(st []uint64, s string) uint32 {
	if s == "" {
		return 0
	}
	in.take(st, int64(len(s)))
	return in.placeText(st, s)
}

// placeText returns where a string is that is not empty and nobody has yet.
func (in *instance) placeText(st []uint64, s string) uint32 {
	p, n := unsafe.Pointer(unsafe.StringData(s)), int64(len(s))
	if !in.holds(p, n) {
		p = in.insist(st, words, (n+7)/8)
		copy(unsafe.Slice((*byte)(p), n), s)
	}
	return in.fresh(p, n)
}

func (in *instance) copyString(st []uint64) {
	if st[1] == 0 {
		st[0] = nothing
		return
	}
	st[0] = uint64(in.newText(st, strings.Clone(in.text(st[0], st[1]))))
}

// importString returns where a string is that is out of reach: in a copy.
func (in *instance) importString(st []uint64) {
	st[0] = uint64(in.reachable(st, st[0], st[1]))
}

func (in *instance) reachable(st []uint64, p, n uint64) uint32 {
	switch {
	case p == 0:
		return 0
	case n == 0:
		return nothing
	case in.reaches(uintptr(p)) && in.reaches(uintptr(p+n)):
		return uint32(uintptr(p) - in.base)
	}
	a := uintptr(p)
	return in.placeText(st, strings.Clone(unsafe.String(*(**byte)(unsafe.Pointer(&a)), n)))
}

// textInReach tells whether the string at p can be an argument, in a copy if
// need be.
func (in *instance) textInReach(p unsafe.Pointer) (ok bool) {
	s := *(*string)(p)
	a := uintptr(unsafe.Pointer(unsafe.StringData(s)))
	if s == "" || in.reaches(a) && in.reaches(a+uintptr(len(s))) {
		return true
	}
	defer func() {
		if r := recover(); r != nil {
			if _, ours := r.(abort); !ours {
				panic(r)
			}
			in.err, ok = nil, false
		}
	}()
	in.reachable(nil, uint64(a), uint64(len(s)))
	return true
}

func (in *instance) concat(st []uint64) {
	a, b := in.text(st[0], st[1]), in.text(st[2], st[3])
	switch {
	case b == "":
	case a == "":
		st[0] = st[2]
	default:
		st[0] = uint64(in.newText(st, a+b))
	}
}

func (in *instance) compare(st []uint64) {
	st[0] = uint64(uint32(strings.Compare(in.text(st[0], st[1]), in.text(st[2], st[3]))))
}

func (in *instance) rune(st []uint64) {
	r, n := utf8.DecodeRuneInString(in.text(st[0], st[1]))
	st[0], st[1] = uint64(n), uint64(uint32(r))
}

func complexDivide(in *instance, st []uint64) {
	q := complex(floatOf(st[0]), floatOf(st[1])) / complex(floatOf(st[2]), floatOf(st[3]))
	st[0], st[1] = math.Float64bits(real(q)), math.Float64bits(imag(q))
}
