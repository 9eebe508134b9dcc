package info

import (
	"fmt"
	"math"
	"sort"

	"github.com/neurorepl/neurorepl/neuro/display"
)

// TransferOptions say what the past is that a transfer entropy looks at. Zeros are the defaults.
type TransferOptions struct {
	Target int // samples of the target's own past, 1
	Source int // samples of the source's past, 1
	Delay  int // of the source's last sample before the present, 1 (the sample before)
}

func (o *TransferOptions) fill(call string) error {
	for _, v := range []*int{&o.Target, &o.Source, &o.Delay} {
		if *v == 0 {
			*v = 1
		}
		if *v < 1 {
			return fmt.Errorf("info: %s: Target, Source and Delay are %d, %d and %d; they must be 1 or more, or 0 for 1", call, o.Target, o.Source, o.Delay)
		}
	}
	return nil
}

// first is the first sample that has a whole past.
func (o TransferOptions) first() int { return max(o.Target, o.Source+o.Delay-1) }

// Conditional returns the plug-in mutual information of two discrete variables that a third does
// not tell, nats,
//
//	I(x;y|z) = Σ p(x,y,z) log( p(z) p(x,y,z) / (p(x,z) p(y,z)) ).
//
// x, y and z hold one label per sample. Its bias is about (Kx-1)(Ky-1)Kz/(2n) upward. Errors as
// [Mutual]. Source: Cover and Thomas 1991, Elements of Information Theory, chapter 2. Checked on
// variables whose common cause tells all that they share.
func Conditional(x, y, z []int) (float64, error) {
	const call = "Conditional"
	if len(x) != len(y) || len(x) != len(z) {
		return 0, fmt.Errorf("info: %s: x, y and z have %d, %d and %d samples, they must have the same length", call, len(x), len(y), len(z))
	}
	if len(x) == 0 {
		return 0, fmt.Errorf("info: %s: x is empty, at least one sample is needed", call)
	}
	return max(0, hash2(x, z)+hash2(y, z)-jointEntropy(rows(x, y, z))-jointEntropy(rows(z))), nil
}

func hash2(a, b []int) float64 { return jointEntropy(rows(a, b)) }

func rows(columns ...[]int) [][]int {
	out := make([][]int, len(columns[0]))
	for i := range out {
		for _, c := range columns {
			out[i] = append(out[i], c[i])
		}
	}
	return out
}

// jointEntropy returns the plug-in entropy of rows of labels.
func jointEntropy(r [][]int) float64 {
	order := make([][]int, len(r))
	copy(order, r)
	less := func(a, b []int) int {
		for i, v := range a {
			if v != b[i] {
				return v - b[i]
			}
		}
		return 0
	}
	sort.SliceStable(order, func(i, j int) bool { return less(order[i], order[j]) < 0 })
	// The numbers of the rows, for the entropy of one variable.
	id := make([]int, len(order))
	for i := 1; i < len(order); i++ {
		id[i] = id[i-1]
		if less(order[i], order[i-1]) != 0 {
			id[i]++
		}
	}
	h, _, _ := entropy("", id)
	return h
}

// Transfer returns the transfer entropy from a discrete series to another, nats: what the source's
// past tells of the target's present beyond the target's own past,
//
//	T = I( y(t) ; x(t-Delay), ..., x(t-Delay-Source+1) | y(t-1), ..., y(t-Target) ),
//
// plug-in. Its bias is upward and grows with the number of pasts: compare with surrogates
// ([Surrogates] with "shift").
//
// Errors: unequal lengths, options below 1, a series that is not longer than the pasts. Schreiber
// 2000, Phys Rev Lett 85:461. Checked against the closed form of a binary chain.
func Transfer(source, target []int, o TransferOptions) (float64, error) {
	const call = "Transfer"
	if err := o.fill(call); err != nil {
		return 0, err
	}
	from, err := o.span(call, len(source), len(target))
	if err != nil {
		return 0, err
	}
	n := len(target) - from
	now, past, own := make([][]int, n), make([][]int, n), make([][]int, n)
	for i := range n {
		t := from + i
		now[i] = []int{target[t]}
		for k := range o.Source {
			past[i] = append(past[i], source[t-o.Delay-k])
		}
		for k := 1; k <= o.Target; k++ {
			own[i] = append(own[i], target[t-k])
		}
	}
	glue := func(parts ...[][]int) [][]int {
		out := make([][]int, n)
		for i := range out {
			for _, p := range parts {
				out[i] = append(out[i], p[i]...)
			}
		}
		return out
	}
	t := jointEntropy(glue(now, own)) + jointEntropy(glue(past, own)) - jointEntropy(glue(now, past, own)) - jointEntropy(own)
	return max(0, t), nil
}

