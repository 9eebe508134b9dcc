package signal

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/fft"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// MorletPower returns the power of every channel over time at the given
// frequencies, the mean over trials of the squared amplitude after convolution
// with the wavelets that Scalogram describes. It has what is phase-locked to the
// trial and what is not.
//
// trials[i][c] are the samples of channel c in trial i, all as long, fs their rate
// in Hz; frequencies (Hz) ascend, above 0 and below fs/2; cycles has the number of
// cycles of each wavelet, or one number for all, 7 being usual. There is one
// result for each channel, with a column for each sample; T starts at 0.
//
// Errors: those of Scalogram, and trials that differ in channels or samples.
// Source: Tallon-Baudry et al. 1997, J. Neurosci. 17:722. Peer: mne
// tfr_array_morlet with output "avg_power" and zero_mean.
func MorletPower(trials [][][]float64, fs float64, frequencies, cycles []float64) ([]*TimeFrequency, error) {
	return morletMean("MorletPower", trials, fs, frequencies, cycles, false)
}

// MorletLocking returns how far the phase of every channel at each time and
// frequency is the same in all trials, the inter-trial coherence: the length of
// the mean over trials of z/|z|, with z the signal after convolution with a
// wavelet. It is 1 for the same phase in all trials and about 1/√n for n trials
// with nothing in common.
//
// Arguments, result, errors and source as for MorletPower. Peer: mne
// tfr_array_morlet with output "itc" and zero_mean.
func MorletLocking(trials [][][]float64, fs float64, frequencies, cycles []float64) ([]*TimeFrequency, error) {
	return morletMean("MorletLocking", trials, fs, frequencies, cycles, true)
}

// wavelet returns Morlet's wavelet with a norm of √2, its middle at reach.
func wavelet(fs, f, cycles float64) (w []complex128, reach int) {
	sigma := cycles / (2 * math.Pi * f)
	reach = waveletReach(fs, f, cycles)
	offset := vec.Exp(-2 * math.Pi * math.Pi * f * f * sigma * sigma)
	norm := 0.0
	for i := -reach; i <= reach; i++ {
		t := float64(i) / fs
		envelope := vec.Exp(-t * t / (2 * sigma * sigma))
		s, c := vec.Sincos(2 * math.Pi * f * t)
		v := complex((c-offset)*envelope, s*envelope)
		norm += float64(real(v)*real(v)) + float64(imag(v)*imag(v))
		w = append(w, v)
	}
	scale := math.Sqrt(2 / norm)
	for i, v := range w {
		w[i] = complex(real(v)*scale, imag(v)*scale)
	}
	return w, reach
}

// waveletReach is how many samples a wavelet has on each side of its middle.
func waveletReach(fs, f, cycles float64) int { return int(5 * cycles / (2 * math.Pi * f) * fs) }

// checkWavelets checks frequencies and returns one number of cycles for each.
func checkWavelets(call string, samples int, fs float64, frequencies, cycles []float64) ([]float64, error) {
	if err := checkRate(call, fs); err != nil {
		return nil, err
	}
	if len(frequencies) == 0 {
		return nil, fmt.Errorf("signal: %s: frequencies is empty; name one or more", call)
	}
	if len(cycles) != 1 && len(cycles) != len(frequencies) {
		return nil, fmt.Errorf("signal: %s: cycles has %d values for %d frequencies; give one for each, or one for all", call, len(cycles), len(frequencies))
	}
	all := make([]float64, len(frequencies))
	for i, f := range frequencies {
		if !(f > 0 && f < fs/2) || i > 0 && f <= frequencies[i-1] {
			return nil, fmt.Errorf("signal: %s: frequencies[%d] is %g Hz; frequencies must ascend between 0 and half the sampling rate (%g Hz)", call, i, f, fs/2)
		}
		all[i] = cycles[min(i, len(cycles)-1)]
		if !(all[i] > 0) || math.IsInf(all[i], 0) {
			return nil, fmt.Errorf("signal: %s: cycles is %g; it must be above 0 and finite, such as 7", call, all[i])
		}
		if n := 2*waveletReach(fs, f, all[i]) + 1; n > samples {
			return nil, fmt.Errorf("signal: %s: the wavelet of frequencies[%d] (%g Hz) is %.3g s long and the signal %.3g s; take a longer signal, a higher frequency or fewer cycles", call, i, f, float64(n)/fs, float64(samples)/fs)
		}
	}
	return all, nil
}

// together is how many frequencies one goroutine does with the same transforms.
const together = 8

// waveletRoom is how many bytes the transforms of wavelets may take at a time:
// 500 frequencies of a million samples would need 8 GB.
var waveletRoom = 512 << 20

