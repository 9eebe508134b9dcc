package spikes

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/fft"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// Locking says how much angles gather about a direction: phases of an oscillation
// at spikes, or directions.
type Locking struct {
	N         int
	Direction float64 `unit:"rad"` // mean direction, rad, 0 to 2π
	// R is the length of the mean vector, 0 to 1, which is about 1/√N by chance.
	R float64
	// PPC is the pairwise phase consistency, the mean cosine of the differences of
	// all pairs: R² without its bias, 0 by chance for any N.
	PPC float64
	// Z is Rayleigh's N R², P the chance of it or more for uniform angles.
	Z, P float64
	// Kappa is the concentration of the von Mises distribution of most likelihood.
	Kappa float64

	angles []float64
}

// PhaseLocking returns the circular statistics of angles, in rad.
//
//	R = |Σ exp(iθ)|/N,   PPC = (N R² - 1)/(N - 1)
//
// P is Rayleigh's, by the approximation of Zar 1999 (Biostatistical Analysis): with Z = N R²
//
//	P = exp(√(1 + 4N + 4(N² - N Z)) - (1 + 2N)).
//
// Spikes of a train depend on each other, as in bursts, where P is too small;
// SurrogateTest asks for more.
//
// Fewer than 2 angles and angles that are not finite are errors. Sources: Vinck et
// al. 2010, NeuroImage 51:112 (PPC); Fisher 1993 (Kappa). Checked against the mean
// over pairs, the share of small P on uniform angles and the equation of Kappa.
func PhaseLocking(angles []float64) (*Locking, error) {
	const call = "PhaseLocking"
	if len(angles) < 2 {
		return nil, fmt.Errorf("spikes: %s: there are %d angles; 2 or more are needed", call, len(angles))
	}
	x, y := 0.0, 0.0
	for i, a := range angles {
		if !finite(a) {
			return nil, fmt.Errorf("spikes: %s: angle %d is %g; angles must be finite", call, i, a)
		}
		sin, cos := vec.Sincos(a)
		x, y = x+cos, y+sin
	}
	n := float64(len(angles))
	l := &Locking{N: len(angles), angles: append([]float64(nil), angles...)}
	l.Direction = upright(vec.Atan2(y, x))
	l.R = math.Min(1, vec.Hypot(x, y)/n)
	square := float64(l.R * l.R)
	l.PPC = (float64(n*square) - 1) / (n - 1)
	l.Z = n * square
	l.P = math.Min(1, vec.Exp(math.Sqrt(1+float64(4*n)+float64(4*n*n*(1-square)))-(1+float64(2*n))))
	l.Kappa = concentration(l.R)
	return l, nil
}

// upright brings an angle to 0 ... 2π.
func upright(a float64) float64 {
	if a < 0 {
		a += 2 * math.Pi
	}
	return a
}

// bessel returns exp(-x) I_0(x) and exp(-x) I_1(x) for x >= 0, by the mean of
// exp(x (cos θ - 1)) and of its product with cos θ over the circle, which is exact
// to rounding with points enough.
func bessel(x float64) (i0, i1 float64) {
	n := 64 + int(12*math.Sqrt(math.Min(x, 1e8)))
	for k := range n {
		_, cos := vec.Sincos(2 * math.Pi * float64(k) / float64(n))
		e := vec.Exp(x * (cos - 1))
		i0 += e
		i1 += float64(e * cos)
	}
	return i0 / float64(n), i1 / float64(n)
}

// concentration solves I_1(κ)/I_0(κ) = r.
func concentration(r float64) float64 {
	if r < 1e-8 {
		return 2 * r
	}
	if r > 1-1e-7 {
		return 1 / (2 * (1 - math.Min(r, 1-1e-15)))
	}
	lo, hi := 0.0, 1/(1-r)+2
	for range 80 {
		middle := (lo + hi) / 2
		i0, i1 := bessel(middle)
		if i1 < float64(r*i0) {
			lo = middle
		} else {
			hi = middle
		}
	}
	return (lo + hi) / 2
}

// Phases returns the phase of an oscillation at each spike: phase are samples from
// time 0 on at fs Hz, in rad and wrapped or not, such as the angle of a Hilbert
// transform; between samples the shorter way round is taken.
//
// Trains that are not finite and ascending, fs that is not above 0, phases that are
// not finite, and spikes outside of them are errors.
func Phases(s neuro.Spikes, phase []float64, fs float64) ([]float64, error) {
	const call = "Phases"
	if err := check(call, "s", s); err != nil {
		return nil, err
	}
	if err := checkPositive(call, "sampling rate fs", "Hz", fs); err != nil {
		return nil, err
	}
	for i, v := range phase {
		if !finite(v) {
			return nil, fmt.Errorf("spikes: %s: phase[%d] is %g; phases must be finite", call, i, v)
		}
	}
	out := make([]float64, len(s))
	for i, t := range s {
		u := t * fs / 1000
		k := int(math.Floor(u))
		if u < 0 || k >= len(phase) {
			return nil, fmt.Errorf("spikes: %s: spike %d at %g ms is outside of the phases, which last from 0 to %g ms", call, i, t, float64(len(phase))*1000/fs)
		}
		d := 0.0
		if k+1 < len(phase) {
			d = math.Remainder(phase[k+1]-phase[k], 2*math.Pi)
		}
		a := math.Mod(phase[k]+float64((u-float64(k))*d), 2*math.Pi)
		out[i] = upright(a)
	}
	return out, nil
}

