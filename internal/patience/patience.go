// Package patience tells tests what took too long of itself from what only had to
// wait for a busy machine.
package patience

import "time"

// A Watch measures from its start.
type Watch struct {
	wall time.Time
	cpu  time.Duration
}

// Start returns a watch that runs.
func Start() Watch { return Watch{time.Now(), cpu()} }

// Took is the time since the start.
func (w Watch) Took() time.Duration { return time.Since(w.wall) }

// Late tells whether more than limit went by in which this process could have
// worked: it took longer, and the process used that much of the processors, or it took
// twenty times as long.
func (w Watch) Late(limit time.Duration) bool {
	took := w.Took()
	return took > limit && (cpu()-w.cpu > limit || took > 20*limit)
}
