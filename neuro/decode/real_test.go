package decode_test

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"sort"
	"strconv"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/decode"
	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/matlab"
	"github.com/neurorepl/neurorepl/neuro/spikes"
)

// reals is decode/real.json: what peers make of recordings that are not in this
// repository.
type reals struct {
	Pairs struct {
		ISI, Spike, Sync, Victor, Rossum [][]float64
		STTC                             [][]*float64
	}
	NWB struct {
		SHA256            string
		Offset            int64
		Ends              []int
		CV, CV2, LV, LvR  []float64
		Cross             map[string][]float64
		Curves            [][]float64
		Best, Probability []float64
	}
	RDM struct {
		Names             []string
		Spearman, Pearson [][]float64
	}
}

func readReals(t *testing.T) (r reals) {
	golden.JSON(t, golden.Path(t, "decode/real.json"), &r)
	return r
}

// fetched returns the path of a download, and skips the test without it.
func fetched(t *testing.T, name string) string {
	path := golden.Shared(t, "data/fetched/"+name)
	if _, err := os.Stat(path); err != nil {
		t.Skip(name + " is not beside this checkout")
	}
	return path
}

// TestRealTrains: distances of recorded trains and odd ones, without spikes, of one
// spike, at the ends of the window, equal and with shared times.
func TestRealTrains(t *testing.T) {
	want := readReals(t).Pairs
	data, err := os.ReadFile(fetched(t, "PySpike/PySpike_testdata.txt"))
	if err != nil {
		t.Fatal(err)
	}
	var all []neuro.Spikes
	for _, line := range strings.Split(string(data), "\n") {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		var s neuro.Spikes
		for _, field := range strings.Fields(line) {
			v, err := strconv.ParseFloat(field, 64)
			if err != nil {
				t.Fatal(err)
			}
			s = append(s, v)
		}
		all = append(all, s)
	}
	var half neuro.Spikes
	for i := 0; i < len(all[0]); i += 2 {
		half = append(half, all[0][i])
	}
	r := neuro.Raster{T1: 4000, Trains: append(append([]neuro.Spikes(nil), all[:12]...), nil, neuro.Spikes{2000}, neuro.Spikes{0, 4000}, half, all[3], neuro.Spikes{1322.2, 1576.1, 1576.2})}
	for _, m := range []struct {
		measure string
		scale   float64
		want    [][]float64
		tol     float64
	}{
		{"isi", 0, want.ISI, 1e-12}, {"spike", 0, want.Spike, 1e-12}, {"spike-sync", 0, want.Sync, 1e-12},
		{"victor-purpura", 0.02, want.Victor, 1e-12},
		{"van-rossum", 15, want.Rossum, 1e-9}, // of sums of exponentials that nearly cancel
	} {
		got, err := spikes.Matrix(r, m.measure, m.scale)
		if err != nil {
			t.Fatal(err)
		}
		for i, row := range m.want {
			for j, v := range row {
				if i == j {
					v = map[bool]float64{true: 1, false: 0}[m.measure == "spike-sync"] // the peer leaves it at 0
				}
				if math.Abs(got.V[i][j]-v) > m.tol*math.Max(1, v) {
					t.Errorf("%s of trains %d and %d: %.15g, want %.15g", m.measure, i, j, got.V[i][j], v)
				}
			}
		}
	}
	got, err := spikes.Matrix(r, "sttc", 20)
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range want.STTC {
		for j, v := range row {
			if v == nil {
				if !math.IsNaN(got.V[i][j]) {
					t.Errorf("STTC of trains %d and %d: %g, want NaN", i, j, got.V[i][j])
				}
			} else if math.Abs(got.V[i][j]-*v) > 1e-12 {
				t.Errorf("STTC of trains %d and %d: %.15g, want %.15g", i, j, got.V[i][j], *v)
			}
		}
	}
}

// units reads the trains of the NWB file (ms), whose numbers lie in one piece.
func units(t *testing.T, w reals) (cells []neuro.Spikes) {
	data, err := os.ReadFile(fetched(t, "pynapple/A8604-211122.nwb"))
	if err != nil {
		t.Fatal(err)
	}
	if sum := fmt.Sprintf("%x", sha256.Sum256(data)); sum != w.NWB.SHA256 {
		t.Skip("the file is another version")
	}
	from := 0
	for _, end := range w.NWB.Ends {
		var s neuro.Spikes
		for i := from; i < end; i++ {
			v := math.Float64frombits(binary.LittleEndian.Uint64(data[w.NWB.Offset+int64(8*i):]))
			s = append(s, v*1000)
		}
		sort.Float64s(s)
		cells, from = append(cells, s), end
	}
	return cells
}

