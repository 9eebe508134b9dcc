package fmri_test

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/neurorepl/neurorepl/neuro/dataset"
	"github.com/neurorepl/neurorepl/neuro/fmri"
	"github.com/neurorepl/neurorepl/neuro/nifti"
)

func ExampleSPMHRF() {
	h := fmri.SPMHRF(2, 32)
	for i := 0; i <= 8; i++ {
		fmt.Printf("%2d s  %7.4f\n", 2*i, h[i])
	}
	// Output:
	//  0 s   0.0000
	//  2 s   0.0866
	//  4 s   0.3749
	//  6 s   0.3849
	//  8 s   0.2161
	// 10 s   0.0769
	// 12 s   0.0016
	// 14 s  -0.0306
	// 16 s  -0.0373
}

func ExampleHRF_Sample() {
	early := fmri.NewHRF()
	early.Peak = 4
	h, err := early.Sample(1, 8)
	fmt.Printf("%.3f %v\n", h, err)
	// Output:
	// [0.000 0.063 0.186 0.231 0.202 0.145 0.092 0.053 0.028] <nil>
}

func ExampleMotion() {
	m, err := fmri.Motion([]float64{0.1, -0.2, 0.4, 0.01, 0, -0.002})
	fmt.Printf("moved up %g mm, nodded %g rad, %v\n", m.Z, m.Pitch, err)
	// Output:
	// moved up 0.4 mm, nodded 0.01 rad, <nil>
}

func ExampleFramewiseDisplacement() {
	p, _, err := dataset.HeadMotion()
	if err != nil {
		fmt.Println(err)
	}
	fd, err := fmri.FramewiseDisplacement(p, 50)
	if err != nil {
		fmt.Println(err)
	}
	above := 0
	for _, d := range fd {
		if d > 0.2 {
			above++
		}
	}
	fmt.Printf("%d volumes, %d of them moved by more than 0.2 mm\n", len(fd), above)
	// Output:
	// 365 volumes, 13 of them moved by more than 0.2 mm
}

func ExampleBetas() {
	// A line through four points: slope and intercept.
	design := [][]float64{{0, 1}, {1, 1}, {2, 1}, {3, 1}}
	bold := [][]float64{{1}, {3}, {4}, {7}}
	b, err := fmri.Betas(design, bold)
	fmt.Printf("slope %.2f, intercept %.2f, %v\n", b[0][0], b[1][0], err)
	// Output:
	// slope 1.90, intercept 0.90, <nil>
}

func ExampleROI() {
	run, mask, err := dataset.DS003()
	if err != nil {
		fmt.Println(err)
	}
	signal, err := fmri.ROI(run, mask)
	if err != nil {
		fmt.Println(err)
	}
	fmt.Printf("mean of the brain over %d volumes: %.1f ... %.1f\n", len(signal), signal[0], signal[19])
	// Output:
	// mean of the brain over 20 volumes: 369.3 ... 367.5
}

func ExampleTSNR() {
	run, mask, _ := dataset.DS003()
	tsnr, err := fmri.TSNR(run)
	if err != nil {
		fmt.Println(err)
	}
	mean, _ := fmri.ROI(tsnr, mask)
	fmt.Printf("tSNR of the brain: %.0f\n", mean[0])
	// Output:
	// tSNR of the brain: 162
}

// The event-related series: the response to each kind of event peaks 4 to 6 s
// after it.
func ExampleFIR() {
	er, err := dataset.EventRelated()
	if err != nil {
		fmt.Println(err)
	}
	r, err := fmri.FIR(er.BOLD, er.TR, er.Events, fmri.ResponseOptions{After: 28})
	if err != nil {
		fmt.Println(err)
	}
	for c, name := range r.Names {
		best := 0
		for t, v := range r.Mean[c] {
			if v > r.Mean[c][best] {
				best = t
			}
		}
		fmt.Printf("events of kind %s: peak %.2f ± %.2f at %g s\n", name, r.Mean[c][best], r.SE[c][best], r.Time[best])
	}
	// Output:
	// events of kind 1: peak 0.71 ± 0.08 at 6 s
	// events of kind 2: peak 0.61 ± 0.08 at 6 s
	// events of kind 3: peak 0.69 ± 0.08 at 6 s
	// events of kind 4: peak 0.62 ± 0.08 at 4 s
	// events of kind 5: peak 0.65 ± 0.08 at 6 s
	// events of kind 6: peak 0.47 ± 0.08 at 6 s
}

