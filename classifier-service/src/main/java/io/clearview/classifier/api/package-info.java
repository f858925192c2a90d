/**
 * What the gateway calls: parse, validate, run a request through quota, verdicts and
 * model, answer.
 */
@NullMarked
package io.clearview.classifier.api;

import org.jspecify.annotations.NullMarked;
