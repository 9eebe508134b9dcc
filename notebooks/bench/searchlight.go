//go:build ignore

// A searchlight of 6 mm at 500 voxels: a support vector machine on 40 volumes in
// four folds, the work of the peer's step searchlight.
package main

import (
	"flag"
	"fmt"
	"log"
	"path/filepath"
	"runtime"
	"time"

	"github.com/neurorepl/neurorepl/neuro/decode"
	"github.com/neurorepl/neurorepl/neuro/nifti"
	"github.com/neurorepl/neurorepl/neuro/provenance"
)

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func main() {
	asJSON := flag.Bool("json", false, "print one line of JSON")
	threads := flag.Int("threads", 1, "threads")
	data := flag.String("data", ".", "folder with run.nii and mask.nii.gz of 64 x 64 x 36 voxels")
	model := flag.String("model", "svm", "svm, hinge, lda, ridge, bayes, correlation or logistic")
	permutations := flag.Int("permutations", 0, "how many times labels are shuffled")
	flag.Parse()
	runtime.GOMAXPROCS(*threads)
	m, ok := map[string]decode.Model{"svm": decode.NewSVM(), "hinge": decode.SVM{Loss: "hinge"}, "lda": decode.NewLDA(), "ridge": decode.NewRidge(),
		"bayes": decode.NewNaiveBayes(), "correlation": decode.NewCorrelation(), "logistic": decode.NewLogistic()}[*model]
	if !ok {
		log.Fatalf("model is %q", *model)
	}

	from, began := provenance.Processor(), time.Now()
	mask, err := nifti.Read(filepath.Join(*data, "mask.nii.gz"))
	check(err)
	nx, ny, nz := mask.Grid()
	in := make([]float64, nx*ny*nz)
	for z := 15; z < 20; z++ {
		for y := 24; y < 34; y++ {
			for x := 14; x < 24; x++ {
				in[(z*ny+y)*nx+x] = 1
			}
		}
	}
	centres, err := nifti.New([]int{nx, ny, nz}, mask.Affine, in)
	check(err)
	// Of the run a few volumes are in memory at a time.
	run, err := nifti.ReadWith(filepath.Join(*data, "run.nii"), nifti.ReadOptions{Memory: 16 << 20})
	check(err)
	var volumes, y, fold []int
	for t := range 40 {
		volumes, y, fold = append(volumes, t), append(y, t%2), append(fold, t/10)
	}
	x, err := decode.Patterns(run, mask, volumes...)
	check(err)
	light, err := decode.Searchlight(x, mask, y, fold, 6, decode.SearchlightOptions{Model: m, Centres: centres, Permutations: *permutations})
	check(err)
	seconds, wall := provenance.Processor()-from, time.Since(began).Seconds()
	if *asJSON {
		mean := 0.0
		for _, a := range light.Accuracy {
			mean += a / float64(len(light.Accuracy))
		}
		fmt.Printf("{\"bench\":\"searchlight\",\"model\":%q,\"threads\":%d,\"size\":%d,\"wall_s\":%.4f,\"cpu_s\":%.4f,\"peak_mb\":%.1f,\"accuracy\":%.4f}\n",
			*model, *threads, len(light.Voxels), wall, seconds, provenance.PeakMemory(), mean)
		return
	}
	fmt.Println(light)
}
