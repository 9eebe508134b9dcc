package signal

import (
	"fmt"
	"math"
	"sort"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// Table returns the lines that were removed, gathered where they are within half a hertz:
// their mean frequency and amplitude, and in how many of the stretches they were.
func (r LineRemoval) Table() table.Table {
	lines := append([]Line(nil), r.Lines...)
	sort.SliceStable(lines, func(i, j int) bool { return lines[i].F < lines[j].F })
	cols := []table.Col{{Name: "line", Unit: "Hz"}, {Name: "amplitude"}, {Name: "stretches"}, {Name: "of"}}
	for i := 0; i < len(lines); {
		j, f, a := i, 0.0, 0.0
		at := map[float64]bool{}
		for ; j < len(lines) && (j == i || lines[j].F-lines[j-1].F <= 0.5); j++ {
			f += lines[j].F
			a += lines[j].Amplitude
			at[lines[j].T] = true
		}
		n := float64(j - i)
		cols[0].Num, cols[1].Num = append(cols[0].Num, f/n), append(cols[1].Num, a/n)
		cols[2].Num, cols[3].Num = append(cols[2].Num, float64(len(at))), append(cols[3].Num, float64(r.Windows))
		i = j
	}
	return table.Table{Title: r.String(), Cols: cols}
}

// String says how many lines were removed.
func (r LineRemoval) String() string {
	return fmt.Sprintf("%d sines removed from %d stretches of %d samples", len(r.Lines), r.Windows, len(r.Clean))
}

// Show shows the figure of Plot, with the table as text.
func (r LineRemoval) Show() display.Bundle {
	text := r.Table().Show().Data[display.TypeText]
	b := r.Plot().Show()
	b.Data[display.TypeText] = text
	return b
}

// Plot returns the figure of the spectra before and after, Welch's with windows of 4 s.
func (r LineRemoval) Plot() *figure.Figure {
	p := figure.Panel{Title: r.String(), X: figure.Axis{Label: "frequency", Unit: "Hz"}, Y: figure.Axis{Label: "power", Unit: "1/Hz", Log: true}}
	for _, c := range []struct {
		name, color string
		x           []float64
	}{{"before", "red", r.x}, {"after", "blue", r.Clean}} {
		n := min(len(c.x), int(math.Max(16, float64(4*r.FS))))
		s, err := Welch(c.x, r.FS, WelchOptions{Window: "hann", SegmentLen: n, Overlap: n / 2, Detrend: "constant"})
		if err != nil || len(s.F) < 2 {
			continue
		}
		p.Layers = append(p.Layers, figure.Layer{Kind: figure.Line, Name: c.name, X: s.F[1:], Y: s.P[1:], Color: c.color, Width: 0.9})
	}
	return &figure.Figure{Panels: []figure.Panel{p}}
}
