# Sourced by train, evaluate and speed: builds the module, embeds the vocabulary, runs a main class.

. "$(dirname "${BASH_SOURCE[0]}")/../local/front.sh"

model=$root/deploy/model

# Prints the lines of the calling script that begin with "# " after the first one.
usage() {
	sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"
	exit "${1:-0}"
}

maven() {
	command -v mvn >/dev/null || fail "Maven 3.8.7 or later is needed and was not found"
	mkdir -p "$model/target"
	(cd "$root" && JAVA25_HOME=$jdk mvn -B -q -Dmaven.test.skip=true -Dspring-javaformat.validate.skip=true "$@" \
		>"$model/target/build.log" 2>&1) || fail "The build failed; see $model/target/build.log"
}

# Builds what a main class needs that has no use for the encoder.
build() {
	find_jdk
	maven package -am -pl deploy/model
}

# Builds, and embeds each piece of the vocabulary once: half a minute, kept in target/pieces.bin.
prepare() {
	find_jdk
	if [ ! -f "$model/target/pieces.bin" ]; then
		printf 'Embedding the vocabulary\n' >&2
		maven -Pencoder package -am -pl deploy/model
		"$jdk/bin/java" --enable-native-access=ALL-UNNAMED -cp "$model/target/classes:$(cat "$model/target/classpath")" \
			"$model/src/encoder/java/EmbedPieces.java" "$model/target/pieces.part"
		mv "$model/target/pieces.part" "$model/target/pieces.bin"
	fi
	build
}

main() {
	local class=$1
	shift
	"$jdk/bin/java" -Xmx3g -XX:+UseSerialGC -cp "$model/target/classes:$(cat "$model/target/classpath")" \
		"io.clearview.training.$class" "$model/target/pieces.bin" "$@"
}
