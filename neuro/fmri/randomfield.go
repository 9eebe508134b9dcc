package fmri

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/dist"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// A Smoothness says how smooth the noise of a group is, and how large the mask in
// these terms.
type Smoothness struct {
	FWHM    [3]float64 `unit:"mm"` // full width at half maximum along the voxel axes
	Voxels  [3]float64 // the same in voxels
	Resels  [4]float64 // resolution elements of the mask in 0 to 3 dimensions
	Numbers int        // voxels
}

// Smoothness estimates how smooth the residuals of the maps are. From their
// correlation r of neighbours along an axis, pooled over the mask, the width
// of the Gaussian kernel that gives it is
//
//	FWHM = sqrt(8 log 2) sqrt(-1/(4 log r)) voxels
//
// with r divided by 1 - (1-r²)/(2 DF), as correlations of few residuals are
// too small. The resels are those of the mask as a lattice of voxels: with P
// points, E edges, F faces and C cubes, for instance, R0 = P-E+F-C and R3 =
// C/(FWHM FWHM FWHM).
//
// Forman et al. (1995), Magn Reson Med 33:636; Worsley et al. (1996), Human
// Brain Mapping 4:58. Checked on noise smoothed by known kernels.
func (g *Group) Smoothness() (*Smoothness, error) {
	fail := func(err error) (*Smoothness, error) { return nil, fmt.Errorf("fmri: Smoothness: %w", err) }
	if g.Method != "ols" {
		return fail(fmt.Errorf("the model was fitted with method %q; it is estimated with \"ols\"", g.Method))
	}
	grid := g.latticeGrid()
	number := make([]int32, grid[0]*grid[1]*grid[2])
	for i, v := range g.Voxels {
		number[v] = int32(i + 1)
	}
	task := display.Start("fmri.Smoothness", "maps", g.Maps)
	defer task.End()
	residual := make([]float64, len(g.Voxels))
	var sum [3]float64
	var pairs [3]int
	step := [3]int{1, grid[0], grid[0] * grid[1]}
	for i := range g.Maps {
		if err := task.Err(); err != nil {
			return fail(err)
		}
		task.Set(i)
		g.data.row(residual, i, 0)
		for k := range residual {
			for j, x := range g.Design.X[i] {
				residual[k] -= float64(x * g.Beta[j][k])
			}
			if g.flat[k] || g.Sigma2[k] == 0 {
				residual[k] = 0
			} else {
				residual[k] /= math.Sqrt(float64(g.Sigma2[k] * g.DF))
			}
		}
		for k, v := range g.Voxels {
			at := [3]int{v % grid[0], v / grid[0] % grid[1], v / step[2]}
			for d := range 3 {
				if at[d]+1 < grid[d] {
					if n := number[v+step[d]]; n > 0 {
						sum[d] += float64(residual[k] * residual[n-1])
						if i == 0 {
							pairs[d]++
						}
					}
				}
			}
		}
	}
	s := &Smoothness{Numbers: len(g.Voxels)}
	dx, dy, dz := g.mask.VoxelSize()
	size := [3]float64{dx, dy, dz}
	for d := range 3 {
		if pairs[d] == 0 {
			continue // one slice: a mask of two dimensions
		}
		r := sum[d] / float64(pairs[d])
		for range 3 {
			r = sum[d] / float64(pairs[d]) / (1 - (1-float64(r*r))/(2*g.DF))
		}
		if !(r < 1) {
			return fail(fmt.Errorf("residuals of neighbours along axis %d are equal; the maps are not noise", d))
		}
		s.Voxels[d] = math.Sqrt(8*math.Ln2) * math.Sqrt(-1/(4*vec.Log(math.Max(r, 1e-6))))
		s.FWHM[d] = float64(s.Voxels[d] * size[d])
	}
	s.Resels = resels(grid, func(x, y, z int) bool {
		return x < grid[0] && y < grid[1] && z < grid[2] && number[(z*grid[1]+y)*grid[0]+x] > 0
	}, s.Voxels)
	return s, nil
}

