package signal

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

// TestICSDAgainstElephant holds delta and step to elephant's values, and all methods to the
// density that the potentials were integrated from.
func TestICSDAgainstElephant(t *testing.T) {
	var cases []struct {
		Depth, LFP, Density, Delta, Step []float64
		Diameter, Above                  float64
	}
	golden.JSON(t, golden.Path(t, "signal/icsd.json"), &cases)
	for i, c := range cases {
		lfp := make([][]float64, len(c.LFP))
		for k, v := range c.LFP {
			lfp[k] = []float64{v, 2 * v, 0}
		}
		o := ICSDOptions{Depth: c.Depth, Diameter: c.Diameter, Above: c.Above}
		if c.Above == 0 {
			o.Above = -1 // no conductor
		}
		errors := map[string]float64{}
		for _, method := range []string{"delta", "step", "spline"} {
			o.Method = method
			if method == "spline" {
				o.Points = len(c.Depth)
				if len(c.Step) == 0 { // uneven contacts: ask at each of them
					o.Points = 29
				}
			}
			r, err := ICSD(lfp, 1000, o)
			if err != nil {
				t.Fatal(err)
			}
			got := make([]float64, len(r.CSD))
			for k, row := range r.CSD {
				got[k] = row[0]
				if row[2] != 0 || math.Abs(row[1]-2*row[0]) > 1e-12*math.Abs(row[0]) {
					t.Fatalf("case %d, %s: potentials of 1, 2 and 0 give %v", i, method, row)
				}
			}
			switch method {
			case "delta":
				per := make([]float64, len(got)) // elephant's is per area
				for k := range got {
					lo, hi := o.reach(k)
					per[k] = got[k] * (hi - lo)
				}
				golden.Close(t, fmt.Sprintf("case %d, delta", i), per, c.Delta, 1e-9)
			case "step":
				for k := range c.Step {
					c.Step[k] /= 1000
				}
				if c.Step != nil {
					golden.Close(t, fmt.Sprintf("case %d, step", i), got, c.Step, 1e-8)
				}
			}
			worst := 0.0
			for k, v := range c.Density {
				at := k
				if len(got) == 29 { // from 0.1 to 1.5 mm, 0.05 apart
					at = int(math.Round((c.Depth[k] - 0.1) / 0.05))
				}
				worst = math.Max(worst, math.Abs(got[at]-v))
			}
			errors[method] = worst
		}
		// The density has a peak of 1; splines follow it best.
		if !(errors["spline"] < 0.03 && errors["spline"] < errors["step"] && errors["step"] < errors["delta"]) {
			t.Errorf("case %d: largest errors are %v", i, errors)
		}
	}
}

// TestICSDForward: of the potentials of splines, computed by a sum over thin discs, the
// splines come back.
func TestICSDForward(t *testing.T) {
	o := ICSDOptions{Depth: []float64{0.2, 0.3, 0.5, 0.7, 0.75}, Diameter: 0.4, Above: 1.7}
	if err := o.check("", [][]float64{{0}, {0}, {0}, {0}, {0}}, 1); err != nil {
		t.Fatal(err)
	}
	c := []float64{0.5, -1, 0.3, 0.8, -0.2}
	nodes := []float64{0.1, 0.2, 0.3, 0.5, 0.7, 0.75, 0.8}
	s := natural(nodes, append(append([]float64{0}, c...), 0))
	lfp := make([][]float64, 5)
	for j, z := range o.Depth {
		const steps = 70000
		sum := 0.0
		for k := range steps {
			zeta := 0.1 + 0.7*(float64(k)+0.5)/steps
			i := 0
			for zeta > nodes[i+1] {
				i++
			}
			d := zeta - nodes[i]
			sum += (s[i][0] + d*(s[i][1]+d*(s[i][2]+d*s[i][3]))) * o.disc(z, zeta)
		}
		lfp[j] = []float64{sum * 0.7 / steps}
	}
	o.Points = 12
	r, err := ICSD(lfp, 1, o)
	if err != nil {
		t.Fatal(err)
	}
	for k, at := range map[int]int{0: 0, 2: 1, 6: 2, 10: 3, 11: 4} {
		if math.Abs(r.CSD[k][0]-c[at]) > 1e-6 {
			t.Errorf("at %g mm the density is %g, want %g", r.Depth[k], r.CSD[k][0], c[at])
		}
	}
}

func TestICSDErrors(t *testing.T) {
	lfp := [][]float64{{1, 2}, {2, 3}, {1, 1}}
	z := []float64{0.1, 0.2, 0.3}
	for _, c := range []struct {
		lfp  [][]float64
		o    ICSDOptions
		want string
	}{
		{lfp[:1], ICSDOptions{Depth: z[:1]}, "1 contacts"},
		{lfp, ICSDOptions{}, "0 depths for 3"},
		{lfp, ICSDOptions{Depth: []float64{0.1, 0.3, 0.2}}, "Depth[2] is 0.2"},
		{lfp, ICSDOptions{Depth: []float64{-0.1, 0.1, 0.2}}, "Depth[0] is -0.1"},
		{lfp, ICSDOptions{Depth: z, Method: "cubic"}, `Method is "cubic"`},
		{lfp, ICSDOptions{Depth: z, Diameter: -1}, "Diameter is -1"},
		{lfp, ICSDOptions{Depth: z, Conductivity: math.Inf(1)}, "Conductivity is +Inf"},
		{lfp, ICSDOptions{Depth: z, Above: math.NaN()}, "Above is NaN"},
		{lfp, ICSDOptions{Depth: z, Points: 1}, "Points is 1"},
		{[][]float64{{1, 2}, {2, math.NaN()}, {1, 1}}, ICSDOptions{Depth: z}, "NaN"},
		{[][]float64{{1, 2}, {2}, {1, 1}}, ICSDOptions{Depth: z}, "as long"},
	} {
		if _, err := ICSD(c.lfp, 100, c.o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, want %q", c.o, err, c.want)
		}
	}
	// Contacts as near as can be told apart still give a figure, uneven ones too.
	for _, depth := range [][]float64{z, {0, 0.01, 2}} {
		for _, m := range []string{"delta", "step", "spline"} {
			r, err := ICSD(lfp, 100, ICSDOptions{Depth: depth, Method: m})
			if err != nil {
				t.Fatal(err)
			}
			if f := r.Plot(); len(f.Panels[0].Layers) != 4 {
				t.Errorf("%s: %d layers", m, len(f.Panels[0].Layers))
			}
			r.Show()
		}
	}
}