// String says how the angles gather.
func (l *Locking) String() string {
	return fmt.Sprintf("%d angles: mean direction %.2f rad, length %.3f, PPC %.4f, Rayleigh p = %.2g", l.N, l.Direction, l.R, l.PPC, l.P)
}

// Plot draws the distribution of the angles round the circle, and the mean vector
// on the scale of 0 to 1.
func (l *Locking) Plot() *figure.Figure {
	const bins = 24
	count := make([]float64, bins)
	for _, a := range l.angles {
		u := math.Mod(a, 2*math.Pi)
		count[min(int(upright(u)/(2*math.Pi)*bins), bins-1)]++
	}
	top := 0.0
	for _, c := range count {
		top = math.Max(top, c)
	}
	p := polarPanel("", math.Max(top, 1))
	last := &p.Layers[len(p.Layers)-1]
	last.Text = fmt.Sprintf("%g angles", top)
	for b, c := range count {
		x, y := []float64{0}, []float64{0}
		for k := 0; k <= 6; k++ {
			sin, cos := vec.Sincos((float64(b) + float64(k)/6) / bins * 2 * math.Pi)
			x, y = append(x, float64(c*cos)), append(y, float64(c*sin))
		}
		p.Layers = append(p.Layers, figure.Layer{Kind: figure.Polygon, X: x, Y: y, Color: "blue", Alpha: 0.5, Width: 0.6})
	}
	sin, cos := vec.Sincos(l.Direction)
	long := float64(l.R * math.Max(top, 1))
	p.Layers = append(p.Layers, figure.Layer{Kind: figure.Arrow, X: []float64{0, float64(long * cos)}, Y: []float64{0, float64(long * sin)}, Color: "red", Width: 2})
	return &figure.Figure{Title: l.String(), Width: 11, Height: 11, Panels: []figure.Panel{p}}
}

// Show draws the figure; its text is String.
func (l *Locking) Show() display.Bundle {
	b := l.Plot().Show()
	b.Data[display.TypeText] = l.String()
	return b
}

// SpikeField is how a field potential and spikes go together, by frequency.
type SpikeField struct {
	F         []float64 `unit:"Hz"`
	Coherence []float64 // spike-field coherence, 0 to 1; 1/Spikes by chance
	PPC       []float64 // pairwise phase consistency of the field at spikes, 0 by chance
	Phase     []float64 `unit:"rad"` // mean phase of the field at spikes
	P         []float64 // Rayleigh's, of each frequency by itself
	// Spikes were used, Skipped lie so close to an end of the field that their window
	// is not whole.
	Spikes, Skipped int
	Window          float64 `unit:"ms"`
}

