package fmri

import (
	"fmt"
	"math"
	"slices"
	"sync/atomic"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/nifti"
)

// FDJenkinson returns how far places in the head moved from each volume to the
// next, as a root mean square over a ball of the given radius, mm, about centre, mm:
// with M = T(t) T(t-1)⁻¹ - 1, which has a 3 x 3 part A and a shift b, and c the
// centre,
//
//	FD[t] = √(radius²/5 trace(A'A) + |b + A c|²).
//
// p has the parameters of each volume as [Realign] returns them. FSL takes 80 mm and
// the centre of the head; the first value is 0. It is an error when p is empty, a row
// has not six finite values, radius is not above 0, or centre is not finite.
//
// Jenkinson (1999), FMRIB technical report TR99MJ1; FSL's rmsdiff.
func FDJenkinson(p [][]float64, radius float64, centre [3]float64) ([]float64, error) {
	fail := func(err error) ([]float64, error) { return nil, fmt.Errorf("fmri: FDJenkinson: %w", err) }
	if len(p) == 0 {
		return fail(fmt.Errorf("p is empty; it needs one row per volume"))
	}
	if !(radius > 0) || math.IsInf(radius, 0) {
		return fail(fmt.Errorf("radius is %g mm; it must be above 0 (FSL takes 80)", radius))
	}
	if s := centre[0] + centre[1] + centre[2]; s-s != 0 {
		return fail(fmt.Errorf("centre is %v mm; it must be finite", centre))
	}
	out := make([]float64, len(p))
	var before rigid
	for t, row := range p {
		if err := checkMotion(row); err != nil {
			return fail(fmt.Errorf("p[%d] %w", t, err))
		}
		now := rigidOf(row)
		if t > 0 {
			m := now.after(before.inverse())
			trace := 0.0
			for i := range 3 {
				m.r[i][i]--
				for j := range 3 {
					trace += float64(m.r[i][j] * m.r[i][j])
				}
			}
			shift := m.apply(centre)
			out[t] = math.Sqrt(float64(radius*radius/5*trace) + dot3(shift, shift))
		}
		before = now
	}
	return out, nil
}

// Variation is how much an image changes from each volume to the next, one value
// per volume, the first 0.
type Variation struct {
	// DVARS is the root mean square over voxels of the change, in units of a
	// thousandth of the median value in the mask.
	DVARS []float64
	// Std is DVARS over what it would be from the usual noise of the run, so that it
	// is about 1: over the mean of √(2(1-ρ)) s, with the lag-1 autocorrelation ρ of
	// each voxel and its robust standard deviation s, the range between quartiles
	// over 1.349.
	Std []float64
	// VoxelStd has each voxel's change over its own √(2(1-ρ)) s before the root
	// mean square is taken.
	VoxelStd []float64
	Constant int // voxels with s = 0, which are left out
}

// DVARS returns how much the voxels of a mask change from each volume to the
// next. mask is as in [ROI]; nil takes all voxels. It is an error when it does not
// fit im, im has fewer than 2 volumes, a value is not finite, the median is not above
// 0, or no voxel varies.
//
// Power et al. (2012), NeuroImage 59:2142; Nichols (2013), Notes on creating a
// standardized version of DVARS. Checked to 1e-5 (float32) against nipype 1.11's
// compute_dvars without voxels of no variance, as fMRIPrep calls it.
func DVARS(im, mask *nifti.Image) (*Variation, error) {
	v, err := dvars(im, mask)
	if err != nil {
		return nil, fmt.Errorf("fmri: DVARS: %w", err)
	}
	return v, nil
}

