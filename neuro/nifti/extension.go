package nifti

import (
	"encoding/binary"
	"fmt"
)

// An Extension is a piece of data that a program keeps in a file beside the
// header: AFNI's attributes (Code 4), a comment (6), CIFTI's description of
// rows and columns (32) and others.
//
// It is read and written as it stands, byte for byte; what it says about the
// image is not changed with it.
type Extension struct {
	Code int
	// Data are its bytes without the eight that give size and code; the zeros
	// with which a file fills it to a multiple of 16 bytes are among them.
	Data []byte
}

// extensionLimit bounds the bytes that extensions may take, 256 MiB.
const extensionLimit = 1 << 28

// parseExtensions reads what lies between the header and the voxels. What is
// no extension is passed over, and told.
func parseExtensions(b []byte, order binary.ByteOrder) (out []Extension, problem string) {
	for at := 0; at+8 <= len(b); {
		size, code := int(int32(order.Uint32(b[at:]))), int(int32(order.Uint32(b[at+4:])))
		if size == 0 && code == 0 {
			break // zeros up to the voxels
		}
		if size < 8 || size > len(b)-at {
			if problem == "" {
				problem = fmt.Sprintf("extension %d gives its size as %d bytes, of which %d are there before the voxels", len(out)+1, size, len(b)-at)
			}
			return out, problem
		}
		if size%16 != 0 && problem == "" {
			problem = fmt.Sprintf("extension %d has %d bytes; they are a multiple of 16", len(out)+1, size)
		}
		out = append(out, Extension{code, append([]byte(nil), b[at+8:at+size]...)})
		at += size
	}
	return out, problem
}

// extensionBytes returns the four bytes that follow the header, and extensions
// filled to multiples of 16 bytes.
func extensionBytes(all []Extension) ([]byte, error) {
	out := make([]byte, 4)
	for i, e := range all {
		if len(e.Data) > extensionLimit {
			return nil, fmt.Errorf("Extensions[%d] has %d bytes; at most 256 MiB are written", i, len(e.Data))
		}
		out[0] = 1
		size := (8 + len(e.Data) + 15) / 16 * 16
		piece := make([]byte, size)
		le.PutUint32(piece, uint32(size))
		le.PutUint32(piece[4:], uint32(int32(e.Code)))
		copy(piece[8:], e.Data)
		out = append(out, piece...)
	}
	if len(out) > extensionLimit {
		return nil, fmt.Errorf("Extensions take %d bytes; at most 256 MiB are written", len(out))
	}
	return out, nil
}
