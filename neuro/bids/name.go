package bids

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// A Name is what the name of a file says, in the words of BIDS. Values are
// without their keys: Subject "01" for sub-01. "" is an entity that the name
// does not have.
type Name struct {
	Subject        string // sub
	Template       string // tpl
	Session        string // ses
	Sample         string // sample
	Task           string // task
	Acquisition    string // acq
	Contrast       string // ce, the contrast agent
	Reconstruction string // rec
	Direction      string // dir, of phase encoding
	Run            string // run
	Modality       string // mod
	Echo           string // echo
	Flip           string // flip
	Inversion      string // inv
	Part           string // part: mag, phase, real, imag
	Processing     string // proc
	Hemisphere     string // hemi: L, R
	Space          string // space, of derivatives
	Recording      string // recording
	Segmentation   string // seg
	Resolution     string // res
	Density        string // den
	Label          string // label
	Desc           string // desc, of derivatives: preproc, brain, confounds

	// Other holds any other entity by its key: "stat", "from", "tracksys".
	Other map[string]string

	Suffix    string // bold, events, T1w, mask
	Extension string // with its dot: .nii.gz, .tsv, .json
	Datatype  string // the folder: func, anat, fmap
	// Pipeline is the folder of derivatives in which the file lies, such as
	// fmriprep; "" is the dataset itself.
	Pipeline string
}

// entities are the keys in the order in which names have them (BIDS 1.10,
// appendix "Entity table"; contrast and stat as FitLins and nilearn write
// them), each with its field.
var entities = []struct {
	key   string
	field func(*Name) *string
	index bool // a number, which may have leading zeros
}{
	{"sub", func(n *Name) *string { return &n.Subject }, false},
	{"tpl", func(n *Name) *string { return &n.Template }, false},
	{"ses", func(n *Name) *string { return &n.Session }, false},
	{"cohort", nil, false},
	{"sample", func(n *Name) *string { return &n.Sample }, false},
	{"task", func(n *Name) *string { return &n.Task }, false},
	{"tracksys", nil, false},
	{"acq", func(n *Name) *string { return &n.Acquisition }, false},
	{"nuc", nil, false},
	{"voi", nil, false},
	{"ce", func(n *Name) *string { return &n.Contrast }, false},
	{"trc", nil, false},
	{"stain", nil, false},
	{"rec", func(n *Name) *string { return &n.Reconstruction }, false},
	{"dir", func(n *Name) *string { return &n.Direction }, false},
	{"run", func(n *Name) *string { return &n.Run }, true},
	{"mod", func(n *Name) *string { return &n.Modality }, false},
	{"echo", func(n *Name) *string { return &n.Echo }, true},
	{"flip", func(n *Name) *string { return &n.Flip }, true},
	{"inv", func(n *Name) *string { return &n.Inversion }, true},
	{"mt", nil, false},
	{"part", func(n *Name) *string { return &n.Part }, false},
	{"proc", func(n *Name) *string { return &n.Processing }, false},
	{"hemi", func(n *Name) *string { return &n.Hemisphere }, false},
	{"space", func(n *Name) *string { return &n.Space }, false},
	{"split", nil, true},
	{"recording", func(n *Name) *string { return &n.Recording }, false},
	{"chunk", nil, true},
	{"atlas", nil, false},
	{"seg", func(n *Name) *string { return &n.Segmentation }, false},
	{"scale", nil, false},
	{"res", func(n *Name) *string { return &n.Resolution }, false},
	{"den", func(n *Name) *string { return &n.Density }, false},
	{"label", func(n *Name) *string { return &n.Label }, false},
	{"from", nil, false},
	{"to", nil, false},
	{"mode", nil, false},
	{"contrast", nil, false},
	{"stat", nil, false},
	{"desc", func(n *Name) *string { return &n.Desc }, false},
}

// place returns where in entities a key is, -1 for one that BIDS does not have.
func place(key string) int {
	for i, e := range entities {
		if e.key == key {
			return i
		}
	}
	return -1
}

// get returns the value of an entity by its key.
func (n *Name) get(key string) string {
	if i := place(key); i >= 0 && entities[i].field != nil {
		return *entities[i].field(n)
	}
	return n.Other[key]
}

func (n *Name) set(key, value string) {
	if i := place(key); i >= 0 && entities[i].field != nil {
		*entities[i].field(n) = value
		return
	}
	if n.Other == nil {
		n.Other = map[string]string{}
	}
	n.Other[key] = value
}