func ExampleEventAverage() {
	er, _ := dataset.EventRelated()
	r, err := fmri.EventAverage(er.BOLD, er.TR, er.Events, fmri.ResponseOptions{Before: 4, After: 12, Baseline: true})
	if err != nil {
		fmt.Println(err)
	}
	fmt.Printf("%d events of kind %s\n", r.Events[0], r.Names[0])
	for t, at := range r.Time {
		fmt.Printf("%3.0f s  %5.2f\n", at, r.Mean[0][t])
	}
	// Output:
	// 96 events of kind 1
	//  -4 s  -0.03
	//  -2 s  -0.07
	//   0 s   0.10
	//   2 s   0.32
	//   4 s   0.33
	//   6 s   0.37
	//   8 s   0.42
	//  10 s   0.21
	//  12 s  -0.00
}

func ExampleParseEvents() {
	events, err := fmri.ParseEvents("onset\tduration\ttrial_type\n20.0\t2.0\tword\n22.5\t2.0\tpseudoword\n")
	fmt.Println(len(events), events[1].Type, events[1].Onset, err)
	// Output:
	// 2 pseudoword 22.5 <nil>
}

func ExampleParseMotion() {
	p, err := fmri.ParseMotion("0.01 0 0  0.5 -0.25 1\n", "fsl")
	fmt.Println(p, err)
	// Output:
	// [[0.5 -0.25 1 0.01 0 0]] <nil>
}

// A block design of two conditions, fitted to a voxel that responds to one.
func ExampleFit() {
	var events []fmri.Event
	for i := range 6 {
		events = append(events, fmri.Event{Onset: float64(40 * i), Duration: 12, Type: []string{"face", "house"}[i%2]})
	}
	d, err := fmri.NewDesign(120, 2, events, fmri.DesignOptions{})
	if err != nil {
		fmt.Println(err)
	}
	face, _ := d.Column("face")
	bold := make([]float64, 120)
	for t := range bold {
		bold[t] = 500 + 10*face[t] + float64(t*37%11-5)/5
	}
	mm := [4][4]float64{{3, 0, 0, 0}, {0, 3, 0, 0}, {0, 0, 3, 0}, {0, 0, 0, 1}}
	run, _ := nifti.New([]int{1, 1, 1, 120}, mm, bold)

	fit, err := fmri.Fit(run, nil, d, fmri.GLMOptions{})
	if err != nil {
		fmt.Println(err)
	}
	m, err := fit.Contrast("face - house")
	if err != nil {
		fmt.Println(err)
	}
	fmt.Println(d.Names)
	fmt.Printf("effect %.1f ± %.1f, t(%g) = %.1f, z = %.1f\n", m.Effect[0], m.Effect[0]/m.T[0], m.DF, m.T[0], m.Z[0])
	// Output:
	// [face house drift_1 drift_2 drift_3 drift_4 constant]
	// effect 10.0 ± 0.2, t(113) = 45.3, z = 18.2
}

func ExampleNewHRF() {
	h := fmri.NewHRF()
	fmt.Printf("peak %g s, undershoot %g s; %.3f per s at 5 s\n", h.Peak, h.Undershoot, h.At(5))
	// Output:
	// peak 6 s, undershoot 16 s; 0.175 per s at 5 s
}

func ExampleNewGlover() {
	h, err := fmri.NewGlover().Sample(2, 16)
	fmt.Printf("%.3f %v\n", h, err)
	// Output:
	// [0.000 0.103 0.565 0.580 0.219 -0.074 -0.169 -0.141 -0.083] <nil>
}

