//go:build ignore

// Command gallery_codes draws the figures of codes, behaviour, statistics and
// drugs, one after the other.
//
//	neurorepl run notebooks/scripts/gallery_codes.go
package main

import (
	"log"
	"math"
	"math/rand/v2"

	"github.com/neurorepl/neurorepl/neuro/behavior"
	"github.com/neurorepl/neurorepl/neuro/dataset"
	"github.com/neurorepl/neurorepl/neuro/decode"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/pharm"
	"github.com/neurorepl/neurorepl/neuro/plot"
	"github.com/neurorepl/neurorepl/neuro/signal"
	"github.com/neurorepl/neurorepl/neuro/spikes"
	"github.com/neurorepl/neurorepl/neuro/stats"
	"github.com/neurorepl/neurorepl/neuro/table"
	"gonum.org/v1/gonum/stat"
)

// check ends the program when something went wrong.
func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func main() {
	// %% [markdown]
	// # Gallery: codes, behaviour and drugs
	//
	// The second part of the gallery: every figure stands below its name and the name of the function that draws it, with
	// the lines that made it. Data are real where a recording comes with the program, otherwise simulated with a fixed seed.
	// Cells, networks, fields and images are in gallery.ipynb.

	// %% [markdown]
	// ## Codes of neurons

	// %% [markdown]
	// ### Spike-triggered average
	//
	// `spikes.SpikeTriggered.Plot`: the loudness before a spike of the locust's receptor, on average.

	// %%
	receptor, err := dataset.Grasshopper(1)
	check(err)
	sta, err := spikes.STA(receptor.Level(), receptor.FS, receptor.Spikes, 20, 5)
	check(err)
	sta.Unit = "dB"
	display.Show(sta.Plot())

	// %% [markdown]
	// ### Filters of a point-process model
	//
	// `spikes.GLM.Plot`: what a millisecond of louder sound and a spike of its own do to the rate of the same cell.

	// %%
	loudness := make([]float64, int(receptor.Duration))
	for i := range loudness {
		step := int(receptor.FS / 1000)
		loudness[i] = stat.Mean(receptor.Stimulus[i*step:(i+1)*step], nil)
	}
	glm, err := spikes.FitGLM(receptor.Spikes, 0, receptor.Duration, spikes.GLMOptions{Stimulus: loudness,
		StimulusPeaks: [2]float64{0, 25}, HistoryPeaks: [2]float64{1, 40}, L2: 1e-4})
	check(err)
	display.Show(glm.Plot())

	// %% [markdown]
	// ### Time rescaling
	//
	// `spikes.Rescaled.Plot`: whether that model tells the intervals between spikes; within the grey band it would.

	// %%
	rescaled, err := glm.Rescaling()
	check(err)
	display.Show(rescaled.Plot())

	// %% [markdown]
	// ### Correlogram with jitter test
	//
	// `spikes.CorrelogramResult.Plot`: two cells that share a tenth of their spikes, give or take 2 ms. Bands are those of
	// trains whose spikes were moved within 20 ms.

	// %%
	pair, err := spikes.SingleInteraction(1, spikes.CorrelatedOptions{N: 2, Rate: 10, T1: 200000, Jitter: 1, Seed: 1})
	check(err)
	synchrony, err := spikes.CorrelogramTest(pair.Trains[0], pair.Trains[1], 1, 40, 0, spikes.SurrogateOptions{Seed: 1})
	check(err)
	display.Show(synchrony.Plot())

	// %% [markdown]
	// ### Units of a sorting
	//
	// `spikes.Sorting.Plot`: the spikes of the units that were found in a simulated array, and the intervals between those
	// of each: few are below the refractory time.

	// %%
	array, err := spikes.SimulateRecording(spikes.SimulationOptions{Channels: 6, Units: 4, Seconds: 20, Seed: 8})
	check(err)
	sorted, err := spikes.Sort(array.Recording, spikes.SortOptions{Detect: spikes.ArrayOptions{Positions: array.Positions}})
	check(err)
	display.Show(sorted.Plot())

	// %% [markdown]
	// ### Decoded position
	//
	// `decode.Decoded.Plot`: where a simulated animal is on its track, read from 40 place cells by Bayes’s rule; curves
	// are from the first half of the session, and this is a minute of the second.

	// %%
	rat, err := spikes.SimulateSession(spikes.SessionOptions{Track: true, Dur: 300, Seed: 1})
	check(err)
	places, err := spikes.TuningCurves(rat.T, [][]float64{rat.X}, rat.Cells, spikes.CurvesOptions{Bins: []int{50}, Sigma: 1,
		Epochs: [][2]float64{{0, 150000}}, Names: []string{"position"}, Units: []string{"cm"}})
	check(err)
	decoded, err := decode.Position(places, rat.Cells, 150000, 210000, decode.PositionOptions{Bin: 250, Spread: 10, Posterior: true})
	check(err)
	display.Show(decoded.Plot())

	// %% [markdown]
	// ## Decoding

	// %% [markdown]
	// ### Confusion matrix
	//
	// `decode.Scores.Plot`: which of four directions 20 cells were shown, in folds that the classifier had not seen.

	// %%
	random := rand.New(rand.NewPCG(7, 1))
	var counts [][]float64
	var direction []int
	for trial := 0; trial < 160; trial++ {
		shown, row := trial%4, make([]float64, 20)
		for c := range row {
			rate := 3 + 3*math.Cos(math.Pi/2*float64(shown)-2*math.Pi*float64(c)/20)
			row[c] = rate + math.Sqrt(rate)*1.8*random.NormFloat64()
		}
		counts, direction = append(counts, row), append(direction, shown)
	}
	scores, err := decode.CrossValidate(decode.NewLDA(), counts, direction, 5, 1)
	check(err)
	display.Show(scores.Plot())

	// %% [markdown]
	// ### Permutation test of a decoder
	//
	// `decode.Permutation.Plot`: the accuracy with the labels as they are and with labels that changed places.

	// %%
	chance, err := decode.PermutationTest(decode.NewLDA(), counts[:60], direction[:60], decode.Split{Seed: 1}, 499)
	check(err)
	display.Show(chance.Plot())

	// %% [markdown]
	// ### Temporal generalisation
	//
	// `decode.Generalisation.Plot`: a classifier that was trained at one time of the trial and tested at all. Two
	// conditions differ at first by one pattern of sensors that moves, and later by one that stays.

	// %%
	trials, condition := make([][][]float64, 80), make([]int, 80)
	for i := range trials {
		condition[i] = i % 2
		for sensor := 0; sensor < 12; sensor++ {
			course := make([]float64, 30)
			for t := range course {
				course[t] = random.NormFloat64()
				if moving := 5 + sensor; sensor < 8 && (t == moving || t == moving+1) || sensor >= 8 && t >= 16 && t < 26 {
					course[t] += 1.4 * float64(condition[i])
				}
			}
			trials[i] = append(trials[i], course)
		}
	}
	generalisation, err := decode.Generalise(decode.NewLDA(), trials, condition, decode.Split{Seed: 1})
	check(err)
	for t := range generalisation.Time {
		generalisation.Time[t] *= 20
	}
	generalisation.Unit = "ms"
	display.Show(generalisation.Plot())

	// %% [markdown]
	// ### Representational similarity
	//
	// `decode.RSA.Plot`: how well two models tell the dissimilarities of eight pictures in ten simulated people. The band
	// is the noise ceiling, what the best model could reach.

	// %%
	category, size := make([][]float64, 8), make([][]float64, 8)
	for a := range category {
		for b := 0; b < 8; b++ {
			category[a] = append(category[a], math.Abs(float64(a/4-b/4)))
			size[a] = append(size[a], math.Abs(float64(a%4-b%4)))
		}
	}
	var brains []*decode.RDM
	for person := 0; person < 10; person++ {
		seen := make([][]float64, 8)
		for a := range seen {
			seen[a] = make([]float64, 8)
			for b := 0; b < a; b++ {
				seen[a][b] = math.Abs(category[a][b] + 0.2*size[a][b] + 0.4*random.NormFloat64())
				seen[b][a] = seen[a][b]
			}
		}
		rdm, err := decode.ModelRDM("", seen)
		check(err)
		brains = append(brains, rdm)
	}
	byCategory, err := decode.ModelRDM("category", category)
	check(err)
	bySize, err := decode.ModelRDM("size", size)
	check(err)
	rsa, err := decode.CompareModels(brains, []*decode.RDM{byCategory, bySize}, decode.RSAOptions{Seed: 1})
	check(err)
	display.Show(rsa.Plot())

	// %% [markdown]
	// ## Rhythms and their tests

	// %% [markdown]
	// ### Aperiodic spectrum and peaks
	//
	// `signal.AperiodicFit.Plot`: a spectrum taken apart into what falls with frequency and peaks above it.

	// %%
	const fs = 250.0
	brown := 0.0
	field := make([]float64, 30000)
	for i := range field {
		t := float64(i) / fs
		brown = 0.95*brown + random.NormFloat64()
		field[i] = 4*brown + 3*math.Sin(2*math.Pi*10*t+2*math.Sin(0.9*t)) + 1.2*math.Sin(2*math.Pi*22*t+3*math.Sin(2.3*t))
	}
	welch := signal.NewWelch()
	welch.SegmentLen, welch.Unit = 500, "µV"
	spectrum, err := signal.Welch(field, fs, welch)
	check(err)
	aperiodic, err := signal.Aperiodic(spectrum, signal.AperiodicOptions{Lo: 2, Hi: 45})
	check(err)
	display.Show(aperiodic.Plot())

	// %% [markdown]
	// ### Clusters in time and frequency
	//
	// `signal.PowerClusters.Plot`: twelve people whose alpha falls after a cue; lines are around what a permutation test
	// of clusters finds.

	// %%
	var before, after []*signal.TimeFrequency
	var hertz []float64
	for f := 6.0; f <= 30; f++ {
		hertz = append(hertz, f)
	}
	for person := 0; person < 12; person++ {
		for _, cue := range []bool{false, true} {
			x := make([]float64, 500)
			for i := range x {
				t, alpha := float64(i)/fs, 1.0
				if cue {
					alpha = 1 - 0.7*math.Exp(-(t-1.1)*(t-1.1)/0.05)
				}
				x[i] = 1.5*alpha*math.Sin(2*math.Pi*10*t+float64(person)) + random.NormFloat64()
			}
			power, err := signal.Scalogram(x, fs, hertz, 4)
			check(err)
			if cue {
				after = append(after, power)
			} else {
				before = append(before, power)
			}
		}
	}
	clusters, err := signal.ClusterPaired(after, before, signal.ClusterOptions{ClusterOptions: stats.ClusterOptions{N: 500, Seed: 1}})
	check(err)
	display.Show(clusters.Plot(0))

	// %% [markdown]
	// ## Behaviour

	// %% [markdown]
	// ### Psychometric function
	//
	// `behavior.Psychometric.Plot`: a two-alternative task; the band is the 95% interval of the threshold.

	// %%
	psychometric, err := behavior.FitPsychometric([]float64{1, 2, 4, 8, 16, 32}, []int{27, 31, 35, 45, 49, 49}, []int{50, 50, 50, 50, 50, 50}, behavior.PsychometricOptions{Unit: "% contrast"})
	check(err)
	display.Show(psychometric.Plot())

	// %% [markdown]
	// ### Receiver operating characteristic
	//
	// `behavior.ROCCurve.Plot`: ratings in trials with and without a signal.

	// %%
	var signals, noises []float64
	for k := 0; k < 120; k++ {
		signals, noises = append(signals, 1.2+1.2*random.NormFloat64()), append(noises, random.NormFloat64())
	}
	roc, err := behavior.ROC(signals, noises)
	check(err)
	display.Show(roc.Plot())

	// %% [markdown]
	// ### Drift-diffusion paths with RT densities
	//
	// `behavior.DDMTrials.Plot`: 2000 trials; the lines over the histograms are the model's densities.

	// %%
	ddm := behavior.DDM{A: 1.4, V: 0.9, T0: 0.25, Z: 0.5, S: 1}
	decisions, err := ddm.Simulate(2000, 0.002, 4)
	check(err)
	decisions.Paths = decisions.Paths[:12]
	paths := decisions.Plot()
	paths.Width, paths.Height = 11, 10
	display.Show(paths)

	// %% [markdown]
	// ### Drift-diffusion fit
	//
	// `behavior.DDMFit.Plot`: the model of the largest likelihood for 400 of these trials.

	// %%
	diffusion, err := behavior.FitDDM(decisions.RT[:400], decisions.Upper[:400], behavior.DDMFitOptions{Wald: true})
	check(err)
	display.Show(diffusion.Plot())

	// %% [markdown]
	// ### Learning of a value
	//
	// `behavior.Learning.Plot`: an animal that expects a drop of juice, under Pearce and Hall’s rule: surprise makes it
	// learn faster.

	// %%
	drops := make([]float64, 120)
	for i := range drops {
		if random.Float64() < []float64{0.8, 0.2, 0.8}[i/40] {
			drops[i] = 1
		}
	}
	learning, err := behavior.PearceHall(drops, 0.4, 0.2)
	check(err)
	display.Show(learning.Plot())

	// %% [markdown]
	// ### Choices of a learner
	//
	// `behavior.LearningFit.Plot`: how likely Q-learning, fitted to a simulated person, finds each of the choices between
	// two slot machines.

	// %%
	rule := behavior.QModel(behavior.QOptions{})
	chosen := rule.Simulate([]float64{0.3, 4}, behavior.DriftingBandit(200, 2, 0.2, 0.8, 0.05, 3), 3)
	learner, err := rule.Fit(chosen, behavior.LearningFitOptions{})
	check(err)
	display.Show(learner.Plot())

	// %% [markdown]
	// ### Delay discounting
	//
	// `behavior.Discounting.Plot`: what a reward is worth that comes later.

	// %%
	discounting, err := behavior.FitDiscounting([]float64{1, 7, 30, 90, 180, 365}, []float64{0.97, 0.86, 0.62, 0.41, 0.22, 0.15}, "hyperbolic")
	check(err)
	worth := discounting.Plot()
	worth.Panels[0].X.Unit = "d"
	display.Show(worth)

	// %% [markdown]
	// ### Inhibition function
	//
	// `behavior.StopSignal.Plot`: how often a response could not be stopped any more, over the delay of the stop signal.

	// %%
	var goRT, delay []float64
	var responded []bool
	for i := 0; i < 400; i++ {
		rt := 0.35 + 0.05*random.NormFloat64() + 0.1*random.ExpFloat64()
		if i%4 > 0 {
			goRT = append(goRT, rt)
			continue
		}
		delay = append(delay, 0.05*float64(1+random.IntN(6)))
		responded = append(responded, rt < delay[len(delay)-1]+0.22)
	}
	stop, err := behavior.SSRT(goRT, delay, responded)
	check(err)
	display.Show(stop.Plot())

	// %% [markdown]
	// ### Items of a test
	//
	// `behavior.IRT.PlotCurves`: the probability of a right answer to two of five items over ability, by a two-parameter
	// model of 500 people.

	// %%
	answers := make([][]int, 500)
	for i := range answers {
		ability := random.NormFloat64()
		answers[i] = make([]int, 5)
		for item := range answers[i] {
			if random.Float64() < 1/(1+math.Exp(-(0.8+0.4*float64(item))*(ability-float64(item)+2))) {
				answers[i][item] = 1
			}
		}
	}
	items, err := behavior.FitIRT(answers, behavior.IRTOptions{Names: []string{"A", "B", "C", "D", "E"}})
	check(err)
	display.Show(items.PlotCurves(0, 4))

	// %% [markdown]
	// ## Statistics

	// %% [markdown]
	// ### Forest plot
	//
	// `plot.Forest`: how much slower 18 people became with each day of too little sleep (Belenky et al. 2003): slopes of
	// their reaction times, with 95% intervals.

	// %%
	sleep, err := dataset.Sleepstudy()
	check(err)
	var people []string
	var slope, low, high []float64
	for from := 0; from < len(sleep.Subject); from += 10 {
		days, times := sleep.Days[from:from+10], sleep.Reaction[from:from+10]
		a, b := stat.LinearRegression(days, times, nil, false)
		rss, sxx, middle := 0.0, 0.0, stat.Mean(days, nil)
		for i, d := range days {
			rss += (times[i] - a - b*d) * (times[i] - a - b*d)
			sxx += (d - middle) * (d - middle)
		}
		half := 2.306 * math.Sqrt(rss/8/sxx) // Student's quantile with 8 degrees of freedom
		people = append(people, sleep.Subject[from])
		slope, low, high = append(slope, b), append(low, b-half), append(high, b+half)
	}
	forest := plot.Forest(people, slope, low, high)
	forest.Panels[0].X = plot.Axis{Label: "slope of reaction time", Unit: "ms/day"}
	forest.Panels[0].Y.Label = "person"
	display.Show(forest)

	// %% [markdown]
	// ### Estimates of a mixed model
	//
	// `stats.Mixed`, `plot.Scatter`: the same slopes in one model of all people, over those of each person alone. The model
	// draws them to their mean (dashed), the more the further they are from it.

	// %%
	study := table.Table{Cols: []table.Col{{Name: "subject", Text: sleep.Subject}, {Name: "days", Num: sleep.Days}, {Name: "rt", Num: sleep.Reaction}}}
	mixed, err := stats.Mixed(study, "rt ~ days + (days | subject)", stats.MixedOptions{})
	check(err)
	effects, err := mixed.Effects("subject")
	check(err)
	common := mixed.Fixed[1].Estimate
	var together []float64
	for _, own := range effects.Cols[2].Num {
		together = append(together, common+own)
	}
	shrunk := plot.Scatter(slope, together)
	panel := &shrunk.Panels[0]
	panel.X, panel.Y = plot.Axis{Label: "slope of the person alone", Unit: "ms/day"}, plot.Axis{Label: "slope in the model", Unit: "ms/day"}
	panel.Layers = append(panel.Layers, plot.Layer{Kind: "hline", Y: []float64{common}, Dash: true}, plot.Layer{Kind: "line", X: []float64{0, 20}, Y: []float64{0, 20}, Color: "grey"})
	display.Show(shrunk)

	// %% [markdown]
	// ### Raincloud plot
	//
	// `plot.Raincloud`: the reaction times of the same people on three days.

	// %%
	groups := make([][]float64, 3)
	for i, d := range sleep.Days {
		switch d {
		case 2, 5, 9:
			k := int(d) / 4
			groups[k] = append(groups[k], sleep.Reaction[i])
		}
	}
	raincloud := plot.Raincloud([]string{"day 2", "day 5", "day 9"}, groups)
	raincloud.Panels[0].X.Label = "days of the study"
	raincloud.Panels[0].Y = plot.Axis{Label: "reaction time", Unit: "ms"}
	display.Show(raincloud)

	// %% [markdown]
	// ## Drugs

	// %% [markdown]
	// ### Dose-response with confidence band
	//
	// `pharm.DoseFit.Plot`: growth of the tooth cells of guinea pigs that were given ascorbic acid would have three doses
	// only; here are simulated responses to eight, four times each.

	// %%
	var dose, effect []float64
	for _, d := range []float64{0.1, 0.3, 1, 3, 10, 30, 100, 300} {
		for r := 0; r < 4; r++ {
			dose, effect = append(dose, d), append(effect, pharm.Hill(d, 95, 8, 1.1)+6*random.NormFloat64())
		}
	}
	fit, err := pharm.FitDoseResponse(dose, effect, pharm.DoseOptions{DoseUnit: "nM", Unit: "%"})
	check(err)
	display.Show(fit.Plot())

	// %% [markdown]
	// ### Schild plot
	//
	// `pharm.Schild.Plot`: dose ratios of a competitive antagonist with a pA2 of 7.5, with some error.

	// %%
	var antagonist, ratio []float64
	for _, b := range []float64{1e-8, 3e-8, 1e-7, 3e-7, 1e-6, 3e-6} {
		antagonist = append(antagonist, b)
		ratio = append(ratio, 1+b*math.Pow(10, 7.5)*math.Exp(0.15*random.NormFloat64()))
	}
	schild, err := pharm.FitSchild(antagonist, ratio)
	check(err)
	display.Show(schild.Plot())

	// %% [markdown]
	// ### Isobologram
	//
	// `pharm.Combination.Plot`: mixtures of two drugs as parts of the doses that do the same alone; below the line they
	// help each other, above it they are in each other's way.

	// %%
	first, second := pharm.MedianEffect{Dm: 2, M: 1.2}, pharm.MedianEffect{Dm: 6, M: 1.5}
	mixtures, err := pharm.Combine([]float64{0.25, 0.5, 1, 1, 1.5, 2}, []float64{3, 2, 2, 3, 1, 0.5}, []float64{0.45, 0.5, 0.75, 0.4, 0.66, 0.6}, first, second)
	check(err)
	display.Show(mixtures.Plot())

	// %% [markdown]
	// ### Concentrations of a population
	//
	// `pharm.PopulationFit.PlotIndividuals`: theophylline in the first six of twelve people (Upton), each with the curve
	// of their own and that of the population.

	// %%
	taken, err := dataset.Theophylline()
	check(err)
	id, kg, dosed, hours, level := taken.Cols[0], taken.Cols[1], taken.Cols[2], taken.Cols[3], taken.Cols[4]
	at := map[string]int{}
	var subjects []pharm.Subject
	for i, who := range id.Text {
		if _, ok := at[who]; !ok {
			at[who] = len(subjects)
			subjects = append(subjects, pharm.Subject{ID: who, Doses: []pharm.Dose{{Amount: dosed.Num[i] * kg.Num[i], Oral: true}}})
		}
		s := &subjects[at[who]]
		s.T, s.C = append(s.T, hours.Num[i]), append(s.C, level.Num[i])
	}
	population, err := pharm.FitPopulation(subjects, pharm.PopulationOptions{TUnit: "h", CUnit: "mg/L", DoseUnit: "mg"})
	check(err)
	display.Show(population.PlotIndividuals(6))

	// %% [markdown]
	// ### Visual predictive check
	//
	// `pharm.VPC.Plot`: whether the population model makes data such as these.

	// %%
	predictive, err := population.VPC(pharm.VPCOptions{Runs: 200, Seed: 1})
	check(err)
	display.Show(predictive.Plot())

	// %% [markdown]
	// ### Occupancy of receptors
	//
	// `pharm.CurveFit.Plot`: the share of receptors that a drug holds, seen by PET, over its concentration in the plasma.

	// %%
	occupancy, err := pharm.FitOccupancy([]float64{2, 5, 9, 16, 30, 55, 90}, []float64{0.14, 0.33, 0.42, 0.6, 0.71, 0.85, 0.88}, 1, "ng/mL", "")
	check(err)
	bound := occupancy.Plot()
	bound.Panels[0].X.Label = "concentration in plasma"
	display.Show(bound)

	// %% [markdown]
	// ### Lassen plot
	//
	// `pharm.Lassen.Plot`: the same without a reference region: the slope over eight regions is the occupancy, and where
	// the line meets the axis nothing is bound.

	// %%
	lassen, err := pharm.FitLassen([]float64{4.1, 5.6, 7.2, 8.8, 10.3, 12.9, 14.1, 17.5}, []float64{3.3, 3.8, 4.2, 5, 5.2, 6.4, 6.5, 7.9})
	check(err)
	volumes := lassen.Plot()
	volumes.Panels[0].X.Unit, volumes.Panels[0].Y.Unit = "mL/cm³", "mL/cm³"
	display.Show(volumes)
}
