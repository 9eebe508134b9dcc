package jupyter

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sync"
)

// shells are the queues of the main shell, whose identifier is empty, and of
// the subshells (JEP 91). Each is worked off by a goroutine of its own.
type shells struct {
	mu     sync.Mutex
	queues map[string]*queue
	closed bool
}

// open adds a shell; a queue that is closed already when the kernel ends.
func (s *shells) open(id string) *queue {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := newQueue()
	if s.closed {
		q.close()
		return q
	}
	if s.queues == nil {
		s.queues = map[string]*queue{}
	}
	s.queues[id] = q
	return q
}

// find returns a shell's queue, nil if there is none.
func (s *shells) find(id string) *queue {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.queues[id]
}

// remove closes a subshell and reports whether there was one. What it works at
// is finished; what waits in it is dropped.
func (s *shells) remove(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := s.queues[id]
	if id == "" || q == nil {
		return false
	}
	delete(s.queues, id)
	q.close()
	return true
}

// list returns the identifiers of the subshells.
func (s *shells) list() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	ids := make([]string, 0, len(s.queues))
	for _, id := range slices.Sorted(maps.Keys(s.queues)) {
		if id != "" {
			ids = append(ids, id)
		}
	}
	return ids
}

// close closes all of them for good.
func (s *shells) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	for _, q := range s.queues {
		q.close()
	}
}

// dispatch gives a request of the shell channel to the shell that it names.
func (k *kernel) dispatch(r *request) {
	name, why := "no such subshell", ""
	if r.queue = k.shells.find(r.header.Subshell); r.queue == nil {
		why = unknownSubshell(r.header.Subshell)
	} else if err := r.queue.push(r); err == nil {
		if r.header.MsgType == "comm_msg" {
			k.supersede(r)
		}
		return
	} else {
		name, why = "too many requests", err.Error()
		k.refused(err)
	}
	k.out.status(r.parent, "busy")
	defer k.out.status(r.parent, "idle")
	k.refuse(k.shell, r, name, why)
}

// work answers the requests of a shell until it closes.
func (k *kernel) work(q *queue) {
	for r := q.pop(); r != nil; r = q.pop() {
		k.onShell(r)
	}
}

func unknownSubshell(id string) string {
	return fmt.Sprintf("jupyter: there is no subshell %q; list_subshell_request tells which there are", id)
}

func (k *kernel) createSubshell(r *request) {
	id := newID()
	go k.work(k.shells.open(id))
	k.reply(k.control, r, "create_subshell_reply", object{"status": "ok", "subshell_id": id})
}

func (k *kernel) deleteSubshell(r *request) {
	var c struct {
		ID string `json:"subshell_id"`
	}
	if json.Unmarshal(r.content, &c); !k.shells.remove(c.ID) {
		k.refuse(k.control, r, "no such subshell", unknownSubshell(c.ID))
		return
	}
	k.reply(k.control, r, "delete_subshell_reply", object{"status": "ok"})
}
