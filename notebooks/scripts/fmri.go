//go:build ignore

// Command fmri analyses a study of ten people from files to a report. It makes
// the files itself, so that the truth is known.
//
//	neurorepl run notebooks/scripts/fmri.go
package main

import (
	"fmt"
	"log"
	"math"
	"math/rand"
	"os"
	"path/filepath"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/bids"
	"github.com/neurorepl/neurorepl/neuro/dataset"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/fmri"
	"github.com/neurorepl/neurorepl/neuro/imaging"
	"github.com/neurorepl/neurorepl/neuro/nifti"
	"github.com/neurorepl/neurorepl/neuro/plot"
	"github.com/neurorepl/neurorepl/neuro/report"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// check ends the program when something went wrong.
func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

// person is what the simulation of one person puts in.
func person(brain *nifti.Image, number int) (*fmri.Simulated, error) {
	// Blocks of 12 s, faces and houses in random order, with 10 s between them.
	r := rand.New(rand.NewSource(int64(number)))
	conditions := []string{"faces", "faces", "faces", "faces", "houses", "houses", "houses", "houses"}
	r.Shuffle(len(conditions), func(i, j int) { conditions[i], conditions[j] = conditions[j], conditions[i] })
	var events []fmri.Event
	for i, c := range conditions {
		events = append(events, fmri.Event{Onset: 8 + 22*float64(i), Duration: 12, Type: c})
	}
	// People differ in how strongly they respond.
	strength := 1 + 0.3*r.NormFloat64()
	o := fmri.NewSimulateOptions()
	o.VoxelSize, o.Volumes, o.Events, o.Seed = 5, 96, events, uint64(number)
	o.Effects = []fmri.Effect{
		{Condition: "faces", X: 40, Y: -52, Z: -18, Radius: 9, Percent: 2.0 * strength}, // fusiform, right
		{Condition: "faces", X: -38, Y: -50, Z: -20, Radius: 9, Percent: 1.5 * strength},
		{Condition: "houses", X: 28, Y: -46, Z: -8, Radius: 9, Percent: 1.8 * strength}, // parahippocampal
		{Condition: "houses", X: -26, Y: -46, Z: -8, Radius: 9, Percent: 1.8 * strength},
		{Condition: "faces", X: 4, Y: -88, Z: 2, Radius: 14, Percent: 3 * strength}, // early visual: both
		{Condition: "houses", X: 4, Y: -88, Z: 2, Radius: 14, Percent: 3 * strength},
	}
	return fmri.Simulate(brain, o)
}

// inside returns the values of an image at the voxels of a mask.
func inside(im, mask *nifti.Image) []float64 {
	var out []float64
	in := mask.Volume(0)
	for i, v := range im.Volume(0) {
		if in[i] != 0 {
			out = append(out, v)
		}
	}
	return out
}

func main() {
	// %% [markdown]
	// # From a folder of scans to a report
	//
	// Ten people looked at faces and at houses. Where does the brain respond more to one of them? We go the whole way that a study
	// goes: files in the order of [BIDS](https://bids.neuroimaging.io), head motion, a linear model of each person, a test of the group that
	// is corrected for the number of voxels, and a page to send to the co-authors.
	//
	// The data are simulated: a real anatomy, with responses at places that we choose, head motion, drifts, and noise that remembers the
	// volume before. So the truth is known and stands beside each estimate.

	// %% [markdown]
	// ## The study is written to files
	//
	// This cell plays the scanner. Each person has one run of 96 volumes, 2 s apart.

	// %%
	folder, err := os.MkdirTemp("", "faces")
	check(err)
	brain, err := dataset.Colin27()
	check(err)

	raw, err := bids.Create(folder, bids.Description{Name: "Faces and houses, simulated", License: "CC0"})
	check(err)
	var truth []*fmri.Simulated
	var labels []string
	for i := range 10 {
		sim, err := person(brain, i+1)
		check(err)
		name := bids.Name{Subject: fmt.Sprintf("%02d", i+1), Task: "look", Suffix: "bold"}
		_, err = raw.WriteImage(name, sim.Run, nil)
		check(err)
		name.Suffix = "events"
		_, err = raw.WriteEvents(name, sim.Events, map[string]any{"trial_type": map[string]any{"Description": "what was shown"}})
		check(err)
		sim.Run = nil // from here on there are only the files
		truth, labels = append(truth, sim), append(labels, "sub-"+name.Subject)
	}
	_, err = raw.WriteTable(bids.Name{Suffix: "participants"}, table.Table{Cols: []table.Col{{Name: "participant_id", Text: labels}}}, nil)
	check(err)

	// %% [markdown]
	// ## What is in the folder
	//
	// `bids.Open` finds the runs and what belongs to them, and says what is wrong.

	// %%
	study, err := bids.Open(folder)
	check(err)
	display.Show(study, study.Problems())
	runs, err := study.Runs(bids.Query{Task: "look"})
	check(err)

	// %% [markdown]
	// The first run: its mean over time.

	// %%
	bold, err := runs[0].Image()
	check(err)
	fmt.Println(bold)
	display.Show(bold.Mean())

	// %% [markdown]
	// ## Head motion
	//
	// Realignment finds how the head moved since the first volume and takes it back. The simulation knows the movement: below, lines
	// are what was put in and dots what was found.

	// %%
	aligned, err := fmri.Realign(bold, fmri.RealignOptions{})
	check(err)
	names := []string{"x (mm)", "y (mm)", "z (mm)", "pitch (°)", "roll (°)", "yaw (°)"}
	motion := plot.Figure{Cols: 3, ShareX: true, Height: 9}
	worst := []float64{0, 0}
	for k := range 6 {
		unit := 1.0
		if k >= 3 {
			unit = 180 / math.Pi
		}
		var time, in, found []float64
		for t, p := range aligned.Params {
			time = append(time, float64(t)*bold.TR)
			in = append(in, unit*truth[0].Motion[t][k])
			found = append(found, unit*p[k])
			worst[k/3] = max(worst[k/3], math.Abs(found[t]-in[t]))
		}
		motion.Panels = append(motion.Panels, plot.Panel{
			X: plot.Axis{Label: "time", Unit: "s"}, Y: plot.Axis{Label: names[k]},
			Layers: []plot.Layer{
				{Kind: "points", X: time, Y: found, Color: "orange", Size: 3.5},
				{Kind: "line", X: time, Y: in, Color: "black"},
			},
		})
	}
	display.Show(&motion)
	fmt.Printf("largest error: %.3f mm, %.3f°\n", worst[0], worst[1])

	// %% [markdown]
	// ## One person
	//
	// The mask of the brain comes from the mean image; smoothing by 6 mm makes neighbours share their signal. The model has a column
	// for faces and one for houses (blocks convolved with SPM's response), six for motion, cosines for slow drifts, and a constant.

	// %%
	mask, err := imaging.EPIMask(aligned.Image, imaging.MaskOptions{})
	check(err)
	smooth, err := imaging.Smooth(aligned.Image, 6, imaging.SmoothOptions{Mask: mask})
	check(err)
	events, err := runs[0].Events()
	check(err)
	design, err := fmri.NewDesign(smooth.Volumes(), smooth.TR, events, fmri.DesignOptions{
		Confounds: aligned.Params, ConfoundNames: []string{"x", "y", "z", "pitch", "roll", "yaw"},
	})
	check(err)
	display.Show(design)

	// %% [markdown]
	// Noise in time is correlated; `ar1` estimates by how much, in every voxel. The map shows z where |z| is above 3.1.

	// %%
	fit, err := fmri.Fit(smooth, mask, design, fmri.GLMOptions{Noise: "ar1"})
	check(err)
	contrast, err := fit.Contrast("faces - houses")
	check(err)
	display.Show(contrast)

	// %% [markdown]
	// The estimate beside the truth, in units of the image (the brain's mean is 1000, so that 10 is 1 %). The truth is smoothed as the data
	// were. Most voxels have no effect, and what is estimated there is noise.

	// %%
	difference, err := imaging.Apply(func(v []float64) float64 { return v[0] - v[1] }, truth[0].Truth["faces"], truth[0].Truth["houses"])
	check(err)
	expected, err := imaging.Smooth(difference, 6, imaging.SmoothOptions{Mask: mask})
	check(err)
	in, out := inside(expected, mask), inside(contrast.Image("effect"), mask)
	lo, hi := slices.Min(in), slices.Max(in)
	display.Show(&plot.Figure{Width: 10, Height: 9, Panels: []plot.Panel{{
		X: plot.Axis{Label: "truth"}, Y: plot.Axis{Label: "estimate"},
		Layers: []plot.Layer{
			{Kind: "points", X: in, Y: out, Size: 2, Alpha: 0.4, Color: "blue"},
			{Kind: "line", X: []float64{lo, hi}, Y: []float64{lo, hi}, Color: "black"},
		},
	}}})

	// %% [markdown]
	// The report of this person holds the same and more in one HTML file: what is odd about the data, design and collinearity, maps
	// with a viewer, tables of clusters, motion, residuals, hashes of the files, and a paragraph for the methods.

	// %%
	derived, err := study.Derive("glm")
	check(err)
	page, err := report.Run(smooth, mask, fit, report.RunOptions{
		Title: "sub-01, task look", Contrasts: []string{"faces - houses", "faces; houses"}, Events: events, Motion: aligned.Params,
		Threshold:     report.Threshold{MinVoxels: 3},
		Preprocessing: []string{"Volumes were realigned to the first (Friston et al. 1995) and smoothed with a Gaussian of 6 mm FWHM within the brain."},
	})
	check(err)
	check(page.Save(filepath.Join(derived.Dir, "sub-01_look.html")))
	fmt.Printf("%d remarks\n", len(page.Remarks))
	for _, r := range page.Remarks {
		fmt.Println("-", r)
	}

	// %% [markdown]
	// ## Everybody
	//
	// The same steps in a loop, for each file of the study. What a step makes is kept as BIDS names it.

	// %%
	var maps, masks []*nifti.Image
	for _, run := range runs {
		bold, err := run.Image()
		check(err)
		aligned, err := fmri.Realign(bold, fmri.RealignOptions{})
		check(err)
		mask, err := imaging.EPIMask(aligned.Image, imaging.MaskOptions{})
		check(err)
		smooth, err := imaging.Smooth(aligned.Image, 6, imaging.SmoothOptions{Mask: mask})
		check(err)
		events, err := run.Events()
		check(err)
		design, err := fmri.NewDesign(smooth.Volumes(), smooth.TR, events, fmri.DesignOptions{Confounds: aligned.Params})
		check(err)
		fit, err := fmri.Fit(smooth, mask, design, fmri.GLMOptions{Noise: "ar1"})
		check(err)
		contrast, err := fit.Contrast("faces - houses")
		check(err)
		name := run.Name
		name.Suffix, name.Other = "statmap", map[string]string{"contrast": "facesMinusHouses", "stat": "effect"}
		_, err = derived.WriteImage(name, contrast.Image("effect"), nil)
		check(err)
		maps, masks = append(maps, contrast.Image("effect")), append(masks, mask)
	}
	common, err := imaging.Intersect(masks, 1, false)
	check(err)
	fmt.Printf("%d maps, %d voxels in all masks\n", len(maps), len(inside(common, common)))

	// %% [markdown]
	// ## The group
	//
	// Is the mean over people different from 0? Changing the sign of some people's maps should change nothing if there is no effect: all
	// 1024 ways of doing so give the distribution of the largest statistic that chance makes anywhere in the brain. TFCE lets neighbours
	// support each other.

	// %%
	group, err := fmri.FitGroup(maps, common, fmri.OneSample(len(maps)), fmri.GroupOptions{})
	check(err)
	test, err := group.Permute("mean", fmri.PermuteOptions{TFCE: true})
	check(err)
	display.Show(test)

	// %% [markdown]
	// Against the truth: how many of the voxels that were given an effect are found, and how many others. Smoothing carries effects over
	// their edges, so what has between a thousandth and a third of the largest effect counts as neither.

	// %%
	mean := make([]float64, len(group.Voxels))
	for _, sim := range truth {
		d, err := imaging.Apply(func(v []float64) float64 { return v[0] - v[1] }, sim.Truth["faces"], sim.Truth["houses"])
		check(err)
		d, err = imaging.Smooth(d, 6, imaging.SmoothOptions{Mask: common})
		check(err)
		for i, v := range inside(d, common) {
			mean[i] += v / float64(len(truth))
		}
	}
	largest := 0.0
	for _, v := range mean {
		largest = max(largest, math.Abs(v))
	}
	count := func(significant func(i int) bool) (found, of, wrong, null float64) {
		for i, v := range mean {
			switch size := math.Abs(v); {
			case size > largest/3:
				of++
				if significant(i) {
					found++
				}
			case size < largest/1000:
				null++
				if significant(i) {
					wrong++
				}
			}
		}
		return found, of, wrong, null
	}
	m, err := group.Contrast("mean")
	check(err)
	var way []string
	var hits, strong, false1, empty []float64
	for _, w := range []struct {
		name string
		is   func(i int) bool
	}{
		{"p < 0.001 in a voxel, not corrected", func(i int) bool { return min(m.P[i], 1-m.P[i]) < 0.0005 }},
		{"largest t, p < 0.05 corrected", func(i int) bool { return test.PMax[i] <= 0.05 }},
		{"TFCE, p < 0.05 corrected", func(i int) bool { return test.PTFCE[i] <= 0.05 }},
	} {
		a, b, c, d := count(w.is)
		way = append(way, w.name)
		hits, strong, false1, empty = append(hits, a), append(strong, b), append(false1, c), append(empty, d)
	}
	display.Show(table.Table{Title: "Voxels found", Cols: []table.Col{
		{Name: "threshold", Text: way}, {Name: "found", Num: hits}, {Name: "of with an effect", Num: strong}, {Name: "wrongly", Num: false1}, {Name: "of without", Num: empty},
	}})

	// %% [markdown]
	// ## The report of the group
	//
	// The page below is the file that was saved. Click on the slices, move the threshold, press *show* beside a cluster. (A notebook
	// that is not trusted hides it: run the cell, or open the file.)

	// %%
	groupPage, err := report.Group(group, report.GroupOptions{
		Title: "Faces against houses, ten people", Contrasts: []string{"mean"}, Permutations: []*fmri.Permutation{test}, Subjects: labels, Maps: maps,
		Preprocessing: []string{"Volumes were realigned to the first and smoothed with a Gaussian of 6 mm FWHM within the brain. Each person's run was analysed with a linear model with first-order autoregressive noise."},
	})
	check(err)
	check(groupPage.Save(filepath.Join(derived.Dir, "group_look.html")))
	display.Show(groupPage)

	// %% [markdown]
	// What is in the folder now. It lay with the temporary files of this machine, and the last line removes it.

	// %%
	study, err = bids.Open(folder)
	check(err)
	display.Show(study)
	check(os.RemoveAll(folder))
}
