package plot_test

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/nifti"
	"github.com/neurorepl/neurorepl/neuro/plot"
)

// sines are n channels of 200 samples.
func sines(n int) [][]float64 {
	x := make([][]float64, n)
	for k := range x {
		x[k] = make([]float64, 200)
		for i := range x[k] {
			x[k][i] = float64(10*(k+1)) * math.Sin(float64(i)/10)
		}
	}
	return x
}

// anatomy is a brain in the shape of a ball.
func anatomy() *nifti.Image {
	const n = 12
	values := make([]float64, n*n*n)
	for i := range values {
		x, y, z := float64(i%n)-5.5, float64(i/n%n)-5.5, float64(i/n/n)-5.5
		values[i] = 100 * math.Max(0, 1-math.Sqrt(x*x+y*y+z*z)/6)
	}
	affine := [4][4]float64{{4, 0, 0, -22}, {0, 4, 0, -22}, {0, 0, 4, -22}, {0, 0, 0, 1}}
	im, err := nifti.New([]int{n, n, n}, affine, values)
	if err != nil {
		panic(err)
	}
	return im
}

func ExampleChannels() {
	f := plot.Channels(sines(3), 250, []string{"Fz", "Cz", "Pz"}, "µV")
	fmt.Println(f.Panels[0].Y.Label)
	// Output: channel, 50 µV apart
}

func ExampleERP() {
	f, err := plot.ERP(sines(4), 500, -100, []string{"Fz", "Cz", "Pz", "Oz"}, "µV", 100, 180)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, m := range f.Panels[0].Insets {
		fmt.Println(m.Panel.Title)
	}
	// Output:
	// 100 ms
	// 180 ms
}

func ExampleTopomap() {
	f, err := plot.Topomap([]string{"Fp1", "Fp2", "C3", "C4", "O1", "O2"}, []float64{-2, -2, 0, 1, 5, 6}, "µV")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(f.Panels[0].ColorBar.Label, f.Panels[0].ColorBar.Unit)
	_, err = plot.Topomap([]string{"Fp1", "Fpp"}, []float64{1, 2}, "µV")
	fmt.Println(err)
	// Output:
	// amplitude µV
	// plot: Topomap: names[1] is "Fpp", which is not an electrode of the 10-05 system; names are such as Fz, T7, Cz or PO9h
}

func ExampleTopomapAt() {
	places := [][]float64{{-30, 80, 40}, {30, 80, 40}, {-75, 0, 40}, {75, 0, 40}, {0, 0, 125}, {0, -90, 40}} // mm
	f, err := plot.TopomapAt(places, []float64{-2, -2, 0, 1, 1, 6}, "µV")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(f.Panels[0].ColorBar.Label, f.Panels[0].ColorBar.Unit)
	_, err = plot.TopomapAt(places[:3], []float64{1, 2}, "µV")
	fmt.Println(err)
	// Output:
	// amplitude µV
	// plot: TopomapAt: there are 3 places and 2 values; there must be as many
}

func ExampleTopomapMEG() {
	places := [][]float64{{-30, 100, 40}, {30, 100, 40}, {-95, 0, 0}, {95, 0, 0}, {0, 0, 145}, {0, -110, 0}} // mm
	f, err := plot.TopomapMEG(places, []float64{-120, 90, -60, 200, 10, 40}, "fT")
	if err != nil {
		fmt.Println(err)
		return
	}
	dots := f.Panels[0].Layers[len(f.Panels[0].Layers)-1]
	fmt.Println(len(dots.X), "sensors,", f.Panels[0].ColorBar.Unit)
	// Output: 6 sensors, fT
}

func ExampleElectrode() {
	x, y, z, err := plot.Electrode("Cz") // the vertex
	fmt.Printf("%.1f %.1f %.1f %v\n", math.Abs(x), math.Abs(y), z, err)
	// Output: 0.0 0.0 1.0 <nil>
}

