//go:build ignore

// How often corrected tests find something where there is nothing: smooth noise
// without an effect, many times over. The rate of false findings of an exact test
// lies in the interval that the binomial distribution gives around its level.
package main

import (
	"flag"
	"fmt"
	"log"
	"math"
	"math/rand/v2"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/eeg"
	"github.com/neurorepl/neurorepl/neuro/fmri"
	"github.com/neurorepl/neurorepl/neuro/nifti"
	"github.com/neurorepl/neurorepl/neuro/stats"
	"github.com/neurorepl/neurorepl/neuro/table"
)

const nx, ny, nz, people = 14, 14, 12, 12

var grid = [4][4]float64{{3, 0, 0, 0}, {0, 3, 0, 0}, {0, 0, 3, 0}, {0, 0, 0, 1}}

func normal(r *rand.Rand, n int) []float64 {
	v := make([]float64, n)
	for i := range v {
		v[i] = r.NormFloat64()
	}
	return v
}

// smooth adds neighbours so many times along each axis, which ends meet.
func smooth(v []float64, times int) {
	for _, axis := range [][2]int{{1, nx}, {nx, ny}, {nx * ny, nz}} {
		step, n := axis[0], axis[1]
		for range times {
			out := make([]float64, len(v))
			for i := range v {
				k := i / step % n
				out[i] = v[i] + v[i+((k+1)%n-k)*step]
			}
			copy(v, out)
		}
	}
}

// head is a ball.
func head() *nifti.Image {
	in := make([]float64, nx*ny*nz)
	for v := range in {
		x, y, z := float64(v%nx)-6.5, float64(v/nx%ny)-6.5, float64(v/(nx*ny))-5.5
		if x*x/42+y*y/42+z*z/30 < 1 {
			in[v] = 1
		}
	}
	return must(nifti.New([]int{nx, ny, nz}, grid, in))
}

func must[T any](v T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return v
}

// found counts the data sets in which a test found something.
type found struct {
	names []string
	count map[string]int
}

func (f *found) add(name string, any bool) {
	if _, ok := f.count[name]; !ok {
		f.names = append(f.names, name)
		f.count[name] = 0
	}
	if any {
		f.count[name]++
	}
}

func below(p []float64) bool {
	for _, v := range p {
		if v <= 0.05 {
			return true
		}
	}
	return false
}

func clusters(t *fmri.ClusterTable, p func(fmri.Cluster) float64) bool {
	for _, c := range t.Clusters {
		if p(c) <= 0.05 {
			return true
		}
	}
	return false
}

func size(c fmri.Cluster) float64 { return c.PSize }
func mass(c fmri.Cluster) float64 { return c.PMass }
func peak(c fmri.Cluster) float64 { return c.Peaks[0].P }

// group tests maps of people for their mean, and halves of them for a difference
// with a covariate.
func (f *found) group(r *rand.Rand, mask *nifti.Image, times int) {
	var maps []*nifti.Image
	for range people {
		v := normal(r, nx*ny*nz)
		smooth(v, times)
		maps = append(maps, must(nifti.New([]int{nx, ny, nz}, grid, v)))
	}
	g := must(fmri.FitGroup(maps, mask, fmri.OneSample(people), fmri.GroupOptions{}))
	p := must(g.Permute("mean", fmri.PermuteOptions{N: 499, ClusterP: 0.01, TFCE: true, Seed: r.Uint64()}))
	f.add("signs: max-T", below(p.PMax))
	f.add("signs: TFCE", below(p.PTFCE))
	f.add("signs: cluster size", clusters(p.Clusters, size))
	f.add("signs: cluster mass", clusters(p.Clusters, mass))
	upper := must(g.Permute("mean", fmri.PermuteOptions{N: 4096, OneSided: true, ClusterP: -1}))
	f.add("all signs, one-sided: max-T", below(upper.PMax))

	rf := must(g.RandomField("mean", fmri.RandomFieldOptions{ClusterP: 0.01}))
	f.add("random field: peak", clusters(rf.Clusters, peak))
	f.add("random field: cluster, p 0.01", clusters(rf.Clusters, size))
	rf = must(g.RandomField("mean", fmri.RandomFieldOptions{ClusterP: 0.001}))
	f.add("random field: cluster, p 0.001", clusters(rf.Clusters, size))
	m := must(g.Contrast("mean"))
	both := make([]float64, len(m.P))
	for i, q := range m.P {
		both[i] = 2 * math.Min(q, 1-q)
	}
	f.threshold("", both)

	age, group := make([]float64, people), make([]string, people)
	for i := range age {
		age[i], group[i] = 20+40*r.Float64(), []string{"a", "b"}[i%2]
	}
	d := must(fmri.GroupDesign(table.Table{Cols: []table.Col{{Name: "group", Text: group}, {Name: "age", Num: age}}}, "group", "age"))
	g = must(fmri.FitGroup(maps, mask, d, fmri.GroupOptions{}))
	rf = must(g.RandomField("a - b; age", fmri.RandomFieldOptions{ClusterP: 0.001}))
	f.add("random field of F: peak", clusters(rf.Clusters, peak))
	f.add("random field of F: cluster, p 0.001", clusters(rf.Clusters, size))
	p = must(g.Permute("a - b", fmri.PermuteOptions{N: 499, ClusterP: 0.01, TFCE: true, Seed: r.Uint64()}))
	f.add("places, covariate: max-T", below(p.PMax))
	f.add("places, covariate: TFCE", below(p.PTFCE))
	f.add("places, covariate: cluster mass", clusters(p.Clusters, mass))
}

