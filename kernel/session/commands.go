package session

import (
	"context"
	"errors"
	"fmt"
	"go/scanner"
	"go/token"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/neurorepl/neurorepl/kernel/assist"
	"github.com/neurorepl/neurorepl/neuro/display"
)

// command handles what is not Go: `name?`, `%help`, `!cmd`. It is false when
// the text is Go.
func (s *Session) command(ctx context.Context, name, text string, res *Result) (is bool) {
	defer func() { s.log.other = is }()
	line := strings.TrimSpace(text)
	switch {
	case line == "":
		return true
	case strings.HasPrefix(line, "%%"):
		if word := firstWord(line); word != "%%" {
			res.Err = &Error{Kind: KindCompile, Message: name + ": " + unknownCommand(word)}
			return true
		}
		s.logged(ctx, name, text, res)
		return true
	case strings.HasPrefix(line, "!"):
		s.lines(ctx, name, text, res)
		return true
	case strings.HasPrefix(line, "%"):
		s.lines(ctx, name, text, res)
		return true
	case strings.HasSuffix(line, "?") && !strings.ContainsAny(line, "\n\"`"):
		s.help(line, res)
		return true
	case strings.HasPrefix(line, "?") && !strings.ContainsAny(line, "\n\"`"):
		s.help(strings.TrimLeft(line, "?")+line[:len(line)-len(strings.TrimLeft(line, "?"))], res)
		return true
	}
	return false
}

// withoutMain blanks GoNB's mark "%%", behind which come the statements of a
// cell; here they need none. Flags behind it are those of the program that GoNB
// would make. Marks within strings and comments are not marks.
func withoutMain(text string) string {
	if !strings.Contains(text, "%%") {
		return text
	}
	var (
		sc   scanner.Scanner
		file = token.NewFileSet().AddFile("", -1, len(text))
		out  = []byte(text)
	)
	sc.Init(file, out, func(token.Position, string) {}, 0)
	for {
		pos, tok, _ := sc.Scan()
		if tok == token.EOF {
			return string(out)
		}
		at := file.Offset(pos)
		start := strings.LastIndexByte(text[:at], '\n') + 1
		if tok != token.REM || strings.TrimSpace(text[start:at]) != "" || !strings.HasPrefix(text[at:], "%%") {
			continue
		}
		for i := at; i < len(text) && text[i] != '\n'; i++ {
			out[i] = ' '
		}
	}
}

// help answers `name?` and `name??`.
func (s *Session) help(line string, res *Result) {
	s.log.note(line)
	name := strings.TrimRight(line, "?")
	detail := len(line) - len(name) - 1
	name = strings.TrimRight(strings.TrimSpace(name), ".")
	if name == "" {
		res.Err = &Error{Kind: KindCompile, Message: "? needs a name before it, as in neuron.HH?; %help lists the commands"}
		return
	}
	text, ok := s.describe(name, detail)
	if !ok {
		if text, ok = assist.Doc(name); !ok {
			res.Err = &Error{Kind: KindCompile, Message: text}
			return
		}
	}
	page := display.Text(text)
	res.Page = &page
}

// describe documents a name or the last name of an expression.
func (s *Session) describe(name string, detail int) (text string, ok bool) {
	defer func() {
		if recover() != nil { // half a cell may be too much for the checker
			text, ok = "", false
		}
	}()
	return assist.Name(s.known(), name, detail)
}

// lines runs a cell whose first line is a command: each line that starts with
// % or ! is one, and Go may follow.
func (s *Session) lines(ctx context.Context, name, text string, res *Result) {
	rest := strings.Split(text, "\n")
	for i, l := range rest {
		cmd := strings.TrimSpace(l)
		switch {
		case cmd == "":
		case strings.HasPrefix(cmd, "!*"):
			res.Notes = append(res.Notes, cmd+": GoNB runs this where it builds the cell; nothing is built here, so it is skipped")
		case strings.HasPrefix(cmd, "!"):
			s.log.note(cmd)
			s.shell(ctx, name, strings.TrimSpace(cmd[1:]), res)
		case strings.HasPrefix(cmd, "%") && !strings.HasPrefix(cmd, "%%"):
			s.percent(ctx, name, l, i, res)
		default:
			s.logged(ctx, name, strings.Repeat("\n", i)+strings.Join(rest[i:], "\n"), res)
			return
		}
		if res.Err != nil {
			return
		}
	}
}

