//go:build !unix

package terminal

import "time"

func cellPixels(fd, columns, rows int) (w, h int) { return 0, 0 }

// query asks nothing: the console's input comes as events and not as bytes.
func query(question string, patience time.Duration) (reply, typed string) { return "", "" }
