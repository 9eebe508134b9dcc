// Package provenance says what made a result: the version of the program, the
// machine, the seeds that were given to the library, the files that were read
// with their SHA-256, the cells or the script that ran, and when.
//
//	provenance.Now()                       // in a cell: a table
//	provenance.Now().Save("run.json")      // the same for a machine
//
// In a session %provenance does both. Notebooks that `neurorepl exec` saves
// carry the record in their metadata. Figures do not, so that the same program
// draws the same bytes on every machine and every day; [Figures] puts into each
// figure that is drawn from then on what stays the same when the same program
// is run again on the same machine: no time and no folder.
//
// Reading is not slowed down: a file is hashed when a record is asked for.
package provenance

import (
	"encoding/json"
	"fmt"
	"os"
	"time"
)

// A Record is what made the results so far.
type Record struct {
	Program  string `json:"program"`          // path of the main package, or "neurorepl"
	Version  string `json:"version"`          // of the module that holds the library; "devel" for a checkout
	Commit   string `json:"commit,omitempty"` // of the checkout that the program was built from
	Modified bool   `json:"modified,omitempty"`

	Go       string   `json:"go"` // version of Go
	OS       string   `json:"os"`
	Arch     string   `json:"arch"`
	Features []string `json:"cpu_features"`      // of the processor, those that numerical code may use
	Kernels  string   `json:"cpu_kernels"`       // code that the library chose: "avx512", "avx2" or "portable", with the same bits
	Threads  int      `json:"threads,omitempty"` // that Go may use at a time; results do not depend on it

	Arguments   []string          `json:"arguments,omitempty"`   // of the program
	Environment map[string]string `json:"environment,omitempty"` // variables that change how it works

	Started time.Time `json:"started,omitzero"`  // of the session or the program
	Seconds float64   `json:"seconds,omitempty"` // since then

	Script *Source `json:"script,omitempty"`
	Cells  []Cell  `json:"cells,omitempty"` // in the order in which they ran, the last ones where there were many
	Source string  `json:"cells_sha256,omitempty"`
	Seeds  []Seed  `json:"seeds,omitempty"`  // by call and number
	Inputs []Input `json:"inputs,omitempty"` // by name

	// How many cells, calls with a seed and readings of files are not listed,
	// because there were too many: listed are the last cells, the first seeds
	// and files in their order, whichever came first.
	MoreCells  int `json:"more_cells,omitempty"`
	MoreSeeds  int `json:"more_seeds,omitempty"`
	MoreInputs int `json:"more_inputs,omitempty"`
}

// A Source is a program text.
type Source struct {
	Name   string `json:"name"` // without its folder
	SHA256 string `json:"sha256"`
}

// A Cell is one cell that ran.
type Cell struct {
	Count   int     `json:"count"` // the number in its prompt
	SHA256  string  `json:"sha256"`
	Seconds float64 `json:"seconds,omitempty"`
	Failed  bool    `json:"failed,omitempty"`
}

// A Seed is one that was given to a call, or all from Seed to Last.
type Seed struct {
	Call string `json:"call"`
	Seed uint64 `json:"seed"`
	Last uint64 `json:"last,omitempty"` // 0: one seed
}

// An Input is a file that was read.
type Input struct {
	Name   string `json:"name"`           // without its folder
	Path   string `json:"path,omitempty"` // as it was given
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256,omitempty"`
	// Problem says why there is no hash: the file has changed since it was
	// read, or is gone.
	Problem string `json:"problem,omitempty"`
}

// JSON returns the record as indented JSON, with a line end.
func (r Record) JSON() []byte {
	data, err := json.MarshalIndent(r, "", "  ")
	if err != nil { // of strings and numbers only
		panic(fmt.Sprintf("provenance: JSON: %v", err))
	}
	return append(data, '\n')
}

// Save writes the record to a file as JSON.
func (r Record) Save(path string) error {
	if err := os.WriteFile(path, r.JSON(), 0o644); err != nil {
		return fmt.Errorf("provenance: Save: %w", err)
	}
	return nil
}

// Lasting returns the record without what differs from one run to the next:
// times, folders, the environment and the number of threads.
func (r Record) Lasting() Record {
	r.Started, r.Seconds, r.Threads, r.Environment = time.Time{}, 0, 0, nil
	r.Cells = append([]Cell(nil), r.Cells...)
	for i := range r.Cells {
		r.Cells[i].Seconds = 0
	}
	r.Inputs = append([]Input(nil), r.Inputs...)
	for i := range r.Inputs {
		r.Inputs[i].Path = ""
	}
	return r
}
