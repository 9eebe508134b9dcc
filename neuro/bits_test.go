package neuro_test

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"flag"
	"fmt"
	"hash/fnv"
	"math"
	"os"
	"reflect"
	"runtime"
	"testing"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/behavior"
	"github.com/neurorepl/neurorepl/neuro/calcium"
	"github.com/neurorepl/neurorepl/neuro/dataset"
	"github.com/neurorepl/neurorepl/neuro/decode"
	"github.com/neurorepl/neurorepl/neuro/eeg"
	"github.com/neurorepl/neurorepl/neuro/fmri"
	"github.com/neurorepl/neurorepl/neuro/info"
	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/internal/rng"
	"github.com/neurorepl/neurorepl/neuro/neuron"
	"github.com/neurorepl/neurorepl/neuro/pharm"
	"github.com/neurorepl/neurorepl/neuro/plasticity"
	"github.com/neurorepl/neurorepl/neuro/signal"
	"github.com/neurorepl/neurorepl/neuro/spikes"
	"github.com/neurorepl/neurorepl/neuro/stats"
	"github.com/neurorepl/neurorepl/neuro/stim"
	"github.com/neurorepl/neurorepl/neuro/synapse"
)

var update = flag.Bool("update", false, "write testdata/bits.json anew")

// rows are one computation for each part of the library, on fixed inputs. Each
// returns a value whose floating-point content is hashed bit by bit.
var rows = []struct {
	name string
	run  func() (any, error)
}{
	{"hh", func() (any, error) {
		return neuron.NewHH().Simulate(stim.Sum(stim.Step(8, 5, 90), stim.OU(0, 2, 3, 1), stim.Sine(1, 40, 0.3)), 100, 0.01)
	}},
	{"population", func() (any, error) {
		m := pharm.PopulationModel{
			Typical: pharm.Compartments{CL: 4, V: 15, Q2: 6, V2: 40, Ka: 1.5}, Random: []string{"CL", "V"},
			Omega: [][]float64{{0.09, 0.03}, {0.03, 0.06}}, Additive: 0.02, Proportional: 0.1,
		}
		var subjects []pharm.Subject
		for i := range 12 {
			subjects = append(subjects, pharm.Subject{ID: fmt.Sprint(i), Doses: []pharm.Dose{{Amount: 100, Oral: true}}, T: []float64{0.5, 1, 2, 4, 8, 12, 24}})
		}
		drawn, err := m.Simulate(subjects, 1)
		if err != nil {
			return nil, err
		}
		f, err := pharm.FitPopulation(drawn, pharm.PopulationOptions{Compartments: 2, Residual: "combined", Random: []string{"CL", "V"}, Full: true})
		if err != nil {
			return nil, err
		}
		return append(append([]float64{f.OFV}, f.Estimate...), f.SE...), nil
	}},
	{"eeg", func() (any, error) {
		var channels []eeg.Channel
		var x [][]float64
		r := rng.New(4, 0)
		for _, name := range []string{"Fz", "Cz", "Pz", "C3", "C4", "Oz", "T7", "T8"} {
			channels = append(channels, eeg.Channel{Name: name, Kind: "EEG", Unit: "uV", FS: 200})
			y, last := make([]float64, 12001), 0.0
			for i := range y {
				last = float64(0.95*last) + r.Norm()
				y[i] = last
			}
			x = append(x, y)
		}
		rec, err := eeg.New(channels, x)
		if err != nil {
			return nil, err
		}
		bad, err := rec.FindBad(eeg.BadOptions{})
		if err != nil {
			return nil, err
		}
		if err := rec.SetBad("C3"); err != nil {
			return nil, err
		}
		if rec, err = rec.Interpolate(eeg.SplineOptions{}); err != nil {
			return nil, err
		}
		if rec, err = rec.Rereference(); err != nil {
			return nil, err
		}
		var events []eeg.Event
		for k := range 50 {
			events = append(events, eeg.Event{Time: 1 + float64(k)*1.1, Name: []string{"a", "b"}[k%2]})
		}
		ep, err := rec.Epochs(eeg.EpochOptions{Events: events})
		if err != nil {
			return nil, err
		}
		out := []any{bad}
		for _, o := range []eeg.BandOptions{{}, {Method: "bootstrap", Draws: 203}, {Simultaneous: true, Draws: 203}} {
			b, err := ep.Band(o)
			if err != nil {
				return nil, err
			}
			d, err := b.Mean.CSD(eeg.SplineOptions{})
			if err != nil {
				return nil, err
			}
			g, err := d.GFP()
			if err != nil {
				return nil, err
			}
			out = append(out, b, d, g)
		}
		a, err := ep.Of("a")
		if err != nil {
			return nil, err
		}
		b, err := ep.Of("b")
		if err != nil {
			return nil, err
		}
		d, err := eeg.DifferenceBand(a, b, eeg.BandOptions{})
		return append(out, d), err
	}},
	{"meg", func() (any, error) { // a pattern of noise taken out of sensors of a helmet, and the map of what is left
		r := rng.New(11, 0)
		e := &eeg.Evoked{FS: 600, T0: -0.1}
		p := eeg.Projector{Kind: "SSP", Vectors: make([][]float64, 2)}
		for k := range 40 {
			y, z := float64(k%8-4)/4.5, float64(k/8-2)/3.5
			at := []float64{100 * y, 10 + float64(110*z), 40 + float64(90*(1-float64(y*y)-float64(z*z)))}
			e.Channels = append(e.Channels, eeg.Channel{Name: fmt.Sprint("m", k), Kind: "MEG", Coil: "magnetometer", Unit: "T", FS: 600, Position: at})
			x := make([]float64, 61)
			for i := range x {
				x[i] = 1e-13 * r.Norm()
			}
			e.X, p.Channels = append(e.X, x), append(p.Channels, fmt.Sprint("m", k))
			p.Vectors[0], p.Vectors[1] = append(p.Vectors[0], at[1]), append(p.Vectors[1], r.Norm())
		}
		clean, err := e.Project(eeg.Projectors{p})
		if err != nil {
			return nil, err
		}
		f, err := clean.Topomaps(-0.05)
		return []any{clean.X, f}, err
	}},
	{"lif", func() (any, error) { return neuron.NewLIF().Simulate(stim.OU(2.1, 0.8, 5, 2), 500, 0.1) }},
	{"cells", func() (any, error) {
		var out []*neuron.Result
		in := stim.OU(1.5, 1, 5, 3)
		for _, c := range []struct {
			m  neuron.Model
			in stim.Stimulus
			dt float64
		}{
			{neuron.NewAdEx(), stim.OU(700, 200, 5, 3), 0.1}, {neuron.NewIzhikevich(), stim.OU(8, 4, 5, 3), 0.1},
			{neuron.NewTraubMiles(), in, 0.02}, {neuron.NewWangBuzsaki(), in, 0.02},
		} {
			r, err := c.m.Simulate(c.in, 100, c.dt)
			if err != nil {
				return nil, err
			}
			r.In = nil
			out = append(out, r)
		}
		return out, nil
	}},
	{"features", func() (any, error) {
		r, err := neuron.NewHH().Simulate(stim.Step(10, 20, 90), 100, 0.01)
		if err != nil {
			return nil, err
		}
		return neuron.MeasureFeatures(r.V, 20, 90)
	}},
	{"catalogue", func() (any, error) {
		var out []any
		for _, c := range []struct {
			m neuron.Model
			i float64
		}{
			{neuron.NewQIF(), 200}, {neuron.NewEIF(), 1}, {neuron.NewMAT(), 600}, {neuron.NewGLIF(), 2}, {neuron.NewGIF(), 300},
			{neuron.NewMorrisLecar(), 300}, {neuron.NewFitzHughNagumo(), 0.5}, {neuron.NewHindmarshRose(), 2}, {neuron.NewConnorStevens(), 15},
			{neuron.NewPospischil(), 3}, {neuron.NewPinskyRinzel(), 2}, {neuron.NewThalamocortical(), 3}, {neuron.NewReticular(), 2},
		} {
			r, err := c.m.Simulate(stim.Const(c.i), 30, 0.02)
			if err != nil {
				return nil, err
			}
			out = append(out, r)
		}
		return out, nil
	}},
	{"equilibria", func() (any, error) { return neuron.FindEquilibria(neuron.NewHH(), -66, -58) }},
	{"phase plane", func() (any, error) { return neuron.NewPhasePlane(neuron.NewAdEx(), 300, -75, -40) }},
	{"fi", func() (any, error) {
		return neuron.FICurve(neuron.NewHH(), []float64{0, 5, 7, 9, 11, 13, 15}, 200, 0.02)
	}},
	{"stdp", func() (any, error) {
		a, b := train(1, 300), train(2, 300)
		return plasticity.NewSTDP().Update([][]float64{{0.4, 0.5}, {0.6, 0.7}}, []neuro.Spikes{a, b}, []neuro.Spikes{b, a})
	}},
	{"triplet", func() (any, error) {
		p, err := plasticity.TripletSet("hippocampal full all-to-all")
		if err != nil {
			return nil, err
		}
		return p.Run(1, train(1, 300), train(2, 300))
	}},
	{"clopath", func() (any, error) {
		r, err := neuron.NewHH().Simulate(stim.Const(10), 100, 0.02)
		if err != nil {
			return nil, err
		}
		return plasticity.NewClopath().Run(1, neuro.Spikes{10, 30, 55}, r.V)
	}},
	{"modulated plasticity", func() (any, error) {
		pre, post := neuro.Spikes{10, 30, 55, 90, 91, 140}, neuro.Spikes{12, 31, 50, 95, 130}
		var out [][]float64
		for _, r := range []plasticity.Rule{plasticity.NewGraupnerBrunel(), plasticity.NewGraupnerBrunel().Strength(), plasticity.NewInhibitorySTDP(),
			plasticity.NewRewardSTDP(), plasticity.NewSynapticScaling()} {
			w, err := r.Run(0.7, pre, post)
			if err != nil {
				return nil, err
			}
			out = append(out, []float64{w})
		}
		x, err := plasticity.NewGraupnerBrunel().Trials(0.2, pre, post, 200, 8, 3)
		if err != nil {
			return nil, err
		}
		r, err := plasticity.NewTagTriggerConsolidation().Run(2, 50, 0.3, []plasticity.Induction{{At: 10, High: 0.7, Low: 0.2}, {At: 20, Group: 1, High: 0.8}}, 2000, 1)
		if err != nil {
			return nil, err
		}
		return append(out, x, r.Weight[0], r.Protein), nil
	}},
	{"kinetic schemes and release", func() (any, error) {
		x := neuro.Trace{Dt: 0.1, Y: make([]float64, 300)}
		for i := 50; i < 90; i++ {
			x.Y[i] = 0.8
		}
		var out [][]float64
		s := synapse.NewAMPAScheme()
		for _, run := range []func() (*synapse.Kinetics, error){
			func() (*synapse.Kinetics, error) { return s.Simulate(x, nil) },
			func() (*synapse.Kinetics, error) { return s.Channels(x, 500, nil, 1) },
			func() (*synapse.Kinetics, error) { return s.Gillespie(x, 50, nil, 2) },
		} {
			k, err := run()
			if err != nil {
				return nil, err
			}
			for _, p := range k.P {
				out = append(out, p.Y)
			}
		}
		ca := neuro.Trace{Dt: 0.1, Y: []float64{0.05, 8, 8, 8, 20, 0.05, 0.05}}
		r, err := synapse.NewCalciumSensor().Release(ca)
		if err != nil {
			return nil, err
		}
		v := synapse.NewVesicleRelease()
		trials, err := v.Trials(neuro.Spikes{0, 20, 90}, 60, 4)
		if err != nil {
			return nil, err
		}
		var first []float64
		for _, t := range trials {
			first = append(first, t[0])
		}
		q, err := synapse.FitQuantal(first, synapse.QuantalOptions{MaxN: 6})
		if err != nil {
			return nil, err
		}
		m, err := synapse.MeanVariance([]float64{1, 5, 8}, []float64{0.9, 2.4, 1.7}, nil, 0.2)
		if err != nil {
			return nil, err
		}
		return append(append(out, trials...), r.Rate.Y, q.Profile, []float64{q.P, q.Q, q.Noise, m.N, m.Q, m.NSE}), nil
	}},
	{"synapse", func() (any, error) {
		pre := train(3, 40)
		a, err := synapse.NewNMDA().Conductance(pre, 500, 0.1)
		if err != nil {
			return nil, err
		}
		b, err := synapse.NewGABAB().Conductance(pre, 500, 0.1)
		if err != nil {
			return nil, err
		}
		c, err := synapse.NewDoubleExp().Conductance(pre, 500, 0.1)
		if err != nil {
			return nil, err
		}
		d, err := synapse.NewFacilitating().Responses(pre)
		return []any{a, synapse.NewNMDA().Current(a, -50), b, c, d}, err
	}},
	{"weighted", func() (any, error) { return plasticity.NewWeighted().Run(0.5, train(1, 300), train(2, 300)) }},
	{"oja", func() (any, error) {
		return plasticity.Oja([]float64{0.3, 0.7, 0.1}, []float64{1.1, -0.2, 0.7}, 0.456, 0.013), nil
	}},
	{"welch", func() (any, error) { return signal.Welch(noise(3, 5003), 997, signal.NewWelch()) }},
	{"coherence", func() (any, error) {
		return signal.Coherence(noise(4, 4001), noise(5, 4001), 500, signal.WelchOptions{SegmentLen: 331})
	}},
	{"bands", func() (any, error) { return signal.LFPFeatures(noise(6, 3001), 300) }},
	{"filter", func() (any, error) {
		f, err := signal.Butter(5, "band", 1000, 8, 13)
		if err != nil {
			return nil, err
		}
		return f.FiltFilt(noise(7, 1999))
	}},
	{"unmixing", func() (any, error) {
		x := make([][]float64, 5)
		for c := range x {
			x[c] = noise(uint64(300+c), 3001)
			for i, v := range x[c] {
				x[c][i] = float64(v*v*v) + float64((i+7*c)%21)
				if c > 0 {
					x[c][i] = float64(x[c][i]*0.5) + x[c-1][i]
				}
			}
		}
		var out []any
		for _, o := range []signal.ICAOptions{{}, {Contrast: "exp"}, {Contrast: "cube", Deflation: true}, {Method: "infomax"}, {Method: "extended-infomax"}} {
			f, err := signal.ICA(x, o)
			if err != nil {
				return nil, err
			}
			out = append(out, f.Mixing, f.Unmixing, f.Share, f.Kurtosis)
		}
		for _, o := range []signal.LineOptions{{Window: 1}, {Window: 1.3, Freqs: []float64{47.7}, Harmonics: true}} {
			r, err := signal.RemoveLines(x[0], 1000, o)
			if err != nil {
				return nil, err
			}
			out = append(out, r.Clean)
		}
		d, err := signal.ICSD(x, 1000, signal.ICSDOptions{Depth: []float64{0.1, 0.2, 0.35, 0.5, 0.6}, Above: 1.7})
		return append(out, d.CSD), err
	}},
	{"hilbert", func() (any, error) { return signal.Hilbert(noise(8, 1009)) }},
	{"session", func() (any, error) {
		box, err := spikes.SimulateSession(spikes.SessionOptions{Dur: 30, Seed: 3})
		if err != nil {
			return nil, err
		}
		track, err := spikes.SimulateSession(spikes.SessionOptions{Track: true, Dur: 30, Theta: -1, Seed: 3})
		return []any{box, track}, err
	}},
	{"calcium", func() (any, error) {
		f, err := calcium.Simulate(neuro.Spikes{1000, 2500, 2600, 7000}, 20, 30, calcium.SimulateOptions{Drift: 0.1, Seed: 1})
		if err != nil {
			return nil, err
		}
		d, err := calcium.DFF(f, 30, calcium.BaselineOptions{Window: 5})
		if err != nil {
			return nil, err
		}
		e, err := calcium.Deconvolve(d.DFF, 30, calcium.DeconvolveOptions{Lambda: -1})
		return []any{d, e}, err
	}},
	{"detect", func() (any, error) { return spikes.Detect(noise(9, 50000), 20000, spikes.DetectOptions{Threshold: -3}) }},
	{"spikes", func() (any, error) {
		a, b := train(10, 400), train(11, 400)
		cv, err := spikes.CV(a)
		if err != nil {
			return nil, err
		}
		sttc, err := spikes.STTC(a, b, 5, 0, 1e5)
		return []float64{cv, sttc, spikes.VanRossum(a, b, 12), spikes.VictorPurpura(a, b, 0.1)}, err
	}},
	{"info", func() (any, error) { return info.KSG(noise(12, 500), noise(13, 500), 3) }},
	{"decode", func() (any, error) {
		x, y := make([][]float64, 90), make([]int, 90)
		for i := range x {
			x[i] = noise(uint64(100+i), 7)
			y[i] = i % 3
			x[i][y[i]]++
		}
		fit, err := decode.NewLogistic().Fit(x, y)
		if err != nil {
			return nil, err
		}
		scores, err := decode.CrossValidate(decode.NewLogistic(), x, y, 5, 9)
		return []any{fit.Coef, fit.Intercept, scores}, err
	}},
	{"hrf", func() (any, error) { return fmri.SPMHRF(0.1, 32), nil }},
	{"fir", func() (any, error) {
		er, err := dataset.EventRelated()
		if err != nil {
			return nil, err
		}
		return fmri.FIR(er.BOLD, er.TR, er.Events, fmri.ResponseOptions{After: 20})
	}},
	{"displacement", func() (any, error) {
		p, _, err := dataset.HeadMotion()
		if err != nil {
			return nil, err
		}
		return fmri.FramewiseDisplacement(p, 50)
	}},
	{"roi", func() (any, error) {
		run, mask, err := dataset.DS003()
		if err != nil {
			return nil, err
		}
		return fmri.ROI(run, mask)
	}},
	{"fdr", func() (any, error) {
		p := noise(14, 50)
		for i := range p {
			p[i] = p[i] * p[i] / (1 + float64(p[i]*p[i]))
		}
		t, _ := stats.FDR(p, 0.2)
		return t, nil
	}},
	{"dprime", func() (any, error) { return behavior.DPrime(75, 25, 20, 80) }},
	{"hill", func() (any, error) { return pharm.Hill(3.3, 100, 5.1, 1.37), nil }},
	{"figure", func() (any, error) {
		r, err := neuron.NewHH().Simulate(stim.Const(10), 50, 0.01)
		if err != nil {
			return nil, err
		}
		return string(r.Show().Data["image/png"].([]byte)), nil
	}},
}

