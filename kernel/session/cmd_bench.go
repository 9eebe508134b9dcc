package session

import (
	"context"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"

	"github.com/neurorepl/neurorepl/kernel/lower"
)

// benchmark is a cell that runs a statement often enough to time it. Its value
// is text: runs per round, what they allocated (number, bytes), then the time
// of each round in ns. A round takes at least 20 ms, all of them about a second.
// The names cannot be a user's by chance.
const benchmark = `import timeˑ "time"
import runtimeˑ "runtime"
import fmtˑ "fmt"
func() string {
	runˑ := func(nˑ int) {
		for range nˑ {
			%s
		}
	}
	nˑ, tookˑ := 1, timeˑ.Duration(0)
	for {
		startˑ := timeˑ.Now()
		runˑ(nˑ)
		if tookˑ = timeˑ.Since(startˑ); tookˑ >= 20*timeˑ.Millisecond || nˑ >= 1e9 {
			break
		}
		nextˑ := 100 * nˑ
		if tookˑ > 0 {
			nextˑ = min(nextˑ, int(1.2*float64(nˑ)*20e6/float64(tookˑ)))
		}
		nˑ = max(nextˑ, nˑ+1)
	}
	roundsˑ := max(3, min(15, int(timeˑ.Second/tookˑ)))
	if tookˑ > 3*timeˑ.Second {
		roundsˑ = 1
	}
	var beforeˑ, afterˑ runtimeˑ.MemStats
	timesˑ := make([]int64, roundsˑ)
	runtimeˑ.GC()
	runtimeˑ.ReadMemStats(&beforeˑ)
	for iˑ := range timesˑ {
		startˑ := timeˑ.Now()
		runˑ(nˑ)
		timesˑ[iˑ] = int64(timeˑ.Since(startˑ))
	}
	runtimeˑ.ReadMemStats(&afterˑ)
	return fmtˑ.Sprint(nˑ, afterˑ.Mallocs-beforeˑ.Mallocs, afterˑ.TotalAlloc-beforeˑ.TotalAlloc, timesˑ)
}()`

// bench answers %bench. The statement stands at a line and column of its cell.
func (s *Session) bench(ctx context.Context, name, statement string, line, column int, res *Result) {
	defer func() {
		if p := recover(); p != nil {
			res.Err = &Error{Kind: KindPanic, Message: fmt.Sprintf("%s: neurorepl itself failed: %v", name, p)}
		}
	}()
	// An expression whose value nobody uses is no statement. The errors are
	// those of the text as it was typed, at its place.
	body := statement
	if errs := s.refused(name, strings.Repeat("\n", line)+fmt.Sprintf("%-*s", column, "for {")+statement+"\n}"); len(errs) > 0 {
		for _, e := range errs {
			if e.Pos.Line > line+1 {
				e.Pos.Line, e.Pos.Column = line+1, column+len(statement)+1
				e.Msg = strings.Replace(e.Msg, "found '}'", "found the end of the line", 1)
			}
		}
		body = "_ = " + statement
		if len(s.refused(name, "for {\n"+body+"\n}")) > 0 {
			res.Err = &Error{Kind: KindCompile, Message: messages(errs)}
			return
		}
	}
	if returns(statement) {
		res.Err = &Error{Kind: KindCompile, Message: fmt.Sprintf("%s:%d:%d: a statement that returns cannot be measured; put it into a function and call that", name, line+1, column+1)}
		return
	}
	// Outside of the loop there is nothing to leave: a break would end the
	// measurement.
	if errs := s.refused(name, strings.Repeat("\n", line)+strings.Repeat(" ", column)+statement); len(errs) > 0 {
		res.Err = &Error{Kind: KindCompile, Message: messages(errs)}
		return
	}
	unit, errs := s.scope.Cell(name, fmt.Sprintf(benchmark, fmt.Sprintf("/*line %s:%d:%d*/%s", name, line+1, column+1, body)))
	if len(errs) > 0 {
		res.Err = &Error{Kind: KindCompile, Message: messages(errs)}
		return
	}
	values, failed := s.execute(ctx, name, unit, s.ending)
	s.forget(unit.Abandon())
	if failed != nil {
		res.Err = failed
		return
	}
	if len(values) == 1 {
		fmt.Fprint(s.out, benchTable(values[0].Bundle.Text()))
	}
}

// returns tells whether a statement leaves the function around it.
func returns(statement string) (does bool) {
	file, err := parser.ParseFile(token.NewFileSet(), "", "package p\nfunc _() {\n"+statement+"\n}", parser.SkipObjectResolution)
	if err != nil {
		return false
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ReturnStmt:
			does = true
		}
		return true
	})
	return does
}

// refused checks a cell and forgets it.
func (s *Session) refused(name, text string) lower.Errors {
	unit, errs := s.scope.Cell(name, text)
	if unit != nil {
		s.forget(unit.Abandon())
	}
	return errs
}

// benchTable writes what a benchmark measured.
func benchTable(measured string) string {
	var v []float64
	for _, f := range strings.FieldsFunc(measured, func(r rune) bool { return !strings.ContainsRune("0123456789", r) }) {
		x, err := strconv.ParseFloat(f, 64)
		if err != nil {
			return ""
		}
		v = append(v, x)
	}
	if len(v) < 4 {
		return ""
	}
	n, rounds := v[0], v[3:]
	slices.Sort(rounds)
	middle := rounds[len(rounds)/2]
	if k := len(rounds); k%2 == 0 {
		middle = (rounds[k/2-1] + rounds[k/2]) / 2
	}
	runs := n * float64(len(rounds))
	return fmt.Sprintf("time    %s per run: median of %s of %s\nspread  %s to %s\nmemory  %s in %s per run\n",
		duration(middle/n), count(float64(len(rounds)), "round"), count(n, "run"), duration(rounds[0]/n), duration(rounds[len(rounds)-1]/n),
		bytesText(v[2]/runs), count(v[1]/runs, "allocation"))
}

// duration writes nanoseconds with three digits.
func duration(ns float64) string {
	for _, u := range []struct {
		name string
		ns   float64
	}{{"s", 1e9}, {"ms", 1e6}, {"µs", 1e3}} {
		if ns >= 0.9995*u.ns {
			return digits(ns/u.ns) + " " + u.name
		}
	}
	return digits(ns) + " ns"
}

func bytesText(b float64) string {
	for _, u := range []struct {
		name string
		size float64
	}{{"GB", 1e9}, {"MB", 1e6}, {"kB", 1e3}} {
		if b >= 0.9995*u.size {
			return digits(b/u.size) + " " + u.name
		}
	}
	return strconv.FormatFloat(b, 'f', 0, 64) + " B"
}

// digits writes a number with three digits, or all before the point.
func digits(x float64) string {
	switch {
	case x >= 99.95:
		return strconv.FormatFloat(x, 'f', 0, 64)
	case x >= 9.995:
		return strconv.FormatFloat(x, 'f', 1, 64)
	}
	return strconv.FormatFloat(x, 'f', 2, 64)
}

func count(n float64, what string) string {
	text := strconv.FormatFloat(n, 'f', 0, 64)
	if n >= 0.01 && n < 10 && n != float64(int(n)) {
		text = strconv.FormatFloat(n, 'g', 2, 64)
	}
	if text == "1" {
		return "1 " + what
	}
	return text + " " + what + "s"
}
