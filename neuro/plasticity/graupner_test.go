package plasticity_test

import (
	"math"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/plasticity"
)

// graupnerProgram is what the classes timeAboveThreshold and synapticChange of the
// authors' programs (github.com/mgraupe/CalciumBasedPlasticityModel, run with NumPy)
// return for n pairs at a frequency: times above the thresholds (ms), the two
// probabilities, and the strength after over that before.
var graupnerProgram = []struct {
	set             string
	dt, hz          float64
	n               int
	above, abovePot float64
	up, down, after float64
}{
	{"DP", -25, 1, 60, 1136.275673, 516.9394993, 0.20172637, 0.608185342, 0.729027352},
	{"DP", -8, 1, 60, 1451.32797, 821.6537355, 0.391908529, 0.532185716, 0.906481876},
	{"DP", 2, 1, 60, 1600.418443, 1100.520825, 0.560915021, 0.404583339, 1.10422112},
	{"DP", 12, 1, 60, 1353.306979, 1038.469862, 0.632960795, 0.315355047, 1.21173716},
	{"DP", 30, 1, 60, 1071.694975, 756.8578581, 0.521438461, 0.334361819, 1.12471776},
	{"P", -25, 1, 60, 1965.868131, 1336.193896, 0.544676315, 0.420830516, 1.08256387},
	{"P", -8, 1, 60, 1927.39492, 1612.557802, 0.689506903, 0.290503268, 1.26600242},
	{"P", 2, 1, 60, 1725.052609, 1410.215491, 0.66602646, 0.298143786, 1.24525512},
	{"P", 12, 1, 60, 2076.762157, 1558.864539, 0.619829414, 0.360015355, 1.17320937},
	{"P", 30, 1, 60, 1905.249167, 1275.574932, 0.530893877, 0.428158797, 1.06849005},
	{"DPD", -25, 1, 60, 119.6774742, 0, 2.75124368e-12, 5.42669766e-06, 0.999996382},
	{"DPD", -8, 1, 60, 385.919729, 71.08261162, 0.000989093891, 0.235334907, 0.843769458},
	{"DPD", 2, 1, 60, 629.8772148, 315.0400975, 0.374937048, 0.236094582, 1.09256164},
	{"DPD", 12, 1, 60, 503.7629209, 188.9258035, 0.0872163079, 0.25555213, 0.887776119},
	{"DPD", 30, 1, 60, 170.578867, 0, 9.71739189e-10, 0.00121569953, 0.999189534},
	{"D", -25, 1, 60, 0, 0, 0, 0, 1},
	{"D", -8, 1, 60, 2.627554361, 0, 0, 0, 1},
	{"D", 2, 1, 60, 160.2852436, 0, 0.000280601024, 0.276269104, 0.816007664},
	{"D", 12, 1, 60, 0, 0, 0, 0, 1},
	{"D", 30, 1, 60, 0, 0, 0, 0, 1},
	{"DPD'", -25, 1, 60, 1328.944944, 0, 0.0105555781, 0.256088995, 0.836311055},
	{"DPD'", -8, 1, 60, 1558.689342, 0, 0.0139374748, 0.338393379, 0.783696064},
	{"DPD'", 2, 1, 60, 1322.348095, 210.7992163, 0.441674473, 0.0709967084, 1.24711851},
	{"DPD'", 12, 1, 60, 1152.427196, 52.87831775, 0.0394155318, 0.138646377, 0.933846103},
	{"DPD'", 30, 1, 60, 972.6229872, 0, 0.00524493256, 0.126740076, 0.919003237},
	{"D'", -25, 1, 60, 1375.365484, 0, 0.00887634675, 0.357758943, 0.767411602},
	{"D'", -8, 1, 60, 1500.509323, 0, 0.0102696929, 0.410751856, 0.733011891},
	{"D'", 2, 1, 60, 1279.652907, 0, 0.00777669066, 0.31531461, 0.794974721},
	{"D'", 12, 1, 60, 1122.752671, 0, 0.00594528567, 0.243446889, 0.841665598},
	{"D'", 30, 1, 60, 958.6994218, 0, 0.00407109783, 0.168410568, 0.890440353},
	{"hippocampal slices", -10, 1, 60, 417.0704212, 0, 0.00766577052, 0.0563036239, 0.978399947},
	{"hippocampal slices", 10, 1, 60, 607.4921954, 0, 0.0182756541, 0.13980004, 0.945373077},
	{"hippocampal slices", 25, 1, 60, 426.4446772, 0, 0.00814292023, 0.0599407931, 0.976980917},
	{"hippocampal cultures", -10, 1, 60, 407.2591708, 219.0873225, 0.281797763, 0.281797047, 1.00000068},
	{"hippocampal cultures", 10, 1, 60, 611.5785107, 423.4066623, 0.536136679, 0.312097559, 1.2119375},
	{"hippocampal cultures", 25, 1, 60, 471.6779653, 283.506117, 0.383872662, 0.298716912, 1.08055601},
	{"cortical slices", -10, 1, 60, 555.3567635, 0, 1.01134375e-06, 0.203339998, 0.860106502},
	{"cortical slices", 10, 1, 60, 708.5263874, 351.2870071, 0.159648585, 0.100539117, 1.04066623},
	{"cortical slices", 25, 1, 60, 523.0733668, 165.8339865, 0.00514410713, 0.0589138932, 0.963007372},
	{"cortical slices", -10, 20, 75, 1247.465425, 354.3669747, 0.0663072515, 0.597060957, 0.634851175},
	{"cortical slices", 10, 20, 75, 1084.846443, 638.2972177, 0.537499333, 0.169731626, 1.25301744},
	{"cortical slices", -10, 30, 75, 1869.573103, 999.938819, 0.600189398, 0.329340528, 1.18633906},
	{"cortical slices", 10, 30, 75, 1640.954941, 884.3805709, 0.583758853, 0.305106328, 1.19170783},
	{"cortical slices", -10, 40, 75, 1875, 1605.219794, 0.921318593, 0.0709076602, 1.58506714},
	{"cortical slices", 10, 40, 75, 1875, 1505.199303, 0.8957843, 0.092524391, 1.5526281},
	{"cortical slices", -10, 50, 75, 1500, 1500, 0.958770791, 0.0331518736, 1.63680886},
	{"cortical slices", 10, 50, 75, 1500, 1500, 0.958770791, 0.0331518736, 1.63680886},
}

