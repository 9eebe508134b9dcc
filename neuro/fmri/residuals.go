package fmri

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/dist"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/nifti"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// Residuals say how well a model describes a run: in each voxel, how much of the
// data it explains, and whether what it leaves is the independent normal noise that
// tests take it for; in each volume, how much it leaves.
type Residuals struct {
	R2           []float64 // part of the variance in time that the model explains
	RMSE         []float64 // standard deviation of what it leaves, in units of the image
	DurbinWatson []float64 // 2 for independent noise; 2 - 2r where neighbours have correlation r
	LjungBox     []float64 // p-value: whether there are correlations up to Lags volumes
	Normal       []float64 // p-value: whether skewness and kurtosis are those of normal noise
	Lags         int
	Correlation  []float64 // of volumes 1, 2 ... Lags apart, the mean over voxels
	Size         []float64 // of each volume: root mean square over voxels, in standard deviations
	Limit        float64   // above which a volume is an outlier
	Outliers     []int     // volumes whose size exceeds Limit
	TR           float64   `unit:"s"`
	Noise        string    // the model's

	voxels []int
	flat   []bool
	mean   *nifti.Image
}

// Residuals returns how well the model, which was fitted to im, describes it.
//
// R2 and RMSE are of y - X b, R2 about the mean in time and RMSE with the degrees
// of freedom of the residuals. All others are of the whitened residuals e, which are
// independent where the noise is as the model has it:
//
//	DurbinWatson = Σ (e[t] - e[t-1])² / Σ e[t]²
//	Q = n (n+2) Σ r_k² / (n-k),  k = 1 ... Lags
//
// where r_k are the autocorrelations about 0; LjungBox is the probability of a Q as
// large from χ² with Lags less the coefficients of the noise as degrees of freedom, and
// Normal that of the K² of D'Agostino and Pearson from χ² with 2 (NaN with fewer than 20
// volumes). What p regressors take out of n volumes leaves correlations of about -p/n, so
// that LjungBox is too small with many regressors: with 9 in 150 volumes it is below 0.05
// in 0.15 of voxels whose noise is that of the model. Lags is 10, or a fifth of the volumes
// if that is less. Limit is the upper quartile of Size plus 1.5 times the distance
// of the quartiles, as FSL's fsl_motion_outliers has it. Voxels that never change are NaN and
// count nowhere.
//
// It is an error when im is not on the grid of the run that was fitted, has
// another number of volumes or values that are not finite, or there are fewer
// than 8 volumes.
//
// Ljung and Box (1978), Biometrika 65:297; D'Agostino and Pearson (1973),
// Biometrika 60:613. Checked to 1e-9 against NumPy and SciPy 1.17.1's normaltest, and
// R2 of "ols" against nilearn 0.14.1's r_square.
func (g *GLM) Residuals(im *nifti.Image) (*Residuals, error) {
	r, err := g.residuals(im)
	if err != nil {
		return nil, fmt.Errorf("fmri: Residuals: %w", err)
	}
	return r, nil
}

