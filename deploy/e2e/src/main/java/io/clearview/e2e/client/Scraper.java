package io.clearview.e2e.client;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;

import io.clearview.local.ManagedProcess;
import io.clearview.local.Ports;

/** Reads a service's metrics, as Prometheus does. Safe for use by several threads. */
public final class Scraper implements AutoCloseable {

	private final HttpClient client = HttpClient.newHttpClient();

	/** Whether a service has this line, name, labels and value, in its metrics. */
	public boolean says(ManagedProcess service, String line) throws IOException {
		return lines(service).contains(line);
	}

	/**
	 * The value of a series of a service; 0 where it has none.
	 * @param series name and labels as the service writes them
	 */
	public double value(ManagedProcess service, String series) throws IOException {
		return lines(service).stream()
			.filter((line) -> line.startsWith(series + " "))
			.mapToDouble((line) -> Double.parseDouble(line.substring(series.length() + 1)))
			.sum();
	}

	private List<String> lines(ManagedProcess service) throws IOException {
		URI uri = URI.create("http://" + Ports.LOOPBACK + ":" + service.managementPort() + "/actuator/prometheus");
		try {
			return this.client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
				.body()
				.lines()
				.toList();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IOException("interrupted", ex);
		}
	}

	@Override
	public void close() {
		this.client.close();
	}

}
