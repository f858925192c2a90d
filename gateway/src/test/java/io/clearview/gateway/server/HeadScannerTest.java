package io.clearview.gateway.server;

import java.nio.charset.StandardCharsets;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class HeadScannerTest {

	private final HeadScanner scanner = new HeadScanner();

	@Test
	void stopsBehindTheEmptyLine() {
		String head = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n";
		assertThat(read(head + "{}")).isEqualTo(head.length());
		assertThat(this.scanner.isComplete()).isTrue();
		assertThat(this.scanner.fault()).isNull();
	}

	@Test
	void readsOnWhereItStopped() {
		String head = "\r\nGET / HTTP/1.1\r\nContent-Length: 0\r\n\r\n";
		for (char c : head.toCharArray()) {
			assertThat(this.scanner.isComplete()).isFalse();
			read(String.valueOf(c));
		}
		assertThat(this.scanner.isComplete()).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "X: a\r\n b", "X: a\r\n\tb", " X: a", "Content-Length: 1\r\nTransfer-Encoding: chunked",
			"transfer-encoding: chunked\r\nCONTENT-LENGTH:1", "Content-Length: 1\r\nX: y\r\ncontent-length: 1",
			"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", "X: a\n b" })
	void findsWhatServersReadDifferently(String headers) {
		read("POST / HTTP/1.1\r\n" + headers + "\r\n\r\n");
		assertThat(this.scanner.fault()).isNotNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "Content-Length: 1", "X-Content-Length: 1\r\nContent-Length: 1",
			"Content-Lengths: 1\r\nTransfer-Encoding: chunked", "X: Content-Length: 1\r\nY: Transfer-Encoding: x" })
	void passesWhatTheyAgreeOn(String headers) {
		read("POST / HTTP/1.1\r\n" + headers + "\r\n\r\n");
		assertThat(this.scanner.fault()).isNull();
		assertThat(this.scanner.isComplete()).isTrue();
	}

	private int read(String text) {
		ByteBuf bytes = Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
		try {
			return this.scanner.read(bytes);
		}
		finally {
			bytes.release();
		}
	}

}
