package bids

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/spell"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// A Problem is something that is wrong with a dataset.
type Problem struct {
	// Severity is "error" for what BIDS forbids or an analysis stumbles on, and
	// "warning" for what is allowed but probably not meant.
	Severity string
	Text     string   // what is wrong and what is right
	Files    []string // of which this is true, from the dataset's folder on
}

// String returns the problem in a line.
func (p Problem) String() string {
	where := ""
	if len(p.Files) > 0 {
		where = p.Files[0] + ": "
	}
	if len(p.Files) > 1 {
		where = fmt.Sprintf("%s and %d more: ", p.Files[0], len(p.Files)-1)
	}
	return p.Severity + ": " + where + p.Text
}

// Problems are those of a dataset, errors first.
type Problems []Problem

// Errors returns the problems that are errors.
func (p Problems) Errors() Problems {
	var out Problems
	for _, x := range p {
		if x.Severity == "error" {
			out = append(out, x)
		}
	}
	return out
}

// Show shows the problems as a table.
func (p Problems) Show() display.Bundle {
	if len(p) == 0 {
		return display.Text("no problems found")
	}
	severity, text, n, first := table.Col{Name: "severity"}, table.Col{Name: "problem"}, table.Col{Name: "files"}, table.Col{Name: "first"}
	for _, x := range p {
		at := ""
		if len(x.Files) > 0 {
			at = x.Files[0]
		}
		severity.Text, text.Text, n.Num, first.Text = append(severity.Text, x.Severity), append(text.Text, x.Text), append(n.Num, float64(len(x.Files))), append(first.Text, at)
	}
	e := len(p.Errors())
	return table.Table{Title: spell.Count(e, "error") + ", " + spell.Count(len(p)-e, "warning"), Cols: []table.Col{severity, text, n, first}}.Show()
}

// A checker gathers problems; the same one of several files is told once.
type checker struct {
	*Dataset
	task  *display.Counter
	found Problems
	at    map[string]int
	rows  map[string]sheet // of tables that were read
}

func (c *checker) say(severity, path, format string, args ...any) {
	p := Problem{Severity: severity, Text: fmt.Sprintf(format, args...)}
	if path != "" {
		path = c.relative(path)
	}
	key := severity + "\n" + p.Text
	i, ok := c.at[key]
	if !ok {
		i = len(c.found)
		c.at[key] = i
		c.found = append(c.found, p)
	}
	if path != "" && !slices.Contains(c.found[i].Files, path) {
		c.found[i].Files = append(c.found[i].Files, path)
	}
}

func (c *checker) error(path, format string, args ...any) { c.say("error", path, format, args...) }

func (c *checker) warn(path, format string, args ...any) { c.say("warning", path, format, args...) }

// Problems returns what is wrong with a dataset and its derivatives, errors
// first; the same problem of several files stands once. It looks at
//
//   - names: unknown forms, order of entities, a subject or session other than
//     the folder's;
//   - dataset_description.json and participants.tsv;
//   - each functional run: an image that is empty, cut off, no NIfTI or has no
//     time; a sidecar that is missing or no JSON, or lacks RepetitionTime or
//     TaskName; a TR in the header that is another, or looks like ms; slice
//     times beyond the TR or of another number than slices; events that are
//     missing, cannot be read, are not in order, or lie after the end; columns
//     that no sidecar describes; confounds of another number of rows than
//     volumes;
//   - physiological recordings: sampling rate, start and columns;
//   - field maps: IntendedFor that names no file;
//   - subjects that lack runs which most others have.
//
// Of images the header is read, and of compressed ones no voxel, so that one
// which is damaged further on is found when it is read.
func (d *Dataset) Problems() Problems {
	c := &checker{Dataset: d, found: Problems{}, at: map[string]int{}, rows: map[string]sheet{}}
	c.task = display.Start("bids.Problems", "files", len(d.Files))
	defer c.task.End()
	c.description()
	c.names()
	c.participants()
	for _, f := range d.Files {
		if c.task.Err() != nil {
			break
		}
		c.task.Add(1)
		switch {
		case f.Extension == ".json":
			if values, err := d.read(f.Path); err != nil {
				c.error(f.Path, "%v", err)
			} else if f.Datatype == "fmap" {
				c.intended(f, values)
			}
		case f.Suffix == "physio" && f.Extension == ".tsv.gz":
			c.physio(f)
		case f.Suffix == "bold" && f.Datatype == "func" && image(f):
			c.run(f)
		case f.Suffix == "events" && f.Extension == ".tsv":
			c.columns(f)
		}
	}
	c.missing()
	slices.SortStableFunc(c.found, func(a, b Problem) int { return strings.Compare(a.Severity, b.Severity) })
	return c.found
}

