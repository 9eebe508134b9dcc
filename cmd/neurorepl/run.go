package main

import (
	"context"
	"flag"
	"fmt"
	"go/parser"
	"go/token"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"golang.org/x/term"

	"github.com/neurorepl/neurorepl/kernel/session"
	"github.com/neurorepl/neurorepl/kernel/terminal"
	"github.com/neurorepl/neurorepl/neuro/display"
)

// Exit statuses beside 0, 1 (it failed) and 2 (it was called wrongly, or, as
// for any Go program, it panicked).
const interrupted = 130

func interactive() int {
	return terminal.Run(terminal.Options{
		Version: version(),
		Args:    os.Args[:1],
		Open: func(o session.Options) (terminal.Engine, error) {
			s, err := session.New(o)
			if err != nil {
				return nil, err
			}
			return s, nil
		},
	})
}

func runFlags() (fs *flag.FlagSet, figures, record *string) {
	fs = flag.NewFlagSet("run", flag.ContinueOnError)
	figures = fs.String("figures", "", "`DIR` for figures, instead of FILE_figures")
	return fs, figures, fs.String("provenance", "", "write to `RUN.json` what made the results: version, machine, seeds, files that were read, time")
}

func runScript(args []string) int {
	fs, figures, record := runFlags()
	fs.SetOutput(io.Discard)
	if err := fs.Parse(args); err != nil {
		if err == flag.ErrHelp {
			return help([]string{"run"})
		}
		return usage("run: %v", err)
	}
	if fs.NArg() == 0 {
		return usage("run: no file; the call is `neurorepl run [-figures DIR] [-provenance RUN.json] FILE.go [ARG ...]`")
	}
	file := fs.Arg(0)
	if file == "-" {
		return runStdin()
	}
	if info, err := os.Stat(file); err != nil {
		return failed(fmt.Errorf("run: %w", err))
	} else if info.IsDir() {
		return failed(fmt.Errorf("run: %s is a folder; name one file of Go", file))
	}
	if strings.HasSuffix(file, ".ipynb") {
		return usage("run: %s is a notebook; `neurorepl exec` runs those", file)
	}
	dir := *figures
	if dir == "" {
		dir = display.FiguresDir(file)
	}
	return program(dir, fs.Args(), func(ctx context.Context, s *session.Session) *session.Error {
		failed := s.RunFile(ctx, file)
		if *record != "" {
			if err := s.Provenance().Save(*record); err != nil {
				fmt.Fprintf(os.Stderr, "neurorepl: run: %v\n", err)
			}
		}
		return failed
	})
}

// program runs a whole program in a new session and returns its exit status.
func program(figures string, args []string, run func(context.Context, *session.Session) *session.Error) int {
	var sink display.Sink = display.NewFiles(figures, os.Stdout)
	if term.IsTerminal(int(os.Stdout.Fd())) {
		able, _ := terminal.Detect(false) // no question: the program may read the answer
		sink = terminal.Beside(sink, os.Stdout, able)
	}
	s, err := session.New(session.Options{
		Stdout: os.Stdout,
		Stderr: os.Stderr,
		Stdin:  os.Stdin,
		Sink:   sink,
		Args:   args,
	})
	if err != nil {
		return failed(err)
	}
	defer s.Close()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return status(run(ctx, s), nil)
}

// status reports why a program ended early and returns its exit status.
func status(e *session.Error, rename func(string) string) int {
	if e == nil {
		return 0
	}
	message := strings.TrimRight(e.Error(), "\n")
	trace := strings.Join(e.Trace, "\n")
	if rename != nil {
		message, trace = rename(message), rename(trace)
	}
	switch e.Kind {
	case session.KindExit:
		return e.Code
	case session.KindInterrupt:
		fmt.Fprintln(os.Stderr, "interrupted")
		return interrupted
	case session.KindPanic, session.KindFatal:
		fmt.Fprintln(os.Stderr, message)
		if trace != "" {
			fmt.Fprintln(os.Stderr, "\n"+trace)
		}
		return 2
	}
	fmt.Fprintln(os.Stderr, message)
	return 1
}

// runStdin runs the program on standard input: a Go program, or cells.
func runStdin() int {
	data, err := io.ReadAll(os.Stdin)
	if err != nil {
		return failed(fmt.Errorf("standard input: %w", err))
	}
	text := string(data)
	if strings.TrimSpace(text) == "" {
		return 0
	}
	file, err := parser.ParseFile(token.NewFileSet(), "", data, parser.PackageClauseOnly)
	if err != nil || file.Name == nil {
		return runCells(text)
	}
	return program("stdin_figures", []string{"stdin"}, func(ctx context.Context, s *session.Session) *session.Error {
		return s.RunProgram(ctx, "stdin", text)
	})
}

// runCells runs text as if it were typed, cell by cell, and stops at the first
// that fails.
func runCells(text string) int {
	sink := display.NewFiles("stdin_figures", os.Stdout)
	s, err := session.New(session.Options{Stdout: os.Stdout, Stderr: os.Stderr, Sink: sink, Args: []string{"stdin"}})
	if err != nil {
		return failed(err)
	}
	defer s.Close()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	for _, c := range cells(text, s.Completeness) {
		r := s.Run(ctx, session.Cell{Text: c.text, Name: "stdin"})
		for _, note := range r.Notes {
			fmt.Fprintln(os.Stderr, note)
		}
		if r.Page != nil {
			fmt.Println(strings.TrimRight(r.Page.Text(), "\n"))
		}
		for _, v := range r.Values {
			if err := sink.Display(v.Bundle); err != nil {
				return failed(err)
			}
		}
		if r.Err != nil {
			return status(r.Err, func(s string) string { return moved(s, c.line) })
		}
	}
	return 0
}

// A typed is one cell of a text and the line at which it starts, from 0.
type typed struct {
	text string
	line int
}

// cells cuts a text into the cells as which a user would type it: at marks
// `// %%` if it has them, else as soon as what is there is whole.
func cells(text string, whole func(string) session.Completeness) []typed {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	lines := strings.SplitAfter(text, "\n")
	marked := false
	for _, l := range lines {
		marked = marked || strings.HasPrefix(l, "// %%")
	}
	var out []typed
	var b strings.Builder
	start := 0
	flush := func(next int) {
		if strings.TrimSpace(b.String()) != "" {
			out = append(out, typed{b.String(), start})
		}
		b.Reset()
		start = next
	}
	for i, l := range lines {
		if marked && strings.HasPrefix(l, "// %%") {
			flush(i)
		}
		b.WriteString(l)
		if !marked && strings.TrimSpace(b.String()) == "" {
			b.Reset()
			start = i + 1
		} else if !marked && whole(b.String()).Status != "incomplete" {
			flush(i + 1)
		}
	}
	flush(0)
	return out
}

// moved adds to the line numbers of positions such as "stdin:2:7".
func moved(message string, by int) string {
	lines := strings.Split(message, "\n")
	for i, l := range lines {
		var line, column int
		rest, ok := strings.CutPrefix(l, "stdin:")
		if !ok {
			continue
		}
		if n, _ := fmt.Sscanf(rest, "%d:%d", &line, &column); n == 2 {
			head := fmt.Sprintf("%d:%d", line, column)
			lines[i] = fmt.Sprintf("stdin:%d:%d%s", line+by, column, strings.TrimPrefix(rest, head))
		}
	}
	return strings.Join(lines, "\n")
}
