// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.config;

import io.taffrail.model.HostPort;
import io.taffrail.model.config.TopicSetting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What the values of a key are.
 *
 * @param allowed which there are, with the unit, for people
 */
record ValueType<T>(String allowed, Function<String, T> parser) {
    /**
     * Reads a value.
     *
     * @throws IllegalArgumentException saying what is allowed
     */
    T parse(String text) {
        return parser.apply(text);
    }

    /** A type of which everything is allowed that {@code reader} reads without an exception. */
    private static <T> ValueType<T> of(String allowed, Function<String, T> reader) {
        return new ValueType<>(
                allowed,
                text -> {
                    try {
                        return reader.apply(text);
                    } catch (RuntimeException e) {
                        throw new IllegalArgumentException(allowed, e);
                    }
                });
    }

    private static <T> T require(T value, Predicate<T> rule) {
        if (!rule.test(value)) {
            throw new IllegalArgumentException();
        }
        return value;
    }

    static ValueType<Integer> count(int least, int most) {
        return of(
                least + " to " + most,
                text -> require(Integer.parseInt(text), value -> value >= least && value <= most));
    }

    static ValueType<Long> bytes(long least, long most) {
        return of(
                least + " to " + most + " bytes",
                text -> require(Long.parseLong(text), value -> value >= least && value <= most));
    }

    static ValueType<Duration> millis(Duration least, Duration most) {
        return of(
                least.toMillis() + " to " + most.toMillis() + " milliseconds",
                text ->
                        require(
                                Duration.ofMillis(Long.parseLong(text)),
                                value ->
                                        value.compareTo(least) >= 0 && value.compareTo(most) <= 0));
    }

    static ValueType<Boolean> flag() {
        return of(
                "true or false",
                text -> require(text, List.of("true", "false")::contains).equals("true"));
    }

    static <E extends Enum<E>> ValueType<E> oneOf(Class<E> values) {
        return of(
                Arrays.stream(values.getEnumConstants())
                        .map(ValueType::lowerCase)
                        .collect(Collectors.joining(" or ")),
                text -> named(values, text));
    }

    static <E extends Enum<E>> ValueType<Set<E>> someOf(Class<E> values) {
        return of(
                Arrays.stream(values.getEnumConstants())
                                .map(ValueType::lowerCase)
                                .collect(Collectors.joining(", "))
                        + ", or several, separated by commas",
                text -> {
                    Set<E> set = EnumSet.noneOf(values);
                    for (String item : text.split(",", -1)) {
                        require(named(values, item.strip()), set::add);
                    }
                    return set;
                });
    }

    private static <E extends Enum<E>> E named(Class<E> values, String text) {
        return Arrays.stream(values.getEnumConstants())
                .filter(value -> lowerCase(value).equals(text))
                .findFirst()
                .orElseThrow();
    }

    private static String lowerCase(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    static ValueType<Path> directory() {
        return of("a path", text -> Path.of(require(text, value -> !value.isBlank())));
    }

    static ValueType<Optional<String>> optionalName() {
        return of(
                "empty, or up to 255 characters without spaces",
                text ->
                        text.isEmpty()
                                ? Optional.empty()
                                : Optional.of(
                                        require(text, value -> value.matches("[!-~]{1,255}"))));
    }

    /** Where to listen. */
    static ValueType<HostPort> listenAddress() {
        return of("host:port, an IPv6 address in brackets; port 0: a free one", HostPort::parse);
    }

    /** Where others are to connect to. */
    static ValueType<Optional<HostPort>> advertisedAddress() {
        return of(
                "empty, or host:port that others can connect to: not 0.0.0.0 or [::], not port 0;"
                        + " an IPv6 address in brackets",
                text ->
                        text.isEmpty()
                                ? Optional.empty()
                                : Optional.of(
                                        require(
                                                HostPort.parse(text),
                                                address ->
                                                        address.port() != 0
                                                                && !Hosts.isWildcard(
                                                                        address.host()))));
    }

    static ValueType<List<ControllerAddress>> controllers() {
        return of(
                "empty, or a list of id@host:raftPort:apiPort, separated by commas, each id and"
                        + " each address once, none of them 0.0.0.0 or [::]; an IPv6 address in"
                        + " brackets",
                text -> text.isEmpty() ? List.of() : controllers(text.split(",", -1)));
    }

    private static List<ControllerAddress> controllers(String[] items) {
        Set<Object> seen = new HashSet<>();
        return Arrays.stream(items)
                .map(item -> ControllerAddress.parse(item.strip()))
                .map(each -> require(each, one -> !Hosts.isWildcard(one.host())))
                .map(each -> require(each, one -> seen.add(one.id()) && seen.add(one.raft())))
                .toList();
    }

    /** The value of a topic's setting, which has its own rule. */
    static ValueType<String> topicSetting(TopicSetting setting) {
        return new ValueType<>(
                "",
                text -> {
                    Optional<String> problem = setting.problemWith(text);
                    if (problem.isPresent()) {
                        String beginning = setting.key() + " is '" + text + "': allowed is ";
                        throw new IllegalArgumentException(
                                problem.get().substring(beginning.length()));
                    }
                    return text;
                });
    }
}
