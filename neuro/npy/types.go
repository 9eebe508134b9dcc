package npy

import (
	"encoding/binary"
	"fmt"
	"math"
)

// A kind is a type of numbers: NumPy's name and letter, and the bytes of one.
type kind struct {
	name   string
	letter byte
	width  int
}

var kinds = []kind{
	{"bool", 'b', 1},
	{"int8", 'i', 1}, {"int16", 'i', 2}, {"int32", 'i', 4}, {"int64", 'i', 8},
	{"uint8", 'u', 1}, {"uint16", 'u', 2}, {"uint32", 'u', 4}, {"uint64", 'u', 8},
	{"float16", 'f', 2}, {"float32", 'f', 4}, {"float64", 'f', 8},
}

// described returns the kind and byte order that a descr of a header names,
// such as "<f8".
func described(descr string) (k kind, order binary.ByteOrder, err error) {
	order = binary.LittleEndian
	if len(descr) < 2 {
		return k, nil, fmt.Errorf("holds values of type %q; numbers have a letter and a width, such as \"<f8\"", descr)
	}
	switch descr[0] {
	case '<', '|', '=':
	case '>':
		order = binary.BigEndian
	default:
		return k, nil, fmt.Errorf("holds values of type %q; a type starts with its byte order, < or >", descr)
	}
	for _, k := range kinds {
		if descr[1] == k.letter && descr[2:] == fmt.Sprint(k.width) {
			return k, order, nil
		}
	}
	switch descr[1] {
	case 'c':
		return k, nil, fmt.Errorf("holds complex numbers (%s); save their real and imaginary part, x.real and x.imag", descr)
	case 'O':
		return k, nil, fmt.Errorf("holds Python objects (%s), which only Python can read; save arrays of numbers", descr)
	case 'U', 'S':
		return k, nil, fmt.Errorf("holds text (%s); save it as CSV, which table.Read reads", descr)
	case 'M', 'm':
		return k, nil, fmt.Errorf("holds dates or durations (%s); save numbers, such as x.astype('int64')", descr)
	}
	return k, nil, fmt.Errorf("holds values of type %q; integers and floating-point numbers of 8 to 64 bits are read", descr)
}

func named(name string) (kind, error) {
	if name == "" {
		name = "float64"
	}
	var all []string
	for _, k := range kinds {
		if k.name == name {
			return k, nil
		}
		all = append(all, k.name)
	}
	return kind{}, fmt.Errorf("Type is %q; allowed are %v", name, all)
}

// exact is the largest size of whole numbers that float64 holds all of.
const exact = 1 << 53

// number returns the number that b holds; ok is false for an integer that
// float64 does not hold.
func (k kind) number(b []byte, order binary.ByteOrder) (v float64, ok bool) {
	var bits uint64
	switch k.width {
	case 1:
		bits = uint64(b[0])
	case 2:
		bits = uint64(order.Uint16(b))
	case 4:
		bits = uint64(order.Uint32(b))
	case 8:
		bits = order.Uint64(b)
	}
	switch k.letter {
	case 'f':
		switch k.width {
		case 2:
			return half(uint16(bits)), true
		case 4:
			return float64(math.Float32frombits(uint32(bits))), true
		}
		return math.Float64frombits(bits), true
	case 'i':
		shift := 64 - 8*k.width
		i := int64(bits<<shift) >> shift
		return float64(i), i >= -exact && i <= exact
	case 'b':
		if bits != 0 {
			bits = 1
		}
	}
	return float64(bits), bits <= exact
}

// half returns the value of a floating-point number of 16 bits.
func half(b uint16) float64 {
	sign, exponent, fraction := 1.0, int(b>>10&0x1f), float64(b&0x3ff)
	if b>>15 == 1 {
		sign = -1
	}
	switch exponent {
	case 0:
		return sign * math.Ldexp(fraction, -24)
	case 0x1f:
		if fraction != 0 {
			return math.NaN()
		}
		return sign * math.Inf(1)
	}
	return sign * math.Ldexp(1024+fraction, exponent-25)
}

// put writes v to b, little endian. It is an error when the kind cannot hold it.
func (k kind) put(b []byte, v float64) error {
	var bits uint64
	switch {
	case k.name == "float64":
		bits = math.Float64bits(v)
	case k.name == "float32":
		if f := float32(v); math.IsInf(float64(f), 0) && !math.IsInf(v, 0) {
			return fmt.Errorf("%g is beyond float32", v)
		}
		bits = uint64(math.Float32bits(float32(v)))
	case k.name == "float16":
		return fmt.Errorf("Type float16 is read and not written; float32 is")
	default:
		lo, hi := 0.0, math.Ldexp(1, 8*k.width)
		switch k.letter {
		case 'i':
			lo, hi = -hi/2, hi/2
		case 'b':
			hi = 2
		}
		if v != math.Floor(v) || v < lo || v >= hi || math.Abs(v) > exact {
			return fmt.Errorf("%g does not fit %s", v, k.name)
		}
		bits = uint64(int64(v))
	}
	for i := range k.width {
		b[i] = byte(bits >> (8 * i))
	}
	return nil
}
