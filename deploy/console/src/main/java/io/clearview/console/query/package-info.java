/**
 * A history of the services' metrics, and as much of PromQL as dashboards and rules use.
 */
@NullMarked
package io.clearview.console.query;

import org.jspecify.annotations.NullMarked;
