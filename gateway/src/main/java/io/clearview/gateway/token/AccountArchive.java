package io.clearview.gateway.token;

import java.time.Instant;

import io.clearview.gateway.context.Tier;
import io.clearview.kit.durable.DurableUnavailableException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Where accounts are kept besides redis-state, so that they survive its loss. Without a
 * durable store there is {@link #NONE}.
 */
interface AccountArchive {

	/** Keeps nothing: what redis-state does not have does not exist. */
	AccountArchive NONE = new AccountArchive() {
	};

	/**
	 * Copies an account that redis-state does not have back into it. Empty when it is
	 * certain that there is none; errors with {@link DurableUnavailableException} when
	 * that cannot be told now.
	 * @param proof what its token proves; null for a token of the old backend
	 */
	default Mono<TokenStore.Entry> restore(String user, TokenCodec.@Nullable Proof proof) {
		return Mono.empty();
	}

	/** The same for an operator, who may ask for any account. */
	default Mono<TokenStore.Entry> restoreForOperator(String user) {
		return Mono.empty();
	}

	/** Keeps an account that was opened just now. */
	default void opened(TokenStore.Entry entry) {
	}

	/**
	 * Keeps a tier before redis-state has it. Errors with
	 * {@link DurableUnavailableException} when it cannot even be kept for later.
	 */
	default Mono<Void> keepTier(AccountRecord account, Tier tier) {
		return Mono.empty();
	}

	/**
	 * Keeps a revocation before redis-state has it, likewise.
	 * @param account what is known of the user's account; null when it was never opened,
	 * or cannot be read now
	 * @param expires until when the revocation is needed
	 */
	default Mono<Void> keepRevocation(String user, @Nullable AccountRecord account, Instant expires) {
		return Mono.empty();
	}

	/**
	 * Whether redis-state has all lists that the archive has. If not, begins to copy them
	 * in the background.
	 * @param since since when redis-state has had its data, in ms; 0 if that is unknown
	 */
	default boolean listsAreComplete(long since) {
		return true;
	}

}
