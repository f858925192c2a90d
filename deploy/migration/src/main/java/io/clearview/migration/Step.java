package io.clearview.migration;

/**
 * A step of the night.
 *
 * @param name for a person
 * @param command what the operator does, or what happens
 * @param unjudgedAt the share in force at which posts may be shown unjudged, because that
 * is what is broken; empty for none
 * @param copied whether every post that the old backend grants must be charged by the new
 * system as well
 * @param readable whether the new system can say what it has charged
 */
record Step(String name, String command, String unjudgedAt, boolean copied, boolean readable) {

	/** One in which all is well and copies are sent throughout. */
	static Step of(String name, String command) {
		return new Step(name, command, "", true, true);
	}

	/** Copies are not sent, or not all of the time. */
	Step withoutCopies() {
		return new Step(this.name, this.command, this.unjudgedAt, false, this.readable);
	}

	/** The new system does not answer. */
	Step unreadable() {
		return new Step(this.name, this.command, this.unjudgedAt, false, false);
	}

	/**
	 * The new system answers without labels, and does not say what it has charged, for
	 * who is sent there at this share.
	 */
	Step mayBeUnjudgedAt(String share) {
		return new Step(this.name, this.command, share, false, false);
	}

}
