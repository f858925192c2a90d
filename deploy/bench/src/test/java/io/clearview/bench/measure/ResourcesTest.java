package io.clearview.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class ResourcesTest {

	@Test
	void readsCpuTimeBehindANameWithSpacesAndBrackets() {
		assertThat(Resources.cpu("7 (a b) c) S 1 7 7 0 -1 4194560 99 0 0 0 150 50 0 0 20 0")).isEqualTo(2.0);
	}

	@Test
	void knowsCompilersByTheirNames() {
		assertThat(Resources.isCompiler("7 (C2 CompilerThre) S 1 7 7 0")).isTrue();
		assertThat(Resources.isCompiler("7 (C1 CompilerThre) S 1 7 7 0")).isTrue();
		assertThat(Resources.isCompiler("7 (reactor-http-ni) S 1 7 7 0")).isFalse();
	}

	@Test
	@EnabledOnOs(OS.LINUX)
	void readsItsOwn() {
		Resources own = Resources.of(ProcessHandle.current().pid());
		assertThat(own.cpuSeconds()).isPositive();
		assertThat(own.compilingSeconds()).isPositive().isLessThan(own.cpuSeconds());
		assertThat(own.residentBytes()).isPositive();
		assertThat(own.peakResidentBytes()).isGreaterThanOrEqualTo(own.residentBytes());
		assertThat(own.files()).isPositive();
		assertThat(own.threads()).isPositive();
	}

	@Test
	void isGoneWithItsProcess() {
		assertThat(Resources.of(Long.MAX_VALUE)).isEqualTo(Resources.GONE);
	}

}