// percent runs a command that stands on a line of a cell.
func (s *Session) percent(ctx context.Context, name, l string, line int, res *Result) {
	cmd := strings.TrimSpace(l)
	start := len(l) - len(strings.TrimLeft(l, " \t\r"))
	fail := func(format string, args ...any) {
		res.Err = &Error{Kind: KindCompile, Message: fmt.Sprintf("%s:%d:%d: %s", name, line+1, start+1, fmt.Sprintf(format, args...))}
	}
	word := firstWord(cmd)
	arg := strings.TrimSpace(cmd[len(word):])
	c, ok := assist.FindCommand(word)
	switch {
	case !ok:
		fail("%s", unknownCommand(word))
		return
	case c.Args == "" && arg != "":
		fail("%s takes nothing behind it, and got %s", word, arg)
		return
	case c.Args != "" && c.Args[0] != '[' && arg == "":
		fail("%s needs %s behind it; %%help %s tells more", word, c.Args, word[1:])
		return
	case c.Args == "STATEMENT" && arg[0] == '%':
		fail("%s takes Go behind it, and got the command %s", word, firstWord(arg))
		return
	}
	column := start + len(cmd) - len(arg) // where the argument starts
	var err error
	switch word {
	case "%help":
		text, ok := commandHelp(arg)
		if !ok {
			fail("%s", unknownCommand("%"+strings.TrimPrefix(arg, "%")))
			return
		}
		page := display.Text(text)
		res.Page = &page
	case "%who":
		s.who()
	case "%reset":
		err = s.reset()
		s.log = cellLog{folder: s.log.folder, scope: s.scope}
		cmd = "" // nothing is left of which to tell
	case "%time":
		s.log.note(word)
		began := time.Now()
		s.logged(ctx, name, strings.Repeat("\n", line)+strings.Repeat(" ", column)+arg, res)
		if res.Err == nil || res.Err.Kind != KindCompile {
			fmt.Fprintf(s.out, "time: %v\n", time.Since(began).Round(time.Microsecond))
		}
		return
	case "%bench":
		s.bench(ctx, name, arg, line, column, res)
	case "%tier":
		s.tier()
	case "%save":
		err = s.save(unquoted(arg), res)
	case "%load":
		s.log.note(cmd)
		err = s.load(ctx, unquoted(arg), res)
		cmd = ""
	case "%provenance":
		err = s.provenance(unquoted(arg), res)
	case "%cd":
		err = s.changeFolder(arg)
	case "%env":
		err = s.environment(arg)
	}
	if err != nil {
		fail("%s: %v", word, err)
	}
	if cmd != "" {
		s.log.note(cmd)
	}
}

// firstWord returns a line up to its first space.
func firstWord(line string) string {
	if i := strings.IndexAny(line, " \t\r\n"); i >= 0 {
		return line[:i]
	}
	return line
}

// unknownCommand says what there is instead.
func unknownCommand(word string) string {
	if here := assist.Elsewhere(word); here != "" {
		return fmt.Sprintf("there is no %s here; in its place there is %s", word, here)
	}
	if near := assist.NearestCommand(word); near != "" {
		return fmt.Sprintf("unknown command %s (did you mean %s?); %%help lists them", word, near)
	}
	var known []string
	for _, c := range assist.Commands {
		known = append(known, c.Name)
	}
	return fmt.Sprintf("unknown command %s; there are %s", word, strings.Join(known, ", "))
}

// commandHelp lists the commands, or tells more of one. It is false when there
// is no such command.
func commandHelp(name string) (string, bool) {
	if name != "" && name != "?" && name != "!" {
		c, ok := assist.FindCommand(name)
		if !ok {
			return "", false
		}
		return c.Help(), true
	}
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 8, 2, ' ', 0)
	fmt.Fprint(w, "name?\tshows the documentation of a name; name?? shows the source of your own function\n!COMMAND\truns a command of the shell\n")
	for _, c := range assist.Commands {
		fmt.Fprintf(w, "%s\t%s\n", strings.TrimSpace(c.Name+" "+c.Args), c.Text)
	}
	w.Flush()
	b.WriteString("\n%help NAME tells more of a command. Packages that need no import:")
	for _, p := range autoNames() {
		b.WriteString(" " + p)
	}
	return b.String() + "\n", true
}

// who answers %who.
func (s *Session) who() {
	list := s.scope.Objects()
	if len(list) == 0 {
		fmt.Fprintln(s.out, "nothing is declared")
		return
	}
	for _, o := range list {
		fmt.Fprintf(s.out, "%-9s %-16s %s\n", o.Kind, o.Name, o.TypeString())
	}
}

// shell runs a command with its output in the cell's.
func (s *Session) shell(ctx context.Context, name, line string, res *Result) {
	cmd := exec.CommandContext(ctx, "sh", "-c", line)
	if runtime.GOOS == "windows" {
		cmd = exec.CommandContext(ctx, "cmd", "/c", line)
	}
	cmd.Stdout, cmd.Stderr = s.out, s.err
	cmd.WaitDelay = grace
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		res.Err = interrupted(name)
	case errors.As(err, &exit):
		res.Err = &Error{Kind: KindError, Message: fmt.Sprintf("!%s: %v", line, err)}
	case err != nil:
		res.Err = &Error{Kind: KindError, Message: fmt.Sprintf("!%s: %v", line, err)}
	}
}

func autoNames() []string {
	var out []string
	for n := range Auto() {
		out = append(out, n)
	}
	slices.Sort(out)
	return out
}
