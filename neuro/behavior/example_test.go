package behavior_test

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/neurorepl/neurorepl/neuro/behavior"
)

// 25 trials with a tone and 25 without.
func ExampleDPrime() {
	s, err := behavior.DPrime(20, 5, 10, 15)
	fmt.Println(s, err)
	// Output: d' = 1.09 ± 0.38, C = -0.29, beta = 0.72, A' = 0.79 (hits 80%, false alarms 40%) <nil>
}

// Nobody missed a tone: the hit rate is 1, and only a correction gives a
// finite d'.
func ExampleDPrimeCorrected() {
	_, err := behavior.DPrime(50, 0, 3, 47)
	fmt.Println(err)
	s, err := behavior.DPrimeCorrected(50, 0, 3, 47, "loglinear")
	fmt.Printf("d' = %.2f, %v\n", s.DPrime, err)
	// Output:
	// behavior: DPrime: the hit rate is 1 (50 of 50), which makes d' infinite; rates must lie between 0 and 1: use DPrimeCorrected with rule "loglinear" or "replace"
	// d' = 3.82, <nil>
}

func ExampleNewDDM() {
	d := behavior.NewDDM()
	d.A, d.V = 1.5, 2
	fmt.Println(d)
	// Output: drift diffusion: A 1.5, V 2, T0 0.3 s, Z 0.5, S 1; P(upper) 0.953
}

// The log likelihood of four responses.
func ExampleDDM_LogPDF() {
	d := behavior.NewDDM()
	sum := 0.0
	for _, r := range []struct {
		rt    float64
		upper bool
	}{{0.45, true}, {0.52, true}, {0.61, false}, {0.78, true}} {
		sum += d.LogPDF(r.rt, r.upper)
	}
	fmt.Printf("%.3f\n", sum)
	// Output: -0.734
}

// Two-alternative contrast detection, 40 trials at each of five contrasts.
func ExampleFitPsychometric() {
	contrast := []float64{1, 2, 4, 8, 16} // %
	correct := []int{21, 24, 33, 38, 40}
	total := []int{40, 40, 40, 40, 40}
	o := behavior.NewPsychometric()
	o.Unit = "%"
	p, err := behavior.FitPsychometric(contrast, correct, total, o)
	if err != nil {
		fmt.Println(err)
		return
	}
	lo, hi := p.CI(0.75, 0.95)
	fmt.Println(p)
	fmt.Printf("95%% interval of the threshold: %.2f to %.2f%%\n", lo, hi)
	// Output:
	// weibull psychometric function: threshold 3.4 % at 0.75 correct; deviance 2.0 with 3 degrees of freedom
	// 95% interval of the threshold: 2.36 to 4.73%
}

// 75% correct: the same proportion needs more sensitivity with more alternatives.
func ExampleDPrimeMAFC() {
	for _, m := range []int{2, 4, 8} {
		d, err := behavior.DPrimeMAFC(0.75, m)
		fmt.Printf("%d alternatives: d' = %.2f, %v\n", m, d, err)
	}
	// Output:
	// 2 alternatives: d' = 0.95, <nil>
	// 4 alternatives: d' = 1.68, <nil>
	// 8 alternatives: d' = 2.14, <nil>
}

// Six ratings, from "surely no" to "surely yes".
func ExampleFitRating() {
	signal := []int{12, 15, 18, 25, 40, 90}
	noise := []int{60, 50, 35, 28, 18, 9}
	f, err := behavior.FitRating(signal, noise)
	fmt.Println(f, err)
	// Output: rating ROC: Az = 0.829 ± 0.021 (SE), d_a = 1.34 ± 0.12, signal SD 1.33 ± 0.15; G² = 0.36 with 3 degrees of freedom <nil>
}

// Four levels of confidence for each of two choices.
func ExampleMetaDPrime() {
	m, err := behavior.MetaDPrime([]int{36, 24, 17, 20, 10, 12, 9, 2}, []int{1, 4, 10, 11, 19, 18, 28, 39})
	fmt.Println(m, err)
	// Output: meta-d' = 1.44 ± 0.25, d' = 1.49, M-ratio 0.97 <nil>
}

// The example of Wagenmakers, van der Maas and Grasman (2007), who set S to 0.1.
func ExampleEZDiffusion() {
	d, err := behavior.EZDiffusion(0.802, 0.112, 0.723)
	fmt.Printf("v %.4f, a %.4f, Ter %.3f s, %v\n", 0.1*d.V, 0.1*d.A, d.T0, err)
	// Output: v 0.0999, a 0.1400, Ter 0.300 s, <nil>
}

