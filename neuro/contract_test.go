package neuro_test

import (
	"testing"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/behavior"
	"github.com/neurorepl/neurorepl/neuro/decode"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/fmri"
	"github.com/neurorepl/neurorepl/neuro/info"
	"github.com/neurorepl/neurorepl/neuro/neuron"
	"github.com/neurorepl/neurorepl/neuro/nifti"
	"github.com/neurorepl/neurorepl/neuro/pharm"
	"github.com/neurorepl/neurorepl/neuro/plasticity"
	"github.com/neurorepl/neurorepl/neuro/plot"
	"github.com/neurorepl/neurorepl/neuro/signal"
	"github.com/neurorepl/neurorepl/neuro/spikes"
	"github.com/neurorepl/neurorepl/neuro/stats"
	"github.com/neurorepl/neurorepl/neuro/stim"
)

// The names and signatures that users' scripts rely on from the first version.
// This file fails to compile when one of them changes.
var (
	_                           = neuro.Trace{Name: "", Unit: "", T0: 0, Dt: 0, Y: []float64{}}
	_                           = neuro.Spikes([]float64{})
	_                           = neuro.Raster{Trains: []neuro.Spikes{}, T0: 0, T1: 0}
	_ func(neuro.Trace) float64 = neuro.Trace.FS

	_ interface {
		Fill([]float64, float64, float64)
	} = stim.Stimulus(nil)
	_ stim.Stimulus = stim.Const(1)
	_ stim.Stimulus = stim.Step(1, 2, 3)
	_ stim.Stimulus = stim.Ramp(0, 1, 2, 3)
	_ stim.Stimulus = stim.Sine(1, 2, 3)
	_ stim.Stimulus = stim.OU(0, 1, 2, uint64(3))
	_ stim.Stimulus = stim.Pulses(1, 2, 3, 4)
	_ stim.Stimulus = stim.Func(func(t float64) float64 { return t })
	_ stim.Stimulus = stim.Sum(stim.Const(1), stim.Const(2))

	_ func() neuron.HH                                                                        = neuron.NewHH
	_                                                                                         = neuron.HH{C: 1, GNa: 1, GK: 1, GL: 1, ENa: 1, EK: 1, EL: 1}
	_ [6]func(neuron.HH, float64) float64                                                     = [6]func(neuron.HH, float64) float64{neuron.HH.AlphaN, neuron.HH.BetaN, neuron.HH.AlphaM, neuron.HH.BetaM, neuron.HH.AlphaH, neuron.HH.BetaH}
	_ func(neuron.HH, float64) neuron.HHState                                                 = neuron.HH.SteadyState
	_                                                                                         = neuron.HHState{V: 0, N: 0, M: 0, H: 0}
	_ func(neuron.HH, neuron.HHState, float64, float64) neuron.HHState                        = neuron.HH.Step
	_ func() neuron.LIF                                                                       = neuron.NewLIF
	_                                                                                         = neuron.LIF{C: 1, GL: 1, EL: 1, VTh: 1, VReset: 1, TauRef: 1}
	_ func(neuron.HH, stim.Stimulus, float64, float64) (*neuron.Result, error)                = neuron.HH.Simulate
	_ func(neuron.LIF, stim.Stimulus, float64, float64) (*neuron.Result, error)               = neuron.LIF.Simulate
	_                                                                                         = neuron.Result{V: neuro.Trace{}, Spikes: neuro.Spikes{}, States: []neuro.Trace{}, Dur: 0}
	_ func(*neuron.Result) int                                                                = (*neuron.Result).Count
	_ func(*neuron.Result) float64                                                            = (*neuron.Result).Rate
	_ func(neuron.Model, []float64, float64, float64) (*neuron.FI, error)                     = neuron.FICurve
	_                                                                                         = neuron.FI{Amp: []float64{}, Rate: []float64{}}
	_ [2]neuron.Model                                                                         = [2]neuron.Model{neuron.NewHH(), neuron.NewLIF()}
	_ func() plasticity.STDP                                                                  = plasticity.NewSTDP
	_                                                                                         = plasticity.STDP{APlus: 1, AMinus: 1, TauPlus: 1, TauMinus: 1, Window: 1, WMin: 0, WMax: 1}
	_ func(plasticity.STDP, float64) float64                                                  = plasticity.STDP.Kernel
	_ func(plasticity.STDP, [][]float64, []neuro.Spikes, []neuro.Spikes) ([][]float64, error) = plasticity.STDP.Update
	_ func([]float64, []float64, float64) [][]float64                                         = plasticity.Hebb
	_ func([]float64, []float64, float64, float64) []float64                                  = plasticity.Oja
	_ func() signal.WelchOptions                                                              = signal.NewWelch
	_                                                                                         = signal.WelchOptions{Window: "hann", SegmentLen: 1, Overlap: 1, Detrend: "constant"}
	_ func([]float64, float64, signal.WelchOptions) (*signal.Spectrum, error)                 = signal.Welch
	_                                                                                         = signal.Spectrum{F: []float64{}, P: []float64{}, Unit: ""}
	_ func([]float64, float64, float64, float64) (float64, error)                             = signal.BandPower
	_ func([]float64, float64) (signal.Bands, error)                                          = signal.LFPFeatures
	_                                                                                         = signal.Bands{Delta: 0, Theta: 0, Alpha: 0, Beta: 0, Gamma: 0}
	_ func([]float64, []float64, float64, signal.WelchOptions) (*signal.Spectrum, error)      = signal.Coherence
	_ func(int, string, float64, ...float64) (signal.SOS, error)                              = signal.Butter
	_ func(signal.SOS, []float64) ([]float64, error)                                          = signal.SOS.FiltFilt
	_ func([]float64) ([]complex128, error)                                                   = signal.Hilbert
	_ func() spikes.DetectOptions                                                             = spikes.NewDetect
	_                                                                                         = spikes.DetectOptions{Threshold: -4, Noise: "mad", Refractory: 1}
	_ func([]float64, float64, spikes.DetectOptions) (neuro.Spikes, error)                    = spikes.Detect
	_ func(neuro.Spikes, float64, float64, float64) (neuro.Trace, error)                      = spikes.Rate
	_ func(neuro.Spikes) []float64                                                            = spikes.ISI
	_ [3]func(neuro.Spikes) (float64, error)                                                  = [3]func(neuro.Spikes) (float64, error){spikes.CV, spikes.LV, spikes.CV2}
	_ func([]neuro.Spikes, float64, float64) (float64, error)                                 = spikes.Fano
	_ func(neuro.Spikes, neuro.Spikes, float64, float64, float64) (float64, error)            = spikes.STTC
	_ [2]func(neuro.Spikes, neuro.Spikes, float64) float64                                    = [2]func(neuro.Spikes, neuro.Spikes, float64) float64{spikes.VictorPurpura, spikes.VanRossum}
	_ func([]int, []int) (float64, error)                                                     = info.Mutual
	_ func([]float64, []float64, int) (float64, error)                                        = info.KSG
	_ func() decode.Logistic                                                                  = decode.NewLogistic
	_                                                                                         = decode.Logistic{C: 1}
	_ func(decode.Logistic, [][]float64, []int) (*decode.LogisticFit, error)                  = decode.Logistic.Fit
	_                                                                                         = decode.LogisticFit{Classes: []int{}, Coef: [][]float64{}, Intercept: []float64{}}
	_ func(*decode.LogisticFit, [][]float64) []int                                            = (*decode.LogisticFit).Predict
	_ func(*decode.LogisticFit, [][]float64) [][]float64                                      = (*decode.LogisticFit).Proba
	_ func(*decode.LogisticFit, [][]float64, []int) float64                                   = (*decode.LogisticFit).Score
	_ func(decode.Model, [][]float64, []int, int, uint64) (*decode.Scores, error)             = decode.CrossValidate
	_                                                                                         = decode.Scores{Accuracy: []float64{}}
	_ func(*decode.Scores) float64                                                            = (*decode.Scores).Mean
	_ decode.Model                                                                            = decode.NewLogistic()
	_ func(string) (*nifti.Image, error)                                                      = nifti.Read
	_                                                                                         = nifti.Image{Shape: []int{}, Affine: [4][4]float64{}, TR: 2}
	_ func(*nifti.Image, int, int, int, int) float64                                          = (*nifti.Image).At
	_ func(string, *nifti.Image) error                                                        = nifti.Write
	_ func(float64, float64) []float64                                                        = fmri.SPMHRF
	_ func([]float64) (fmri.MotionParams, error)                                              = fmri.Motion
	_ func(string, string) ([][]float64, error)                                               = fmri.ReadMotion
	_ func([][]float64, float64) ([]float64, error)                                           = fmri.FramewiseDisplacement
	_ func([][]float64, [][]float64) ([][]float64, error)                                     = fmri.Betas
	_ func(*nifti.Image, *nifti.Image) ([]float64, error)                                     = fmri.ROI
	_ func(string) ([]fmri.Event, error)                                                      = fmri.ReadEvents
	_ func(int, float64, []fmri.Event, fmri.DesignOptions) (*fmri.Design, error)              = fmri.NewDesign
	_                                                                                         = fmri.DesignOptions{HRF: "spm", Drift: "cosine", HighPass: .01}
	_                                                                                         = fmri.Design{Names: []string{}, X: [][]float64{}}
	_ func(*nifti.Image, *nifti.Image, *fmri.Design, fmri.GLMOptions) (*fmri.GLM, error)      = fmri.Fit
	_                                                                                         = fmri.GLMOptions{Noise: "ols"}
	_ func(*fmri.GLM, string) (*fmri.Map, error)                                              = (*fmri.GLM).Contrast
	_                                                                                         = fmri.Map{Effect: []float64{}, Var: []float64{}, T: []float64{}, Z: []float64{}, P: []float64{}}
	_ func(*fmri.Map, string) *nifti.Image                                                    = (*fmri.Map).Image
	_ [2]func([]float64, float64) (float64, []bool)                                           = [2]func([]float64, float64) (float64, []bool){stats.FDR, stats.Bonferroni}
	_ func(int, int, int, int) (behavior.SDT, error)                                          = behavior.DPrime
	_                                                                                         = behavior.SDT{DPrime: 0, C: 0, Beta: 0, APrime: 0}
	_ func(int, int, int, int, string) (behavior.SDT, error)                                  = behavior.DPrimeCorrected
	_ func(float64, float64, float64, float64) float64                                        = pharm.Hill
	_ interface{ Show() display.Bundle }                                                      = display.Shower(nil)
	_ func(...any)                                                                            = display.Show
	_ [5]func(string) display.Bundle                                                          = [5]func(string) display.Bundle{display.HTML, display.SVG, display.Markdown, display.Latex, display.Text}
	_ func(any) display.Bundle                                                                = display.JSON
	_ func([]byte) display.Bundle                                                             = display.PNG
	_ func(bool)                                                                              = display.Clear
	_ func(string, any)                                                                       = display.Update
	_ func(...neuro.Trace) *plot.Figure                                                       = plot.Trace
	_ func(neuro.Raster) *plot.Figure                                                         = plot.Raster
	_ func([][]float64) *plot.Figure                                                          = plot.Heat
	_ [2]func([]float64, []float64) *plot.Figure                                              = [2]func([]float64, []float64) *plot.Figure{plot.Line, plot.Scatter}
	_ func([]float64) *plot.Figure                                                            = plot.Hist
	_ func(*plot.Figure, string) error                                                        = (*plot.Figure).Save
)

// TestResultsShow checks that what the library returns shows itself.
func TestResultsShow(t *testing.T) {
	for _, v := range []any{
		neuro.Trace{Name: "V", Unit: "mV", Dt: 1, Y: []float64{1, 2}}, neuro.Spikes{1}, neuro.Raster{T1: 1},
		&neuron.Result{V: neuro.Trace{Dt: 1}}, &neuron.FI{}, plasticity.NewSTDP(),
		&signal.Spectrum{}, signal.Bands{}, &decode.LogisticFit{}, &decode.Scores{}, &nifti.Image{}, &fmri.Design{}, &fmri.Map{},
		behavior.SDT{}, &plot.Figure{},
	} {
		if _, ok := v.(display.Shower); !ok {
			t.Errorf("%T does not show itself", v)
			continue
		}
		if b := display.Of(v); len(b.Data) == 0 || b.Text() == "" {
			t.Errorf("%T shows nothing", v)
		}
	}
}
