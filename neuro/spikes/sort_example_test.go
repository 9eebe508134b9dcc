package spikes_test

import (
	"fmt"

	"github.com/neurorepl/neurorepl/neuro/spikes"
)

// A recording whose units are known is sorted, and the units are held against the truth.
func ExampleSort() {
	sim, err := spikes.SimulateRecording(spikes.SimulationOptions{Channels: 8, Units: 4, Seconds: 15, Seed: 1})
	fmt.Println(sim, err)
	sorted, err := spikes.Sort(sim.Recording, spikes.SortOptions{Detect: spikes.ArrayOptions{Positions: sim.Positions}})
	fmt.Println(sorted, err)
	c, err := spikes.CompareUnits(sim.Truth, sorted.Units, 0.4)
	fmt.Println(c, err)
	fmt.Printf("accuracy %.2f\n", c.Accuracy)
	// Output:
	// 8 channels, 15 s at 30000 Hz, noise 10 uV; 4 units with 504 spikes in 15 s <nil>
	// 4 units with 500 spikes in 15 s; 2 of 502 spikes belong to none <nil>
	// 4 of 4 units found with an accuracy of 0.8 or more; 0 of 4 found units are not there <nil>
	// accuracy [0.99 0.99 1.00 0.99]
}

// Spikes that overlap are told apart by taking templates off the recording.
func ExampleMatchTemplates() {
	sim, err := spikes.SimulateRecording(spikes.SimulationOptions{Channels: 8, Units: 6, Seconds: 15, Seed: 3})
	fmt.Println(sim.Truth, err)
	sorted, err := spikes.Sort(sim.Recording, spikes.SortOptions{Detect: spikes.ArrayOptions{Positions: sim.Positions}})
	fmt.Println(err)
	matched, err := spikes.MatchTemplates(sim.Recording, sorted, spikes.MatchOptions{})
	fmt.Println(matched, err)
	before, err := spikes.CompareUnits(sim.Truth, sorted.Units, 0.4)
	fmt.Printf("recall %.2f %v\n", before.Recall, err)
	after, err := spikes.CompareUnits(sim.Truth, matched.Units, 0.4)
	fmt.Printf("recall %.2f %v\n", after.Recall, err)
	// Output:
	// 6 units with 726 spikes in 15 s <nil>
	// <nil>
	// 6 units with 725 spikes in 15 s; 1 of 709 detected are left where templates are taken off <nil>
	// recall [0.96 0.96 0.98 0.95 0.97 0.93] <nil>
	// recall [0.99 1.00 1.00 0.99 1.00 1.00] <nil>
}

// Cells move along the electrodes by 12 um in 20 s.
func ExampleSorting_Drift() {
	sim, err := spikes.SimulateRecording(spikes.SimulationOptions{Channels: 12, Units: 4, Seconds: 20, Drift: 12, Seed: 5})
	fmt.Println(err)
	sorted, err := spikes.Sort(sim.Recording, spikes.SortOptions{Detect: spikes.ArrayOptions{Positions: sim.Positions}})
	fmt.Println(err)
	drift, err := sorted.Drift(4000)
	fmt.Println(drift, err)
	fmt.Printf("together: %.1f um\n", drift.Shared)
	// Output:
	// <nil>
	// <nil>
	// 4 units in 5 bins of 4 s; they share a movement of 8.1 um, and 4 have a range of depths beyond chance (p < .05) <nil>
	// together: [-3.8 -2.2 -0.0 1.9 4.3] um
}

// Intervals that are too short for one cell tell how many spikes come from others.
func ExampleRefractoryViolations() {
	a, err := spikes.Poisson(18, 0, 600000, 3, 1)
	fmt.Println(err)
	v, err := spikes.RefractoryViolations(a, 0, 600000, 2, 0)
	fmt.Println(v.Short, v.Ratio, v.Share, err)
	// Output:
	// <nil>
	// 0 0 0 <nil>
}
