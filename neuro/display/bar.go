package display

import (
	"fmt"
	"html"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// The states of a Bar.
const (
	BarRuns = ""     // the call is under way
	BarDone = "done" // it has ended
	BarLeft = "left" // the cell ended, or was interrupted, while it was under way
)

// A Bar is how far a long call is. A front end that can show it is a [BarSink].
type Bar struct {
	ID      string // the same for all bars of a call
	Label   string // what runs, such as "neuron.FICurve"
	Unit    string // what is counted, in the plural; may be empty
	Done    int64
	Total   int64 // 0: not known
	Elapsed time.Duration
	Remark  string // how the computation stands, such as "12.3 Hz"; may be empty
	Inner   string // what runs inside it, such as "fmri.Fit 40%"; may be empty
	State   string // BarRuns, BarDone or BarLeft
}

// A BarSink is a Sink that shows how far long calls are. A bar replaces the one
// before; one with State BarDone takes it away, and one with State BarLeft
// leaves a line of what was reached.
type BarSink interface{ ShowBar(Bar) error }

func barID(n int) string { return "neurorepl-progress-" + strconv.Itoa(n) }

// Fraction returns how much is done, from 0 to 1; NaN when that is not known.
func (b Bar) Fraction() float64 {
	if b.Total <= 0 {
		return math.NaN()
	}
	return math.Min(float64(b.Done)/float64(b.Total), 1)
}

// Rate returns the steps per second so far.
func (b Bar) Rate() float64 { return float64(b.Done) / b.Elapsed.Seconds() }

// Left returns how long the rest takes at the rate so far; less than 0 when
// that cannot be told.
func (b Bar) Left() time.Duration {
	if b.Total <= 0 || b.Done <= 0 {
		return -1
	}
	s := b.Elapsed.Seconds() * float64(max(b.Total-b.Done, 0)) / float64(b.Done)
	if s > 1e9 { // more than thirty years say no more than that it does not move
		return -1
	}
	return time.Duration(s * float64(time.Second))
}

// counts returns the parts of the text: percentage, count, rate, time.
func (b Bar) counts() (percent, count, rate, left string) {
	unit := b.Unit
	if unit != "" {
		unit = " " + unit
	}
	if b.Done > 0 {
		count = short(float64(b.Done)) + unit
	}
	if f := b.Fraction(); !math.IsNaN(f) {
		percent = fmt.Sprintf("%.0f%%", math.Floor(100*f))
		count = short(float64(b.Done)) + "/" + short(float64(b.Total)) + unit
	}
	if b.Done > 0 && b.Elapsed > 0 {
		rate = short(b.Rate()) + "/s"
	}
	left = span(b.Elapsed)
	if l := b.Left(); l >= 0 {
		left = span(l) + " left"
	}
	return percent, count, rate, left
}

// String returns the bar as a line of text: "neuron.FICurve: 43%, 43/100
// currents, 12.1/s, 4.7 s left".
func (b Bar) String() string {
	percent, count, rate, left := b.counts()
	switch b.State {
	case BarDone:
		return b.Label + ": " + strings.TrimLeft(count+" in "+span(b.Elapsed), " ")
	case BarLeft:
		left = "stopped after " + span(b.Elapsed)
	}
	s := b.Label + ": "
	for _, part := range []string{percent, count, rate, left, b.Remark} {
		if part != "" {
			s += part + ", "
		}
	}
	s = strings.TrimSuffix(s, ", ")
	if b.Inner != "" && b.State == BarRuns {
		s += " › " + b.Inner
	}
	return s
}

// brief is what stands behind the bar of an outer call.
func (b Bar) brief() string {
	percent, count, _, _ := b.counts()
	if percent == "" {
		percent = count
	}
	return b.Label + " " + percent
}

// Line returns the bar as one line of a terminal, of at most columns
// characters. Where there is no room it loses first the bar itself, then the
// end of the text.
func (b Bar) Line(columns int, colour bool) string {
	percent, count, rate, left := b.counts()
	if b.State != BarRuns {
		return clip(b.String(), columns)
	}
	var parts []string
	for _, part := range []string{percent, count, rate, left, b.Remark} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	text := strings.Join(parts, "  ")
	if b.Inner != "" {
		text += "  › " + b.Inner
	}
	room := columns - utf8.RuneCountInString(b.Label) - utf8.RuneCountInString(text) - 3
	if f := b.Fraction(); !math.IsNaN(f) && room >= 8 {
		n := min(room, 30)
		full := int(f * float64(n))
		done, rest := strings.Repeat("━", full), strings.Repeat("─", n-full)
		if colour {
			done, rest = "\x1b[32m"+done+"\x1b[39m", "\x1b[2m"+rest+"\x1b[22m"
		}
		return b.Label + " " + done + rest + "  " + text
	}
	return clip(b.Label+"  "+text, columns)
}

func clip(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:max(n-1, 0)]) + "…"
}

// Show returns the bar for a notebook: HTML, and the line as text. That of a
// call that has ended is empty, so that a saved notebook keeps no trace of it.
func (b Bar) Show() Bundle {
	out := Bundle{ID: b.ID, Data: map[string]any{TypeHTML: "", TypeText: ""}}
	if b.State == BarDone {
		return out
	}
	text := b.String()
	out.Data[TypeText] = text
	bar := ""
	if f := b.Fraction(); !math.IsNaN(f) {
		bar = fmt.Sprintf(`<progress max="100" value="%.0f" style="width: 12em; vertical-align: middle"></progress> `, math.Floor(100*f))
	}
	out.Data[TypeHTML] = `<div style="font-size: 90%; white-space: nowrap; overflow: hidden; text-overflow: ellipsis">` + bar + html.EscapeString(text) + `</div>`
	return out
}

// short writes a count or a rate with three digits, whole numbers below a
// hundred thousand in full.
func short(x float64) string {
	if x == math.Trunc(x) && math.Abs(x) < 1e5 {
		return strconv.FormatFloat(x, 'f', 0, 64)
	}
	suffix := ""
	for _, s := range []string{"k", "M", "G", "T"} {
		if x < 999.5 {
			break
		}
		x, suffix = x/1000, s
	}
	digits := 0
	switch {
	case x < 0.9995:
		return strconv.FormatFloat(x, 'g', 2, 64) + suffix
	case x < 9.995:
		digits = 2
	case x < 99.95:
		digits = 1
	}
	return strconv.FormatFloat(x, 'f', digits, 64) + suffix
}

// span writes a duration as people say it.
func span(d time.Duration) string {
	s := d.Seconds()
	switch {
	case s < 9.95:
		return strconv.FormatFloat(s, 'f', 1, 64) + " s"
	case s < 119.5:
		return strconv.FormatFloat(s, 'f', 0, 64) + " s"
	case s < 7200:
		return fmt.Sprintf("%d min %02d s", int(s)/60, int(s)%60)
	case s < 2*86400:
		return fmt.Sprintf("%d h %02d min", int(s)/3600, int(s)/60%60)
	}
	return fmt.Sprintf("%.0f days", s/86400)
}
