package jupyter

import (
	"encoding/json"
	"time"

	"github.com/neurorepl/neurorepl/kernel/session"
	"github.com/neurorepl/neurorepl/neuro/display"
)

// A call that a control's value made necessary is finished when it takes less
// than this, so that a figure follows a slider; one that takes longer is
// given up once the control has a newer value.
const followed = 500 * time.Millisecond

// A dueTask is one that messages asked for.
type dueTask struct {
	*display.Task
	comm, cell string
}

// A turn is a task that runs and can be superseded.
type turn struct {
	comm  string
	began time.Time
	timer *time.Timer // set once a newer value waits
	stale bool        // it was ended for that
}

// supersede ends the running task, now or when it has run for long enough, if
// r, which waits, brings a newer value for it.
func (k *kernel) supersede(r *request) {
	k.mu.Lock()
	defer k.mu.Unlock()
	t := k.turn
	if t == nil || t.timer != nil {
		return
	}
	var c struct {
		ID   string `json:"comm_id"`
		Data struct {
			Method string `json:"method"`
		} `json:"data"`
	}
	if json.Unmarshal(r.content, &c) != nil || c.ID != t.comm || c.Data.Method != "update" {
		return
	}
	t.timer = time.AfterFunc(max(0, followed-time.Since(t.began)), func() {
		k.mu.Lock()
		defer k.mu.Unlock()
		if k.turn == t && k.cancel != nil {
			t.stale = true
			k.cancel()
		}
	})
}

// runDue runs what messages asked for, as a cell is run: its output belongs to
// the last message.
func (k *kernel) runDue(r *request) {
	k.due.Lock()
	tasks := k.tasks
	k.tasks = nil
	k.due.Unlock()
	if len(tasks) == 0 {
		return
	}
	<-k.started
	engine, ok := k.engine.(doer)
	if k.engineErr != nil || !ok {
		return
	}
	k.cells.Lock()
	defer k.cells.Unlock()
	for _, t := range tasks {
		k.runTask(r, engine, t)
	}
}

func (k *kernel) runTask(r *request, engine doer, t dueTask) {
	ctx, end := k.interruptible()
	defer end()
	k.out.begin(r.parent, false, ctx.Done())
	k.out.in(t.cell)
	defer k.out.in("")
	mine := &turn{comm: t.comm, began: time.Now()}
	if t.Superseded != nil {
		k.mu.Lock()
		k.turn = mine
		k.mu.Unlock()
	}
	result := engine.Do(ctx, "the call", t.Run)
	k.mu.Lock()
	k.turn = nil
	k.mu.Unlock()
	k.out.sync()
	if result.Err == nil {
		return
	}
	if mine.stale && result.Err.Kind == session.KindInterrupt { // its turn comes again after the message that waits
		t.Superseded()
		k.due.Lock()
		k.tasks = append(k.tasks, t)
		k.due.Unlock()
		return
	}
	trace := traceback(result.Err, "", "")
	if t.Failed != nil {
		t.Failed(result.Err.Kind, result.Err.Message, trace)
		return
	}
	k.fail(r, result.Err, trace)
}
