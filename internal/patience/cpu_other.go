//go:build !unix

package patience

import "time"

var start = time.Now()

// cpu takes the process for one that never waits.
func cpu() time.Duration { return time.Since(start) }
