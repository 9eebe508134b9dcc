package assist

import (
	"os"
	"strings"

	"github.com/neurorepl/neurorepl/symbols"
)

// What the argument of a command is.
const (
	nothing   = iota
	aCode     // an expression or statement
	aFile     // a file
	aFolder   // a folder
	aVariable // of the environment
	aName     // of a command
)

// A Command is one that a session knows besides Go.
type Command struct {
	Name  string // with its %
	Args  string // "FILE.go", "[DIR]"
	Text  string // what it does, in one line
	About string // more of it, with an example
	takes int
}

// Commands are a session's commands, in the order in which %help lists them.
var Commands = []Command{
	{"%help", "[NAME]", "lists the commands, or tells more of one", "%help bench tells more of %bench.", aName},
	{"%who", "", "lists what cells declared", "One line for each variable, function, type and constant: kind, name, type.", nothing},
	{"%time", "STATEMENT", "runs the rest of the line and tells how long it took", "%time m := neuron.NewHH()\n\nWhat it declares stays. The time is that of one run, with the check and the compilation; %bench gives that of the code alone.", aCode},
	{"%bench", "STATEMENT", "runs the rest of the line many times and tells what one takes",
		"%bench signal.Welch(x, 1000, signal.NewWelch())\n\nIt finds how often the statement has to run to be timed well, runs that several times, and prints the median, the spread\n" +
			"(fastest to slowest), and what one run allocates. What the statement changes stays changed; variables that it declares\ndo not stay.", aCode},
	{"%tier", "", "lists the functions of the session with what runs each, and why not something faster",
		"Functions of numbers, slices and plain structs are compiled when they are called often; the others are interpreted.", nothing},
	{"%save", "FILE.go", "writes the session as a Go program",
		"%save analysis.go\n\nThe program runs by `go run` within a module that has neurorepl. Functions, types and constants come first, each as it was\n" +
			"declared last; then function main with the statements of the cells in their order, which shows what the cells showed. Cells\n" +
			"that failed are left out, commands become comments. A file that %save did not write is not written over.", aFile},
	{"%load", "FILE.go", "runs a file as a cell",
		"%load helpers.go\n\nWhat the file declares is there for later cells; a function main is called. Errors have the file's name and lines.", aFile},
	{"%provenance", "[FILE.json]", "tells what made the results: version, machine, seeds, files that were read, cells",
		"%provenance\n%provenance run.json\n\nFiles are named with their size and SHA-256, as they were when they were read; a file that has changed since is marked.\n" +
			"Cells are named by the SHA-256 of their text. The record starts anew with %reset. In Go it is provenance.Now().", aFile},
	{"%cd", "[DIR]", "changes the folder and prints the new one", "%cd data\n%cd ~/study\n%cd -    the folder before this one\n%cd      the home folder", aFolder},
	{"%env", "[NAME[=VALUE]]", "prints or sets variables of the environment", "%env\n%env HOME\n%env DATA=/mnt/data", aVariable},
	{"%reset", "", "forgets what cells declared", "Goroutines that cells started end, and imports go, too.", nothing},
}

// FindCommand returns the command with a name, with or without its %.
func FindCommand(name string) (Command, bool) {
	for _, c := range Commands {
		if c.Name == name || c.Name[1:] == name {
			return c, true
		}
	}
	return Command{}, false
}

// elsewhere are commands that other front ends have, and what does it here.
var elsewhere = map[string]string{
	"%timeit": "%bench STATEMENT", "%prun": "%bench STATEMENT, and %tier for what runs each function",
	"%whos": "%who", "%who_ls": "%who", "%lsmagic": "%help", "%magic": "%help", "%quickref": "%help",
	"%run": "%load FILE.go", "%pwd": "!pwd", "%ls": "!ls", "%cat": "!cat FILE", "%sx": "!COMMAND", "%system": "!COMMAND",
	"%history": "%save FILE.go, which writes the cells that ran", "%hist": "%save FILE.go, which writes the cells that ran",
	"%pip":        "nothing: what cells can import is in the program, and a script may import any module through go run",
	"%conda":      "nothing: what cells can import is in the program, and a script may import any module through go run",
	"%matplotlib": "nothing: figures show themselves", "%pylab": "nothing: packages of neuro/ need no import, and figures show themselves",
	"%reset_selective": "%reset", "%clear": "display.Clear(false)", "%pdoc": "NAME?", "%pinfo": "NAME?", "%psource": "NAME??", "%set_env": "%env NAME=VALUE",
	"%debug": "nothing: an error says where it happened and who called", "%pdb": "nothing: an error says where it happened and who called",
	"%%time": "%time STATEMENT, on each line", "%%timeit": "%bench STATEMENT", "%%capture": "display.Capture",
	"%%bash": "!COMMAND, on each line", "%%sh": "!COMMAND, on each line", "%%script": "!COMMAND, on each line", "%%writefile": "os.WriteFile",
	"%%html": "display.HTML", "%%latex": "display.Latex", "%%markdown": "display.Markdown", "%%svg": "display.SVG",
}

