package fmri

import (
	"fmt"
	"math"
)

// SPM's grid: it divides a volume into bins, starts 32 bins before the first
// volume, and samples each volume in one bin.
const (
	timeBins  = 16
	leadBins  = 32
	stdRefBin = 2
)

// binned returns the regressors of "spm12", as SPM makes them:
//
//	u[bin]  the events: 1/dt in the bin of a brief one, 1 in the bins
//	        round(onset/dt) ... round(onset/dt) + round(duration/dt) of a block
//	x       = u convolved with the response at dt = tr/16 over 32 s, unit sum
//	row j   = x[16 j + RefBin - 1]
//
// A brief event among blocks of its condition is a block of one bin. With
// derivatives the responses are made orthogonal, not the regressors.
//
// Source: spm_get_ons, spm_get_bf, spm_Volterra and spm_fMRI_design of SPM12.
func binned(n int, tr float64, events []Event, o DesignOptions) (r regressors, err error) {
	ref := o.RefBin
	if ref == 0 {
		ref = stdRefBin
	}
	if ref < 1 || ref > timeBins {
		return r, fmt.Errorf("RefBin is %d; it is one of the %d bins of a volume, 1 to %d (0 means %d)", o.RefBin, timeBins, timeBins, stdRefBin)
	}
	dt := tr / timeBins
	basis := spmBasis
	if o.HRF != "spm12" {
		basis = spmSet
	}
	responses, suffixes, err := basis(dt, o)
	if err != nil {
		return r, err
	}
	for _, name := range conditions(events) {
		u := make([]float64, n*timeBins+leadBins)
		// u gets the steps up and down first, then their running sum.
		brief := true
		for _, e := range events {
			brief = brief && (e.Type != name || e.Off || e.Duration == 0)
		}
		for i, e := range events {
			if e.Type != name || e.Off {
				continue
			}
			size := e.Weight
			if size == 0 {
				size = 1
			}
			if brief {
				size /= dt
			}
			on := math.Round(e.Onset/dt) + leadBins
			off := on + math.Round(e.Duration/dt) + 1
			if on < 0 {
				return r, fmt.Errorf("events[%d] has onset %g s; with HRF \"%s\" events start at most two volumes (%g s) before the first", i, e.Onset, o.HRF, 2*tr)
			}
			if on < float64(len(u)) {
				u[int(on)] += size
			}
			if off < float64(len(u)) {
				u[int(off)] -= size
			}
		}
		sum := 0.0
		for i, v := range u {
			sum += v
			u[i] = sum
		}
		for k, h := range responses {
			col := make([]float64, n)
			for j := range col {
				at := j*timeBins + ref - 1 + leadBins
				for i := 0; i < len(h) && i <= at; i++ {
					col[j] += float64(u[at-i] * h[i])
				}
			}
			r.names, r.cols = append(r.names, name+suffixes[k]), append(r.cols, col)
		}
	}
	return r, nil
}

// spmBasis returns SPM's canonical response at dt, the difference to the one
// 1 s later, and the difference to the one wider by 0.01 s over 0.01, each made
// orthogonal to those before.
func spmBasis(dt float64, o DesignOptions) (k [][]float64, suffix []string, err error) {
	h := NewHRF()
	sample := func(h HRF) []float64 {
		s, e := h.Sample(dt, hrfLength)
		if e != nil && err == nil {
			err = fmt.Errorf("tr is %g s: %w", dt*timeBins, e)
		}
		return s
	}
	base := sample(h)
	k, suffix = [][]float64{base}, []string{""}
	if o.Derivative {
		later := h
		later.Onset++
		k, suffix = append(k, slope(base, sample(later), 1)), append(suffix, "_derivative")
	}
	if o.Dispersion {
		wide := h
		wide.PeakDispersion += 0.01
		k, suffix = append(k, slope(base, sample(wide), 0.01)), append(suffix, "_dispersion")
	}
	if err != nil {
		return nil, nil, err
	}
	orthogonalise(k)
	return k, suffix, nil
}
