package main

import (
	"flag"
	"fmt"
	"os"
	"strings"

	"golang.org/x/term"

	"github.com/neurorepl/neurorepl/kernel/assist"
	"github.com/neurorepl/neurorepl/kernel/notebook"
	"github.com/neurorepl/neurorepl/kernel/terminal"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/notebooks"
)

func docFlags() (fs *flag.FlagSet, gallery *bool, page *string) {
	fs = flag.NewFlagSet("doc", flag.ContinueOnError)
	gallery = fs.Bool("gallery", false, "list the field's figures; with a word, show those whose name or function has it")
	page = fs.String("html", "", "with -gallery: write the figures to `PAGE.html`")
	return fs, gallery, page
}

// doc shows what `name?` shows in a cell, or the gallery of figures.
func doc(args []string) int {
	fs, gallery, page := docFlags()
	rest, code, ok := parse(fs, args)
	switch {
	case !ok:
		return code
	case *gallery:
		return showGallery(strings.Join(rest, " "), *page)
	case *page != "":
		return usage("doc: -html goes with -gallery: `neurorepl doc -gallery -html PAGE.html`")
	case len(rest) == 0:
		return usage("doc: no name is given; the call is `neurorepl doc NAME`, such as signal.Welch, or some words to look for")
	}
	text, ok := assist.Doc(strings.TrimRight(strings.Join(rest, " "), "?"))
	text = strings.TrimRight(text, "\n")
	if !ok {
		fmt.Fprintln(os.Stderr, "neurorepl: doc: "+text)
		return 1
	}
	fmt.Println(text)
	return 0
}

// showGallery lists the figures, writes them to a page, or shows those that
// have word in their name or function: picture first, then function and lines.
func showGallery(word, page string) int {
	text, err := notebooks.Gallery()
	if err != nil {
		return failed(fmt.Errorf("doc: -gallery: %w", err))
	}
	nb, err := notebook.Parse(text)
	if err != nil {
		return failed(fmt.Errorf("doc: -gallery: %w", err))
	}
	list := nb.Pictures()
	switch {
	case page != "" && word != "":
		return usage("doc: -gallery: either a word (%q) or -html; the page has all figures", word)
	case page != "":
		if err := notebook.WriteGallery(page, nb, "Gallery of neurorepl"); err != nil {
			return failed(fmt.Errorf("doc: -gallery: %w", err))
		}
		fmt.Printf("%s has %d figures; open it in a browser\n", page, len(list))
		return 0
	case word == "":
		section := ""
		for _, p := range list {
			if p.Section != section {
				section = p.Section
				fmt.Printf("\n%s\n", section)
			}
			fmt.Printf("  %-46s %s\n", p.Name, strings.Join(p.Calls, ", "))
		}
		fmt.Printf("\n%d figures. `neurorepl doc -gallery WORD` shows one with the lines that draw it, such as WORD %q;\n`neurorepl doc -gallery -html PAGE.html` writes a page with all.\n", len(list), "raster")
		return 0
	}
	var sink display.Sink
	if term.IsTerminal(int(os.Stdout.Fd())) {
		able, _ := terminal.Detect(true)
		sink = terminal.Beside(display.Discard, os.Stdout, able)
	}
	found := 0
	for _, p := range list {
		text := strings.ToLower(p.Name + " " + strings.Join(p.Calls, " "))
		if !strings.Contains(text, strings.ToLower(word)) {
			continue
		}
		if found > 0 {
			fmt.Println()
		}
		found++
		fmt.Printf("%s — %s\n\n", p.Name, strings.Join(p.Calls, ", "))
		if sink != nil {
			if err := sink.Display(display.PNG(p.PNG)); err != nil {
				return failed(fmt.Errorf("doc: -gallery: %w", err))
			}
		}
		fmt.Printf("%s\n\n    %s\n", p.Text, strings.ReplaceAll(p.Source, "\n", "\n    "))
	}
	if found == 0 {
		fmt.Fprintf(os.Stderr, "neurorepl: doc: no figure has %q in its name or function; `neurorepl doc -gallery` lists them\n", word)
		return 1
	}
	return 0
}
