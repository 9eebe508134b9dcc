package fast

import (
	"encoding/binary"
	"math"
)

// This file writes the WebAssembly binary format, as far as the compiler needs
// it: https://webassembly.github.io/spec/core/binary/.

// A valtype is a type of WebAssembly's values.
type valtype byte

const (
	i32 valtype = 0x7f
	i64 valtype = 0x7e
	f32 valtype = 0x7d
	f64 valtype = 0x7c
)

// An op is an instruction. Those of the 0xfc prefix are 0xfc00 and more.
type op uint16

const (
	opUnreachable op = 0x00
	opBlock       op = 0x02
	opLoop        op = 0x03
	opIf          op = 0x04
	opElse        op = 0x05
	opEnd         op = 0x0b
	opBr          op = 0x0c
	opBrIf        op = 0x0d
	opBrTable     op = 0x0e
	opReturn      op = 0x0f
	opCall        op = 0x10
	opDrop        op = 0x1a
	opSelect      op = 0x1b
	opLocalGet    op = 0x20
	opLocalSet    op = 0x21
	opLocalTee    op = 0x22
	opGlobalGet   op = 0x23
	opGlobalSet   op = 0x24

	opI32Load    op = 0x28
	opI64Load    op = 0x29
	opF32Load    op = 0x2a
	opF64Load    op = 0x2b
	opI32Load8S  op = 0x2c
	opI32Load8U  op = 0x2d
	opI32Load16S op = 0x2e
	opI32Load16U op = 0x2f
	opI32Store   op = 0x36
	opI64Store   op = 0x37
	opF32Store   op = 0x38
	opF64Store   op = 0x39
	opI32Store8  op = 0x3a
	opI32Store16 op = 0x3b

	opI32Const op = 0x41
	opI64Const op = 0x42
	opF32Const op = 0x43
	opF64Const op = 0x44

	opI32Eqz op = 0x45
	opI32Eq  op = 0x46
	opI32Ne  op = 0x47
	opI32LtS op = 0x48
	opI32LtU op = 0x49
	opI32GtS op = 0x4a
	opI32GtU op = 0x4b
	opI32LeS op = 0x4c
	opI32LeU op = 0x4d
	opI32GeS op = 0x4e
	opI32GeU op = 0x4f
	opI64Eqz op = 0x50
	opI64Eq  op = 0x51
	opI64Ne  op = 0x52
	opI64LtS op = 0x53
	opI64LtU op = 0x54
	opI64GtS op = 0x55
	opI64GtU op = 0x56
	opI64LeS op = 0x57
	opI64LeU op = 0x58
	opI64GeS op = 0x59
	opI64GeU op = 0x5a
	opF32Eq  op = 0x5b
	opF32Ne  op = 0x5c
	opF32Lt  op = 0x5d
	opF32Gt  op = 0x5e
	opF32Le  op = 0x5f
	opF32Ge  op = 0x60
	opF64Eq  op = 0x61
	opF64Ne  op = 0x62
	opF64Lt  op = 0x63
	opF64Gt  op = 0x64
	opF64Le  op = 0x65
	opF64Ge  op = 0x66

	opI32Clz    op = 0x67
	opI32Ctz    op = 0x68
	opI32Popcnt op = 0x69
	opI32Add    op = 0x6a
	opI32Sub    op = 0x6b
	opI32Mul    op = 0x6c
	opI32DivS   op = 0x6d
	opI32DivU   op = 0x6e
	opI32RemS   op = 0x6f
	opI32RemU   op = 0x70
	opI32And    op = 0x71
	opI32Or     op = 0x72
	opI32Xor    op = 0x73
	opI32Shl    op = 0x74
	opI32ShrS   op = 0x75
	opI32ShrU   op = 0x76
	opI32Rotl   op = 0x77
	opI64Clz    op = 0x79
	opI64Ctz    op = 0x7a
	opI64Popcnt op = 0x7b
	opI64Add    op = 0x7c
	opI64Sub    op = 0x7d
	opI64Mul    op = 0x7e
	opI64DivS   op = 0x7f
	opI64DivU   op = 0x80
	opI64RemS   op = 0x81
	opI64RemU   op = 0x82
	opI64And    op = 0x83
	opI64Or     op = 0x84
	opI64Xor    op = 0x85
	opI64Shl    op = 0x86
	opI64ShrS   op = 0x87
	opI64ShrU   op = 0x88
	opI64Rotl   op = 0x89

	opF32Abs      op = 0x8b
	opF32Neg      op = 0x8c
	opF32Sqrt     op = 0x91
	opF32Add      op = 0x92
	opF32Sub      op = 0x93
	opF32Mul      op = 0x94
	opF32Div      op = 0x95
	opF32Min      op = 0x96
	opF32Max      op = 0x97
	opF64Abs      op = 0x99
	opF64Neg      op = 0x9a
	opF64Ceil     op = 0x9b
	opF64Floor    op = 0x9c
	opF64Trunc    op = 0x9d
	opF64Nearest  op = 0x9e
	opF64Sqrt     op = 0x9f
	opF64Add      op = 0xa0
	opF64Sub      op = 0xa1
	opF64Mul      op = 0xa2
	opF64Div      op = 0xa3
	opF64Min      op = 0xa4
	opF64Max      op = 0xa5
	opF64Copysign op = 0xa6

	opI32WrapI64     op = 0xa7
	opI64ExtendI32S  op = 0xac
	opI64ExtendI32U  op = 0xad
	opF32ConvertI32S op = 0xb2
	opF32ConvertI32U op = 0xb3
	opF32ConvertI64S op = 0xb4
	opF32ConvertI64U op = 0xb5
	opF32DemoteF64   op = 0xb6
	opF64ConvertI32S op = 0xb7
	opF64ConvertI32U op = 0xb8
	opF64ConvertI64S op = 0xb9
	opF64ConvertI64U op = 0xba
	opF64PromoteF32  op = 0xbb
	opI32Reinterpret op = 0xbc
	opI64Reinterpret op = 0xbd
	opF32Reinterpret op = 0xbe
	opF64Reinterpret op = 0xbf
	opI32Extend8S    op = 0xc0
	opI32Extend16S   op = 0xc1

	opI32TruncSatF32S op = 0xfc00
	opI32TruncSatF64S op = 0xfc02
	opI32TruncSatF64U op = 0xfc03
	opI64TruncSatF32S op = 0xfc04
	opI64TruncSatF64S op = 0xfc06
	opI64TruncSatF64U op = 0xfc07
	opMemoryCopy      op = 0xfc0a
	opMemoryFill      op = 0xfc0b
)

