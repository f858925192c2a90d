package io.clearview.gateway.token;

import java.util.List;

/**
 * Who signs up, as the limits see it. Every name is a keyed hash of 32 hex digits whose
 * key changes at 00:00 UTC, that of networks on Mondays only.
 *
 * @param name the device
 * @param area the widest network, which all keys of its buckets share as hash tag
 * @param networks what is around the device, from small to large
 * @param six whether the address is one of IPv6
 */
record Device(String name, String area, List<String> networks, boolean six) {
}