// noise returns n standard normal numbers.
func noise(stream uint64, n int) []float64 {
	r := rng.New(42, stream)
	x := make([]float64, n)
	for i := range x {
		x[i] = r.Norm()
	}
	return x
}

// train returns n spikes at a mean of 20 Hz, ms.
func train(stream uint64, n int) neuro.Spikes {
	r := rng.New(42, stream)
	s := make(neuro.Spikes, n)
	t := 0.0
	for i := range s {
		t += float64(100 * r.Float64())
		s[i] = t
	}
	return s
}

// TestBits holds every part of the library against stored hashes of its
// results, computed once on amd64: the same bits on every CPU, for any number
// of threads. After a deliberate change: go test ./neuro -run Bits -update.
func TestBits(t *testing.T) {
	path := golden.Path(t, "bits.json")
	stored := map[string]string{}
	if !*update {
		golden.JSON(t, path, &stored)
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			for _, threads := range []int{1, 2, 7} {
				before := runtime.GOMAXPROCS(threads)
				v, err := row.run()
				runtime.GOMAXPROCS(before)
				if err != nil {
					t.Fatal(err)
				}
				sum := fnv.New64a()
				n := bits(sum.Write, reflect.ValueOf(v))
				if n == 0 {
					t.Fatal("nothing to hash")
				}
				got := fmt.Sprintf("%016x", sum.Sum64())
				if *update {
					stored[row.name] = got
				}
				if got != stored[row.name] {
					t.Errorf("%d threads: bits hash to %s, stored %s", threads, got, stored[row.name])
				}
			}
		})
	}
	if *update {
		data, err := json.MarshalIndent(stored, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, append(data, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// bits writes every number and string within v, in the order of fields and
// elements, and returns how many there were.
func bits(write func([]byte) (int, error), v reflect.Value) (n int) {
	number := func(u uint64) {
		var b [8]byte
		binary.LittleEndian.PutUint64(b[:], u)
		write(b[:])
		n++
	}
	switch v.Kind() {
	case reflect.Float64:
		number(math.Float64bits(v.Float()))
	case reflect.Complex128:
		number(math.Float64bits(real(v.Complex())))
		number(math.Float64bits(imag(v.Complex())))
	case reflect.Int:
		number(uint64(v.Int()))
	case reflect.String:
		write(bytes.Clone([]byte(v.String())))
		n++
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			n += bits(write, v.Elem())
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			n += bits(write, v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				n += bits(write, v.Field(i))
			}
		}
	}
	return n
}
