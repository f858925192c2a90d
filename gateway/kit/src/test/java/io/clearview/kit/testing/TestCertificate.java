package io.clearview.kit.testing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.concurrent.TimeUnit;

/**
 * A certificate for 127.0.0.1 that no authority but itself vouches for, in PEM files.
 *
 * @param certificate its file, also that of its authority
 * @param key the file of its private key
 */
public record TestCertificate(Path certificate, Path key) {

	private static final String PASSWORD = "changeit";

	/** Makes one in a directory, with the JDK's keytool. */
	public static TestCertificate in(Path directory) {
		try {
			Path store = directory.resolve("server.p12");
			Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
					"-genkeypair", "-alias", "server", "-keyalg", "RSA", "-dname", "CN=localhost", "-ext", "bc:c",
					"-ext", "san=ip:127.0.0.1", "-storetype", "PKCS12", "-keystore", store.toString(), "-storepass",
					PASSWORD)
				.redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.DISCARD)
				.start();
			if (!keytool.waitFor(60, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
				throw new IllegalStateException("keytool failed");
			}
			KeyStore entries = KeyStore.getInstance("PKCS12");
			try (InputStream in = Files.newInputStream(store)) {
				entries.load(in, PASSWORD.toCharArray());
			}
			return new TestCertificate(
					pem(directory.resolve("server.crt"), "CERTIFICATE", entries.getCertificate("server").getEncoded()),
					pem(directory.resolve("server.pem"), "PRIVATE KEY",
							entries.getKey("server", PASSWORD.toCharArray()).getEncoded()));
		}
		catch (IOException | GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	private static Path pem(Path file, String kind, byte[] content) throws IOException {
		String lines = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(content);
		return Files.writeString(file, "-----BEGIN " + kind + "-----\n" + lines + "\n-----END " + kind + "-----\n");
	}

	/** Settings with which a {@link TestRedis} listens with TLS at one more port. */
	public String[] redis(int port) {
		return new String[] { "tls-port " + port, "tls-cert-file " + this.certificate, "tls-key-file " + this.key,
				"tls-auth-clients no" };
	}

}
