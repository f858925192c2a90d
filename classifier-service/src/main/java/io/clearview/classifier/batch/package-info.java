/**
 * Gathers posts that share a preference into calls to the model.
 *
 * <pre>
 * verdict.Purchase -- Submission (posts of a request) --&gt; Batcher
 *                                                           |
 *                          QueueingBatcher: inbox, one timer a request, calls
 *                             |            |             |            |
 *                          Queues      CallTimes     AimdLimit       Call --&gt; model.Model
 *                             |        (admission    (calls at
 *                     PreferenceQueue   by time)      a time)
 *                     of Tickets (posts)
 * </pre>
 */
@NullMarked
package io.clearview.classifier.batch;

import org.jspecify.annotations.NullMarked;
