package provenance_test

import (
	"fmt"

	"github.com/neurorepl/neurorepl/neuro/provenance"
	"github.com/neurorepl/neurorepl/neuro/stim"
)

func Example() {
	before := provenance.Use(provenance.New(nil)) // a record of its own
	defer provenance.Use(before)

	stim.OU(0, 1, 5, 42)
	for _, s := range provenance.Now().Seeds {
		fmt.Println(s.Call, s.Seed)
	}
	// Output: stim.OU 42
}