// Response times with a tail to the right.
func ExampleFitExGauss() {
	rt := []float64{0.41, 0.34, 0.44, 0.52, 0.47, 0.39, 0.61, 0.43, 0.88, 0.42, 0.40, 0.57, 0.46, 0.71, 0.45, 0.36, 0.50, 0.43, 0.66, 0.48, 0.32, 0.41}
	f, err := behavior.FitExGauss(rt)
	fmt.Println(f, err)
	// Output: ex-Gaussian: mu 364.9 ± 21.2 ms, sigma 39.5 ± 15.2 ms, tau 119.6 ± 32.1 ms (SE), 22 times <nil>
}

func ExampleConditionalAccuracy() {
	rt := []float64{0.31, 0.33, 0.36, 0.38, 0.41, 0.44, 0.48, 0.55}
	correct := []bool{false, false, true, false, true, true, true, true}
	a, err := behavior.ConditionalAccuracy(rt, correct, 4)
	fmt.Println(a, err)
	// Output: conditional accuracy: 0% at 320 ms to 100% at 515 ms, 4 bins <nil>
}

// A model is found again from its own trials.
func ExampleFitDDM() {
	d := behavior.NewDDM()
	d.A, d.V = 1.4, 1.2
	trials, err := d.Simulate(500, 0.001, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	f, err := behavior.FitDDM(trials.RT, trials.Upper, behavior.DDMFitOptions{})
	fmt.Println(f, err)
	// Output: drift diffusion, 500 trials: A 1.405 ± 0.037, V 1.398 ± 0.098, T0 0.301 ± 0.006 s, Z 0.494 ± 0.019 (SE, S 1); log likelihood -126.17 <nil>
}

// Three trials of an adaptive threshold measurement.
func ExampleNewQuestPlus() {
	var db []float64
	for x := -40; x <= 0; x++ {
		db = append(db, float64(x))
	}
	q, err := behavior.NewQuestPlus(behavior.QuestPlusOptions{Levels: db, Thresholds: db, Slopes: []float64{2, 3.5, 5}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, correct := range []bool{true, true, false} {
		level := q.Next() // show this one
		fmt.Println(level, correct)
		if err := q.Update(level, correct); err != nil {
			fmt.Println(err)
		}
	}
	fmt.Println(q)
	// Output:
	// -19 true
	// -22 true
	// -25 false
	// QUEST+ after 3 trials: threshold -16.1 ± 8.7, slope 3.49 ± 1.2 (posterior mean and SD)
}

// A learner is found again from 400 choices between two options.
func ExampleFitQLearning() {
	choice, reward, err := behavior.QLearning{Alpha: 0.3, Beta: 4}.Simulate([]float64{0.3, 0.7}, 400, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	f, err := behavior.FitQLearning(choice, reward, 2)
	fmt.Println(f, err)
	// Output: Q-learning, 400 choices: alpha 0.274 ± 0.047, beta 4.68 ± 0.40 (SE); log likelihood -83.39, BIC 178.76 <nil>
}

func ExamplePearceHall() {
	l, err := behavior.PearceHall([]float64{1, 1, 1, 1, 0, 0}, 0.5, 0.3)
	fmt.Println(l, err)
	// Output: Pearce-Hall: value 0.461 after 6 trials, learning rate 0.315 <nil>
}

func ExampleSSRT() {
	goRT := []float64{0.41, 0.45, 0.52, 0.48, 0.39, 0.60, 0.44, 0.50, math.NaN(), 0.47}
	ssd := []float64{0.20, 0.25, 0.20, 0.25, 0.30, 0.25}
	responded := []bool{false, true, false, false, true, true}
	s, err := behavior.SSRT(goRT, ssd, responded)
	fmt.Println(s, err)
	// Output: SSRT = 228 ms (integration; mean method 232 ms), P(respond) 0.50 in 6 stop trials, mean SSD 242 ms, go 473 ms with 1 omissions in 10 <nil>
}

// Indifference points of one subject, delays in days.
func ExampleFitDiscounting() {
	delay := []float64{1, 7, 30, 90, 180, 365}
	value := []float64{0.95, 0.85, 0.65, 0.45, 0.3, 0.2}
	f, err := behavior.FitDiscounting(delay, value, "hyperbolic")
	fmt.Println(f, err)
	// Output: hyperbolic discounting: K 0.01461 ± 0.0016 (SE), RSS 0.009287, AUC 0.374, 6 delays <nil>
}

func ExampleCowanK() {
	k, err := behavior.CowanK(6, 0.75, 0.2)
	fmt.Printf("%.1f of 6 items, %v\n", k, err)
	// Output: 3.3 of 6 items, <nil>
}

// Errors of colour reports, rad; two of them look like guesses.
func ExampleFitReportMixture() {
	errors := []float64{0.1, -0.2, 0.05, 0.3, -0.15, 2.4, 0.02, -0.3, 0.2, -0.05, -2.9, 0.12, 0.25, -0.1, 0.4, -0.22}
	f, err := behavior.FitReportMixture(errors)
	fmt.Println(f, err)
	// Output: continuous report, 16 errors: guesses 0.149 ± 0.098, kappa 24.51 ± 9.44 (SE), SD 0.204 rad (11.7°) <nil>
}

func ExampleReliableChange() {
	r, err := behavior.ReliableChange(25, 32, 7.5, 0.88, 0)
	fmt.Printf("RCI %.2f, %v\n", r, err)
	// Output: RCI 1.91, <nil>
}

func ExampleIATD() {
	d, err := behavior.IATD([]float64{600, 700, 650}, []float64{620, 580, 690}, []float64{800, 720, 900}, []float64{760, 840, 700})
	fmt.Println(d, err)
	// Output: IAT D = 1.455 (practice 1.454, test 1.455), 0 trials dropped, 0.0% fast <nil>
}

// The same contrasts with everything unknown: threshold, width, lapses and
// overdispersion.
func ExampleFitPsychometricBayes() {
	contrast := []float64{1, 2, 4, 8, 16} // %
	correct := []int{21, 24, 33, 38, 40}
	total := []int{40, 40, 40, 40, 40}
	r, err := behavior.FitPsychometricBayes(contrast, correct, total, behavior.PsychometricBayesOptions{Shape: "weibull", Unit: "%"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(r)
	level, lo, hi := r.Threshold(0.75)
	fmt.Printf("75%% correct at %.2f%% contrast (%.2f to %.2f)\n", level, lo, hi)
	// Output:
	// weibull psychometric function, 2AFC: threshold 3.48 % (1.9 to 4.69), width 2.62 (1.14 to 4.68), lapse 0, overdispersion 0
	// 75% correct at 3.48% contrast (2.13 to 4.96)
}

// A simulated observer on a two-down one-up staircase.
func ExampleNewStaircase() {
	s, err := behavior.NewStaircase(behavior.StaircaseOptions{Start: 20, Step: []float64{4, 2, 1}, Bounds: [2]float64{0, 40}, Reversals: 16, Unit: "dB"})
	if err != nil {
		fmt.Println(err)
		return
	}
	observer := func(db float64) float64 { return 0.5 + 0.5/(1+math.Exp(-(db-12)/1.5)) }
	fmt.Println(behavior.SimulateAdaptive(s, observer, 0, 1))
	fmt.Println(s)
	// Output:
	// <nil>
	// 2-down 1-up staircase, 55 trials, 16 reversals: threshold 10.4 dB ± 1 (SD of midpoints) at 0.707 correct
}

// QUEST in a cell: Next gives a level, Record takes the response.
func ExampleNewQuest() {
	q, err := behavior.NewQuest(behavior.QuestOptions{Threshold: -1, SD: 0.5, Trials: 30})
	if err != nil {
		fmt.Println(err)
		return
	}
	for trial := 0; !q.Done(); trial++ {
		level := q.Next() // show a stimulus of contrast 10^level here
		if err := q.Record(level > -0.9 || trial%2 == 0); err != nil {
			fmt.Println(err)
		}
	}
	fmt.Println(q)
	// Output: QUEST after 30 trials: threshold -0.895 ± 0.053 log10 units at 0.82 correct (posterior mean and SD)
}

// Psi finds threshold and slope together.
func ExampleNewPsi() {
	var levels []float64
	for x := -10.0; x <= 10; x++ {
		levels = append(levels, x)
	}
	p, err := behavior.NewPsi(behavior.PsiOptions{Levels: levels, Trials: 120, Unit: "mm"})
	if err != nil {
		fmt.Println(err)
		return
	}
	observer := func(mm float64) float64 { return 0.5 + 0.24*(1+math.Erf((mm-2)/1.5)) }
	fmt.Println(behavior.SimulateAdaptive(p, observer, 0, 3))
	fmt.Println(p)
	// Output:
	// <nil>
	// Psi after 120 trials: threshold 1.97 mm ± 0.58, slope 0.844 ± 58% (posterior mean and SD)
}

// Five questions answered by twelve persons: -1 is a missing response.
func ExampleFitRasch() {
	responses := [][]int{
		{1, 1, 0, 0, 0}, {1, 0, 1, 0, 0}, {1, 1, 1, 0, 0}, {0, 1, 0, 0, 0}, {1, 1, 1, 1, 0}, {1, 0, 1, 0, 1},
		{1, 1, 0, 1, -1}, {0, 1, 1, 0, 0}, {1, 1, 1, 1, 1}, {1, 0, 0, 0, 0}, {1, 1, 0, 0, 1}, {0, 1, 1, 1, 0},
	}
	r, err := behavior.FitRasch(responses, []string{"a", "b", "c", "d", "e"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(r)
	fmt.Printf("difficulties %.2f\n", r.Difficulty)
	fmt.Printf("first person: %.2f\n", r.Abilities(true)[0])
	// Output:
	// Rasch model, 5 items, 11 persons: conditional log likelihood -17.42, 4 parameters
	// note: persons with all right or all wrong (1) tell nothing about the items
	// difficulties [-0.96 -0.96 -0.17 0.89 1.21]
	// first person: {-0.45 0.99}
}

// Responses simulated from a two-parameter model, and fitted.
func ExampleFitIRT() {
	a, b := []float64{1, 1.5, 0.8, 1.2, 2}, []float64{-1, -0.5, 0, 0.5, 1}
	r := rand.New(rand.NewPCG(1, 2))
	var responses [][]int
	for range 1000 {
		theta := r.NormFloat64()
		row := make([]int, len(a))
		for j := range row {
			if r.Float64() < 1/(1+math.Exp(-a[j]*(theta-b[j]))) {
				row[j] = 1
			}
		}
		responses = append(responses, row)
	}
	m, err := behavior.FitIRT(responses, behavior.IRTOptions{Model: "2PL"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(m)
	for _, it := range m.Items {
		fmt.Printf("%s: A %.2f ± %.2f, B %.2f ± %.2f\n", it.Name, it.A, it.SEA, it.B[0], it.SEB[0])
	}
	people, _ := m.Abilities("EAP")
	fmt.Printf("the first person: %.2f\n", people[0])
	// Output:
	// 2PL model, 5 items, 1000 persons: log likelihood -3002.43, 10 parameters, AIC 6024.9, BIC 6073.9
	// item 1: A 0.87 ± 0.12, B -1.09 ± 0.15
	// item 2: A 1.54 ± 0.21, B -0.45 ± 0.07
	// item 3: A 0.79 ± 0.11, B 0.05 ± 0.09
	// item 4: A 1.34 ± 0.17, B 0.46 ± 0.07
	// item 5: A 2.00 ± 0.30, B 1.02 ± 0.09
	// the first person: {0.14 0.62}
}

// Lapses fitted, and a test of the curve by simulation.
func ExamplePsychometric_GoodnessOfFit() {
	contrast := []float64{1, 2, 4, 8, 16} // %
	correct := []int{21, 24, 33, 38, 39}
	total := []int{40, 40, 40, 40, 40}
	p, err := behavior.FitPsychometric(contrast, correct, total, behavior.PsychometricOptions{FreeLapse: true, Unit: "%"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%v, lapses %.3f\n", p, p.Lapse)
	g, err := p.GoodnessOfFit(500, 1)
	fmt.Println(g, err)
	// Output:
	// weibull psychometric function: threshold 3.33 % at 0.75 correct; deviance 0.3 with 2 degrees of freedom, lapses 0.033
	// deviance 0.3 with 2 degrees of freedom: p = 0.89 by 500 simulations (0.865 by chi-square) <nil>
}

func ExampleFitWald() {
	rt := []float64{0.41, 0.34, 0.44, 0.52, 0.47, 0.39, 0.61, 0.43, 0.88, 0.42, 0.40, 0.57, 0.46, 0.71, 0.45, 0.36, 0.50, 0.43, 0.66, 0.48, 0.32, 0.41}
	f, err := behavior.FitWald(rt)
	fmt.Println(f, err)
	// Output: shifted Wald: drift 3.74 ± 1.05, threshold 0.86 ± 0.39, shift 254 ± 49 ms (SE), 22 times <nil>
}
