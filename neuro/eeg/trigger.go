package eeg

import (
	"fmt"
	"math"
)

// A Trigger is the beginning of a code on a trigger channel.
type Trigger struct {
	Time   float64 `unit:"s"` // since the first sample of the recording
	Sample int     // its number on the channel, gaps counted
	Code   int
}

// Triggers returns where the code of a trigger channel changes to one that is not 0. A
// code is the bits of mask in a sample; 0 takes the lower 16, which hold the triggers in
// the status channel of BioSemi. A code that is there at the first sample counts.
//
// The channel is read in pieces. Errors are those of Read.
// Checked against mne.find_events with consecutive=True.
func (r *Recording) Triggers(channel string, mask int) ([]Trigger, error) {
	c, err := r.Index(channel)
	if err != nil {
		return nil, err
	}
	if mask == 0 {
		mask = 0xffff
	}
	if mask < 0 || mask > 1<<24-1 {
		return nil, fmt.Errorf("eeg: Triggers: mask is %d; 1 to %d are allowed, 0 is 65535", mask, 1<<24-1)
	}
	fs := r.Channels[c].FS
	var out []Trigger
	last := 0
	for _, s := range r.Segments {
		for from := s.Start; from < s.End(); {
			to := math.Min(from+65536/fs, s.End())
			p, err := r.Read(from, to, channel)
			if err != nil {
				return nil, err
			}
			for i, v := range p.X[0] {
				if math.IsNaN(v) {
					continue
				}
				code := int(int64(math.Round(v))) & mask
				if k := p.First[0] + i; code != last && code != 0 {
					out = append(out, Trigger{float64(k) / fs, k, code})
				}
				last = code
			}
			from = to
		}
	}
	return out, nil
}
