package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
)

// kept is the number of figures so far.
var kept int

// keep stands for display.Show in the gallery: it says on standard output what
// is wrong with a figure, and writes it in both themes, as a picture and as it is
// drawn in a terminal, to the folder that GALLERY names.
func keep(f *figure.Figure) {
	kept++
	fmt.Printf("figure %d: %s\n", kept, f.Title)
	fault := func(s string) { fmt.Printf("fault in figure %d: %s\n", kept, s) }
	for _, f.Theme = range []string{"light", "dark"} {
		for _, s := range append(figure.Faults(f), figure.Alike(f)...) {
			fault(f.Theme + ": " + s)
		}
		write := func(ext string, data []byte) {
			if err := os.WriteFile(filepath.Join(os.Getenv("GALLERY"), fmt.Sprintf("%02d_%s.%s", kept, f.Theme, ext)), data, 0o644); err != nil {
				fault(err.Error())
			}
		}
		shown := f.Show()
		write("png", shown.Data[display.TypePNG].([]byte))
		write("txt", []byte(shown.Sketch(100, true)+"\n"))
	}
	for i, p := range f.Panels {
		if p.Bare {
			continue // heads, brains and graphs: their axes have no quantity
		}
		for k, a := range []figure.Axis{p.X, p.Y} {
			name := "xy"[k : k+1]
			switch {
			case a.Hide:
			case a.Label == "":
				fault(fmt.Sprintf("panel %d: the %s axis has no name", i+1, name))
			case a.Unit == "" && !pure[a.Label] && a.Names == nil:
				fault(fmt.Sprintf("panel %d: the %s axis %q has no unit", i+1, name, a.Label))
			}
		}
	}
	for i, p := range f.Panels {
		for _, l := range p.Layers {
			if l.Kind != figure.Image || l.NoScale || p.NoColorBar {
				continue
			}
			if a := p.ColorBar; a.Label == "" || a.Unit == "" && !pure[a.Label] {
				fault(fmt.Sprintf("panel %d: the colour bar is %q in %q", i+1, a.Label, a.Unit))
			}
			break
		}
	}
}

// pure are quantities without a unit: counts, numbers of things, shares,
// correlations, variables of models without dimensions, logarithms of ratios,
// and signals of which the recording states no unit.
var pure = map[string]bool{
	"membrane variable v": true, "recovery variable w": true,
	"count": true, "trial": true, "cell": true, "train": true, "volume": true, "voxel": true,
	"weight": true, "change of weight": true, "share of synapses": true, "correlation": true,
	"modulation index": true, "evidence": true, "z": true,
	"hit rate": true, "false-alarm rate": true, "proportion correct": true, "$log_{10}$ (dose ratio − 1)": true,
	"BOLD": true, "signal": true, "sites": true, "log likelihood": true,
	"log rate": true, "spikes": true, "pairs": true, "model": true, "probability": true, "share of the true class": true,
	"accuracy": true, "permutations": true, "spearman": true, "value": true, "learning rate": true, "P(choice | model)": true,
	"P(respond)": true, "ability θ": true, "probability of a right response": true, "log10 power": true, "occupancy": true,
	"A, dose / dose alone": true, "B, dose / dose alone": true,
	"share with a tag": true, "consolidated": true, "proteins": true, "open": true, "in each state": true,
}
