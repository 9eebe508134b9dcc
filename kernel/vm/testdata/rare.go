//go:build ignore

// Loops that leave the fast tier in a rare block and come back: everything that
// lives across must be what it was, in both directions.
package main

import (
	"errors"
	"fmt"
	"sort"
	"strings"
	"sync"
)

type event struct {
	at   int
	name string
	tags map[string]int
}

type sink interface{ put(event) error }

type log struct{ list []event }

func (l *log) put(e event) error {
	l.list = append(l.list, e)
	if len(l.list)%4 == 0 {
		return errors.New("full at " + e.name)
	}
	return nil
}

// Variables of types that the fast tier does not know, set in rare blocks.
func interfaces(n int) (last error, count int, kinds []any, m map[int]string, f func() int) {
	s := sink(&log{})
	var ch chan int
	x := 1
	for i := range n {
		x = x*31 + i
		if x&1023 == 7 {
			if err := s.put(event{at: i, name: fmt.Sprint(i)}); err != nil {
				last = err
			}
			kinds = append(kinds, i, "x", 1.5)
			if m == nil {
				m = map[int]string{}
			}
			m[i] = "at"
			k := i
			f = func() int { k++; return k }
			ch = make(chan int, 1)
		}
		count += x & 3
		if x&2047 == 99 && f != nil {
			count += f()
			ch <- count
			count = <-ch
		}
	}
	return last, count, kinds[max(0, len(kinds)-3):], m, f
}

// Values of the turn before and after the rare block.
func across(n int) string {
	var b strings.Builder
	prev, cur := 0, 1
	data := make([]float64, 8)
	var row []float64
	p := &data[0]
	for i := 0; i < n; i++ {
		a := prev*3 + i
		local := [4]int{i, a, prev, cur}
		row = data[i&3:]
		q := p
		s := make([]int, 3)
		s[i%3] = a
		if i%997 == 500 {
			fmt.Fprintf(&b, "%d:%d,%d,%v,%.1f,%v,%v ", i, prev, cur, local, *q, s, len(row))
			data[1] += 0.5
			if i > 2000 {
				p = &data[i&7]
			}
			local[2]++
			prev = -prev
		}
		row[0] += float64(local[2] & 7)
		*p += 0.25
		prev, cur = cur&0xffff, (a+s[i%3])&0xffff
	}
	fmt.Fprint(&b, prev, cur, data, len(row))
	return b.String()
}

// Rare blocks in loops within loops, and ways out from them.
func nested(n int) (out []string, sum int) {
	seen := map[int]bool{}
outer:
	for i := range n {
		for j := range n {
			sum += i ^ j
			switch {
			case sum%5003 == 0:
				out = append(out, fmt.Sprint("o", i, j))
				continue outer
			case sum%7001 == 0:
				if seen[j] {
					out = append(out, fmt.Sprint("s", i, j))
					break
				}
				seen[j] = true
			case sum%99_989 == 3 && i > n/2:
				out = append(out, "goto")
				goto end
			}
			for k := j; k > 0; k /= 2 {
				sum += k & 1
				if k == 37 && sum%11 == 0 {
					seen[k+i] = !seen[k+i]
					sum += len(seen) & 1
				}
			}
		}
		if i%50 == 49 {
			out = append(out, fmt.Sprint("i", i, sum))
		}
	}
	return out, sum
end:
	return append(out, "end"), sum
}

func returns(n int) (x float64, why string) {
	for i := 0; ; i++ {
		x += float64(i) / 3
		if i == n {
			why = fmt.Sprint("at ", i)
			return
		}
		if x > 1e7 {
			return x, strings.ToUpper("too large")
		}
	}
}

func deferred(n int) (order []int, x int) {
	defer func() { order = append(order, -1) }()
	for i := range n {
		x += i
		if i%1500 == 1499 {
			defer func() { order = append(order, i) }()
		}
	}
	return order, x
}

func recovered(n int) (errs []string, x int) {
	step := func(i int) (err error) {
		defer func() {
			if r := recover(); r != nil {
				err = fmt.Errorf("%v at %d", r, i)
			}
		}()
		var a []int
		return fmt.Errorf("no %d", a[i])
	}
	for i := range n {
		x ^= i * 3
		if i%2000 == 1999 {
			errs = append(errs, step(i).Error())
		}
	}
	return errs, x
}

func depth(n int, b *strings.Builder) (s int) {
	for i := range 3000 {
		s += i * n
		if i == 2500 && n > 0 {
			s += depth(n-1, b)
			fmt.Fprint(b, n, s, " ")
		}
	}
	return s
}

func frequent(n int) (m map[int]int, s int) {
	m = map[int]int{}
	for i := range n {
		s += i
		m[s%10]++
	}
	return m, s
}

func captured(n int) (total int) {
	x, y := 0, 1.5
	add := func(k int) { x += k; y += 0.5 }
	for i := range n {
		add(i & 1)
		if i%1024 == 1000 {
			fmt.Print(x, y, " ")
			x++
		}
		total += x & 1
	}
	fmt.Println(x, y)
	return total
}

func tuples(n int) (s int) {
	parse := func(i int) (int, string, error) {
		if i%777 == 0 {
			return 0, "", errors.New("no")
		}
		return i * 2, "yes", nil
	}
	names := 0
	for i := range n {
		s += i & 7
		if i%300 == 299 {
			v, name, err := parse(i - 299)
			if err != nil {
				continue
			}
			s += v
			names += len(name)
		}
	}
	return s + names
}

func main() {
	last, count, kinds, m, f := interfaces(20_000)
	fmt.Println(last, count, kinds, len(m), f())
	fmt.Println(across(6000))
	fmt.Println(nested(300))
	fmt.Println(returns(3000))
	fmt.Println(returns(1 << 20))
	fmt.Println(deferred(6000))
	fmt.Println(recovered(9000))
	var b strings.Builder
	fmt.Println(depth(4, &b), b.String())
	fmt.Println(frequent(50_000))
	fmt.Println(captured(9000))
	fmt.Println(tuples(20_000))
	var wg sync.WaitGroup
	var mu sync.Mutex
	var lines []string
	for k := range 6 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			last, count, _, m, _ := interfaces(10_000 + k)
			_, sum := nested(60 + k)
			mu.Lock()
			lines = append(lines, fmt.Sprint(k, last, count, len(m), sum, across(3000+k)))
			mu.Unlock()
		}()
	}
	wg.Wait()
	sort.Strings(lines)
	for _, l := range lines {
		fmt.Println(l)
	}
}
