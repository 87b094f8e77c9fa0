# Sourced by the programs beside it: builds what is missing and runs a class of the test tree.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

run_java() {
  ./howdah --version >&2
  mvn -q -B -DskipTests test-compile dependency:build-classpath \
    -DincludeScope=test -Dmdep.outputFile=target/test-classpath >&2
  # What only tests need, a PostgreSQL for one, comes last.
  exec java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 \
    -Djdk.httpclient.allowRestrictedHeaders=host -Dhowdah.home="$root" \
    -Dot.epg.working-dir="$root/target/embedded-postgres" \
    -cp "target/howdah.jar:target/test-classes:$(<target/test-classpath)" "$@"
}