func (c *checker) description() {
	path := filepath.Join(c.Dir, "dataset_description.json")
	description, problem := describe(c.Dir)
	switch {
	case problem != "":
		c.error(path, "%s", problem)
	default:
		if strings.TrimSpace(description.Name) == "" {
			c.error(path, "has no Name")
		}
		if description.BIDSVersion == "" {
			c.error(path, "has no BIDSVersion")
		}
		if description.DatasetType == "derivative" && len(description.GeneratedBy) == 0 {
			c.error(path, "has no GeneratedBy, which names the program that made derivatives")
		}
	}
	if !c.has("README", "README.md", "README.rst", "README.txt") {
		c.warn("", "has no README, which says what was done and why")
	}
	for _, p := range c.Derivatives {
		path := filepath.Join(p.Dir, "dataset_description.json")
		switch {
		case p.Problem != "":
			c.error(path, "%s", p.Problem)
		case len(p.Description.GeneratedBy) == 0:
			c.warn(path, "has no GeneratedBy, which names the program that made derivatives")
		}
	}
}

// has reports whether one of the files lies beside the folders of subjects.
func (c *checker) has(names ...string) bool {
	return slices.ContainsFunc(names, func(n string) bool {
		_, err := os.Stat(filepath.Join(c.Dir, n))
		return err == nil
	})
}

// raw reports whether a file is one as scanned, rather than derived.
func (c *checker) raw(f File) bool { return f.Pipeline == "" && !c.Derived }

// names checks what stands in names against the folders they lie in.
func (c *checker) names() {
	foreign := map[string]int{}
	for _, o := range c.odd {
		switch {
		case c.ignored(o.path):
		case o.order:
			c.warn(o.path, "%s", o.why)
		case o.pipeline != "":
			foreign[o.pipeline]++ // of FreeSurfer and others that have an order of their own
		default:
			c.error(o.path, "%s", o.why)
		}
	}
	for _, p := range c.Derivatives {
		if n := foreign[p.Name]; n > 0 {
			c.warn(p.Dir, "holds %s without a name of BIDS, passed over", spell.Count(n, "file"))
		}
	}
	for _, f := range c.Files {
		if f.Subject == "" || f.Datatype == "figures" || c.ignored(f.Path) {
			continue
		}
		inside := "/" + c.relative(filepath.Dir(f.Path)) + "/"
		for _, key := range []string{"sub", "ses"} {
			_, rest, ok := strings.Cut(inside, "/"+key+"-")
			folder, _, _ := strings.Cut(rest, "/")
			if has := f.get(key); ok && has != folder {
				if has == "" {
					c.error(f.Path, "lies in the folder %s-%s and its name does not say so", key, folder)
				} else {
					c.error(f.Path, "lies in the folder %s-%s and is named %s-%s", key, folder, key, has)
				}
			}
		}
		if c.raw(f) && f.Datatype == "func" && f.Task == "" && slices.Contains([]string{"bold", "events", "sbref", "cbv"}, f.Suffix) {
			c.error(f.Path, "names no task; runs at rest are task-rest")
		}
	}
	for _, dir := range sortedKeys(c.listed) {
		if label, ok := strings.CutPrefix(filepath.Base(dir), "sub-"); ok && !word(label) && c.listed[dir] == "" {
			c.error(dir, "is no name of a subject; it must be sub- and letters and digits")
		}
	}
}

// ignored reports whether .bidsignore names a file.
func (c *checker) ignored(path string) bool {
	data, err := os.ReadFile(filepath.Join(c.Dir, ".bidsignore"))
	if err != nil {
		return false
	}
	rel := c.relative(path)
	for line := range strings.Lines(string(data)) {
		pattern := strings.Trim(strings.TrimSpace(line), "/")
		if pattern == "" || strings.HasPrefix(pattern, "#") {
			continue
		}
		pattern = strings.TrimPrefix(pattern, "**/")
		parts := strings.Split(rel, "/")
		for i := range parts {
			for j := i + 1; j <= len(parts); j++ {
				if ok, _ := filepath.Match(pattern, strings.Join(parts[i:j], "/")); ok {
					return true
				}
			}
		}
	}
	return false
}