// resels counts the elements of the lattice of voxels and weighs them (Worsley et
// al. 1996, appendix).
func resels(grid [3]int, in func(x, y, z int) bool, fwhm [3]float64) (r [4]float64) {
	var edges, faces [3]int
	cubes, all := 0, 0
	for z := range grid[2] {
		for y := range grid[1] {
			for x := range grid[0] {
				if !in(x, y, z) {
					continue
				}
				all++
				a, b, c := in(x+1, y, z), in(x, y+1, z), in(x, y, z+1)
				ab, ac, bc := a && b && in(x+1, y+1, z), a && c && in(x+1, y, z+1), b && c && in(x, y+1, z+1)
				for d, yes := range [3]bool{a, b, c} {
					if yes {
						edges[d]++
					}
				}
				for d, yes := range [3]bool{bc, ac, ab} { // by the axis across
					if yes {
						faces[d]++
					}
				}
				if ab && ac && bc && in(x+1, y+1, z+1) {
					cubes++
				}
			}
		}
	}
	var w [3]float64
	for d := range 3 {
		if fwhm[d] > 0 {
			w[d] = 1 / fwhm[d]
		}
	}
	r[0] = float64(all - edges[0] - edges[1] - edges[2] + faces[0] + faces[1] + faces[2] - cubes)
	for d := range 3 {
		p, q := (d+1)%3, (d+2)%3
		r[1] += float64(w[d] * float64(edges[d]-faces[p]-faces[q]+cubes))
		r[2] += float64(w[p] * w[q] * float64(faces[d]-cubes))
	}
	r[3] = float64(w[0] * w[1] * w[2] * float64(cubes))
	return r
}

// eulerDensities returns the expected Euler characteristic per resel, in 0 to
// 3 dimensions, of where a field of Student's t with df degrees of freedom
// exceeds t (Worsley et al. 1996, table II). df may be infinite: a Gaussian
// field.
func eulerDensities(t, df float64) (rho [4]float64) {
	const four = 4 * math.Ln2
	rho[0] = dist.StudentSF(t, df)
	root := math.Sqrt(four)
	if math.IsInf(df, 1) {
		tail := vec.Exp(-t * t / 2)
		rho[1] = root / (2 * math.Pi) * tail
		rho[2] = four / float64(math.Sqrt(2*math.Pi)*2*math.Pi) * tail * t
		rho[3] = float64(four*root) / float64(4*math.Pi*math.Pi) * tail * (float64(t*t) - 1)
		return rho
	}
	tail := vec.Exp(-(df - 1) / 2 * vec.Log1p(float64(t*t)/df))
	above, _ := vec.Lgamma((df + 1) / 2)
	below, _ := vec.Lgamma(df / 2)
	rho[1] = root / (2 * math.Pi) * tail
	rho[2] = four / float64(math.Sqrt(2*math.Pi)*2*math.Pi) * vec.Exp(above-below) / math.Sqrt(df/2) * tail * t
	rho[3] = float64(four*root) / float64(4*math.Pi*math.Pi) * tail * (float64((df-1)/df*t*t) - 1)
	return rho
}

// eulerDensitiesF is [eulerDensities] of a field of F with df1 and df2 degrees of
// freedom (Worsley et al. 1996, table II; the term of 0 dimensions is that of one
// voxel). df2 may be infinite: df1 F is then a field of χ².
func eulerDensitiesF(f, df1, df2 float64) (rho [4]float64) {
	rho[0] = dist.FSF(f, df1, df2)
	if !(f > 0) {
		return rho
	}
	const four = 4 * math.Ln2
	k, v := df1, df2
	half, _ := vec.Lgamma(k / 2)
	x, y := float64(k*f/v), float64(k*f)
	// scale is what is common, before powers of x (or y, of χ²).
	scale := [4]float64{1: math.Sqrt2, 2: 1, 3: math.Sqrt2 / 2}
	if math.IsInf(v, 1) {
		x = y
		for d := 1; d < 4; d++ {
			scale[d] = vec.Exp(float64((k-float64(d))/2*vec.Log(y)) - float64(y/2) - half - float64((k-2)/2*math.Ln2))
		}
	} else {
		under, _ := vec.Lgamma(v / 2)
		tail := float64((v + k - 2) / 2 * vec.Log1p(x))
		for d := 1; d < 4; d++ {
			over, _ := vec.Lgamma((v + k - float64(d)) / 2)
			scale[d] *= vec.Exp(over - under - half + float64((k-float64(d))/2*vec.Log(x)) - tail)
		}
	}
	second, third := x-(k-1), float64(x*x)-float64((2*k-1)*x)+float64((k-1)*(k-2))
	if !math.IsInf(v, 1) {
		second = float64((v-1)*x) - (k - 1)
		third = float64((v-1)*(v-2)*x*x) - float64((float64(2*v*k)-v-k-1)*x) + float64((k-1)*(k-2))
	}
	root := math.Sqrt(four / (2 * math.Pi))
	rho[1] = float64(root * scale[1])
	rho[2] = float64(root * root * scale[2] * second)
	rho[3] = float64(root * root * root * scale[3] * third)
	return rho
}

