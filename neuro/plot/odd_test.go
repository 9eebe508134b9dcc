package plot

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/nifti"
	"github.com/neurorepl/neurorepl/neuro/plasticity"
	"github.com/neurorepl/neurorepl/neuro/signal"
)

// square is a matrix of n by n made of values, which repeat.
func square(v []float64) [][]float64 {
	z := make([][]float64, len(v))
	for i := range z {
		for j := range v {
			z[i] = append(z[i], v[(i*len(v)+j)%len(v)])
		}
	}
	return z
}

func count(n int) (x []float64, names []string) {
	for i := range n {
		x, names = append(x, float64(i+1)), append(names, fmt.Sprint("name ", i))
	}
	return x, names
}

// volume is an image of 4 x 4 x 4 voxels that are values, which repeat; 0 without
// any.
func volume(v []float64) *nifti.Image {
	voxels := make([]float64, 64)
	for i := range voxels {
		if len(v) > 0 {
			voxels[i] = v[i%len(v)]
		}
	}
	im, err := nifti.New([]int{4, 4, 4}, [4][4]float64{{3, 0, 0, -6}, {0, 3, 0, -6}, {0, 0, 3, -6}, {0, 0, 0, 1}}, voxels)
	if err != nil {
		panic(err)
	}
	return im
}

// constructors are all functions of the package that return a figure, of data
// that are v. Those that are given a number or a rule only have it from v.
var constructors = map[string]func(v []float64) (*Figure, error){
	"Trace": func(v []float64) (*Figure, error) {
		return Trace(neuro.Trace{Name: "V", Unit: "mV", Dt: 0.1, Y: v}), nil
	},
	"Raster": func(v []float64) (*Figure, error) {
		return Raster(neuro.Raster{Trains: []neuro.Spikes{v, {}, v}, T1: 10}), nil
	},
	"Line":    func(v []float64) (*Figure, error) { return Line(v, v), nil },
	"Scatter": func(v []float64) (*Figure, error) { return Scatter(v, v), nil },
	"Heat":    func(v []float64) (*Figure, error) { return Heat(square(v)), nil },
	"Hist":    func(v []float64) (*Figure, error) { return Hist(v), nil },
	"HistN":   func(v []float64) (*Figure, error) { return HistN(v, 5), nil },
	"Grid":    func(v []float64) (*Figure, error) { return Grid(Line(v, v), Hist(v), Heat(square(v))), nil },
	"Window":  func(v []float64) (*Figure, error) { return Window(v, v), nil },
	"Spectrum": func(v []float64) (*Figure, error) {
		return Spectrum(&signal.Spectrum{F: v, P: v, Unit: "mV²/Hz"}), nil
	},
	"Slices":     func(v []float64) (*Figure, error) { return Slices(volume(v)), nil },
	"Overlay":    func(v []float64) (*Figure, error) { return Overlay(volume(v), volume(v), 1) },
	"Ortho":      func(v []float64) (*Figure, error) { return Ortho(volume(v), volume(v), 1) },
	"Mosaic":     func(v []float64) (*Figure, error) { return Mosaic(volume(v), "sagittal") },
	"GlassBrain": func(v []float64) (*Figure, error) { return GlassBrain(volume(v), volume(v), 1) },
	"Bars": func(v []float64) (*Figure, error) {
		_, names := count(len(v))
		return Bars(names, v), nil
	},
	"STDP": func(v []float64) (*Figure, error) {
		p := plasticity.STDP{TauPlus: 20, TauMinus: 20, Window: 100}
		if len(v) > 0 {
			p.APlus, p.AMinus, p.TauPlus = v[0], v[0], v[len(v)-1]
		}
		return STDP(p), nil
	},
	"PhasePlane": func(v []float64) (*Figure, error) {
		return PhasePlane(func(x, y float64) (float64, float64) {
			if len(v) == 0 {
				return 0, 0
			}
			return v[0], v[len(v)-1]
		}, -1, 1, -1, 1), nil
	},
	"Connectivity": func(v []float64) (*Figure, error) {
		_, names := count(len(v))
		return Connectivity(square(v), names), nil
	},
	"Network": func(v []float64) (*Figure, error) {
		_, names := count(len(v))
		return Network(square(v), names), nil
	},
	"Weights": func(v []float64) (*Figure, error) {
		t, _ := count(len(v))
		return Weights(t, square(v), 0), nil
	},
	"Channels": func(v []float64) (*Figure, error) {
		_, names := count(len(v))
		return Channels(square(v), 100, names, "µV"), nil
	},
	"Carpet": func(v []float64) (*Figure, error) { return Carpet(square(v), 2, v), nil },
	"Forest": func(v []float64) (*Figure, error) {
		_, names := count(len(v))
		return Forest(names, v, v, v), nil
	},
	"Raincloud": func(v []float64) (*Figure, error) { return Raincloud([]string{"a", "b"}, [][]float64{v, v}), nil },
	"ERP": func(v []float64) (*Figure, error) {
		return ERP([][]float64{v, v, v, v}, 100, 0, []string{"Fz", "Cz", "C3", "C4"}, "µV")
	},
	"TopomapAt": func(v []float64) (*Figure, error) {
		return TopomapAt(oddPlaces[:min(len(v), 6)], v[:min(len(v), 6)], "µV")
	},
	"TopomapMEG": func(v []float64) (*Figure, error) {
		return TopomapMEG(oddPlaces[:min(len(v), 6)], v[:min(len(v), 6)], "fT")
	},
	"Topomap": func(v []float64) (*Figure, error) {
		names := []string{"Fz", "Cz", "C3", "C4", "Pz", "O1"}
		return Topomap(names[:min(len(v), 6)], v[:min(len(v), 6)], "µV")
	},
	"Electrodes": func(v []float64) (*Figure, error) {
		return Electrodes([]string{"Fz", "Cz", "C3", "C4", "Pz", "O1"}[:min(len(v), 6)])
	},
	"Connectome": func(v []float64) (*Figure, error) {
		var places [][]float64
		for range v {
			places = append(places, []float64{1, 2, float64(len(places))})
		}
		return Connectome(volume([]float64{0, 1, 2}), places, square(v), 0)
	},
}

