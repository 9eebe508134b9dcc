package session

import (
	"context"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/neurorepl/neurorepl/internal/patience"
)

// pollsSetUp makes data of any size.
const pollsSetUp = `import "path/filepath"
func noise(n int) []float64 {
	x, s := make([]float64, n), uint64(1)
	for i := range x {
		s = s*6364136223846793005 + 1442695040888963407
		x[i] = float64(s>>11)/(1<<53) - 0.5
	}
	return x
}
func train(n int) neuro.Spikes {
	s := make(neuro.Spikes, n)
	for i := range s {
		s[i] = float64(i) + 0.3*math.Sin(float64(i*i))
	}
	return s
}
func rows(n, k int) [][]float64 {
	x, all := make([][]float64, n), noise(n*k)
	for i := range x {
		x[i] = all[i*k : (i+1)*k]
	}
	return x
}
func labels(n, k int) []int {
	y := make([]int, n)
	for i := range y {
		y[i] = i * i % k
	}
	return y
}`

// TestLibraryPolls interrupts calls of the library that would take seconds to
// hours. Within 300 ms the session answers, and the calls themselves end: the
// goroutines are as many as before.
func TestLibraryPolls(t *testing.T) {
	b := open(t)
	b.do(t, pollsSetUp)
	b.do(t, "dir := "+strconv.Quote(t.TempDir()))
	for _, c := range []struct{ ready, call string }{
		{"", "neuron.NewHH().Simulate(stim.Const(10), 1e5, 0.001)"},
		{"", "neuron.NewLIF().Simulate(stim.Const(2.5), 1e6, 0.01)"},
		{"", "neuron.NewAdEx().Simulate(stim.Const(800), 1e5, 0.01)"},
		{"", "neuron.Rheobase(neuron.NewHH(), 0, 50, 1e-9, 1, 1e4, 0.001)"},
		{"amps := make([]float64, 1000)", "neuron.FICurve(neuron.NewHH(), amps, 1e5, 0.01)"},
		{"m, err := model.Parse(\"dv/dt = (I - v)/(10*ms) : 1\\nI : 1\", model.Options{})", "m.Simulate(stim.Const(1), 1e6, 0.01)"},
		{"pop, err := m.Population(100_000, 0.1)", "pop.Run(1e5, model.RecordOptions{})"},
		{"", "m.CheckWith(stim.Const(1), 1e5, 0.01)"},
		{"net := network.Network{Populations: []network.Population{{Name: \"a\", N: 20_000, Cell: m}}, Projections: []network.Projection{{From: \"a\", Rule: network.FixedInDegree(10_000), Receptor: \"v\", Weight: \"rand()\"}}}", "net.Build()"},
		{"net.Projections[0].Rule = network.FixedInDegree(10); sim, err := net.Build()", "sim.Run(1e6, network.RecordOptions{})"},
		{"x := make([]float64, 1<<23)", "signal.Welch(x, 1000, signal.WelchOptions{SegmentLen: 4096, Overlap: 4095})"},
		{"x, y := noise(1<<23), make([]float64, 1<<23)\nfor i := range y { y[i] = x[i] * x[i] }", "signal.Coherence(x, y, 1000, signal.WelchOptions{SegmentLen: 4096, Overlap: 4095})"},
		{"x := noise(1<<20)", "for { if _, err := signal.Hilbert(x); err != nil { break } }"},
		{"", "signal.Spectrogram(x, 1000, signal.WelchOptions{SegmentLen: 1024, Overlap: 1020})"},
		{"fr := make([]float64, 500)\nfor i := range fr { fr[i] = float64(i)*0.5 + 1 }", "signal.Scalogram(x, 1000, fr, 7)"},
		{"bands := make([][2]float64, 30)\nfor i := range bands { bands[i] = [2]float64{float64(i) + 2, float64(i) + 4} }", "signal.Comodulogram(x, 1000, bands, bands)"},
		{"chans := rows(12, 1<<17)", "for { if _, err := signal.FitVAR([][][]float64{chans}, 1000, signal.VAROptions{Order: 20}); err != nil { break } }"},
		{"short := [][][]float64{rows(3, 500), rows(3, 500)}", "signal.DirectedSurrogates(short, 1000, signal.VAROptions{Order: 5}, \"granger\", 10, 100, signal.SurrogateOptions{N: 1_000_000})"},
		{"", "for { if _, err := signal.GrangerNonparametric(short, 1000, \"\", signal.MultitaperOptions{}); err != nil { break } }"},
		{"", "signal.PhaseAmplitude(chans[:2], 1000, [][2]float64{{4, 8}}, [][2]float64{{60, 100}}, signal.PACOptions{Surrogates: 1_000_000})"},
		{"", "for { if _, err := signal.Ripples(chans, 1000, signal.RippleOptions{}); err != nil { break } }"},
		{"", "for { if _, err := signal.Spindles(chans[0], 1000, signal.SpindleOptions{}); err != nil { break } }"},
		{"", "for { if _, err := signal.Bursts(chans[0], 1000, 15, 25, signal.BurstOptions{}); err != nil { break } }"},
		{"x := make([]float64, 1<<24)\nf, err := signal.Butter(8, \"band\", 1000, 8, 12)", "f.FiltFilt(x)"},
		{"a, b := train(200_000), train(200_001)", "spikes.VictorPurpura(a, b, 1e-5)"},
		{"a, b := train(1_000_000), train(1_000_001)", "spikes.CrossCorrelogram(a, b, 1, 50_000)"},
		{"", "spikes.CorrelogramTest(a, b, 1, 50, 0.05, spikes.SurrogateOptions{N: 9999})"},
		{"dense := neuro.Raster{T1: 2e5}\nfor range 200 { dense.Trains = append(dense.Trains, a[:100_000]) }", "spikes.Matrix(dense, \"victor-purpura\", 0.001)"},
		{"", "spikes.Matrix(dense, \"spike\", 0)"},
		{"", "spikes.CountCorrelation(dense, 1)"},
		{"", "spikes.KernelRates(dense, 1, spikes.KernelOptions{Sigma: 4000})"},
		{"", "spikes.AdaptiveRate(a, 1, 0, 1e6, 20_000)"},
		{"", "for { if _, err := spikes.LocalRate(a[:2000], 1, 0, 2000); err != nil { break } }"},
		{"", "spikes.OptimalBin(dense.Trains, 0, 2e5, 100_000)"},
		{"", "spikes.ShiftPredictor(dense.Trains, dense.Trains, 1, 1000)"},
		{"bursty := train(100_000)\nfor i := range bursty { if i > 75_000 { bursty[i] += float64(i-75_000) } }", "spikes.FindBursts(bursty, spikes.BurstOptions{Method: \"rank-surprise\"})"},
		{"two := make([]neuro.Raster, 50)\nfor i := range two { two[i] = neuro.Raster{Trains: dense.Trains[:2], T1: 2e5} }", "spikes.UnitaryEvents(two, spikes.UnitaryOptions{Expected: \"surrogate\", N: 1000})"},
		{"", "spikes.Poisson(300, 0, 1e8, 0, 1)"},
		{"", "spikes.Hawkes([]float64{100}, [][]float64{{0.9}}, 10, 0, 3e7, 1)"},
		{"", "spikes.MultipleInteraction(0.2, spikes.CorrelatedOptions{N: 1000, Rate: 20, T1: 1e6})"},
		{"", "spikes.SurrogateTest(a, func(s neuro.Spikes) float64 { return s[0] }, spikes.SurrogateOptions{N: 100_000})"},
		{"trials := make([]neuro.Spikes, 5000)\nfor i := range trials { trials[i] = a[:20_000] }", "spikes.PSTH(trials, 0.1, 0, 20000)"},
		{"", "spikes.PopulationRate(neuro.Raster{Trains: trials[:5], T0: 0, T1: 20000}, 0.1, 5000)"},
		{"t := make([]float64, 1<<12)\nfor i := range t { t[i] = float64(i) }", "spikes.PlaceField(t, noise(1<<12), noise(1<<12), a[:1000], spikes.PlaceOptions{Bin: 0.001, Sigma: 0.1})"},
		{"x, s := make([]float64, 1<<20), train(1<<19)", "spikes.STA(x, 1000, s, 100_000, 100_000)"},
		{"w := rows(500, 500)\npre, post := make([]neuro.Spikes, 500), make([]neuro.Spikes, 500)\nfor i := range pre { pre[i], post[i] = train(4000), train(4000) }", "plasticity.NewSTDP().Update(w, pre, post)"},
		{"", "plasticity.Window(plasticity.NewTriplet(), noise(1<<16), 0.5, 1000, 10)"},
		{"v := neuro.Trace{Dt: 0.01, Unit: \"mV\", Y: noise(1<<23)}", "plasticity.NewClopath().Run(0.5, train(1000), v)"},
		{"x, y := rows(10_000, 200), labels(10_000, 7)", "for { if _, err := decode.NewLogistic().Fit(x, y); err != nil { break } }"},
		{"x, y := rows(5_000, 50), labels(5_000, 3)", "decode.CrossValidate(decode.NewLogistic(), x, y, 100, 1)"},
		{"", "decode.PermutationTest(decode.NewLogistic(), x, y, decode.Split{Folds: 10, Seed: 1}, 100)"},
		{"group := labels(5000, 71)", "decode.LeaveOneGroupOut(decode.NewLogistic(), x, y, group)"},
		{"x, y := noise(50_000), noise(50_000)", "info.KSG(x, y, 2000)"},
		{"d, y := rows(2000, 1000), rows(2000, 3000)", "fmri.Betas(d, y)"},
		{"bold, events := noise(10_000), []fmri.Event{}\nfor i := range 450 { events = append(events, fmri.Event{Onset: float64(i)*40, Type: fmt.Sprint(i%9)}) }", "fmri.FIR(bold, 2, events, fmri.ResponseOptions{After: 300})"},
		{`values := noise(64*64*30*80)
for i := range values { values[i] += 100 }
im, err := nifti.New([]int{64, 64, 30, 80}, [4][4]float64{{2}, {0, 2}, {0, 0, 2}, {3: 1}}, values)
big := filepath.Join(dir, "big.nii.gz")`, "for { if err := nifti.Write(big, im); err != nil { break } }"},
		{"im.TR = 2\nd, err := fmri.NewDesign(80, 2, []fmri.Event{{Onset: 10, Type: \"a\"}, {Onset: 40, Type: \"b\"}, {Onset: 100, Type: \"a\"}}, fmri.DesignOptions{Drift: \"none\"})", "for { if _, err := fmri.Fit(im, nil, d, fmri.GLMOptions{}); err != nil { break } }"},
		{"", "for { if _, err := fmri.Fit(im, nil, d, fmri.GLMOptions{Noise: \"ar1\"}); err != nil { break } }"},
		{"", "for { if _, err := fmri.Fit(im, nil, d, fmri.GLMOptions{Noise: \"ar1-nilearn\"}); err != nil { break } }"},
		{"glm, err := fmri.Fit(im, nil, d, fmri.GLMOptions{})", "for { if _, err := glm.Residuals(im); err != nil { break } }"},
		{"", "for { if _, err := imaging.Smooth(im, 9, imaging.SmoothOptions{}); err != nil { break } }"},
		{"", "fmri.Realign(im, fmri.RealignOptions{})"},
		{"times := make([]float64, 30)\nfor i := range times { times[i] = 2*float64(i*7%30)/30 }", "for { if _, err := fmri.SliceTiming(im, times, fmri.SliceTimingOptions{}); err != nil { break } }"},
		{"", "for { if _, err := fmri.CleanImage(im, nil, fmri.CleanOptions{}); err != nil { break } }"},
		{"maps := []*nifti.Image{im}", "for { if _, err := fmri.FitGroup(maps, nil, fmri.OneSample(80), fmri.GroupOptions{}); err != nil { break } }"},
		{"group, err := fmri.FitGroup(maps, nil, fmri.OneSample(80), fmri.GroupOptions{})", "group.Permute(\"mean\", fmri.PermuteOptions{N: 100_000, TFCE: true})"},
		{"", "group.Permute(\"mean\", fmri.PermuteOptions{N: 100_000, ClusterP: -1})"},
		{"", "for { if _, err := group.RandomField(\"mean\", fmri.RandomFieldOptions{}); err != nil { break } }"},
		{"err := nifti.Write(big, im)", "for { if im, err := nifti.Read(big); err != nil || im.Volume(79)[0] < 0 { break } }"},
		{"", "behavior.NewDDM().Simulate(1_000_000, 1e-4, 1)"},
		{"dose, resp := make([]float64, 200_000), make([]float64, 200_000)\nfor i := range dose { dose[i] = float64(i%100 + 1); resp[i] = 100*dose[i]/(dose[i] + 20) + bold[i%10_000] }", "pharm.FitDoseResponse(dose, resp, pharm.DoseOptions{})"},
		{"t, c := make([]float64, 100_000), make([]float64, 100_000)\nfor i := range c { t[i], c[i] = float64(i), math.Exp(-float64(i)*1e-5) }", "pharm.NCA(t, c, 100, pharm.NCAOptions{})"},
		{"level, correct, total := make([]float64, 100_000), make([]int, 100_000), make([]int, 100_000)\nfor i := range level { level[i], correct[i], total[i] = float64(i%100 + 1), 5 + i%100/20, 10 }", "behavior.FitPsychometric(level, correct, total, behavior.PsychometricOptions{})"},
		{"", "for { if _, err := behavior.FitPsychometricBayes([]float64{1, 2, 3, 4, 5}, []int{10, 12, 15, 19, 20}, []int{20, 20, 20, 20, 20}, behavior.PsychometricBayesOptions{}); err != nil { break } }"},
		{"answers := make([][]int, 20_000)\nfor i := range answers { answers[i] = make([]int, 60); for k := range answers[i] { answers[i][k] = (i*(i+k*k)/7 + i/331) % 2 } }", "for { if _, err := behavior.FitIRT(answers, behavior.IRTOptions{}); err != nil { break } }"},
		{"", "for { if _, err := behavior.FitRasch(answers, nil); err != nil { break } }"},
		{"d, err := behavior.NewDDM().Simulate(20_000, 1e-3, 1)", "for { if _, err := behavior.FitDDM(d.RT, d.Upper, behavior.DDMFitOptions{}); err != nil { break } }"},
		{"truth := make([][]float64, 10_000)\nfor i := range truth { truth[i] = []float64{0.3, 2} }", "behavior.RecoverParameters(behavior.QModel(behavior.QOptions{}), truth, behavior.Bandit(500, 0.2, 0.8), behavior.LearningFitOptions{}, 1)"},
		{"", "for { if _, err := stats.FitMixture(rows(50_000, 8), stats.MixtureOptions{}); err != nil { break } }"},
		{"spiking := make([]neuro.Raster, 30)\nfor i := range spiking { spiking[i] = neuro.Raster{Trains: make([]neuro.Spikes, 60), T1: 2000}; for k := range spiking[i].Trains { spiking[i].Trains[k] = train(2000 - 7*k) } }", "for { if _, err := (decode.GPFA{Factors: 8, Segment: 100}).Fit(spiking); err != nil { break } }"},
		{"", "for { if _, err := spikes.DetectMany(rows(16, 1<<18), 30000, \"uV\", spikes.ArrayOptions{}); err != nil { break } }"},
		{"", "spikes.SimulateSession(spikes.SessionOptions{Dur: 2e4, Place: 1000})"},
		{"", "calcium.DeconvolveAll(rows(2000, 20_000), 30, calcium.DeconvolveOptions{})"},
		{"some := make([]pharm.Subject, 300)\nfor i := range some { some[i] = pharm.Subject{ID: fmt.Sprint(i), Doses: []pharm.Dose{{Amount: 300}}, T: []float64{1, 2, 4, 8, 16, 24}} }\nsome, err := pharm.PopulationModel{Typical: pharm.Compartments{CL: 3, V: 30}, Random: []string{\"CL\", \"V\"}, Omega: [][]float64{{0.1, 0}, {0, 0.1}}, Additive: 0.2}.Simulate(some, 1)", "for { if _, err := pharm.FitPopulation(some, pharm.PopulationOptions{}); err != nil { break } }"},
		{"", "pharm.TTX().Firing(neuron.NewHH(), []float64{0, 1, 2}, amps, 1e5, 0.01)"},
	} {
		if r := b.do(t, c.ready); r.Err != nil {
			t.Fatalf("%s: %v", c.ready, r.Err)
		}
		again := 2 // a busy machine may be late once
	run:
		before := runtime.NumGoroutine()
		ctx, cancel := context.WithCancel(context.Background())
		var told patience.Watch
		time.AfterFunc(100*time.Millisecond, func() { told = patience.Start(); cancel() })
		r := b.Run(ctx, Cell{Text: c.call})
		took := told.Took()
		if r.Err == nil || r.Err.Kind != KindInterrupt {
			t.Errorf("%s: %v", c.call, r.Err)
			continue
		}
		for runtime.NumGoroutine() > before && told.Took() < 10*time.Second {
			time.Sleep(time.Millisecond)
		}
		ended, late := told.Took(), told.Late(300*time.Millisecond)
		if n := runtime.NumGoroutine(); n > before {
			t.Errorf("%s: %d goroutines became %d", c.call, before, n)
		} else if late {
			if again--; again >= 0 {
				time.Sleep(time.Second)
				goto run
			}
			t.Errorf("%s: the session answered after %v, and the call ended after %v", c.call, took, ended)
		}
		t.Logf("%-70.70s answered after %v, ended after %v", c.call, took.Round(time.Millisecond), ended.Round(time.Millisecond))
	}
}
