package bids

import (
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/internal/files"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// A Strategy says which of fMRIPrep's confounds are regressed out, in groups,
// and which volumes are left out. The zero value takes motion with its
// derivatives and squares (24 columns), the cosines of the high-pass filter and
// the means of white matter and CSF.
type Strategy struct {
	// Motion, WMCSF and GlobalSignal say what is taken of the six parameters of
	// motion, the means of white matter and CSF, and the mean of the brain:
	// "basic", the columns themselves; "power2", with their squares;
	// "derivatives", with their changes; "full", with both and the squares of
	// changes; or "none". "" is "full" of Motion, "basic" of WMCSF and "none" of
	// GlobalSignal.
	Motion, WMCSF, GlobalSignal string
	// NoHighPass leaves out the cosines. Components of CompCor need them, as
	// fMRIPrep found them in data without slow drifts.
	NoHighPass bool
	// CompCor takes principal components: "anat_combined", of white matter and
	// CSF together; "anat_separated", of each; "temporal", of the voxels that
	// vary most; "temporal_anat_combined" and "temporal_anat_separated"; ""
	// none. NCompCor is how many of each kind; 0 all.
	CompCor  string
	NCompCor int
	AROMA    bool // the components that ICA-AROMA took for motion

	// Scrub leaves out volumes with a framewise displacement above FD, mm (0
	// means 0.5), or standardised DVARS above DVARS (0 means 1.5), and what is
	// left in pieces of fewer volumes than MinSegment (0 means 5; 1 keeps all).
	Scrub      bool
	FD         float64 `unit:"mm"`
	DVARS      float64
	MinSegment int
	KeepMeans  bool // otherwise the mean over kept volumes is taken off
}

// Denoise reads the confounds of fMRIPrep that a strategy takes, sorted by
// their names, and says which volumes it keeps: all but those that the strategy
// scrubs and those before the steady state.
//
//	c, err := run.Denoise(bids.Strategy{Scrub: true, FD: 0.3})
//	clean, err := fmri.CleanImage(bold, mask, fmri.CleanOptions{Confounds: c.X, Keep: c.Keep})
//
// Here what the first volume cannot have is taken from the second.
//
// It is an error when a column is missing (its name is told), the table cannot
// be read, a value is missing elsewhere, or an option is not known; of
// anatomical CompCor also when the JSON file beside the table is missing.
//
// Checked against nilearn 0.14.1's load_confounds, whose groups and rule of
// scrubbing these are: the same columns and volumes, values to 1e-11. After
// Power et al. (2014), NeuroImage 84:320 (scrubbing), Friston et al. (1996),
// Magnetic Resonance in Medicine 35:346 (24 parameters), Behzadi et al. (2007),
// NeuroImage 37:90 (CompCor).
func (r *Run) Denoise(o Strategy) (*Confounds, error) {
	c, err := r.denoise(o)
	if err != nil {
		return nil, r.fail("Denoise", err)
	}
	return c, nil
}

func (r *Run) denoise(o Strategy) (*Confounds, error) {
	if r.ConfoundsPath == "" {
		return nil, errNoConfounds
	}
	t, err := table.Read(r.ConfoundsPath)
	if err != nil {
		return nil, files.Plain(err)
	}
	names, err := o.columns(t.Names(), strings.TrimSuffix(r.ConfoundsPath, ".tsv")+".json")
	if err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Base(r.ConfoundsPath), err)
	}
	column := func(name string) ([]float64, error) {
		for _, c := range t.Cols {
			if c.Name == name && c.Num != nil {
				return c.Num, nil
			}
		}
		return nil, fmt.Errorf("%s: has no column %q of numbers", filepath.Base(r.ConfoundsPath), name)
	}
	n := t.Rows()
	out := &Confounds{Names: names, X: make([][]float64, n), Keep: make([]bool, n)}
	for i := range out.X {
		out.X[i], out.Keep[i] = make([]float64, len(names)), true
	}
	if err := o.keep(t, out.Keep, column); err != nil {
		return nil, err
	}
	kept := 0.0
	for _, k := range out.Keep {
		if k {
			kept++
		}
	}
	if kept == 0 && n > 0 {
		return nil, errors.New("no volume is left; FD or DVARS is too low, or MinSegment too large")
	}
	for j, name := range names {
		x, err := column(name)
		if err != nil {
			return nil, err
		}
		x = slices.Clone(x)
		if n > 1 && math.IsNaN(x[0]) {
			x[0] = x[1]
		}
		mean := 0.0
		for i, v := range x {
			if v-v != 0 {
				return nil, fmt.Errorf("%s: column %q is %g in volume %d; all but the first are finite", filepath.Base(r.ConfoundsPath), name, v, i)
			}
			if out.Keep[i] {
				mean += v
			}
		}
		mean /= kept
		if o.KeepMeans {
			mean = 0
		}
		for i, v := range x {
			out.X[i][j] = v - mean
		}
	}
	return out, nil
}

var errNoConfounds = errors.New("has no desc-confounds_timeseries.tsv, or several pipelines have one: give Pipeline")

