package jupyter

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/neurorepl/neurorepl/kernel/session"
	"github.com/neurorepl/neurorepl/kernel/widgets"
	"github.com/neurorepl/neurorepl/neuro/display"
)

// A doer is an engine that can run a function of the program as if it were a
// cell: one at a time with cells, its output captured, interruptible.
type doer interface {
	Do(ctx context.Context, name string, f func()) session.Result
}

// A comm is an open comm of either end.
type comm struct {
	display.Comm
	cell string // the cell of the notebook that opened it, "" when not known
}

// NewID returns an identifier for a comm or a display. With Open, Send and
// Close it makes an output display.Comms.
func (o *output) NewID() string { return newID() }

// Open opens a comm to the front ends: an exchange of messages whose meaning is
// that of target.
func (o *output) Open(c display.Comm) error {
	if c.ID == "" || c.Target == "" {
		return fmt.Errorf("jupyter: comm %q for %q: an identifier and a target are needed", c.ID, c.Target)
	}
	if c.Target == widgets.Target {
		if err := o.models.Opened(c); err != nil {
			return err
		}
	}
	o.mu.Lock()
	o.register(comm{c, o.cell})
	parent := o.parent
	o.mu.Unlock()
	return o.comm("comm_open", parent, object{"comm_id": c.ID, "target_name": c.Target, "data": orNothing(c.Data)}, c.Metadata, c.Buffers)
}

// register adds a comm; o.mu is held.
func (o *output) register(c comm) {
	if o.comms == nil {
		o.comms = map[string]comm{}
	}
	o.comms[c.ID] = c
}

// Send sends a message of an open comm.
func (o *output) Send(id string, data any, buffers [][]byte) error {
	c, ok := o.open(id)
	if !ok {
		return notOpen(id)
	}
	if c.Target == widgets.Target {
		if _, err := o.models.Sent(id, data, buffers); err != nil {
			return err
		}
	}
	o.mu.Lock()
	parent := o.parent
	o.mu.Unlock()
	return o.comm("comm_msg", parent, object{"comm_id": id, "data": orNothing(data)}, nil, buffers)
}

// Close closes a comm.
func (o *output) Close(id string) error {
	if _, ok := o.forget(id); !ok {
		return notOpen(id)
	}
	o.mu.Lock()
	parent := o.parent
	o.mu.Unlock()
	return o.comm("comm_close", parent, object{"comm_id": id, "data": object{}}, nil, nil)
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
func (o *output) comm(msgType string, parent json.RawMessage, content any, metadata map[string]any, buffers [][]byte) error {
	o.mu.Lock()
	o.flush(true)
	err := o.publish(outgoing{
		topic: msgType, msgType: msgType, parent: parent, metadata: metadata, content: content, buffers: buffers,
	})
	stop := o.stop
	o.mu.Unlock()
	o.wait(stop)
	return err
}

// open returns an open comm.
func (o *output) open(id string) (comm, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	c, ok := o.comms[id]
	return c, ok
}

func (o *output) forget(id string) (comm, bool) {
	o.mu.Lock()
	c, ok := o.comms[id]
	delete(o.comms, id)
	o.mu.Unlock()
	o.models.Closed(id)
	return c, ok
}

// replaced closes the comms that cells opened whose output is gone: those that
// run again or were deleted, by the identifiers that the front end has for
// them.
func (o *output) replaced(cells ...string) {
	gone := map[string]bool{}
	for _, id := range cells {
		gone[id] = id != ""
	}
	o.mu.Lock()
	var ids []string
	for id, c := range o.comms {
		if gone[c.cell] {
			ids = append(ids, id)
		}
	}
	o.mu.Unlock()
	for _, id := range ids {
		c, _ := o.open(id)
		o.Close(id)
		if c.Closed != nil {
			c.Closed()
		}
	}
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
	for id, open := range k.out.comms {
		if c.Target == "" || c.Target == open.Target {
			comms[id] = object{"target_name": open.Target}
		}
	}
	k.out.mu.Unlock()
	k.reply(k.shell, r, "comm_info_reply", object{"status": "ok", "comms": comms})
}

// onComm takes a message of a comm, and does what messages asked for. While a
// control is moved, they come faster than figures are drawn: the last of those
// that wait does the work of all.
func (k *kernel) onComm(r *request) {
	k.onCommMessage(r)
	if !r.queue.next("comm_msg") {
		k.runDue(r)
	}
}

func (k *kernel) onCommMessage(r *request) {
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
	switch r.header.MsgType {
	case "comm_open":
		if c.Target == widgets.ControlTarget {
			k.out.mu.Lock()
			k.out.register(comm{Comm: display.Comm{ID: c.ID, Target: c.Target}})
			k.out.mu.Unlock()
			return
		}
		// No other target is known; the protocol asks to say so by closing.
		k.out.message("comm_close", r.parent, object{"comm_id": c.ID, "data": object{}})
	case "comm_close":
		if closed, ok := k.out.forget(c.ID); ok && closed.Closed != nil {
			closed.Closed()
		}
	case "comm_msg":
		open, ok := k.out.open(c.ID)
		if !ok { // of a kernel before this one, say
			k.out.message("comm_close", r.parent, object{"comm_id": c.ID, "data": object{}})
			return
		}
		k.received(r, open, c.Data)
	}
}

// received takes a message of an open comm.
func (k *kernel) received(r *request, c comm, data json.RawMessage) {
	var (
		m   widgets.Message
		err error
	)
	switch c.Target {
	case widgets.ControlTarget:
		if json.Unmarshal(data, &m) == nil && m.Method == "request_states" {
			states, buffers := k.out.models.States()
			k.out.comm("comm_msg", r.parent, object{"comm_id": c.ID, "data": states}, nil, buffers)
		}
		return
	case widgets.Target:
		if m, err = k.out.models.Sent(c.ID, data, r.buffers); err != nil {
			k.log.Print(err)
			return
		}
		switch m.Method {
		case "request_state":
			if state, buffers, ok := k.out.models.State(c.ID); ok {
				k.out.comm("comm_msg", r.parent, object{"comm_id": c.ID, "data": state}, nil, buffers)
			}
			return
		case "update": // other front ends see it too
			m.Method = "echo_update"
			if m.BufferPaths == nil {
				m.BufferPaths = [][]any{}
			}
			k.out.comm("comm_msg", r.parent, object{"comm_id": c.ID, "data": m}, nil, r.buffers)
		}
	}
	if c.Receive == nil {
		return
	}
	if task := c.Receive(data, r.buffers); task != nil {
		k.due.Lock()
		k.tasks = append(k.tasks, dueTask{task, c.ID, c.cell})
		k.due.Unlock()
	}
}

// in names the cell that opens comms from now on.
func (o *output) in(cell string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.cell = cell
}