func morletMean(call string, trials [][][]float64, fs float64, frequencies, cycles []float64, locking bool) ([]*TimeFrequency, error) {
	if len(trials) == 0 {
		return nil, fmt.Errorf("signal: %s: trials is empty; at least 1 is needed", call)
	}
	if err := checkTrials(call, trials); err != nil {
		return nil, err
	}
	n := len(trials[0][0])
	all, err := checkWavelets(call, n, fs, frequencies, cycles)
	if err != nil {
		return nil, err
	}
	longest := 0
	for i, f := range frequencies {
		longest = max(longest, waveletReach(fs, f, all[i]))
	}
	length := fft.Fast(n + 2*longest)
	for length%2 == 1 {
		length = fft.Fast(length + 1)
	}
	m := &morlet{plan: fft.New(length), n: n, trials: trials, locking: locking}
	// The transforms of as many wavelets as are used at a time stay in memory.
	round := max(1, waveletRoom/(16*length*together)) * together
	round = min(round, len(frequencies))
	w, reach := rowsComplex(round, length), make([]int, round)
	out := make([]*TimeFrequency, len(trials[0]))
	times := make([]float64, n)
	for i := range times {
		times[i] = float64(i) / fs
	}
	for c := range out {
		out[c] = &TimeFrequency{Name: "power", T: times, F: append([]float64(nil), frequencies...), P: make([][]float64, len(frequencies)), Unit: "a.u."}
		if locking {
			out[c].Name, out[c].Unit = "inter-trial coherence", ""
		}
		for i, f := range frequencies {
			out[c].Edge = append(out[c].Edge, 2*all[i]/(2*math.Pi*f))
		}
	}
	task := display.Start("signal."+call, "wavelets", len(frequencies))
	defer task.End()
	for from := 0; from < len(frequencies); from += round {
		count := min(round, len(frequencies)-from)
		linalg.Parallel(count, func(i int) {
			if task.Err() != nil {
				return
			}
			var one []complex128
			one, reach[i] = wavelet(fs, frequencies[from+i], all[from+i])
			clear(w[i][copy(w[i], one):])
			m.plan.Forward(w[i], w[i])
		})
		blocks := (count + together - 1) / together
		linalg.Parallel(len(out)*blocks, func(i int) {
			if task.Err() != nil {
				return
			}
			c, first := i/blocks, i%blocks*together
			last := min(first+together, count)
			copy(out[c].P[from+first:from+last], rows(last-first, n))
			m.channel(c, w[first:last], reach[first:last], out[c].P[from+first:from+last])
		})
		if task.Err() != nil {
			return nil, fmt.Errorf("signal: %s: %w", call, task.Err())
		}
		task.Add(count)
	}
	return out, nil
}

func rowsComplex(n, m int) [][]complex128 {
	all, t := make([]complex128, n*m), make([][]complex128, n)
	for i := range t {
		t[i] = all[i*m : (i+1)*m : (i+1)*m]
	}
	return t
}

// A morlet holds what is the same for all channels.
type morlet struct {
	plan    *fft.Plan
	n       int
	trials  [][][]float64
	locking bool
}

// channel sets the rows of a channel that belong to wavelets, of which w are the
// transforms and reach how many samples they have on each side. Four trials are
// worked on at a time; each lane is summed on its own, and lanes then.
func (m *morlet) channel(c int, w [][]complex128, reach []int, out [][]float64) {
	length := m.plan.Len()
	z, tmp := make([]float64, fft.Groups(length)), make([]float64, fft.Groups(length))
	y, work := make([]float64, groupSize*length), make([]float64, groupSize*length)
	padded := rows(fft.Lanes, length)
	parts := fft.Lanes
	if m.locking {
		parts = groupSize
	}
	sums := rows(len(out), parts*m.n)
	for t := 0; t < len(m.trials); t += fft.Lanes {
		count := min(fft.Lanes, len(m.trials)-t)
		var in [fft.Lanes][]float64
		for l := range count {
			copy(padded[l], m.trials[t+l][c])
			in[l] = padded[l]
		}
		m.plan.RealMany(z, tmp, in, fft.Window{})
		for i, sum := range sums {
			m.plan.FilterMany(y, work, z, w[i])
			from := y[groupSize*reach[i]:][:groupSize*m.n]
			if m.locking {
				addDirections(sum, from)
			} else {
				fft.AddPower(sum, from)
			}
		}
	}
	trials := float64(len(m.trials))
	scale := 1 / (trials * float64(length) * float64(length))
	for i, sum := range sums {
		for k := range out[i] {
			s := sum[parts*k:][:parts]
			a := (s[0] + s[1]) + (s[2] + s[3])
			if !m.locking {
				out[i][k] = a * scale
				continue
			}
			b := (s[4] + s[5]) + (s[6] + s[7])
			out[i][k] = math.Sqrt(float64(a*a)+float64(b*b)) / trials
		}
	}
}

// addDirections adds z/|z| of every lane to sum; 0 has no direction.
func addDirections(sum, z []float64) {
	for i := 0; i < len(z); i += groupSize {
		g, s := z[i:][:groupSize], sum[i:][:groupSize]
		for l := range fft.Lanes {
			re, im := g[l], g[l+fft.Lanes]
			if d := math.Sqrt(float64(re*re) + float64(im*im)); d > 0 {
				s[l] += re / d
				s[l+fft.Lanes] += im / d
			}
		}
	}
}