func (f *found) threshold(what string, p []float64) {
	_, some := stats.FDR(p, 0.05)
	f.add(what+"false discovery rate", anyOf(some))
	_, some = stats.Bonferroni(p, 0.05)
	f.add(what+"Bonferroni", anyOf(some))
}

func anyOf(x []bool) bool {
	for _, v := range x {
		if v {
			return true
		}
	}
	return false
}

// first fits a run of autoregressive noise, correlation 0.3, without a response.
func (f *found) first(r *rand.Rand, mask *nifti.Image) {
	const n = 120
	all := make([]float64, 0, nx*ny*nz*n)
	last := normal(r, nx*ny*nz)
	for range n {
		next := normal(r, nx*ny*nz)
		for i, v := range last {
			next[i] = 0.3*v + math.Sqrt(1-0.09)*next[i]
		}
		all, last = append(all, next...), next
	}
	run := must(nifti.New([]int{nx, ny, nz, n}, grid, all))
	var events []fmri.Event
	for at := 10.0; at < 220; at += 12 + 10*r.Float64() {
		events = append(events, fmri.Event{Onset: at, Duration: 2, Type: "word"})
	}
	d := must(fmri.NewDesign(n, 2, events, fmri.DesignOptions{}))
	for _, o := range []fmri.GLMOptions{{Noise: "ols"}, {Noise: "ar1"}, {Noise: "ar1", DF: "residual"}, {Noise: "ar1-nilearn"}} {
		g := must(fmri.Fit(run, mask, d, o))
		what := "run of AR noise, " + o.Noise
		if o.DF != "" {
			what += ", " + o.DF + " DF"
		}
		f.threshold(what+": ", must(g.Contrast("word")).P)
	}
}

// sensors tests evoked responses of noise at 19 electrodes and 60 times, whose samples are
// like their neighbours.
func (f *found) sensors(r *rand.Rand) {
	var channels []eeg.Channel
	for _, name := range strings.Fields("Fp1 Fp2 F7 F3 Fz F4 F8 T7 C3 Cz C4 T8 P7 P3 Pz P4 P8 O1 O2") {
		channels = append(channels, eeg.Channel{Name: name})
	}
	near := must(eeg.Adjacent(channels, 0)).Across(stats.Chain(60))
	maps := func(n int) [][]float64 {
		x := make([][]float64, n)
		for i := range x {
			common := 0.0
			for range channels {
				v := 0.0
				common = 0.6*common + r.NormFloat64()
				for range 60 {
					v = 0.9*v + r.NormFloat64() + 0.3*common
					x[i] = append(x[i], v)
				}
			}
		}
		return x
	}
	a, b, c := maps(12), maps(10), maps(9)
	o := stats.ClusterOptions{N: 499, Seed: r.Uint64()}
	test := func(name string, t *stats.ClusterTest, err error) {
		if err != nil {
			log.Fatal(err)
		}
		f.add("sensors and times: "+name, below(t.P))
		if name == "signs" {
			f.add("sensors and times: signs, max-T", below(t.PMax))
		}
	}
	t, err := stats.ClusterOneSample(a, near, o)
	test("signs", t, err)
	t, err = stats.ClusterTwoSample(a, b, near, o)
	test("two groups", t, err)
	t, err = stats.ClusterANOVA([][][]float64{a, b, c}, near, o)
	test("F of three groups", t, err)
	age := normal(r, 12)
	t, err = stats.ClusterCorrelation(a, age, near, o)
	test("correlation", t, err)
	o.By = "size"
	t, err = stats.ClusterOneSample(a, near, o)
	test("signs, size", t, err)
	o.TFCE, o.N = true, 199
	t, err = stats.ClusterOneSample(a, near, o)
	test("signs, TFCE", t, err)
	t, err = stats.ClusterOneSample(a[:8], near, stats.ClusterOptions{})
	test("all signs of 8", t, err)
}

// interval returns the counts between which 95 % of n trials of probability 0.05
// lie.
func interval(n int) (lo, hi int) {
	p, sum := math.Pow(0.95, float64(n)), 0.0
	lo = -1
	for k := 0; ; k++ {
		if sum += p; lo < 0 && sum > 0.025 {
			lo = k
		}
		if sum >= 0.975 {
			return lo, k
		}
		p *= float64(n-k) / float64(k+1) * 0.05 / 0.95
	}
}

func main() {
	n := flag.Int("n", 400, "data sets")
	times := flag.Int("smooth", 8, "sums of neighbours along each axis: FWHM is 2.35 sqrt(n/4) voxels")
	only := flag.String("only", "", "group, run or sensors: only these; nothing for all")
	flag.Parse()
	f := found{count: map[string]int{}}
	mask := head()
	for k := range display.Progress("data sets", *n) {
		r := rand.New(rand.NewPCG(uint64(k), 2026))
		if *only == "" || *only == "group" {
			f.group(r, mask, *times)
		}
		if *only == "" || *only == "run" {
			f.first(r, mask)
		}
		if *only == "" || *only == "sensors" {
			f.sensors(r)
		}
	}
	lo, hi := interval(*n)
	fmt.Printf("%d data sets, level 0.05: between %d and %d false findings are expected (%.3f to %.3f)\n", *n, lo, hi, float64(lo)/float64(*n), float64(hi)/float64(*n))
	for _, name := range f.names {
		note := ""
		switch c := f.count[name]; {
		case c > hi:
			note = "TOO OFTEN"
		case c < lo:
			note = "conservative"
		}
		fmt.Printf("%-55s %4d  %.3f  %s\n", name, f.count[name], float64(f.count[name])/float64(*n), note)
	}
}
