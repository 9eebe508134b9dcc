package decode

import (
	"fmt"
	"sort"

	"github.com/neurorepl/neurorepl/neuro/internal/rng"
	"github.com/neurorepl/neurorepl/neuro/provenance"
)

// A Split says how samples are divided into those that a model learns from and
// those that it is tested on. The zero value is 5 stratified folds.
type Split struct {
	// Folds is the number of folds. 0 means 5, and with Group one fold for each
	// group.
	Folds int
	// Group holds a label per sample, such as its run, block or subject: samples of
	// one group are never on both sides. Folds above 0 put whole groups together,
	// the largest first, each into the fold that has the fewest samples.
	Group []int
	// Blocks says that samples follow each other in time: each fold is a run of
	// successive samples. What neighbours have in common then helps at the borders
	// only.
	Blocks bool
	// Gap is how many samples on both sides of a tested block are left out of
	// training, with Blocks: as many as it takes for their relation to fade.
	Gap int
	// Seed shuffles the samples of each class (stratified folds), or the groups of
	// equal size.
	Seed uint64
}

// Validate estimates how well a model predicts samples that it was not trained
// on, with the samples divided as s says; [CrossValidate] and [LeaveOneGroupOut]
// are its shortest forms. A [Pipeline] fits its steps, and a [Tuned] chooses,
// within the training samples of each fold.
//
//	decode.Validate(m, x, y, decode.Split{Folds: 10, Seed: 1})            // stratified
//	decode.Validate(m, x, y, decode.Split{Group: run})                    // leave one run out
//	decode.Validate(m, x, y, decode.Split{Folds: 5, Blocks: true, Gap: 10}) // in time
//
// x is [sample][feature], y the label of each sample.
//
// Samples of unequal length, NaN, Inf, a single class, fewer than two folds, more
// folds than samples of a class (stratified), groups (grouped) or samples
// (blocks), a Gap without Blocks or one that leaves nothing to learn from, Group
// with Blocks, and an error of the model, such as training samples of one class
// only, are errors.
//
// Sources: Stone 1974; Kohavi 1995 (stratification); Varoquaux et al. 2017,
// NeuroImage 145:166 (groups). Groups are dealt out as scikit-learn's GroupKFold
// does.
func Validate(m Model, x [][]float64, y []int, s Split) (*Scores, error) {
	const caller = "Validate"
	if m == nil {
		return nil, noModel(caller)
	}
	if err := checkData(caller, x, y); err != nil {
		return nil, err
	}
	p, err := s.plan(caller, y, 0)
	if err != nil {
		return nil, err
	}
	provenance.Random("decode."+caller, s.Seed)
	return score(caller, m, x, y, p)
}

// A plan is a Split of given samples.
type plan struct {
	fold   []int // that tests each sample
	folds  int
	method string
	split  Split
}

// plan divides samples with labels y.
func (s Split) plan(caller string, y []int, stream uint64) (*plan, error) {
	wrong := func(format string, a ...any) (*plan, error) {
		return nil, fmt.Errorf("decode: %s: "+format, append([]any{caller}, a...)...)
	}
	if c := labels(y); len(c) < 2 {
		return wrong("all %d samples have label %d, at least two classes are needed", len(y), c[0])
	}
	if s.Group != nil && len(s.Group) != len(y) {
		return wrong("y has %d samples and Group has %d, they must have the same length", len(y), len(s.Group))
	}
	if s.Group != nil && s.Blocks {
		return wrong("Group and Blocks are both set; blocks of time are groups too: take one of them")
	}
	if s.Gap < 0 || s.Gap > 0 && !s.Blocks {
		return wrong("Gap is %d; it must be 0 or more, and 0 without Blocks", s.Gap)
	}
	p := &plan{folds: s.Folds, split: s}
	if s.Folds == 0 && s.Group == nil {
		p.folds = 5
	}
	if p.folds < 0 || p.folds == 1 {
		return wrong("Folds is %d, at least 2 are needed", s.Folds)
	}
	switch {
	case s.Group != nil:
		return p.grouped(wrong, stream)
	case s.Blocks:
		n := len(y)
		if p.folds > n {
			return wrong("Folds is %d with %d samples, at most one for each is possible", p.folds, n)
		}
		p.fold = make([]int, n)
		for f := range p.folds {
			for i := f * n / p.folds; i < (f+1)*n/p.folds; i++ {
				p.fold[i] = f
			}
		}
		if most := n - (n+p.folds-1)/p.folds - s.Gap; most < 1 {
			return wrong("a Gap of %d samples leaves none of %d to learn from", s.Gap, n)
		}
		p.method = fmt.Sprintf("%d folds of successive samples", p.folds)
		if s.Gap > 0 {
			p.method += fmt.Sprintf(", %d left out on both sides", s.Gap)
		}
		return p, nil
	}
	var err error
	p.fold, err = deal(caller, y, p.folds, s.Seed, stream)
	p.method = fmt.Sprintf("%d stratified folds", p.folds)
	return p, err
}

