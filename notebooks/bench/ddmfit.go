//go:build ignore

// A drift-diffusion model with boundary, drift and non-decision time fitted to simulated trials.
// ddmfit.py fits the same trials with PyDDM: -csv FILE writes them.
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"runtime"
	"time"

	"github.com/neurorepl/neurorepl/neuro/behavior"
	"github.com/neurorepl/neurorepl/neuro/provenance"
)

func main() {
	asJSON := flag.Bool("json", false, "print one line of JSON")
	threads := flag.Int("threads", 1, "threads")
	n := flag.Int("n", 1000, "trials")
	csv := flag.String("csv", "", "write the trials here")
	flag.Parse()
	runtime.GOMAXPROCS(*threads)
	s, err := behavior.DDM{A: 1.4, V: 1.2, T0: 0.3, Z: 0.5, S: 1}.Simulate(*n, 0.001, 3)
	if err != nil {
		log.Fatal(err)
	}
	text := "rt,correct\n"
	for i, t := range s.RT {
		s.RT[i] = float64(int(1e4*t+0.5)) / 1e4
		up := 0
		if s.Upper[i] {
			up = 1
		}
		text += fmt.Sprintf("%.4f,%d\n", s.RT[i], up)
	}
	if *csv != "" {
		if err := os.WriteFile(*csv, []byte(text), 0o644); err != nil {
			log.Fatal(err)
		}
	}
	var f *behavior.DDMFit
	began, cpu, times := time.Now(), provenance.Processor(), 0
	for ; times < 3 || time.Since(began).Seconds() < 0.3; times++ {
		if f, err = behavior.FitDDM(s.RT, s.Upper, behavior.DDMFitOptions{Unbiased: true}); err != nil {
			log.Fatal(err)
		}
	}
	wall := time.Since(began).Seconds() / float64(times)
	cpu = (provenance.Processor() - cpu) / float64(times)
	if *asJSON {
		fmt.Printf("{\"bench\":\"ddmfit\",\"threads\":%d,\"size\":%d,\"wall_s\":%.4g,\"cpu_s\":%.4g,\"peak_mb\":%.1f}\n", *threads, *n, wall, cpu, provenance.PeakMemory())
		return
	}
	fmt.Printf("%v\n%.2f ms of processor time for a fit with its limits\n", f, 1e3*cpu)
}
