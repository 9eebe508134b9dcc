package jupyter

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/neurorepl/neurorepl/kernel/session"
)

// A doer is an engine that can run a function of the program as if it were a
// cell: one at a time with cells, its output captured, interruptible.
type doer interface {
	Do(ctx context.Context, name string, f func()) session.Result
}

// deliver hands a message of a front end to whoever opened its comm and reports
// whether somebody listens; nil while nobody can.
var deliver func(id string, data json.RawMessage, buffers [][]byte) bool

// Open opens a comm to the front ends: an exchange of messages whose meaning is
// that of target. With Send and Close it makes an output a display.CommSink.
func (o *output) Open(id, target string, data any, metadata map[string]any, buffers [][]byte) error {
	if id == "" || target == "" {
		return fmt.Errorf("jupyter: comm %q for %q: an identifier and a target are needed", id, target)
	}
	o.mu.Lock()
	if o.comms == nil {
		o.comms = map[string]string{}
	}
	o.comms[id] = target
	o.mu.Unlock()
	return o.comm("comm_open", object{"comm_id": id, "target_name": target, "data": orNothing(data)}, metadata, buffers)
}

// Send sends a message of an open comm.
func (o *output) Send(id string, data any, buffers [][]byte) error {
	if _, ok := o.target(id); !ok {
		return notOpen(id)
	}
	return o.comm("comm_msg", object{"comm_id": id, "data": orNothing(data)}, nil, buffers)
}

// Close closes a comm.
func (o *output) Close(id string) error {
	if !o.forget(id) {
		return notOpen(id)
	}
	return o.comm("comm_close", object{"comm_id": id, "data": object{}}, nil, nil)
}

func notOpen(id string) error { return fmt.Errorf("jupyter: comm %q is not open", id) }

func orNothing(data any) any {
	if data == nil {
		return object{}
	}
	return data
}

// comm sends a message of a comm after the text so far, in a silent cell too:
// it is state, not output.
func (o *output) comm(msgType string, content any, metadata map[string]any, buffers [][]byte) error {
	o.mu.Lock()
	o.flush(true)
	err := o.publish(outgoing{
		topic: msgType, msgType: msgType, parent: o.parent, metadata: metadata, content: content, buffers: buffers,
	})
	stop := o.stop
	o.mu.Unlock()
	o.wait(stop)
	return err
}

// target returns what an open comm is for.
func (o *output) target(id string) (string, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	t, ok := o.comms[id]
	return t, ok
}

func (o *output) forget(id string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	_, ok := o.comms[id]
	delete(o.comms, id)
	return ok
}

// commInfo answers which comms are open, of all targets or of one.
func (k *kernel) commInfo(r *request) {
	var c struct {
		Target string `json:"target_name"`
	}
	if !k.parse(k.shell, r, &c) {
		return
	}
	k.out.mu.Lock()
	comms := object{}
	for id, target := range k.out.comms {
		if c.Target == "" || c.Target == target {
			comms[id] = object{"target_name": target}
		}
	}
	k.out.mu.Unlock()
	k.reply(k.shell, r, "comm_info_reply", object{"status": "ok", "comms": comms})
}

// onComm takes a message of a comm. None of them is answered.
func (k *kernel) onComm(r *request) {
	var c struct {
		ID     string          `json:"comm_id"`
		Target string          `json:"target_name"`
		Data   json.RawMessage `json:"data"`
	}
	err := json.Unmarshal(r.content, &c)
	if err == nil && c.ID == "" {
		err = errors.New("no comm_id")
	}
	if err != nil {
		k.log.Printf("%s: %v", r.header.MsgType, err)
		return
	}
	_, open := k.out.target(c.ID)
	switch r.header.MsgType {
	case "comm_open":
		k.opened(r, c.ID, c.Target, c.Data)
	case "comm_close":
		k.out.forget(c.ID)
	case "comm_msg":
		if !open || deliver == nil { // of a kernel before this one, say
			k.out.message("comm_close", r.parent, object{"comm_id": c.ID, "data": object{}})
			return
		}
		k.callback(r, func() { deliver(c.ID, c.Data, r.buffers) })
	}
}

// callback runs what a message of a comm calls, as a cell is run: its output
// belongs to the message.
func (k *kernel) callback(r *request, f func()) {
	<-k.started
	engine, ok := k.engine.(doer)
	if k.engineErr != nil || !ok {
		return
	}
	k.cells.Lock()
	defer k.cells.Unlock()
	ctx, end := k.interruptible()
	defer end()
	k.out.begin(r.parent, false, ctx.Done())
	result := engine.Do(ctx, "callback", f)
	k.out.sync()
	if result.Err != nil {
		k.fail(r, result.Err, traceback(result.Err, "", ""))
	}
}

// opened takes a comm that a front end opens.
func (k *kernel) opened(r *request, id, target string, data json.RawMessage) {
	// No target is known here; the protocol asks to say so by closing.
	k.out.message("comm_close", r.parent, object{"comm_id": id, "data": object{}})
}