// columns returns the names of the columns that are taken, sorted.
func (o Strategy) columns(have []string, sidecar string) ([]string, error) {
	var want []string
	for _, g := range []struct {
		option, value, fallback string
		base                    []string
	}{
		{"Motion", o.Motion, "full", []string{"trans_x", "trans_y", "trans_z", "rot_x", "rot_y", "rot_z"}},
		{"WMCSF", o.WMCSF, "basic", []string{"csf", "white_matter"}},
		{"GlobalSignal", o.GlobalSignal, "none", []string{"global_signal"}},
	} {
		value := g.value
		if value == "" {
			value = g.fallback
		}
		suffixes, ok := map[string][]string{"none": {}, "basic": {""}, "power2": {"", "_power2"}, "derivatives": {"", "_derivative1"},
			"full": {"", "_derivative1", "_power2", "_derivative1_power2"}}[value]
		if !ok {
			return nil, fmt.Errorf("%s is %q; allowed are basic, power2, derivatives, full and none", g.option, value)
		}
		for _, b := range g.base {
			for _, s := range suffixes {
				want = append(want, b+s)
			}
		}
	}
	with := func(part string) {
		for _, name := range have {
			if strings.Contains(name, part) {
				want = append(want, name)
			}
		}
	}
	if !o.NoHighPass {
		with("cosine")
	}
	if o.AROMA {
		before := len(want)
		if with("aroma"); len(want) == before {
			return nil, errors.New("has no columns aroma_motion_*; fMRIPrep writes them with --use-aroma")
		}
	}
	components, err := o.components(have, sidecar)
	if err != nil {
		return nil, err
	}
	want = append(want, components...)
	for _, name := range want {
		if !slices.Contains(have, name) {
			return nil, fmt.Errorf("no column is %q; nearest are %s", name, strings.Join(nearest(name, have), ", "))
		}
	}
	slices.Sort(want)
	return slices.Compact(want), nil
}

// components returns the names of principal components.
func (o Strategy) components(have []string, sidecar string) ([]string, error) {
	if o.NCompCor < 0 {
		return nil, fmt.Errorf("NCompCor is %d; it must be positive, or 0 for all", o.NCompCor)
	}
	kinds, ok := map[string]string{"": "", "temporal": "t", "anat_combined": "a", "anat_separated": "awc",
		"temporal_anat_combined": "ta", "temporal_anat_separated": "tawc"}[o.CompCor]
	switch {
	case !ok:
		return nil, fmt.Errorf("CompCor is %q; allowed are anat_combined, anat_separated, temporal, temporal_anat_combined and temporal_anat_separated", o.CompCor)
	case kinds == "":
		return nil, nil
	case o.NoHighPass:
		return nil, errors.New("CompCor with NoHighPass: fMRIPrep finds its components after a high-pass filter, which must be taken too")
	}
	first := func(names []string) []string {
		if o.NCompCor > 0 && o.NCompCor < len(names) {
			return names[:o.NCompCor]
		}
		return names
	}
	var out []string
	for _, kind := range kinds {
		var all []string
		for _, name := range have {
			if strings.HasPrefix(name, string(kind)+"_comp_cor_") {
				all = append(all, name)
			}
		}
		slices.Sort(all)
		if kind != 'a' {
			out = append(out, first(all)...)
			continue
		}
		meta, err := readJSON(sidecar)
		if err != nil {
			return nil, fmt.Errorf("anatomical CompCor needs %s, which tells the mask of each component: %w", filepath.Base(sidecar), err)
		}
		masks := []string{"combined"}
		if strings.HasSuffix(o.CompCor, "separated") {
			masks = []string{"WM", "CSF"}
		}
		for _, mask := range masks {
			var of []string
			for _, name := range all {
				if m, ok := meta[name].(map[string]any); ok && m["Mask"] == mask {
					of = append(of, name)
				}
			}
			out = append(out, first(of)...)
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("has no components of CompCor %q", o.CompCor)
	}
	return out, nil
}

// keep takes out of keep the volumes before the steady state and those that are
// scrubbed.
func (o Strategy) keep(t table.Table, keep []bool, column func(string) ([]float64, error)) error {
	for _, c := range t.Cols {
		if strings.Contains(c.Name, "non_steady_state") {
			for i, v := range c.Num {
				keep[i] = keep[i] && v == 0
			}
		}
	}
	if !o.Scrub {
		return nil
	}
	if !(o.FD >= 0) || !(o.DVARS >= 0) || o.MinSegment < 0 {
		return fmt.Errorf("FD is %g mm, DVARS %g and MinSegment %d; they must be positive, or 0 for their defaults", o.FD, o.DVARS, o.MinSegment)
	}
	or := func(v, fallback float64) float64 {
		if v == 0 {
			return fallback
		}
		return v
	}
	bad := make([]bool, len(keep))
	any := false
	for _, c := range []struct {
		name  string
		limit float64
	}{{"framewise_displacement", or(o.FD, 0.5)}, {"std_dvars", or(o.DVARS, 1.5)}} {
		x, err := column(c.name)
		if err != nil {
			return err
		}
		for i, v := range x {
			bad[i] = bad[i] || v > c.limit
			any = any || bad[i]
		}
	}
	shortest := o.MinSegment
	if shortest == 0 {
		shortest = 5
	}
	// Pieces between volumes that are left out; those before the steady state do
	// not count for this, as in nilearn.
	for from := 0; any && from < len(bad); {
		to := from
		for to < len(bad) && bad[to] == bad[from] {
			to++
		}
		if !bad[from] && to-from < shortest {
			for i := from; i < to; i++ {
				keep[i] = false
			}
		}
		from = to
	}
	for i, b := range bad {
		keep[i] = keep[i] && !b
	}
	return nil
}
