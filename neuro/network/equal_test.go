package network

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/model"
)

// A convention is how a program of the peers steps through time, told in the terms
// of this package.
type convention struct {
	peer string
	// NEST adds what arrives before it looks at the threshold, this package after
	// it. Where weights go to v itself the two are the same process if the potential
	// is looked at one decay later, against a threshold that has decayed as well,
	// and the delay is shorter by a step.
	threshold, delay string
	// NEST holds a cell for the steps of the refractory period after that of the
	// spike; Brian2 counts the latter in. With weights to v this vanishes in the
	// shift above.
	refractory string
}

var conventions = []convention{
	{"nest", "20*mV*exp(-0.1/20)", "1.4*ms", "5.1*ms"},
	{"brian", "20*mV", "1.5*ms", "5*ms"},
}

// peerNetwork returns a network of the peers' script.
func peerNetwork(t testing.TB, name string, c convention, seed uint64) (Network, float64) {
	cell := func(text string, o model.Options) *model.Model {
		m, err := model.Parse(text, o)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	if name == "brunel" {
		n := brunel(t, 0.4)
		n.Seed = seed
		for i := range n.Populations {
			n.Populations[i].Cell = cell("dv/dt = -v/(20*ms) : mV (unless refractory)", model.Options{
				Threshold: "v > " + c.threshold, Reset: "v = 10*mV", Refractory: "2*ms"})
		}
		for i := range n.Projections {
			n.Projections[i].Delay = c.delay
		}
		return n, 600
	}
	rule := Bernoulli(0.02)
	rule.Autapses = true
	n := Network{Seed: seed}
	connect := func(m *model.Model, excitation, inhibition string) {
		n.Populations = []Population{{Name: "E", N: 3200, Cell: m}, {Name: "I", N: 800, Cell: m}}
		n.Projections = []Projection{{From: "E", Rule: rule, Receptor: "ge", Weight: excitation, Delay: "0.1*ms"},
			{From: "I", Rule: rule, Receptor: "gi", Weight: inhibition, Delay: "0.1*ms"}}
	}
	if name == "coba" {
		connect(cell(`
			dv/dt = (10*nS*(-60*mV - v) + ge*(0*mV - v) + gi*(-80*mV - v))/(200*pF) : mV (unless refractory)
			dge/dt = -ge/(5*ms) : nS
			dgi/dt = -gi/(10*ms) : nS
		`, model.Options{Threshold: "v > -50*mV", Reset: "v = -60*mV", Refractory: c.refractory, Method: "euler",
			Initial: map[string]string{"v": "-65*mV + 5*mV*randn()", "ge": "clip(4 + 1.5*randn(), 0, inf)*10*nS", "gi": "clip(20 + 12*randn(), 0, inf)*10*nS"}}), "6*nS", "67*nS")
		return n, 1100
	}
	connect(cell(`
		dv/dt = (ge + gi - (v + 49*mV))/(20*ms) : mV (unless refractory)
		dge/dt = -ge/(5*ms) : mV
		dgi/dt = -gi/(10*ms) : mV
	`, model.Options{Threshold: "v > -50*mV", Reset: "v = -60*mV", Refractory: c.refractory,
		Initial: map[string]string{"v": "-60*mV + 10*mV*rand()"}}), "1.62*mV", "-9*mV")
	return n, 1100
}

type seedStatistics struct {
	Peer, Network         string
	Rate, CV, Correlation float64
}

// equivalent says by two one-sided tests at 5 % whether the means of two samples
// differ by less than margin (Schuirmann 1987): whether the 90 % confidence
// interval of the difference, by Welch, lies within it. The quantile of Student's t is
// that of the fewest degrees of freedom that the samples can have, one less than seeds.
func equivalent(a, b []float64, margin float64) (difference, half float64, ok bool) {
	quantile := map[int]float64{10: 1.8331, 20: 1.7291}[min(len(a), len(b))]
	ma, sa := meanSE(a)
	mb, sb := meanSE(b)
	half = quantile * math.Sqrt(sa*sa+sb*sb)
	return ma - mb, half, math.Abs(ma-mb)+half < margin
}

func meanSE(x []float64) (mean, se float64) {
	for _, y := range x {
		mean += y / float64(len(x))
	}
	for _, y := range x {
		se += (y - mean) * (y - mean)
	}
	n := float64(len(x))
	return mean, math.Sqrt(se / (n - 1) / n)
}

// TestEqualToPeers compares rates, irregularity and correlations with those of NEST
// 3.10 and Brian2, over ten seeds there and twenty here (testdata/statistics.py): they must be equivalent
// within 3 % of the rate (5 % in CUBA and COBA, whose seeds scatter by 4 %), 4 % of the CV and
// 0.01 in correlation. Brunel's network beside Brian2 has twenty: of the first ten the CV was
// low here by chance (0.743, and 0.755 over 24 others). COBA has 240 there and twenty here: the
// rates of seeds scatter by 6.5 %, and ten or twenty on both sides told of differences that
// were chance. Over 214 seeds here the rate is 19.28 ± 0.09 Hz (and was 19.38 ± 0.08 over 226 others),
// 19.47 ± 0.08 over 240 there, equivalent within 2.1 %; the CV is 1.584 and 1.591, and the activity
// ends by itself in 36 of 250 seeds (and in 24) and in 31 of 271.
func TestEqualToPeers(t *testing.T) {
	data, err := os.ReadFile("testdata/statistics.json")
	if err != nil {
		t.Fatal(err)
	}
	var peers []seedStatistics
	if err := json.Unmarshal(data, &peers); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"brunel", "cuba", "coba"} {
		for _, c := range conventions {
			if name == "coba" && c.peer == "nest" {
				continue // NEST integrates it by another method
			}
			var theirs, ours [3][]float64
			for _, p := range peers {
				if p.Peer == c.peer && p.Network == name {
					for k, x := range []float64{p.Rate, p.CV, p.Correlation} {
						theirs[k] = append(theirs[k], x)
					}
				}
			}
			t.Run(name+" "+c.peer, func(t *testing.T) {
				seeds := min(len(theirs[0]), 20)
				if seeds != 10 && seeds != 20 {
					t.Fatalf("%d seeds, want 10 or 20 or more", seeds)
				}
				for seed := uint64(1); len(ours[0]) < 20; seed++ {
					n, ms := peerNetwork(t, name, c, seed)
					s, err := n.Build()
					if err != nil {
						t.Fatal(err)
					}
					r, err := s.Run(ms, RecordOptions{})
					if err != nil {
						t.Fatal(err)
					}
					if last, err := r.Window(ms-50, ms); err != nil || last.pops[0].count == 0 {
						continue // the activity has ended by itself, as it does in COBA
					}
					rate, err := r.Rate("", 100)
					if err != nil {
						t.Fatal(err)
					}
					cv, err := r.CV("", 100)
					if err != nil {
						t.Fatal(err)
					}
					correlation, _, err := r.Correlation("E", 200, 5, 100)
					if err != nil {
						t.Fatal(err)
					}
					for k, x := range []float64{rate, cv, correlation} {
						ours[k] = append(ours[k], x)
					}
				}
				rate, _ := meanSE(theirs[0])
				cv, _ := meanSE(theirs[1])
				share := 0.03
				if name != "brunel" {
					share = 0.05 // the rates of seeds scatter by 4 %
				}
				for k, margin := range []float64{share * rate, 0.04 * cv, 0.01} {
					d, half, ok := equivalent(ours[k], theirs[k], margin)
					a, sa := meanSE(ours[k])
					b, sb := meanSE(theirs[k])
					line := fmt.Sprintf("%s: %.4g ± %.2g here, %.4g ± %.2g there (mean and standard error); difference %.3g ± %.3g, margin %.3g",
						[]string{"rate, Hz", "CV", "correlation"}[k], a, sa, b, sb, d, half, margin)
					t.Log(line)
					if !ok {
						t.Error("not equivalent")
					}
				}
			})
		}
	}
}