// TransferGaussian returns the transfer entropy of two continuous series that are jointly Gaussian,
// nats, without bias: half of Granger's causality (Barnett, Barrett and Seth 2009, Phys Rev Lett
// 103:238701). Arguments and errors as [Transfer] and [Gaussian]. Checked against the closed form of
// a linear process.
func TransferGaussian(source, target []float64, o TransferOptions) (float64, error) {
	const call = "TransferGaussian"
	now, past, own, err := o.embed(call, source, target)
	if err != nil {
		return 0, err
	}
	return conditionalGaussian(call, []string{"target", "the source's past", "the target's past"}, false, now, past, own)
}

// TransferKSG returns the transfer entropy of two continuous series from nearest neighbours, nats:
// [ConditionalKSG] of the pasts. Arguments and errors as there and [Transfer].
func TransferKSG(source, target []float64, k int, o TransferOptions) (float64, error) {
	const call = "TransferKSG"
	now, past, own, err := o.embed(call, source, target)
	if err != nil {
		return 0, err
	}
	return conditionalKSG(call, now, past, own, k)
}

func (o TransferOptions) span(call string, source, target int) (from int, err error) {
	if source != target {
		return 0, fmt.Errorf("info: %s: source has %d samples and target %d, they must have the same length", call, source, target)
	}
	from = o.first()
	if target <= from {
		return 0, fmt.Errorf("info: %s: %d samples, and the pasts reach %d back: more are needed", call, target, from)
	}
	return from, nil
}

// embed returns present and pasts as variables.
func (o *TransferOptions) embed(call string, source, target []float64) (now, past, own [][]float64, err error) {
	if err := o.fill(call); err != nil {
		return nil, nil, nil, err
	}
	from, err := o.span(call, len(source), len(target))
	if err != nil {
		return nil, nil, nil, err
	}
	n := len(target)
	now = [][]float64{target[from:]}
	for k := range o.Source {
		past = append(past, source[from-o.Delay-k:n-o.Delay-k])
	}
	for k := 1; k <= o.Target; k++ {
		own = append(own, target[from-k:n-k])
	}
	return now, past, own, nil
}

// ConditionalKSG returns the mutual information of two sets of continuous variables that a third
// does not tell, from nearest neighbours, nats,
//
//	I = ψ(k) + < ψ(nz+1) - ψ(nxz+1) - ψ(nyz+1) >,
//
// the counts being of the other samples that are nearer than the k-th neighbour in all variables
// together, by the largest difference of any dimension. The search compares all pairs: n² steps.
//
// x[d] are the samples of a dimension; all should have like scales. Errors: those of [Gaussian] and
// [KSG]. Frenzel and Pompe 2007, Phys Rev Lett 99:204101, with the strict counts of Kraskov et al.
// Checked against Gaussian variables.
func ConditionalKSG(x, y, z [][]float64, k int) (float64, error) {
	return conditionalKSG("ConditionalKSG", x, y, z, k)
}

func conditionalKSG(call string, x, y, z [][]float64, k int) (float64, error) {
	n, err := samples(call, []string{"x", "y", "z"}, [][][]float64{x, y, z})
	if err != nil {
		return 0, err
	}
	if k < 1 || k >= n {
		return 0, fmt.Errorf("info: %s: k is %d with %d samples, it must be at least 1 and below the number of samples", call, k, n)
	}
	psi := newDigamma(n)
	task := display.Start("info."+call, "samples", n)
	defer task.End()
	far := func(v [][]float64, i, j int) (d float64) {
		for _, c := range v {
			d = math.Max(d, math.Abs(c[i]-c[j]))
		}
		return d
	}
	dx, dy, dz := make([]float64, n), make([]float64, n), make([]float64, n)
	sum := 0.0
	heap := make([]float64, 0, k)
	for i := range n {
		if i%64 == 0 {
			if task.Set(i); task.Err() != nil {
				return 0, fmt.Errorf("info: %s: %w", call, task.Err())
			}
		}
		heap = heap[:0]
		for j := range n {
			dx[j], dy[j], dz[j] = far(x, i, j), far(y, i, j), far(z, i, j)
			if j == i {
				continue
			}
			switch d := math.Max(dz[j], math.Max(dx[j], dy[j])); {
			case len(heap) < k:
				heap = push(heap, d)
			case d < heap[0]:
				replace(heap, d)
			}
		}
		eps := heap[0]
		if eps == 0 {
			return 0, fmt.Errorf("info: %s: more than k = %d samples are equal to sample %d; the estimate needs continuous values", call, k, i)
		}
		nz, nxz, nyz := 0, 0, 0 // with sample i itself
		for j := range n {
			if dz[j] < eps {
				nz++
				if dx[j] < eps {
					nxz++
				}
				if dy[j] < eps {
					nyz++
				}
			}
		}
		sum += psi.at(nz) - psi.at(nxz) - psi.at(nyz)
	}
	return psi.at(k) + sum/float64(n), nil
}