// grouped deals out whole groups.
func (p *plan) grouped(wrong func(string, ...any) (*plan, error), stream uint64) (*plan, error) {
	group := p.split.Group
	groups := labels(group)
	if len(groups) < 2 {
		return wrong("all %d samples are in group %d, at least two groups are needed", len(group), groups[0])
	}
	if p.folds > len(groups) {
		return wrong("Folds is %d with %d groups, at most one for each is possible", p.folds, len(groups))
	}
	of := make([]int, len(groups)) // fold of each group
	if p.folds == 0 || p.folds == len(groups) {
		p.folds = len(groups)
		for g := range of {
			of[g] = g
		}
		p.method = fmt.Sprintf("%d groups left out in turn", p.folds)
	} else {
		size := make([]int, len(groups))
		for _, g := range group {
			size[sort.SearchInts(groups, g)]++
		}
		order := rng.New(p.split.Seed, stream).Perm(len(groups))
		sort.SliceStable(order, func(a, b int) bool { return size[order[a]] > size[order[b]] })
		load := make([]int, p.folds)
		for _, g := range order {
			least := 0
			for f, n := range load {
				if n < load[least] {
					least = f
				}
			}
			of[g] = least
			load[least] += size[g]
		}
		p.method = fmt.Sprintf("%d folds of whole groups", p.folds)
	}
	p.fold = make([]int, len(group))
	for i, g := range group {
		p.fold[i] = of[sort.SearchInts(groups, g)]
	}
	return p, nil
}

// deal returns the fold of each sample, stratified.
func deal(caller string, y []int, folds int, seed, stream uint64) ([]int, error) {
	classes := labels(y)
	members := make([][]int, len(classes))
	for i, label := range y {
		k := sort.SearchInts(classes, label)
		members[k] = append(members[k], i)
	}
	fold := make([]int, len(y))
	r := rng.New(seed, stream)
	next := 0
	for k, samples := range members {
		if len(samples) < folds {
			return nil, fmt.Errorf("decode: %s: class %d has %d samples, fewer than the %d folds; take at most %d folds or leave the class out", caller, classes[k], len(samples), folds, len(samples))
		}
		for _, j := range r.Perm(len(samples)) {
			fold[samples[j]] = next % folds
			next++
		}
	}
	return fold, nil
}

// parts returns the samples that fold f trains on and those that it tests.
func (p *plan) parts(f int) (train, test []int) {
	lo, hi := len(p.fold), -1
	for i, g := range p.fold {
		if g == f {
			test = append(test, i)
			lo, hi = min(lo, i), i
		}
	}
	for i, g := range p.fold {
		if g != f && (p.split.Gap == 0 || i < lo-p.split.Gap || i > hi+p.split.Gap) {
			train = append(train, i)
		}
	}
	return train, test
}

// A job is one fold: what a model learns from and what it is to predict.
type job struct {
	x, test [][]float64
	y       []int
	inner   Split // how the training samples are to be divided in their turn
}

// job returns copies of the samples of fold f, and where the tested ones are.
func (p *plan) job(x [][]float64, y []int, f int) (job, []int) {
	train, test := p.parts(f)
	j := job{inner: p.split}
	j.inner.Group = nil
	for _, i := range train {
		j.x = append(j.x, append([]float64(nil), x[i]...))
		j.y = append(j.y, y[i])
		if p.split.Group != nil {
			j.inner.Group = append(j.inner.Group, p.split.Group[i])
		}
	}
	for _, i := range test {
		j.test = append(j.test, append([]float64(nil), x[i]...))
	}
	return j, test
}

// result is what a model says of the tested samples.
type result struct {
	predicted []int
	score     [][]float64 // [sample][class of the training samples], nil without
	tuned     bool
	chosen    int
}

// A Scorer is a Model that also says what speaks for each class: score is [sample][class],
// the classes of y ascending. ROC and AUC of Scores need it; the classifiers of
// this package are.
type Scorer interface {
	Model
	FitScore(x [][]float64, y []int, test [][]float64) (predicted []int, score [][]float64, err error)
}

// run fits the model and predicts.
func (j job) run(m Model) (r result, err error) {
	switch m := m.(type) {
	case nil:
		return r, fmt.Errorf("decode: a pipeline or a choice has no model")
	case Pipeline:
		return m.run(j)
	case Tuned:
		return m.run(j)
	case Scorer:
		r.predicted, r.score, err = m.FitScore(j.x, j.y, j.test)
		if err == nil && r.score != nil && len(r.score) != len(j.test) {
			err = fmt.Errorf("the model scored %d samples of %d, it must score each", len(r.score), len(j.test))
		}
	default:
		r.predicted, err = m.FitPredict(j.x, j.y, j.test)
	}
	return r, err
}
