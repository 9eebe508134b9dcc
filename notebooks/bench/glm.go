//go:build ignore

// The general linear model of one run, from its file to all maps of a contrast: the
// work of the peer's steps glm_ols and glm_ar1, on the same files.
package main

import (
	"flag"
	"fmt"
	"log"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/neurorepl/neurorepl/neuro/fmri"
	"github.com/neurorepl/neurorepl/neuro/nifti"
	"github.com/neurorepl/neurorepl/neuro/provenance"
)

func must[T any](v T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return v
}

// simulate writes a run of 64 x 64 x 36 voxels and 200 volumes to a folder: a head
// that is an ellipsoid, noise with a memory of one volume, and two balls that
// answer to one kind of event each.
func simulate(folder string) {
	const nx, ny, nz, nt = 64, 64, 36, 200
	affine := [4][4]float64{{-3, 0, 0, 94.5}, {0, 3, 0, -94.5}, {0, 0, 3.5, -60}, {0, 0, 0, 1}}
	text := "onset\tduration\ttrial_type\n"
	for k := range 30 {
		text += fmt.Sprintf("%g\t1\t%c\n", 10+12.5*float64(k), 'A'+rune(k%2))
	}
	if err := os.WriteFile(filepath.Join(folder, "events.tsv"), []byte(text), 0o666); err != nil {
		log.Fatal(err)
	}
	d := must(fmri.NewDesign(nt, 2, must(fmri.ParseEvents(text)), fmri.DesignOptions{Drift: "none"}))
	r := rand.New(rand.NewPCG(42, 0))
	head, values := make([]float64, nx*ny*nz), make([]float32, nx*ny*nz*nt)
	for v := range head {
		x, y, z := float64(v%nx), float64(v/nx%ny), float64(v/(nx*ny))
		ball := func(a, b, c, radius float64) bool { return (x-a)*(x-a)+(y-b)*(y-b)+(z-c)*(z-c) < radius*radius }
		level, sd, column := 30.0, 3.0, -1
		if ex, ey, ez := (x-31.5)/24, (y-31.5)/28, (z-17)/16; ex*ex+ey*ey+ez*ez < 1 {
			head[v], level, sd = 1, 1000, 12
			if ball(20, 30, 18, 6) {
				column = 0
			} else if ball(42, 34, 18, 6) {
				column = 1
			}
		}
		e := 0.0
		for t := range nt {
			e = 0.3*e + math.Sqrt(1-0.09)*r.NormFloat64()
			y := level + sd*e
			if column >= 0 {
				y += 25 * d.X[t][column]
			}
			values[t*len(head)+v] = float32(y)
		}
	}
	run := must(nifti.NewFloat32([]int{nx, ny, nz, nt}, affine, values))
	run.TR = 2
	mask := must(nifti.New([]int{nx, ny, nz}, affine, head))
	for name, im := range map[string]*nifti.Image{"run.nii": must(run.As("int16")), "mask.nii.gz": mask} {
		if err := nifti.Write(filepath.Join(folder, name), im); err != nil {
			log.Fatal(err)
		}
	}
}

func main() {
	asJSON := flag.Bool("json", false, "print one line of JSON")
	threads := flag.Int("threads", 1, "threads")
	noise := flag.String("noise", "ols", "ols, ar1-nilearn, ar1 or others of GLMOptions")
	data := flag.String("data", "", "folder with run.nii, mask.nii.gz and events.tsv; without one, such a run is simulated, which the peak memory then includes")
	flag.Parse()
	runtime.GOMAXPROCS(*threads)

	if *data == "" {
		folder := must(os.MkdirTemp("", "glm"))
		defer os.RemoveAll(folder)
		simulate(folder)
		*data = folder
	}
	from, began := provenance.Processor(), time.Now()
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
	cpu, peak := provenance.Processor()-from, provenance.PeakMemory()
	wall := time.Since(began).Seconds()
	if *asJSON {
		fmt.Printf("{\"bench\":\"glm\",\"noise\":%q,\"threads\":%d,\"size\":%d,\"wall_s\":%.4f,\"cpu_s\":%.4f,\"peak_mb\":%.1f}\n", *noise, *threads, len(g.Voxels), wall, cpu, peak)
		return
	}
	fmt.Printf("%s: %d voxels, %d volumes, %.3f s of processor time, %.0f MB, largest value %.4g\n", *noise, len(g.Voxels), run.Volumes(), cpu, peak, largest)
}
