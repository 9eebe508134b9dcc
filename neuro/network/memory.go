package network

import (
	"fmt"
	"os"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/model"
)

// enoughMemory refuses a network that the machine cannot hold.
func enoughMemory(links []*link, n *Network, models []*model.Model) error {
	synapses, bytes := 0.0, 0.0
	var worst *link
	largest := 0.0
	for _, l := range links {
		e := l.rule.expected()
		synapses += e
		here := l.bytes() + l.perTargets(n)
		bytes += here
		if here > largest {
			worst, largest = l, here
		}
	}
	for p, m := range models {
		if m != nil {
			bytes += float64(float64(n.Populations[p].size()) * float64(8*(len(m.Variables())+3)))
		}
	}
	free, ok := available()
	if !ok || bytes <= free {
		return nil
	}
	where := ""
	if worst != nil {
		where = fmt.Sprintf(", %s of it for %s", size(largest), n.where(worst.number))
	}
	return fmt.Errorf("network: the network has %.3g synapses and needs about %s%s; the machine has %s free: use fewer cells or connections, a machine with more memory, or Procedural projections, which are not stored", synapses, size(bytes), where, size(free))
}

// bytes returns the memory of the synapses, about.
func (l *link) bytes() float64 {
	if l.procedural {
		return l.rule.index()
	}
	return float64(l.rule.expected() * l.stored())
}

// stored returns the memory of a synapse that is stored, bytes.
func (l *link) stored() float64 {
	short := l.shortBytes()
	switch {
	case l.learn != nil:
		return 2 + l.learn.bytes() + short
	case l.weight == "" || l.weighs():
		return 6 + short
	case l.constWeight:
		return 2 + short
	}
	return 4 + short
}

// perTargets returns what plasticity keeps of all target cells, bytes.
func (l *link) perTargets(n *Network) float64 {
	if l.learn == nil {
		return 0
	}
	return float64(float64(n.Populations[l.to].size()) * l.learn.perTarget(n.dt()))
}

// available returns the memory that a program can still get, bytes, where Linux
// tells it.
func available() (float64, bool) {
	data, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return 0, false
	}
	_, after, ok := strings.Cut(string(data), "MemAvailable:")
	if !ok {
		return 0, false
	}
	kb := 0.0
	if _, err := fmt.Sscan(after, &kb); err != nil {
		return 0, false
	}
	return kb * 1024, true
}
