// Command pack writes gallery.ipynb.gz, which the program carries, from
// gallery.ipynb: a third of it is saved.
//
//	go generate ./notebooks
package main

import (
	"bytes"
	"log"
	"os"

	"github.com/klauspost/compress/gzip"
)

func main() {
	text, err := os.ReadFile("gallery.ipynb")
	if err != nil {
		log.Fatal(err)
	}
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		log.Fatal(err)
	}
	if _, err := w.Write(text); err != nil {
		log.Fatal(err)
	}
	if err := w.Close(); err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile("gallery.ipynb.gz", b.Bytes(), 0o644); err != nil {
		log.Fatal(err)
	}
}
