package fmri_test

import (
	"fmt"
	"hash/fnv"

	"github.com/neurorepl/neurorepl/neuro/fmri"
	"github.com/neurorepl/neurorepl/neuro/nifti"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// people returns maps of n people, 6 x 6 x 6 voxels of 3 mm, with an effect of
// size in the 27 voxels of one corner.
func people(n int, size float64) []*nifti.Image {
	var maps []*nifti.Image
	for i := range n {
		v := make([]float64, 216)
		for k := range v {
			v[k] = noise(i, k)
			if k%6 < 3 && k/6%6 < 3 && k/36 < 3 {
				v[k] += size
			}
		}
		im, _ := nifti.New([]int{6, 6, 6}, [4][4]float64{{3, 0, 0, 10}, {0, 3, 0, 20}, {0, 0, 3, 30}, {0, 0, 0, 1}}, v)
		maps = append(maps, im)
	}
	return maps
}

// noise is nearly normal: of four bytes of a hash of person and voxel.
func noise(person, voxel int) float64 {
	h := fnv.New32a()
	fmt.Fprint(h, person, voxel)
	s := -512.0
	for _, b := range h.Sum(nil) {
		s += float64(b)
	}
	return s / 148
}

// A group of 16 people: is the effect above 0?
func ExampleFitGroup() {
	maps := people(16, 1.2) // images of a contrast, one of each person
	group, err := fmri.FitGroup(maps, nil, fmri.OneSample(len(maps)), fmri.GroupOptions{})
	if err != nil {
		fmt.Println(err)
	}
	r, err := group.Permute("mean", fmri.PermuteOptions{N: 1000, TFCE: true})
	if err != nil {
		fmt.Println(err)
	}
	voxels, enhanced := 0, 0
	for i := range r.PMax {
		if r.PMax[i] < 0.05 {
			voxels++
		}
		if r.PTFCE[i] < 0.05 {
			enhanced++
		}
	}
	c := r.Clusters.Clusters[0]
	fmt.Printf("of 27 voxels: %d by max-T, %d by TFCE\n", voxels, enhanced)
	fmt.Printf("cluster of %d voxels, p = %.3f by size and %.3f by mass\n", len(c.Voxels), c.PSize, c.PMass)
	// Output:
	// of 27 voxels: 10 by max-T, 26 by TFCE
	// cluster of 20 voxels, p = 0.001 by size and 0.001 by mass
}

// Patients against controls with age as a covariate.
func ExampleGroupDesign() {
	study := table.Table{Cols: []table.Col{
		{Name: "group", Text: []string{"patient", "patient", "patient", "patient", "control", "control", "control", "control"}},
		{Name: "age", Unit: "years", Num: []float64{31, 45, 28, 52, 33, 41, 30, 50}},
	}}
	d, err := fmri.GroupDesign(study, "group", "age")
	if err != nil {
		fmt.Println(err)
	}
	maps := append(people(4, 3), people(8, 0)[4:]...)
	group, err := fmri.FitGroup(maps, nil, d, fmri.GroupOptions{})
	if err != nil {
		fmt.Println(err)
	}
	m, err := group.Contrast("patient - control")
	fmt.Println(d.Names)
	fmt.Printf("difference in the first voxel %.2f, t(%g) = %.2f, %v\n", m.Effect[0], m.DF, m.T[0], err)
	// Output:
	// [control patient age]
	// difference in the first voxel 2.22, t(5) = 2.78, <nil>
}
