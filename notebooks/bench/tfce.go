//go:build ignore

// A group of 20 people: permutations of a one-sample test on an ellipsoid of
// 45,000 voxels, the work of the peer's steps perm1000, perm_cluster200 and tfce5.
package main

import (
	"flag"
	"fmt"
	"log"
	"math"
	"math/rand/v2"
	"runtime"
	"time"

	"github.com/neurorepl/neurorepl/neuro/fmri"
	"github.com/neurorepl/neurorepl/neuro/nifti"
	"github.com/neurorepl/neurorepl/neuro/provenance"
)

const nx, ny, nz, people = 64, 64, 36, 20

var affine = [4][4]float64{{-3, 0, 0, 94.5}, {0, 3, 0, -94.5}, {0, 0, 3.5, -60}, {0, 0, 0, 1}}

// head is an ellipsoid.
func head() *nifti.Image {
	in := make([]float64, nx*ny*nz)
	for v := range in {
		x, y, z := float64(v%nx)-31.5, float64(v/nx%ny)-31.5, float64(v/(nx*ny))-17
		if x*x/(24*24)+y*y/(28*28)+z*z/(16*16) < 1 {
			in[v] = 1
		}
	}
	im, err := nifti.New([]int{nx, ny, nz}, affine, in)
	if err != nil {
		log.Fatal(err)
	}
	return im
}

// person is smooth noise of variance 1, with an active box: neighbours are added
// nine times along each axis, which is nearly a Gaussian kernel of 1.5 voxels.
func person(seed uint64) *nifti.Image {
	r := rand.New(rand.NewPCG(seed, 7))
	v := make([]float64, nx*ny*nz)
	for i := range v {
		v[i] = r.NormFloat64()
	}
	for _, step := range []int{1, nx, nx * ny} {
		for range 9 {
			for i := range v {
				v[i] += v[(i+step)%len(v)]
			}
		}
	}
	square := 0.0
	for _, x := range v {
		square += x * x
	}
	for i := range v {
		v[i] /= math.Sqrt(square / float64(len(v)))
	}
	for z := 14; z < 22; z++ {
		for y := 24; y < 36; y++ {
			for x := 14; x < 24; x++ {
				v[(z*ny+y)*nx+x] += 1.5
			}
		}
	}
	im, err := nifti.New([]int{nx, ny, nz}, affine, v)
	if err != nil {
		log.Fatal(err)
	}
	return im
}

func main() {
	asJSON := flag.Bool("json", false, "print one line of JSON")
	threads := flag.Int("threads", 1, "threads")
	step := flag.String("step", "tfce5", "perm1000, perm_cluster200 or tfce5")
	flag.Parse()
	runtime.GOMAXPROCS(*threads)

	o, ok := map[string]fmri.PermuteOptions{
		"perm1000":        {N: 1000, ClusterP: -1},
		"perm_cluster200": {N: 200, ClusterP: 0.001},
		"tfce5":           {N: 5, ClusterP: -1, TFCE: true},
	}[*step]
	if !ok {
		log.Fatalf("step is %q; allowed are perm1000, perm_cluster200 and tfce5", *step)
	}
	mask := head()
	var maps []*nifti.Image
	for k := range people {
		maps = append(maps, person(uint64(k+1)))
	}
	from, began := provenance.Processor(), time.Now()
	g, err := fmri.FitGroup(maps, mask, fmri.OneSample(people), fmri.GroupOptions{})
	if err != nil {
		log.Fatal(err)
	}
	r, err := g.Permute("mean", o)
	if err != nil {
		log.Fatal(err)
	}
	seconds, wall := provenance.Processor()-from, time.Since(began).Seconds()
	if *asJSON {
		fmt.Printf("{\"bench\":\"tfce\",\"step\":%q,\"threads\":%d,\"size\":%d,\"wall_s\":%.4f,\"cpu_s\":%.4f,\"peak_mb\":%.1f}\n", *step, *threads, len(g.Voxels), wall, seconds, provenance.PeakMemory())
		return
	}
	fmt.Printf("%s: %d voxels, %d rearrangements, %.3f s of processor time, %d clusters\n", *step, len(g.Voxels), r.N, seconds, len(r.Clusters.Clusters))
}
