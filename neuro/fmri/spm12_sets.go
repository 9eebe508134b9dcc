package fmri

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// binnedSets are the responses of SPM that are made on its grid of bins.
var binnedSets = []string{"spm12", "spm12-gamma", "spm12-fourier", "spm12-hanning"}

// spmSet returns the basis functions of a set of SPM's at dt, t = 0, dt ... Window,
// each made orthogonal to those before:
//
//	gamma:   t^(m-1) e^-t / (m-1)!,  m = 4, 8, 16 ...
//	fourier: g, g sin(2 pi k t/Window), g cos(2 pi k t/Window),  k = 1, 2 ...
//
// with g 1 or, of hanning, (1 - cos(2 pi t/Window))/2.
//
// Source: spm_get_bf and spm_gamma_bf of SPM12.
func spmSet(dt float64, o DesignOptions) (k [][]float64, suffix []string, err error) {
	functions, window := o.Functions, o.Window
	if functions == 0 {
		functions = 3
	}
	if window == 0 {
		window = hrfLength
	}
	if !(window > 0) || math.IsInf(window, 0) || !(window/dt < maxSteps) {
		return nil, nil, fmt.Errorf("Window is %g s; it must be above 0 and less than %d bins of %g s", window, maxSteps, dt)
	}
	n := int(window/dt*(1+1e-12)) + 1
	most := 8 // gamma densities: the last has its peak at 511 s
	if o.HRF != "spm12-gamma" {
		most = (n - 2) / 2
	}
	if functions < 1 || functions > most {
		return nil, nil, fmt.Errorf("Functions is %d; of %q with a Window of %g s they are 1 to %d (0 means 3)", o.Functions, o.HRF, window, most)
	}
	if o.Derivative || o.Dispersion {
		return nil, nil, fmt.Errorf("HRF %q has no derivatives; its functions span them", o.HRF)
	}
	add := func(name string, f func(t float64) float64) {
		h := make([]float64, n)
		for i := range h {
			h[i] = f(float64(i) * dt)
		}
		k, suffix = append(k, h), append(suffix, name)
	}
	if o.HRF == "spm12-gamma" {
		for i := range functions {
			m := math.Ldexp(1, i+2)
			add(fmt.Sprintf("_gamma_%g", m), func(t float64) float64 { return gammaDensity(t, m, 1) })
		}
	} else {
		end := float64(float64(n-1) * dt)
		g := func(t float64) float64 {
			if o.HRF == "spm12-hanning" {
				return float64(0.5 * (1 - vec.Cos(2*math.Pi*(t/end))))
			}
			return 1
		}
		add("_window", g)
		for i := 1; i <= functions; i++ {
			turn := 2 * math.Pi * float64(i)
			add(fmt.Sprintf("_sin_%d", i), func(t float64) float64 { return g(t) * vec.Sin(turn*(t/end)) })
			add(fmt.Sprintf("_cos_%d", i), func(t float64) float64 { return g(t) * vec.Cos(turn*(t/end)) })
		}
	}
	orthogonalise(k)
	return k, suffix, nil
}
