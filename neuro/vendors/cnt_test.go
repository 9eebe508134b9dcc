package vendors

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/eeg"
	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

type neuroscan struct {
	What, File   string
	FS           float64
	Names, Types []string
	Bads         []string
	UV           [][]float64
	Start        float64
	Annotations  [][3]any
}

func (n neuroscan) bytes() []byte {
	b, _ := base64.StdEncoding.DecodeString(n.File)
	return b
}

func neuroscans(t testing.TB) (all []neuroscan) {
	t.Helper()
	data, err := os.ReadFile(golden.Path(t, "vendors/cnt.json"))
	if err == nil {
		err = json.Unmarshal(data, &all)
	}
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func cnt(b []byte) (*eeg.Recording, error) {
	return decodeCNT(bytes.NewReader(b), int64(len(b)), opened(b))
}

// TestCNT holds files of each layout against MNE, whole and in pieces.
func TestCNT(t *testing.T) {
	for _, w := range neuroscans(t) {
		rec, err := cnt(w.bytes())
		if err != nil {
			t.Errorf("%s: %v", w.What, err)
			continue
		}
		if !slices.Equal(rec.Names(), w.Names) || float64(rec.Start.Unix()) != w.Start || rec.Subject != "Doe John" || rec.Session != "two" || len(rec.Problems) > 0 {
			t.Errorf("%s: %v, %v, %q, %q, %v", w.What, rec.Names(), rec.Start, rec.Subject, rec.Session, rec.Problems)
		}
		p, err := rec.Read(0, math.Inf(1))
		if err != nil {
			t.Fatal(err)
		}
		for c, ch := range rec.Channels {
			if ch.FS != w.FS || ch.Kind != kinds[w.Types[c]] || ch.Bad != slices.Contains(w.Bads, ch.Name) || ch.Filter != "HP:0.15 Hz LP:70 Hz" {
				t.Errorf("%s: %+v", w.What, ch)
			}
			if len(p.X[c]) != len(w.UV[c]) {
				t.Errorf("%s: %d samples, want %d", w.What, len(p.X[c]), len(w.UV[c]))
				continue
			}
			for i, x := range p.X[c] {
				if math.Abs(x-w.UV[c][i]) > 1e-11*math.Max(1, math.Abs(x)) { // gains and baselines are combined in another order
					t.Errorf("%s: %s, sample %d is %g, want %g", w.What, ch.Name, i, x, w.UV[c][i])
					break
				}
			}
		}
		for _, at := range [][2]int{{0, 1}, {19, 41}, {20, 40}, {7, 99}} {
			dst := [][]float64{make([]float64, at[1]-at[0]), make([]float64, at[1]-at[0])}
			if err := rec.Fill(dst, []int{at[0], at[0]}, []int{2, 0}); err != nil || !slices.Equal(dst[0], p.X[2][at[0]:at[1]]) || !slices.Equal(dst[1], p.X[0][at[0]:at[1]]) {
				t.Errorf("%s: samples %v differ, %v", w.What, at, err)
			}
		}
		for i, a := range w.Annotations {
			text := strings.NewReplacer("Keyboard Response ", "", "KeyPad Response ", "", "BAD_0", "rejected").Replace(a[2].(string))
			if g := rec.Annotations[i]; g.Onset != a[0].(float64) || math.Abs(g.Dur-a[1].(float64)) > 1e-12 || g.Text != text {
				t.Errorf("%s: annotation %+v, want %v", w.What, g, a)
			}
		}
		if k := rec.Annotations; len(k) != len(w.Annotations) || k[0].Kind != "stimulus" || k[1].Kind != "keyboard" || k[2].Kind != "keypad" || k[3].Kind != "reject" {
			t.Errorf("%s: %+v", w.What, k)
		}
	}
}

func TestCNTOdd(t *testing.T) {
	good := neuroscans(t)[0].bytes()
	with := func(at int, v uint32) []byte {
		b := bytes.Clone(good)
		binary.LittleEndian.PutUint32(b[at:], v)
		return b
	}
	samples := len(good) - 9 - 6*8
	for what, f := range map[string]struct {
		b    []byte
		want string
		n    int
	}{
		"cut off":         {good[:samples-61], "the file is cut off: 90 of 101", 90},
		"no events there": {with(886, 5), "the events are at byte", 101},
		"no number":       {with(864, 0), "up to the events", 101},
	} {
		rec, err := cnt(f.b)
		if err != nil || rec.Samples(0) != f.n || len(rec.Problems) != 1 || !strings.Contains(rec.Problems[0].Text, f.want) {
			t.Errorf("%s: %v, %v", what, rec, err)
			continue
		}
		if _, err := rec.Read(0, math.Inf(1)); err != nil {
			t.Error(err)
		}
	}
	for want, b := range map[string][]byte{"ANT": []byte("RIFF....CNT 12345"), "Version": []byte("hello hello hello"), "neither of 16 nor": with(864, 77), "cut off": good[:400]} {
		if _, err := cnt(b); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

func FuzzCNT(f *testing.F) {
	for _, w := range neuroscans(f) {
		f.Add(w.bytes())
	}
	f.Fuzz(func(t *testing.T, b []byte) { whole(cnt(b)) })
}