func ExampleElectrodes() {
	f, err := plot.Electrodes([]string{"Fz", "Cz", "Pz", "C3", "C4"})
	if err != nil {
		fmt.Println(err)
		return
	}
	layers := f.Panels[0].Layers
	fmt.Println(len(layers[len(layers)-1].X), "electrodes")
	// Output: 5 electrodes
}

func ExampleForest() {
	f := plot.Forest([]string{"study 1", "study 2"}, []float64{0.4, 0.1}, []float64{0.2, -0.3}, []float64{0.6, 0.5})
	f.Panels[0].X.Label = "Hedges' g"
	fmt.Println(f.Panels[0].Y.Names)
	// Output: [study 1 study 2]
}

func ExampleRaincloud() {
	f := plot.Raincloud([]string{"young", "old"}, [][]float64{{310, 295, 330, 342, 301}, {390, 402, 371, 455, 420}})
	f.Panels[0].Y = plot.Axis{Label: "reaction time", Unit: "ms"}
	fmt.Println(f.Panels[0].X.Names)
	// Output: [young old]
}

func ExampleCarpet() {
	f := plot.Carpet(sines(5), 2, nil)
	fmt.Println(len(f.Panels), f.Panels[0].X.Unit)
	// Output: 1 s
}

func ExampleConnectivity() {
	w := [][]float64{{1, 0.6, -0.2}, {0.6, 1, 0.1}, {-0.2, 0.1, 1}}
	f := plot.Connectivity(w, []string{"V1", "V4", "MT"})
	fmt.Println(f.Panels[0].ColorBar.Label, f.Panels[0].X.Names)
	// Output: weight [V1 V4 MT]
}

func ExampleNetwork() {
	w := [][]float64{{0, 0.5, 0}, {0, 0, -1}, {0.3, 0, 0}}
	f := plot.Network(w, []string{"E1", "E2", "I1"})
	fmt.Println(f.Panels[0].Bare)
	// Output: true
}

func ExampleWeights() {
	t := []float64{0, 1, 2}
	w := [][]float64{{0.4, 0.5, 0.6}, {0.2, 0.5, 0.8}, {0, 0.5, 1}}
	f := plot.Weights(t, w, 10)
	fmt.Println(f.Panels[0].ColorBar.Label)
	// Output: share of synapses
}

func ExamplePhasePlane() {
	// The oscillator of van der Pol.
	f := plot.PhasePlane(func(x, y float64) (dx, dy float64) { return x - x*x*x/3 - y, x }, -3, 3, -2, 2)
	for _, l := range f.Panels[0].Layers {
		fmt.Printf("%s: %q\n", l.Kind, l.Name)
	}
	// Output:
	// vectors: ""
	// contour: "x nullcline"
	// contour: "y nullcline"
}

func ExampleOrtho() {
	brain := anatomy()
	f, err := plot.Ortho(brain, nil, 0, 2, -2, 6)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(f.Show())
	_, err = plot.Ortho(brain, nil, 0, 0, 0, 300)
	fmt.Println(err)
	// Output:
	// Figure: signal (3 images of 12 × 12, 3 lines, 15 points)
	// nifti: OrthoFigure: place 300 mm is outside of the image, whose axial slices lie at z = −22 to 22 mm
}

func ExampleMosaic() {
	_, err := plot.Mosaic(anatomy(), "horizontal")
	fmt.Println(err)
	// Output: nifti: PlaneFigure: plane "horizontal"; allowed are "axial", "coronal" and "sagittal"
}

func ExampleGlassBrain() {
	f, err := plot.GlassBrain(anatomy(), anatomy(), 60)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(f.Title)
	// Output: signal ≥ 60
}

func ExampleConnectome() {
	xyz := [][]float64{{-10, 0, 0}, {10, 0, 0}, {0, -10, 8}}
	w := [][]float64{{0, 0.9, 0.2}, {0.9, 0, -0.6}, {0.2, -0.6, 0}}
	f, err := plot.Connectome(anatomy(), xyz, w, 0.5)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(f.Title)
	// Output: 3 regions, 2 connections with |weight| ≥ 0.5 (red > 0, blue < 0)
}
