package io.clearview.classifier.verdict;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What the durable store keeps of verdicts.
 *
 * @param verdicts whether it keeps them, where there is a durable store
 */
@ConfigurationProperties("clearview.durable")
record DurableVerdictProperties(@DefaultValue("false") boolean verdicts) {
}