func (g *GLM) residuals(im *nifti.Image) (*Residuals, error) {
	if im == nil || im.Type() == "" {
		return nil, errors.New("im has no voxels; images come from nifti.Read, nifti.Decode or nifti.New")
	}
	n := len(g.Design.X)
	switch {
	case g.cov != nil:
		return nil, errors.New("the model is one of mixed effects, whose residuals have a variance for each map")
	case im.Volumes() != n:
		return nil, fmt.Errorf("im has %d volumes and the design %d rows; it must be the run that was fitted", im.Volumes(), n)
	case n < 8:
		return nil, fmt.Errorf("im has %d volumes; there must be 8 or more", n)
	}
	if err := nifti.SameGrid(g.mean, im); err != nil {
		return nil, fmt.Errorf("im and the run that was fitted: %w", err)
	}
	coefficients := len(g.Noise)
	if g.Rho != nil {
		coefficients = 1
	}
	many := len(g.Voxels)
	room := func() []float64 { return make([]float64, many) }
	r := &Residuals{R2: room(), RMSE: room(), DurbinWatson: room(), LjungBox: room(), Normal: room(),
		Lags: max(min(10, n/5), coefficients+1), TR: g.Design.TR, Noise: g.Options.Noise,
		voxels: g.Voxels, flat: g.flat, mean: g.mean}
	if r.Noise == "" {
		r.Noise = "ols"
	}
	const piece = 64
	type sums struct{ square, lags []float64 }
	parts := make([]sums, (many+piece-1)/piece)
	task := display.Start("fmri.Residuals", "voxels", many)
	defer task.End()
	if err := im.EachSeries(g.Voxels, piece, func(first int, series [][]float64) error {
		part := sums{make([]float64, n), make([]float64, r.Lags)}
		whiten := g.whitener()
		e := make([]float64, n)
		for i, y := range series {
			v := first + i
			for t, x := range y {
				if x-x != 0 {
					return fmt.Errorf("im: %w", badVoxel(im, g.Voxels[v], t, x))
				}
			}
			r.voxel(g, v, y, e, whiten, part.square, part.lags, coefficients)
		}
		parts[first/piece] = part
		task.Add(len(series))
		return task.Err()
	}); err != nil {
		return nil, err
	}
	// Parts are added in their order, so that bits do not depend on threads.
	count := 0.0
	for _, f := range g.flat {
		if !f {
			count++
		}
	}
	r.Size, r.Correlation = make([]float64, n), make([]float64, r.Lags)
	for _, p := range parts {
		for t, s := range p.square {
			r.Size[t] += s
		}
		for k, c := range p.lags {
			r.Correlation[k] += c / count
		}
	}
	for t, s := range r.Size {
		r.Size[t] = math.Sqrt(s / count)
	}
	sorted := slices.Clone(r.Size)
	slices.Sort(sorted)
	lower, upper := quartile(sorted, 0.25), quartile(sorted, 0.75)
	r.Limit = upper + float64(1.5*(upper-lower))
	for t, s := range r.Size {
		if s > r.Limit {
			r.Outliers = append(r.Outliers, t)
		}
	}
	return r, nil
}

// whitener returns what turns the residuals of a voxel into independent ones of the
// variance Sigma2, in place.
func (g *GLM) whitener() func(voxel int, e []float64) {
	switch {
	case g.noise != nil:
		f := g.noise()
		out := make([]float64, len(g.Design.X))
		return func(voxel int, e []float64) {
			f.w.set(g.params[voxel], len(e))
			f.w.whiten(out, e)
			copy(e, out)
		}
	case g.Rho != nil:
		return func(voxel int, e []float64) {
			rho := g.Rho[voxel]
			for t := len(e) - 1; t > 0; t-- {
				e[t] -= float64(rho * e[t-1])
			}
			if g.ar1.stationary {
				e[0] *= math.Sqrt(1 - float64(rho*rho))
			}
		}
	}
	return func(int, []float64) {}
}

// voxel describes one voxel, with room e for its residuals, and adds it to the sums
// of volumes and lags.
func (r *Residuals) voxel(g *GLM, v int, y, e []float64, whiten func(int, []float64), square, lags []float64, coefficients int) {
	if g.flat[v] {
		for _, of := range [][]float64{r.R2, r.RMSE, r.DurbinWatson, r.LjungBox, r.Normal} {
			of[v] = math.NaN()
		}
		return
	}
	n := float64(len(y))
	mean := vec.SumBlock(y) / n
	total, left := 0.0, 0.0
	for t, x := range g.Design.X {
		e[t] = y[t]
		for j, f := range x {
			e[t] -= float64(f * g.Beta[j][v])
		}
		total += float64((y[t] - mean) * (y[t] - mean))
		left += float64(e[t] * e[t])
	}
	r.R2[v], r.RMSE[v] = 1-left/total, math.Sqrt(left/g.DF)
	whiten(v, e)
	size := vec.DotBlock(e, e)
	q := 0.0
	for k := 1; k <= r.Lags; k++ {
		c := vec.DotBlock(e[k:], e[:len(e)-k]) / size
		q += float64(c*c) / (n - float64(k))
		lags[k-1] += c
	}
	steps := 0.0
	for t := 1; t < len(e); t++ {
		steps += float64((e[t] - e[t-1]) * (e[t] - e[t-1]))
	}
	r.DurbinWatson[v] = steps / size
	r.LjungBox[v] = dist.ChiSquareSF(float64(n*(n+2)*q), float64(r.Lags-coefficients))
	r.Normal[v] = normality(e)
	scale := math.Max(g.Sigma2[v], 1e-50)
	for t, x := range e {
		square[t] += float64(x*x) / scale
	}
}

