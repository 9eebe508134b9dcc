package patience

import (
	"testing"
	"time"
)

// TestLate: work counts, a wait does not until it is twenty times too long.
func TestLate(t *testing.T) {
	w := Start()
	time.Sleep(20 * time.Millisecond)
	if w.Late(10 * time.Millisecond) {
		t.Error("a wait of 20 ms counts as work")
	}
	time.Sleep(20 * time.Millisecond)
	if !w.Late(time.Millisecond) {
		t.Error("a wait of forty times the limit is not late")
	}
	w = Start()
	for x := 0; w.Took() < time.Minute && !w.Late(10*time.Millisecond); x++ {
	}
	if !w.Late(10 * time.Millisecond) {
		t.Error("work without an end is not late")
	}
}
