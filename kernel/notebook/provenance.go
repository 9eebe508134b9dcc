package notebook

import "github.com/neurorepl/neurorepl/neuro/provenance"

// provenance stores in the notebook's metadata what made its outputs, without
// times, so that a notebook that is executed again keeps its bytes. The cells
// are in the notebook and are not listed.
func (nb *Notebook) provenance(s Engine) {
	p, ok := s.(interface{ Provenance() provenance.Record })
	if !ok {
		return
	}
	r := p.Provenance().Lasting()
	r.Cells, r.MoreCells = nil, 0
	v, err := plain(r)
	if err != nil {
		return
	}
	own, ok := nb.Metadata[metadataKey].(map[string]any)
	if !ok {
		own = map[string]any{}
		nb.Metadata[metadataKey] = own
	}
	own["provenance"] = v
}
