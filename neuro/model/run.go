package model

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
)

// RecordOptions say what Run keeps besides spikes and events.
type RecordOptions struct {
	Variables []string // names of variables with an equation, and of parameters
	Cells     []int    // which cells; the first one if nil
	Every     float64  `unit:"ms"` // time between samples, 0 for every step
}

// A Recording is what a run of a population recorded.
type Recording struct {
	Raster neuro.Raster            // spikes, a train for each cell
	Events map[string]neuro.Raster // those of Options.Events
	Cells  []int                   // whose variables were recorded
	Traces [][]neuro.Trace         // by variable, then by cell
}

// Run advances the cells by dur ms (rounded to steps) and records spikes, events and
// what the options ask for, at the beginning of steps. It shows its progress and
// ends with an error when it is interrupted, or when a recorded variable is not
// finite any more.
func (p *Population) Run(dur float64, o RecordOptions) (*Recording, error) {
	if !(dur > 0) || math.IsInf(dur, 0) {
		return nil, fmt.Errorf("model: Run: dur is %g ms; it must be positive and finite", dur)
	}
	steps := int(dur/p.dt + float64(1e-9*math.Max(dur/p.dt, 1)))
	stride := 1
	if o.Every != 0 {
		stride = int(math.Round(o.Every / p.dt))
		if !(o.Every > 0) || stride < 1 {
			return nil, fmt.Errorf("model: Run: Every is %g ms; it must be a multiple of the time step, %g ms", o.Every, p.dt)
		}
	}
	cells := o.Cells
	if cells == nil {
		cells = []int{0}
	}
	for _, c := range cells {
		if c < 0 || c >= p.n {
			return nil, fmt.Errorf("model: Run: there is no cell %d; cells are 0 to %d", c, p.n-1)
		}
	}
	begin, from := p.Time(), p.k
	r := &Recording{Raster: raster(p.n, begin, begin+dur), Cells: cells}
	var sources [][]float64
	var per []float64
	for _, name := range o.Variables {
		x, err := p.State(name)
		if err != nil {
			return nil, fmt.Errorf("model: Run: %s cannot be recorded; variables are %s", name, listed(p.m.names(odeEquation, parameter)))
		}
		v := p.m.byName[name]
		sources, per = append(sources, x), append(per, factor(v.unit))
		row := make([]neuro.Trace, len(cells))
		for i := range row {
			row[i] = neuro.Trace{Name: name, Unit: v.unit.Natural().Name, T0: begin, Dt: float64(float64(stride) * p.dt), Y: make([]float64, 0, steps/stride+1)}
		}
		r.Traces = append(r.Traces, row)
	}
	for _, e := range p.m.events {
		if e.name != spike {
			if r.Events == nil {
				r.Events = map[string]neuro.Raster{}
			}
			r.Events[e.name] = raster(p.n, begin, begin+dur)
		}
	}
	task := display.Start("model.Run", "steps", steps)
	defer task.End()
	for k := 0; ; k++ {
		if k%stride == 0 {
			for i, row := range r.Traces {
				for j := range row {
					x := sources[i][cells[j]]
					if math.IsNaN(x) || math.IsInf(x, 0) {
						return nil, fmt.Errorf("model: Run: %s of cell %d is %g at %g ms; use a smaller dt, or look for a parameter that is 0 (%s)", row[j].Name, cells[j], x, p.Time(), p.m.unset())
					}
					row[j].Y = append(row[j].Y, x/per[i])
				}
			}
		}
		if k == steps {
			return r, nil
		}
		if k&15 == 0 {
			task.Set(k)
			if err := task.Err(); err != nil {
				return nil, err
			}
		}
		at := float64(float64(from+uint64(k)) * p.dt)
		p.Step()
		for _, e := range p.events {
			to := r.Raster
			if e.name != spike {
				to = r.Events[e.name]
			}
			for _, c := range e.cells {
				to.Trains[c] = append(to.Trains[c], at)
			}
		}
	}
}

func raster(n int, t0, t1 float64) neuro.Raster {
	return neuro.Raster{Trains: make([]neuro.Spikes, n), T0: t0, T1: t1}
}

// Show draws the figure of Plot.
func (r *Recording) Show() display.Bundle { return r.Plot().Show() }

// Plot returns the figure of the first recorded variable, a line for each cell, or
// of the spikes where no variable was recorded.
func (r *Recording) Plot() *figure.Figure {
	if len(r.Traces) == 0 {
		return neuro.RasterFigure(r.Raster)
	}
	return neuro.TraceFigure(r.Traces[0]...)
}
