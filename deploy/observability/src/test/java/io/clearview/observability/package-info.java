/** What is watched, checked: rules, dashboards and the pages that explain them. */
@NullMarked
package io.clearview.observability;

import org.jspecify.annotations.NullMarked;
