package jupyter

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/neurorepl/neurorepl/kernel/session"
	"github.com/neurorepl/neurorepl/neuro/display"
)

// An executeRequest is the content of an execute_request.
type executeRequest struct {
	Code         string            `json:"code"`
	Silent       bool              `json:"silent"`
	StoreHistory *bool             `json:"store_history"` // default: not silent
	Expressions  map[string]string `json:"user_expressions"`
	AllowStdin   bool              `json:"allow_stdin"`
	StopOnError  *bool             `json:"stop_on_error"` // default: true
}

// execute runs a cell.
func (k *kernel) execute(r *request) {
	var c executeRequest
	if !k.parse(k.shell, r, &c) {
		return
	}
	if r.aborted {
		k.reply(k.shell, r, "execute_reply", object{"status": "aborted", "execution_count": k.count.Load()})
		return
	}
	if !k.ready(r) {
		return
	}
	k.cells.Lock()
	defer k.cells.Unlock()
	counts := !c.Silent && (c.StoreHistory == nil || *c.StoreHistory)
	if counts {
		k.count.Add(1)
	}
	if !c.Silent {
		k.out.message("execute_input", r.parent, object{"code": c.Code, "execution_count": k.count.Load()})
	}

	ctx, end := k.interruptible()
	defer end()
	k.out.begin(r.parent, c.Silent, ctx.Done())
	if !c.Silent {
		var meta struct {
			Cell    string   `json:"cellId"` // as JupyterLab calls it
			Deleted []string `json:"deletedCells"`
		}
		json.Unmarshal(r.meta, &meta) // other front ends say nothing
		k.out.replaced(append(meta.Deleted, meta.Cell)...)
		k.out.in(meta.Cell)
		defer k.out.in("")
	}
	k.in.begin(r, c.AllowStdin, ctx.Done())
	cell := session.Cell{Text: c.Code, Silent: c.Silent}
	if counts {
		cell.Name = fmt.Sprintf("cell [%d]", k.count.Load())
	}
	result := k.run(ctx, cell)
	leave := result.Err != nil && result.Err.Kind == session.KindCompile && leaving(c.Code)
	if leave { // not a name that a cell declared
		result.Err = nil
	}
	content := k.finish(r, c, cell.Name, result)
	if leave {
		content["payload"] = []object{{"source": "ask_exit", "keepkernel": false}}
	}
	if result.Err == nil {
		content["user_expressions"] = k.expressions(ctx, c.Expressions)
	}
	k.in.end()
	end()

	if counts {
		if err := k.history.add(entry{Count: int(k.count.Load()), Input: c.Code, Output: text(result)}); err != nil {
			k.log.Print(err)
		}
	}
	if result.Err != nil && (c.StopOnError == nil || *c.StopOnError) {
		// Cells that were sent before this one failed are not to run. Those on
		// their way are waited for; those sent after the reply will run.
		time.Sleep(grace)
		r.queue.abort()
	}
	k.reply(k.shell, r, "execute_reply", content)
}

// leaving tells whether code is what users of a console type to leave it.
func leaving(code string) bool {
	switch strings.TrimSpace(code) {
	case "exit", "quit", "exit()", "quit()":
		return true
	}
	return false
}

// fail shows an error to all front ends.
func (k *kernel) fail(r *request, e *session.Error, trace []string) {
	k.out.message("error", r.parent, object{"ename": e.Kind, "evalue": e.Message, "traceback": trace})
}

// interruptible returns a context that ends when the user interrupts, until
// the function that it comes with is called.
func (k *kernel) interruptible() (context.Context, func()) {
	ctx, cancel := context.WithCancel(context.Background())
	k.mu.Lock()
	k.cancel = cancel
	k.mu.Unlock()
	select {
	case <-k.done: // a shutdown that came just before
		cancel()
	default:
	}
	return ctx, func() {
		k.mu.Lock()
		k.cancel = nil
		k.mu.Unlock()
		cancel()
	}
}

// run is the engine's Run, which is not to panic; if it does, the session goes
// on with whatever the cell left.
func (k *kernel) run(ctx context.Context, c session.Cell) (result session.Result) {
	defer func() {
		if p := recover(); p != nil {
			k.log.Printf("cell: %v\n%s", p, debug.Stack())
			result.Err = &session.Error{Kind: session.KindPanic, Message: fmt.Sprintf("inside neurorepl: %v", p)}
		}
	}()
	return k.engine.Run(ctx, c)
}

// finish shows what came of a cell and returns the content of its reply.
func (k *kernel) finish(r *request, c executeRequest, name string, result session.Result) object {
	for _, note := range result.Notes {
		fmt.Fprintln(k.out.writer("stderr"), note)
	}
	for _, v := range result.Values {
		var err error
		if v.IsBundle {
			err = k.out.Display(v.Bundle)
		} else {
			err = k.out.result(v.Bundle, k.count.Load())
		}
		if err != nil { // a value that JSON cannot hold
			fmt.Fprintln(k.out.writer("stderr"), err)
			if plain := display.Text(v.Bundle.Text()); v.IsBundle {
				k.out.Display(plain)
			} else {
				k.out.result(plain, k.count.Load())
			}
		}
	}
	if result.Err != nil {
		trace := traceback(result.Err, name, c.Code)
		content := failure(result.Err.Kind, result.Err.Message, trace)
		if !c.Silent {
			k.fail(r, result.Err, trace)
		}
		content["execution_count"] = k.count.Load()
		content["payload"] = []object{}
		content["user_expressions"] = object{}
		return content
	}
	payload := []object{}
	if result.Page != nil {
		if data, err := mimeData(*result.Page); err == nil {
			payload = append(payload, object{"source": "page", "data": data, "start": 0})
		}
	}
	return object{
		"status": "ok", "execution_count": k.count.Load(), "payload": payload, "user_expressions": object{},
	}
}

// expressions evaluates what a request wants to know after its cell.
func (k *kernel) expressions(ctx context.Context, list map[string]string) object {
	answers := object{}
	for _, name := range slices.Sorted(maps.Keys(list)) {
		code := list[name]
		r := k.run(ctx, session.Cell{Text: code, Name: "expression " + name})
		switch {
		case r.Err != nil:
			answers[name] = failure(r.Err.Kind, r.Err.Message, traceback(r.Err, "", ""))
		case len(r.Values) == 0:
			answers[name] = failure("no value", fmt.Sprintf("jupyter: %q has no value", code), nil)
		default:
			data, err := mimeData(r.Values[0].Bundle)
			if err != nil {
				answers[name] = failure("no value", err.Error(), nil)
				continue
			}
			answers[name] = object{"status": "ok", "data": data, "metadata": orEmpty(r.Values[0].Bundle.Metadata)}
		}
	}
	return answers
}

// text returns a result's values as plain text, for the history.
func text(r session.Result) string {
	var lines []string
	for _, v := range r.Values {
		lines = append(lines, v.Bundle.Text())
	}
	return strings.Join(lines, "\n")
}
