//go:build ignore

// A run is read from its file and the series of a mask are taken: the work of
// the peer's step masker, on the same files. With -save the run is written
// compressed instead: the peer's save_gz.
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"runtime"
	"time"

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
	data := flag.String("data", "", "folder with mask.nii.gz and the run")
	file := flag.String("file", "run.nii", "the run: run.nii or run.nii.gz")
	save := flag.Bool("save", false, "write the run as .nii.gz instead of taking series")
	flag.Parse()
	if *data == "" {
		fmt.Println("needs -data, a folder with run.nii and mask.nii.gz, as the peer's gen.py makes it")
		return
	}
	runtime.GOMAXPROCS(*threads)
	from, began := provenance.Processor(), time.Now()
	run := must(nifti.Read(filepath.Join(*data, *file)))
	size := run.Volumes()
	if *save {
		folder := must(os.MkdirTemp("", "load"))
		defer os.RemoveAll(folder)
		if err := nifti.Write(filepath.Join(folder, "run.nii.gz"), run); err != nil {
			log.Fatal(err)
		}
	} else {
		var voxels []int
		for v, x := range must(nifti.Read(filepath.Join(*data, "mask.nii.gz"))).Volume(0) {
			if x != 0 {
				voxels = append(voxels, v)
			}
		}
		size = len(run.SeriesOf(voxels))
	}
	cpu, peak := provenance.Processor()-from, provenance.PeakMemory()
	wall := time.Since(began).Seconds()
	if *asJSON {
		fmt.Printf("{\"bench\":\"load\",\"file\":%q,\"save\":%v,\"threads\":%d,\"size\":%d,\"wall_s\":%.4f,\"cpu_s\":%.4f,\"peak_mb\":%.1f}\n", *file, *save, *threads, size, wall, cpu, peak)
		return
	}
	fmt.Printf("%s: %d, %.3f s of processor time, %.0f MB\n", *file, size, cpu, peak)
}
