package notebook

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/neurorepl/neurorepl/kernel/widgets"
	"github.com/neurorepl/neurorepl/neuro/display"
)

// This file makes a recorder display.Comms without anybody at the other end: controls that a
// cell shows are stored with the notebook, as Jupyter stores them, so that they
// are seen where it is opened.

// NewID returns the identifiers of a notebook in an order that is the same each
// time.
func (r *recorder) NewID() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ids++
	sum := sha256.Sum256(fmt.Appendf(nil, "widget %d", r.ids))
	return hex.EncodeToString(sum[:16])
}

func (r *recorder) Open(c display.Comm) error {
	if c.ID == "" || c.Target == "" {
		return fmt.Errorf("notebook: comm %q for %q: an identifier and a target are needed", c.ID, c.Target)
	}
	if c.Target == widgets.Target {
		if err := r.models.Opened(c); err != nil {
			return err
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.comms[c.ID] = c.Target
	return nil
}

func (r *recorder) Send(id string, data any, buffers [][]byte) error {
	r.mu.Lock()
	target, ok := r.comms[id]
	r.mu.Unlock()
	if !ok {
		return fmt.Errorf("notebook: comm %q is not open", id)
	}
	if target != widgets.Target {
		return nil // nobody listens
	}
	_, err := r.models.Sent(id, data, buffers)
	return err
}

func (r *recorder) Close(id string) error {
	r.mu.Lock()
	delete(r.comms, id)
	r.mu.Unlock()
	r.models.Closed(id)
	return nil
}
