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
	"time"

	"github.com/neurorepl/neurorepl/kernel/assist"
	"github.com/neurorepl/neurorepl/neuro/display"
)

// command handles what is not Go: `name?`, `%help`, `!cmd`. It is false when
// the text is Go.
func (s *Session) command(ctx context.Context, name, text string, res *Result) bool {
	line := strings.TrimSpace(text)
	switch {
	case line == "":
		return true
	case strings.HasPrefix(line, "%%"):
		s.goText(ctx, name, text, res)
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
	name := strings.TrimRight(line, "?")
	detail := len(line) - len(name) - 1
	name = strings.TrimSpace(name)
	text, ok := assist.Name(s.scope, name, name, detail)
	if !ok {
		if text, ok = assist.Doc(name); !ok {
			res.Err = &Error{Kind: KindCompile, Message: text}
			return
		}
	}
	page := display.Text(text)
	res.Page = &page
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
			s.shell(ctx, name, strings.TrimSpace(cmd[1:]), res)
		case strings.HasPrefix(cmd, "%"):
			s.percent(ctx, name, cmd, i, res)
		default:
			s.goText(ctx, name, strings.Repeat("\n", i)+strings.Join(rest[i:], "\n"), res)
			return
		}
		if res.Err != nil {
			return
		}
	}
}

func (s *Session) percent(ctx context.Context, name, cmd string, line int, res *Result) {
	word, arg, _ := strings.Cut(cmd, " ")
	switch word {
	case "%help":
		var b strings.Builder
		b.WriteString("name?      documentation of a name; name?? with the source of your own function\n!command   runs a command of the shell\n")
		for _, c := range assist.Commands {
			fmt.Fprintf(&b, "%-10s %s\n", c[0], c[1])
		}
		b.WriteString("\nPackages that need no import:")
		for _, p := range autoNames() {
			b.WriteString(" " + p)
		}
		page := display.Text(b.String() + "\n")
		res.Page = &page
	case "%who":
		var b strings.Builder
		for _, o := range s.scope.Objects() {
			fmt.Fprintf(&b, "%-9s %-16s %s\n", o.Kind, o.Name, o.TypeString())
		}
		if b.Len() == 0 {
			b.WriteString("nothing is declared\n")
		}
		fmt.Fprint(s.out, b.String())
	case "%reset":
		if err := s.reset(); err != nil {
			res.Err = &Error{Kind: KindCompile, Message: err.Error()}
		}
	case "%time":
		start := time.Now()
		s.goText(ctx, name, strings.Repeat("\n", line)+strings.Repeat(" ", len(cmd)-len(arg))+arg, res)
		fmt.Fprintf(s.out, "time: %v\n", time.Since(start).Round(time.Microsecond))
	default:
		var known []string
		for _, c := range assist.Commands {
			known = append(known, c[0])
		}
		res.Err = &Error{Kind: KindCompile, Message: fmt.Sprintf("%s:%d:1: unknown command %s; there are %s", name, line+1, word, strings.Join(known, ", "))}
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
