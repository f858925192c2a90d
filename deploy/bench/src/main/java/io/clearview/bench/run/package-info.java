/** The benchmark: stack, scenarios, baselines, soak. */
@NullMarked
package io.clearview.bench.run;

import org.jspecify.annotations.NullMarked;
