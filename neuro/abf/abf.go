// Package abf reads the recordings of pClamp and Clampex, Axon Binary Format 1
// and 2: current-clamp families, voltage steps, gap-free recordings.
//
//	rec, err := abf.Read("cell.abf")
//	v := rec.Sweep(0, 3)         // the first channel of the fourth sweep
//	i := rec.Command(0, 3)       // what its first output commanded (ABF2)
//
// Only recorded channels and the commands of epochs (steps and ramps) are read;
// stimulus files, tags and statistics are not.
package abf

import (
	"fmt"
	"math"
	"os"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/provenance"
)

// A Recording is a file of sweeps.
type Recording struct {
	Version  int       // 1 or 2
	FS       float64   `unit:"Hz"` // sampling rate of each channel, Hz
	Channels []Channel // recorded
	Outputs  []Output  // commanded, where the file tells (ABF2 with epochs)
	Protocol string    // path of the protocol file, as it was on the recording computer
}

// A Channel is one recorded signal.
type Channel struct {
	Name, Unit string
	Sweeps     [][]float64 // samples in Unit
}

// An Output is the command of one digital-analog converter.
type Output struct {
	Name, Unit string
	Holding    float64 // between epochs, in Unit
	Epochs     []Epoch
}

// An Epoch is a part of a command. Sweep k has the level Level + k LevelStep and
// the length Len + k LenStep.
type Epoch struct {
	Kind             string // "step", "ramp" (from the level before it), or the number of another kind, whose level is held
	Level, LevelStep float64
	Len, LenStep     int // samples
}

// Read reads a file. The error names the file, and what in it is damaged.
func Read(path string) (*Recording, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("abf: Read: %w", err)
	}
	provenance.File(path)
	r, err := Decode(data)
	if err != nil {
		return nil, fmt.Errorf("abf: Read: %s: %w", path, err)
	}
	return r, nil
}

// Decode reads the bytes of a file.
func Decode(data []byte) (*Recording, error) {
	d := &decoder{data: data}
	var r *Recording
	switch string(d.bytes(0, 4)) {
	case "ABF2":
		r = d.version2()
	case "ABF ":
		r = d.version1()
	default:
		return nil, fmt.Errorf("the file begins with %q; an ABF file begins with \"ABF2\" or \"ABF \"", data[:min(4, len(data))])
	}
	if d.err != nil {
		return nil, d.err
	}
	return r, nil
}

// Sweeps returns the number of sweeps.
func (r *Recording) Sweeps() int {
	if len(r.Channels) == 0 {
		return 0
	}
	return len(r.Channels[0].Sweeps)
}

// Sweep returns a channel of a sweep as a trace that begins at 0 ms; both count
// from 0. It panics when there is no such sweep.
func (r *Recording) Sweep(channel, sweep int) neuro.Trace {
	c := r.Channels[channel]
	return neuro.Trace{Name: c.Name, Unit: c.Unit, Dt: 1000 / r.FS, Y: c.Sweeps[sweep]}
}

// Command returns what an output commanded during a sweep, as long as the sweep:
// the holding level for the first 64th of the sweep, the epochs, and the holding
// level again. It panics when there is no such output or sweep.
func (r *Recording) Command(output, sweep int) neuro.Trace {
	o := r.Outputs[output]
	y := make([]float64, len(r.Channels[0].Sweeps[sweep]))
	for k := range y {
		y[k] = o.Holding
	}
	at, before := len(y)/64, o.Holding
	for _, e := range o.Epochs {
		level := e.Level + float64(float64(sweep)*e.LevelStep)
		n := e.Len + sweep*e.LenStep
		for k := 0; k < n && at+k < len(y); k++ {
			y[at+k] = level
			if e.Kind == "ramp" {
				y[at+k] = before + float64((level-before)*(float64(k)/float64(n)))
			}
		}
		at, before = at+max(n, 0), level
	}
	return neuro.Trace{Name: o.Name, Unit: o.Unit, Dt: 1000 / r.FS, Y: y}
}

// Step returns the epoch of an output whose level changes from sweep to sweep,
// as its level in a sweep and the times (ms) at which it begins and ends. ok is
// false when there is none.
func (r *Recording) Step(output, sweep int) (level, on, off float64, ok bool) {
	if output >= len(r.Outputs) || sweep >= r.Sweeps() {
		return 0, 0, 0, false
	}
	at := len(r.Channels[0].Sweeps[sweep]) / 64
	for _, e := range r.Outputs[output].Epochs {
		n := max(e.Len+sweep*e.LenStep, 0)
		if e.LevelStep != 0 {
			return e.Level + float64(float64(sweep)*e.LevelStep), float64(at) * 1000 / r.FS, float64(at+n) * 1000 / r.FS, true
		}
		at += n
	}
	return 0, 0, 0, false
}

// Show draws the figure of Plot.
func (r *Recording) Show() display.Bundle { return r.Plot().Show() }

// Plot returns the figure of all sweeps over each other, a panel for each channel.
func (r *Recording) Plot() *figure.Figure {
	f := &figure.Figure{ShareX: true, Title: fmt.Sprintf("%d sweeps at %s Hz", r.Sweeps(), display.Number(r.FS))}
	for c, ch := range r.Channels {
		p := figure.Panel{X: figure.Axis{Label: "time", Unit: "ms"}, Y: figure.Axis{Label: ch.Name, Unit: ch.Unit}}
		for k := range ch.Sweeps {
			t := r.Sweep(c, k)
			p.Layers = append(p.Layers, figure.Layer{Kind: figure.Line, X0: t.T0, DX: t.Dt, Y: t.Y, Color: "blue", Width: 0.5})
		}
		f.Panels = append(f.Panels, p)
	}
	return f
}

// scale returns the samples of raw numbers, in units.
type scale struct{ factor, offset float64 }

// sweeps divides interleaved samples into channels and sweeps; lens are the
// lengths of sweeps in samples of all channels together.
func (d *decoder) sweeps(r *Recording, start int, float bool, lens []int, scales []scale) {
	n := len(scales)
	size := 2
	if float {
		size = 4
	}
	total := 0
	for _, l := range lens {
		if l < 0 || l%n != 0 {
			d.fail("a sweep has %d samples in %d channels; the number must be a multiple", l, n)
			return
		}
		total += l
	}
	if have := (len(d.data) - start) / size; start < 0 || start > len(d.data) || total > have {
		d.fail("the file is cut off: the header tells of %d samples, %d are there", total, max(have, 0))
		return
	}
	at := start
	for _, l := range lens {
		part := make([][]float64, n)
		for c := range part {
			part[c] = make([]float64, l/n)
		}
		for k := range l / n {
			for c := range part {
				x := float64(0)
				if float {
					x = d.float(at)
				} else {
					x = float64(float64(d.int16(at))*scales[c].factor) + scales[c].offset
				}
				part[c][k] = x
				at += size
			}
		}
		for c := range part {
			r.Channels[c].Sweeps = append(r.Channels[c].Sweeps, part[c])
		}
	}
}

// equal returns the lengths of sweeps of n samples each.
func equal(total, n int) []int {
	if n <= 0 {
		n = total
	}
	var lens []int
	for ; total >= n && n > 0; total -= n {
		lens = append(lens, n)
	}
	return lens
}

// finite reports whether a header value can be used.
func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }
