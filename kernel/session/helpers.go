package session

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"maps"
	"os"
	"reflect"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"github.com/traefik/yaegi/interp"

	"github.com/neurorepl/neurorepl/kernel/lower"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/symbols"
)

// use gives an interpreter its packages: the compiled ones, those functions
// of the standard library that must go to the session instead of the process,
// and the helpers that lowered code calls.
func (s *Session) use(i *interp.Interpreter) error {
	tables := symbols.Tables()
	s.redirect(tables)
	tables[lower.HelperPath+"/cell"] = s.helpers()
	special := symbols.MapTypes()
	for name, v := range symbols.Table("fmt") {
		if types, ok := special[v]; ok { // also for those that were replaced
			special[tables["fmt/fmt"][name]] = types
		}
	}
	for name, v := range symbols.Table("log") {
		if types, ok := special[v]; ok {
			special[tables["log/log"][name]] = types
		}
	}
	tables["."] = map[string]reflect.Value{"MapTypes": reflect.ValueOf(special)}
	// yaegi sets standard streams of its own when it meets fmt; the session's
	// are set already.
	f := tables["fmt/fmt"]
	delete(tables, "fmt/fmt")
	if err := i.Use(tables); err != nil {
		return err
	}
	return i.Use(interp.Exports{"fmt//fmt": f})
}

// redirect replaces what would reach past the session: standard streams,
// arguments, flags, and the ends of the process.
func (s *Session) redirect(t map[string]map[string]reflect.Value) {
	in := s.opts.Stdin
	if in == nil {
		in = strings.NewReader("")
	}
	set := func(pkg string, values map[string]any) {
		for name, v := range values {
			t[pkg][name] = reflect.ValueOf(v)
		}
	}
	exit := func(code int) { s.exit(code) }
	set("fmt/fmt", map[string]any{
		"Print":   func(a ...any) (int, error) { s.poll(); return fmt.Fprint(s.out, a...) },
		"Printf":  func(f string, a ...any) (int, error) { s.poll(); return fmt.Fprintf(s.out, f, a...) },
		"Println": func(a ...any) (int, error) { s.poll(); return fmt.Fprintln(s.out, a...) },
		"Scan":    func(a ...any) (int, error) { return fmt.Fscan(in, a...) },
		"Scanf":   func(f string, a ...any) (int, error) { return fmt.Fscanf(in, f, a...) },
		"Scanln":  func(a ...any) (int, error) { return fmt.Fscanln(in, a...) },
	})
	l := log.New(s.err, "", log.LstdFlags)
	set("log/log", map[string]any{
		"Default": func() *log.Logger { return l },
		"Fatal":   func(a ...any) { _ = l.Output(2, fmt.Sprint(a...)); exit(1) },
		"Fatalf":  func(f string, a ...any) { _ = l.Output(2, fmt.Sprintf(f, a...)); exit(1) },
		"Fatalln": func(a ...any) { _ = l.Output(2, fmt.Sprintln(a...)); exit(1) },
		"Flags":   l.Flags, "Output": l.Output, "Panic": l.Panic, "Panicf": l.Panicf, "Panicln": l.Panicln,
		"Prefix": l.Prefix, "Print": l.Print, "Printf": l.Printf, "Println": l.Println,
		"SetFlags": l.SetFlags, "SetOutput": l.SetOutput, "SetPrefix": l.SetPrefix, "Writer": l.Writer,
	})
	args := s.opts.Args
	if args == nil {
		args = []string{"neurorepl"}
	}
	t["os/os"]["Args"] = reflect.ValueOf(&args).Elem()
	t["os/os"]["Stdout"] = reflect.ValueOf(&s.out.file).Elem()
	t["os/os"]["Stderr"] = reflect.ValueOf(&s.err.file).Elem()
	if f, ok := s.opts.Stdin.(*os.File); ok {
		t["os/os"]["Stdin"] = reflect.ValueOf(&f).Elem()
	}
	set("os/os", map[string]any{"Exit": exit})
	set("runtime/runtime", map[string]any{"Breakpoint": func() {}}) // would end the process
	s.flags(t["flag/flag"], args, exit)
}

