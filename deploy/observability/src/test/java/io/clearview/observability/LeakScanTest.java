package io.clearview.observability;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class LeakScanTest {

	private static final String HEX = "0123456789abcdef".repeat(4);

	@TempDir
	Path directory;

	@ParameterizedTest
	@ValueSource(strings = { "Cannot read zqpost 1 of a request", "preference=zqwish", "see https://t.co/abc",
			"authorization: Bearer 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
			"{\"identity\":\"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIx\"}", "key sk-abcdefgh1234 is refused", "hmac of s3cr3t",
			"token 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef is unknown",
			"{\"content\":\"buy followers\"}" })
	void findsALineThatShowsWhatNobodyMayRead(String line) throws IOException {
		Path log = Files.writeString(this.directory.resolve("a.log"), "all is well\n" + line + "\nall is well\n");
		assertThat(new LeakScan(List.of("s3cr3t")).leaks(log)).containsExactly(line);
	}

	@Test
	void findsItInWhatATestPrinted() throws IOException {
		Path report = Files.writeString(this.directory.resolve("TEST-a.xml"), """
				<testsuite name="zqpost in a name"><properties><property value="zqpost"/></properties>
				<testcase name="zqpost"><system-out><![CDATA[12:00 posts=1
				12:01 zqpost 1
				]]></system-out></testcase><testcase name="zqwish"/>
				<system-err><![CDATA[zqwish]]></system-err></testsuite>
				""");
		assertThat(new LeakScan(List.of()).leaksOfReport(report)).containsExactly("12:01 zqpost 1", "zqwish");
	}

	@Test
	void letsThroughWhatLogsAreFor() {
		assertThat(new LeakScan(List.of()).leaks("request event=request correlationId=5253c923ac56ccff userId=" + HEX
				+ " tier=free posts=3 cacheHits=2\nkey:ops account_read " + HEX + " done auditWhom=" + HEX
				+ "\n{\"auditWhom\":\"GET /admin/accounts/" + HEX + "/quota\"}"))
			.isEmpty();
	}

}
