// Package session is one user's session: cells of Go text go in, their output,
// values and errors come out, and what a cell declares stays for the next.
// Every front end (terminal, Jupyter, scripts, notebooks) drives this package
// and differs only in where it sends what comes out.
//
//	s, err := session.New(session.Options{Stdout: os.Stdout, Stderr: os.Stderr, Sink: sink})
//	r := s.Run(ctx, session.Cell{Text: "x := 2\nx * 21"})
//	// r.Values[0] shows 42
package session

import (
	"io"
	"time"

	"github.com/neurorepl/neurorepl/neuro/display"
)

// Options say where a session's output goes. The zero value discards it.
type Options struct {
	Stdout, Stderr io.Writer
	Stdin          io.Reader
	// Sink receives what display.Show shows while a cell runs. The values of
	// last expressions are not sent there: they are in Result.
	Sink display.Sink
	// Args is os.Args as cells see it.
	Args []string
	// MaxMemory is how many bytes a cell may add to the heap before it is
	// ended. 0 is nine tenths of the machine's memory, where that is known; less
	// than 0 is no limit.
	MaxMemory int64
}

// A Cell is one piece of input.
type Cell struct {
	// Text is Go source: imports, declarations and statements in any order,
	// or a line such as `name?`.
	Text string
	// Name stands in error positions; empty means "cell [n]".
	Name string
	// Silent runs the cell without counting it and without values.
	Silent bool
}

// A Result is what came of a cell.
type Result struct {
	// Count is the number of the cell, from 1; a silent cell has the number of
	// the last counted one.
	Count int
	// Values are what the last expression gave: none for a statement, one for
	// a value, several for a call that returns several.
	Values []Value
	// Page is documentation that the cell asked for with `name?`.
	Page *display.Bundle
	// Notes are hints to the user, such as how to get a shadowed package back.
	Notes []string
	// Err is nil when the cell ran to its end.
	Err *Error
	// Elapsed is the wall time of the cell.
	Elapsed time.Duration
}

// A Value is one shown value of a last expression.
type Value struct {
	Bundle display.Bundle
	// IsBundle tells that the value was itself a display.Bundle, which front
	// ends send as display data; any other value is the cell's result.
	IsBundle bool
	zero     bool // the zero value of its type
}

// The kinds of Error.
const (
	KindCompile   = "compile error" // the cell did not run at all
	KindPanic     = "panic"         // it ran until a panic, here or in a goroutine
	KindInterrupt = "interrupted"   // the user stopped it
	KindExit      = "exit"          // it called os.Exit or log.Fatal
	KindError     = "error"         // the call of its last expression returned an error
	KindFatal     = "fatal error"   // of a script: what ends a Go program without a panic, such as a deadlock
)

// An Error is why a cell ended early. The session lives on.
type Error struct {
	Kind string
	// Message is one or more lines, each with its position where one is
	// known: "cell [4]:4:15: undefined: nope".
	Message string
	// Trace is the call stack in the user's code, innermost first; may be empty.
	Trace []string
	// Code is the status given to os.Exit, for KindExit.
	Code int
}

// Error returns the message, with the kind before it unless it is a compile
// error, whose message says enough.
func (e *Error) Error() string {
	if e.Kind == KindCompile {
		return e.Message
	}
	return e.Kind + ": " + e.Message
}

// A Completion is one way to go on at the cursor.
type Completion struct {
	Text string // replaces the text from Completions.Start to Completions.End
	Kind string // "package", "function", "type", "variable", "constant", "field", "method", "keyword", "command"
	Type string // signature or type, for the menu
}

// Completions are the ways to go on, the likeliest first. Start and End are
// byte offsets into the text.
type Completions struct {
	Start, End int
	Items      []Completion
}

// Completeness answers whether text is a whole cell.
type Completeness struct {
	Status string // "complete", "incomplete", "invalid"
	Indent string // for "incomplete": what the next line starts with
}