// flags binds the functions of package flag to a set of the session's own, as
// the process's flags are not the script's.
func (s *Session) flags(t map[string]reflect.Value, args []string, exit func(int)) {
	name := ""
	if len(args) > 0 {
		name = args[0]
	}
	fs := flag.NewFlagSet(name, flag.ContinueOnError)
	fs.SetOutput(s.err)
	v := reflect.ValueOf(fs)
	for fn := range t {
		if m := v.MethodByName(fn); m.IsValid() && t[fn].Kind() == reflect.Func && m.Type() == t[fn].Type() {
			t[fn] = m
		}
	}
	t["CommandLine"] = reflect.ValueOf(&fs).Elem()
	usage := func() {
		fmt.Fprintf(s.err, "Usage of %s:\n", name)
		fs.PrintDefaults()
	}
	t["Usage"] = reflect.ValueOf(&usage).Elem()
	fs.Usage = func() { usage() }
	t["Parse"] = reflect.ValueOf(func() {
		if len(args) == 0 {
			return
		}
		switch err := fs.Parse(args[1:]); {
		case errors.Is(err, flag.ErrHelp):
			exit(0)
		case err != nil:
			exit(2)
		}
	})
}

// exit ends the running cell as os.Exit would end a program.
func (s *Session) exit(code int) {
	if r := s.run.Load(); r != nil {
		r.mu.Lock()
		if r.err == nil {
			r.err = &Error{Kind: KindExit, Message: fmt.Sprintf("status %d", code), Code: code}
		}
		r.mu.Unlock()
		r.dead.Store(true)
		r.cancel()
	}
	s.leaveSelf()
	runtime.Goexit()
}

// helpers are the functions that lowered code calls.
func (s *Session) helpers() map[string]reflect.Value {
	value := func(v any, typ string) {
		r := s.run.Load()
		if r == nil || r.dead.Load() {
			return
		}
		_, isBundle := v.(display.Bundle)
		b := display.Of(v)
		if typ != "" {
			b = rename(b, reflect.TypeOf(v), typ)
		}
		r.mu.Lock()
		r.values = append(r.values, Value{Bundle: b, IsBundle: isBundle, zero: v == nil || reflect.ValueOf(v).IsZero()})
		r.mu.Unlock()
	}
	h := map[string]any{
		"Value": func(v any) { value(v, "") },
		"Named": func(typ string, v any) { value(v, typ) },
		"Text":  func(t string) { value(display.Text(t), ""); s.asResult() },
		"Fail": func(err error) {
			if r := s.run.Load(); err != nil && r != nil {
				r.mu.Lock()
				if r.err == nil {
					r.err = &Error{Kind: KindError, Message: err.Error()}
				}
				// A zero value that came with the error says nothing.
				r.values = slices.DeleteFunc(r.values, func(v Value) bool { return v.zero })
				r.mu.Unlock()
			}
		},
		"Panicked": s.goroutinePanicked,
		"Begin":    func() { s.begin(s.run.Load()) },
		"End":      s.end,
		"Spawn":    func() { s.spawn(s.run.Load()) },
		"Enter":    func() { s.begin(nil) },
		"Leave":    s.end,
		"Poll":     s.poll,
		"Clear":    func(v any) { reflect.ValueOf(v).Clear() },
		"Print":    func(a ...any) { builtinPrint(s.err, "", a) },
		"Println":  func(a ...any) { builtinPrint(s.err, " ", a) },
		"Fatal": func(l *log.Logger) func(...any) {
			return func(a ...any) { _ = l.Output(2, fmt.Sprint(a...)); s.exit(1) }
		},
		"Fatalln": func(l *log.Logger) func(...any) {
			return func(a ...any) { _ = l.Output(2, fmt.Sprintln(a...)); s.exit(1) }
		},
		"Fatalf": func(l *log.Logger) func(string, ...any) {
			return func(f string, a ...any) { _ = l.Output(2, fmt.Sprintf(f, a...)); s.exit(1) }
		},
		"MinString": least[string], "MaxString": greatest[string],
		"MinInt": least[int], "MaxInt": greatest[int], "MinInt8": least[int8], "MaxInt8": greatest[int8],
		"MinInt16": least[int16], "MaxInt16": greatest[int16], "MinInt32": least[int32], "MaxInt32": greatest[int32],
		"MinInt64": least[int64], "MaxInt64": greatest[int64], "MinUint": least[uint], "MaxUint": greatest[uint],
		"MinUint8": least[uint8], "MaxUint8": greatest[uint8], "MinUint16": least[uint16], "MaxUint16": greatest[uint16],
		"MinUint32": least[uint32], "MaxUint32": greatest[uint32], "MinUint64": least[uint64], "MaxUint64": greatest[uint64],
		"MinUintptr": least[uintptr], "MaxUintptr": greatest[uintptr],
		"MinFloat32": leastFloat[float32], "MaxFloat32": greatestFloat[float32],
		"MinFloat64": leastFloat[float64], "MaxFloat64": greatestFloat[float64],
	}
	out := make(map[string]reflect.Value, len(h))
	for name, f := range h {
		out[name] = reflect.ValueOf(f)
	}
	return out
}

