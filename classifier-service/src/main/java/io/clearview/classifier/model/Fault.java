package io.clearview.classifier.model;

import io.clearview.classifier.model.ModelException.Kind;

/**
 * Every way in which a call to a model can fail, whose fault it is, and what follows from
 * that. Nobody pays for another's fault: only what the provider itself did wrong counts
 * for its circuit breaker.
 */
public enum Fault {

	// @formatter:off
	//                  whose              reason            then             key cools down          breaker shrinks sent

	/** A filter or the model declined a post, or labelled all posts but this twice. */
	DECLINED(           Owner.POST,        Kind.DECLINED,    Then.SPLIT,      Cooldown.NONE,         false,  false,  true),
	/** The posts do not fit into the model's context. */
	TOO_LONG(           Owner.POST,        Kind.DECLINED,    Then.SPLIT,      Cooldown.NONE,         false,  false,  true),
	/** An error 4xx of unknown meaning, while other posts are labelled. */
	REJECTED(           Owner.POST,        Kind.DECLINED,    Then.SPLIT,      Cooldown.NONE,         false,  false,  true),
	/** It was declined, or those sent before it were, and so it was not sent. */
	DECLINED_LATELY(    Owner.POST,        Kind.DECLINED,    Then.FAIL,       Cooldown.NONE,         false,  false,  false),
	/** Even a harmless post is declined with this preference. */
	PREFERENCE_DECLINED(Owner.PREFERENCE,  Kind.DECLINED,    Then.FAIL,       Cooldown.NONE,         false,  false,  true),

	/** The API key is unknown, revoked or may not do this. */
	BAD_KEY(            Owner.KEY,         Kind.UNAVAILABLE, Then.NEXT_KEY,   Cooldown.FIVE_MINUTES, false,  false,  true),
	/** The API key's account has no credit. */
	UNPAID(             Owner.KEY,         Kind.UNAVAILABLE, Then.NEXT_KEY,   Cooldown.FIVE_MINUTES, false,  false,  true),
	/** Too many requests or tokens with the API key lately. */
	RATE_LIMIT(         Owner.KEY,         Kind.UNAVAILABLE, Then.NEXT_KEY,   Cooldown.AS_TOLD,      false,  true,   true),
	/** The API key's quota of the day, or a proxy's budget, is used up. */
	KEY_QUOTA(          Owner.KEY,         Kind.UNAVAILABLE, Then.NEXT_KEY,   Cooldown.ONE_MINUTE,   false,  false,  true),
	/** All API keys cool down: nothing was sent. */
	KEYS_COOLING(       Owner.KEY,         Kind.UNAVAILABLE, Then.WAIT,       Cooldown.NONE,         false,  false,  false),

	/** The provider does not support the response format or a parameter. */
	UNSUPPORTED(        Owner.SETTINGS,    Kind.UNAVAILABLE, Then.ADAPT,      Cooldown.NONE,         false,  false,  true),
	/** The provider accepts no call: unknown model, wrong address or parameter. */
	MISCONFIGURED(      Owner.SETTINGS,    Kind.UNAVAILABLE, Then.FAIL,       Cooldown.AS_TOLD,      false,  false,  true),
	/** The daily cost cap, or the fleet's budget of requests or tokens, is used up. */
	BUDGET(             Owner.BUDGET,      Kind.BUDGET,      Then.FAIL,       Cooldown.NONE,         false,  false,  false),

	/** No time was left for a call: nothing was sent. */
	NO_TIME(            Owner.DEADLINE,    Kind.TIMEOUT,     Then.FAIL,       Cooldown.NONE,         false,  true,   false),
	/** The call's deadline came before its time-out. */
	CUT_SHORT(          Owner.DEADLINE,    Kind.TIMEOUT,     Then.FAIL,       Cooldown.NONE,         false,  true,   true),

	/** No labels can be read, or they contradict each other, or the ids are wrong. */
	UNREADABLE(         Owner.ANSWER,      Kind.GARBAGE,     Then.ASK_AGAIN,  Cooldown.NONE,         false,  false,  true),
	/** The body is not the one of a chat completion: most likely a wrong address. */
	NO_COMPLETION(      Owner.ANSWER,      Kind.GARBAGE,     Then.ASK_AGAIN,  Cooldown.NONE,         false,  false,  true),
	/** The answer was cut off or is empty: too little room, or too much reasoning. */
	INCOMPLETE(         Owner.ANSWER,      Kind.GARBAGE,     Then.ASK_AGAIN,  Cooldown.NONE,         false,  false,  true),
	/** The provider read far fewer tokens than were sent. */
	PROMPT_CUT(         Owner.ANSWER,      Kind.GARBAGE,     Then.ASK_AGAIN,  Cooldown.NONE,         false,  false,  true),

