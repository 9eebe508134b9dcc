//go:build ignore

// Steps on one run of images, each as the peer's step of that name on the same
// files: smoothing, a brain mask, means of regions.
package main

import (
	"flag"
	"fmt"
	"log"
	"path/filepath"
	"runtime"
	"time"

	"github.com/neurorepl/neurorepl/neuro/imaging"
	"github.com/neurorepl/neurorepl/neuro/nifti"
	"github.com/neurorepl/neurorepl/neuro/provenance"
)

func must[T any](v T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return v
}

func main() {
	asJSON := flag.Bool("json", false, "print one line of JSON")
	threads := flag.Int("threads", 1, "threads")
	step := flag.String("step", "smooth6", "smooth6 (a Gaussian of 6 mm), epi_mask or labels200 (means of regions)")
	data := flag.String("data", "", "folder with run.nii and, for labels200, atlas200.nii.gz")
	flag.Parse()
	runtime.GOMAXPROCS(*threads)

	from, began := provenance.Processor(), time.Now()
	run := must(nifti.Read(filepath.Join(*data, "run.nii")))
	sum, size := 0.0, 0
	switch *step {
	case "smooth6":
		out := must(imaging.Smooth(run, 6, imaging.SmoothOptions{}))
		nx, ny, nz := out.Grid()
		sum, size = out.At(nx/2, ny/2, nz/2, out.Volumes()/2), nx*ny*nz*out.Volumes()
	case "epi_mask":
		for _, v := range must(imaging.EPIMask(run, imaging.MaskOptions{})).Volume(0) {
			sum += v
		}
		nx, ny, nz := run.Grid()
		size = nx * ny * nz * run.Volumes()
	case "labels200":
		labels := must(nifti.Read(filepath.Join(*data, "atlas200.nii.gz")))
		r := must(imaging.LabelMeans(run, labels))
		sum, size = r.Y[0][0], len(r.Y)*len(r.Y[0])
	default:
		log.Fatalf("step %q is not one of smooth6, epi_mask and labels200", *step)
	}
	cpu, peak := provenance.Processor()-from, provenance.PeakMemory()
	wall := time.Since(began).Seconds()
	if *asJSON {
		fmt.Printf("{\"bench\":\"images\",\"step\":%q,\"threads\":%d,\"size\":%d,\"wall_s\":%.4f,\"cpu_s\":%.4f,\"peak_mb\":%.1f}\n", *step, *threads, size, wall, cpu, peak)
		return
	}
	fmt.Printf("%s: %.3f s of processor time, %.0f MB, check %.6g\n", *step, cpu, peak, sum)
}