// goroutinePanicked makes the panic of a goroutine the error of its cell, or
// prints it when the cell is over.
func (s *Session) goroutinePanicked(v any) {
	r := s.owner()
	if r == nil || r != s.run.Load() || r.dead.Load() {
		name := "an earlier cell"
		if r != nil {
			name = r.name
		}
		fmt.Fprintf(s.err, "panic in a goroutine of %s: %s\n", name, describe(v))
		return
	}
	r.mu.Lock()
	e := s.panicked(r, v)
	e.Message = "in a goroutine: " + e.Message
	if r.err == nil {
		r.err = e
	}
	r.mu.Unlock()
	r.cancel()
}

// asResult makes the last value a result instead of display data.
func (s *Session) asResult() {
	if r := s.run.Load(); r != nil {
		r.mu.Lock()
		if n := len(r.values); n > 0 {
			r.values[n-1].IsBundle = false
		}
		r.mu.Unlock()
	}
}

// hidden matches a field that is not exported, to whose name the interpreter
// adds an X, in the text of a struct.
var hidden = regexp.MustCompile(`(?m)(^\s*|  )X([\p{Ll}_]\S*)`)

// rename writes the name of an interpreted type, and of its fields, where
// reflection only knows its structure.
func rename(b display.Bundle, t reflect.Type, name string) display.Bundle {
	text, ok := b.Data[display.TypeText].(string)
	if !ok || t == nil {
		return b
	}
	for t.Name() == "" {
		var prefix string
		switch t.Kind() {
		case reflect.Pointer:
			prefix = "*"
		case reflect.Slice:
			prefix = "[]"
		case reflect.Array:
			prefix = fmt.Sprintf("[%d]", t.Len())
		}
		rest, ok := strings.CutPrefix(name, prefix)
		if prefix == "" || !ok {
			break
		}
		t, name = t.Elem(), rest
	}
	text = strings.ReplaceAll(text, t.String(), name)
	b.Data = maps.Clone(b.Data)
	b.Data[display.TypeText] = hidden.ReplaceAllString(text, "$1$2 ")
	return b
}

func least[T cmp.Ordered](a ...T) T {
	m := a[0]
	for _, x := range a[1:] {
		m = min(m, x)
	}
	return m
}

func greatest[T cmp.Ordered](a ...T) T {
	m := a[0]
	for _, x := range a[1:] {
		m = max(m, x)
	}
	return m
}

func leastFloat[T float32 | float64](a ...T) T    { return least(a...) }
func greatestFloat[T float32 | float64](a ...T) T { return greatest(a...) }

// builtinPrint writes as the built-in print and println do since Go 1.26:
// numbers in their shortest form. Pointers are written without an address,
// which differs from run to run, unless they are nil.
func builtinPrint(w io.Writer, sep string, args []any) {
	var b strings.Builder
	for i, a := range args {
		if i > 0 {
			b.WriteString(sep)
		}
		v := reflect.ValueOf(a)
		switch v.Kind() {
		case reflect.Float32, reflect.Float64:
			b.WriteString(strconv.FormatFloat(v.Float(), 'g', -1, v.Type().Bits()))
		case reflect.Complex64, reflect.Complex128:
			b.WriteString(strconv.FormatComplex(v.Complex(), 'g', -1, v.Type().Bits()))
		case reflect.String:
			b.WriteString(v.String())
		case reflect.Invalid:
			b.WriteString("(0x0,0x0)")
		case reflect.Pointer, reflect.Map, reflect.Chan, reflect.Func, reflect.UnsafePointer:
			if v.IsNil() {
				b.WriteString("0x0")
			} else {
				b.WriteString(v.Type().String())
			}
		case reflect.Slice:
			fmt.Fprintf(&b, "[%d/%d]", v.Len(), v.Cap())
			if v.IsNil() {
				b.WriteString("0x0")
			}
		default:
			fmt.Fprint(&b, a)
		}
	}
	if sep != "" {
		b.WriteByte('\n')
	}
	_, _ = io.WriteString(w, b.String())
}
