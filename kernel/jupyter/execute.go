package jupyter

import (
	"context"
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
		k.reply(k.shell, r, "execute_reply", object{"status": "aborted", "execution_count": k.count})
		return
	}
	if !k.ready(r) {
		return
	}
	counts := !c.Silent && (c.StoreHistory == nil || *c.StoreHistory)
	if counts {
		k.count++
	}
	if !c.Silent {
		k.out.message("execute_input", r.parent, object{"code": c.Code, "execution_count": k.count})
	}

	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	k.mu.Lock()
	k.cancel = cancel
	k.mu.Unlock()
	select {
	case <-k.done: // a shutdown that came just before
		cancel()
	default:
	}
	k.out.begin(r.parent, c.Silent, ctx.Done())
	k.in.begin(r, c.AllowStdin, ctx.Done())
	cell := session.Cell{Text: c.Code, Silent: c.Silent}
	if counts {
		cell.Name = fmt.Sprintf("cell [%d]", k.count)
	}
	result := k.run(ctx, cell)
	content := k.finish(r, c, result)
	if result.Err == nil {
		content["user_expressions"] = k.expressions(ctx, c.Expressions)
	}
	k.in.end()
	k.mu.Lock()
	k.cancel = nil
	k.mu.Unlock()

	if counts {
		k.history.add(entry{count: k.count, input: c.Code, output: text(result)})
	}
	if result.Err != nil && (c.StopOnError == nil || *c.StopOnError) {
		// Cells that were sent before this one failed are not to run. Those on
		// their way are waited for; those sent after the reply will run.
		time.Sleep(grace)
		k.queue.abort()
	}
	k.reply(k.shell, r, "execute_reply", content)
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
func (k *kernel) finish(r *request, c executeRequest, result session.Result) object {
	for _, note := range result.Notes {
		fmt.Fprintln(k.out.writer("stderr"), note)
	}
	for _, v := range result.Values {
		var err error
		if v.IsBundle {
			err = k.out.Display(v.Bundle)
		} else {
			err = k.out.result(v.Bundle, k.count)
		}
		if err != nil { // a value that JSON cannot hold
			fmt.Fprintln(k.out.writer("stderr"), err)
			if plain := display.Text(v.Bundle.Text()); v.IsBundle {
				k.out.Display(plain)
			} else {
				k.out.result(plain, k.count)
			}
		}
	}
	if result.Err != nil {
		content := failure(result.Err.Kind, result.Err.Message, traceback(result.Err))
		if !c.Silent {
			shown := failure(result.Err.Kind, result.Err.Message, traceback(result.Err))
			delete(shown, "status")
			k.out.message("error", r.parent, shown)
		}
		content["execution_count"] = k.count
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
		"status": "ok", "execution_count": k.count, "payload": payload, "user_expressions": object{},
	}
}

// traceback is what front ends print: the error, then where it came from.
func traceback(e *session.Error) []string {
	return append(strings.Split(strings.TrimRight(e.Error(), "\n"), "\n"), e.Trace...)
}

// expressions evaluates what a request wants to know after its cell.
func (k *kernel) expressions(ctx context.Context, list map[string]string) object {
	answers := object{}
	for _, name := range slices.Sorted(maps.Keys(list)) {
		code := list[name]
		r := k.run(ctx, session.Cell{Text: code, Name: "expression " + name})
		switch {
		case r.Err != nil:
			answers[name] = failure(r.Err.Kind, r.Err.Message, traceback(r.Err))
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
