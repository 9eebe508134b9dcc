package display

import (
	"errors"
	"io"
	"math"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"
)

// bars is a sink that keeps the bars it is shown.
type bars struct {
	mu   sync.Mutex
	list []Bar
}

func (s *bars) Display(Bundle) error { return nil }
func (s *bars) Update(Bundle) error  { return nil }
func (s *bars) Clear(bool) error     { return nil }
func (s *bars) ShowBar(b Bar) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.list = append(s.list, b)
	return nil
}

func (s *bars) seen() []Bar {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Bar(nil), s.list...)
}

func watched(t *testing.T) *bars {
	s := new(bars)
	before := Use(s)
	t.Cleanup(func() { Use(before) })
	return s
}

// TestShortCallsAreSilent: many calls, each shorter than the half second, show
// nothing although together they take longer.
func TestShortCallsAreSilent(t *testing.T) {
	s := watched(t)
	for end := time.Now().Add(900 * time.Millisecond); time.Now().Before(end); {
		task := Start("short", "steps", 10)
		time.Sleep(20 * time.Millisecond)
		task.End()
	}
	if got := s.seen(); len(got) != 0 {
		t.Errorf("%d bars were shown, the first %+v", len(got), got[0])
	}
}

// TestOneBar: of calls within each other, on several goroutines, the outermost
// is shown, at most five times a second, and its bar is taken away once, last.
func TestOneBar(t *testing.T) {
	s := watched(t)
	start := time.Now()
	func() {
		outer := Start("outer", "steps", 100)
		defer outer.End()
		var wait sync.WaitGroup
		for range 8 {
			wait.Add(1)
			go func() {
				defer wait.Done()
				inner := Start("inner", "parts", 50)
				defer inner.End()
				for range 50 {
					time.Sleep(30 * time.Millisecond)
					inner.Add(1)
				}
				outer.Add(10)
			}()
		}
		wait.Wait()
	}()
	took := time.Since(start)
	got := s.seen()
	if len(got) < 3 {
		t.Fatalf("%d bars in %v", len(got), took)
	}
	if most := int(took/showEvery) + 2; len(got) > most {
		t.Errorf("%d bars in %v, at most %d are meant to be", len(got), took, most)
	}
	for i, b := range got {
		state := BarRuns
		if i == len(got)-1 {
			state = BarDone
		}
		if b.Label != "outer" || b.State != state || b.ID != got[0].ID || b.ID == "" {
			t.Errorf("bar %d of %d: %+v", i, len(got), b)
		}
	}
	if first := got[0].Elapsed; first < showAfter {
		t.Errorf("shown after %v", first)
	}
	if b := got[len(got)-2]; !strings.HasPrefix(b.Inner, "inner ") {
		t.Errorf("inside it runs %q", b.Inner)
	}
	if b := got[len(got)-1]; b.Done != 80 {
		t.Errorf("%d steps at the end, want 80", b.Done)
	}
	time.Sleep(2 * showEvery)
	if more := len(s.seen()) - len(got); more != 0 {
		t.Errorf("%d bars after the end", more)
	}
}

// TestLeftBehind: a call that goes on when its cell is over leaves a line of
// where it was, hears of the interrupt, and is not shown again.
func TestLeftBehind(t *testing.T) {
	s := watched(t)
	task := Start("long", "steps", 10)
	task.Add(4)
	time.Sleep(showAfter + 2*showEvery)
	if err := task.Err(); err != nil {
		t.Fatalf("before the interrupt: %v", err)
	}
	Interrupt()
	after := new(bars)
	Use(after)
	if err := task.Err(); !errors.Is(err, ErrInterrupted) {
		t.Errorf("after the interrupt: %v", err)
	}
	if _, err := task.Reader(strings.NewReader("x")).Read(make([]byte, 1)); !errors.Is(err, ErrInterrupted) {
		t.Errorf("a reader after the interrupt: %v", err)
	}
	time.Sleep(showAfter + 2*showEvery)
	task.End()
	got := s.seen()
	if n := len(got); n < 2 || got[n-1].State != BarLeft || got[n-1].Done != 4 {
		t.Errorf("bars: %+v", got)
	}
	if n := len(after.seen()); n != 0 {
		t.Errorf("%d bars in the next cell", n)
	}
}

func TestSwitchedOff(t *testing.T) {
	s := watched(t)
	defer Bars(Bars(false))
	task := Start("long", "steps", 10)
	time.Sleep(showAfter + 2*showEvery)
	task.End()
	if n := len(s.seen()); n != 0 {
		t.Errorf("%d bars", n)
	}
}

func TestProgress(t *testing.T) {
	s := watched(t)
	var got []int
	for i := range Progress("trials", 100) {
		if i == 3 {
			time.Sleep(showAfter + showEvery)
		}
		if got = append(got, i); i == 4 {
			break
		}
	}
	if len(got) != 5 || got[0] != 0 || got[4] != 4 {
		t.Errorf("counted %v", got)
	}
	seen := s.seen()
	if len(seen) < 2 || seen[0].Label != "trials" || seen[0].Done != 3 || seen[0].Total != 100 || seen[len(seen)-1].State != BarDone {
		t.Errorf("bars: %+v", seen)
	}
}

func TestCountingReader(t *testing.T) {
	task := Start("read", "bytes", 1000)
	defer task.End()
	if _, err := io.Copy(io.Discard, task.Reader(strings.NewReader(strings.Repeat("x", 700)))); err != nil {
		t.Fatal(err)
	}
	if n := task.bar().Done; n != 700 {
		t.Errorf("%d bytes counted", n)
	}
}

func TestNilCounter(t *testing.T) {
	var task *Counter
	task.Add(1)
	task.Set(2)
	task.End()
	if task.Err() != nil {
		t.Error("a nil counter was interrupted")
	}
}

