/** The workload as requests on the wire, and the answers to them checked. */
@NullMarked
package io.clearview.bench.traffic;

import org.jspecify.annotations.NullMarked;
