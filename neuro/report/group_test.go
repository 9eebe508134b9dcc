package report_test

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/fmri"
	"github.com/neurorepl/neurorepl/neuro/imaging"
	"github.com/neurorepl/neurorepl/neuro/nifti"
	"github.com/neurorepl/neurorepl/neuro/report"
)

// people are maps with an effect in a ball, smooth noise, in MNI space.
func people(t testing.TB, n int, effect float64) (maps []*nifti.Image, mask *nifti.Image) {
	t.Helper()
	r := noise(99)
	size := grid[0] * grid[1] * grid[2]
	inside := make([]float64, size)
	for i := range size {
		x, y, z := i%grid[0], i/grid[0]%grid[1], i/(grid[0]*grid[1])
		a, b, c := float64(x-8)/7, float64(y-10)/9, float64(z-7)/6.5
		if a*a+b*b+c*c <= 1 {
			inside[i] = 1
		}
	}
	for range n {
		values := make([]float64, size)
		for i := range values {
			x, y, z := i%grid[0], i/grid[0]%grid[1], i/(grid[0]*grid[1])
			values[i] = 4 * r.next()
			if math.Hypot(math.Hypot(float64(x-4), float64(y-6)), float64(z-8)) < 2.5 {
				values[i] += effect
			}
		}
		im, err := nifti.New(grid[:], affine(), values)
		if err != nil {
			t.Fatal(err)
		}
		if im, err = imaging.Smooth(im, 16, imaging.SmoothOptions{}); err != nil {
			t.Fatal(err)
		}
		im.Space = "MNI"
		maps = append(maps, im)
	}
	mask, err := nifti.New(grid[:], affine(), inside)
	if err != nil {
		t.Fatal(err)
	}
	return maps, mask
}

func TestGroup(t *testing.T) {
	maps, mask := people(t, 12, 4)
	g, err := fmri.FitGroup(maps, mask, fmri.OneSample(len(maps)), fmri.GroupOptions{})
	if err != nil {
		t.Fatal(err)
	}
	r, err := g.Permute("mean", fmri.PermuteOptions{N: 300, TFCE: true, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	f, err := g.RandomField("mean", fmri.RandomFieldOptions{})
	if err != nil {
		t.Fatal(err)
	}
	o := report.GroupOptions{Contrasts: []string{"mean"}, Permutations: []*fmri.Permutation{r}, RandomFields: []*fmri.RandomField{f}, Maps: maps}
	for i := range maps {
		o.Subjects = append(o.Subjects, fmt.Sprintf("sub-%02d", i+1))
	}
	page, err := report.Group(g, o)
	if err != nil {
		t.Fatal(err)
	}
	html := page.HTML()
	wellFormed(t, html)
	if len(html) > 5_000_000 {
		t.Errorf("the page has %d bytes", len(html))
	}
	for _, want := range []string{"sub-07", "by permutation", "300 random rearrangements", "TFCE", "resels", "FWHM", "like the mean of the others", "Winkler AM", "Worsley KJ", "Smith SM", "Colin27", "largest cluster mass"} {
		if !strings.Contains(html, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	// What it counts is what the test found.
	n := 0
	for _, p := range r.PTFCE {
		if p <= 0.05 {
			n++
		}
	}
	if n == 0 || !strings.Contains(html, fmt.Sprintf("t of %d voxels significant by TFCE", n)) {
		t.Errorf("%d voxels are significant by TFCE, and the page does not say so", n)
	}
	again, err := report.Group(g, o)
	if err != nil || again.HTML() != html {
		t.Errorf("the same group gives other bytes: %v", err)
	}
	if dir := os.Getenv("REPORT_DIR"); dir != "" {
		if err := page.Save(filepath.Join(dir, "group.html")); err != nil {
			t.Fatal(err)
		}
	}
}

// Groups of two kinds, without an effect, on a background of their own.
func TestGroupNothing(t *testing.T) {
	maps, mask := people(t, 9, 0)
	for _, m := range maps {
		m.Space = ""
	}
	d, err := fmri.TwoSample([]string{"a", "a", "a", "a", "b", "b", "b", "b", "b"})
	if err != nil {
		t.Fatal(err)
	}
	// One person in other units.
	loud, err := imaging.Apply(func(v []float64) float64 { return 20 * v[0] }, maps[3])
	if err != nil {
		t.Fatal(err)
	}
	maps[3] = loud
	g, err := fmri.FitGroup(maps, mask, d, fmri.GroupOptions{})
	if err != nil {
		t.Fatal(err)
	}
	page, err := report.Group(g, report.GroupOptions{Title: "a & b", Contrasts: []string{"a - b", "group"}, Maps: maps, Threshold: report.Threshold{Correction: "bonferroni"}})
	if err != nil {
		t.Fatal(err)
	}
	wellFormed(t, page.HTML())
	said := strings.Join(page.Remarks, "\n")
	for _, want := range []string{"The map of 4 has a standard deviation", "Contrast a - b: nothing passes", "Contrast group: nothing passes"} {
		if !strings.Contains(said, want) {
			t.Errorf("remarks do not say %q:\n%s", want, said)
		}
	}
	for want, o := range map[string]report.GroupOptions{
		"Subjects has 1":         {Subjects: []string{"x"}},
		"Maps has 1":             {Maps: maps[:1]},
		"holds nil":              {Permutations: []*fmri.Permutation{nil}},
		"with these regressors:": {Contrasts: []string{"c"}},
		"MinVoxels is":           {Threshold: report.Threshold{MinVoxels: -1}},
	} {
		if _, err := report.Group(g, o); err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "report: Group: ") {
			t.Errorf("%s: %v", want, err)
		}
	}
	if _, err := report.Group(nil, report.GroupOptions{}); err == nil {
		t.Error("no group is no error")
	}
}
