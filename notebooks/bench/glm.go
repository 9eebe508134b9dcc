//go:build ignore

// The general linear model of one run, from its file to all maps of a contrast: the
// work of the peer's steps glm_ols and glm_ar1, on the same files.
package main

import (
	"flag"
	"fmt"
	"log"
	"path/filepath"
	"runtime"
	"syscall"
	"time"

	"github.com/neurorepl/neurorepl/neuro/fmri"
	"github.com/neurorepl/neurorepl/neuro/nifti"
)

func usage() (cpu, peakMB float64) {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		log.Fatal(err)
	}
	return float64(u.Utime.Sec+u.Stime.Sec) + float64(u.Utime.Usec+u.Stime.Usec)/1e6, float64(u.Maxrss) / 1024
}

func must[T any](v T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return v
}

func main() {
	asJSON := flag.Bool("json", false, "print one line of JSON")
	threads := flag.Int("threads", 1, "threads")
	noise := flag.String("noise", "ols", "ols, ar1-nilearn, ar1 or others of GLMOptions")
	data := flag.String("data", ".", "folder with run.nii, mask.nii.gz and events.tsv")
	flag.Parse()
	runtime.GOMAXPROCS(*threads)

	from, _ := usage()
	began := time.Now()
	run := must(nifti.Read(filepath.Join(*data, "run.nii")))
	mask := must(nifti.Read(filepath.Join(*data, "mask.nii.gz")))
	events := must(fmri.ReadEvents(filepath.Join(*data, "events.tsv")))
	d := must(fmri.NewDesign(run.Volumes(), 2, events, fmri.DesignOptions{}))
	g := must(fmri.Fit(run, mask, d, fmri.GLMOptions{Noise: *noise}))
	m := must(g.Contrast("A - B"))
	largest := 0.0
	for _, which := range []string{"effect", "var", "t", "z", "p"} {
		for _, v := range m.Image(which).Volume(0) {
			if v > largest {
				largest = v
			}
		}
	}
	wall := time.Since(began).Seconds()
	cpu, peak := usage()
	if *asJSON {
		fmt.Printf("{\"bench\":\"glm_%s\",\"size\":%d,\"wall_s\":%.4f,\"cpu_s\":%.4f,\"peak_mb\":%.1f}\n", *noise, len(g.Voxels), wall, cpu-from, peak)
		return
	}
	fmt.Printf("%s: %d voxels, %d volumes, %.3f s of processor time, %.0f MB, largest value %.4g\n", *noise, len(g.Voxels), run.Volumes(), cpu-from, peak, largest)
}
