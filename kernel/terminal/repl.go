// Package terminal is the interactive front end: a line editor for cells of
// Go, and their results and pictures on the terminal.
//
//	status := terminal.Run(terminal.Options{Open: open, Version: "1.0"})
//
// It reads and draws; what a cell means is the session's business.
package terminal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"sync"
	"time"

	"github.com/reeflective/readline"
	"golang.org/x/term"

	"github.com/neurorepl/neurorepl/kernel/session"
)

// An Engine is what the terminal needs of a session; *session.Session is one.
type Engine interface {
	Run(ctx context.Context, c session.Cell) session.Result
	Complete(text string, cursor int) session.Completions
	Completeness(text string) session.Completeness
	Close() error
}

// Options say how Run starts.
type Options struct {
	// Open makes the session. It is called in the background while the first
	// line is being typed.
	Open func(session.Options) (Engine, error)
	// Version is shown in the banner.
	Version string
	// Args is os.Args as cells see it.
	Args []string
}

// slow is the time from which on a cell's duration is printed.
const slow = 2 * time.Second

// Run reads cells and shows what comes of them until the user leaves, and
// returns the process's exit status.
func Run(o Options) int {
	able, typed := Detect(true)
	scr := &screen{out: os.Stdout, able: able, editing: true}
	r := &repl{scr: scr}
	r.start(o)
	past, err := openHistory(historyPath())
	if err != nil {
		fmt.Fprintf(os.Stderr, "The history is not kept: %v\n", err)
	}
	r.ed = newEditor(r.engine, past, able)
	if typed != "" {
		r.ed.shell.Keys.Feed(false, []rune(typed)...)
	}
	fmt.Fprintf(scr.out, "neurorepl %s · Go for neuroscience\n", o.Version)
	fmt.Fprintf(scr.out, "%s\n", scr.dim("Tab completes, name? explains, %help lists commands, Ctrl-D leaves."))
	return r.loop()
}

type repl struct {
	scr   *screen
	ed    *editor
	ready sync.WaitGroup
	eng   Engine
	err   error
}

// start opens the session in the background.
func (r *repl) start(o Options) {
	r.ready.Add(1)
	go func() {
		defer r.ready.Done()
		defer func() {
			if p := recover(); p != nil {
				r.err = fmt.Errorf("the session could not start: %v", p)
			}
		}()
		r.eng, r.err = o.Open(session.Options{
			Stdout: r.scr,
			Stderr: r.scr,
			Stdin:  os.Stdin,
			Sink:   r.scr,
			Args:   o.Args,
		})
	}()
}

// engine returns the session once it is there, and one that says why it is not
// there when it could not start.
func (r *repl) engine() Engine {
	r.ready.Wait()
	if r.err != nil {
		return broken{}
	}
	return r.eng
}

// broken stands for a session that could not start.
type broken struct{}

func (broken) Run(context.Context, session.Cell) session.Result { return session.Result{} }
func (broken) Complete(string, int) session.Completions         { return session.Completions{} }
func (broken) Completeness(string) session.Completeness {
	return session.Completeness{Status: "complete"}
}
func (broken) Close() error { return nil }

func (r *repl) loop() int {
	interrupts := make(chan os.Signal, 1)
	signal.Notify(interrupts, os.Interrupt)
	defer signal.Stop(interrupts)
	for {
		r.measure()
		text, err := r.ed.read()
		switch {
		case errors.Is(err, io.EOF):
			return r.leave()
		case errors.Is(err, readline.ErrInterrupt):
			continue
		case err != nil:
			fmt.Fprintf(os.Stderr, "neurorepl: the terminal cannot be read: %v\n", err)
			r.leave()
			return 1
		}
		switch strings.TrimSpace(text) {
		case "":
			continue
		case "exit", "quit", "exit()", "quit()", "%exit", "%quit":
			return r.leave()
		}
		select { // a Ctrl-C from before this cell is not meant for it
		case <-interrupts:
		default:
		}
		eng := r.engine()
		if r.err != nil {
			fmt.Fprintf(os.Stderr, "neurorepl: %v\n", r.err)
			return 1
		}
		r.run(eng, text, interrupts)
	}
}

func (r *repl) leave() int {
	r.scr.begin()
	r.scr.end()
	r.ready.Wait()
	if r.eng != nil {
		r.eng.Close()
	}
	return 0
}

// keys is what the terminal adds to the session's help.
const keys = `
At this prompt: Enter runs a whole cell, Alt-Enter or an open bracket goes on to the next line, and two empty lines
run whatever is there. Tab completes, Ctrl-R searches what was typed before, Ctrl-X O opens the cell in $EDITOR.
Ctrl-C stops a running cell or gives up a line, Ctrl-D or exit leaves.`

// measure takes the window's size, which may have changed.
func (r *repl) measure() {
	if w, h, err := term.GetSize(int(os.Stdout.Fd())); err == nil {
		r.scr.resize(w, h)
		r.ed.fold.rows = h
	}
}

// run runs one cell; an interrupt ends the cell and not the session.
func (r *repl) run(eng Engine, text string, interrupts <-chan os.Signal) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	done := make(chan struct{})
	defer close(done)
	go func() {
		select {
		case <-interrupts:
			cancel()
		case <-done:
		}
	}()
	r.scr.begin()
	res := eng.Run(ctx, session.Cell{Text: text})
	r.report(res)
	if strings.TrimSpace(text) == "%help" {
		r.scr.line(keys)
	}
	r.scr.end()
	if res.Count > 0 {
		r.ed.count = res.Count + 1
	}
}

// report prints what came of a cell.
func (r *repl) report(res session.Result) {
	s := r.scr
	for _, note := range res.Notes {
		s.line(s.dim(note))
	}
	if res.Page != nil {
		s.line(strings.TrimRight(res.Page.Text(), "\n"))
	}
	for _, v := range res.Values {
		if _, data := picture(v.Bundle); data != nil || v.IsBundle {
			if err := s.Display(v.Bundle); err != nil {
				s.line(s.paint("31", err.Error()))
			}
			continue
		}
		label := s.paint("31", fmt.Sprintf("Out[%d]:", res.Count))
		text := strings.TrimRight(v.Bundle.Text(), "\n")
		if strings.Contains(text, "\n") {
			s.line(label + "\n" + text)
		} else {
			s.line(label + " " + text)
		}
	}
	if e := res.Err; e != nil {
		s.line(s.paint("31", strings.TrimRight(e.Error(), "\n")))
		for _, at := range e.Trace {
			s.line(s.dim("    " + at))
		}
	}
	if res.Elapsed >= slow {
		s.line(s.dim(fmt.Sprintf("(%.1f s)", res.Elapsed.Seconds())))
	}
}

// line prints text on lines of its own.
func (s *screen) line(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pending()
	if s.column > 0 {
		s.write([]byte("\n"))
	}
	s.last = ""
	s.write([]byte(text + "\n"))
}
