package report

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/fmri"
	"github.com/neurorepl/neurorepl/neuro/internal/dist"
	"github.com/neurorepl/neurorepl/neuro/nifti"
	"github.com/neurorepl/neurorepl/neuro/stats"
)

// Threshold says which voxels of a map are shown; zero fields take the defaults
// named here.
type Threshold struct {
	// Correction is "fdr" (default), the false discovery rate (Benjamini and
	// Hochberg 1995); "bonferroni"; or "none", the probability in a single voxel.
	Correction string
	// Alpha is the level: 0 means 0.05, or 0.001 with Correction "none".
	Alpha float64
	// OneSided looks at values above 0 only; otherwise both signs count and p is
	// doubled. F maps have one side.
	OneSided bool
	// MinVoxels is the size below which clusters are left out; 0 leaves out none.
	MinVoxels int
}

func (o *Threshold) check() error {
	switch o.Correction {
	case "":
		o.Correction = "fdr"
	case "fdr", "bonferroni", "none":
	default:
		return fmt.Errorf("Correction is %q; allowed are \"fdr\", \"bonferroni\" and \"none\"", o.Correction)
	}
	if o.Alpha == 0 {
		o.Alpha = 0.05
		if o.Correction == "none" {
			o.Alpha = 0.001
		}
	}
	if !(o.Alpha > 0 && o.Alpha < 1) {
		return fmt.Errorf("Alpha is %g; it lies between 0 and 1", o.Alpha)
	}
	if o.MinVoxels < 0 {
		return fmt.Errorf("MinVoxels is %d; it is 0 or more", o.MinVoxels)
	}
	return nil
}

// A height is a threshold of a map of z that was found.
type height struct {
	z     float64 // the least size that passes; +Inf where none does
	said  string  // in words
	sides bool    // whether both signs count
}

// find returns where the p-values of a map lead to.
func (o Threshold) find(m *fmri.Map) height {
	sides := !o.OneSided && m.F == nil
	p := make([]float64, len(m.P))
	voxels := 0
	for i, v := range m.P {
		p[i] = v
		if sides {
			p[i] = 2 * math.Min(v, 1-v)
			if m.Z[i] > 0 {
				p[i] = 2 * v // 1-v may have lost digits
			}
		}
		if v == v {
			voxels++
		}
	}
	h := height{z: math.Inf(1), sides: sides}
	var reject []bool
	switch o.Correction {
	case "fdr":
		_, reject = stats.FDR(p, o.Alpha)
		h.said = fmt.Sprintf("false discovery rate q < %g over %d voxels", o.Alpha, voxels)
	case "bonferroni":
		_, reject = stats.Bonferroni(p, o.Alpha)
		h.said = fmt.Sprintf("p < %g, Bonferroni-corrected for %d voxels", o.Alpha, voxels)
	case "none":
		reject = make([]bool, len(p))
		for i, v := range p {
			reject[i] = v <= o.Alpha
		}
		h.said = fmt.Sprintf("p < %g in a single voxel, not corrected for their number", o.Alpha)
	}
	h.said += side(sides, m)
	h.least(m, reject)
	// A fixed probability has a height of its own, below that of the least voxel.
	p1 := o.Alpha
	if o.Correction == "bonferroni" {
		p1 /= float64(max(1, voxels))
	}
	if sides {
		p1 /= 2
	}
	if o.Correction != "fdr" && h.found() {
		h.z = math.Min(h.z, dist.ZFromP(p1))
	}
	return h
}

func side(both bool, m *fmri.Map) string {
	switch {
	case m.F != nil:
		return " (F test)"
	case both:
		return " (two-sided)"
	}
	return " (one-sided)"
}

// least sets z to the smallest size among chosen voxels.
func (h *height) least(m *fmri.Map, chosen []bool) {
	for i, c := range chosen {
		if z := math.Abs(m.Z[i]); c && z == z && (h.sides || m.Z[i] > 0) {
			h.z = math.Min(h.z, z)
		}
	}
}

// found tells whether any voxel passes.
func (h height) found() bool { return !math.IsInf(h.z, 0) && h.z > 0 }

// words says the height.
func (h height) words() string {
	sign := "|z|"
	if !h.sides {
		sign = "z"
	}
	if !h.found() {
		return h.said + ": no voxel passes"
	}
	return fmt.Sprintf("%s: %s ≥ %.3f", h.said, sign, h.z)
}

// passing returns the clusters of a map of z at a height, and the map with all
// else 0.
func passing(im *nifti.Image, h height, minVoxels int, o fmri.ClusterOptions) (*fmri.ClusterTable, *nifti.Image, error) {
	// Clusters takes what exceeds its threshold; here what reaches it passes.
	o.Threshold, o.OneSided, o.MinVoxels = math.Nextafter(h.z, 0), !h.sides, max(minVoxels, o.MinVoxels)
	t, err := fmri.Clusters(im, o)
	if err != nil {
		return nil, nil, err
	}
	values := im.Volume(0)
	kept := make([]float64, len(values))
	for _, c := range t.Clusters {
		for _, v := range c.Voxels {
			kept[v] = values[v]
		}
	}
	nx, ny, nz := im.Grid()
	out, err := nifti.New([]int{nx, ny, nz}, im.Affine, kept)
	if err != nil {
		return nil, nil, err
	}
	out.Space, out.Name, out.Label = im.Space, im.Name, im.Label
	return t, out, nil
}

// fieldHeight returns the t or F that the largest of a random field exceeds with
// probability alpha, of one side or both, as a height of the z map.
func fieldHeight(r *fmri.RandomField, alpha float64, both bool) height {
	sides := 1.0
	if both {
		sides = 2
	}
	lo, hi := 0.0, 1.0
	m, statistic, values := r.Map, "t", r.Map.T
	p := func(t float64) float64 { return sides * r.Smoothness.PeakP(t, m.DF) }
	z := func(t float64) float64 { _, z := dist.StudentPZ(t, m.DF); return z }
	if m.F != nil {
		statistic, values, both = "F", m.F, false
		p = func(f float64) float64 { return r.Smoothness.PeakPF(f, m.DF1, m.DF) }
		z = func(f float64) float64 { return dist.ZFromF(f, m.DF1, m.DF) }
	}
	for p(hi) > alpha && hi < 1e12 {
		hi *= 2
	}
	for range 200 {
		mid := (lo + hi) / 2
		if mid == lo || mid == hi {
			break
		}
		if p(mid) > alpha {
			lo = mid
		} else {
			hi = mid
		}
	}
	h := height{sides: both, z: z(hi)}
	any := false
	for _, t := range values {
		any = any || t >= hi || both && -t >= hi
	}
	h.said = fmt.Sprintf("p < %g, corrected for the largest of a random field of %.0f resels (%s ≥ %.2f)%s", alpha, r.Smoothness.Resels[3], statistic, hi, side(both, r.Map))
	if !any {
		h.z = math.Inf(1)
	}
	return h
}
