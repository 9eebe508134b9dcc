package vendors

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/neurorepl/neurorepl/neuro/eeg"
	"github.com/neurorepl/neurorepl/neuro/internal/samples"
	"github.com/neurorepl/neurorepl/neuro/provenance"
)

// ReadNicolet reads a recording of Nicolet as the European Epilepsy Database has it: the
// samples in .data, 16 bits each, and what they are in .head beside it. The path of either
// may be given. Values are in uV. The files .e of NicoletOne are of another format and
// refused.
//
// Errors: a header that is not there, or without a number of channels, a rate, a factor.
//
// Checked against MNE 1.13.2.
func ReadNicolet(path string) (*eeg.Recording, error) {
	fail := func(err error) (*eeg.Recording, error) {
		return nil, fmt.Errorf("vendors: ReadNicolet: %s: %w", path, err)
	}
	ext := filepath.Ext(path)
	if !strings.EqualFold(ext, ".data") && !strings.EqualFold(ext, ".head") {
		return fail(fmt.Errorf("ends in %q; .data and .head are read (export .e of NicoletOne as EDF)", ext))
	}
	base := strings.TrimSuffix(path, ext)
	info, err := os.Stat(base + ".head")
	if err != nil {
		return fail(fmt.Errorf("its header %s is not beside it", filepath.Base(base)+".head"))
	}
	if info.Size() > 1<<20 {
		return fail(fmt.Errorf("its header has %d bytes; some hundred are right", info.Size()))
	}
	head, err := os.ReadFile(base + ".head")
	if err != nil {
		return fail(err)
	}
	provenance.File(base + ".head")
	return read("ReadNicolet", base+".data", func(_ io.ReaderAt, size int64, open opener) (*eeg.Recording, error) {
		return decodeNicolet(head, size, open)
	})
}

func decodeNicolet(head []byte, size int64, open opener) (*eeg.Recording, error) {
	h := map[string]string{}
	for _, line := range strings.Split(string(head), "\n") {
		if k, v, ok := strings.Cut(line, "="); ok {
			h[strings.TrimSpace(k)] = strings.TrimSpace(v)
		}
	}
	number := func(key string, lo, hi float64) (float64, error) {
		v, err := strconv.ParseFloat(h[key], 64)
		if err != nil || !(v >= lo) || !(v <= hi) {
			return 0, fmt.Errorf("its header has %s %q; %g to %g are allowed", key, h[key], lo, hi)
		}
		return v, nil
	}
	channels, err1 := number("num_channels", 1, mostChannels)
	fs, err2 := number("sample_freq", 1e-6, 1e9)
	gain, err3 := number("conversion_factor", -1e9, 1e9)
	_, err4 := number("sample_bytes", 2, 2)
	if h["sample_bytes"] == "" {
		err4 = nil
	}
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		first, _, _ := strings.Cut(err.Error(), "\n")
		return nil, errors.New(first)
	}
	n := int(channels)
	rec := eeg.Recording{Format: "Nicolet", Subject: h["pat_id"], Session: h["rec_id"]}
	if t, err := time.Parse("2006-01-02 15:04:05.999999", h["start_ts"]); err == nil {
		rec.Start = t
	}
	names := strings.Split(strings.Trim(h["elec_names"], "[] "), ",")
	if len(names) != n {
		rec.Problems.Add("warning", "elec_names", "has %d names for %d channels; the others are called by their numbers", len(names), n)
	}
	there := size / int64(2*n)
	if there < 1 {
		return nil, fmt.Errorf("is cut off: %d channels need %d bytes for each time, and %d are there", n, 2*n, size)
	}
	times := there
	if v, err := strconv.ParseFloat(h["num_samples"], 64); err == nil && v != float64(there) {
		rec.Problems.Add("warning", "num_samples", "is %g; the file has %d", v, there)
		if v >= 1 && v < float64(there) {
			times = int64(v)
		}
	}
	l := samples.Interleaved(0, samples.Int16, binary.LittleEndian, n)
	l.Open = open
	for c := range n {
		ch := eeg.Channel{Name: fmt.Sprintf("Ch%d", c+1), Unit: "uV", FS: fs, Step: math.Abs(gain)}
		if c < len(names) && strings.TrimSpace(names[c]) != "" {
			ch.Name = strings.TrimSpace(names[c])
		}
		ch.Kind = eeg.KindOf(ch.Name, "uV")
		l.Channels[c].Gain = gain
		rec.Channels = append(rec.Channels, ch)
	}
	rec.Segments = []eeg.Segment{{Dur: float64(times) / fs}}
	return eeg.From(rec, l)
}
