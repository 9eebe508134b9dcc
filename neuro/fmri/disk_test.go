package fmri_test

import (
	"math"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/fmri"
	"github.com/neurorepl/neurorepl/neuro/nifti"
)

// A run that stays on disk, in tiles of a few voxels, gives the bits of one in
// memory: plain, compressed and unpacked, and compressed without room to unpack.
func TestFitFromDisk(t *testing.T) {
	const nx, ny, nz, nt = 13, 7, 5, 60
	r := rand.New(rand.NewPCG(9, 1))
	values, head := make([]float32, nx*ny*nz*nt), make([]float64, nx*ny*nz)
	for v := range head {
		if v%5 != 2 {
			head[v] = 1
		}
		e := 0.0
		for s := range nt {
			e = 0.4*e + r.NormFloat64()
			values[s*len(head)+v] = float32(100 + 3*e)
		}
	}
	affine := [4][4]float64{{3, 0, 0, 0}, {0, 3, 0, 0}, {0, 0, 3, 0}, {0, 0, 0, 1}}
	run, err := nifti.NewFloat32([]int{nx, ny, nz, nt}, affine, values)
	if err != nil {
		t.Fatal(err)
	}
	run.TR = 2
	if run, err = run.As("int16"); err != nil {
		t.Fatal(err)
	}
	mask, err := nifti.New([]int{nx, ny, nz}, affine, head)
	if err != nil {
		t.Fatal(err)
	}
	d, err := fmri.NewDesign(nt, 2, []fmri.Event{{Onset: 10, Duration: 8, Type: "a"}, {Onset: 40, Duration: 8, Type: "b"}, {Onset: 80, Duration: 8, Type: "a"}}, fmri.DesignOptions{})
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	open := func(name string) *nifti.Image {
		path := filepath.Join(folder, name)
		if err := nifti.Write(path, run); err != nil {
			t.Fatal(err)
		}
		im, err := nifti.ReadWith(path, nifti.ReadOptions{Memory: 20000})
		if err != nil {
			t.Fatal(err)
		}
		return im
	}
	plain, packed, noRoom := open("a.nii"), open("b.nii.gz"), open("c.nii.gz")
	maps := func(im *nifti.Image, noise string) [][]float64 {
		g, err := fmri.Fit(im, mask, d, fmri.GLMOptions{Noise: noise})
		if err != nil {
			t.Fatal(err)
		}
		m, err := g.Contrast("a - b")
		if err != nil {
			t.Fatal(err)
		}
		return append([][]float64{m.Effect, m.Var, m.T, m.Z, m.P, g.Sigma2, g.Rho}, g.Beta...)
	}
	for _, noise := range []string{"ols", "ar1", "ar1-nilearn", "ar2", "arma11"} {
		want := maps(run, noise)
		for name, im := range map[string]*nifti.Image{"plain": plain, "compressed": packed, "compressed, no room": noRoom} {
			if im == noRoom {
				t.Setenv("TMPDIR", filepath.Join(folder, "none"))
				t.Setenv("TMP", filepath.Join(folder, "none"))
			} else {
				t.Setenv("TMPDIR", folder)
				t.Setenv("TMP", folder)
			}
			got := maps(im, noise)
			for k := range want {
				for i := range want[k] {
					if math.Float64bits(got[k][i]) != math.Float64bits(want[k][i]) {
						t.Fatalf("%s, %s: value %d of map %d is %v, in memory %v", noise, name, i, k, got[k][i], want[k][i])
					}
				}
			}
		}
	}
}
