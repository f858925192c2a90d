/**
 * The two Redis roles, and the guard that keeps either from slowing a request down.
 * Others inject {@link io.clearview.kit.redis.Redis} qualified as {@code redisState} or
 * {@code redisCache} and send commands, or a {@link io.clearview.kit.redis.LuaScript},
 * through it.
 */
@NullMarked
package io.clearview.classifier.redis;

import org.jspecify.annotations.NullMarked;
