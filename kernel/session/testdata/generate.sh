# Writes what each program prints under the Go toolchain beside it. Run it in
# this folder after changing one.
set -e
for f in *.go; do
	go run "$f" >"${f%.go}.out"
done