func dvars(im, mask *nifti.Image) (*Variation, error) {
	voxels, err := inMask(im, mask)
	if err != nil {
		return nil, err
	}
	n := im.Volumes()
	if n < 2 {
		return nil, fmt.Errorf("im has %d volume; there must be two or more", n)
	}
	task := display.Start("fmri.DVARS", "voxels", 2*len(voxels))
	defer task.End()
	type sums struct {
		square, own []float64
		sd          float64
		count       int
	}
	parts := make([]sums, (len(voxels)+batch-1)/batch)
	median := newMedian(len(voxels) * n)
	err = im.EachSeries(voxels, batch, func(first int, series [][]float64) error {
		if err := task.Err(); err != nil {
			return err
		}
		p := sums{square: make([]float64, n), own: make([]float64, n)}
		sorted := make([]float64, n)
		for i, s := range series {
			for t, v := range s {
				if v-v != 0 {
					return fmt.Errorf("im: %w", badVoxel(im, voxels[first+i], t, v))
				}
				median.high(v)
			}
			copy(sorted, s)
			slices.Sort(sorted)
			sd := (sorted[3*(n-1)/4] - sorted[(n-1)/4]) / 1.349
			if !(sd > 0) {
				continue
			}
			mean, r0, r1 := vec.SumBlock(s)/float64(n), 0.0, 0.0
			for t, v := range s {
				r0 += float64((v - mean) * (v - mean))
				if t > 0 {
					r1 += float64((v - mean) * (s[t-1] - mean))
				}
			}
			expected := float64(math.Sqrt(2*(1-r1/r0)) * sd)
			for t := 1; t < n; t++ {
				d := s[t] - s[t-1]
				p.square[t] += float64(d * d)
				p.own[t] += float64(d / expected * (d / expected))
			}
			p.sd += expected
			p.count++
		}
		parts[first/batch] = p
		task.Add(len(series))
		return nil
	})
	if err != nil {
		return nil, err
	}
	median.middle()
	err = im.EachFrames(voxels, batch, func(_ int, frames [][]float64) error {
		for _, row := range frames {
			for _, v := range row {
				median.low(v)
			}
		}
		task.Add(len(frames[0]))
		return task.Err()
	})
	if err != nil {
		return nil, err
	}
	level := median.value()
	if !(level > 0) {
		return nil, fmt.Errorf("the median in the mask is %g; it must be above 0, so give the run before its mean was taken off", level)
	}
	out := &Variation{DVARS: make([]float64, n), Std: make([]float64, n), VoxelStd: make([]float64, n)}
	sd, count := 0.0, 0
	for _, p := range parts {
		vec.AddBlock(out.DVARS, out.DVARS, p.square)
		vec.AddBlock(out.VoxelStd, out.VoxelStd, p.own)
		sd += p.sd
		count += p.count
	}
	out.Constant = len(voxels) - count
	if count == 0 {
		return nil, fmt.Errorf("none of the %d voxels varies", len(voxels))
	}
	for t := 1; t < n; t++ {
		change := math.Sqrt(out.DVARS[t] / float64(count))
		out.DVARS[t] = change * 1000 / level
		out.Std[t] = change / (sd / float64(count))
		out.VoxelStd[t] = math.Sqrt(out.VoxelStd[t] / float64(count))
	}
	return out, nil
}

// Show draws the three over volumes.
func (v Variation) Show() display.Bundle { return v.Plot().Show() }

// Plot returns the figure that Show draws.
func (v Variation) Plot() *figure.Figure {
	x := make([]float64, len(v.DVARS))
	for t := range x {
		x[t] = float64(t)
	}
	axis := figure.Axis{Label: "volume"}
	line := func(y []float64) []figure.Layer {
		return []figure.Layer{{Kind: figure.Line, X: x[min(1, len(x)):], Y: y[min(1, len(y)):]}}
	}
	return &figure.Figure{ShareX: true, Panels: []figure.Panel{
		{X: axis, Y: figure.Axis{Label: "DVARS"}, Layers: line(v.DVARS)},
		{X: axis, Y: figure.Axis{Label: "standardised"}, Layers: line(v.Std)},
	}}
}

// A medianOf finds the median of many numbers, as float32, that are seen twice, in
// any order: it counts their upper and then their lower 16 bits.
type medianOf struct {
	n      int
	count  [1 << 16]atomic.Int64
	bucket [2]uint32 // that hold the two middle numbers
	below  [2]int64  // numbers in buckets before
	fine   [2][1 << 16]atomic.Int64
}

func newMedian(n int) *medianOf { return &medianOf{n: n} }

// key has the order of the numbers.
func key(v float64) uint32 {
	b := math.Float32bits(float32(v))
	if b>>31 == 1 {
		return ^b
	}
	return b | 1<<31
}

func (m *medianOf) high(v float64) { m.count[key(v)>>16].Add(1) }

func (m *medianOf) middle() {
	for i := range 2 {
		rank, before := int64((m.n-1+i)/2), int64(0)
		for b := range m.count {
			if c := m.count[b].Load(); before+c > rank {
				m.bucket[i], m.below[i] = uint32(b), before
				break
			} else {
				before += c
			}
		}
	}
}

func (m *medianOf) low(v float64) {
	k := key(v)
	for i, b := range m.bucket {
		if k>>16 == b {
			m.fine[i][k&0xffff].Add(1)
		}
	}
}

func (m *medianOf) value() float64 {
	sum := 0.0
	for i := range 2 {
		rank, before := int64((m.n-1+i)/2), m.below[i]
		for b := range m.fine[i] {
			if before += m.fine[i][b].Load(); before > rank {
				k := m.bucket[i]<<16 | uint32(b)
				if k>>31 == 1 {
					k &^= 1 << 31
				} else {
					k = ^k
				}
				sum += float64(math.Float32frombits(k))
				break
			}
		}
	}
	return sum / 2
}
