//go:build ignore

// Cluster permutation tests over sensors and times: 1000 rearrangements of subjects, 64
// sensors and 300 times each. clusters.py does the same work with MNE.
package main

import (
	"flag"
	"fmt"
	"log"
	"math"
	"math/rand/v2"
	"runtime"
	"strings"
	"time"

	"github.com/neurorepl/neurorepl/neuro/eeg"
	"github.com/neurorepl/neurorepl/neuro/provenance"
	"github.com/neurorepl/neurorepl/neuro/stats"
)

const names = "Fp1 AF7 AF3 F1 F3 F5 F7 FT7 FC5 FC3 FC1 C1 C3 C5 T7 TP7 CP5 CP3 CP1 P1 P3 P5 P7 P9 PO7 PO3 O1 Iz Oz POz Pz CPz " +
	"Fpz Fp2 AF8 AF4 AFz Fz F2 F4 F6 F8 FT8 FC6 FC4 FC2 FCz Cz C2 C4 C6 T8 TP8 CP6 CP4 CP2 P2 P4 P6 P8 P10 PO8 PO4 O2"

func must[T any](v T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return v
}

func main() {
	asJSON := flag.Bool("json", false, "print one line of JSON")
	threads := flag.Int("threads", 1, "threads")
	subjects := flag.Int("subjects", 20, "subjects")
	times := flag.Int("times", 300, "times")
	n := flag.Int("n", 1000, "rearrangements")
	step := flag.String("step", "signs", "signs (one sample), F (two groups) or tfce")
	flag.Parse()
	runtime.GOMAXPROCS(*threads)
	var channels []eeg.Channel
	for _, name := range strings.Fields(names) {
		channels = append(channels, eeg.Channel{Name: name})
	}
	x := make([][]float64, *subjects)
	for i := range x {
		r := rand.New(rand.NewPCG(1, uint64(i)))
		for range channels {
			v := 0.0
			for t := range *times {
				v = 0.9*v + r.NormFloat64()
				d := (float64(t)/float64(*times) - 0.5) / 0.05
				x[i] = append(x[i], v+math.Exp(-d*d/2))
			}
		}
	}
	wall, cpu := math.Inf(1), math.Inf(1)
	var result *stats.ClusterTest
	for range 3 {
		runtime.GC()
		from, began := provenance.Processor(), time.Now()
		near := must(eeg.Adjacent(channels, 0)).Across(stats.Chain(*times))
		switch *step {
		case "signs":
			result = must(stats.ClusterOneSample(x, near, stats.ClusterOptions{N: *n}))
		case "F":
			half := *subjects / 2
			result = must(stats.ClusterANOVA([][][]float64{x[:half], x[half:]}, near, stats.ClusterOptions{N: *n}))
		case "tfce":
			result = must(stats.ClusterOneSample(x, near, stats.ClusterOptions{N: *n, TFCE: true}))
		default:
			log.Fatalf("step %q; signs, F and tfce are known", *step)
		}
		wall, cpu = min(wall, time.Since(began).Seconds()), min(cpu, provenance.Processor()-from)
	}
	size, peak := len(x)*len(x[0]), provenance.PeakMemory()
	if *asJSON {
		fmt.Printf("{\"bench\":\"clusters\",\"step\":%q,\"threads\":%d,\"size\":%d,\"wall_s\":%.4f,\"cpu_s\":%.4f,\"peak_mb\":%.1f}\n", *step, *threads, size, wall, cpu, peak)
		return
	}
	fmt.Printf("%s\n%d values, %.3f s of processor time, %.0f MB\n", result, size, cpu, peak)
}
