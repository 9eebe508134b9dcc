package display

import (
	"errors"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// When and how often a call under way is shown. The first is what keeps short
// calls silent; front ends get at most five bars a second.
const (
	showAfter = 500 * time.Millisecond
	showEvery = 200 * time.Millisecond
)

// ErrInterrupted is the error of a library call that gave up because the user
// interrupted the cell it belonged to.
var ErrInterrupted = errors.New("interrupted")

// A Counter counts the steps of a long call, and the current sink shows a bar
// with rate and time left once it has taken half a second. What the call
// computes does not depend on whether anybody looks. The methods may be called from
// several goroutines, and on nil.
//
//	task := display.Start("fit", "subjects", len(subjects))
//	defer task.End()
//	for _, s := range subjects {
//		fit(s)
//		task.Add(1)
//	}
//
// [Progress] is shorter for a loop. Of calls within each other the outermost
// is shown, and the one inside it as a remark.
type Counter struct {
	label, unit string
	total       int64
	start       time.Time
	done        atomic.Int64
	stopped     atomic.Bool
	remark      atomic.Pointer[string]
	id          string // of its bar, once it was shown; tasks holds the lock
}

// tasks are the calls under way. draw is held while a sink shows a bar, so that
// bars come one after the other and a call that has ended is not shown again.
var tasks = taskList{off: os.Getenv("NEUROREPL_PROGRESS") == "off"}

type taskList struct {
	sync.Mutex
	live    []*Counter // the oldest first
	shown   *Counter   // whose bar is seen
	sink    BarSink    // where it is seen
	ticking bool
	count   int // bars so far
	off     bool
	draw    sync.Mutex
}

// abandoned is what Abandoned was given.
var abandoned atomic.Pointer[func() bool]

// Abandoned is for front ends: f tells of the goroutine that calls it whether
// its cell was interrupted, so that nobody waits for what it computes. Calls that
// [Start] to count in such a goroutine are told at once.
func Abandoned(f func() bool) { abandoned.Store(&f) }

// Start begins to count a call of total steps, 0 when their number is not known. label
// says what runs, such as "decode.PermutationTest", and unit what is counted,
// in the plural: "permutations". [Counter.End] must follow.
func Start(label, unit string, total int) *Counter {
	t := &Counter{label: label, unit: unit, total: int64(max(total, 0)), start: time.Now()}
	if f := abandoned.Load(); f != nil && (*f)() {
		t.stopped.Store(true) // it was interrupted before it came here
		return t
	}
	tasks.Lock()
	defer tasks.Unlock()
	tasks.live = append(tasks.live, t)
	if !tasks.ticking && !tasks.off {
		tasks.ticking = true
		time.AfterFunc(showAfter, tick)
	}
	return t
}

// Add counts n more steps.
func (t *Counter) Add(n int) {
	if t != nil {
		t.done.Add(int64(n))
	}
}

// Set says that n steps are done.
func (t *Counter) Set(n int) {
	if t != nil {
		t.done.Store(int64(n))
	}
}

// Remark says how the computation stands, beside how far it is: the rate of a network, the
// error of a fit.
func (t *Counter) Remark(text string) {
	if t != nil {
		t.remark.Store(&text)
	}
}

// Err is nil as long as somebody waits for the result, and [ErrInterrupted]
// once the user interrupted the cell that asked for it: the call had better
// return. Like Add it is cheap enough for every few microseconds of work.
func (t *Counter) Err() error {
	if t != nil && t.stopped.Load() {
		return ErrInterrupted
	}
	return nil
}

// End ends the count and takes its bar away.
func (t *Counter) End() {
	if t == nil {
		return
	}
	tasks.Lock()
	for i, o := range tasks.live {
		if o == t {
			tasks.live = append(tasks.live[:i], tasks.live[i+1:]...)
			break
		}
	}
	sink := tasks.unshow(t)
	tasks.Unlock()
	if sink != nil {
		t.last(sink, BarDone)
	}
}

// unshow returns the sink that shows t, nil for none; it does so once.
func (s *taskList) unshow(t *Counter) (sink BarSink) {
	if s.shown == t && t != nil {
		sink = s.sink
		s.shown, s.sink = nil, nil
	}
	return sink
}

// last shows the bar of a task for the last time.
func (t *Counter) last(sink BarSink, state string) {
	tasks.draw.Lock()
	defer tasks.draw.Unlock()
	b := t.bar()
	b.State = state
	_ = sink.ShowBar(b) // the front end is gone; the call is none the worse
}

// tick shows the oldest task, as long as there is one.
func tick() {
	if tasks.draw.TryLock() { // else the front end is still busy with the last bar
		if b, sink, ok := tasks.pick(); ok {
			_ = sink.ShowBar(b)
		}
		tasks.draw.Unlock()
	}
	tasks.Lock()
	defer tasks.Unlock()
	if tasks.ticking = len(tasks.live) > 0 && !tasks.off; tasks.ticking {
		time.AfterFunc(showEvery, tick)
	}
}

// pick returns what is to be shown now.
func (s *taskList) pick() (b Bar, sink BarSink, ok bool) {
	s.Lock()
	defer s.Unlock()
	if len(s.live) == 0 || s.off {
		return b, nil, false
	}
	t := s.live[0]
	if time.Since(t.start) < showAfter {
		return b, nil, false
	}
	if s.shown != t {
		if sink = barSink(); sink == nil {
			return b, nil, false
		}
		s.count++
		t.id = barID(s.count)
		s.shown, s.sink = t, sink
	}
	b = t.bar()
	for _, inner := range s.live[1:] {
		if time.Since(inner.start) >= showAfter {
			b.Inner = inner.bar().brief()
			break
		}
	}
	return b, s.sink, true
}

// bar returns the state of a task.
func (t *Counter) bar() Bar {
	b := Bar{ID: t.id, Label: t.label, Unit: t.unit, Done: t.done.Load(), Total: t.total, Elapsed: time.Since(t.start)}
	if text := t.remark.Load(); text != nil {
		b.Remark = *text
	}
	return b
}

// leave forgets all tasks: the cell that began them is over, and what its
// goroutines still do is no longer shown. A bar that is seen stays as a line
// that says how far its task was.
func leave() {
	tasks.Lock()
	t := tasks.shown
	sink := tasks.unshow(t)
	tasks.live = nil
	tasks.Unlock()
	if sink != nil {
		t.last(sink, BarLeft)
	}
}

// Interrupt tells the calls under way that nobody waits for them any more; see
// [Counter.Err]. Front ends call it when the user interrupts a cell.
func Interrupt() {
	tasks.Lock()
	defer tasks.Unlock()
	for _, t := range tasks.live {
		t.stopped.Store(true)
	}
}

// Bars switches bars off and on and returns what was before. They are on unless
// the environment says NEUROREPL_PROGRESS=off.
func Bars(on bool) (before bool) {
	tasks.Lock()
	before = !tasks.off
	tasks.off = !on
	t := tasks.shown
	var sink BarSink
	if !on {
		sink = tasks.unshow(t)
	} else if len(tasks.live) > 0 && !tasks.ticking {
		tasks.ticking = true
		time.AfterFunc(showEvery, tick)
	}
	tasks.Unlock()
	if sink != nil {
		t.last(sink, BarDone)
	}
	return before
}

// Progress counts from 0 to n-1 for a loop and shows how far it is, at what rate
// and how long it will take. unit is what is counted, in the plural.
//
//	for i := range display.Progress("trials", 1000) {
//		simulate(i)
//	}
func Progress(unit string, n int) func(yield func(int) bool) {
	return func(yield func(int) bool) {
		t := Start(unit, "", n)
		defer t.End()
		for i := range n {
			if !yield(i) {
				return
			}
			t.Add(1)
		}
	}
}

// Reader returns a reader that counts the bytes read from r, and fails once the
// user interrupted the cell.
func (t *Counter) Reader(r io.Reader) io.Reader { return countingReader{t, r} }

type countingReader struct {
	t *Counter
	r io.Reader
}

func (r countingReader) Read(p []byte) (int, error) {
	if err := r.t.Err(); err != nil {
		return 0, err
	}
	n, err := r.r.Read(p)
	r.t.Add(n)
	return n, err
}