// keys returns the entities that a name has, in the order of BIDS; those that
// BIDS does not have by the alphabet, before desc.
func (n *Name) keys() []string {
	var out, own []string
	for _, e := range entities {
		if n.get(e.key) != "" {
			out = append(out, e.key)
		}
	}
	for key, value := range n.Other {
		if value != "" && place(key) < 0 {
			own = append(own, key)
		}
	}
	slices.Sort(own)
	at := len(out)
	if at > 0 && out[at-1] == "desc" {
		at--
	}
	return slices.Insert(out, at, own...)
}

// ParseName reads the name of a file, of which folders before it are passed
// over but for the last one, the data type:
//
//	sub-01/func/sub-01_task-rest_run-2_bold.nii.gz
//
// is Subject "01", Task "rest", Run "2", Suffix "bold", Extension ".nii.gz" and
// Datatype "func". It is an error when a part is not a key, "-" and a value of
// letters and digits ("+" is allowed too), a key comes twice, or there is no
// suffix.
//
// BIDS 1.10, "Filesystem structure" and "Entities".
func ParseName(file string) (Name, error) {
	n, _, err := parseName(file)
	if err != nil {
		return Name{}, fmt.Errorf("bids: ParseName: %s: %w", path.Base(file), err)
	}
	return n, nil
}

// parseName also says which entities do not stand in the order of BIDS.
func parseName(file string) (n Name, inverted string, err error) {
	base := path.Base(file)
	if dir := path.Base(path.Dir(file)); datatypes[dir] {
		n.Datatype = dir
	}
	stem, ext := base, ""
	if dot := strings.IndexByte(base, '.'); dot >= 0 {
		stem, ext = base[:dot], base[dot:]
	}
	n.Extension = ext
	parts := strings.Split(stem, "_")
	n.Suffix = parts[len(parts)-1]
	if strings.Contains(n.Suffix, "-") || !word(n.Suffix) {
		return n, "", fmt.Errorf("ends in %q where a suffix stands, such as bold or events, after the last _", n.Suffix)
	}
	last := -1
	for _, part := range parts[:len(parts)-1] {
		key, value, ok := strings.Cut(part, "-")
		if !ok || !word(key) || !word(value) {
			return n, "", fmt.Errorf("holds %q where an entity stands: a key, a hyphen and a value of letters and digits, as in sub-01", part)
		}
		if n.get(key) != "" {
			return n, "", fmt.Errorf("has the entity %q twice", key)
		}
		n.set(key, value)
		if at := place(key); at >= 0 {
			if at < last && inverted == "" {
				inverted = fmt.Sprintf("has %s- behind %s-; BIDS has it before", key, entities[last].key)
			}
			last = max(last, at)
		}
	}
	return n, inverted, nil
}

// word reports whether s is a value that a name can hold.
func word(s string) bool {
	for _, c := range s {
		if !(c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '+') {
			return false
		}
	}
	return s != ""
}

// datatypes are the folders of files within a subject or session.
var datatypes = map[string]bool{
	"anat": true, "beh": true, "dwi": true, "eeg": true, "emg": true, "fmap": true, "func": true, "ieeg": true, "meg": true, "micr": true,
	"motion": true, "mrs": true, "nirs": true, "perf": true, "pet": true, "figures": true, "xfm": true, "surf": true,
}

// String returns the name of the file without folders.
func (n Name) String() string {
	var b strings.Builder
	for _, key := range n.keys() {
		b.WriteString(key + "-" + n.get(key) + "_")
	}
	return b.String() + n.Suffix + n.Extension
}

// folder returns where the file lies in its dataset: sub-01/ses-2/func.
func (n Name) folder() string {
	var parts []string
	for _, key := range []string{"sub", "ses"} {
		if v := n.get(key); v != "" {
			parts = append(parts, key+"-"+v)
		}
	}
	return path.Join(append(parts, n.Datatype)...)
}

// check returns an error unless the name can be that of a file.
func (n Name) check() error {
	for _, key := range n.keys() {
		if !word(key) || !word(n.get(key)) {
			return fmt.Errorf("entity %s is %q; it must be letters and digits, without the key", key, n.get(key))
		}
	}
	if !word(n.Suffix) {
		return fmt.Errorf("Suffix is %q; it must be letters and digits, such as bold or statmap", n.Suffix)
	}
	if !strings.HasPrefix(n.Extension, ".") || strings.ContainsAny(n.Extension, "/\\ \t\n\x00") {
		return fmt.Errorf("Extension is %q; it must start with a dot, as .nii.gz or .tsv", n.Extension)
	}
	if n.Datatype != "" && !word(n.Datatype) {
		return fmt.Errorf("Datatype is %q; it must be the name of a folder such as func", n.Datatype)
	}
	return nil
}
