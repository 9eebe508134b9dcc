//go:build ignore

// Tuning curves of 100 cells over a floor of 20 x 20 bins in an hour, and the
// position decoded from them in 100 ms; with -step logistic or poisson regressions
// of several shapes. The work of coding.py.
package main

import (
	"flag"
	"fmt"
	"log"
	"math"
	"runtime"
	"time"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/decode"
	"github.com/neurorepl/neurorepl/neuro/provenance"
	"github.com/neurorepl/neurorepl/neuro/spikes"
)

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func main() {
	asJSON := flag.Bool("json", false, "print lines of JSON")
	threads := flag.Int("threads", 1, "threads")
	seconds := flag.Float64("seconds", 300, "time to decode, s")
	step := flag.String("step", "", "tuning, decoding, both (\"\"), logistic or poisson")
	classes := flag.Int("classes", 2, "classes of the logistic regression")
	tol := flag.Float64("tol", 0, "where regressions end, 0 being 1e-9")
	flag.Parse()
	runtime.GOMAXPROCS(*threads)

	if *step == "logistic" || *step == "poisson" {
		regressions(*step, *classes, *tol, *threads, *asJSON)
		return
	}
	const cells, samples, fs = 100, 180000, 50.0
	t, x, y := make([]float64, samples), make([]float64, samples), make([]float64, samples)
	for i := range t {
		s := float64(i) / fs
		t[i] = s * 1000
		x[i] = 50 + 30*math.Sin(s/3.1) + 20*math.Sin(s/7.7)
		y[i] = 50 + 30*math.Cos(s/4.3) + 20*math.Sin(s/9.1)
	}
	trains := make([]neuro.Spikes, cells)
	for c := range trains {
		// A chance of its own for each sample: the fractions of multiples of an
		// irrational number.
		cx, cy := 100*frac(float64(c)*0.618034), 100*frac(float64(c)*0.754878)
		for i := range t {
			d := (x[i]-cx)*(x[i]-cx) + (y[i]-cy)*(y[i]-cy)
			if frac(float64(i)*0.569840290998+float64(c)*0.3) < 0.01+0.3*math.Exp(-d/450) {
				trains[c] = append(trains[c], t[i]+5)
			}
		}
	}

	report := func(what string, size int, began time.Time, from float64) {
		cpu, wall := provenance.Processor()-from, time.Since(began).Seconds()
		if *asJSON {
			fmt.Printf("{\"bench\":\"coding\",\"step\":%q,\"threads\":%d,\"size\":%d,\"wall_s\":%.4f,\"cpu_s\":%.4f,\"peak_mb\":%.1f}\n", what, *threads, size, wall, cpu, provenance.PeakMemory())
		} else {
			fmt.Printf("%s: %.4f s, %.0f MB\n", what, cpu, provenance.PeakMemory())
		}
	}
	from, began := provenance.Processor(), time.Now()
	curves, err := spikes.TuningCurves(t, [][]float64{x, y}, trains, spikes.CurvesOptions{Bins: []int{20, 20}, Names: []string{"x", "y"}, Units: []string{"cm", "cm"}})
	check(err)
	if *step != "decoding" {
		report("tuning", samples, began, from)
	}
	if *step == "tuning" {
		return
	}
	from, began = provenance.Processor(), time.Now()
	d, err := decode.Position(curves, trains, 0, *seconds*1000, decode.PositionOptions{Bin: 100, Posterior: true})
	check(err)
	report("decoding", len(d.Time), began, from)
}

// regressions fits features that are sums of fractions, about normal, of several shapes.
func regressions(what string, classes int, tol float64, threads int, asJSON bool) {
	for _, c := range []struct {
		n, d int
		l2   float64
	}{{200, 10, 0.1}, {200, 50, 0.1}, {2000, 50, 0}, {10000, 100, 0}, {200, 2000, 1}, {500, 5000, 1}} {
		x, y, counts := make([][]float64, c.n), make([]int, c.n), make([]float64, c.n)
		for i := range x {
			x[i] = make([]float64, c.d)
			z := 0.0
			for j := range x[i] {
				a := float64(i*c.d + j)
				x[i][j] = 1.7 * (frac(a*0.618033988749) + frac(a*a*0.0000754877666) + frac(a*0.414213562373) + frac(a*a*0.0000324717957) - 2)
				if j < 10 {
					z += x[i][j] / 4
				}
			}
			if u := frac(float64(i) * 0.569840290998); u < 1/(1+math.Exp(-2*z)) {
				y[i] = 1
			}
			if classes > 2 {
				y[i] = (y[i] + 2*int(math.Floor(math.Abs(2*x[i][1]+frac(float64(i)*0.7548))))) % classes
			}
			counts[i] = math.Floor(math.Exp(z/2) + frac(float64(i)*0.324717957))
		}
		fit := func() float64 {
			if what == "logistic" {
				f, err := decode.Logistic{Tol: tol}.Fit(x, y)
				check(err)
				return f.Loss
			}
			f, err := spikes.PoissonRegression{L2: c.l2, Tol: tol}.Fit(x, counts)
			check(err)
			return f.Loss
		}
		fit()
		from, began, loss, times := provenance.Processor(), time.Now(), 0.0, 0
		// The clock of processor time is coarse.
		for ; provenance.Processor()-from < 0.15; times++ {
			loss = fit()
		}
		cpu, wall := (provenance.Processor()-from)/float64(times), time.Since(began).Seconds()/float64(times)
		if asJSON {
			fmt.Printf("{\"bench\":\"coding\",\"step\":%q,\"threads\":%d,\"size\":\"%d x %d\",\"classes\":%d,\"tol\":%g,\"wall_s\":%.6f,\"cpu_s\":%.6f,\"loss\":%.12g,\"peak_mb\":%.1f}\n", what, threads, c.n, c.d, classes, tol, wall, cpu, loss, provenance.PeakMemory())
		} else {
			fmt.Printf("%s, %d x %d: %.6f s, loss %.10g\n", what, c.n, c.d, cpu, loss)
		}
	}
}

func frac(v float64) float64 { return v - math.Floor(v) }
