package io.clearview.e2e.wire;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class WireTests {

	private ServerSocket echo;

	private Wire wire;

	@BeforeEach
	void start() throws IOException {
		this.echo = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		Thread.ofVirtual().start(() -> {
			try {
				while (true) {
					Socket socket = this.echo.accept();
					Thread.ofVirtual().start(() -> {
						try (socket) {
							socket.getInputStream().transferTo(socket.getOutputStream());
						}
						catch (IOException _) {
							// closed
						}
					});
				}
			}
			catch (IOException _) {
				// closed
			}
		});
		this.wire = new Wire(0, this.echo.getLocalPort());
	}

	@AfterEach
	void stop() throws IOException {
		this.wire.close();
		this.echo.close();
	}

	@Test
	void passesBytesBothWays() throws IOException {
		try (Socket socket = connect()) {
			assertThat(say(socket, 7)).isEqualTo(7);
		}
	}

	@Test
	void swallowedItAcceptsAndSaysNothingOnOldConnectionsAndNewOnes() throws IOException {
		try (Socket old = connect()) {
			assertThat(say(old, 1)).isEqualTo(1);
			this.wire.swallow();
			assertSilent(old);
			try (Socket fresh = connect()) {
				assertSilent(fresh);
			}
		}
	}

	@Test
	void whatWasUnderWayArrivesWhenItIsMended() throws IOException {
		try (Socket socket = connect()) {
			this.wire.swallow();
			socket.getOutputStream().write(9);
			this.wire.mend();
			assertThat(socket.getInputStream().read()).isEqualTo(9);
		}
	}

	@Test
	void silencedConnectionsLoseWhatTheyCarryAndNewOnesWork() throws IOException {
		try (Socket old = connect()) {
			assertThat(say(old, 1)).isEqualTo(1);
			assertThat(this.wire.silence()).isEqualTo(1);
			assertSilent(old);
			this.wire.mend();
			try (Socket fresh = connect()) {
				assertThat(say(fresh, 2)).isEqualTo(2);
			}
			assertSilent(old);
		}
	}

	@Test
	void silencesSubscriptionsOnly() throws IOException {
		try (Socket commands = connect(); Socket subscription = connect()) {
			assertThat(say(commands, 1)).isEqualTo(1);
			byte[] subscribe = "*2\r\n$9\r\nSUBSCRIBE\r\n".getBytes(StandardCharsets.US_ASCII);
			subscription.getOutputStream().write(subscribe);
			assertThat(subscription.getInputStream().readNBytes(subscribe.length)).isEqualTo(subscribe);
			assertThat(this.wire.silenceSubscriptions()).isEqualTo(1);
			assertSilent(subscription);
			assertThat(say(commands, 2)).isEqualTo(2);
		}
	}

	@Test
	void refusesConnectionsUntilItListensAgain() throws IOException {
		try (Socket old = connect()) {
			assertThat(say(old, 1)).isEqualTo(1);
			this.wire.refuse();
			// the kernel may accept one more while the listening socket is being closed
			long end = System.nanoTime() + 10_000_000_000L;
			while (!isRefused() && System.nanoTime() < end) {
				Thread.onSpinWait();
			}
			assertThat(isRefused()).isTrue();
			this.wire.listen();
			try (Socket fresh = connect()) {
				assertThat(say(fresh, 2)).isEqualTo(2);
			}
		}
	}

	@Test
	void drainsByRefusingNewConnectionsOnly() throws IOException {
		try (Socket old = connect()) {
			assertThat(say(old, 1)).isEqualTo(1);
			this.wire.stopListening();
			long end = System.nanoTime() + 10_000_000_000L;
			while (!isRefused() && System.nanoTime() < end) {
				Thread.onSpinWait();
			}
			assertThat(isRefused()).isTrue();
			assertThat(say(old, 2)).isEqualTo(2);
		}
	}

	private boolean isRefused() throws IOException {
		try (Socket _ = connect()) {
			return false;
		}
		catch (ConnectException _) {
			return true;
		}
	}

	private Socket connect() throws IOException {
		Socket socket = new Socket(InetAddress.getLoopbackAddress(), this.wire.port());
		socket.setSoTimeout(10_000);
		return socket;
	}

	private static int say(Socket socket, int value) throws IOException {
		socket.getOutputStream().write(value);
		return socket.getInputStream().read();
	}

	private static void assertSilent(Socket socket) throws IOException {
		socket.setSoTimeout(300);
		assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(() -> say(socket, 5));
	}

}
