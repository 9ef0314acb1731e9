// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.topic;

import io.taffrail.model.TopicPartition;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A topic's name as an argument; one that no topic can have is a wrong call. */
public final class TopicName implements ITypeConverter<String> {
    @Override
    public String convert(String name) {
        try {
            TopicPartition.requireTopicName(name);
            return name;
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }
}
