package display

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestBarLog: what is no terminal gets a line after 10 s, then each time the
// call has taken twice as long, and one at the end; shorter calls leave none.
func TestBarLog(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w := NewBarWriter(f)
	run := func(id string, seconds int, end string) {
		b := Bar{ID: id, Label: id, Unit: "steps", Total: 100}
		for s := range seconds {
			b.Elapsed, b.Done = time.Duration(s)*time.Second, int64(s)
			if err := w.ShowBar(b); err != nil {
				t.Fatal(err)
			}
		}
		b.State = end
		if err := w.ShowBar(b); err != nil {
			t.Fatal(err)
		}
	}
	run("short", 9, BarDone)
	run("long", 50, BarDone)
	run("next", 3, BarLeft)
	w.Hide()
	got, err := os.ReadFile(f.Name())
	if err != nil {
		t.Fatal(err)
	}
	const want = `long: 10%, 10/100 steps, 1/s, 90 s left
long: 20%, 20/100 steps, 1/s, 80 s left
long: 40%, 40/100 steps, 1/s, 60 s left
long: 49/100 steps in 49 s
next: 2%, 2/100 steps, 1/s, stopped after 2.0 s
`
	if string(got) != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}
