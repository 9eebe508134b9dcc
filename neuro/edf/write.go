package edf

import (
	"fmt"
	"io"
	"math"
	"path/filepath"
	"strings"
	"time"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/eeg"
	"github.com/neurorepl/neurorepl/neuro/internal/files"
)

// WriteOptions say how a file is written.
type WriteOptions struct {
	Format string  // "EDF+" (the default), "EDF", "BDF+" or "BDF"; BDF has 24 bits a sample, EDF 16
	Record float64 `unit:"s"` // duration of a record; 0 finds one that divides the recording
}

// Write writes a recording, reading it in pieces. EDF+ and BDF+ have its annotations and
// gaps; EDF and BDF have no annotations, and gaps are an error.
//
// Each channel is written in steps of its range over 65535 (2^24-1 in BDF), the range
// being that of its samples; where its Lo, Hi and Step are known and fit, it is written in
// these steps, so that what was read from such a file has the same values again. Volts
// below 0.1 are written as uV, tesla as fT and T/m as fT/cm. The last record of a segment
// is filled up with its last sample where no duration of a record divides it; EDF+ has an
// annotation there.
//
// Errors: NaN, a rate that no record of whole samples gives within a millionth, names that
// are equal within 16 characters of ASCII, a unit of more than 8, codes of a trigger
// channel that do not fit, no channels.
// Source: as of Read. Files are checked by reading them with MNE 1.13.2.
func Write(path string, r *eeg.Recording, o WriteOptions) error {
	w, err := newWriter(r, o)
	if err == nil {
		task := display.Start("edf.Write "+filepath.Base(path), "records", 2*w.total)
		defer task.End()
		if err = w.ranges(task); err == nil {
			err = files.Whole(path, func(f io.Writer) error { return w.write(f, task) })
		}
	}
	if err != nil {
		return fmt.Errorf("edf: Write: %s: %w", path, err)
	}
	return nil
}

// A writer has what is found before the first byte is written.
type writer struct {
	r       *eeg.Recording
	plus    bool
	width   int
	signals []out
	dur     float64
	durText string
	counts  []int // records of each segment
	total   int
	lists   [][]byte // annotations of each record, without the time of the record
	room    int      // bytes of annotations in a record
	start   time.Time
	part    float64 // of a second that the start is after that of the header
}

// An out is a signal as it is written.
type out struct {
	field
	factor         float64 // from the unit of the channel
	pminText, ptop string
	lo, hi         float64 // of the samples, in the unit that is written
}

func newWriter(r *eeg.Recording, o WriteOptions) (*writer, error) {
	w := &writer{r: r}
	switch o.Format {
	case "", "EDF+":
		w.plus, w.width = true, 2
	case "EDF":
		w.width = 2
	case "BDF+":
		w.plus, w.width = true, 3
	case "BDF":
		w.width = 3
	default:
		return nil, fmt.Errorf("the format %q is not known; EDF+, EDF, BDF+ and BDF are", o.Format)
	}
	if n := len(r.Channels); n == 0 || n > maxSignals-1 {
		return nil, fmt.Errorf("the recording has %d channels; 1 to %d can be written", n, maxSignals-1)
	}
	if len(r.Segments) > 1 && !w.plus {
		return nil, fmt.Errorf("the recording has %d gaps; EDF+ and BDF+ can have them", len(r.Segments)-1)
	}
	seen := map[string]string{}
	for _, c := range r.Channels {
		s := out{factor: 1}
		s.label, s.unit, s.sensor, s.filter = ascii(c.Name, 16), c.Unit, ascii(c.Sensor, 80), ascii(c.Filter, 80)
		if u := ascii(s.unit, 8); u != s.unit {
			return nil, fmt.Errorf("channel %q is in %q; a unit has up to 8 characters of ASCII", c.Name, c.Unit)
		}
		if other, ok := seen[s.label]; ok {
			return nil, fmt.Errorf("channels %q and %q are both %q within 16 characters of ASCII; rename one", other, c.Name, s.label)
		}
		if strings.HasSuffix(s.label, "F Annotations") {
			return nil, fmt.Errorf("channel %q has the name that the format has for annotations; rename it", c.Name)
		}
		seen[s.label] = c.Name
		w.signals = append(w.signals, s)
	}
	if err := w.records(o.Record); err != nil {
		return nil, err
	}
	w.start = r.Start.Truncate(time.Second)
	if w.plus {
		w.part = r.Start.Sub(w.start).Seconds()
		w.annotate()
	}
	return w, nil
}