	/** No answer within the time-out. */
	TIMEOUT(            Owner.PROVIDER,    Kind.TIMEOUT,     Then.RETRY,      Cooldown.NONE,         true,   true,   true),
	/** Connection refused or broken, 5xx. */
	UNAVAILABLE(        Owner.PROVIDER,    Kind.UNAVAILABLE, Then.RETRY,      Cooldown.NONE,         true,   true,   true),
	/** The provider says that it is still loading the model. */
	LOADING(            Owner.PROVIDER,    Kind.UNAVAILABLE, Then.WAIT,       Cooldown.ONE_SECOND,   false,  false,  true),
	/** The circuit breaker is open: nothing was sent. */
	BREAKER_OPEN(       Owner.PROVIDER,    Kind.UNAVAILABLE, Then.FAIL,       Cooldown.NONE,         false,  false,  false),
	/** A bug in this service. */
	UNEXPECTED(         Owner.PROVIDER,    Kind.UNAVAILABLE, Then.FAIL,       Cooldown.NONE,         true,   false,  true);
	// @formatter:on

	/** Whose fault a failure is, and so who bears what follows. */
	public enum Owner {

		/** A post: its sender's quota. */
		POST,

		/** A preference: its user. */
		PREFERENCE,

		/** An API key: that key. */
		KEY,

		/** What this service is configured to send. */
		SETTINGS,

		/** The limits this service sets itself. */
		BUDGET,

		/** The caller's deadline. */
		DEADLINE,

		/** The model's answer: prompt and response format. */
		ANSWER,

		/** The provider: its circuit breaker. */
		PROVIDER

	}

	/** What is done next. */
	public enum Then {

		/** Halve the batch until the posts at fault are found. */
		SPLIT,

		/** Ask once more for half of the batch, or for a single post. */
		ASK_AGAIN,

		/** Use the next API key; if all cool down, wait for the first if time allows. */
		NEXT_KEY,

		/** Wait for the cooldown to be over, if time allows. */
		WAIT,

		/** Send another format, or without the parameter. */
		ADAPT,

		/** Send the same again after a while, within the retry budget. */
		RETRY,

		/** Nothing. */
		FAIL

	}

	/** How long the API key is not used. */
	public enum Cooldown {

		/** It is used on. */
		NONE,

		/** As long as the provider says; if it does not, 1 s, doubled each time. */
		AS_TOLD,

		/** One second. */
		ONE_SECOND,

		/** One minute, whatever the provider says. */
		ONE_MINUTE,

		/** Five minutes. */
		FIVE_MINUTES

	}

	private final Owner owner;

	private final Kind kind;

	private final Then then;

	private final Cooldown cooldown;

	private final boolean counts;

	private final boolean shrinks;

	private final boolean sent;

	Fault(Owner owner, Kind kind, Then then, Cooldown cooldown, boolean counts, boolean shrinks, boolean sent) {
		this.owner = owner;
		this.kind = kind;
		this.then = then;
		this.cooldown = cooldown;
		this.counts = counts;
		this.shrinks = shrinks;
		this.sent = sent;
	}

	/** Whose fault it is. */
	public Owner owner() {
		return this.owner;
	}

	/** The reason that users get. */
	public Kind kind() {
		return this.kind;
	}

	/** What is done next. */
	public Then then() {
		return this.then;
	}

	/** How long the API key cools down. */
	public Cooldown cooldown() {
		return this.cooldown;
	}

	/** Whether it counts for the circuit breaker. */
	public boolean countsForBreaker() {
		return this.counts;
	}

	/** Whether fewer calls should be made at a time. */
	public boolean shrinksConcurrency() {
		return this.shrinks;
	}

	/** Whether a request may have been sent, and so may have cost something. */
	public boolean sent() {
		return this.sent;
	}

	/** What stands for a kind where nothing more is known. */
	static Fault of(Kind kind) {
		return switch (kind) {
			case TIMEOUT -> CUT_SHORT;
			case UNAVAILABLE -> UNAVAILABLE;
			case BUDGET -> BUDGET;
			case GARBAGE -> UNREADABLE;
			case DECLINED -> DECLINED;
		};
	}

}