// Elsewhere returns what does the work of a command that other front ends have;
// "" when they have none of this name.
func Elsewhere(name string) string { return elsewhere[strings.ToLower(name)] }

// NearestCommand returns the command whose name resembles one that does not
// exist, "" when none does.
func NearestCommand(name string) string {
	best, limit := "", 1+len(name)/3
	for _, c := range Commands {
		if d := symbols.Distance(name, c.Name); d <= limit {
			best, limit = c.Name, d-1
		}
	}
	if best != "" {
		return best
	}
	for _, c := range Commands {
		if len(name) > 2 && strings.HasPrefix(c.Name, name) {
			return c.Name
		}
	}
	return ""
}

// commandLine tells whether the cursor is in a command, and where its line
// starts: % and ! are commands on the lines that a cell begins with.
func commandLine(text string, cursor int) (at int, ok bool) {
	for {
		end := at + strings.IndexByte(text[at:]+"\n", '\n')
		line := strings.TrimSpace(text[at:end])
		is := line != "" && (line[0] == '%' && !strings.HasPrefix(line, "%%") || line[0] == '!')
		if cursor <= end {
			mark := end - len(strings.TrimLeft(text[at:end], " \t\r"))
			return at, is && cursor > mark
		}
		if !is && line != "" {
			return 0, false
		}
		at = end + 1
	}
}

// completeCommand lists the ways to go on in the command on the line that
// starts at an offset.
func completeCommand(w World, text string, cursor, at int) Menu {
	end := at + strings.IndexByte(text[at:]+"\n", '\n')
	start := end - len(strings.TrimLeft(text[at:end], " \t\r"))
	if text[start] == '!' {
		word := start + 1 + strings.LastIndexAny(text[start+1:cursor], " \t='\"") + 1
		return files(text, cursor, word, plain, nil)
	}
	name, args := commandWord(text, at, end)
	if cursor <= start+len(name) {
		m := Menu{Start: start, End: start + len(name), typed: text[start:cursor]}
		for i, c := range Commands {
			m.add(Item{Text: c.Name, Kind: "command", Type: c.Text, rank: i})
		}
		m.sort()
		return m
	}
	args = min(args, cursor)
	m := Menu{Start: args, End: end, typed: text[args:cursor]}
	c, _ := FindCommand(name)
	switch c.takes {
	case aCode:
		if code, ok := codeIn(text, cursor); ok {
			return completeGo(w, code, cursor)
		}
		return Menu{Start: cursor, End: cursor}
	case aFile, aFolder:
		var ext []string
		if c.takes == aFile {
			ext = []string{".go"}
		}
		m := files(text, cursor, args, plain, ext)
		if c.takes == aFolder {
			kept := m.Items[:0]
			for _, it := range m.Items {
				if it.Type == "folder" {
					kept = append(kept, it)
				}
			}
			m.Items = kept
		}
		return m
	case aVariable:
		for _, e := range os.Environ() {
			if name, _, _ := strings.Cut(e, "="); name != "" {
				m.add(Item{Text: name, Kind: "variable", Type: "of the environment"})
			}
		}
	case aName:
		for i, c := range Commands {
			m.add(Item{Text: c.Name[1:], Kind: "command", Type: c.Text, rank: i})
		}
	default:
		return Menu{Start: cursor, End: cursor}
	}
	m.sort()
	return m
}

// codeIn returns the text with everything blanked that is a command, except the
// Go behind the command that the cursor is in. It is false when the cursor is in
// a command without any.
func codeIn(text string, cursor int) (string, bool) {
	out := commandLines(text)
	at, is := commandLine(text, cursor)
	if !is {
		return out, true
	}
	end := at + strings.IndexByte(text[at:]+"\n", '\n')
	word, args := commandWord(text, at, end)
	if c, ok := FindCommand(word); !ok || c.takes != aCode || cursor < args {
		return "", false
	}
	if args < end && (text[args] == '%' || text[args] == '!') {
		return "", false // a command has no command as its argument
	}
	return out[:args] + text[args:end] + out[end:], true
}

// commandWord is the first word of the line in text[at:end], and where its
// argument starts.
func commandWord(text string, at, end int) (word string, args int) {
	start := end - len(strings.TrimLeft(text[at:end], " \t\r"))
	word = text[start:end]
	if i := strings.IndexAny(word, " \t"); i >= 0 {
		word = word[:i]
	}
	args = start + len(word)
	for args < end && (text[args] == ' ' || text[args] == '\t') {
		args++
	}
	return word, args
}
