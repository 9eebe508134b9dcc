package fmri

import (
	"errors"
	"fmt"
	"math"
	"sort"
	"strconv"
	"strings"
	"sync"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/dist"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/nifti"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// GLMOptions say how a general linear model is fitted.
type GLMOptions struct {
	// Noise is the model of the noise in time: "ols" (default), independent;
	// "ar1", first-order autoregressive with the coefficient of highest
	// restricted likelihood (REML) in each voxel; or "ar1-nilearn", with a
	// coefficient per voxel from the residuals (Yule-Walker), cut to two
	// digits, as nilearn's noise_model "ar1".
	//
	// "ar2" to "ar10" are autoregressions of that order, and "arma11" one of
	// first order with a moving average (as AFNI's 3dREMLfit has), both with
	// the coefficients of highest restricted likelihood in each voxel.
	Noise string
	// DF is how many degrees of freedom the t or F of a contrast has: with Noise "ar1",
	// "satterthwaite" (default), as many as the variance of the contrast in each
	// voxel, whose correlation is estimated too; "residual", volumes less
	// regressors, always with other noise.
	DF string
}

// A GLM is a general linear model fitted to the voxels of a mask.
type GLM struct {
	Design *Design
	Beta   [][]float64 // [regressor][voxel]
	Sigma2 []float64   // residual variance of each voxel; of the innovations in an autoregression
	Rho    []float64   // autocorrelation of each voxel; nil for "ols"
	// Noise holds the coefficients of "ar2" to "ar10", or phi and theta of
	// "arma11", [coefficient][voxel]; nil for others.
	Noise  [][]float64
	DF     float64 // degrees of freedom of the residuals
	Voxels []int   // where voxels lie: indexes into nifti's Volume
	// Options are those that Fit was given; the zero value of a group.
	Options GLMOptions

	mean       *nifti.Image
	q          *linalg.QR
	ar1        *ar1                 // of "ar1" and "ar1-nilearn"
	bins       map[float64]factored // of "ar1-nilearn", by rho
	likelihood *likelihood          // of "ar1"
	flat       []bool               // voxels that never change
	cov        [][]float64          // of mixed effects: the covariance of the coefficients of each voxel, row by row
	task       *display.Counter     // while it is fitted

	noise  func() *fitter // of estimated noise
	params [][]float64    // of its voxels
}

// Fit fits the design to every voxel of mask by least squares. mask is as in
// [ROI]; nil takes all voxels. A voxel that is constant in time gives t = 0.
//
// With Noise "ar1" the noise of a voxel has correlations rho^|s-t|, and rho is
// what maximises the restricted likelihood, which is, but for a constant,
//
//	-((n-p) log(s²) + log|X'TX| - log(1-rho²)) / 2,  s² = r'T r/(n-p)
//
// for n volumes, p regressors, residuals r of generalised least squares with
// that rho, and T = (1-rho²) times the inverse of the correlation matrix. It is
// searched from -0.999 to 0.999 and, inside of that, is the root of the
// derivative to 1e-12; Sigma2 is s². Ordinary residuals, as in "ar1-nilearn",
// make rho too small by some p/n.
//
// It is an error when mask does not fit im, the number of volumes is not that
// of the design, a value in the mask is not finite, the columns of the design
// are not independent (which names them), or Noise is not known.
//
// Friston et al. (1995), Human Brain Mapping 2:189; Patterson and Thompson
// (1971), Biometrika 58:545. Checked to 1e-8 against nilearn 0.14.1's run_glm
// ("ols" and "ar1-nilearn"), and "ar1" against a search of the likelihood with
// the whole correlation matrix in SciPy.
func Fit(im, mask *nifti.Image, d *Design, o GLMOptions) (*GLM, error) {
	g, err := fit(im, mask, d, o)
	if err != nil {
		return nil, fmt.Errorf("fmri: Fit: %w", err)
	}
	return g, nil
}

func fit(im, mask *nifti.Image, d *Design, o GLMOptions) (*GLM, error) {
	order, arma := 0, false
	switch o.Noise {
	case "", "ols", "ar1", "ar1-nilearn":
	default:
		var err error
		if order, arma, err = noiseOrder(o.Noise); err != nil {
			return nil, err
		}
	}
	switch {
	case o.DF == "" || o.DF == "residual" || o.DF == "satterthwaite" && o.Noise == "ar1":
	case o.DF == "satterthwaite":
		return nil, fmt.Errorf("DF is \"satterthwaite\" with Noise %q; it goes with Noise \"ar1\" alone", o.Noise)
	default:
		return nil, fmt.Errorf("DF is %q; allowed are \"satterthwaite\" and \"residual\"", o.DF)
	}
	if d == nil {
		return nil, errors.New("d is nil; NewDesign makes one")
	}
	if mask == nil && im != nil {
		m, err := everywhere(im)
		if err != nil {
			return nil, err
		}
		mask = m
	}
	voxels, err := region(im, mask)
	if err != nil {
		return nil, err
	}
	cols, err := rectangle("d.X", "regressor", d.X)
	if err != nil {
		return nil, err
	}
	if len(d.Names) != cols {
		return nil, fmt.Errorf("the design has %d names for %d regressors", len(d.Names), cols)
	}
	n := len(d.X)
	if im.Volumes() != n {
		return nil, fmt.Errorf("im has %d volumes and the design %d rows; they must be equal", im.Volumes(), n)
	}
	if n <= cols {
		return nil, fmt.Errorf("the design has %d regressors for %d volumes; there must be more volumes", cols, n)
	}
	task := display.Start("fmri.Fit", "voxels", len(voxels))
	defer task.End()
	q, err := factor(d.X, d.Names, task)
	if err != nil {
		return nil, err
	}
	mean, err := nifti.MeanOf(im)
	if err != nil {
		return nil, err
	}
	g := &GLM{task: task, Design: d, Options: o, Voxels: voxels, DF: float64(n - cols), mean: mean, q: q,
		Sigma2: make([]float64, len(voxels)), flat: make([]bool, len(voxels))}
	for range cols {
		g.Beta = append(g.Beta, make([]float64, len(voxels)))
	}
	defer func() { g.task = nil }()
	switch {
	case o.Noise == "ar1":
		return g, g.leastSquares(im, g.restricted())
	case o.Noise == "ar1-nilearn":
		b := g.byRho()
		if err := g.leastSquares(im, b.add); err != nil {
			return nil, err
		}
		return g, b.solve()
	case order > 0:
		return g, g.leastSquares(im, g.estimated(order, arma))
	}
	return g, g.leastSquares(im, nil)
}

func everywhere(im *nifti.Image) (*nifti.Image, error) {
	nx, ny, nz := im.Grid()
	ones := make([]float64, nx*ny*nz)
	for i := range ones {
		ones[i] = 1
	}
	return nifti.New([]int{nx, ny, nz}, im.Affine, ones)
}

// batch is how many voxels are fitted at a time.
const batch = 128

// A residual is what least squares leave of a batch of voxels, from voxel lo on.
type residual struct {
	lo int
	e  [][]float64 // [time][voxel]
	// square is the sum of squares in each voxel, next that of the products of
	// neighbours in time.
	square, next []float64
}

// leastSquares fits all voxels, on all processors, and calls further, unless it is
// nil, with their residuals. It returns the error of the first batch that has one.
func (g *GLM) leastSquares(im *nifti.Image, further func(residual) error) error {
	return im.EachFrames(g.Voxels, batch, func(lo int, y [][]float64) error {
		if err := g.task.Err(); err != nil {
			return err
		}
		m := len(y[0])
		defer g.task.Add(m)
		for i := range m {
			g.flat[lo+i] = constantAt(y, i)
		}
		b := make([]float64, g.q.Padded()*m)
		g.q.Split(y, b, g.task.Err)
		g.q.Coefficients(b)
		for j, beta := range g.Beta {
			copy(beta[lo:lo+m], b[j*m:])
		}
		r := residual{lo: lo, e: y, square: make([]float64, m), next: make([]float64, m)}
		vec.LagsBlock(r.square, r.next, y)
		for i, s := range r.square {
			if s-s != 0 { // NaN or infinite
				if err := notFinite(im, g.Voxels[lo:lo+m]); err != nil {
					return err
				}
			}
			g.Sigma2[lo+i] = s / g.DF
		}
		if further == nil || g.task.Err() != nil {
			return g.task.Err()
		}
		return further(r)
	})
}

// constantAt tells whether voxel i never changes.
func constantAt(y [][]float64, i int) bool {
	for t := range y {
		if y[t][i] != y[0][i] {
			return false
		}
	}
	return true
}

// notFinite is the error of the first value of voxels that is not finite.
func notFinite(im *nifti.Image, voxels []int) error {
	return im.EachFrames(voxels, len(voxels), func(_ int, y [][]float64) error {
		for t, row := range y {
			for i, v := range row {
				if v-v != 0 {
					return fmt.Errorf("im: %w", badVoxel(im, voxels[i], t, v))
				}
			}
		}
		return nil
	})
}

// Show shows each regressor's coefficients over the voxels as a table.
func (g GLM) Show() display.Bundle { return g.coefficients().Show() }

func (g GLM) coefficients() table.Table {
	var mean, sd, lo, hi []float64
	for _, b := range g.Beta {
		m, ss, least, most := 0.0, 0.0, math.Inf(1), math.Inf(-1)
		for _, v := range b {
			m += v
			least, most = math.Min(least, v), math.Max(most, v)
		}
		m /= float64(len(b))
		for _, v := range b {
			ss += float64((v - m) * (v - m))
		}
		mean, sd = append(mean, m), append(sd, math.Sqrt(ss/float64(len(b))))
		lo, hi = append(lo, least), append(hi, most)
	}
	return table.Table{
		Title: fmt.Sprintf("Linear model of %d voxels, %g degrees of freedom: coefficients over voxels", len(g.Voxels), g.DF),
		Cols: []table.Col{{Name: "regressor", Text: g.Design.Names}, {Name: "mean", Num: mean}, {Name: "SD", Num: sd},
			{Name: "smallest", Num: lo}, {Name: "largest", Num: hi}},
	}
}

// A Map is a contrast of the coefficients in every voxel of the mask.
type Map struct {
	Name   string    // the contrast
	Effect []float64 // in units of the image
	Var    []float64 // variance of the effect
	T      []float64
	Z      []float64 // the normal quantile of the same probability, with the sign of T
	P      []float64 // one-sided: the probability of a T as large or larger
	DF     float64   // degrees of freedom
	// VoxelDF are those of T, or of the denominator of F, in each voxel, where they
	// differ; else nil.
	VoxelDF []float64
	// F is the statistic of [GLM.FContrast], which has no Effect, Var and T,
	// and DF1 the number of combinations that it tests.
	F   []float64
	DF1 float64

	voxels []int
	mean   *nifti.Image
}

// Contrast returns the map of a linear combination of coefficients, given in
// words: names of regressors with signs and factors, such as "A - B",
// "0.5*A + 0.5*B - rest" or "2*A".
//
// With c the factors and X the (whitened) design, Effect = c'b, Var = s²
// c'(X'X)⁻¹c, T = Effect/sqrt(Var). A spec that cannot be read, or names no
// regressor of the design, is an error that lists them.
//
// P and Z are those of Student's t with DF degrees of freedom, those of the
// residuals; with Noise "ar1" in each voxel with VoxelDF, which take account of
// the estimated correlation (Satterthwaite 1946, Biometrics Bull 2:110, with the
// expected information of the restricted likelihood, as Kenward and Roger 1997,
// Biometrics 53:983, have it). In noise of correlation 0.3 to 0.6 in 60 to 200
// volumes P then errs, at levels from 0.05 to 0.00003, 1.0 to 1.4 times as often as it
// says; with those of the residuals 1.04 to 6 times, most in blocks.
//
// Checked to 1e-8 (Z to 1e-6) against nilearn 0.14.1's compute_contrast, and VoxelDF
// against the information from whole matrices.
func (g *GLM) Contrast(spec string) (*Map, error) {
	c, err := parseContrast(spec, g.Design.Names)
	if err != nil {
		return nil, fmt.Errorf("fmri: Contrast: %w", err)
	}
	n := len(g.Voxels)
	m := &Map{Name: spec, DF: g.DF, voxels: g.Voxels, mean: g.mean,
		Effect: make([]float64, n), Var: make([]float64, n), T: make([]float64, n), Z: make([]float64, n), P: make([]float64, n)}
	unit := g.unitVariance(c)
	if g.likelihood != nil && g.Options.DF != "residual" {
		m.VoxelDF = g.satterthwaite(c)
	}
	task := display.Start("fmri.Contrast", "voxels", n)
	defer task.End()
	linalg.Parallel((n+tile-1)/tile, func(b int) {
		if task.Err() != nil {
			return
		}
		defer task.Add(min(tile, n-b*tile))
		for i := b * tile; i < min(n, (b+1)*tile); i++ {
			for j, f := range c {
				m.Effect[i] += float64(f * g.Beta[j][i])
			}
			m.Var[i] = g.Sigma2[i] * unit(i)
			if !g.flat[i] {
				// As in nilearn, a variance of 0 counts as a tiny one.
				m.T[i] = m.Effect[i] / math.Sqrt(math.Max(m.Var[i], 1e-50))
			}
			df := m.DF
			if m.VoxelDF != nil {
				df = m.VoxelDF[i]
			}
			m.P[i], m.Z[i] = dist.StudentPZ(m.T[i], df)
		}
	})
	return m, nil
}

// unitVariance returns c'(X'X)⁻¹c of a contrast in each voxel, the variance of
// its effect where that of the noise is 1.
func (g *GLM) unitVariance(c []float64) func(voxel int) float64 {
	switch {
	case g.cov != nil:
		return func(i int) float64 { return quadratic(g.cov[i], c) }
	case g.noise != nil:
		idle := sync.Pool{New: func() any { return g.noise() }}
		return func(i int) float64 {
			f := idle.Get().(*fitter)
			defer idle.Put(f)
			return f.variance(c, g.params[i])
		}
	case g.bins != nil:
		unit := map[float64]float64{}
		for rho, f := range g.bins {
			unit[rho] = g.ar1.variance(c, f)
		}
		return func(i int) float64 { return unit[g.Rho[i]] }
	case g.likelihood != nil:
		unit := g.overRho(func(rho float64) float64 { return g.ar1.variance(c, g.ar1.factor(rho)) })
		return func(i int) float64 { return unit[i] }
	}
	unit := g.q.Variance(c)
	return func(int) float64 { return unit }
}

// parseContrast returns the factor of each regressor in spec.
func parseContrast(spec string, names []string) ([]float64, error) {
	c := make([]float64, len(names))
	fail := func(why string) ([]float64, error) {
		return nil, fmt.Errorf("contrast %q: %s; write for example \"A - B\" or \"0.5*A + 0.5*B\" with these regressors: %s", spec, why, strings.Join(names, ", "))
	}
	// Longer names are tried first, so that "word_long" is not read as "word".
	order := make([]int, len(names))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(a, b int) bool { return len(names[order[a]]) > len(names[order[b]]) })

	rest := strings.TrimSpace(spec)
	if rest == "" {
		return fail("it is empty")
	}
	any := false
	for terms := 0; rest != ""; terms++ {
		sign := 1.0
		switch {
		case rest[0] == '+' || rest[0] == '-':
			if rest[0] == '-' {
				sign = -1
			}
			rest = strings.TrimSpace(rest[1:])
		case terms > 0:
			return fail(fmt.Sprintf("a + or - is missing before %q", rest))
		}
		if number, after, ok := strings.Cut(rest, "*"); ok {
			if f, err := strconv.ParseFloat(strings.TrimSpace(number), 64); err == nil {
				if math.IsNaN(f) || math.IsInf(f, 0) {
					return fail(fmt.Sprintf("the factor %q is not finite", number))
				}
				sign *= f
				rest = strings.TrimSpace(after)
			}
		}
		found := -1
		for _, j := range order {
			after, ok := strings.CutPrefix(rest, names[j])
			if ok && (after == "" || strings.ContainsRune(" +-\t", rune(after[0]))) {
				found, rest = j, strings.TrimSpace(after)
				break
			}
		}
		if found < 0 {
			return fail(fmt.Sprintf("%q does not start with the name of a regressor", rest))
		}
		c[found] += sign
	}
	for _, f := range c {
		any = any || f != 0
	}
	if !any {
		return fail("all factors are 0")
	}
	return c, nil
}

