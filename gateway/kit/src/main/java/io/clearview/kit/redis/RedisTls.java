package io.clearview.kit.redis;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;

import javax.net.ssl.TrustManagerFactory;

import io.lettuce.core.SslOptions;
import org.jspecify.annotations.Nullable;

/**
 * Which certificates of Redis are trusted where its URL asks for TLS. They are read here,
 * once: the client would read them on an event loop for each connection.
 */
public final class RedisTls {

	private RedisTls() {
	}

	/**
	 * Options of a client. Reads files.
	 * @param tls whether it uses TLS at all
	 * @param ca a PEM file of the certificate authorities that are trusted instead of the
	 * JVM's; null: the JVM's
	 * @throws IllegalArgumentException if it cannot be read, or has no certificate
	 */
	public static SslOptions options(boolean tls, @Nullable Path ca) {
		if (!tls && ca == null) {
			return SslOptions.create();
		}
		try {
			TrustManagerFactory trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
			trusted.init((ca != null) ? store(ca) : null);
			return SslOptions.builder().jdkSslProvider().trustManager(trusted).build();
		}
		catch (IOException | GeneralSecurityException ex) {
			throw new IllegalArgumentException(
					"clearview.redis.ca must be a PEM file of certificates that can be read, but is '" + ca + "'", ex);
		}
	}

	private static KeyStore store(Path ca) throws IOException, GeneralSecurityException {
		KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
		store.load(null, null);
		try (InputStream in = Files.newInputStream(ca)) {
			Collection<? extends Certificate> certificates = CertificateFactory.getInstance("X.509")
				.generateCertificates(in);
			if (certificates.isEmpty()) {
				throw new IOException("no certificate");
			}
			for (Certificate certificate : certificates) {
				store.setCertificateEntry("ca" + store.size(), certificate);
			}
		}
		return store;
	}

}
