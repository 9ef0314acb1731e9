#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Runs the benchmarks against what is built here. See BENCHMARKS.md.
#
#   bench.sh build                 compile everything and note the class path
#   bench.sh store [options]       whole logs on a disk; --help lists the options
#   bench.sh failover [options]    how long writes stand still when nodes fail; --help lists the options
#   bench.sh jmh [pattern] [...]   JMH's own command line; -h lists the options
#
# MVN_ARGS (such as -o) go to Maven, JAVA_ARGS to the measured JVM.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$here")
class_path_file=$here/target/benchmark-class-path
java=${JAVA_HOME:+$JAVA_HOME/bin/}java

build() {
    # One call of Maven, so that the modules of this tree are measured, not what was installed. Each
    # module gets such a file; that of this one is used.
    # shellcheck disable=SC2086
    (cd "$root" && mvn -q ${MVN_ARGS:-} -pl integration-tests -am package -Dmaven.test.skip=true \
        dependency:build-classpath -DincludeScope=runtime -Dmdep.outputFile=target/benchmark-class-path)
}

class_path() {
    echo "$here/target/classes:$(cat "$class_path_file")"
}

jvm_args() {
    local version
    version=$("$java" -XshowSettings:properties -version 2>&1 \
        | sed -n 's/.*java.specification.version = //p')
    # zstd-jni and snappy-java load native code: since JDK 24 that prints a warning unless allowed.
    if ((version >= 22)); then
        echo --enable-native-access=ALL-UNNAMED
    fi
}

command=${1:-}
if (($# > 0)); then
    shift
fi
if [[ $command == store || $command == failover || $command == jmh ]] && [[ ! -f $class_path_file ]]; then
    build
fi
case $command in
    build)
        build
        ;;
    store)
        # shellcheck disable=SC2046,SC2086
        exec "$java" -Xms2g -Xmx2g -XX:+UseParallelGC $(jvm_args) ${JAVA_ARGS:-} \
            -cp "$(class_path)" io.taffrail.benchmark.StoreBenchmark "$@"
        ;;
    failover)
        # shellcheck disable=SC2046,SC2086
        exec "$java" -Xms512m -Xmx512m $(jvm_args) ${JAVA_ARGS:-} \
            -cp "$(class_path)" io.taffrail.benchmark.failover.FailoverBenchmark "$@"
        ;;
    jmh)
        # shellcheck disable=SC2046,SC2086
        exec "$java" -Xms2g -Xmx2g $(jvm_args) ${JAVA_ARGS:-} \
            -cp "$(class_path)" org.openjdk.jmh.Main "$@"
        ;;
    *)
        sed -n '/^#   bench/s/^# *//p' "${BASH_SOURCE[0]}" >&2
        exit 2
        ;;
esac
