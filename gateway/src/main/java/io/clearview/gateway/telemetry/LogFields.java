package io.clearview.gateway.telemetry;

import io.clearview.kit.telemetry.CommonLogFields;

/** Names of the fields that log events of this service carry beside their message. */
public final class LogFields extends CommonLogFields {

	/** Whose act an audit event is: a key's id, or the hash of an address or device. */
	public static final String AUDIT_WHO = "auditWho";

	/** The act of an audit event. */
	public static final String AUDIT_WHAT = "auditWhat";

	/** To whom or what it was done: a user's ID, a key ring, a path. */
	public static final String AUDIT_WHOM = "auditWhom";

	/** How it ended: attempted, done, refused, failed. */
	public static final String AUDIT_OUTCOME = "auditOutcome";

	/** What else there is to know of an audit event. */
	public static final String AUDIT_DETAIL = "auditDetail";

	/**
	 * {@code auth}, {@code classify}, {@code quota}, {@code health}, {@code admin} or
	 * {@code other}.
	 */
	public static final String ENDPOINT = "endpoint";

	/** Counting the request against limits, in milliseconds. */
	public static final String LIMITS_MS = "limitsMs";

	/** From asking the classifier to the end of its answer, in milliseconds. */
	public static final String CLASSIFIER_MS = "classifierMs";

	/** Why every post was shown without being judged; see {@link Metrics#FAILED_OPEN}. */
	public static final String FAILED_OPEN = "failedOpen";

	/** What the user saw instead of labels: {@code everything} or {@code error}. */
	public static final String USER_SAW = "userSaw";

	private LogFields() {
	}

}
