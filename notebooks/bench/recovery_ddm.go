//go:build ignore

// Fits of simulated drift-diffusion data from default starts: how many converge, how often the
// intervals hold the truth, and how far the estimates are from it.
package main

import (
	"flag"
	"fmt"
	"log"
	"math"
	"math/rand/v2"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/neurorepl/neurorepl/neuro/behavior"
	"github.com/neurorepl/neurorepl/neuro/provenance"
)

func main() {
	asJSON := flag.Bool("json", false, "print one line of JSON")
	threads := flag.Int("threads", 1, "threads")
	sets := flag.Int("n", 1000, "data sets")
	trials := flag.Int("trials", 250, "trials of each")
	model := flag.String("model", "ddm", "ddm, unbiased, sv, full (SV, SZ and ST0), outliers, by (three drifts)")
	flag.Parse()
	runtime.GOMAXPROCS(*threads)
	frac := func(v float64) float64 { return v - math.Floor(v) }
	var o behavior.DDMFitOptions
	truth := make([]behavior.DDM, *sets)
	for k := range truth { // spread evenly over what experiments find
		u := func(i int) float64 { return frac(float64(k+1) * math.Sqrt([]float64{2, 3, 5, 7, 11, 13, 17}[i])) }
		truth[k] = behavior.DDM{A: 0.8 + 1.7*u(0), V: -3 + 6*u(1), T0: 0.2 + 0.3*u(2), Z: 0.35 + 0.3*u(3), S: 1}
		d := &truth[k]
		switch *model {
		case "unbiased":
			d.Z = 0.5
		case "full":
			d.SZ, d.ST0 = 0.1+0.4*u(5), 0.05+0.2*u(6)
			fallthrough
		case "sv":
			d.SV = 0.3 + 1.2*u(4)
		}
	}
	switch *model {
	case "unbiased":
		o.Unbiased = true
	case "sv":
		o.SV = true
	case "full":
		o.SV, o.SZ, o.ST0 = true, true, true
	case "outliers":
		o.Outliers = -1
	case "ddm", "by":
	default:
		log.Fatalf("model %q; ddm, unbiased, sv, full, outliers and by are known", *model)
	}
	// Outliers are 4 % of the trials, uniform over the range of times.
	const share = 0.04
	fits, times := make([]*behavior.DDMFit, *sets), make([]float64, *sets)
	var wg sync.WaitGroup
	began := time.Now()
	free := make(chan bool, *threads)
	for k, d := range truth {
		wg.Add(1)
		free <- true
		go func() {
			defer func() { <-free; wg.Done() }()
			var rt []float64
			var upper []bool
			var of []string
			groups := []float64{1}
			if *model == "by" {
				groups = []float64{0, 0.5, 1}
			}
			for g, s := range groups {
				each := d
				each.V *= s
				r, err := each.Simulate(*trials/len(groups), 0.001, uint64(10*k+g))
				if err != nil {
					log.Fatal(err)
				}
				rt, upper = append(rt, r.RT...), append(upper, r.Upper...)
				for range r.RT {
					of = append(of, fmt.Sprint(s))
				}
			}
			opts := o
			if *model == "by" {
				opts.By = map[string][]string{"V": of}
			}
			if *model == "outliers" {
				most := 0.0
				for _, t := range rt {
					most = max(most, t)
				}
				r := rand.New(rand.NewPCG(uint64(k), 1))
				for i := range rt {
					if r.Float64() < share {
						rt[i], upper[i] = 0.001+(most-0.001)*r.Float64(), r.Float64() < 0.5
					}
				}
			}
			from := time.Now()
			f, err := behavior.FitDDM(rt, upper, opts)
			times[k] = time.Since(from).Seconds()
			if err != nil {
				log.Printf("set %d: %v", k, err)
				return
			}
			fits[k] = f
		}()
	}
	wg.Wait()
	converged, noted, wall := 0, 0, 0.0
	type count struct{ in, of int }
	covered := map[string]*count{}
	var names []string
	errs := map[string][]float64{}
	for k, f := range fits {
		wall += times[k]
		if f == nil {
			continue
		}
		if !f.Converged {
			fmt.Printf("set %d, %v: %v\n", k, truth[k], f)
			continue
		}
		converged++
		if len(f.Notes) > 0 {
			noted++
		}
		held := len(f.Notes) > 0 && strings.Contains(f.Notes[0], "held at 0.5")
		for _, p := range f.Params {
			d := truth[k]
			want := map[string]float64{"A": d.A, "V": d.V, "T0": d.T0, "Z": d.Z, "SV": d.SV, "SZ": d.SZ, "ST0": d.ST0, "outliers": share, "V[0]": 0, "V[0.5]": d.V / 2, "V[1]": d.V}[p.Name]
			name := p.Name
			if held {
				name += " (Z held)"
			}
			if covered[name] == nil {
				covered[name] = &count{}
				names = append(names, name)
			}
			covered[name].of++
			if p.Lo <= want && want <= p.Hi {
				covered[name].in++
			}
			errs[name] = append(errs[name], p.Value-want)
		}
	}
	if *asJSON {
		fmt.Printf("{\"bench\":\"recovery_ddm\",\"model\":%q,\"size\":%d,\"converged\":%d,\"wall_s\":%.3f,\"cpu_s\":%.3f,\"peak_mb\":%.1f}\n", *model, *sets, converged, time.Since(began).Seconds(), provenance.Processor(), provenance.PeakMemory())
		return
	}
	fmt.Printf("%s: %d of %d sets of %d trials converged, %d of them with notes; %.1f ms for a fit\n", *model, converged, *sets, *trials, noted, 1000*wall/float64(*sets))
	for _, n := range names {
		c := covered[n]
		mean, square := 0.0, 0.0
		for _, e := range errs[n] {
			mean += e / float64(len(errs[n]))
			square += e * e / float64(len(errs[n]))
		}
		p := 0.95
		half := 1.96 * math.Sqrt(p*(1-p)*float64(c.of))
		fmt.Printf("%-14s held by %d of %d intervals (%.0f to %.0f of exact ones); bias %.4f, root mean square error %.4f\n", n, c.in, c.of, p*float64(c.of)-half, p*float64(c.of)+half, mean, math.Sqrt(square))
	}
}
