package ui_test

import (
	"fmt"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/neuron"
	"github.com/neurorepl/neurorepl/neuro/stim"
	"github.com/neurorepl/neurorepl/neuro/ui"
)

// toText makes examples print what they show.
type toText struct{}

func (toText) Display(b display.Bundle) error  { _, err := fmt.Println(b.Text()); return err }
func (t toText) Update(b display.Bundle) error { return t.Display(b) }
func (toText) Clear(bool) error                { return nil }

func Example() {
	defer display.Use(display.Use(toText{}))

	amp := ui.Slider("I (µA/cm²)", 0, 20, 10)
	err := ui.Interact(func(i float64, block string) (int, error) {
		axon := neuron.NewHH()
		if block == "potassium" {
			axon.GK = 0
		}
		r, err := axon.Simulate(stim.Step(i, 20, 120), 140, 0.01)
		if err != nil {
			return 0, err
		}
		return r.Count(), nil // spikes; return r itself for the figure
	}, amp, ui.Select("block", "nothing", "potassium"))
	if err != nil {
		fmt.Println(err)
	}
	if err := amp.Set(2); err != nil { // as if the slider had been moved
		fmt.Println(err)
	}
	// Output:
	// I 10 µA/cm² · block nothing
	// 7
	// I 2 µA/cm² · block nothing
	// 0
}
