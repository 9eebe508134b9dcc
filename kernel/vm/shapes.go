package vm

import (
	"go/token"
	"reflect"
	"unsafe"
)

// A call of a compiled function through reflection costs some 300 ns. What a
// function takes and gives is passed in processor registers by the kind of
// each word alone, so a func value can be called as if it were one of another
// type with the same kinds: func(*sync.Mutex) as func(uint64). The kinds here
// cover calls of up to three arguments without structs.

// shapeOffsets are the registers of arguments and results, and the place of the
// call.
type shapeOffsets struct {
	a, b, c, r, s uintptr
	at            token.Pos
}

// kindLetter is how a type's values are passed; 0 is one that is not covered.
func kindLetter(t reflect.Type) byte {
	switch t.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Chan, reflect.Func, reflect.UnsafePointer:
		return 'p'
	case reflect.Int, reflect.Int64, reflect.Uint, reflect.Uint64, reflect.Uintptr:
		return 'i'
	case reflect.Float64:
		return 'f'
	case reflect.String:
		return 's'
	case reflect.Slice:
		return 'l'
	case reflect.Interface:
		return 'e'
	case reflect.Bool, reflect.Int8, reflect.Uint8:
		return 'b'
	case reflect.Int32, reflect.Uint32:
		return 'w'
	}
	return 0
}

// argumentLetter is the kind of an argument: a pointer passes as a word does and
// an interface as a string. The collector needs no more, as the caller's frame
// keeps what they point to; results, which are written to the frame, differ.
func argumentLetter(t reflect.Type) byte {
	switch k := kindLetter(t); k {
	case 'p':
		return 'i'
	case 'e':
		return 's'
	default:
		return k
	}
}

// quick compiles a call of a compiled func value without reflection; nil when
// the shape is not covered.
func (f *compiler) quick(word unsafe.Pointer, args, results []slot, at token.Pos) op {
	if len(args) > 3 || len(results) > 2 {
		return nil
	}
	var as, rs []byte
	o := shapeOffsets{at: at}
	for i, s := range args {
		k := argumentLetter(f.m.types.Of(s.typ))
		if k == 0 || s.cls == cNone {
			return nil
		}
		as = append(as, k)
		switch i {
		case 0:
			o.a = s.off
		case 1:
			o.b = s.off
		default:
			o.c = s.off
		}
	}
	for i, s := range results {
		if s.cls == cNone {
			return nil
		}
		k := kindLetter(f.m.types.Of(s.typ))
		if k == 0 {
			return nil
		}
		rs = append(rs, k)
		if i == 0 {
			o.r = s.off
		} else {
			o.s = s.off
		}
	}
	switch len(as) {
	case 0:
		return result0(string(rs), word, o)
	case 1:
		switch as[0] {
		case 'i':
			return result1[uint64](string(rs), word, o)
		case 'f':
			return result1[float64](string(rs), word, o)
		case 's':
			return result1[string](string(rs), word, o)
		case 'l':
			return result1[[]byte](string(rs), word, o)
		case 'b':
			return result1[uint8](string(rs), word, o)
		case 'w':
			return result1[uint32](string(rs), word, o)
		}
	case 2:
		switch as[0] {
		case 'i':
			return second[uint64](as[1], string(rs), word, o)
		case 'f':
			return second[float64](as[1], string(rs), word, o)
		case 's':
			return second[string](as[1], string(rs), word, o)
		case 'l':
			return second[[]byte](as[1], string(rs), word, o)
		}
	case 3:
		switch as[0] {
		case 'i':
			return third[uint64](as[1], as[2], string(rs), word, o)
		case 'f':
			return third[float64](as[1], as[2], string(rs), word, o)
		case 's':
			return third[string](as[1], as[2], string(rs), word, o)
		case 'l':
			return third[[]byte](as[1], as[2], string(rs), word, o)
		}
	}
	return nil
}

