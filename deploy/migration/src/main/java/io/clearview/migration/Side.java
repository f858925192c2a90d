package io.clearview.migration;

import io.clearview.e2e.client.JsonResponse;

/**
 * Who served a request, as the front says in {@code X-ClearView-Side}.
 *
 * @param isNew whether it was the new system
 * @param share percentage of users on the new system at that time, as given to
 * {@code route}; empty when the migration is over
 * @param instead whether the other side could not serve it
 */
record Side(boolean isNew, String share, boolean instead) {

	private static final String SHARE = "share=";

	static Side of(JsonResponse answer) {
		String[] parts = answer.header("X-ClearView-Side").split("; ");
		return (parts.length < 2) ? new Side(true, "", false)
				: new Side(parts[0].equals("new"), parts[1].substring(SHARE.length()), parts.length > 2);
	}

}
