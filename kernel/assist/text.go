package assist

import (
	"go/scanner"
	"go/token"
	"strings"
	"unicode"
	"unicode/utf8"
)

// boundary brings an offset to the start of the letter that it is in.
func boundary(text string, cursor int) int {
	cursor = max(0, min(cursor, len(text)))
	for cursor > 0 && cursor < len(text) && !utf8.RuneStart(text[cursor]) {
		cursor--
	}
	return cursor
}

func isWord(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }

func wordStart(s string) int {
	i := len(s)
	for i > 0 {
		r, n := utf8.DecodeLastRuneInString(s[:i])
		if !isWord(r) {
			break
		}
		i -= n
	}
	return i
}

func wordEnd(s string, from int) int {
	for from < len(s) {
		r, n := utf8.DecodeRuneInString(s[from:])
		if !isWord(r) {
			break
		}
		from += n
	}
	return from
}

// number tells whether the word at the end of a text is one.
func number(word string) bool { return word != "" && word[0] >= '0' && word[0] <= '9' }

// Where the end of a text is.
const (
	inCode = iota
	inString
	inRawString
	inRune
	inComment
)

// lexical tells where the end of a text is, and for a literal where its content
// starts.
func lexical(text string) (where, at int) {
	var (
		file = token.NewFileSet().AddFile("", -1, len(text))
		sc   scanner.Scanner
	)
	sc.Init(file, []byte(text), func(p token.Position, msg string) {
		switch {
		case strings.HasPrefix(msg, "comment not terminated"):
			where, at = inComment, p.Offset
		case strings.HasPrefix(msg, "raw string literal not"):
			where, at = inRawString, p.Offset+1
		case strings.HasPrefix(msg, "string literal not"):
			where, at = inString, p.Offset+1
		case strings.HasPrefix(msg, "rune literal not"):
			where, at = inRune, p.Offset+1
		}
	}, scanner.ScanComments)
	for {
		pos, tok, lit := sc.Scan()
		if tok == token.EOF {
			return where, at
		}
		off := file.Offset(pos)
		switch {
		case tok == token.COMMENT && strings.HasPrefix(lit, "//") && off+len(lit) >= len(text):
			return inComment, off
		case where != inCode && off+len(lit) < len(text):
			where = inCode // a literal that an earlier line left open
		}
	}
}

// A lexeme is one token with the bytes where it starts and ends.
type lexeme struct {
	tok      token.Token
	lit      string
	off, end int
}

// lexemes scans a text, without the semicolons that its lines end with.
func lexemes(text string) []lexeme {
	var (
		file = token.NewFileSet().AddFile("", -1, len(text))
		sc   scanner.Scanner
		out  []lexeme
	)
	sc.Init(file, []byte(text), func(token.Position, string) {}, 0)
	for {
		pos, tok, lit := sc.Scan()
		if tok == token.EOF {
			return out
		}
		if tok == token.SEMICOLON && lit != ";" {
			continue
		}
		off := file.Offset(pos)
		n := len(lit)
		if !tok.IsLiteral() && !tok.IsKeyword() {
			n = len(tok.String())
		}
		out = append(out, lexeme{tok, lit, off, min(off+n, len(text))})
	}
}

// An opening is a bracket that nothing closes, with what stands in it so far.
type opening struct {
	at     int // index of the bracket among the lexemes
	commas int // behind it
}

// openings are the brackets that are open at the end of the lexemes, the
// outermost first.
func openings(list []lexeme) []opening {
	var stack []opening
	for i, l := range list {
		switch l.tok {
		case token.LPAREN, token.LBRACK, token.LBRACE:
			stack = append(stack, opening{at: i})
		case token.RPAREN, token.RBRACK, token.RBRACE:
			if len(stack) > 0 {
				stack = stack[:len(stack)-1]
			}
		case token.COMMA:
			if len(stack) > 0 {
				stack[len(stack)-1].commas++
			}
		}
	}
	return stack
}

// importing tells whether a string that starts behind text is an import path.
func importing(text string) bool {
	list := lexemes(text)
	for i := len(list) - 1; i >= 0; i-- {
		switch list[i].tok {
		case token.IMPORT:
			return true
		case token.IDENT, token.STRING, token.LPAREN, token.PERIOD, token.SEMICOLON:
		default:
			return false
		}
	}
	return false
}

// blanked overwrites bytes by spaces, but not the ends of lines.
func blanked(text string, from, to int) string {
	out := []byte(text)
	for i := from; i < to; i++ {
		if out[i] != '\n' {
			out[i] = ' '
		}
	}
	return string(out)
}

// commandLines blanks what a session runs as a command, so that what is left is
// Go: the lines with % and ! that a cell starts with, and GoNB's mark %%.
func commandLines(text string) string {
	first := true
	for at := 0; at < len(text); {
		end := at + strings.IndexByte(text[at:]+"\n", '\n')
		line := strings.TrimSpace(text[at:end])
		switch {
		case line == "":
		case strings.HasPrefix(line, "%%"):
			if where, _ := lexical(text[:at]); where == inCode {
				text = blanked(text, at, end)
			}
			first = false
		case first && (line[0] == '%' || line[0] == '!'):
			text = blanked(text, at, end)
		default:
			first = false
		}
		at = end + 1
	}
	return text
}

// behind returns the declarations of the text behind the cursor, which what is
// before it may use. It goes by lines, as most of such a text does not parse.
func behind(text string, cursor int) string {
	var out strings.Builder
	lines := strings.SplitAfter(text[cursor:], "\n")
	for i := 1; i < len(lines); i++ {
		if !startsDeclaration(lines[i]) {
			continue
		}
		block := lines[i]
		for depth := open(block); depth > 0 && i+1 < len(lines); depth = open(block) {
			if i++; startsDeclaration(lines[i]) { // the last one has no end
				i--
				block = ""
				break
			}
			block += lines[i]
		}
		out.WriteString(block)
	}
	return out.String()
}

func startsDeclaration(line string) bool {
	for _, word := range []string{"func ", "type ", "const ", "import ", "var "} {
		if strings.HasPrefix(line, word) {
			return true
		}
	}
	return false
}

// open counts the brackets that a text leaves open.
func open(text string) int { return len(openings(lexemes(text))) }
