package vec_test

import (
	"fmt"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// The opening rate of the squid axon's sodium gate, 0.1 (v+40)/(1-exp(-(v+40)/10)),
// of five cells at once; it is finite at -40 mV. The cells above -30 mV fire and
// are reset.
func Example() {
	v := []float64{-65, -50, -40, -25, 20}
	alpha := make([]float64, len(v))
	vec.LinearBlock(alpha, v, -0.1, -4)
	vec.LinoidBlock(alpha, alpha)
	fmt.Printf("alpha_m: %.4f per ms\n", alpha)

	above := vec.NewMask(len(v))
	vec.GreaterConstBlock(above, v, -30)
	fmt.Println("fire:", above.Append(nil, 0))
	vec.SelectConstBlock(v, above, -65, v)
	fmt.Println("after:", v)
	// Output:
	// alpha_m: [0.2236 0.5820 1.0000 1.9308 6.0149] per ms
	// fire: [3 4]
	// after: [-65 -50 -40 -65 -65]
}
