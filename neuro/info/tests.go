package info

import "fmt"

// KSGTest returns the information of [KSG] with surrogates of x: Corrected is the value
// less their mean, P that of independence. Where samples follow each other in time take
// the kind "shift". Errors as [KSG] and [Surrogates].
func KSGTest(x, y []float64, k int, o SurrogateOptions) (*Test, error) {
	if _, err := KSG(x, y, k); err != nil {
		return nil, err
	}
	return Surrogates(len(x), func(order []int) (float64, error) { return KSG(reorder(x, order), y, k) }, o)
}

// GaussianTest is [KSGTest] of [Gaussian].
func GaussianTest(x, y [][]float64, o SurrogateOptions) (*Test, error) {
	return columnTest("GaussianTest", Gaussian, x, y, o)
}

// GaussianCopulaTest is [KSGTest] of [GaussianCopula].
func GaussianCopulaTest(x, y [][]float64, o SurrogateOptions) (*Test, error) {
	return columnTest("GaussianCopulaTest", GaussianCopula, x, y, o)
}

func columnTest(call string, f func(x, y [][]float64) (float64, error), x, y [][]float64, o SurrogateOptions) (*Test, error) {
	n, err := samples(call, []string{"x", "y"}, [][][]float64{x, y})
	if err != nil {
		return nil, err
	}
	moved := make([][]float64, len(x))
	return Surrogates(n, func(order []int) (float64, error) {
		for d, v := range x {
			moved[d] = reorder(v, order)
		}
		return f(moved, y)
	}, o)
}

// MutualMillerMadowTest is [KSGTest] of [MutualMillerMadow]. As the correction follows the pairs that
// occur, P is not quite that of [MutualTest]; both are right.
func MutualMillerMadowTest(x, y []int, o SurrogateOptions) (*Test, error) {
	return labelTest("MutualMillerMadowTest", MutualMillerMadow, x, y, o)
}

// PanzeriTrevesTest is [KSGTest] of [PanzeriTreves].
func PanzeriTrevesTest(stimulus, response []int, o SurrogateOptions) (*Test, error) {
	return labelTest("PanzeriTrevesTest", PanzeriTreves, stimulus, response, o)
}

// QuadraticExtrapolationTest is [KSGTest] of [QuadraticExtrapolation], whose draws are of each
// surrogate; its parts are drawn with o.Seed.
func QuadraticExtrapolationTest(x, y []int, draws int, o SurrogateOptions) (*Test, error) {
	return labelTest("QuadraticExtrapolationTest", func(x, y []int) (float64, error) { return QuadraticExtrapolation(x, y, draws, o.Seed) }, x, y, o)
}

func labelTest(call string, f func(x, y []int) (float64, error), x, y []int, o SurrogateOptions) (*Test, error) {
	if _, err := count2(call, x, y); err != nil {
		return nil, err
	}
	return Surrogates(len(x), func(order []int) (float64, error) { return f(reorder(x, order), y) }, o)
}

// ConditionalTest returns the information of [Conditional] with surrogates that keep what z
// tells of x: samples of x change places among those of the same z. P is that of x and y
// having nothing to do with each other at a given z, of samples that are independent trials:
// with series that remember it is too low. draws of 0 are 999. Errors as [Conditional].
func ConditionalTest(x, y, z []int, draws int, seed uint64) (*Test, error) {
	if _, err := Conditional(x, y, z); err != nil {
		return nil, err
	}
	// Those of one z, in the order of the permutation, take the places of those of this z
	// in order.
	places := map[int][]int{}
	for i, v := range z {
		places[v] = append(places[v], i)
	}
	if len(places) == len(x) && len(x) > 1 {
		return nil, fmt.Errorf("info: ConditionalTest: each of the %d samples has a z of its own, so that none can change places: take ConditionalKSGTest for a z that is continuous", len(x))
	}
	t, err := Surrogates(len(x), func(order []int) (float64, error) {
		moved, next := make([]int, len(x)), map[int]int{}
		for _, from := range order {
			v := z[from]
			moved[places[v][next[v]]] = x[from]
			next[v]++
		}
		return Conditional(moved, y, z)
	}, SurrogateOptions{Draws: draws, Seed: seed})
	if err == nil {
		t.Kind = "shuffle within z"
	}
	return t, err
}

// TransferTest returns the transfer entropy of [Transfer] with surrogates of the source,
// moved along in time if o names no kind, which keeps what the source tells of itself:
// Corrected is the value less their mean, P that of a source that tells nothing. Errors
// as [Transfer] and [Surrogates].
func TransferTest(source, target []int, past TransferOptions, o SurrogateOptions) (*Test, error) {
	return transferTest("TransferTest", source, target, func(source []int) (float64, error) { return Transfer(source, target, past) }, o)
}

// TransferGaussianTest is [TransferTest] of [TransferGaussian].
func TransferGaussianTest(source, target []float64, past TransferOptions, o SurrogateOptions) (*Test, error) {
	return transferTest("TransferGaussianTest", source, target, func(source []float64) (float64, error) { return TransferGaussian(source, target, past) }, o)
}

// TransferKSGTest is [TransferTest] of [TransferKSG].
func TransferKSGTest(source, target []float64, k int, past TransferOptions, o SurrogateOptions) (*Test, error) {
	return transferTest("TransferKSGTest", source, target, func(source []float64) (float64, error) { return TransferKSG(source, target, k, past) }, o)
}

func transferTest[T any](call string, source, target []T, f func(source []T) (float64, error), o SurrogateOptions) (*Test, error) {
	if len(source) != len(target) {
		return nil, fmt.Errorf("info: %s: source has %d samples and target %d, they must have the same length", call, len(source), len(target))
	}
	if _, err := f(source); err != nil {
		return nil, err
	}
	if o.Kind == "" {
		o.Kind = "shift"
	}
	return Surrogates(len(source), func(order []int) (float64, error) { return f(reorder(source, order)) }, o)
}
