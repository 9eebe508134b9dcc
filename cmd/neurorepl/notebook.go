package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"golang.org/x/term"

	"github.com/neurorepl/neurorepl/kernel/notebook"
	"github.com/neurorepl/neurorepl/kernel/session"
	"github.com/neurorepl/neurorepl/neuro/display"
)

// parameters are the -p flags of exec, in order.
type parameters []notebook.Parameter

func (p *parameters) String() string { return "" }

func (p *parameters) Set(s string) error {
	name, value, ok := strings.Cut(s, "=")
	if !ok || name == "" {
		return errors.New("a parameter is given as NAME=VALUE")
	}
	*p = append(*p, notebook.Parameter{Name: name, Value: value})
	return nil
}

func execFlags() (fs *flag.FlagSet, out, html, record *string, given *parameters) {
	fs = flag.NewFlagSet("exec", flag.ContinueOnError)
	out = fs.String("o", "", "write the result to `OUT.ipynb` and leave the notebook as it is")
	html = fs.String("html", "", "also write a page to `OUT.html`")
	record = fs.String("provenance", "", "write to `RUN.json` what made the results: version, machine, seeds, files that were read, time")
	given = new(parameters)
	fs.Var(given, "p", "give `NAME=VALUE` to a variable of the cell tagged \"parameters\"; may be repeated")
	return fs, out, html, record, given
}

// A place tells on standard error which cell runs and how far its calls are.
type place struct {
	bars     *display.BarWriter
	terminal bool
	name     string // "cell 3 of 10"
}

func (p *place) cell(cell, of int) {
	p.name = fmt.Sprintf("cell %d of %d", cell, of)
	p.show(p.name + " ")
}

// show puts text in the line of the terminal.
func (p *place) show(text string) {
	if p.terminal {
		fmt.Fprint(os.Stderr, "\r\x1b[K"+text)
	}
}

// ShowBar shows a bar behind the name of the cell.
func (p *place) ShowBar(b display.Bar) error {
	p.show("")
	b.Label = p.name + ": " + b.Label
	err := p.bars.ShowBar(b)
	if b.State != display.BarRuns {
		p.show(p.name + " ")
	}
	return err
}

func execNotebook(args []string) int {
	fs, out, page, record, given := execFlags()
	rest, code, ok := parse(fs, args)
	if !ok {
		return code
	}
	if len(rest) != 1 {
		return usage("exec: %d files are named; the call is `neurorepl exec NB.ipynb [-o OUT.ipynb] [-html OUT.html] [-provenance RUN.json] [-p NAME=VALUE ...]`", len(rest))
	}
	in := rest[0]
	if *out == "" {
		*out = in
	}
	nb, err := notebook.Read(in)
	if err != nil {
		return failed(fmt.Errorf("exec: %w", err))
	}
	if err := nb.Parameterize(*given); err != nil {
		return failed(fmt.Errorf("exec: %s: %w", in, err))
	}
	// The cells run in the notebook's folder, as under Jupyter; the files that
	// the call names do not move.
	target, err1 := filepath.Abs(*out)
	pagePath, err2 := filepath.Abs(*page)
	recordPath, err3 := filepath.Abs(*record)
	if err := errors.Join(err1, err2, err3); err != nil {
		return failed(err)
	}
	if err := os.Chdir(filepath.Dir(in)); err != nil {
		return failed(fmt.Errorf("exec: %w", err))
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var made *session.Session
	o := notebook.Options{Open: func(o session.Options) (notebook.Engine, error) {
		o.Args = []string{in}
		s, err := session.New(o)
		if err != nil {
			return nil, err
		}
		made = s
		return s, nil
	}}
	at := &place{bars: display.NewBarWriter(os.Stderr), terminal: term.IsTerminal(int(os.Stderr.Fd()))}
	o.Started, o.Bars = at.cell, at
	runErr := notebook.Execute(ctx, nb, o)
	at.show("")
	if *record != "" && made != nil {
		if err := made.Provenance().Save(recordPath); err != nil {
			return failed(fmt.Errorf("exec: %w", err))
		}
	}
	if err := notebook.Write(target, nb); err != nil {
		return failed(fmt.Errorf("exec: %w", err))
	}
	if *page != "" {
		title := strings.TrimSuffix(filepath.Base(in), filepath.Ext(in))
		if err := notebook.WriteHTML(pagePath, nb, title); err != nil {
			return failed(fmt.Errorf("exec: %w", err))
		}
	}
	if runErr != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", in, runErr)
		var cell *notebook.CellError
		if errors.As(runErr, &cell) && cell.Err.Kind == session.KindInterrupt {
			return interrupted
		}
		return 1
	}
	return 0
}

func convertFile(args []string) int {
	rest, code, ok := parse(flag.NewFlagSet("convert", flag.ContinueOnError), args)
	if !ok {
		return code
	}
	if len(rest) != 2 {
		return usage("convert: %d files are named; the call is `neurorepl convert A B`, one a .ipynb and one a .go", len(rest))
	}
	from, to := filepath.Ext(rest[0]), filepath.Ext(rest[1])
	var err error
	switch {
	case from == ".ipynb" && to == ".go":
		err = notebook.ConvertToScript(rest[0], rest[1])
	case from == ".go" && to == ".ipynb":
		err = notebook.ConvertToNotebook(rest[0], rest[1])
	default:
		return usage("convert: from %q to %q; one must be a .ipynb and the other a .go", rest[0], rest[1])
	}
	if err != nil {
		return failed(fmt.Errorf("convert: %w", err))
	}
	return 0
}
