package io.clearview.gateway.server;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Which bytes of a connection are timed, in virtual time. */
class HeadGuardTest {

	private static final String GET = "GET /health HTTP/1.1\r\nHost: x\r\n\r\n";

	private static final String POST = "POST /auth HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\n";

	private final EmbeddedChannel channel = new EmbeddedChannel();

	@BeforeEach
	void open() {
		ServerLimitProperties settings = new ServerLimitProperties(1, Duration.ofSeconds(10), Duration.ofSeconds(15),
				Duration.ofSeconds(15), Duration.ZERO);
		HeadGuard guard = new HeadGuard(settings, new RefusedConnections(new SimpleMeterRegistry()),
				new Draining(settings));
		this.channel.freezeTime();
		this.channel.pipeline()
			.addLast(HeadGuard.BEFORE_DECODER, guard.beforeDecoder())
			.addLast(new HttpServerCodec())
			.addLast(HeadGuard.BEHIND_DECODER, guard.behindDecoder());
	}

	@AfterEach
	void close() {
		this.channel.finishAndReleaseAll();
	}

	@ParameterizedTest
	@ValueSource(strings = { GET + "\r\n", GET + "\n", GET + "\r", GET + "\r\n\r\n", POST + "body\r\n", "\r\n" })
	void emptyLinesLeaveTheConnectionIdle(String bytes) {
		int before = receive(bytes);
		for (int i = 0; i < before; i++) {
			respond();
		}
		pass(3600);
		assertThat(sent()).doesNotContain("HTTP/1.1 400");
		assertThat(receive(GET)).isEqualTo(1);
		respond();
		assertThat(sent()).contains("HTTP/1.1 200");
	}

	@Test
	void emptyLinesByAndByDoNotStartTheTimeOfAHead() {
		for (int i = 0; i < 20; i++) {
			receive("\r\n");
			pass(1);
		}
		receive("GET / HT");
		pass(9);
		assertThat(sent()).isEmpty();
		pass(1);
		assertThat(sent()).contains("must arrive within 10 s");
	}

	@Test
	void theHeadOfEachPipelinedRequestHasItsOwnTime() {
		receive(GET.substring(0, 10));
		for (int i = 0; i < 5; i++) {
			pass(6);
			// the rest of one head and the beginning of the next
			assertThat(receive(GET.substring(10) + GET.substring(0, 10))).as("request %d", i).isEqualTo(1);
			respond();
			assertThat(sent()).as("request %d", i).contains("HTTP/1.1 200").doesNotContain("HTTP/1.1 400");
		}
		pass(10);
		assertThat(sent()).contains("must arrive within 10 s");
	}

	@Test
	void theBodyOfEachPipelinedRequestHasItsOwnTime() {
		receive(POST + "bo");
		for (int i = 0; i < 5; i++) {
			pass(8);
			assertThat(receive("dy" + POST + "bo")).as("request %d", i).isEqualTo(1);
			respond();
			assertThat(sent()).as("request %d", i).contains("HTTP/1.1 200").doesNotContain("HTTP/1.1 400");
		}
		pass(15);
		assertThat(sent()).contains("must arrive within 15 s");
	}

	@Test
	void furtherBytesOfAHeadDoNotGiveItMoreTime() {
		for (char c : "GET / HTTP".toCharArray()) {
			receive(String.valueOf(c));
			pass(1);
		}
		assertThat(sent()).contains("must arrive within 10 s");
		assertThat(this.channel.isOpen()).isFalse();
	}

	@Test
	void theRestOfARequestThatWasAnsweredHasASecond() {
		receive(POST + "bo");
		respond();
		assertThat(sent()).contains("HTTP/1.1 200");
		pass(1);
		assertThat(this.channel.isOpen()).isFalse();
		assertThat(sent()).isEmpty();
	}

	/** Returns how many requests were passed on. */
	private int receive(String bytes) {
		this.channel.writeInbound(Unpooled.copiedBuffer(bytes, StandardCharsets.ISO_8859_1));
		int requests = 0;
		for (Object message = this.channel.readInbound(); message != null; message = this.channel.readInbound()) {
			requests += (message instanceof HttpRequest) ? 1 : 0;
			ReferenceCountUtil.release(message);
		}
		return requests;
	}

	private void respond() {
		FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
		response.headers().set(HttpHeaderNames.CONTENT_LENGTH, 0);
		this.channel.writeOutbound(response);
	}

	private void pass(long seconds) {
		this.channel.advanceTimeBy(seconds, TimeUnit.SECONDS);
		this.channel.runScheduledPendingTasks();
	}

	private String sent() {
		StringBuilder sent = new StringBuilder();
		for (ByteBuf bytes = this.channel.readOutbound(); bytes != null; bytes = this.channel.readOutbound()) {
			sent.append(bytes.toString(StandardCharsets.ISO_8859_1));
			bytes.release();
		}
		return sent.toString();
	}

}
