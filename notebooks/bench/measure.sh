#!/usr/bin/env bash
# Run a benchmark here and in Brian2's compiled C++ in turn, and print medians of
# the processor seconds of the loops and their ratio.
#
#   measure.sh NAME NEUROREPL PYTHON SCRIPTS [REPEATS]
#
# NAME is hh, cuba, coba or cobahh; NEUROREPL the program; PYTHON one that has
# Brian2; SCRIPTS the folder with the peer's hh.py and vogels.py.
set -euo pipefail
name=$1 neurorepl=$2 python=$3 scripts=$4 repeats=${5:-3}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
case $name in
hh) seconds=0.03 peer=(hh.py --n 10000) ;;
cobahh) seconds=0.3 peer=(vogels.py --model cobahh) ;;
*) seconds=1 peer=(vogels.py --model "$name") ;;
esac
ours=$(mktemp) theirs=$(mktemp)
trap 'rm -f "$ours" "$theirs"' EXIT
ms=$(awk -v s="$seconds" 'BEGIN { print s * 1000 }')
for ((k = 0; k < repeats; k++)); do
  "$neurorepl" run "$here/$name.go" -json -seconds "$seconds" | tee -a "$ours" >&2
  "$python" "$scripts/${peer[0]}" "${peer[@]:1}" --backend brian-cpp --tsim "$ms" --json | tee -a "$theirs" >&2
done
median() { grep -o '"sim_cpu_s": *[0-9.]*' "$1" | grep -o '[0-9.]*$' | sort -n | awk '{ x[NR] = $1 } END { print x[int((NR + 1) / 2)] }'; }
awk -v n="$name" -v a="$(median "$ours")" -v b="$(median "$theirs")" 'BEGIN { printf "%s: %.3f s here, %.3f s in Brian2, %.2f times as fast\n", n, a, b, b / a }'