// quartile returns a quantile of sorted values, between neighbours as NumPy does.
func quartile(sorted []float64, p float64) float64 {
	at := float64(p * float64(len(sorted)-1))
	i := int(at)
	if i+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[i] + float64((at-float64(i))*(sorted[i+1]-sorted[i]))
}

// normality returns the p-value of the K² of D'Agostino and Pearson: of the normal
// scores of skewness (D'Agostino 1970, Biometrika 57:679) and kurtosis (Anscombe
// and Glynn 1983, Biometrika 70:227).
func normality(x []float64) float64 {
	n := float64(len(x))
	if n < 20 {
		return math.NaN()
	}
	mean := vec.SumBlock(x) / n
	var m2, m3, m4 float64
	for _, v := range x {
		d := v - mean
		s := float64(d * d)
		m2, m3, m4 = m2+s, m3+float64(s*d), m4+float64(s*s)
	}
	m2, m3, m4 = m2/n, m3/n, m4/n
	skew, kurtosis := m3/(m2*math.Sqrt(m2)), m4/float64(m2*m2)

	y := skew * math.Sqrt((n+1)*(n+3)/(6*(n-2)))
	b := 3 * (float64(n*n) + float64(27*n) - 70) * (n + 1) * (n + 3) / ((n - 2) * (n + 5) * (n + 7) * (n + 9))
	w := math.Sqrt(2*(b-1)) - 1
	a := math.Sqrt(2 / (w - 1))
	y = math.Abs(y / a)
	zs := vec.Log(y+math.Sqrt(1+float64(y*y))) / math.Sqrt(0.5*vec.Log(w)) // squared below

	sd := math.Sqrt(24 * n * (n - 2) * (n - 3) / ((n + 1) * (n + 1) * (n + 3) * (n + 5)))
	k := (kurtosis - 3*(n-1)/(n+1)) / sd
	beta := 6 * (float64(n*n) - float64(5*n) + 2) / ((n + 7) * (n + 9)) * math.Sqrt(6*(n+3)*(n+5)/(n*(n-2)*(n-3)))
	f := 6 + float64(8/beta*(2/beta+math.Sqrt(1+4/float64(beta*beta))))
	under := 1 + float64(k*math.Sqrt(2/(f-4)))
	root := math.Cbrt((1 - 2/f) / under)
	zk := (1 - 2/(9*f) - root) / math.Sqrt(2/(9*f))
	return vec.Exp(-0.5 * (float64(zs*zs) + float64(zk*zk)))
}

// Image returns one of the values over voxels as an image: "r2", "rmse",
// "durbin-watson", "ljung-box" or "normal"; NaN outside of the mask. Another name is a
// panic that lists these.
func (r *Residuals) Image(which string) *nifti.Image {
	var allowed []string
	for _, v := range []struct {
		name string
		of   []float64
	}{{"r2", r.R2}, {"rmse", r.RMSE}, {"durbin-watson", r.DurbinWatson}, {"ljung-box", r.LjungBox}, {"normal", r.Normal}} {
		if v.name == which {
			im := spread(v.of, r.voxels, r.mean, math.NaN())
			im.Name, im.Label = "residuals", which
			return im
		}
		allowed = append(allowed, strconv.Quote(v.name))
	}
	panic(fmt.Sprintf("fmri: Residuals.Image: which is %q; allowed are %s", which, strings.Join(allowed, ", ")))
}

