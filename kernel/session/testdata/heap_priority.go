// container/heap on interpreted types: a priority queue with updates, an event
// queue, k smallest of a stream; container/list and ring beside it.
package main

import (
	"container/heap"
	"container/list"
	"container/ring"
	"fmt"
)

type item struct {
	name     string
	priority float64
	index    int
}

type queue []*item

func (q queue) Len() int           { return len(q) }
func (q queue) Less(i, j int) bool { return q[i].priority > q[j].priority }
func (q queue) Swap(i, j int)      { q[i], q[j] = q[j], q[i]; q[i].index = i; q[j].index = j }
func (q *queue) Push(x any)        { it := x.(*item); it.index = len(*q); *q = append(*q, it) }
func (q *queue) Pop() any {
	old := *q
	it := old[len(old)-1]
	old[len(old)-1] = nil
	*q = old[:len(old)-1]
	it.index = -1
	return it
}

type ints []int

func (h ints) Len() int           { return len(h) }
func (h ints) Less(i, j int) bool { return h[i] < h[j] }
func (h ints) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *ints) Push(x any)        { *h = append(*h, x.(int)) }
func (h *ints) Pop() any {
	x := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return x
}

func main() {
	q := &queue{}
	items := map[string]*item{}
	for i, n := range []string{"low", "high", "mid"} {
		it := &item{name: n, priority: []float64{1, 9, 5}[i]}
		items[n] = it
		heap.Push(q, it)
	}
	items["low"].priority = 7
	heap.Fix(q, items["low"].index)
	heap.Push(q, &item{name: "new", priority: 6})
	heap.Remove(q, items["mid"].index)
	for q.Len() > 0 {
		it := heap.Pop(q).(*item)
		fmt.Print(it.name, ":", it.priority, " ", it.index, "; ")
	}
	fmt.Println()
	h := &ints{5, 2, 8, 1}
	heap.Init(h)
	heap.Push(h, 3)
	for h.Len() > 0 {
		fmt.Print(heap.Pop(h), " ")
	}
	fmt.Println()
	top := &ints{}
	for i := range 100 {
		heap.Push(top, i*37%101)
		if top.Len() > 4 {
			heap.Pop(top)
		}
	}
	fmt.Println(top.Len(), (*top)[0])
	l := list.New()
	e4 := l.PushBack(item{name: "four"})
	e1 := l.PushFront(item{name: "one"})
	l.InsertBefore(item{name: "three"}, e4)
	l.InsertAfter(item{name: "two"}, e1)
	l.MoveToFront(e4)
	l.Remove(e1)
	for e := l.Front(); e != nil; e = e.Next() {
		fmt.Print(e.Value.(item).name, " ")
	}
	fmt.Println(l.Len(), e1.Value)
	r := ring.New(4)
	for i := range r.Len() {
		r.Value = i * i
		r = r.Next()
	}
	sum := 0
	r.Do(func(v any) { sum += v.(int) })
	fmt.Println(sum, r.Move(2).Value)
}
