package io.clearview.e2e.wire;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;

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
