//go:build ignore

// The log likelihood of trials under the drift-diffusion model, without and with parameters that
// vary over trials. ddm.R does the same with rtdists.
package main

import (
	"flag"
	"fmt"
	"log"
	"math"
	"runtime"
	"time"

	"github.com/neurorepl/neurorepl/neuro/behavior"
	"github.com/neurorepl/neurorepl/neuro/provenance"
)

func main() {
	asJSON := flag.Bool("json", false, "print one line of JSON for each model")
	threads := flag.Int("threads", 1, "threads")
	n := flag.Int("n", 10000, "trials")
	flag.Parse()
	runtime.GOMAXPROCS(*threads)
	frac := func(v float64) float64 { return v - math.Floor(v) }
	rt, upper := make([]float64, *n), make([]bool, *n)
	for i := range rt {
		rt[i] = 0.31 - 0.3*math.Log(1-frac(float64(i+1)*0.618033988749))
		upper[i] = frac(float64(i+1)*0.754877666247) < 0.75
	}
	base := behavior.DDM{A: 1.2, V: 1.5, T0: 0.25, Z: 0.45, S: 1}
	with := func(sv, sz, st0 float64) behavior.DDM {
		d := base
		d.SV, d.SZ, d.ST0 = sv, sz, st0
		return d
	}
	for _, c := range []struct {
		name string
		d    behavior.DDM
	}{{"fixed", base}, {"sv", with(0.8, 0, 0)}, {"sz", with(0, 0.2, 0)}, {"st0", with(0, 0, 0.1)}, {"all", with(0.8, 0.2, 0.1)}} {
		began, cpu, times, ll := time.Now(), provenance.Processor(), 0, 0.0
		for ; times < 3 || time.Since(began).Seconds() < 0.5; times++ {
			ll = c.d.LogLikelihood(rt, upper)
		}
		if math.IsNaN(ll) {
			log.Fatalf("%s: no likelihood", c.name)
		}
		wall := time.Since(began).Seconds() / float64(times)
		cpu = (provenance.Processor() - cpu) / float64(times)
		if *asJSON {
			fmt.Printf("{\"bench\":\"ddm\",\"step\":%q,\"threads\":%d,\"size\":%d,\"wall_s\":%.3g,\"cpu_s\":%.3g,\"peak_mb\":%.1f}\n", c.name, *threads, *n, wall, cpu, provenance.PeakMemory())
			continue
		}
		fmt.Printf("%-6s %7.1f ns of processor time for each of %d trials, log likelihood %.4f\n", c.name, 1e9*cpu/float64(*n), *n, ll)
	}
}