// Every function that returns a figure draws one that can be read, or says what is
// wrong, of nothing, of one value, of equal ones, of none that is finite, of some
// that are not, of both signs, of the largest numbers, and of all these on a
// logarithmic axis; it never panics without a message of its own.
func TestOddData(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	data := map[string][]float64{
		"nothing": nil, "one": {2}, "a negative one": {-2}, "zero": {0}, "equal": {3, 3, 3, 3, 3, 3}, "not a number": {nan, nan, nan, nan},
		"infinite": {inf, -inf, inf, inf}, "one of many is finite": {nan, 2, nan, inf}, "gaps": {1, 2, nan, 3, 4, inf, 5}, "both signs": {-2, -1, 0, 1, 2, 3},
		"negative": {-5, -4, -3, -2, -1}, "huge": {1e308, -1e308, 1e308, 0, 1}, "tiny": {1e-308, 2e-308, 3e-308, 0, 4e-308}, "narrow": {1e9, 1e9 + 1e-6, 1e9 + 2e-6, 1e9},
	}
	for name, build := range constructors {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for what, v := range data {
				odd(t, name, what, false, build, v)
				if what == "nothing" || what == "gaps" || what == "both signs" || what == "negative" {
					odd(t, name, what, true, build, v)
				}
			}
		})
	}
}

// odd draws a figure of odd data. With ODD set to a folder it is written there, to
// be looked at.
func odd(t *testing.T, name, what string, log bool, build func([]float64) (*Figure, error), v []float64) {
	where := name + " of " + what
	if log {
		where += " on logarithmic axes"
	}
	defer func() {
		if r := recover(); r != nil && !strings.HasPrefix(fmt.Sprint(r), "plot: "+name+": ") {
			t.Errorf("%s: panic: %v", where, r)
		}
	}()
	f, err := build(append([]float64(nil), v...))
	if err != nil {
		if s := err.Error(); !strings.HasPrefix(s, "plot: ") && !strings.HasPrefix(s, "nifti: ") {
			t.Errorf("%s: error %q does not say where it is from", where, s)
		}
		return
	}
	for i := range f.Panels {
		if p := &f.Panels[i]; log && !p.Bare { // heads, brains and graphs are not on axes
			p.X.Log, p.Y.Log, p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = true, true, 0, 0, 0, 0
		}
	}
	for _, s := range figure.Faults(f) {
		t.Errorf("%s: %s", where, s)
	}
	f.Width, f.Height = 6, 5 // quickly drawn
	if b := f.Show(); len(b.Text()) == 0 || len(b.Sketch(60, false)) == 0 {
		t.Errorf("%s: shows nothing", where)
	}
	if d := os.Getenv("ODD"); d != "" {
		f.Width, f.Height = 10, 6
		if err := f.Save(d + "/" + strings.ReplaceAll(where, " ", "_") + ".png"); err != nil {
			t.Errorf("%s: %v", where, err)
		}
	}
}

// The table of constructors is complete.
func TestConstructors(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || !f.Name.IsExported() || f.Type.Results == nil {
				continue
			}
			if star, ok := f.Type.Results.List[0].Type.(*ast.StarExpr); !ok || fmt.Sprint(star.X) != "Figure" {
				continue
			}
			if found++; constructors[f.Name.Name] == nil {
				t.Errorf("%s is not in the table of constructors that odd data are given to", f.Name.Name)
			}
		}
	}
	if found != len(constructors) {
		t.Errorf("%d functions return a figure, the table has %d", found, len(constructors))
	}
}

// oddPlaces are those of six sensors, in mm.
var oddPlaces = [][]float64{{0, 80, 90}, {5, 0, 120}, {-70, 10, 60}, {70, 0, 55}, {0, -60, 95}, {40, -90, -10}}
