package session

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/neurorepl/neurorepl/kernel/lower/std"
	"github.com/neurorepl/neurorepl/kernel/vm"
)

// panicked describes the panic of a cell.
func (s *Session) panicked(p *vm.Panic) *Error {
	return s.located(s.machine.Text(p.Value, describe), p.Trace)
}

// located is an error with a trace, in which the first line says what the
// message starts with: where it happened.
func (s *Session) located(message string, trace []vm.Frame) *Error {
	e := &Error{Kind: KindPanic, Message: message}
	placed := false
	for _, f := range trace {
		pos := s.fset.Position(f.Pos)
		if strings.HasPrefix(pos.Filename, std.Prefix) {
			continue // generic functions of the standard library
		}
		entry := "in " + readableFunction(f.Func)
		if pos.IsValid() {
			if !placed {
				e.Message, placed = pos.String()+": "+message, true
			}
			entry = pos.String() + " " + entry
		}
		if n := len(e.Trace); n == 0 || e.Trace[n-1] != entry {
			e.Trace = append(e.Trace, entry)
		}
	}
	return e
}

// readableFunction writes the engine's name of a function as a user would
// speak of it.
func readableFunction(fn string) string {
	fn = strings.ReplaceAll(fn, "·cell", "the cell")
	if top, _, ok := strings.Cut(fn, ".func"); ok {
		return "a function literal of " + top
	}
	return fn
}

// describe writes the value of a panic.
func describe(v any) string {
	switch x := v.(type) {
	case error:
		return x.Error()
	case fmt.Stringer:
		return x.String()
	}
	if selfContained(false, v) {
		return fmt.Sprintf("a %T that contains itself", v)
	}
	return fmt.Sprint(v)
}

// goTrace writes the panic of a script as `go run` does.
func (s *Session) goTrace(p *vm.Panic) *Error {
	e := &Error{Kind: KindPanic}
	if _, ok := p.Value.(vm.StackOverflow); ok {
		e.Kind, e.Message = KindFatal, "stack overflow"
	} else if f, ok := p.Value.(vm.Fatal); ok {
		e.Kind, e.Message = KindFatal, string(f)
	} else {
		var lines []string
		for i, v := range p.Before {
			line := s.machine.Text(v.Value, goPanic)
			switch last := i == len(p.Before)-1; {
			case v.Recovered && last && line == s.machine.Text(p.Value, goPanic):
				line += " [recovered, repanicked]"
			case v.Recovered:
				line += " [recovered]"
			}
			lines = append(lines, line)
		}
		if n := len(lines); n == 0 || !strings.HasSuffix(lines[n-1], "repanicked]") {
			lines = append(lines, s.machine.Text(p.Value, goPanic))
		}
		e.Message = strings.Join(lines, "\n\tpanic: ")
	}
	e.Trace = s.goFrames(p.Trace, "running")
	return e
}

// goFrames writes a trace as the runtime does.
func (s *Session) goFrames(trace []vm.Frame, state string) []string {
	out := []string{"goroutine 1 [" + state + "]:"}
	for _, f := range trace {
		pos := s.fset.Position(f.Pos)
		out = append(out, "main."+f.Func+"(...)")
		if pos.IsValid() {
			out = append(out, "\t"+pos.Filename+":"+strconv.Itoa(pos.Line))
		}
	}
	return out
}

// goPanic writes the value of a panic as the runtime does, without addresses.
func goPanic(v any) string {
	indent := func(s string) string { return strings.ReplaceAll(s, "\n", "\n\t") }
	switch x := v.(type) {
	case nil:
		return "nil"
	case error:
		return indent(x.Error())
	case fmt.Stringer:
		return indent(x.String())
	case string:
		return indent(x)
	}
	rv := reflect.ValueOf(v)
	text := ""
	switch rv.Kind() {
	case reflect.Bool, reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		text = fmt.Sprint(reflectPlain(rv))
	case reflect.Float32, reflect.Float64:
		text = strconv.FormatFloat(rv.Float(), 'g', -1, rv.Type().Bits())
	case reflect.Complex64, reflect.Complex128:
		text = strconv.FormatComplex(rv.Complex(), 'g', -1, rv.Type().Bits())
	case reflect.String:
		text = `"` + indent(rv.String()) + `"`
	default:
		return "(" + rv.Type().String() + ") 0x0" // an address, which differs from run to run
	}
	if rv.Type().PkgPath() == "" {
		return text
	}
	return rv.Type().String() + "(" + text + ")"
}

// reflectPlain drops the methods of a number's type.
func reflectPlain(v reflect.Value) any {
	switch {
	case v.Kind() == reflect.Bool:
		return v.Bool()
	case v.CanInt():
		return v.Int()
	}
	return v.Uint()
}