func TestBarText(t *testing.T) {
	b := Bar{ID: "x", Label: "neuron.FICurve", Unit: "currents", Done: 43, Total: 100, Elapsed: 4300 * time.Millisecond}
	for _, c := range []struct {
		change func(*Bar)
		want   string
	}{
		{func(*Bar) {}, "neuron.FICurve: 43%, 43/100 currents, 10/s, 5.7 s left"},
		{func(b *Bar) { b.Inner = "fmri.Fit 40%" }, "neuron.FICurve: 43%, 43/100 currents, 10/s, 5.7 s left › fmri.Fit 40%"},
		{func(b *Bar) { b.Done = 0 }, "neuron.FICurve: 0%, 0/100 currents, 4.3 s"},
		{func(b *Bar) { b.Total = 0 }, "neuron.FICurve: 43 currents, 10/s, 4.3 s"},
		{func(b *Bar) { b.Total, b.Done = 0, 0 }, "neuron.FICurve: 4.3 s"},
		{func(b *Bar) { b.Done = 1000 }, "neuron.FICurve: 100%, 1000/100 currents, 233/s, 0.0 s left"},
		{func(b *Bar) { b.Done, b.Total = 1, 1e12 }, "neuron.FICurve: 0%, 1/1.00T currents, 0.23/s, 4.3 s"},
		{func(b *Bar) { b.Total, b.Elapsed = 271633, 400*time.Second }, "neuron.FICurve: 0%, 43/272k currents, 0.11/s, 29 days left"},
		{func(b *Bar) { b.State = BarDone }, "neuron.FICurve: 43/100 currents in 4.3 s"},
		{func(b *Bar) { b.State = BarLeft }, "neuron.FICurve: 43%, 43/100 currents, 10/s, stopped after 4.3 s"},
	} {
		b := b
		c.change(&b)
		if got := b.String(); got != c.want {
			t.Errorf("got  %q\nwant %q", got, c.want)
		}
	}
}

// TestBarLine: at no width does the line take more room than there is, nor
// does its colour change its text.
func TestBarLine(t *testing.T) {
	plain := strings.NewReplacer("\x1b[32m", "", "\x1b[39m", "", "\x1b[2m", "", "\x1b[22m", "")
	for _, b := range []Bar{
		{Label: "neuron.FICurve", Unit: "currents", Done: 43, Total: 100, Elapsed: 4 * time.Second},
		{Label: "neuron.FICurve", Done: 100, Total: 100, Elapsed: 4 * time.Hour, Inner: "µ-fit 3%"},
		{Label: "λ", Unit: "steps", Done: 43, Elapsed: 4 * time.Second},
		{Label: "λ", Unit: "steps", Done: 43, Elapsed: 4 * time.Second, State: BarLeft},
	} {
		for columns := 1; columns < 150; columns++ {
			line := b.Line(columns, false)
			if n := utf8.RuneCountInString(line); n > columns {
				t.Fatalf("%d characters in %d columns: %q", n, columns, line)
			}
			if got := plain.Replace(b.Line(columns, true)); got != line {
				t.Fatalf("with colours %q, without %q", got, line)
			}
		}
	}
	b := Bar{Label: "neuron.FICurve", Unit: "currents", Done: 43, Total: 100, Elapsed: 4300 * time.Millisecond}
	want := "neuron.FICurve ━━━━━━━━━━━━─────────────────  43%  43/100 currents  10/s  5.7 s left"
	if got := b.Line(len([]rune(want)), false); got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestBarRateAndLeft(t *testing.T) {
	b := Bar{Done: 20, Total: 100, Elapsed: 2 * time.Second}
	if b.Rate() != 10 || b.Left() != 8*time.Second || b.Fraction() != 0.2 {
		t.Errorf("rate %g, left %v, fraction %g", b.Rate(), b.Left(), b.Fraction())
	}
	if b.Total = 0; b.Left() >= 0 || !math.IsNaN(b.Fraction()) {
		t.Errorf("without a total: left %v, fraction %g", b.Left(), b.Fraction())
	}
}

// TestBarShow: what a saved notebook keeps of a call that has ended is nothing.
func TestBarShow(t *testing.T) {
	b := Bar{ID: "p", Label: "a<b>", Unit: "steps", Done: 1, Total: 4, Elapsed: time.Second}
	out := b.Show()
	if h := out.Data[TypeHTML].(string); out.ID != "p" || !strings.Contains(h, `value="25"`) || !strings.Contains(h, "a&lt;b&gt;") {
		t.Errorf("%+v", out)
	}
	b.State = BarDone
	if out := b.Show(); out.ID != "p" || out.Data[TypeHTML] != "" || out.Data[TypeText] != "" {
		t.Errorf("at the end: %+v", out)
	}
}

func BenchmarkStartEnd(b *testing.B) {
	for b.Loop() {
		Start("x", "steps", 10).End()
	}
}

func BenchmarkAdd(b *testing.B) {
	t := Start("x", "steps", 10)
	defer t.End()
	for b.Loop() {
		t.Add(1)
	}
}

// TestRemark: what a call says of itself stands behind how far it is.
func TestRemark(t *testing.T) {
	task := &Counter{label: "network.Run", unit: "steps", total: 100, start: time.Now().Add(-2 * time.Second)}
	task.Set(50)
	task.Remark("E 12.3 Hz")
	b := task.bar()
	for _, text := range []string{b.String(), b.Line(100, false), b.Show().Data[TypeHTML].(string)} {
		if !strings.Contains(text, "left, E 12.3 Hz") && !strings.Contains(text, "left  E 12.3 Hz") {
			t.Errorf("%q does not tell the remark", text)
		}
	}
	var none *Counter
	none.Remark("nobody counts")
}
