// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** What a host as written says about who can reach it. Nothing is looked up. */
final class Hosts {
    private static final String OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    private static final Pattern IPV4 = Pattern.compile(OCTET + "(\\." + OCTET + "){3}");

    private Hosts() {}

    /** Every address of the machine: to listen on, not to connect to. */
    static boolean isWildcard(String host) {
        return literal(host).filter(InetAddress::isAnyLocalAddress).isPresent();
    }

    /** Reached from this machine alone. A name other than localhost may be anything. */
    static boolean isLoopback(String host) {
        return host.toLowerCase(Locale.ROOT).equals("localhost")
                || literal(host).filter(InetAddress::isLoopbackAddress).isPresent();
    }

    private static Optional<InetAddress> literal(String host) {
        String withoutScope = host.split("%", 2)[0];
        if (!IPV4.matcher(host).matches() && host.indexOf(':') < 0) {
            return Optional.empty(); // a name, which getByName would look up
        }
        try {
            return Optional.of(InetAddress.getByName(withoutScope));
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }
}
