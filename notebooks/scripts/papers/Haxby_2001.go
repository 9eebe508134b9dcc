//go:build ignore

// Command Haxby_2001 reads what a person sees out of patterns of activity.
//
//	HAXBY2001=FOLDER neurorepl run notebooks/scripts/papers/Haxby_2001.go
package main

import (
	"fmt"
	"log"
	"math"
	"os"
	"path/filepath"

	"github.com/neurorepl/neurorepl/neuro/decode"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/fmri"
	"github.com/neurorepl/neurorepl/neuro/imaging"
	"github.com/neurorepl/neurorepl/neuro/nifti"
	"github.com/neurorepl/neurorepl/neuro/stats"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// check ends the program when something went wrong.
func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func main() {
	// %% [markdown]
	// # Haxby et al. 2001: what a person sees, read out of patterns of activity
	//
	// *Distributed and overlapping representations of faces and objects in ventral temporal cortex*, Science 293:2425. A person looks
	// at pictures of eight categories in blocks of 24 s, in twelve runs. The patterns of activity of odd and even runs are compared: does
	// a category's pattern come again, and is it its own?
	//
	// **This notebook needs data that do not come with the program**: the twelve runs of subject 1, here one axial slice through the
	// back of the brain. They are in the repository of PyMVPA (https://github.com/PyMVPA/PyMVPA), folder
	// `mvpa2/data/haxby2001/sub001/BOLD`: `bold_1slice.nii.gz` and `bold_events.tsv` of each run. Set `HAXBY2001` to that folder. The authors
	// give the data under CC BY-SA 3.0; the same study is OpenfMRI's ds105, under the PDDL.

	// %%
	folder := os.Getenv("HAXBY2001")
	var runs []*nifti.Image
	var events [][]fmri.Event
	for k := 1; k <= 12; k++ {
		name := filepath.Join(folder, fmt.Sprintf("task001_run%03d", k))
		if _, err := os.Stat(name); err != nil {
			name = filepath.Join(folder, fmt.Sprintf("run%03d", k))
		}
		run, err := nifti.Read(filepath.Join(name, "bold_1slice.nii.gz"))
		if err != nil {
			log.Fatalf("run %d of Haxby et al. 2001, subject 1, is needed and was not found: %v. Set HAXBY2001 to the folder that holds "+
				"task001_run001 to task001_run012, or run001 to run012, each with bold_1slice.nii.gz and bold_events.tsv, such as "+
				"mvpa2/data/haxby2001/sub001/BOLD of https://github.com/PyMVPA/PyMVPA", k, err)
		}
		e, err := fmri.ReadEvents(filepath.Join(name, "bold_events.tsv"))
		check(err)
		runs, events = append(runs, run), append(events, e)
	}
	var means []*nifti.Image
	for _, run := range runs {
		m, err := nifti.MeanOf(run)
		check(err)
		means = append(means, m)
	}
	mean, err := imaging.Apply(func(v []float64) float64 {
		sum := 0.0
		for _, x := range v {
			sum += x
		}
		return sum / float64(len(v))
	}, means...)
	check(err)
	mean.Name, mean.Label = "mean of twelve runs", "signal"
	mask, err := imaging.Apply(func(v []float64) float64 {
		if v[0] > 600 {
			return 1
		}
		return 0
	}, mean)
	check(err)
	display.Show(mean)

	// %% [markdown]
	// ## Faces against houses
	//
	// A linear model of each run: every category's blocks with SPM's response, cosines up to 0.01 Hz for slow drifts, noise with an
	// autocorrelation of its own in each voxel. The runs are then averaged as measurements of one person. Blue is what answers more
	// to houses.

	// %%
	var maps []*fmri.Map
	for k, run := range runs {
		design, err := fmri.NewDesign(run.Volumes(), 2.5, events[k], fmri.DesignOptions{})
		check(err)
		model, err := fmri.Fit(run, mask, design, fmri.GLMOptions{Noise: "ar1"})
		check(err)
		m, err := model.Contrast("face - house")
		check(err)
		maps = append(maps, m)
	}
	contrast, err := fmri.FixedEffects(maps, false)
	check(err)
	both := make([]float64, len(contrast.Z))
	for i, p := range contrast.P {
		both[i] = 2 * math.Min(p, 1-p)
	}
	level, found := stats.FDR(both, 0.05)
	faces, houses, least := 0, 0, math.Inf(1)
	for i, yes := range found {
		switch {
		case yes && contrast.Z[i] > 0:
			faces++
		case yes:
			houses++
		}
		if yes {
			least = math.Min(least, math.Abs(contrast.Z[i]))
		}
	}
	fmt.Printf("%d voxels; at a false discovery rate of 5 %% (p <= %.2g) %d answer more to faces and %d more to houses\n", len(found), level, faces, houses)
	figure, err := nifti.OverlayFigure(mean, contrast.Image("z"), least)
	check(err)
	figure.Title = "Faces − houses, z at a false discovery rate of 5 %"
	display.Show(figure)

	// %% [markdown]
	// ## Patterns of blocks
	//
	// Each voxel loses its cubic trend within a run and is measured in standard deviations. The pattern of a block is the mean of its
	// nine volumes, from 5 s after its start on: that is how late the response comes.

	// %%
	var patterns [][]float64
	var shown []string
	var runOf []int
	for k, run := range runs {
		series, err := decode.Patterns(run, mask)
		check(err)
		n := len(series)
		powers := make([][]float64, n)
		for t := range powers {
			s := 2*float64(t)/float64(n-1) - 1
			powers[t] = []float64{s * s, s * s * s} // the straight line goes without saying
		}
		clean, err := fmri.Clean(series, fmri.CleanOptions{Confounds: powers, Standardize: "zscore"})
		check(err)
		for _, e := range events[k] {
			first := int(math.Round(e.Onset/2.5)) + 2
			block := make([]float64, len(series[0]))
			for _, row := range clean.Series[first : first+9] {
				for i, v := range row {
					block[i] += v / 9
				}
			}
			patterns, shown, runOf = append(patterns, block), append(shown, e.Type), append(runOf, k+1)
		}
	}
	y, categories := decode.Encode(shown)
	fmt.Printf("%d blocks of %d categories in %d voxels\n", len(patterns), len(categories), len(patterns[0]))

	// %% [markdown]
	// ## Do patterns come again?
	//
	// The mean patterns of even runs against those of odd ones, each less the mean over categories (the paper's Fig. 3 has the same
	// correlations in ventral temporal cortex). A category is identified in a comparison with another one when its own patterns agree
	// more. In the paper 96 % of such comparisons were right for the whole of ventral temporal cortex, over six people.

	// %%
	half := make([]int, len(runOf))
	for i, r := range runOf {
		half[i] = r % 2
	}
	similar, err := decode.SplitHalf(patterns, y, half)
	check(err)
	similar.Names = categories
	display.Show(similar)

	// %%
	each := table.Table{Title: "Comparisons that identify the category", Cols: []table.Col{{Name: "category", Text: categories}, {Name: "share right", Num: similar.IdentifiedOf}}}
	display.Show(each)

	// %% [markdown]
	// ## Which category of eight?
	//
	// A harder question: the category of a single block, from patterns of the other eleven runs. The block is given the category
	// whose mean pattern it correlates most with. Chance is 1 in 8. Shuffling the categories of the blocks within each run says
	// what accuracy comes about without any relation.

	// %%
	scores, err := decode.LeaveOneGroupOut(decode.NewCorrelation(), patterns, y, runOf)
	check(err)
	scores.Names = categories
	display.Show(scores)

	// %%
	test, err := decode.PermutationTestGroups(decode.NewCorrelation(), patterns, y, runOf, 999, 2001)
	check(err)
	display.Show(test)

	// %% [markdown]
	// The correlation takes all voxels as equally telling and their noise as independent. Classifiers that weigh voxels find more in
	// the same patterns; most finds the discriminant, which knows how the noise of voxels goes together:

	// %%
	models := []struct {
		name string
		m    decode.Model
	}{{"correlation with the mean", decode.NewCorrelation()}, {"linear discriminant, shrunk", decode.NewLDA()}, {"support vectors, squared hinge", decode.NewSVM()},
		{"support vectors, pairs", decode.SVM{Loss: "hinge"}}, {"logistic", decode.NewLogistic()}, {"ridge", decode.NewRidge()}, {"naive Bayes", decode.NewNaiveBayes()}}
	compared := table.Table{Title: "Leave one run out, 96 blocks of eight categories", Cols: []table.Col{{Name: "classifier"}, {Name: "accuracy"}}}
	for _, c := range models {
		s, err := decode.LeaveOneGroupOut(c.m, patterns, y, runOf)
		check(err)
		compared.Cols[0].Text = append(compared.Cols[0].Text, c.name)
		compared.Cols[1].Num = append(compared.Cols[1].Num, s.Mean())
	}
	display.Show(compared)

	// %% [markdown]
	// ## Where?
	//
	// The same decoding by correlation from the voxels within 9 mm of each voxel in turn (Kriegeskorte et al. 2006). Labels are shuffled 199 times, the same way
	// everywhere, and each accuracy is compared with the largest of the slice: what is drawn has p < 0.05, corrected for all voxels.

	// %%
	light, err := decode.Searchlight(patterns, mask, y, runOf, 9, decode.SearchlightOptions{Model: decode.NewCorrelation(), Permutations: 199, Seed: 2001})
	check(err)
	threshold := 1.0
	for i, p := range light.PMax {
		if p < 0.05 {
			threshold = math.Min(threshold, light.Accuracy[i])
		}
	}
	fmt.Println(light)
	where, err := light.Plot(mean, threshold)
	check(err)
	where.Title = fmt.Sprintf("Accuracy of eight categories within 9 mm, where it is %.2f or more (p < 0.05 corrected; chance 0.125)", threshold)
	display.Show(where)

	// %% [markdown]
	// ## Beside the paper
	//
	// The paper decides between pairs of categories, in the whole of ventral temporal cortex of six people, by patterns of half of the runs
	// each; here it is one slice of one person, and 93 % of such comparisons come out right. What the paper claims is seen here too:
	// patterns of categories that have no area of their own, such as shoes and bottles, come again and are told apart, and what tells them
	// lies in both hemispheres and is far larger than what the contrast of two categories finds.
}