// records chooses the duration of a record.
func (w *writer) records(asked float64) error {
	if asked < 0 || math.IsNaN(asked) || asked > 1e6 {
		return fmt.Errorf("records of %g s were asked for; above 0 and up to 1e6 are allowed, 0 finds a duration", asked)
	}
	lengths := func(dur float64) (n []int, ok bool) {
		bytes := 0.0
		for _, c := range w.r.Channels {
			x := math.Round(dur * c.FS)
			if x < 1 || math.Abs(x/dur/c.FS-1) > 1e-6 {
				return nil, false
			}
			n, bytes = append(n, int(x)), bytes+float64(x*float64(w.width))
		}
		return n, bytes < 1<<26
	}
	candidates := []float64{1, 2, 0.5, 5, 0.25, 4, 0.2, 10, 0.1, 8, 0.125, 20, 0.05, 0.04, 0.02, 0.01, 3, 6, 7, 9, 12, 15, 16, 25, 30, 60}
	if asked > 0 {
		candidates = []float64{asked}
	} else {
		fs := w.r.Channels[0].FS
		whole := 0
		for _, s := range w.r.Segments {
			whole = gcd(whole, int(math.Round(s.Dur*fs)))
		}
		// numbers of samples that divide every segment, the nearest to a second first
		near := int(math.Round(fs))
		for d := 0; whole > 0 && d < 20*near+100 && d < 1<<20; d++ {
			for _, n := range []int{near - d, near + d} {
				if n > 0 && whole%n == 0 {
					candidates = append(candidates, float64(n)/fs)
				}
			}
		}
		for n := 1; n <= 100*near && n < 100000; n++ {
			candidates = append(candidates, float64(n)/fs)
		}
	}
	for _, exact := range []bool{true, false} {
		for _, d := range candidates {
			text, dur, ok := short(d, 0)
			if !ok || dur <= 0 {
				continue
			}
			n, ok := lengths(dur)
			if !ok {
				continue
			}
			tiles := true
			var counts []int
			total := 0
			for _, s := range w.r.Segments {
				k := 0
				for c := range n {
					have := int(math.Round(s.Dur * w.r.Channels[c].FS))
					tiles = tiles && have%n[c] == 0
					k = max(k, (have+n[c]-1)/n[c])
				}
				counts, total = append(counts, k), total+k
			}
			if exact && !tiles || total > 99999999 {
				continue
			}
			w.dur, w.durText, w.counts, w.total = dur, text, counts, total
			for c := range n {
				w.signals[c].n = n[c]
			}
			return nil
		}
	}
	return fmt.Errorf("no record of whole samples gives the rates of all channels (%g Hz, ...) within a millionth; resample, or give a Record", w.r.Channels[0].FS)
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// ranges reads all samples and finds how those of each channel are written.
func (w *writer) ranges(task *display.Counter) error {
	for c := range w.signals {
		w.signals[c].lo, w.signals[c].hi = math.Inf(1), math.Inf(-1)
	}
	err := w.each(task, func(_ int, x [][]float64) error {
		for c, row := range x {
			s := &w.signals[c]
			for _, v := range row {
				if math.IsNaN(v) || math.IsInf(v, 0) {
					return fmt.Errorf("channel %q has a sample that is %g; the format has numbers only", w.r.Channels[c].Name, v)
				}
				s.lo, s.hi = math.Min(s.lo, v), math.Max(s.hi, v)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for c := range w.signals {
		if err := w.signals[c].fit(w.r.Channels[c], w.width); err != nil {
			return err
		}
	}
	return nil
}

// fit chooses the limits of a signal.
func (s *out) fit(c eeg.Channel, width int) error {
	limit := math.Ldexp(1, 8*width-1)
	levels := float64(2*limit) - 1
	s.dmin, s.dmax = -limit, limit-1
	if s.lo > s.hi {
		s.lo, s.hi = 0, 0
	}
	switch most := math.Max(-s.lo, s.hi); {
	case c.Unit == "V" && most < 0.1:
		s.unit, s.factor = "uV", 1e6
	case c.Unit == "T" && most < 1e-6:
		s.unit, s.factor = "fT", 1e15
	case c.Unit == "T/m" && most < 1e-6:
		s.unit, s.factor = "fT/cm", 1e13
	}
	s.lo, s.hi = float64(s.lo*s.factor), float64(s.hi*s.factor)
	set := func(lo, hi float64) bool {
		a, x, ok1 := short(lo, -1)
		b, y, ok2 := short(hi, 1)
		if !ok1 || !ok2 {
			return false
		}
		s.pminText, s.ptop, s.pmin, s.pmax = a, b, x, y
		s.gain = (s.pmax - s.pmin) / (s.dmax - s.dmin)
		s.offset = s.pmin - float64(s.dmin*s.gain)
		return true
	}
	if c.Kind == "trigger" && s.unit == "" {
		if s.lo < s.dmin || s.hi > s.dmax {
			return fmt.Errorf("the codes of %q reach from %g to %g; %g to %g fit", c.Name, s.lo, s.hi, s.dmin, s.dmax)
		}
		set(s.dmin, s.dmax)
		return nil
	}
	lo, hi, step := float64(c.Lo*s.factor), float64(c.Hi*s.factor), float64(c.Step*s.factor)
	if step > 0 && hi > lo {
		// a file may have samples outside of the limits it states: further whole steps
		lo += float64(math.Min(0, math.Floor((s.lo-lo)/step+0.5)) * step)
		hi += float64(math.Max(0, math.Ceil((s.hi-hi)/step-0.5)) * step)
		if n := math.Round((hi - lo) / step); n >= 1 && n <= levels {
			s.dmin = -math.Floor((n + 1) / 2)
			s.dmax = s.dmin + n
			if set(lo, hi) && s.pmin == lo && s.pmax == hi {
				return nil
			}
			s.dmin, s.dmax = -limit, limit-1
		}
	}
	lo, hi = s.lo, s.hi
	if lo == hi {
		lo, hi = lo-1, hi+1
	}
	if !set(lo, hi) {
		return fmt.Errorf("channel %q reaches from %g to %g %s; a limit has up to 8 characters: use a larger unit", c.Name, s.lo, s.hi, s.unit)
	}
	if s.lo < s.hi && s.hi-s.lo < 100*s.gain {
		return fmt.Errorf("channel %q spans %g %s, in steps of %g %s; use a smaller unit", c.Name, s.hi-s.lo, s.unit, s.gain, s.unit)
	}
	return nil
}

// each reads all records, several at once: x[c] are the samples of channel c in records
// from the given one on, the last of a segment filled up.
func (w *writer) each(task *display.Counter, f func(record int, x [][]float64) error) error {
	n := len(w.signals)
	samples := 0
	for _, s := range w.signals {
		samples += s.n
	}
	many := max(1, (1<<19)/samples)
	next := make([]int, n) // stored samples that were read
	index := make([]int, n)
	for c := range index {
		index[c] = c
	}
	record := 0
	for g, count := range w.counts {
		left := make([]int, n)
		for c := range left {
			left[c] = int(math.Round(w.r.Segments[g].Dur * w.r.Channels[c].FS))
		}
		for k := 0; k < count; k += many {
			if err := task.Err(); err != nil {
				return err
			}
			m := min(many, count-k)
			x, have := make([][]float64, n), make([][]float64, n)
			for c := range x {
				x[c] = make([]float64, m*w.signals[c].n)
				have[c] = x[c][:min(len(x[c]), left[c])]
			}
			if err := w.r.Fill(have, next, index); err != nil {
				return err
			}
			for c := range x {
				got := len(have[c])
				next[c], left[c] = next[c]+got, left[c]-got
				for i := got; i < len(x[c]) && got > 0; i++ {
					x[c][i] = x[c][got-1]
				}
			}
			if err := f(record, x); err != nil {
				return err
			}
			record += m
			task.Add(m)
		}
	}
	return nil
}
