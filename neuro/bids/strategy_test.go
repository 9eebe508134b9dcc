package bids_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/bids"
	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

// Columns, volumes and values are those of nilearn's load_confounds.
func TestDenoiseAsNilearn(t *testing.T) {
	var p struct {
		TSV, JSON string
		Cases     []struct {
			Options bids.Strategy
			Names   []string
			Values  [][]float64
			Kept    []int
		}
	}
	golden.JSON(t, golden.Path(t, "bids/strategies.json"), &p)
	path := filepath.Join(t.TempDir(), "sub-01_task-rest_desc-confounds_timeseries.tsv")
	write(t, path, p.TSV)
	write(t, strings.TrimSuffix(path, "tsv")+"json", p.JSON)
	r := &bids.Run{ConfoundsPath: path}
	for _, c := range p.Cases {
		got, err := r.Denoise(c.Options)
		if err != nil {
			t.Fatalf("%+v: %v", c.Options, err)
		}
		var kept []int
		for i, k := range got.Keep {
			if k {
				kept = append(kept, i)
			}
		}
		if !slices.Equal(got.Names, c.Names) || !slices.Equal(kept, c.Kept) {
			t.Errorf("%+v:\n%v\n%v\n%v\n%v", c.Options, got.Names, c.Names, kept, c.Kept)
			continue
		}
		for k, row := range []int{0, 1, 20} {
			golden.Close(t, "values", got.X[row], c.Values[k], 1e-11)
		}
	}
	for _, c := range []struct {
		o   bids.Strategy
		err string
	}{
		{bids.Strategy{Motion: "half"}, `Motion is "half"; allowed are basic, power2, derivatives, full and none`},
		{bids.Strategy{CompCor: "anat"}, `CompCor is "anat"; allowed are`},
		{bids.Strategy{CompCor: "temporal", NoHighPass: true}, "CompCor with NoHighPass"},
		{bids.Strategy{NCompCor: -1}, "NCompCor is -1"},
		{bids.Strategy{Scrub: true, FD: -1}, "FD is -1 mm"},
		{bids.Strategy{Scrub: true, FD: 0.01}, "no volume is left"},
	} {
		if _, err := r.Denoise(c.o); err == nil || !strings.Contains(err.Error(), c.err) || !strings.HasPrefix(err.Error(), "bids: Denoise: ") {
			t.Errorf("%+v: %v, want %q", c.o, err, c.err)
		}
	}
	bare := filepath.Join(t.TempDir(), "c.tsv")
	write(t, bare, "trans_x\ttrans_y\ta_comp_cor_00\n1\t2\t3\n2\t2\t3\n")
	for err, o := range map[string]bids.Strategy{
		`no column is "trans_z"; nearest are trans_x`: {Motion: "basic"},
		"anatomical CompCor needs c.json":             {CompCor: "anat_combined"},
		"has no columns aroma_motion_*":               {AROMA: true},
	} {
		if _, e := (&bids.Run{ConfoundsPath: bare}).Denoise(o); e == nil || !strings.Contains(e.Error(), err) {
			t.Errorf("%v, want %q", e, err)
		}
	}
	if _, e := (&bids.Run{}).Denoise(bids.Strategy{}); e == nil || !strings.Contains(e.Error(), "give Pipeline") {
		t.Error(e)
	}
	// The real tables of two versions of fMRIPrep hold the columns of the default.
	for _, name := range []string{"test-v21_desc-confounds_timeseries.tsv", "test_desc-confounds_regressors.tsv"} {
		real := &bids.Run{ConfoundsPath: golden.Shared(t, "data/packaged/nilearn/"+name)}
		c, err := real.Denoise(bids.Strategy{})
		if err != nil || len(c.Names) < 26 || len(c.Keep) != 30 {
			t.Errorf("%s: %+v %v", name, c, err)
		}
	}
}
