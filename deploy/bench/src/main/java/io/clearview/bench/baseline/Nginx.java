package io.clearview.bench.baseline;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** nginx as a plain proxy, where it is installed. */
public final class Nginx {

	private Nginx() {
	}

	/**
	 * Writes its configuration and says how to start it.
	 * @param directory where it may write
	 */
	public static List<String> command(Path program, Path directory, int port, int upstreamPort) {
		try {
			Files.createDirectories(directory);
			Path configuration = directory.resolve("nginx.conf");
			Files.writeString(configuration, """
					daemon off;
					master_process off;
					worker_processes 1;
					pid %1$s/nginx.pid;
					error_log stderr error;
					events { worker_connections 4096; }
					http {
						access_log off;
						client_body_temp_path %1$s/body;
						proxy_temp_path %1$s/proxy;
						fastcgi_temp_path %1$s/fastcgi;
						uwsgi_temp_path %1$s/uwsgi;
						scgi_temp_path %1$s/scgi;
						keepalive_requests 1000000000;
						upstream classifier {
							server 127.0.0.1:%3$d;
							keepalive 256;
							keepalive_requests 1000000000;
						}
						server {
							listen 127.0.0.1:%2$d;
							location / {
								proxy_pass http://classifier;
								proxy_http_version 1.1;
								proxy_set_header Connection "";
							}
						}
					}
					""".formatted(directory, port, upstreamPort));
			return List.of(program.toString(), "-c", configuration.toString(), "-p", directory.toString());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
