# Sourced by up and down: finds the JDK, builds, runs the launcher. Bash 3.2 suffices.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
module=$root/deploy/local
launchers=$module/run/launcher

fail() {
	printf '%s\n' "$*" >&2
	exit 1
}

# Prints a command's help text, which the launcher knows too; works before anything is built.
help() {
	cat "$module/src/main/resources/io/clearview/local/cli/$1.txt"
	exit 0
}

# Sets jdk to the home of a JDK 25. Its release file tells the version without running it.
find_jdk() {
	local on_path candidate
	on_path=$(command -v javac || true)
	if [ -n "$on_path" ]; then
		on_path=$(readlink -f "$on_path" 2>/dev/null || printf '%s' "$on_path")
		on_path=${on_path%/bin/javac}
	fi
	# CLEARVIEW_JDKS: where to look, for machines that keep their JDKs elsewhere
	for candidate in "${JAVA25_HOME:-}" "${JAVA_HOME:-}" "$on_path" ${CLEARVIEW_JDKS-/usr/lib/jvm/* /usr/java/* \
		/opt/java/* /opt/jdk* /Library/Java/JavaVirtualMachines/*/Contents/Home \
		/opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
		"$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/*}; do
		if [ -x "$candidate/bin/javac" ] && grep -Eqs '^JAVA_VERSION="25[."+-]' "$candidate/release"; then
			jdk=$candidate
			return
		fi
	done
	fail "JDK 25 is needed and was not found: install it, for example from https://adoptium.net, or set JAVA25_HOME"
}

# Succeeds when a module's application is missing or older than what it is made of.
is_stale() {
	local part=$root/$1 built jar
	built=$part/target/built
	if [ "$1" = gateway/firestore ]; then
		# no application, but a directory of libraries
		for jar in "$part"/target/libraries/clearview-firestore-*.jar; do
			[ "$built" -nt "$jar" ] || built=$jar
		done
	else
		for jar in "$part"/target/*-app.jar; do
			[ -f "$jar" ] || return 0
			# the build gives applications a fixed time; the plain jar beside one tells when it was
			[ "$built" -nt "${jar%-app.jar}.jar" ] || built=${jar%-app.jar}.jar
		done
	fi
	[ -f "$built" ] || return 0
	# the kit is a part of both services, and absent where only some modules are
	[ -n "$(find "$root/pom.xml" "$root"/gateway/kit/{pom.xml,src/main} "$part/pom.xml" "$part/src/main" \
		-newer "$built" 2>/dev/null | head -n 1)" ]
}

# Builds the given modules if one of them is stale.
build_if_stale() {
	local part
	for part in "$@"; do
		if is_stale "$part"; then
			build "$@"
			return
		fi
	done
}

build() {
	local log=$module/run/build.log line part began=$SECONDS parts="$*"
	command -v mvn >/dev/null || fail "Maven 3.8.7 or later is needed and was not found: install it (Debian: apt install maven)"
	mkdir -p "$module/run"
	printf 'Building (the first time takes some minutes; log: %s)\n' "$log"
	(
		cd "$root"
		JAVA25_HOME=$jdk mvn -B -Dmaven.test.skip=true -Dspring-javaformat.validate.skip=true package \
			-pl "${parts// /,}" -am 2>&1 || printf 'BUILD ENDED WITH %s\n' $?
	) | tee "$log" | while IFS= read -r line; do
		case $line in
		"[INFO] Building ClearView "*) printf '  %s\n' "${line#"[INFO] Building "}" ;;
		"[ERROR] "?*) printf '%s\n' "$line" >&2 ;;
		esac
	done
	if grep -q '^BUILD ENDED WITH' "$log"; then
		fail "The build failed; see $log"
	fi
	for part in "$@"; do
		touch "$root/$part/target/built"
	done
	printf 'Built in %s s\n' $((SECONDS - began))
}

# Runs the launcher from a copy: a build meanwhile must not pull it from under itself.
launch() {
	local jar sum copy=
	for jar in "$module"/target/*-app.jar; do
		if [ -f "$jar" ]; then
			sum=$(cksum <"$jar")
			copy=$launchers/${sum%% *}.jar
			if [ ! -f "$copy" ]; then
				mkdir -p "$launchers"
				cp "$jar" "$copy.$$"
				mv "$copy.$$" "$copy"
			fi
		fi
	done
	if [ -z "$copy" ]; then
		copy=$(ls -t "$launchers"/*.jar 2>/dev/null | head -n 1)
	fi
	[ -n "$copy" ] || return 1
	exec "$jdk/bin/java" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx96m -Dclearview.root="$root" -jar "$copy" "$@"
}