// TestRealUnits: intervals, correlograms, tuning curves and decoding of three recorded units.
func TestRealUnits(t *testing.T) {
	w := readReals(t)
	cells := units(t, w)
	for k, s := range cells {
		for _, m := range []struct {
			name string
			f    func() (float64, error)
			want float64
		}{
			{"CV", func() (float64, error) { return spikes.CV(s) }, w.NWB.CV[k]},
			{"CV2", func() (float64, error) { return spikes.CV2(s) }, w.NWB.CV2[k]},
			{"LV", func() (float64, error) { return spikes.LV(s) }, w.NWB.LV[k]},
			{"LvR", func() (float64, error) { return spikes.LvR(s, 5) }, w.NWB.LvR[k]},
		} {
			got, err := m.f()
			if err != nil {
				t.Fatal(err)
			}
			golden.Close(t, fmt.Sprintf("%s of unit %d", m.name, k), []float64{got}, []float64{m.want}, 1e-9)
		}
	}
	for pair, rate := range w.NWB.Cross {
		var a, b int
		if _, err := fmt.Sscanf(pair, "%d-%d", &a, &b); err != nil {
			t.Fatal(err)
		}
		h, err := spikes.Correlogram(cells[a], cells[b], spikes.CorrelogramOptions{Bin: 1.999, Window: 99.95, Norm: "rate"})
		if err != nil {
			t.Fatal(err)
		}
		golden.Close(t, "correlogram "+pair, h.Y, rate, 1e-9)
	}
	const n = 54400
	at, angle := make([]float64, n), make([]float64, n)
	for i := range at {
		s := float64(i) * 0.02
		at[i] = s * 1000
		angle[i] = math.Mod(s/3+2*math.Sin(s/11), 2*math.Pi)
		if angle[i] < 0 {
			angle[i] += 2 * math.Pi
		}
	}
	curves, err := spikes.TuningCurves(at, [][]float64{angle}, cells, spikes.CurvesOptions{Bins: []int{36}, Range: [][2]float64{{0, 2 * math.Pi}}})
	if err != nil {
		t.Fatal(err)
	}
	for k, want := range w.NWB.Curves {
		golden.Close(t, fmt.Sprintf("tuning curve of unit %d", k), curves.Rate[k], want, 1e-9)
	}
	d, err := decode.Position(curves, cells, 100000, 160000, decode.PositionOptions{Bin: 250})
	if err != nil {
		t.Fatal(err)
	}
	golden.Close(t, "decoded", d.Best[0], w.NWB.Best, 1e-9)
	golden.Close(t, "probability", d.Probability, w.NWB.Probability, 1e-6)
}

// TestRealDissimilarities: models and people's inferior temporal cortex (Kriegeskorte et al.
// 2008).
func TestRealDissimilarities(t *testing.T) {
	w := readReals(t).RDM
	read := func(name string) *matlab.File {
		f, err := matlab.Read(fetched(t, "rsatoolbox/"+name))
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	brain, file := read("92_brainRDMs.mat"), read("92_modelRDMs.mat")
	var people, models []*decode.RDM
	for p := range 4 {
		var mean [][]float64
		for s := range 2 {
			m, err := brain.Matrix(fmt.Sprintf("RDMs(1,%d,%d).RDM", p+1, s+1))
			if err != nil {
				t.Fatal(err)
			}
			if mean == nil {
				mean = make([][]float64, len(m))
				for i := range mean {
					mean[i] = make([]float64, len(m))
				}
			}
			for i := range m {
				for j, v := range m[i] {
					mean[i][j] += v / 2
				}
			}
		}
		r, err := decode.ModelRDM(fmt.Sprint("person ", p), mean)
		if err != nil {
			t.Fatal(err)
		}
		people = append(people, r)
	}
	for k, name := range w.Names {
		m, err := file.Matrix(fmt.Sprintf("Models(%d).RDM", k+1))
		if err != nil {
			t.Fatal(err)
		}
		r, err := decode.ModelRDM(name, m)
		if err != nil {
			t.Fatal(err)
		}
		models = append(models, r)
	}
	for method, want := range map[string][][]float64{"spearman": w.Spearman, "pearson": w.Pearson} {
		a, err := decode.CompareModels(people, models, decode.RSAOptions{Method: method, Permutations: -1})
		if err != nil {
			t.Fatal(err)
		}
		for k := range models {
			golden.Close(t, method+" of "+w.Names[k], a.Agreement[k], want[k], 1e-10)
		}
	}
}