// A noiseField is what a map of noise is, by its statistic's degrees of freedom.
type noiseField struct {
	df1, df2 float64 // df1 is 0 of t
}

func fieldOf(m *Map) noiseField {
	if m.F == nil {
		return noiseField{df2: m.DF}
	}
	return noiseField{m.DF1, m.DF}
}

// tail is the probability of more than a height in one voxel, threshold the height
// of a probability.
func (f noiseField) tail(height float64) float64 {
	if f.df1 > 0 {
		return dist.FSF(height, f.df1, f.df2)
	}
	return dist.StudentSF(height, f.df2)
}

func (f noiseField) threshold(p float64) float64 {
	if f.df1 > 0 {
		return dist.FQuantileSF(p, f.df1, f.df2)
	}
	return dist.StudentQuantileSF(p, f.df2)
}

// expected returns the expected number of clusters beyond a height, if it is high.
func (s *Smoothness) expected(height float64, f noiseField) float64 {
	rho := eulerDensities(height, f.df2)
	if f.df1 > 0 {
		rho = eulerDensitiesF(height, f.df1, f.df2)
	}
	sum := 0.0
	for d, r := range rho {
		sum += float64(s.Resels[d] * r)
	}
	return math.Max(sum, 0)
}

// PeakP returns the probability that the largest t of the mask, of noise alone,
// is t or more: the expected Euler characteristic of what exceeds it, at most 1
// (Worsley et al. 1996). df is that of t, infinite for a z map.
func (s *Smoothness) PeakP(t, df float64) float64 {
	return math.Min(1, s.expected(t, noiseField{df2: df}))
}

// PeakPF is [Smoothness.PeakP] of F with df1 and df2 degrees of freedom; df2 may
// be infinite, where df1 F is a χ².
func (s *Smoothness) PeakPF(f, df1, df2 float64) float64 {
	return math.Min(1, s.expected(f, noiseField{df1, df2}))
}

// ClusterP returns the probability that noise alone makes a cluster of so many
// voxels or more where t exceeds threshold, anywhere in the mask. Extents are
// taken as exponential in their power 2/D for D dimensions (Friston et al. 1994,
// Human Brain Mapping 1:210), numbers of clusters as Poisson's.
func (s *Smoothness) ClusterP(voxels int, threshold, df float64) float64 {
	return s.clusterP(voxels, threshold, noiseField{df2: df})
}

// ClusterPF is [Smoothness.ClusterP] of F with df1 and df2 degrees of freedom.
func (s *Smoothness) ClusterPF(voxels int, threshold, df1, df2 float64) float64 {
	return s.clusterP(voxels, threshold, noiseField{df1, df2})
}

func (s *Smoothness) clusterP(voxels int, threshold float64, f noiseField) float64 {
	dimensions, resel := 0.0, 1.0
	for _, w := range s.Voxels {
		if w > 0 {
			dimensions++
			resel *= w
		}
	}
	clusters := s.expected(threshold, f)
	if clusters == 0 || dimensions == 0 {
		return 1
	}
	extent := float64(float64(s.Numbers)*f.tail(threshold)) / clusters // expected of one, voxels
	lg, _ := vec.Lgamma(float64(dimensions/2) + 1)
	beta := vec.Pow(vec.Exp(lg)/extent, 2/dimensions)
	larger := vec.Exp(-float64(beta * vec.Pow(float64(voxels), 2/dimensions)))
	return -vec.Expm1(-float64(clusters * larger))
}

// RandomFieldOptions say which clusters a random-field correction is of.
type RandomFieldOptions struct {
	ClusterP float64 // probability in a single voxel that forms clusters; 0 means 0.001
	OneSided bool    // otherwise both signs of t are looked at, and p is doubled
	Table    ClusterOptions
}

// A RandomField is a map of t or F corrected by the theory of random fields.
type RandomField struct {
	Map        *Map
	Smoothness *Smoothness
	Clusters   *ClusterTable

	group *Group
}

