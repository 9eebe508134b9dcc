// Command plotbench measures what large figures cost: their time in this
// package and that of gonum/plot's own plotters for the same data, in turn in
// one run, with the bounds that they are held to.
//
//	go run ./internal/tools/plotbench [-n 7] [-python PYTHON]
//
// With a Python that has nilearn, the picture of its plot_stat_map is drawn by
// both, too.
//
// Absolute times mean something on a quiet machine only, ratios anywhere. The
// status is 1 when a bound is missed.
package main

import (
	"flag"
	"fmt"
	"image/color"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/plot"
	gonum "gonum.org/v1/plot"
	"gonum.org/v1/plot/palette"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
)

// A task is one figure in one format.
type task struct {
	name   string
	file   string        // its ending is the format
	limit  time.Duration // 0 for none
	bytes  int64         // likewise
	faster float64       // how many times faster than gonum/plot at least; 0 for no comparison
	figure func() *plot.Figure
	peer   func() *gonum.Plot
}

func main() {
	n := flag.Int("n", 7, "how often each figure is drawn; the median is printed")
	python := flag.String("python", "", "a Python that has nilearn")
	flag.Parse()
	dir, err := os.MkdirTemp("", "plotbench")
	if err != nil {
		fail(err)
	}
	defer os.RemoveAll(dir)
	missed := false
	fmt.Printf("%-28s %9s %9s %9s %9s %7s\n", "figure", "ms", "fastest", "peer ms", "kB", "ratio")
	tell := func(name string, m measured) {
		fmt.Printf("%-28s %9.1f %9.1f %9.1f %9.0f %7.1f%s\n", name, m.ours, m.best, m.peer, float64(m.bytes)/1000, m.peer/m.best, m.verdict)
		missed = missed || m.verdict != ""
	}
	for _, t := range tasks() {
		tell(t.name, measure(t, dir, *n))
	}
	if *python != "" {
		m, err := statMap(*python, dir, *n)
		if err != nil {
			fail(err)
		}
		tell("statistical map, PNG", m)
	}
	if missed {
		os.Exit(1)
	}
}

type measured struct {
	ours, best, peer float64 // ms: the median, and the fastest of both, which are compared
	bytes            int64
	verdict          string
}

// measure draws a figure n times with each package, in turn.
func measure(t task, dir string, n int) measured {
	path := filepath.Join(dir, "ours"+t.file)
	var ours, peer []float64
	for range n {
		ours = append(ours, timed(func() error { return t.figure().Save(path) }))
		if t.peer == nil || len(peer) > 0 && peer[0] > 5000 { // once is enough for what takes so long
			continue
		}
		peer = append(peer, timed(func() error {
			return t.peer().Save(15*vg.Centimeter, 9*vg.Centimeter, filepath.Join(dir, "peer"+t.file))
		}))
	}
	info, err := os.Stat(path)
	if err != nil {
		fail(err)
	}
	return verdict(t, ours, peer, info.Size())
}

// verdict sums up the times, and says which bounds are missed.
func verdict(t task, ours, peer []float64, size int64) measured {
	m := measured{ours: median(ours), best: slices.Min(ours), peer: math.NaN(), bytes: size}
	if len(peer) > 0 {
		m.peer = slices.Min(peer)
	}
	if limit := float64(t.limit) / 1e6; limit > 0 && m.best >= limit {
		m.verdict += fmt.Sprintf("  over %.0f ms", limit)
	}
	if t.bytes > 0 && m.bytes >= t.bytes {
		m.verdict += fmt.Sprintf("  over %d kB", t.bytes/1000)
	}
	if t.faster > 0 && m.peer < t.faster*m.best {
		m.verdict += fmt.Sprintf("  less than %g times faster", t.faster)
	}
	return m
}

func tasks() []task {
	const million = 1_000_000
	v := neuro.Trace{Name: "V", Unit: "mV", Dt: 0.02, Y: make([]float64, million)}
	xy := make(plotter.XYs, million)
	state := uint64(1)
	uniform := func() float64 { // any noise will do
		state = state*6364136223846793005 + 1442695040888963407
		return float64(state>>11) / (1 << 53)
	}
	for i := range v.Y {
		v.Y[i] = 3*math.Sin(float64(i)/80000) + uniform() + uniform() + uniform() - 1.5
		xy[i] = plotter.XY{X: float64(i) * v.Dt, Y: v.Y[i]}
	}
	const trains = 100
	r := neuro.Raster{T1: 1e5, Trains: make([]neuro.Spikes, trains)}
	spikes := make(plotter.XYs, 0, million)
	for i := range r.Trains {
		s := make(neuro.Spikes, million/trains)
		for k := range s {
			s[k] = (float64(k) + uniform()) * r.T1 / float64(len(s))
			spikes = append(spikes, plotter.XY{X: s[k], Y: float64(i)})
		}
		r.Trains[i] = s
	}
	const side = 1000
	z := make([][]float64, side)
	for i := range z {
		z[i] = make([]float64, side)
		for k := range z[i] {
			z[i][k] = math.Sin(float64(i)/90)*math.Cos(float64(k)/70) + 0.2*uniform()
		}
	}
	line := func() *gonum.Plot {
		p := gonum.New()
		l, err := plotter.NewLine(xy)
		if err != nil {
			fail(err)
		}
		p.Add(l)
		return p
	}
	dots := func() *gonum.Plot {
		p := gonum.New()
		s, err := plotter.NewScatter(spikes)
		if err != nil {
			fail(err)
		}
		s.Radius, s.Color = 0.5, color.Black
		p.Add(s)
		return p
	}
	heat := func() *gonum.Plot {
		p := gonum.New()
		p.Add(plotter.NewHeatMap(grid(z), palette.Heat(256, 1)))
		return p
	}
	trace := func() *plot.Figure { return plot.Trace(v) }
	return []task{
		{name: "trace of 10^6, PNG", file: ".png", limit: 100 * time.Millisecond, faster: 10, figure: trace, peer: line},
		{name: "trace of 10^6, SVG", file: ".svg", bytes: 200_000, faster: 10, figure: trace, peer: line},
		{name: "trace of 10^6, PDF", file: ".pdf", figure: trace},
		{name: "raster of 10^6, PNG", file: ".png", limit: 150 * time.Millisecond, faster: 10, figure: func() *plot.Figure { return plot.Raster(r) }, peer: dots},
		{name: "heat map of 1000 x 1000, PNG", file: ".png", limit: 100 * time.Millisecond, faster: 10, figure: func() *plot.Figure { return plot.Heat(z) }, peer: heat},
	}
}

// A grid is a heat map for gonum/plot.
type grid [][]float64

func (g grid) Dims() (c, r int)   { return len(g[0]), len(g) }
func (g grid) X(c int) float64    { return float64(c) }
func (g grid) Y(r int) float64    { return float64(r) }
func (g grid) Z(c, r int) float64 { return g[r][c] }

func timed(f func() error) float64 {
	runtime.GC() // of what came before
	start := time.Now()
	if err := f(); err != nil {
		fail(err)
	}
	return float64(time.Since(start)) / 1e6
}

func median(v []float64) float64 {
	if len(v) == 0 {
		return math.NaN()
	}
	s := slices.Sorted(slices.Values(v))
	return s[len(s)/2]
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "plotbench:", err)
	os.Exit(2)
}
