package signal

import (
	"fmt"
	"math"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// BandPower returns the power of x between lo and hi (Hz), in the signal's
// unit squared: Welch with NewWelch's options, then the trapezoid rule over
// the frequencies with lo <= F <= hi, both ends included.
//
// x are samples, fs their rate in Hz. With segments of 1024 samples
// frequencies are fs/1024 apart (1/duration for a shorter signal); a band with
// fewer than 2 of them is an error that says what to do. Further errors: those
// of Welch, and limits that are not 0 <= lo < hi <= fs/2. Peers:
// scipy.signal.welch and numpy.trapezoid.
func BandPower(x []float64, fs, lo, hi float64) (float64, error) {
	const call = "BandPower"
	if err := checkRate(call, fs); err != nil {
		return 0, err
	}
	if err := checkBand(call, lo, hi); err != nil {
		return 0, err
	}
	if hi > fs/2 {
		return 0, fmt.Errorf("signal: %s: hi %g Hz is above half the sampling rate (%g Hz)", call, hi, fs/2)
	}
	if err := checkSamples(call, "x", x); err != nil {
		return 0, err
	}
	s, err := Welch(x, fs, NewWelch())
	if err != nil {
		return 0, err
	}
	return s.power(call, lo, hi)
}

// Bands holds the power of a signal in the classical frequency bands, in the
// square of the signal's unit.
type Bands struct {
	Delta float64 // 1 to 4 Hz
	Theta float64 // 4 to 8 Hz
	Alpha float64 // 8 to 13 Hz
	Beta  float64 // 13 to 30 Hz
	Gamma float64 // 30 to 100 Hz, or to half the sampling rate if that is less
	// Limits are the limits of the five bands, from delta to gamma.
	Limits [5][2]float64 `unit:"Hz"`
	// Unit is the unit of the powers, such as "mV²"; set it to have it shown.
	Unit string
}

// bandLimits are the bands of the International Federation of Clinical
// Neurophysiology (Babiloni et al. 2020, Clin. Neurophysiol. 131:285), with
// delta from 1 Hz, above the drifts of most amplifiers, and gamma to 100 Hz.
var bandLimits = [5][2]float64{{1, 4}, {4, 8}, {8, 13}, {13, 30}, {30, 100}}

var bandNames = [5]string{"delta", "theta", "alpha", "beta", "gamma"}

// LFPFeatures returns the power of x in the bands delta (1 to 4 Hz), theta (4
// to 8), alpha (8 to 13), beta (13 to 30) and gamma (30 to 100), each as
// BandPower gives it; above 2048 Hz, where segments of 1024 samples are too
// short for the delta band, with segments of one second.
//
// x are samples, fs their rate in Hz. Where half the sampling rate is below
// 100 Hz gamma ends there, as Limits says. Errors: those of BandPower. Source
// of the limits: Babiloni et al. 2020, Clin. Neurophysiol. 131:285. Peers:
// scipy.signal.welch and numpy.trapezoid.
func LFPFeatures(x []float64, fs float64) (Bands, error) {
	const call = "LFPFeatures"
	if err := checkRate(call, fs); err != nil {
		return Bands{}, err
	}
	if err := checkSamples(call, "x", x); err != nil {
		return Bands{}, err
	}
	if fs <= 2*bandLimits[4][0] {
		return Bands{}, fmt.Errorf("signal: %s: sampling rate fs is %g Hz; gamma, from %g Hz, needs more than %g Hz (BandPower gives single bands)",
			call, fs, bandLimits[4][0], 2*bandLimits[4][0])
	}
	o := NewWelch()
	if fs > 2048 && len(x) > o.SegmentLen {
		o.SegmentLen = int(math.Min(math.Ceil(fs), float64(len(x))))
	}
	s, err := Welch(x, fs, o)
	if err != nil {
		return Bands{}, err
	}
	return s.bands(call, fs/2)
}

// Bands returns the power in the bands of LFPFeatures, of a power density; Unit is that of
// the powers. A band with fewer than 2 frequencies is an error, as is a spectrum that ends
// at 30 Hz or below.
func (s Spectrum) Bands() (Bands, error) {
	const call = "Spectrum.Bands"
	if len(s.F) == 0 || s.F[len(s.F)-1] <= bandLimits[4][0] {
		return Bands{}, fmt.Errorf("signal: %s: the spectrum must reach above %g Hz, where gamma begins (Power gives single bands)", call, bandLimits[4][0])
	}
	b, err := s.bands(call, s.F[len(s.F)-1])
	b.Unit = strings.TrimSuffix(s.Unit, "/Hz")
	if b.Unit == "1" {
		b.Unit = ""
	}
	return b, err
}

// bands returns the power in all bands up to a frequency.
func (s Spectrum) bands(call string, top float64) (Bands, error) {
	b := Bands{Limits: bandLimits}
	b.Limits[4][1] = min(b.Limits[4][1], top)
	var err error
	for i, p := range []*float64{&b.Delta, &b.Theta, &b.Alpha, &b.Beta, &b.Gamma} {
		if *p, err = s.power(call, b.Limits[i][0], b.Limits[i][1]); err != nil {
			return Bands{}, fmt.Errorf("%w (%s)", err, bandNames[i])
		}
	}
	return b, nil
}

// Total returns the sum of the five powers.
func (b Bands) Total() float64 { return b.Delta + b.Theta + b.Alpha + b.Beta + b.Gamma }

// Table returns one row per band: its limits, power and share of the total.
func (b Bands) Table() table.Table {
	power := []float64{b.Delta, b.Theta, b.Alpha, b.Beta, b.Gamma}
	lo, hi, share := make([]float64, 5), make([]float64, 5), make([]float64, 5)
	for i, p := range power {
		lo[i], hi[i] = b.Limits[i][0], b.Limits[i][1]
		share[i] = 100 * p / b.Total()
	}
	return table.Table{Cols: []table.Col{
		{Name: "band", Text: bandNames[:]},
		{Name: "from", Unit: "Hz", Num: lo},
		{Name: "to", Unit: "Hz", Num: hi},
		{Name: "power", Unit: b.Unit, Num: power},
		{Name: "share", Unit: "%", Num: share},
	}}
}

// Show shows the table of bands.
func (b Bands) Show() display.Bundle { return b.Table().Show() }
