package session

import "context"

// command handles what is not Go: `name?`, `%help`, `!cmd`. It is false when
// the text is Go.
func (s *Session) command(ctx context.Context, name, text string, res *Result) bool {
	return false
}

// stopRun makes the interpreter leave a run from inside of it.
func (s *Session) stopRun(r *run) { r.cancel() }