func second[A any](k byte, rs string, word unsafe.Pointer, o shapeOffsets) op {
	switch k {
	case 'i':
		return result2[A, uint64](rs, word, o)
	case 'f':
		return result2[A, float64](rs, word, o)
	case 's':
		return result2[A, string](rs, word, o)
	case 'l':
		return result2[A, []byte](rs, word, o)
	case 'b':
		return result2[A, uint8](rs, word, o)
	case 'w':
		return result2[A, uint32](rs, word, o)
	}
	return nil
}

func third[A any](k, l byte, rs string, word unsafe.Pointer, o shapeOffsets) op {
	switch k {
	case 'i':
		return thirdOf[A, uint64](l, rs, word, o)
	case 'f':
		return thirdOf[A, float64](l, rs, word, o)
	case 's':
		return thirdOf[A, string](l, rs, word, o)
	case 'l':
		return thirdOf[A, []byte](l, rs, word, o)
	}
	return nil
}

func thirdOf[A, B any](l byte, rs string, word unsafe.Pointer, o shapeOffsets) op {
	switch l {
	case 'i':
		return result3[A, B, uint64](rs, word, o)
	case 'f':
		return result3[A, B, float64](rs, word, o)
	case 's':
		return result3[A, B, string](rs, word, o)
	case 'l':
		return result3[A, B, []byte](rs, word, o)
	}
	return nil
}

// after puts the goroutine's account of its frames right: a callback may have
// ended in a panic that the compiled code caught. If the goroutine was told to
// end meanwhile, what follows is not to run any more.
func after(fp unsafe.Pointer) {
	h := hdr(fp)
	h.g.frame, h.g.depth = fp, h.depth
	if h.g.stop.Load() {
		panic(stopped{})
	}
}

func result0(rs string, word unsafe.Pointer, o shapeOffsets) op {
	switch rs {
	case "":
		fn := *(*func())(unsafe.Pointer(&word))
		return func(fp unsafe.Pointer) {
			hdr(fp).at = o.at
			fn()
			after(fp)
		}
	case "p":
		return call0[unsafe.Pointer](word, o)
	case "i":
		return call0[uint64](word, o)
	case "f":
		return call0[float64](word, o)
	case "s":
		return call0[string](word, o)
	case "l":
		return call0[[]byte](word, o)
	case "e":
		return call0[any](word, o)
	case "b":
		return call0[uint8](word, o)
	}
	return nil
}

func call0[R any](word unsafe.Pointer, o shapeOffsets) op {
	fn := *(*func() R)(unsafe.Pointer(&word))
	return func(fp unsafe.Pointer) {
		hdr(fp).at = o.at
		*reg[R](fp, o.r) = fn()
		after(fp)
	}
}

func result1[A any](rs string, word unsafe.Pointer, o shapeOffsets) op {
	switch rs {
	case "":
		fn := *(*func(A))(unsafe.Pointer(&word))
		return func(fp unsafe.Pointer) {
			hdr(fp).at = o.at
			fn(*reg[A](fp, o.a))
			after(fp)
		}
	case "p":
		return call1[A, unsafe.Pointer](word, o)
	case "i":
		return call1[A, uint64](word, o)
	case "f":
		return call1[A, float64](word, o)
	case "s":
		return call1[A, string](word, o)
	case "l":
		return call1[A, []byte](word, o)
	case "e":
		return call1[A, any](word, o)
	case "b":
		return call1[A, uint8](word, o)
	case "w":
		return call1[A, uint32](word, o)
	case "ie":
		return call1pair[A, uint64, any](word, o)
	case "fe":
		return call1pair[A, float64, any](word, o)
	case "pe":
		return call1pair[A, unsafe.Pointer, any](word, o)
	case "le":
		return call1pair[A, []byte, any](word, o)
	case "se":
		return call1pair[A, string, any](word, o)
	case "ff":
		return call1pair[A, float64, float64](word, o)
	}
	return nil
}