func (c *checker) participants() {
	path := filepath.Join(c.Dir, "participants.tsv")
	subjects := map[string]bool{}
	for _, f := range c.Files {
		if f.Pipeline == "" && f.Subject != "" {
			subjects["sub-"+f.Subject] = true
		}
	}
	if _, err := os.Stat(path); err != nil {
		if len(subjects) > 1 {
			c.warn("", "has no participants.tsv, which says who the subjects are")
		}
		return
	}
	s, err := readSheet(path)
	if err != nil {
		c.error(path, "%v", err)
		return
	}
	at := slices.Index(s.names, "participant_id")
	if at < 0 {
		c.error(path, "has no column participant_id")
		return
	}
	seen := map[string]bool{}
	for i, row := range s.rows {
		id := row[at]
		switch {
		case !strings.HasPrefix(id, "sub-"):
			c.error(path, "line %d has participant_id %q; it must start with sub-", i+2, id)
		case seen[id]:
			c.error(path, "line %d has %s again", i+2, id)
		case !subjects[id]:
			c.warn(path, "names %s, of whom there is no folder", id)
		}
		seen[id] = true
	}
	for _, label := range c.Subjects() {
		if id := "sub-" + label; subjects[id] && !seen[id] {
			c.error(path, "does not name %s, of whom there is a folder", id)
		}
	}
	c.described(path, s.names, []string{"participant_id", "species", "age", "sex", "handedness", "strain", "strain_rrid", "session_id", "group"}, filepath.Join(c.Dir, "participants.json"))
}

// described tells columns that are neither known nor in one of the JSON files.
func (c *checker) described(path string, names, known []string, sidecars ...string) {
	for _, s := range sidecars {
		if values, err := c.read(s); err == nil {
			known = append(slices.Clone(known), sortedKeys(values)...)
		}
	}
	var unknown []string
	for _, n := range names {
		if n == "" {
			c.warn(path, "has a column without a name")
		} else if !slices.Contains(known, n) {
			unknown = append(unknown, n)
		}
	}
	if len(unknown) > 0 {
		c.warn(path, "has the %s %s, which no JSON file beside it describes", plural(len(unknown), "column"), strings.Join(unknown, ", "))
	}
}

// columns checks which columns a table of events has.
func (c *checker) columns(f File) {
	s := c.sheet(f.Path)
	if s.err != nil {
		return // told of the run
	}
	sidecar, err := c.sidecar(f)
	if err != nil {
		return
	}
	c.described(f.Path, s.names, []string{"onset", "duration", "trial_type", "response_time", "HED", "stim_file", "channel"}, sidecar.Files...)
}

// intended checks which runs a field map says it is for.
func (c *checker) intended(f File, values map[string]any) {
	var names []string
	switch v := values["IntendedFor"].(type) {
	case string:
		names = []string{v}
	case []any:
		for _, n := range v {
			if s, ok := n.(string); ok {
				names = append(names, s)
			}
		}
	}
	for _, n := range names {
		root := c.Dir
		for _, p := range c.Derivatives {
			if p.Name == f.Pipeline {
				root = p.Dir
			}
		}
		path := filepath.Join(root, "sub-"+f.Subject, filepath.FromSlash(n))
		if rest, ok := strings.CutPrefix(n, "bids::"); ok {
			path = filepath.Join(root, filepath.FromSlash(rest))
		} else if strings.HasPrefix(n, "bids:") {
			continue // of another dataset
		}
		if _, err := os.Lstat(path); err != nil {
			c.error(f.Path, "is intended for %s, which there is not", n)
		}
	}
}

func (c *checker) physio(f File) {
	s, err := c.sidecar(f)
	if err != nil {
		return // told of the JSON file
	}
	for _, field := range []string{"SamplingFrequency", "StartTime"} {
		if _, ok := s.Float(field); !ok {
			c.error(f.Path, "its sidecar has no %s", field)
		}
	}
	if _, ok := s.Values["Columns"].([]any); !ok {
		c.error(f.Path, "its sidecar has no Columns, which names what the file holds")
	}
}

// missing tells of subjects that lack runs which most others have.
func (c *checker) missing() {
	type what struct{ session, task, run, suffix string }
	of := map[what]map[string]bool{}
	subjects := map[string]bool{}
	for _, f := range c.Files {
		if f.Pipeline == "" && f.Subject != "" && image(f) {
			subjects[f.Subject] = true
			w := what{f.Session, f.Task, f.Run, f.Suffix}
			if of[w] == nil {
				of[w] = map[string]bool{}
			}
			of[w][f.Subject] = true
		}
	}
	if len(subjects) < 3 {
		return
	}
	type gap struct{ text, subject string }
	var gaps []gap
	for w, have := range of {
		if 2*len(have) <= len(subjects) || len(have) == len(subjects) {
			continue
		}
		n := Name{Session: w.session, Task: w.task, Run: w.run, Suffix: w.suffix}
		for s := range subjects {
			if !have[s] {
				gaps = append(gaps, gap{n.String(), s})
			}
		}
	}
	slices.SortFunc(gaps, func(a, b gap) int {
		if n := strings.Compare(a.text, b.text); n != 0 {
			return n
		}
		return natural(a.subject, b.subject)
	})
	for _, g := range gaps {
		c.warn(filepath.Join(c.Dir, "sub-"+g.subject), "has no %s, which most subjects have", g.text)
	}
}

// close reports whether two times are equal to a ms.
func close(a, b float64) bool { return math.Abs(a-b) <= 1e-3 }