// Image returns one of the map's values as an image: "effect", "var", "t", "z",
// "p" or, of an F contrast, "f"; NaN outside of the mask. Another name, or one
// that this map does not have, is a panic that lists these.
func (m *Map) Image(which string) *nifti.Image {
	var values []float64
	var allowed []string
	for _, v := range []struct {
		name string
		of   []float64
	}{{"effect", m.Effect}, {"var", m.Var}, {"t", m.T}, {"f", m.F}, {"z", m.Z}, {"p", m.P}} {
		if v.of != nil {
			allowed = append(allowed, strconv.Quote(v.name))
			if v.name == which {
				values = v.of
			}
		}
	}
	if values == nil {
		panic(fmt.Sprintf("fmri: Image: which is %q; allowed are %s", which, strings.Join(allowed, ", ")))
	}
	im := spread(values, m.voxels, m.mean, math.NaN())
	im.Name, im.Label = m.Name, which
	switch which { // for other programs
	case "t":
		im.Intent = nifti.Intent{Code: 3, P: [3]float64{m.DF}}
	case "f":
		im.Intent = nifti.Intent{Code: 4, P: [3]float64{m.DF1, m.DF}}
	case "z":
		im.Intent = nifti.Intent{Code: 5}
	case "p":
		im.Intent = nifti.Intent{Code: 22}
	default:
		im.Intent = nifti.Intent{Code: 1001} // an estimate
	}
	return im
}

// spread returns an image on the grid of like with values at voxels and
// elsewhere outside.
func spread(values []float64, voxels []int, like *nifti.Image, outside float64) *nifti.Image {
	nx, ny, nz := like.Grid()
	all := make([]float64, nx*ny*nz)
	for i := range all {
		all[i] = outside
	}
	for i, v := range voxels {
		all[v] = values[i]
	}
	im, err := nifti.New([]int{nx, ny, nz}, like.Affine, all)
	if err != nil { // like has this shape
		panic(fmt.Sprintf("fmri: %v", err))
	}
	im.Space = like.Space
	return im
}

// Plot returns the z map over the mean image: the voxels with |z| of
// threshold or more. An impossible threshold is an error.
func (m *Map) Plot(threshold float64) (*figure.Figure, error) {
	return nifti.OverlayFigure(m.mean, m.Image("z"), threshold)
}

// Show draws the z map where |z| is 3.1 or more, which is p < 0.001 in a
// single voxel, one-sided and not corrected for their number.
func (m Map) Show() display.Bundle {
	f, err := m.Plot(3.1)
	if err != nil {
		return display.Text(err.Error())
	}
	return f.Show()
}