// Table returns the values over voxels in a row each, with the share of voxels whose
// p-values are below 0.05.
func (r *Residuals) Table() table.Table {
	var name []string
	var mean, lo, hi, share []float64
	for _, v := range []struct {
		name string
		of   []float64
		p    bool
	}{{"R²", r.R2, false}, {"RMSE", r.RMSE, false}, {"Durbin-Watson", r.DurbinWatson, false},
		{"Ljung-Box p", r.LjungBox, true}, {"normality p", r.Normal, true}} {
		sum, count, small, least, most := 0.0, 0.0, 0.0, math.Inf(1), math.Inf(-1)
		for _, x := range v.of {
			if x != x {
				continue
			}
			sum += x
			count++
			least, most = math.Min(least, x), math.Max(most, x)
			if x < 0.05 {
				small++
			}
		}
		if count == 0 {
			least, most = math.NaN(), math.NaN()
		}
		name, mean, lo, hi = append(name, v.name), append(mean, sum/count), append(lo, least), append(hi, most)
		if !v.p {
			small = math.NaN()
		}
		share = append(share, small/count)
	}
	title := fmt.Sprintf("Residuals of %d voxels and %d volumes, noise %q; ", len(r.voxels), len(r.Size), r.Noise)
	switch k := len(r.Outliers); {
	case k == 0:
		title += "no volume is an outlier"
	case k == 1:
		title += fmt.Sprintf("volume %d is an outlier", r.Outliers[0])
	case k <= 10:
		title += fmt.Sprintf("%d volumes are outliers: %v", k, r.Outliers)
	default:
		title += fmt.Sprintf("%d volumes are outliers, the first at %v", k, r.Outliers[:10])
	}
	return table.Table{Title: title, Cols: []table.Col{{Name: "of voxels", Text: name}, {Name: "mean", Num: mean},
		{Name: "smallest", Num: lo}, {Name: "largest", Num: hi}, {Name: "share below 0.05", Num: share}}}
}

// Plot draws the size of each volume's residuals with the limit of outliers, and the
// mean autocorrelation.
func (r *Residuals) Plot() *figure.Figure {
	x := make([]float64, len(r.Size))
	var ox, oy []float64
	for t := range x {
		x[t] = float64(t)
	}
	for _, t := range r.Outliers {
		ox, oy = append(ox, float64(t)), append(oy, r.Size[t])
	}
	lag := make([]float64, len(r.Correlation))
	for k := range lag {
		lag[k] = float64(k + 1)
	}
	reach := 0.2 // so that correlations that do not matter look small
	for _, c := range r.Correlation {
		reach = math.Max(reach, math.Abs(float64(1.1*c)))
	}
	size := figure.Panel{X: figure.Axis{Label: "volume"}, Y: figure.Axis{Label: "residual", Unit: "SD"},
		Layers: []figure.Layer{{Kind: figure.Line, X: x, Y: r.Size, Color: "blue"},
			{Kind: figure.HLine, Y: []float64{r.Limit}, Color: "grey", Dash: true}}}
	if ox != nil {
		size.Layers = append(size.Layers, figure.Layer{Kind: figure.Points, X: ox, Y: oy, Color: "red"})
	}
	return &figure.Figure{Title: fmt.Sprintf("Residuals with noise %q", r.Noise), Panels: []figure.Panel{size,
		{X: figure.Axis{Label: "lag, volumes"}, Y: figure.Axis{Label: "autocorrelation", Min: -reach, Max: reach},
			Layers: []figure.Layer{{Kind: figure.HLine, Y: []float64{0}, Color: "grey"}, {Kind: figure.Stems, X: lag, Y: r.Correlation, Color: "blue"}}}}}
}

// Show draws the figure of Plot above the table.
func (r Residuals) Show() display.Bundle { return withTable(r.Plot(), r.Table()) }