func ExampleReadMotion() {
	folder, _ := os.MkdirTemp("", "motion")
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "sub-01.par")
	if err := os.WriteFile(path, []byte("0 0 0 0 0 0\n0.002 0 0 0.1 0.05 -0.2\n"), 0o644); err != nil {
		fmt.Println(err)
	}
	p, err := fmri.ReadMotion(path, "fsl")
	if err != nil {
		fmt.Println(err)
	}
	m, err := fmri.Motion(p[1])
	fmt.Println(m.X, "mm,", m.Pitch, "rad,", err)
	// Output:
	// 0.1 mm, 0.002 rad, <nil>
}

func ExampleMotionFigure() {
	p, _, _ := dataset.HeadMotion()
	f, err := fmri.MotionFigure(p, 2)
	for _, panel := range f.Panels {
		fmt.Printf("%s (%s)\n", panel.Y.Label, panel.Y.Unit)
	}
	fmt.Println(err)
	// Output:
	// translation (mm)
	// rotation (°)
	// FD (mm)
	// <nil>
}

func ExampleReadEvents() {
	folder, _ := os.MkdirTemp("", "events")
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "sub-01_events.tsv")
	if err := os.WriteFile(path, []byte("onset\tduration\ttrial_type\n20.0\t2.0\tword\n"), 0o644); err != nil {
		fmt.Println(err)
	}
	events, err := fmri.ReadEvents(path)
	fmt.Println(len(events), "event:", events[0].Type, "at", events[0].Onset, "s", err)
	// Output:
	// 1 event: word at 20 s <nil>
}

func ExampleEventTable() {
	events, _ := fmri.ParseEvents("onset\tduration\ttrial_type\n20.0\t2.0\tword\n22.5\t2.0\tpseudoword\n")
	fmt.Println(fmri.EventTable(events))
	// Output:
	// onset (s)  duration (s)  type
	//        20             2  word
	//      22.5             2  pseudoword
}

func ExampleNewDesign() {
	events := []fmri.Event{{Onset: 4, Duration: 2, Type: "word"}, {Onset: 20, Duration: 2, Type: "pseudoword"}}
	d, err := fmri.NewDesign(20, 2, events, fmri.DesignOptions{HighPass: 1.0 / 128})
	if err != nil {
		fmt.Println(err)
	}
	fmt.Println(d.Names)
	word, _ := d.Column("word")
	fmt.Printf("%.2f\n", word[:10])
	// Output:
	// [pseudoword word constant]
	// [0.00 0.00 0.00 0.02 0.24 0.41 0.31 0.14 0.03 -0.02]
}

// What a model leaves should be white: here the noise has a memory, which "ols" does
// not know and "ar1" does.
func ExampleGLM_Residuals() {
	const n = 100
	values, state, e := make([]float64, n), uint64(1), 0.0
	for i := range values {
		sum := -6.0 // twelve uniform numbers make a nearly normal one
		for range 12 {
			state = state*6364136223846793005 + 1442695040888963407
			sum += float64(state>>11) / (1 << 53)
		}
		e = 0.6*e + sum
		values[i] = 100 + e
	}
	run, _ := nifti.New([]int{1, 1, 1, n}, [4][4]float64{{3, 0, 0, 0}, {0, 3, 0, 0}, {0, 0, 3, 0}, {0, 0, 0, 1}}, values)
	d, _ := fmri.NewDesign(n, 2, []fmri.Event{{Onset: 40, Duration: 10, Type: "word"}}, fmri.DesignOptions{})
	for _, noise := range []string{"ols", "ar1"} {
		g, _ := fmri.Fit(run, nil, d, fmri.GLMOptions{Noise: noise})
		r, _ := g.Residuals(run)
		fmt.Printf("%s: Durbin-Watson %.2f, Ljung-Box p %.3f\n", noise, r.DurbinWatson[0], r.LjungBox[0])
	}
	// Output:
	// ols: Durbin-Watson 0.87, Ljung-Box p 0.000
	// ar1: Durbin-Watson 1.91, Ljung-Box p 0.532
}
