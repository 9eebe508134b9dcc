package plot_test

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/nifti"
	"github.com/neurorepl/neurorepl/neuro/plasticity"
	"github.com/neurorepl/neurorepl/neuro/plot"
	"github.com/neurorepl/neurorepl/neuro/signal"
)

func Example() {
	f := plot.Line([]float64{0, 1, 2, 3}, []float64{-65, -63, -61, -60})
	f.Panels[0].X = plot.Axis{Label: "time", Unit: "ms"}
	f.Panels[0].Y = plot.Axis{Label: "V", Unit: "mV"}
	f.Panels[0].Layers = append(f.Panels[0].Layers, plot.Layer{Kind: "hline", Y: []float64{-50}, Dash: true})
	fmt.Println(f.Show())
	// Output: Figure: V (mV) over time (ms) (1 line, 4 points)
}

func ExampleTrace() {
	v := neuro.Trace{Name: "V", Unit: "mV", Dt: 0.1, Y: make([]float64, 1000)}
	i := neuro.Trace{Name: "I", Unit: "µA/cm²", Dt: 0.1, Y: make([]float64, 1000)}
	fmt.Println(plot.Trace(v, i).Show())
	// Output: Figure: V (mV), I (µA/cm²) over time (ms) (2 panels, 2 lines, 2000 points)
}

func ExampleRaster() {
	r := neuro.Raster{Trains: []neuro.Spikes{{12, 40, 66}, {15, 70}}, T1: 100}
	fmt.Println(plot.Raster(r).Show())
	// Output: Figure: train over time (ms) (1 raster of 5 marks)
}

func ExampleLine() {
	amp, rate := []float64{0, 5, 10, 20}, []float64{0, 0, 68, 88}
	f := plot.Line(amp, rate)
	f.Panels[0].X = plot.Axis{Label: "current", Unit: "µA/cm²"}
	f.Panels[0].Y = plot.Axis{Label: "rate", Unit: "Hz"}
	fmt.Println(f.Show())
	// Output: Figure: rate (Hz) over current (µA/cm²) (1 line, 4 points)
}

func ExampleScatter() {
	f := plot.Scatter([]float64{1.2, 1.9, 3.1}, []float64{4, 5, 7})
	f.Panels[0].X.Label, f.Panels[0].Y.Label = "tuning width", "spikes"
	fmt.Println(f.Show())
	// Output: Figure: spikes over tuning width (3 points)
}

func ExampleHeat() {
	f := plot.Heat([][]float64{{1, 0.8, 0.1}, {0.8, 1, 0.2}, {0.1, 0.2, 1}})
	f.Panels[0].ColorBar.Label = "correlation"
	f.Panels[0].Square = true
	fmt.Println(f.Show())
	// Output: Figure: correlation over column and row (1 image of 3 × 3)
}

func ExampleBars() {
	f := plot.Bars([]string{"saline", "drug"}, []float64{12.5, 4.1})
	f.Panels[0].Y = plot.Axis{Label: "rate", Unit: "Hz"}
	fmt.Println(f.Show())
	// Output: Figure: rate (Hz) (1 histogram of 3 bars)
}

func ExampleHist() {
	f := plot.Hist([]float64{8.1, 9.4, 9.7, 10.2, 10.3, 11.8, 14.9, 22.3})
	f.Panels[0].X = plot.Axis{Label: "interval", Unit: "ms"}
	l := f.Panels[0].Layers[0]
	for i, n := range l.Y {
		fmt.Printf("%4.1f to %4.1f ms: %g\n", l.X[i], l.X[i+1], n)
	}
	// Output:
	//  8.1 to 10.9 ms: 5
	// 10.9 to 13.8 ms: 1
	// 13.8 to 16.6 ms: 1
	// 16.6 to 19.5 ms: 0
	// 19.5 to 22.3 ms: 1
}

func ExampleHistN() {
	l := plot.HistN([]float64{0.1, 0.2, 0.2, 0.9}, 2).Panels[0].Layers[0]
	fmt.Println(l.X, l.Y)
	// Output: [0.1 0.5 0.9] [3 1]
}

func ExampleSpectrum() {
	x := make([]float64, 2000) // 10 Hz, sampled at 200 Hz
	for i := range x {
		x[i] = float64(i%20) - 9.5
	}
	s, err := signal.Welch(x, 200, signal.NewWelch())
	if err != nil {
		fmt.Println(err)
		return
	}
	f := plot.Spectrum(s)
	fmt.Println(f.Panels[0].X.Label, f.Panels[0].X.Unit, len(f.Panels[0].Layers)) // band and line
	// Output: frequency Hz 2
}

func ExampleSTDP() {
	fmt.Println(plot.STDP(plasticity.NewSTDP()).Show())
	// Output: Figure: STDP window (2 lines, 402 points)
}

func ExampleWindow() {
	// Change of synaptic strength in % for eight pairings.
	dt := []float64{-40, -20, -10, -5, 5, 10, 20, 40}
	dw := []float64{-5, -15, -28, -40, 85, 60, 30, 8}
	f := plot.Window(dt, dw)
	f.Panels[0].Y = plot.Axis{Label: "change of EPSC", Unit: "%"}
	fmt.Println(f.Show())
	// Output: Figure: change of EPSC (%) over t post − t pre (ms) (2 lines, 8 points)
}

func ExampleSlices() {
	affine := [4][4]float64{{3, 0, 0, -15}, {0, 3, 0, -18}, {0, 0, 4, -4}, {0, 0, 0, 1}}
	im, err := nifti.New([]int{10, 12, 3}, affine, make([]float64, 10*12*3))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(plot.Slices(im).Panels))
	// Output: 1
}

func ExampleOverlay() {
	affine := [4][4]float64{{3, 0, 0, -15}, {0, 3, 0, -18}, {0, 0, 4, -4}, {0, 0, 0, 1}}
	anatomy, _ := nifti.New([]int{10, 12, 3}, affine, make([]float64, 10*12*3))
	z, _ := nifti.New([]int{10, 12, 3}, affine, make([]float64, 10*12*3))
	if _, err := plot.Overlay(anatomy, z, -1); err != nil {
		fmt.Println(err)
	}
	// Output: nifti: OverlayFigure: threshold is -1; it must be finite and 0 or more
}

func ExampleGrid() {
	a := plot.Line([]float64{0, 1}, []float64{0, 1})
	b := plot.Hist([]float64{1, 1, 2})
	f := plot.Grid(a, b)
	f.Title = "Two panels"
	fmt.Println(f.Show())
	// Output: Figure: Two panels (2 panels, 1 line, 2 points, 1 histogram of 2 bars)
}

func ExampleSave() {
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	f := plot.Line([]float64{0, 1}, []float64{0, 1})
	for _, name := range []string{"line.png", "line.svg", "line.pdf"} {
		if err := plot.Save(f, filepath.Join(dir, name)); err == nil {
			fmt.Println(name)
		}
	}
	fmt.Println(plot.Save(f, "line.tiff"))
	// Output:
	// line.png
	// line.svg
	// line.pdf
	// plot: Save: "line.tiff" ends in ".tiff"; allowed are .png, .svg, .pdf and .html
}

func ExampleFigure_Interactive() {
	f := plot.Line([]float64{0, 1, 2}, []float64{0, 1, 4})
	_, told := f.Interactive().Data["application/vnd.vegalite.v5+json"]
	fmt.Println(told)
	// Output: true
}