// TestGraupnerBrunelProgram holds closed forms against the authors' programs, which
// take the protocol as if it had gone on for ever: at 1 Hz that is the same, at
// higher frequencies the first pairs are left with less calcium.
func TestGraupnerBrunelProgram(t *testing.T) {
	for _, c := range graupnerProgram {
		p, err := plasticity.GraupnerBrunelSet(c.set)
		if err != nil {
			t.Fatal(err)
		}
		tol := 1e-7
		if c.hz > 1 {
			tol = 0.02
		}
		pre, post := plasticity.Pairing(c.n, c.hz, c.dt)
		above, abovePot, err := p.Above(pre, post)
		if err != nil || math.Abs(above-c.above) > tol*(1+c.above) || math.Abs(abovePot-c.abovePot) > tol*(1+c.abovePot) {
			t.Errorf("%s, %g Hz, %g ms: %.8g and %.8g ms above (%v), want %.8g and %.8g", c.set, c.hz, c.dt, above, abovePot, err, c.above, c.abovePot)
		}
		up, down, err := p.Strength().Switch(pre, post)
		after, err2 := p.Strength().Run(1, pre, post)
		if err != nil || err2 != nil || math.Abs(up-c.up) > tol || math.Abs(down-c.down) > tol || math.Abs(after-c.after) > tol {
			t.Errorf("%s, %g Hz, %g ms: %.8g up, %.8g down, %.8g (%v %v), want %.8g, %.8g, %.8g", c.set, c.hz, c.dt, up, down, after, err, err2, c.up, c.down, c.after)
		}
	}
}

// TestGraupnerBrunelSimulation holds trials with noise against the 1000 that the
// authors publish for Figure 2 (output/DP_curve and DPD_curve), within four
// standard errors of the difference.
func TestGraupnerBrunelSimulation(t *testing.T) {
	const n = 400
	for _, c := range []struct {
		set          string
		dt, up, down float64
	}{{"DP", -25, 0.187, 0.608}, {"DP", 10, 0.649, 0.308}, {"DPD", 5, 0.471, 0.233}, {"DPD", -10, 0, 0.205}} {
		p, _ := plasticity.GraupnerBrunelSet(c.set)
		pre, post := plasticity.Pairing(60, 1, c.dt)
		for _, from := range []float64{0, 1} {
			x, err := p.Trials(from, pre, post, 62000, n, 3)
			if err != nil {
				t.Fatal(err)
			}
			switched, want := 0.0, c.up
			if from == 1 {
				want = c.down
			}
			for _, rho := range x {
				if (rho > 0.5) != (from > 0.5) {
					switched++
				}
			}
			se := math.Sqrt(math.Max(want*(1-want), 0.002) * (1.0/n + 1.0/1000))
			if got := switched / n; math.Abs(got-want) > 4*se {
				t.Errorf("%s, %g ms from %g: %.3f of the synapses switch, the authors' %.3f (standard error %.3f)", c.set, c.dt, from, got, want, se)
			}
		}
	}
}