const emptyBlock = 0x40

// A buf is bytes under construction.
type buf struct {
	b       []byte
	last    op     // the last instruction
	lastGet uint32 // what it got, if it was that
}

func (w *buf) byte(b byte)    { w.b = append(w.b, b) }
func (w *buf) bytes(b []byte) { w.b = append(w.b, b...) }

// uleb and sleb write whole numbers of variable length.
func (w *buf) uleb(v uint64) { w.b = binary.AppendUvarint(w.b, v) }

func (w *buf) sleb(v int64) {
	for {
		b := byte(v & 0x7f)
		v >>= 7
		if (v == 0 && b&0x40 == 0) || (v == -1 && b&0x40 != 0) {
			w.byte(b)
			return
		}
		w.byte(b | 0x80)
	}
}

func (w *buf) name(s string) {
	w.uleb(uint64(len(s)))
	w.b = append(w.b, s...)
}

func (w *buf) op(o op) {
	w.last = o
	if o >= 0x100 {
		w.byte(byte(o >> 8))
		w.uleb(uint64(o & 0xff))
		if o == opMemoryCopy {
			w.bytes([]byte{0, 0})
		} else if o == opMemoryFill {
			w.byte(0)
		}
		return
	}
	w.byte(byte(o))
}

func (w *buf) ops(os ...op) {
	for _, o := range os {
		w.op(o)
	}
}

func (w *buf) get(l uint32)     { w.op(opLocalGet); w.uleb(uint64(l)); w.lastGet = l }
func (w *buf) set(l uint32)     { w.op(opLocalSet); w.uleb(uint64(l)) }
func (w *buf) tee(l uint32)     { w.op(opLocalTee); w.uleb(uint64(l)) }
func (w *buf) i32(v int32)      { w.op(opI32Const); w.sleb(int64(v)) }
func (w *buf) i64(v int64)      { w.op(opI64Const); w.sleb(v) }
func (w *buf) f64bits(v uint64) { w.op(opF64Const); w.b = binary.LittleEndian.AppendUint64(w.b, v) }
func (w *buf) f32bits(v uint32) { w.op(opF32Const); w.b = binary.LittleEndian.AppendUint32(w.b, v) }
func (w *buf) f64(v float64)    { w.f64bits(math.Float64bits(v)) }
func (w *buf) br(depth int)     { w.op(opBr); w.uleb(uint64(depth)) }
func (w *buf) brIf(depth int)   { w.op(opBrIf); w.uleb(uint64(depth)) }
func (w *buf) call(f uint32)    { w.op(opCall); w.uleb(uint64(f)) }
func (w *buf) globalGet(g int)  { w.op(opGlobalGet); w.uleb(uint64(g)) }
func (w *buf) globalSet(g int)  { w.op(opGlobalSet); w.uleb(uint64(g)) }

