// Command pack writes gallery.ipynb.gz, which the program carries, from the
// notebooks of the gallery: their cells one after the other, and pictures
// compressed as much as they can be.
//
//	go generate ./notebooks
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"log"
	"os"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zlib"
	"github.com/neurorepl/neurorepl/kernel/notebook"
)

func main() {
	data, err := pack("gallery.ipynb", "gallery_codes.ipynb")
	if err == nil {
		err = os.WriteFile("gallery.ipynb.gz", data, 0o644)
	}
	if err != nil {
		log.Fatal(err)
	}
}

// pack returns the notebooks as one, compressed.
func pack(first string, more ...string) ([]byte, error) {
	nb, err := notebook.Read(first)
	if err != nil {
		return nil, err
	}
	for _, path := range more {
		next, err := notebook.Read(path)
		if err != nil {
			return nil, err
		}
		nb.Cells = append(nb.Cells, next.Cells...)
	}
	for _, c := range nb.Cells {
		for _, o := range c.Outputs {
			shown, _ := o["data"].(map[string]any)
			text, ok := shown["image/png"].(string)
			if !ok {
				continue
			}
			png, err := base64.StdEncoding.DecodeString(text)
			if err != nil {
				return nil, err
			}
			if png, err = smaller(png); err != nil {
				return nil, err
			}
			shown["image/png"] = base64.StdEncoding.EncodeToString(png)
		}
	}
	text, err := nb.Encode()
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(text); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// smaller compresses the pixels of a PNG again, with more effort than a figure
// that somebody waits for; everything else stays.
func smaller(png []byte) ([]byte, error) {
	const mark = 8 // bytes before the first chunk
	var pixels []byte
	out := append([]byte(nil), png[:min(mark, len(png))]...)
	for rest := png[len(out):]; len(rest) >= 12; {
		n := 12 + int(binary.BigEndian.Uint32(rest))
		if n > len(rest) {
			return nil, errors.New("a picture ends within a chunk")
		}
		switch string(rest[4:8]) {
		case "IDAT":
			pixels = append(pixels, rest[8:n-4]...)
		case "IEND":
			packed, err := recompressed(pixels)
			if err != nil {
				return nil, err
			}
			out = binary.BigEndian.AppendUint32(out, uint32(len(packed)))
			body := append([]byte("IDAT"), packed...)
			out = binary.BigEndian.AppendUint32(append(out, body...), crc32.ChecksumIEEE(body))
			out = append(out, rest[:n]...)
		default:
			out = append(out, rest[:n]...)
		}
		rest = rest[n:]
	}
	return out, nil
}

func recompressed(stream []byte) ([]byte, error) {
	r, err := zlib.NewReader(bytes.NewReader(stream))
	if err != nil {
		return nil, err
	}
	plain, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	w, err := zlib.NewWriterLevel(&b, zlib.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(plain); err != nil {
		return nil, err
	}
	err = w.Close()
	return b.Bytes(), err
}
