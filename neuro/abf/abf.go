// Package abf reads the recordings of pClamp and Clampex, Axon Binary Format 1
// and 2: current-clamp families, voltage steps, gap-free recordings.
//
//	rec, err := abf.Read("cell.abf")
//	v := rec.Sweep(0, 3)         // the first channel of the fourth sweep
//	i := rec.Command(0, 3)       // what its first output commanded
//	rec.Tags                     // comments made during the recording
//
// Recorded channels, the commands of epochs and tags are read; stimulus files, lists
// that change a parameter from sweep to sweep, digital outputs and statistics are not.
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
	Outputs  []Output  // commanded, one for each digital-analog converter
	Tags     []Tag     // in the order of the file
	Protocol string    // path of the protocol file, as it was on the recording computer
}

// A Channel is one recorded signal.
type Channel struct {
	Name, Unit string
	Sweeps     [][]float64 // samples in Unit
}

// A Tag is a comment made during the recording.
type Tag struct {
	Time float64 `unit:"ms"` // since the recording began, pauses between sweeps left out
	Text string
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
