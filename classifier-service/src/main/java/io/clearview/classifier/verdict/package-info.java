/**
 * Verdicts by what was judged: keys, near-cache, shared cache, single-flight.
 *
 * <pre>
 * api.Pipeline -- Questions --&gt; Verdicts = CachedVerdicts -- lookup --&gt; NearCache, SharedCache
 *                                  |
 *                               Judging   one JudgeRequest, one timer, Outcomes to its listener
 *                                  |
 *                             SingleFlight   joins posts that others are having judged
 *                                  |
 *                               Purchase   the others together: claims, then one Submission
 *                                  |
 *                             batch.Batcher
 * </pre>
 */
@NullMarked
package io.clearview.classifier.verdict;

import org.jspecify.annotations.NullMarked;