// TestGraupnerBrunelRun holds the events against small steps of the equations, and
// the way back to a stable state against its closed form.
func TestGraupnerBrunelRun(t *testing.T) {
	p := plasticity.NewGraupnerBrunel()
	p.Tau = 2 // s, so that the drift counts
	p.GammaD, p.GammaP, p.RhoStar = 4, 9, 0.4
	pre, post := neuro.Spikes{5, 11, 60, 60}, neuro.Spikes{20, 22, 73.7, 140}
	const h = 0.001
	dur := 250.0
	c, rho := 0.0, 0.3
	at := func(s float64) int { return int(math.Round(s / h)) }
	jumps := map[int]float64{}
	for _, s := range pre {
		jumps[at(s+p.Delay)] += p.CPre
	}
	for _, s := range post {
		jumps[at(s)] += p.CPost
	}
	decay := math.Exp(-h / p.TauCa)
	for k := 0; k < at(dur); k++ {
		c += jumps[k]
		d := -rho * (1 - rho) * (p.RhoStar - rho)
		mid := c * math.Sqrt(decay)
		if mid > p.ThetaP {
			d += p.GammaP * (1 - rho)
		}
		if mid > p.ThetaD {
			d -= p.GammaD * rho
		}
		rho += h * d / 2000
		c *= decay
	}
	calcium, efficacy, err := noiseless(p).Traces(0.3, pre, post, dur, 0.5, 1)
	if err != nil || len(efficacy.Y) != 501 {
		t.Fatal(len(efficacy.Y), err)
	}
	if got := efficacy.Y[500]; math.Abs(got-rho) > 2e-5 || math.Abs(calcium.Y[500]-c) > 1e-9 {
		t.Errorf("efficacy %.8g and calcium %.8g, want %.8g and %.8g", got, calcium.Y[500], rho, c)
	}
	// Run ends with the last time above a threshold; a sample is 0.5 ms.
	last, err := p.Run(0.3, pre, post)
	if err != nil {
		t.Fatal(err)
	}
	k := len(calcium.Y) - 1
	for calcium.Y[k] < p.ThetaD {
		k--
	}
	if math.Abs(last-efficacy.Y[k]) > 0.5*p.GammaD/2000 {
		t.Errorf("Run gives %g, the trace is at %g", last, efficacy.Y[k])
	}
	p = noiseless(plasticity.NewGraupnerBrunel())
	for _, from := range []float64{0.1, 0.499, 0.501, 0.9, 1.2} {
		_, e, err := p.Traces(from, nil, nil, 1e6, 1e5, 1)
		if err != nil {
			t.Fatal(err)
		}
		for k, got := range e.Y {
			x := from - 0.5 // of dx/dt = x (1/4 - x^2)
			s := float64(k) * 100 / 150
			want := 0.5 + math.Copysign(0.5/math.Sqrt(1+(0.25/(x*x)-1)*math.Exp(-s/2)), x)
			if math.Abs(got-want) > 1e-9 {
				t.Errorf("from %g after %d00 s: %.12g, want %.12g", from, k, got, want)
			}
		}
	}
}

func noiseless(p plasticity.GraupnerBrunel) plasticity.GraupnerBrunel { p.Sigma = 0; return p }

// TestGraupnerBrunelNoise holds mean and variance under lasting calcium against
// those of a process of Ornstein and Uhlenbeck.
func TestGraupnerBrunelNoise(t *testing.T) {
	p := plasticity.NewGraupnerBrunel()
	var pre, post neuro.Spikes
	for s := 0.0; s < 3000; s += 4 {
		pre = append(pre, s)
	}
	const n = 1500
	x, err := p.Trials(0, pre, post, 3000, n, 9)
	if err != nil {
		t.Fatal(err)
	}
	d, pot, _ := p.Above(pre, post)
	g := p.GammaD + p.GammaP
	m, v := p.GammaP/g, p.Sigma*p.Sigma*2/(2*g) // the protocol lasts for 10 of its time constants
	if d < 2900 || pot < 2900 {
		t.Fatalf("calcium is above for %g and %g ms", d, pot)
	}
	mean, variance := 0.0, 0.0
	for _, r := range x {
		mean += r / n
	}
	for _, r := range x {
		variance += (r - mean) * (r - mean) / (n - 1)
	}
	if math.Abs(mean-m) > 0.006+4*math.Sqrt(v/n) || math.Abs(variance/v-1) > 0.01+4*math.Sqrt(2.0/n) {
		t.Errorf("mean %.4f and variance %.4f, want %.4f and %.4f", mean, variance, m, v)
	}
}

func TestGraupnerBrunelErrors(t *testing.T) {
	p := plasticity.NewGraupnerBrunel()
	for _, c := range []struct {
		f    func() error
		want string
	}{
		{func() error { _, err := plasticity.GraupnerBrunelSet("LTP"); return err }, `sets are "D", "D'", "DP"`},
		{func() error { _, err := p.Run(nan, nil, nil); return err }, "the efficacy is NaN"},
		{func() error { _, err := p.Trials(0, nil, nil, 0, 1, 1); return err }, "dur is 0 ms"},
		{func() error { _, _, err := p.Traces(0, nil, nil, 10, 0, 1); return err }, "dt 0"},
		{func() error { q := p; q.RhoStar = 1; _, err := q.Run(0, nil, nil); return err }, "RhoStar is 1"},
		{func() error { q := p; q.TauCa = 0; _, err := q.Run(0, nil, nil); return err }, "TauCa is 0"},
		{func() error { _, err := p.Run(0, neuro.Spikes{2, 1}, nil); return err }, "times must ascend"},
	} {
		if err := c.f(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want one with %q", err, c.want)
		}
	}
}
