/** Results as a table, Markdown, JSON and plots. */
@NullMarked
package io.clearview.bench.report;

import org.jspecify.annotations.NullMarked;
