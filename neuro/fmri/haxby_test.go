package fmri_test

import (
	"fmt"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/decode"
	"github.com/neurorepl/neurorepl/neuro/fmri"
	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/nifti"
)

// haxby reads the twelve runs of subject 1 of Haxby et al. 2001.
func haxby(t *testing.T) (runs []*nifti.Image, events [][]fmri.Event) {
	t.Helper()
	for k := 1; k <= 12; k++ {
		folder := golden.Shared(t, fmt.Sprintf("data/fetched/PyMVPA-haxby2001/run%03d/", k))
		run, err := nifti.Read(folder + "/bold_1slice.nii.gz")
		if err != nil {
			t.Fatal(err)
		}
		e, err := fmri.ReadEvents(folder + "/bold_events.tsv")
		if err != nil {
			t.Fatal(err)
		}
		runs, events = append(runs, run), append(events, e)
	}
	return runs, events
}

// TestHaxbyContrast holds faces against houses, over twelve runs, against nilearn's
// FirstLevelModel.
func TestHaxbyContrast(t *testing.T) {
	runs, events := haxby(t)
	var p struct {
		Mask   []float64
		Models []struct {
			Noise             string
			Effect, Var, T, Z []float64
		}
	}
	golden.JSON(t, golden.Path(t, "fmri/haxby.json"), &p)
	mask, err := nifti.New(runs[0].Shape[:3], runs[0].Affine, p.Mask)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range p.Models {
		noise := want.Noise
		if noise == "ar1" {
			noise = "ar1-nilearn"
		}
		var maps []*fmri.Map
		for k, run := range runs {
			d, err := fmri.NewDesign(run.Volumes(), 2.5, events[k], fmri.DesignOptions{})
			if err != nil {
				t.Fatal(err)
			}
			g, err := fmri.Fit(run, mask, d, fmri.GLMOptions{Noise: noise})
			if err != nil {
				t.Fatal(err)
			}
			m, err := g.Contrast("face - house")
			if err != nil {
				t.Fatal(err)
			}
			maps = append(maps, m)
		}
		m, err := fmri.FixedEffects(maps, false)
		if err != nil {
			t.Fatal(err)
		}
		golden.Close(t, noise+" effect", m.Effect, want.Effect, 1e-8)
		golden.Close(t, noise+" variance", m.Var, want.Var, 1e-8)
		golden.Close(t, noise+" t", m.T, want.T, 1e-8)
		golden.Close(t, noise+" z", m.Z, want.Z, 1e-6)
	}
}

// TestHaxbyDecoding decodes eight categories of pictures from the blocks of eleven
// runs in the twelfth, with the steps that the reference collection states.
func TestHaxbyDecoding(t *testing.T) {
	runs, events := haxby(t)
	x, names, run := haxbyBlocks(t, runs, events)
	y, classes := decode.Encode(names)
	if len(x) != 96 || len(classes) != 8 {
		t.Fatalf("%d blocks of %d categories", len(x), len(classes))
	}
	s, err := decode.LeaveOneGroupOut(decode.NewCorrelation(), x, y, run)
	if err != nil {
		t.Fatal(err)
	}
	if s.Mean() < 0.4375 { // 42 of 96, the collection's 0.438
		t.Errorf("accuracy %.4f", s.Mean())
	}
	p, err := decode.PermutationTestGroups(decode.NewCorrelation(), x, y, run, 99, 1)
	if err != nil {
		t.Fatal(err)
	}
	if p.P != 0.01 {
		t.Errorf("p = %g", p.P)
	}
}

// haxbyBlocks returns the mean pattern of each block, without the cubic trend of its
// run and in standard deviations of each voxel.
func haxbyBlocks(t *testing.T, runs []*nifti.Image, events [][]fmri.Event) (x [][]float64, names []string, group []int) {
	t.Helper()
	for k, run := range runs {
		n := run.Volumes()
		var series, powers [][]float64
		for v := range n {
			series = append(series, run.Volume(v))
			s := 2*float64(v)/float64(n-1) - 1
			powers = append(powers, []float64{s * s, s * s * s})
		}
		c, err := fmri.Clean(series, fmri.CleanOptions{Confounds: powers, Standardize: "zscore"})
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range events[k] {
			first := int(e.Onset/2.5+0.5) + 2 // the response comes 5 s later
			mean := make([]float64, len(series[0]))
			for _, row := range c.Series[first : first+9] {
				for i, v := range row {
					mean[i] += v / 9
				}
			}
			x, names, group = append(x, mean), append(names, e.Type), append(group, k+1)
		}
	}
	return x, names, group
}
