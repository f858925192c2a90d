package io.clearview.gateway.admin;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Something that has to be answered for.
 *
 * @param when at the wall clock of the instance that saw it
 * @param who {@code key:<id>}, {@code address:<hash>}, {@code device:<hash>} or
 * {@code system}
 * @param what the act
 * @param whom the user, the ring or the path it was done to; empty when there is none
 * @param outcome {@code attempted}, {@code done}, {@code refused} or {@code failed}
 * @param detail what else there is to know; no secret
 * @param correlationId the name of the request, or of what set it off
 */
record AuditEvent(Instant when, String who, String what, String whom, String outcome, String detail,
		String correlationId) {

	/** As a stream entry has it. */
	Map<String, String> fields() {
		Map<String, String> fields = new LinkedHashMap<>();
		fields.put("when", this.when.toString());
		fields.put("who", this.who);
		fields.put("what", this.what);
		fields.put("whom", this.whom);
		fields.put("outcome", this.outcome);
		fields.put("detail", this.detail);
		fields.put("correlationId", this.correlationId);
		return fields;
	}

}
