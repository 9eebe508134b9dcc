package vm

import (
	"fmt"
	"go/types"
	"io"
	"strconv"
	"strings"
	"unsafe"

	"golang.org/x/tools/go/ssa"
)

// print compiles the builtins print and println, which since Go 1.26 write
// numbers in their shortest form.
func (f *compiler) print(line bool, c *ssa.CallCommon, args []slot) op {
	writers := make([]func(b *strings.Builder, fp unsafe.Pointer), len(args))
	for i := range args {
		writers[i] = f.printer(c.Args[i].Type(), args[i])
	}
	w := f.m.opts.PrintTo
	return func(fp unsafe.Pointer) {
		var b strings.Builder
		for i, write := range writers {
			if line && i > 0 {
				b.WriteByte(' ')
			}
			write(&b, fp)
		}
		if line {
			b.WriteByte('\n')
		}
		_, _ = io.WriteString(w, b.String())
	}
}

func (f *compiler) printer(t types.Type, s slot) func(b *strings.Builder, fp unsafe.Pointer) {
	a := s.off
	k := kindOf(t)
	switch k {
	case types.Bool:
		return func(b *strings.Builder, fp unsafe.Pointer) { b.WriteString(strconv.FormatBool(*reg[bool](fp, a))) }
	case types.String:
		return func(b *strings.Builder, fp unsafe.Pointer) { b.WriteString(*reg[string](fp, a)) }
	case types.Float32:
		return func(b *strings.Builder, fp unsafe.Pointer) {
			b.WriteString(strconv.FormatFloat(float64(*reg[float32](fp, a)), 'g', -1, 32))
		}
	case types.Float64:
		return func(b *strings.Builder, fp unsafe.Pointer) {
			b.WriteString(strconv.FormatFloat(*reg[float64](fp, a), 'g', -1, 64))
		}
	case types.Complex64:
		return func(b *strings.Builder, fp unsafe.Pointer) {
			b.WriteString(strconv.FormatComplex(complex128(*reg[complex64](fp, a)), 'g', -1, 64))
		}
	case types.Complex128:
		return func(b *strings.Builder, fp unsafe.Pointer) {
			b.WriteString(strconv.FormatComplex(*reg[complex128](fp, a), 'g', -1, 128))
		}
	}
	switch s.cls {
	case cPtr:
		return func(b *strings.Builder, fp unsafe.Pointer) { fmt.Fprintf(b, "%#x", *reg[uintptr](fp, a)) }
	case cSlice:
		return func(b *strings.Builder, fp unsafe.Pointer) {
			h := *reg[sliceHeader](fp, a)
			fmt.Fprintf(b, "[%d/%d]%#x", h.n, h.c, uintptr(h.p))
		}
	case cIface:
		return func(b *strings.Builder, fp unsafe.Pointer) {
			e := *reg[iface](fp, a)
			fmt.Fprintf(b, "(%#x,%#x)", uintptr(e.tab), uintptr(e.data))
		}
	}
	read, signed := counter(k, a)
	return func(b *strings.Builder, fp unsafe.Pointer) {
		if n := read(fp); signed {
			b.WriteString(strconv.FormatInt(int64(n), 10))
		} else {
			b.WriteString(strconv.FormatUint(n, 10))
		}
	}
}