// mem writes a load or store with its constant offset; what is promised of the
// alignment is nothing.
func (w *buf) mem(o op, offset uint32) {
	w.op(o)
	w.uleb(0)
	w.uleb(uint64(offset))
}

// A signature is the type of a function.
type signature struct{ params, results []valtype }

func (s signature) key() string {
	b := make([]byte, 0, len(s.params)+len(s.results)+1)
	for _, p := range s.params {
		b = append(b, byte(p))
	}
	b = append(b, 0)
	for _, r := range s.results {
		b = append(b, byte(r))
	}
	return string(b)
}

// A module collects what a WebAssembly module has; functions have the indices
// of imports first.
type module struct {
	types   []signature
	typeOf  map[string]int
	imports []moduleImport
	funcs   []moduleFunc
	globals []valtype // mutable, zero at first
	exports []moduleExport
}

type moduleImport struct {
	module, name string
	typ          int
}

type moduleFunc struct {
	typ    int
	locals []valtype // beyond the parameters
	body   []byte    // without the last end
}

type moduleExport struct {
	name  string
	index uint32
}

func (m *module) typ(s signature) int {
	if m.typeOf == nil {
		m.typeOf = map[string]int{}
	}
	k := s.key()
	if i, ok := m.typeOf[k]; ok {
		return i
	}
	i := len(m.types)
	m.types = append(m.types, s)
	m.typeOf[k] = i
	return i
}

// encode returns the module as bytes.
func (m *module) encode() []byte {
	w := &buf{b: []byte{0, 'a', 's', 'm', 1, 0, 0, 0}}
	section := func(id byte, n int, f func(s *buf)) {
		if n == 0 {
			return
		}
		s := &buf{}
		s.uleb(uint64(n))
		f(s)
		w.byte(id)
		w.uleb(uint64(len(s.b)))
		w.bytes(s.b)
	}
	section(1, len(m.types), func(s *buf) {
		for _, t := range m.types {
			s.byte(0x60)
			for _, list := range [][]valtype{t.params, t.results} {
				s.uleb(uint64(len(list)))
				for _, v := range list {
					s.byte(byte(v))
				}
			}
		}
	})
	section(2, len(m.imports), func(s *buf) {
		for _, im := range m.imports {
			s.name(im.module)
			s.name(im.name)
			s.byte(0)
			s.uleb(uint64(im.typ))
		}
	})
	section(3, len(m.funcs), func(s *buf) {
		for _, f := range m.funcs {
			s.uleb(uint64(f.typ))
		}
	})
	section(5, 1, func(s *buf) { s.bytes([]byte{1, 0, 0}) }) // of no pages: see instance.look
	section(6, len(m.globals), func(s *buf) {
		for _, t := range m.globals {
			s.bytes([]byte{byte(t), 1})
			if t == i32 {
				s.i32(0)
			} else {
				s.i64(0)
			}
			s.op(opEnd)
		}
	})
	section(7, len(m.exports), func(s *buf) {
		for _, e := range m.exports {
			s.name(e.name)
			s.byte(0)
			s.uleb(uint64(e.index))
		}
	})
	section(10, len(m.funcs), func(s *buf) {
		for _, f := range m.funcs {
			b := &buf{}
			runs := 0
			for i, t := range f.locals {
				if i == 0 || t != f.locals[i-1] {
					runs++
				}
			}
			b.uleb(uint64(runs))
			for i := 0; i < len(f.locals); {
				j := i
				for j < len(f.locals) && f.locals[j] == f.locals[i] {
					j++
				}
				b.uleb(uint64(j - i))
				b.byte(byte(f.locals[i]))
				i = j
			}
			b.bytes(f.body)
			b.op(opEnd)
			s.uleb(uint64(len(b.b)))
			s.bytes(b.b)
		}
	})
	return w.b
}
