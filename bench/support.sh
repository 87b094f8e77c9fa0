# Sourced by the programs beside it: builds what is missing and runs a class of the test tree.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

run_java() {
  ./howdah --version >&2
  mvn -q -B -DskipTests test-compile >&2
  exec java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 \
    -Djdk.httpclient.allowRestrictedHeaders=host -Dhowdah.home="$root" \
    -cp target/howdah.jar:target/test-classes "$@"
}
