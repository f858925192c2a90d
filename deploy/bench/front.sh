# Sourced by the commands of this directory: builds what is older than its sources, runs a main class.

. "$(dirname "${BASH_SOURCE[0]}")/../local/front.sh"

bench=$root/deploy/bench

# Succeeds when something changed since this script last built.
bench_is_stale() {
	[ -f "$bench/target/classpath" ] && [ -f "$bench/target/built" ] || return 0
	[ -n "$(find "$root"/pom.xml "$root"/{gateway,gateway/kit,classifier-service,deploy/local,deploy/bench}/{pom.xml,src/main} \
		-newer "$bench/target/built" | head -n 1)" ]
}

build_bench() {
	local log=$bench/target/build.log
	command -v mvn >/dev/null || fail "Maven 3.8.7 or later is needed and was not found: install it (Debian: apt install maven)"
	mkdir -p "$bench/target"
	printf 'Building (the first time takes some minutes; log: %s)\n' "$log"
	(cd "$root" && JAVA25_HOME=$jdk mvn -B -Dmaven.test.skip=true -Dspring-javaformat.validate.skip=true package \
		-pl gateway,classifier-service,deploy/local,deploy/bench -am >"$log" 2>&1) || fail "The build failed; see $log"
	touch "$bench/target/built"
}

# Runs a main class of the module; the JVM is one that a load generator of one thread wants.
main() {
	local class=$1
	shift
	find_jdk
	case " $* " in
	*" --help "* | *" -h "*) ;;
	*) bench_is_stale && build_bench ;;
	esac
	[ -f "$bench/target/classpath" ] || build_bench
	exec "$jdk/bin/java" -Xms1g -Xmx1g -XX:+UseSerialGC -Dclearview.root="$root" \
		-cp "$bench/target/classes:$(cat "$bench/target/classpath")" "$class" "$@"
}
