#!/usr/bin/env bash
# Builds the benchmarks and runs them: `benchmarks/run.sh short|whole DIRECTORY`, as root.
#   short  a minimal Debian, the main paths of JMH with one fork: less than a quarter of an hour on two cores
#   whole  all inputs and all of JMH: some hours
# DIRECTORY gets the inputs (kept for the next run) and results/: results.json, results.md, results.svg
# of whole jobs, jmh.json and scale.svg of JMH. The work is done in memory, on a tmpfs below
# DIRECTORY, or where WORK says.
set -euo pipefail

[ $# -eq 2 ] || { sed -n '2,8s/^# //p' "$0"; exit 2; }
here=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "$2"
directory=$(cd "$2" && pwd)
case $1 in
  short)
    inputs=(deb)
    rounds=2
    jmh=('Applying|Compressing|Decompressing|Diffing|Extraction|LayerWriting|Scaling'
      -f 1 -wi 2 -w 500ms -i 3 -r 500ms -p codec=gzip-6,zstd-3 -p access=NATIVE)
    ;;
  whole)
    inputs=(deb fat node)
    rounds=5
    jmh=()
    ;;
  *) sed -n '2,8s/^# //p' "$0"; exit 2 ;;
esac

(cd "$here" && mvn -q -B -ntp -pl benchmarks -am package -Dimbrex.skipTests=true)
"$here/benchmarks/inputs.sh" "$directory/inputs" "${inputs[@]}"
work=${WORK:-}
if [ -z "$work" ]; then
  work=$directory/work
  mkdir -p "$work"
  mount -t tmpfs -o size=8g tmpfs "$work"
  trap 'umount "$work"' EXIT
fi
mkdir -p "$directory/results"
jar=$here/benchmarks/target/benchmarks.jar
java -Xmx1g -Drounds=$rounds -cp "$jar" dev.imbrex.benchmarks.compare.Compare \
  "$directory/inputs" "$work/compare" "$directory/results" "${inputs[@]}"
mkdir -p "$work/jmh"
java -jar "$jar" "${jmh[@]}" -prof gc -rf json -rff "$directory/results/jmh.json" \
  -jvmArgsAppend "-Djava.io.tmpdir=$work/jmh"
java -cp "$jar" dev.imbrex.benchmarks.compare.ScalePlot "$directory/results/jmh.json" \
  "$directory/results/scale.svg"