func call1[A, R any](word unsafe.Pointer, o shapeOffsets) op {
	fn := *(*func(A) R)(unsafe.Pointer(&word))
	return func(fp unsafe.Pointer) {
		hdr(fp).at = o.at
		*reg[R](fp, o.r) = fn(*reg[A](fp, o.a))
		after(fp)
	}
}

func call1pair[A, R, S any](word unsafe.Pointer, o shapeOffsets) op {
	fn := *(*func(A) (R, S))(unsafe.Pointer(&word))
	return func(fp unsafe.Pointer) {
		hdr(fp).at = o.at
		*reg[R](fp, o.r), *reg[S](fp, o.s) = fn(*reg[A](fp, o.a))
		after(fp)
	}
}

func result2[A, B any](rs string, word unsafe.Pointer, o shapeOffsets) op {
	switch rs {
	case "":
		fn := *(*func(A, B))(unsafe.Pointer(&word))
		return func(fp unsafe.Pointer) {
			hdr(fp).at = o.at
			fn(*reg[A](fp, o.a), *reg[B](fp, o.b))
			after(fp)
		}
	case "p":
		return call2[A, B, unsafe.Pointer](word, o)
	case "i":
		return call2[A, B, uint64](word, o)
	case "f":
		return call2[A, B, float64](word, o)
	case "s":
		return call2[A, B, string](word, o)
	case "l":
		return call2[A, B, []byte](word, o)
	case "e":
		return call2[A, B, any](word, o)
	case "b":
		return call2[A, B, uint8](word, o)
	case "ie":
		return call2pair[A, B, uint64, any](word, o)
	}
	return nil
}

func call2[A, B, R any](word unsafe.Pointer, o shapeOffsets) op {
	fn := *(*func(A, B) R)(unsafe.Pointer(&word))
	return func(fp unsafe.Pointer) {
		hdr(fp).at = o.at
		*reg[R](fp, o.r) = fn(*reg[A](fp, o.a), *reg[B](fp, o.b))
		after(fp)
	}
}

func call2pair[A, B, R, S any](word unsafe.Pointer, o shapeOffsets) op {
	fn := *(*func(A, B) (R, S))(unsafe.Pointer(&word))
	return func(fp unsafe.Pointer) {
		hdr(fp).at = o.at
		*reg[R](fp, o.r), *reg[S](fp, o.s) = fn(*reg[A](fp, o.a), *reg[B](fp, o.b))
		after(fp)
	}
}

func result3[A, B, C any](rs string, word unsafe.Pointer, o shapeOffsets) op {
	switch rs {
	case "":
		fn := *(*func(A, B, C))(unsafe.Pointer(&word))
		return func(fp unsafe.Pointer) {
			hdr(fp).at = o.at
			fn(*reg[A](fp, o.a), *reg[B](fp, o.b), *reg[C](fp, o.c))
			after(fp)
		}
	case "p":
		return call3[A, B, C, unsafe.Pointer](word, o)
	case "i":
		return call3[A, B, C, uint64](word, o)
	case "f":
		return call3[A, B, C, float64](word, o)
	case "b":
		return call3[A, B, C, uint8](word, o)
	case "s":
		return call3[A, B, C, string](word, o)
	case "ie":
		fn := *(*func(A, B, C) (uint64, any))(unsafe.Pointer(&word))
		return func(fp unsafe.Pointer) {
			hdr(fp).at = o.at
			*reg[uint64](fp, o.r), *reg[any](fp, o.s) = fn(*reg[A](fp, o.a), *reg[B](fp, o.b), *reg[C](fp, o.c))
			after(fp)
		}
	}
	return nil
}

func call3[A, B, C, R any](word unsafe.Pointer, o shapeOffsets) op {
	fn := *(*func(A, B, C) R)(unsafe.Pointer(&word))
	return func(fp unsafe.Pointer) {
		hdr(fp).at = o.at
		*reg[R](fp, o.r) = fn(*reg[A](fp, o.a), *reg[B](fp, o.b), *reg[C](fp, o.c))
		after(fp)
	}
}