// RandomField corrects a contrast for the number of voxels by how smooth the
// noise is: peaks by the expected Euler characteristic (Worsley et al. 1996),
// clusters by their size (Friston et al. 1994). It holds for noise that is
// smooth, at least some two voxels wide, and for thresholds of 0.001 or less;
// [Group.Permute] needs no such conditions.
//
// The contrast is one combination of coefficients, which is tested by t, or several
// with semicolons between them or the name of an effect ([GroupDesign]), which are
// tested by F, as in [Group.Permute].
//
// Errors are those of [GLM.Contrast], [GLM.FContrast] and [Group.Smoothness], and a
// ClusterP that does not lie between 0 and 0.5. Densities are checked to 1e-10 against nipy
// 0.6.1's, and those of F against false findings in noise.
func (g *Group) RandomField(contrast string, o RandomFieldOptions) (*RandomField, error) {
	fail := func(err error) (*RandomField, error) { return nil, fmt.Errorf("fmri: RandomField: %w", err) }
	if o.ClusterP == 0 {
		o.ClusterP = 0.001
	}
	if !(o.ClusterP > 0 && o.ClusterP < 0.5) {
		return fail(fmt.Errorf("ClusterP is %g; it lies between 0 and 0.5", o.ClusterP))
	}
	_, m, err := g.tested(contrast)
	if err != nil {
		return fail(err)
	}
	s, err := g.Smoothness()
	if err != nil {
		return fail(err)
	}
	l, err := newLattice(g.latticeGrid(), g.Voxels, o.Table.Connect)
	if err != nil {
		return fail(err)
	}
	noise, statistic, label, sides := fieldOf(m), m.T, "t", 2.0
	if m.F != nil {
		statistic, label, o.OneSided = m.F, "F", true
	}
	if o.OneSided {
		sides = 1
	}
	table := o.Table
	table.OneSided = o.OneSided
	table.Threshold = noise.threshold(o.ClusterP / sides)
	r := &RandomField{Map: m, Smoothness: s, group: g}
	if r.Clusters, err = l.table(statistic, g.mask, table); err != nil {
		return fail(err)
	}
	t := r.Clusters
	t.Name, t.Statistic = m.Name, label
	t.Method = fmt.Sprintf("p corrected by random fields, FWHM %.1f x %.1f x %.1f mm, %.0f resels", s.FWHM[0], s.FWHM[1], s.FWHM[2], s.Resels[3])
	for i := range t.Clusters {
		c := &t.Clusters[i]
		c.PSize = math.Min(1, float64(sides*s.clusterP(len(c.Voxels), table.Threshold, noise)))
		for k := range c.Peaks {
			p := &c.Peaks[k]
			p.P = math.Min(1, float64(sides*s.expected(math.Abs(p.Value), noise)))
		}
	}
	return r, nil
}

// Plot draws the clusters whose size is significant at alpha, on slices and
// through a glass brain. An alpha that does not lie between 0 and 1 is an error.
func (r *RandomField) Plot(alpha float64) (*figure.Figure, error) {
	if !(alpha > 0 && alpha < 1) {
		return nil, fmt.Errorf("fmri: RandomField.Plot: alpha is %g; it lies between 0 and 1", alpha)
	}
	statistic := r.Map.T
	if r.Map.F != nil {
		statistic = r.Map.F
	}
	kept := make([]float64, len(statistic))
	at := map[int]int{}
	for i, v := range r.group.Voxels {
		at[v] = i
	}
	clusters := 0
	for _, c := range r.Clusters.Clusters {
		if c.PSize > alpha {
			continue
		}
		clusters++
		for _, v := range c.Voxels {
			kept[at[v]] = statistic[at[v]]
		}
	}
	im := spread(kept, r.group.Voxels, r.group.mask, 0)
	im.Label = r.Clusters.Statistic
	title := fmt.Sprintf("%s: clusters with p ≤ %g by random fields: %d", r.Map.Name, alpha, clusters)
	threshold := r.Clusters.Threshold
	if clusters == 0 {
		threshold = 0
	}
	return sliced(r.group.under, r.group.mask, im, threshold, title)
}

// Show draws the clusters that are significant at 0.05 above the table of all.
func (r RandomField) Show() display.Bundle {
	f, err := r.Plot(0.05)
	if err != nil {
		return display.Text(err.Error())
	}
	return withTable(f, r.Clusters.Table())
}
