package fast

import (
	"reflect"
	"unsafe"

	"golang.org/x/tools/go/ssa"
)

// What a compiled function takes and gives passes in processor registers by
// the kind of each word alone. So a function of numbers and pointers, such as a
// method of *rand.Rand, can be called as if it were one of a type that is known
// here, without reflection.

// shaped calls functions of up to three words that give one or none; nil for
// others.
func shaped(v reflect.Value, params, results []*layout) hostFunc {
	if v.Type().IsVariadic() || len(params) == 0 || len(params) > 3 || len(results) > 1 {
		return nil
	}
	word := v.Interface()
	fn := (*[2]unsafe.Pointer)(unsafe.Pointer(&word))[1]
	var result byte
	if len(results) == 1 {
		if result = letter(results[0]); result == 0 || result == 'p' {
			return nil
		}
	}
	switch letter(params[0]) {
	case 'p':
		return shape1(pointerArg, fn, params[1:], result)
	case 'i':
		return shape1(wordArg, fn, params[1:], result)
	case 'f':
		return shape1(floatArg, fn, params[1:], result)
	}
	return nil
}

// letter is how a value passes; 0 is one that is not for here.
func letter(l *layout) byte {
	if len(l.cells) != 1 {
		return 0
	}
	switch l.cells[0].kind {
	case kPtr:
		return 'p'
	case kI64, kU64:
		return 'i'
	case kF64:
		return 'f'
	case kI32, kU32:
		return 'w'
	case kBool, kU8:
		return 'b'
	}
	return 0
}

// An argument reads a word that compiled code passes. A pointer passes as a word
// does; what it points to lives on by what the instance keeps.
type argument[T any] func(in *instance, w uint64) T

func pointerArg(in *instance, w uint64) uint64 { return uint64(uintptr(in.goPointer(uint32(w)))) }
func wordArg(_ *instance, w uint64) uint64     { return w }
func floatArg(_ *instance, w uint64) float64   { return floatOf(w) }
func halfArg(_ *instance, w uint64) uint32     { return uint32(w) }
func byteArg(_ *instance, w uint64) uint8      { return uint8(w) }

func shape1[A any](a argument[A], fn unsafe.Pointer, rest []*layout, result byte) hostFunc {
	if len(rest) == 0 {
		switch result {
		case 0:
			f := *(*func(A))(unsafe.Pointer(&fn))
			return func(in *instance, st []uint64) {
				defer in.caught()
				f(a(in, st[0]))
			}
		case 'i':
			f := *(*func(A) uint64)(unsafe.Pointer(&fn))
			return func(in *instance, st []uint64) {
				defer in.caught()
				st[0] = f(a(in, st[0]))
			}
		case 'f':
			f := *(*func(A) float64)(unsafe.Pointer(&fn))
			return func(in *instance, st []uint64) {
				defer in.caught()
				st[0] = bitsOf(f(a(in, st[0])))
			}
		case 'w':
			f := *(*func(A) uint32)(unsafe.Pointer(&fn))
			return func(in *instance, st []uint64) {
				defer in.caught()
				st[0] = uint64(f(a(in, st[0])))
			}
		case 'b':
			f := *(*func(A) uint8)(unsafe.Pointer(&fn))
			return func(in *instance, st []uint64) {
				defer in.caught()
				st[0] = uint64(f(a(in, st[0])))
			}
		}
		return nil
	}
	switch letter(rest[0]) {
	case 'p':
		return shape2(a, pointerArg, fn, rest[1:], result)
	case 'i':
		return shape2(a, wordArg, fn, rest[1:], result)
	case 'f':
		return shape2(a, floatArg, fn, rest[1:], result)
	case 'w':
		return shape2(a, halfArg, fn, rest[1:], result)
	case 'b':
		return shape2(a, byteArg, fn, rest[1:], result)
	}
	return nil
}

func shape2[A, B any](a argument[A], b argument[B], fn unsafe.Pointer, rest []*layout, result byte) hostFunc {
	if len(rest) == 0 {
		switch result {
		case 0:
			f := *(*func(A, B))(unsafe.Pointer(&fn))
			return func(in *instance, st []uint64) {
				defer in.caught()
				f(a(in, st[0]), b(in, st[1]))
			}
		case 'i':
			f := *(*func(A, B) uint64)(unsafe.Pointer(&fn))
			return func(in *instance, st []uint64) {
				defer in.caught()
				st[0] = f(a(in, st[0]), b(in, st[1]))
			}
		case 'f':
			f := *(*func(A, B) float64)(unsafe.Pointer(&fn))
			return func(in *instance, st []uint64) {
				defer in.caught()
				st[0] = bitsOf(f(a(in, st[0]), b(in, st[1])))
			}
		case 'w':
			f := *(*func(A, B) uint32)(unsafe.Pointer(&fn))
			return func(in *instance, st []uint64) {
				defer in.caught()
				st[0] = uint64(f(a(in, st[0]), b(in, st[1])))
			}
		case 'b':
			f := *(*func(A, B) uint8)(unsafe.Pointer(&fn))
			return func(in *instance, st []uint64) {
				defer in.caught()
				st[0] = uint64(f(a(in, st[0]), b(in, st[1])))
			}
		}
		return nil
	}
	switch letter(rest[0]) {
	case 'i':
		return shape3(a, b, wordArg, fn, result)
	case 'f':
		return shape3(a, b, floatArg, fn, result)
	}
	return nil
}

func shape3[A, B, C any](a argument[A], b argument[B], c argument[C], fn unsafe.Pointer, result byte) hostFunc {
	switch result {
	case 0:
		f := *(*func(A, B, C))(unsafe.Pointer(&fn))
		return func(in *instance, st []uint64) {
			defer in.caught()
			f(a(in, st[0]), b(in, st[1]), c(in, st[2]))
		}
	case 'i':
		f := *(*func(A, B, C) uint64)(unsafe.Pointer(&fn))
		return func(in *instance, st []uint64) {
			defer in.caught()
			st[0] = f(a(in, st[0]), b(in, st[1]), c(in, st[2]))
		}
	case 'f':
		f := *(*func(A, B, C) float64)(unsafe.Pointer(&fn))
		return func(in *instance, st []uint64) {
			defer in.caught()
			st[0] = bitsOf(f(a(in, st[0]), b(in, st[1]), c(in, st[2])))
		}
	}
	return nil
}

// caught is deferred around calls of compiled functions: their panic is the
// call's.
func (in *instance) caught() {
	if r := recover(); r != nil {
		in.panic = &Panic{Value: r}
		panic(abort{})
	}
}

// worthCall is how many instructions beside a call of the host a turn of a loop
// must have: leaving machine code and coming back costs more than the call
// costs elsewhere.
const worthCall = 16

// crowded tells whether the turns of the innermost loop around a call are too
// short for it.
func crowded(x *ssa.Call) bool {
	var in map[*ssa.BasicBlock]bool
	head := x.Block()
	for ; head != nil; head = head.Idom() {
		if isHead(head) {
			if in = Members(head); in[x.Block()] {
				break
			}
		}
	}
	if head == nil {
		return false
	}
	for _, p := range head.Preds {
		if in[p] && !x.Block().Dominates(p) {
			return false // not in each turn
		}
	}
	n := 0
	for b := range in {
		n += len(b.Instrs)
	}
	return n < worthCall
}

func isHead(b *ssa.BasicBlock) bool {
	for _, p := range b.Preds {
		if b.Dominates(p) {
			return true
		}
	}
	return false
}
