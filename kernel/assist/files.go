package assist

import (
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// most is how many files a menu lists.
const most = 1000

// quoting returns how a name is written in a literal; it is false for a name
// that cannot stand there.
func quoting(where int) func(string) (string, bool) {
	if where == inRawString {
		return func(name string) (string, bool) { return name, !strings.Contains(name, "`") }
	}
	return func(name string) (string, bool) {
		q := strconv.Quote(name)
		return q[1 : len(q)-1], true
	}
}

// plain is how a name is written in a command.
func plain(name string) (string, bool) { return name, !strings.ContainsAny(name, "\n\r") }

// files lists the files whose path goes on from text[at:cursor]; those with one
// of the extensions come first.
func files(text string, cursor, at int, write func(string) (string, bool), wanted []string) Menu {
	base := at + strings.LastIndexByte(text[at:cursor], '/') + 1
	m := Menu{Start: base, End: cursor, typed: text[base:cursor]}
	for m.End < len(text) && !strings.ContainsRune("\"`/\n ,()", rune(text[m.End])) {
		m.End++
	}
	entries, err := os.ReadDir(folder(text[at:base]))
	if err != nil {
		return m
	}
	for _, e := range entries {
		name, ok := write(e.Name())
		if !ok || strings.HasPrefix(name, ".") && !strings.HasPrefix(m.typed, ".") {
			continue
		}
		it := Item{Text: name, Kind: "file", group: 1}
		switch {
		case isFolder(e, text[at:base]):
			it.Text, it.Type = name+"/", "folder"
		case hasExtension(name, wanted):
			it.group = 0
		case len(wanted) > 0:
			it.group = 2
		}
		if m.add(it); len(m.Items) == most {
			break
		}
	}
	m.sort()
	return m
}

func isFolder(e os.DirEntry, dir string) bool {
	if e.Type()&os.ModeSymlink == 0 {
		return e.IsDir()
	}
	info, err := os.Stat(filepath.Join(folder(dir), e.Name()))
	return err == nil && info.IsDir()
}

// folder is the folder that the start of a path names.
func folder(path string) string {
	if path == "" {
		return "."
	}
	if home, err := os.UserHomeDir(); err == nil && (path == "~" || strings.HasPrefix(path, "~/")) {
		return filepath.Join(home, path[1:])
	}
	return path
}

func hasExtension(name string, wanted []string) bool {
	name = strings.ToLower(name)
	for _, ext := range wanted {
		if strings.HasSuffix(name, ext) {
			return true
		}
	}
	return false
}

// readable are the files that the functions of a package take.
var readable = map[string][]string{
	"nifti":       {".nii", ".nii.gz", ".hdr", ".img", ".img.gz"},
	"table":       {".csv", ".tsv", ".txt"},
	"edf":         {".edf", ".bdf"},
	"brainvision": {".vhdr", ".eeg", ".vmrk"},
	"fif":         {".fif", ".fif.gz", ".eve"},
	"matlab":      {".mat", ".set"},
	"recording":   {".fif", ".ns1", ".ns2", ".ns3", ".ns4", ".ns5", ".ns6", ".fif.gz", ".mat", ".vhdr", ".edf", ".bdf", ".set", ".wav", ".csv", ".tsv", ".txt", ".sqd", ".con", ".raw", ".data", ".head"},
	"vendors":     {".sqd", ".ns1", ".ns2", ".ns3", ".ns4", ".ns5", ".ns6", ".con", ".raw", ".cnt", ".data", ".head"},
	"abf":         {".abf"},
	"calcium":     {".npy", ".csv", ".tsv"},
	"spikefile":   {".npy", ".npz", ".csv", ".tsv", ".nev"},
	"npy":         {".npy", ".npz"},
	"mgh":         {".mgh", ".mgz"},
	"bids":        {".json", ".tsv"},
	"swc":         {".swc"},
	"png":         {".png"}, "jpeg": {".jpg", ".jpeg"}, "gif": {".gif"},
	"csv": {".csv", ".tsv"}, "json": {".json"}, "gzip": {".gz"},
}

// named are functions whose packages have others that take other files.
var named = map[string][]string{
	"flat.ReadWAV":    {".wav"},
	"flat.ReadText":   {".csv", ".tsv", ".txt"},
	"flat.ReadBinary": {".dat", ".bin"},
	"fmri.ReadMotion": {".txt", ".par", ".tsv", ".1d"},
	"fmri.ReadEvents": {".tsv"},
	"Save":            {".png", ".svg", ".pdf"},
}

// extensions are those of the files that the call takes in which a string
// stands; before ends before the string.
func extensions(before string) []string {
	list := lexemes(before)
	stack := openings(list)
	if len(stack) == 0 {
		return nil
	}
	at := stack[len(stack)-1].at
	if list[at].tok != token.LPAREN || at < 1 || list[at-1].tok != token.IDENT {
		return nil
	}
	fn := list[at-1].lit
	if at < 3 || list[at-2].tok != token.PERIOD || list[at-3].tok != token.IDENT {
		return named[fn]
	}
	pkg := list[at-3].lit
	for _, found := range [][]string{named[pkg+"."+fn], readable[pkg], named[fn]} {
		if found != nil {
			return found
		}
	}
	return nil
}