// SpikeFieldCoherence relates a field potential to spikes: a window of the field
// about each spike, without its mean and under a Hann window, is taken to
// frequencies X_s(f), and
//
//	coherence = |Σ X_s|² / (N Σ |X_s|²),   PPC = (|Σ X_s/|X_s||² - N)/(N (N - 1)).
//
// The coherence is the power of the spike-triggered average by the mean power of the
// windows; it is 1/N by chance, while PPC has no bias for the number of spikes.
//
// field are samples from time 0 on, fs their rate in Hz; s are spike times in ms;
// window is its length, ms, at least 4 samples: frequencies are 1000/window Hz
// apart. Errors are those of STA, and fewer than 2 spikes with a whole window.
// Sources: Fries et al. 1997, PNAS 94:12699; Vinck et al. 2010, NeuroImage 51:112.
func SpikeFieldCoherence(field []float64, fs float64, s neuro.Spikes, window float64) (*SpikeField, error) {
	const call = "SpikeFieldCoherence"
	if err := checkSamples(call, "field", field); err != nil {
		return nil, err
	}
	if err := checkPositive(call, "sampling rate fs", "Hz", fs); err != nil {
		return nil, err
	}
	if err := checkPositive(call, "window", "ms", window); err != nil {
		return nil, err
	}
	if err := check(call, "s", s); err != nil {
		return nil, err
	}
	end := float64(len(field)) * 1000 / fs
	if len(s) > 0 && (s[0] < 0 || s[len(s)-1] > end) {
		return nil, fmt.Errorf("spikes: %s: spikes from %g to %g ms are outside of the field, which lasts from 0 to %g ms", call, s[0], s[len(s)-1], end)
	}
	n := int(math.Round(window * fs / 1000))
	if n < 4 || n > len(field) {
		return nil, fmt.Errorf("spikes: %s: window is %g ms, %d samples of %d; it must have 4 or more and fit into the field", call, window, n, len(field))
	}
	plan := fft.New(n)
	hann := make([]float64, n)
	for k := range hann {
		_, cos := vec.Sincos(2 * math.Pi * float64(k) / float64(n))
		hann[k] = (1 - cos) / 2
	}
	half := n/2 + 1
	r := &SpikeField{Window: float64(n) * 1000 / fs}
	sum, unit, power := make([]complex128, half), make([]complex128, half), make([]float64, half)
	piece, spectrum := make([]complex128, n), make([]complex128, n)
	task := display.Start("spikes."+call, "spikes", len(s))
	defer task.End()
	for _, t := range s {
		if task.Add(1); task.Err() != nil {
			return nil, fmt.Errorf("spikes: %s: %w", call, task.Err())
		}
		from := int(math.Round(t*fs/1000)) - n/2
		if from < 0 || from+n > len(field) {
			r.Skipped++
			continue
		}
		mean := 0.0
		for _, v := range field[from : from+n] {
			mean += v / float64(n)
		}
		for k, v := range field[from : from+n] {
			piece[k] = complex(float64((v-mean)*hann[k]), 0)
		}
		plan.Forward(spectrum, piece)
		for k := range half {
			v := spectrum[k]
			if k%2 == 1 { // the phase at the spike, n/2 samples into the window
				v = -v
			}
			if n%2 == 1 { // which is half a sample before the middle
				sin, cos := vec.Sincos(-math.Pi * float64(k) / float64(n))
				re, im := real(v), imag(v)
				v = complex(float64(re*cos)-float64(im*sin), float64(re*sin)+float64(im*cos))
			}
			size := vec.Hypot(real(v), imag(v))
			sum[k] += v
			power[k] += float64(size * size)
			if size > 0 {
				unit[k] += complex(real(v)/size, imag(v)/size)
			}
		}
		r.Spikes++
	}
	if r.Spikes < 2 {
		return nil, fmt.Errorf("spikes: %s: %d of %d spikes have a whole window of %g ms in the field; 2 or more are needed", call, r.Spikes, len(s), window)
	}
	m := float64(r.Spikes)
	for k := range half {
		a, u := vec.Hypot(real(sum[k]), imag(sum[k])), vec.Hypot(real(unit[k]), imag(unit[k]))
		square := float64(u * u)
		r.F = append(r.F, float64(k)*fs/float64(n))
		c := float64(a*a) / (m * power[k])
		if power[k] == 0 {
			c = 0
		}
		r.Coherence = append(r.Coherence, c)
		r.PPC = append(r.PPC, (square-m)/(m*(m-1)))
		r.Phase = append(r.Phase, upright(vec.Atan2(imag(unit[k]), real(unit[k]))))
		r.P = append(r.P, math.Min(1, vec.Exp(math.Sqrt(1+float64(4*m)+float64(4*(float64(m*m)-square)))-(1+float64(2*m)))))
	}
	return r, nil
}

// String names the frequency of the largest PPC.
func (r *SpikeField) String() string {
	best := 1
	for k := 1; k < len(r.F); k++ {
		if r.PPC[k] > r.PPC[best] {
			best = k
		}
	}
	return fmt.Sprintf("spike-field coupling of %d spikes: PPC up to %.4f at %.4g Hz (coherence %.4f), window %.4g ms", r.Spikes, r.PPC[best], r.F[best], r.Coherence[best], r.Window)
}

// Plot draws the coherence and the PPC over frequency.
func (r *SpikeField) Plot() *figure.Figure {
	x := figure.Axis{Label: "frequency", Unit: "Hz"}
	return &figure.Figure{Title: r.String(), Width: 18, Height: 8, Cols: 2, Panels: []figure.Panel{
		{X: x, Y: figure.Axis{Label: "spike-field coherence"}, Layers: []figure.Layer{
			{Kind: figure.Line, X: r.F, Y: r.Coherence, Color: "blue"},
			{Kind: figure.HLine, Y: []float64{1 / float64(max(r.Spikes, 1))}, Color: "grey", Dash: true},
		}},
		{X: x, Y: figure.Axis{Label: "PPC"}, Layers: []figure.Layer{
			{Kind: figure.Line, X: r.F, Y: r.PPC, Color: "blue"},
			{Kind: figure.HLine, Y: []float64{0}, Color: "grey", Dash: true},
		}},
	}}
}

// Show draws the figure; its text is String.
func (r *SpikeField) Show() display.Bundle {
	b := r.Plot().Show()
	b.Data[display.TypeText] = r.String()
	return b
}
