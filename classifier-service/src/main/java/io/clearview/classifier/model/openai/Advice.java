package io.clearview.classifier.model.openai;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Set;

import javax.net.ssl.SSLException;

import io.clearview.classifier.model.Fault;
import io.clearview.classifier.model.guard.Cause;
import io.netty.channel.ConnectTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Names the setting by which an operator can end a failure. Texts hold settings of this
 * service, never a key and nothing that a provider or a user wrote.
 */
final class Advice {

	private static final Set<Integer> NO_SUCH_ADDRESS = Set.of(301, 302, 307, 308, 404, 405, 501);

	private static final int DEEPEST = 5;

	private static final String BROKEN = "connection_closed";

	private final OpenAiProperties properties;

	Advice(OpenAiProperties properties) {
		this.properties = properties;
	}

	/**
	 * What to do about an error that the provider reported; empty for nothing.
	 * @param parameter of the request that the error names
	 */
	String on(Fault fault, ProviderError error, @Nullable String parameter, ApiKey key) {
		return switch (fault) {
			case MISCONFIGURED -> onMisconfiguration(error);
			case UNSUPPORTED -> onParameter(error, parameter);
			case TOO_LONG -> "batches are made smaller; see clearview.batch.tokens";
			case UNREADABLE -> onUnlabelled(fault);
			default -> on(fault, key);
		};
	}

	/** What to do about a rejected API key; empty for nothing. */
	static String on(Fault fault, ApiKey key) {
		return switch (fault) {
			case BAD_KEY -> (key.secret() == null)
					? "the provider wants an API key; set clearview.model.keys to a directory with one key a file"
					: "put a valid key that may use the model into the directory clearview.model.keys";
			case UNPAID -> "pay for the account, or add a key of another one to the directory clearview.model.keys";
			case KEY_QUOTA -> "raise the quota or budget, or add a key to the directory clearview.model.keys";
			case RATE_LIMIT ->
				"set clearview.model.guard.requests-per-minute and tokens-per-minute below the provider's limits";
			case LOADING -> "the provider is loading the model; it is asked once a second";
			default -> "";
		};
	}

	private String onMisconfiguration(ProviderError error) {
		if (error.isAboutModel(this.properties.signals())) {
			return "the provider does not offer model " + this.properties.name()
					+ "; set clearview.model.name to one that it offers";
		}
		if (NO_SUCH_ADDRESS.contains(error.status()) || error.isAboutAddress(this.properties.signals())) {
			return onAddress();
		}
		return "the provider rejects every request; check clearview.model.base-url (does it end in /v1?), name, profile"
				+ " and parameters";
	}

	/** What to do if no chat completions are at the base URL. */
	String onAddress() {
		return "there are no chat completions at " + address()
				+ "; set clearview.model.base-url to what stands before /chat/completions (does it end in /v1?)";
	}

	private String onParameter(ProviderError error, @Nullable String parameter) {
		if (error.isAboutTokenParameter(this.properties.signals())) {
			boolean old = this.properties.tokenParameter().equals("max_tokens");
			return "its other name is used from now on; set clearview.model.max-tokens-parameter to "
					+ (old ? "max_completion_tokens" : "max_tokens");
		}
		if (parameter == null || parameter.equals("stream")) {
			return "it is not sent any more; see clearview.model.profile";
		}
		return "it is not sent any more; set clearview.model.parameters." + parameter
				+ " to nothing, or clearview.model.profile";
	}

	/** What to do about an answer in which no labels can be read; empty for nothing. */
	static String onUnlabelled(Fault fault) {
		return (fault == Fault.UNREADABLE)
				? "the answer holds no labels that can be believed; if it is frequent, set clearview.model.name to another"
						+ " model"
				: "";
	}

	/** What to do about an answer that is not whole; empty for nothing. */
	static String onIncomplete(Completion completion) {
		return completion.reasons()
				? "the model reasons and leaves no room for labels; set clearview.model.parameters.reasoning_effort to"
						+ " minimal or none, or clearview.model.name to a model without reasoning"
				: "the answer is empty or cut off: it needs more room, or less reasoning; set"
						+ " clearview.model.parameters.reasoning_effort, or clearview.model.name to a model without"
						+ " reasoning";
	}

	/** Why no answer came, as a code: that of the first cause that has one. */
	static Cause cause(@Nullable Throwable fault) {
		Throwable cause = fault;
		for (int depth = 0; cause != null && depth < DEEPEST; depth++) {
			String code = code(cause);
			if (!code.isEmpty()) {
				return Cause.noAnswer(code);
			}
			cause = cause.getCause();
		}
		return Cause.NONE;
	}

	private static String code(Throwable fault) {
		return switch (fault) {
			case UnknownHostException _ -> "unknown_host";
			case ConnectTimeoutException _ -> "connect_timeout";
			case ConnectException _ -> "connection_refused";
			case SSLException _ -> "tls";
			case IOException _ -> BROKEN;
			default -> "";
		};
	}

	/** What to do if no answer came; empty for nothing. */
	String onNoAnswer(Cause cause) {
		return switch (cause.code()) {
			case "unknown_host" -> "the host name in clearview.model.base-url cannot be resolved: " + address();
			case "connect_timeout" -> "no connection within " + this.properties.connectTimeout().toMillis()
					+ " ms; check clearview.model.base-url and the network: " + address();
			case "connection_refused" ->
				"the connection is refused; is the provider started, and clearview.model.base-url right? " + address();
			case "tls" -> "TLS fails; check http or https in clearview.model.base-url, and that the JVM trusts the"
					+ " provider's certificate: " + address();
			case BROKEN -> this.properties.baseUrl().getScheme().equals("https")
					? "the connection was closed without a response; does the provider speak https at " + address()
							+ "?"
					: "the connection was closed without a response";
			default -> "";
		};
	}

	/** Whether a connection broke before any of the response came. */
	static boolean isBroken(@Nullable Throwable fault) {
		return cause(fault).code().equals(BROKEN);
	}

	/** Without user information and query, which may hold secrets. */
	private String address() {
		URI base = this.properties.baseUrl();
		String port = (base.getPort() < 0) ? "" : ":" + base.getPort();
		String path = (base.getPath() != null) ? base.getPath().replaceAll("/+$", "") : "";
		return base.getScheme() + "://" + base.getHost() + port + path;
	}

}
