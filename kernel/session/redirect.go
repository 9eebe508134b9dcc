package session

import (
	"errors"
	"flag"
	"fmt"
	"log"
	"maps"
	"os"
	"reflect"
	"strings"

	"github.com/neurorepl/neurorepl/kernel/lower"
	"github.com/neurorepl/neurorepl/kernel/lower/std"
	"github.com/neurorepl/neurorepl/symbols"
)

// compiled returns what the machine asks about packages: the symbol tables,
// and the helpers of cells and of generic functions.
func (s *Session) compiled(w *world) func(path string) (map[string]reflect.Value, bool) {
	return func(path string) (map[string]reflect.Value, bool) {
		if path == lower.HelperPath {
			return s.helpers(w), true
		}
		if t := std.Table(path); t != nil {
			return t, true
		}
		t := symbols.Table(path)
		return t, t != nil
	}
}

// redirected replaces what would reach past the session: standard streams,
// arguments, flags, and the ends of the process.
func (s *Session) redirected(w *world) map[string]reflect.Value {
	out := map[string]reflect.Value{}
	set := func(prefix string, values map[string]any) {
		for name, v := range values {
			out[prefix+name] = reflect.ValueOf(v)
		}
	}
	var in interface{ Read([]byte) (int, error) } = strings.NewReader("")
	if s.opts.Stdin != nil {
		in = s.opts.Stdin
	}
	exit := func(code int) { w.machine.Exit(code) }
	set("fmt.", map[string]any{
		"Print":   func(a ...any) (int, error) { defer w.reading(a)(); return fmt.Fprint(s.out, a...) },
		"Printf":  func(f string, a ...any) (int, error) { defer w.reading(a)(); return fmt.Fprintf(s.out, f, a...) },
		"Println": func(a ...any) (int, error) { defer w.reading(a)(); return fmt.Fprintln(s.out, a...) },
		"Scan":    func(a ...any) (int, error) { return fmt.Fscan(in, a...) },
		"Scanf":   func(f string, a ...any) (int, error) { return fmt.Fscanf(in, f, a...) },
		"Scanln":  func(a ...any) (int, error) { return fmt.Fscanln(in, a...) },
	})
	guards(out, w)
	l := log.New(s.err, "", log.LstdFlags)
	set("log.", map[string]any{
		"Default": func() *log.Logger { return l },
		"Fatal":   func(a ...any) { _ = l.Output(2, fmt.Sprint(a...)); exit(1) },
		"Fatalf":  func(f string, a ...any) { _ = l.Output(2, fmt.Sprintf(f, a...)); exit(1) },
		"Fatalln": func(a ...any) { _ = l.Output(2, fmt.Sprintln(a...)); exit(1) },
		"Flags":   l.Flags, "Output": l.Output, "Panic": l.Panic, "Panicf": l.Panicf, "Panicln": l.Panicln,
		"Prefix":   l.Prefix,
		"Print":    func(a ...any) { defer w.reading(a)(); l.Print(a...) },
		"Printf":   func(f string, a ...any) { defer w.reading(a)(); l.Printf(f, a...) },
		"Println":  func(a ...any) { defer w.reading(a)(); l.Println(a...) },
		"SetFlags": l.SetFlags, "SetOutput": l.SetOutput, "SetPrefix": l.SetPrefix, "Writer": l.Writer,
	})
	set("(*log.Logger).", map[string]any{
		"Print":   func(l *log.Logger, a ...any) { defer w.reading(a)(); l.Print(a...) },
		"Printf":  func(l *log.Logger, f string, a ...any) { defer w.reading(a)(); l.Printf(f, a...) },
		"Println": func(l *log.Logger, a ...any) { defer w.reading(a)(); l.Println(a...) },
		"Fatal":   func(l *log.Logger, a ...any) { _ = l.Output(2, fmt.Sprint(a...)); exit(1) },
		"Fatalf":  func(l *log.Logger, f string, a ...any) { _ = l.Output(2, fmt.Sprintf(f, a...)); exit(1) },
		"Fatalln": func(l *log.Logger, a ...any) { _ = l.Output(2, fmt.Sprintln(a...)); exit(1) },
	})
	args := s.opts.Args
	if args == nil {
		args = []string{"neurorepl"}
	}
	out["os.Args"] = reflect.ValueOf(&args).Elem()
	out["os.Stdout"] = reflect.ValueOf(&s.out.file).Elem()
	out["os.Stderr"] = reflect.ValueOf(&s.err.file).Elem()
	if f, ok := s.opts.Stdin.(*os.File); ok {
		out["os.Stdin"] = reflect.ValueOf(&f).Elem()
	}
	set("os.", map[string]any{"Exit": exit})
	set("runtime.", map[string]any{
		"Breakpoint":   func() {}, // would end the process
		"NumGoroutine": func() int { return 1 + w.machine.Goroutines() },
	})
	set("(*os.Process).", map[string]any{
		"Kill":   func(p *os.Process) error { return s.signal(p, os.Kill, exit) },
		"Signal": func(p *os.Process, sig os.Signal) error { return s.signal(p, sig, exit) },
	})
	maps.Copy(out, s.flags(args, exit))
	return out
}

// signal sends a signal to a process; one that ends this process ends what runs.
func (s *Session) signal(p *os.Process, sig os.Signal, exit func(int)) error {
	if p.Pid == os.Getpid() && sig != os.Interrupt {
		exit(128 + 9)
	}
	return p.Signal(sig)
}

// flags binds the functions of package flag to a set of the session's own, as
// the process's flags are not the script's.
func (s *Session) flags(args []string, exit func(int)) map[string]reflect.Value {
	name := ""
	if len(args) > 0 {
		name = args[0]
	}
	fs := flag.NewFlagSet(name, flag.ContinueOnError)
	fs.SetOutput(s.err)
	out := map[string]reflect.Value{}
	v := reflect.ValueOf(fs)
	for fn, f := range symbols.Table("flag") {
		if m := v.MethodByName(fn); m.IsValid() && f.Kind() == reflect.Func && m.Type() == f.Type() {
			out["flag."+fn] = m
		}
	}
	out["flag.CommandLine"] = reflect.ValueOf(&fs).Elem()
	usage := func() {
		fmt.Fprintf(s.err, "Usage of %s:\n", name)
		fs.PrintDefaults()
	}
	out["flag.Usage"] = reflect.ValueOf(&usage).Elem()
	fs.Usage = func() { usage() }
	out["(*flag.FlagSet).Parse"] = reflect.ValueOf(func(own *flag.FlagSet, args []string) error {
		how := own.ErrorHandling()
		if how != flag.ExitOnError {
			return own.Parse(args)
		}
		own.Init(own.Name(), flag.ContinueOnError)
		defer own.Init(own.Name(), how)
		switch err := own.Parse(args); {
		case errors.Is(err, flag.ErrHelp):
			exit(0)
		case err != nil:
			exit(2)
		}
		return nil
	})
	out["flag.Parse"] = reflect.ValueOf(func() {
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
	return out
}
