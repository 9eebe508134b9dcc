package units_test

import (
	"fmt"

	"github.com/neurorepl/neurorepl/neuro/units"
)

func Example() {
	q, _ := units.Parse("10 nA")
	i, _ := q.In("pA")
	fmt.Println(q, "is", i, "pA, a", q.Unit.Dim.Kind())
	_, err := q.In("mV")
	fmt.Println(err)
	// Output:
	// 10 nA is 10000 pA, a current
	// units: 10 nA is a current; it cannot be given in mV, which is for a voltage
}
