package provenance

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"
)

// What a Recorder keeps at most, so that a session of weeks stays small: some
// hundred kilobytes each.
const (
	mostCells  = 10_000
	mostSeeds  = 4096
	mostInputs = 4096
)

// A Recorder gathers what belongs to one session or one run of a program. Its
// methods may be called from several goroutines.
type Recorder struct {
	mu      sync.Mutex
	started time.Time
	args    []string
	script  *Source

	cells     []Cell
	moreCells int
	source    hash.Hash // over the texts of all cells

	seeds *smallest[Seed]

	read   *smallest[inputKey]
	inputs map[inputKey]*input

	hashing sync.Mutex
}

// An inputKey tells a file from others and from itself at another time.
type inputKey struct {
	path    string // absolute
	bytes   int64
	changed int64 // time of its last change
}

func compareInputs(a, b inputKey) int {
	return cmp.Or(cmp.Compare(a.path, b.path), cmp.Compare(a.changed, b.changed), cmp.Compare(a.bytes, b.bytes))
}

type input struct {
	given string
	sum   string // once it is known
}

// New returns a Recorder that starts now, for a program with these arguments.
func New(args []string) *Recorder {
	return &Recorder{
		started: time.Now(), args: args, source: sha256.New(),
		seeds: newSmallest(mostSeeds, compareSeeds), read: newSmallest(mostInputs, compareInputs), inputs: map[inputKey]*input{},
	}
}

var current struct {
	sync.Mutex
	r *Recorder
}

// Use makes r the recorder that hears of inputs and seeds, and returns the one
// before. A front end does it for each of its sessions; a program has one
// recorder from the start.
func Use(r *Recorder) (before *Recorder) {
	current.Lock()
	defer current.Unlock()
	before, current.r = current.r, r
	return before
}

// recorder returns the one in use.
func recorder() *Recorder {
	current.Lock()
	defer current.Unlock()
	if current.r == nil {
		current.r = New(os.Args[min(1, len(os.Args)):])
	}
	return current.r
}

// File notes that the file at path was read. The readers of the library do it
// themselves; call it for files that you read by other means.
func File(path string) { recorder().file(path) }

func (r *Recorder) file(path string) {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() {
		return // a pipe has no content that could be read again
	}
	full, err := filepath.Abs(path)
	if err != nil {
		full = path
	}
	key := inputKey{full, info.Size(), info.ModTime().UnixNano()}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.read.add(key)
	if r.inputs[key] == nil {
		r.inputs[key] = &input{given: filepath.ToSlash(path)}
	}
	if len(r.inputs) >= 3*mostInputs {
		r.inputsKept()
	}
}

// inputsKept returns the files that are kept and how many times others were
// read; r.mu is held.
func (r *Recorder) inputsKept() (kept []inputKey, more int) {
	kept, more = r.read.list()
	if len(r.inputs) > len(kept) {
		list := make(map[inputKey]*input, len(kept))
		for _, k := range kept {
			list[k] = r.inputs[k]
		}
		r.inputs = list
	}
	return kept, more
}

// Random notes that a call was given a seed, such as Random("stim.OU", 7). The
// library does it itself; call it for random numbers of your own.
func Random(call string, seed uint64) { recorder().random(call, seed) }

func (r *Recorder) random(call string, seed uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.seeds.add(Seed{Call: call, Seed: seed})
}

func compareSeeds(a, b Seed) int {
	return cmp.Or(cmp.Compare(a.Call, b.Call), cmp.Compare(a.Seed, b.Seed))
}

// joined lists seeds in order, those that follow each other as one.
func joined(list []Seed) []Seed {
	var out []Seed
	for _, s := range list {
		if n := len(out); n > 0 && out[n-1].Call == s.Call && max(out[n-1].Seed, out[n-1].Last)+1 == s.Seed {
			out[n-1].Last = s.Seed
			continue
		}
		out = append(out, s)
	}
	return out
}

// Ran notes that a cell ran.
func (r *Recorder) Ran(count int, text string, took time.Duration, failed bool) {
	sum := sha256.Sum256([]byte(text))
	r.mu.Lock()
	defer r.mu.Unlock()
	r.source.Write(sum[:])
	if len(r.cells) == mostCells {
		r.cells = append(r.cells[:0], r.cells[mostCells/10:]...)
		r.moreCells += mostCells / 10
	}
	r.cells = append(r.cells, Cell{count, hex.EncodeToString(sum[:]), took.Seconds(), failed})
}

// Script notes what program runs.
func (r *Recorder) Script(name, text string) {
	sum := sha256.Sum256([]byte(text))
	r.mu.Lock()
	defer r.mu.Unlock()
	r.script = &Source{filepath.Base(name), hex.EncodeToString(sum[:])}
}

// Now returns the record of the recorder in use.
func Now() Record {
	r := recorder()
	out := r.Record()
	if out.Script == nil && len(out.Cells) == 0 {
		out.Script = mainSource()
	}
	return out
}

// Record returns what was noted so far. Files that were read are hashed now,
// each once.
func (r *Recorder) Record() Record {
	r.hashing.Lock()
	defer r.hashing.Unlock()
	out := machine()
	r.mu.Lock()
	out.Started, out.Seconds = r.started.Truncate(time.Millisecond), time.Since(r.started).Round(time.Millisecond).Seconds()
	out.Arguments = append([]string(nil), r.args...)
	out.Script = r.script
	out.Cells, out.MoreCells = append([]Cell(nil), r.cells...), r.moreCells
	if len(r.cells) > 0 {
		out.Source = hex.EncodeToString(r.source.Sum(nil))
	}
	seeds, more := r.seeds.list()
	out.Seeds, out.MoreSeeds = joined(seeds), more
	files, more := r.inputsKept()
	out.MoreInputs = more
	inputs := make([]*input, len(files))
	for i, key := range files {
		inputs[i] = r.inputs[key]
	}
	r.mu.Unlock()
	for i, key := range files {
		in := inputs[i]
		f := Input{Name: filepath.Base(key.path), Path: in.given, Bytes: key.bytes}
		if in.sum == "" {
			sum, err := key.hash()
			if err != nil {
				f.Problem = err.Error()
			}
			in.sum = sum
		}
		f.SHA256 = in.sum
		out.Inputs = append(out.Inputs, f)
	}
	slices.SortStableFunc(out.Inputs, func(a, b Input) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Path, b.Path))
	})
	return out
}

// hash returns the hash of a file that is still as it was when it was read.
func (k inputKey) hash() (string, error) {
	f, err := os.Open(k.path)
	if err != nil {
		return "", fmt.Errorf("it cannot be opened any more")
	}
	defer f.Close()
	same := func() bool {
		info, err := f.Stat()
		return err == nil && info.Size() == k.bytes && info.ModTime().UnixNano() == k.changed
	}
	h := sha256.New()
	if same() {
		_, err = io.Copy(h, f)
	}
	if err != nil || !same() {
		return "", fmt.Errorf("it has changed since it was read")
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
