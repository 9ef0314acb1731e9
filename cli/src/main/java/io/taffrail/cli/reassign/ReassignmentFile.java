// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.reassign;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.taffrail.cli.CommandFailedException;
import io.taffrail.client.PartitionRef;
import io.taffrail.client.admin.PartitionReassignment;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Moves out of JSON, as {@code --balance --dry-run -o json} writes them: an object with {@code
 * reassignments}, each with {@code partition} (of {@code topic}, {@code partition}) and {@code
 * target} (of {@code brokerIds}).
 */
final class ReassignmentFile {
    private static final JsonFactory JSON = new JsonFactory();

    private final JsonParser json;
    private final List<PartitionReassignment> found = new ArrayList<>();

    private ReassignmentFile(JsonParser json) {
        this.json = json;
    }

    /**
     * Reads all.
     *
     * @param name of the file, for messages
     * @throws CommandFailedException naming the file, the line, and what is wrong there
     */
    static List<PartitionReassignment> read(InputStream in, String name) throws IOException {
        try (JsonParser json = JSON.createParser(in)) {
            ReassignmentFile file = new ReassignmentFile(json);
            try {
                file.readAll();
                return file.found;
            } catch (JsonProcessingException | IllegalArgumentException e) {
                String what =
                        e instanceof JsonProcessingException broken
                                ? broken.getOriginalMessage()
                                : e.getMessage();
                throw new CommandFailedException(
                        "%s: line %d: %s".formatted(name, json.currentLocation().getLineNr(), what),
                        e);
            }
        }
    }

    private void readAll() throws IOException {
        json.nextToken();
        require(JsonToken.START_OBJECT, "an object");
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String field = json.currentName();
            json.nextToken();
            switch (field) {
                case "reassignments" -> readReassignments();
                case "movedReplicaCount" -> json.skipChildren(); // a plan says it, for people
                default -> throw unknown(field);
            }
        }
        require(JsonToken.END_OBJECT, "the end of the object");
    }

    private void readReassignments() throws IOException {
        require(JsonToken.START_ARRAY, "a list");
        while (json.nextToken() != JsonToken.END_ARRAY) {
            found.add(readReassignment());
        }
    }

    private PartitionReassignment readReassignment() throws IOException {
        require(JsonToken.START_OBJECT, "an object");
        PartitionRef partition = null;
        List<Integer> target = null;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String field = json.currentName();
            json.nextToken();
            switch (field) {
                case "partition" -> partition = readPartition();
                case "target" -> target = readTarget();
                default -> throw unknown(field);
            }
        }
        if (partition == null || target == null) {
            throw new IllegalArgumentException("'partition' or 'target' is missing");
        }
        return PartitionReassignment.to(partition, target);
    }

    private PartitionRef readPartition() throws IOException {
        require(JsonToken.START_OBJECT, "an object");
        String topic = "";
        int partition = 0; // as in protobuf's JSON, which may leave a zero out
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String field = json.currentName();
            json.nextToken();
            switch (field) {
                case "topic" -> topic = text();
                case "partition" -> partition = number();
                default -> throw unknown(field);
            }
        }
        return PartitionRef.of(topic, partition);
    }

    private List<Integer> readTarget() throws IOException {
        require(JsonToken.START_OBJECT, "an object");
        List<Integer> brokerIds = new ArrayList<>();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String field = json.currentName();
            if (!field.equals("brokerIds")) {
                throw unknown(field);
            }
            json.nextToken();
            require(JsonToken.START_ARRAY, "a list");
            while (json.nextToken() != JsonToken.END_ARRAY) {
                brokerIds.add(number());
            }
        }
        if (brokerIds.isEmpty()) {
            throw new IllegalArgumentException("'brokerIds' is missing or empty");
        }
        return brokerIds;
    }

    private String text() throws IOException {
        require(JsonToken.VALUE_STRING, "a text");
        return json.getText();
    }

    private int number() throws IOException {
        require(JsonToken.VALUE_NUMBER_INT, "a number");
        return json.getIntValue();
    }

    private void require(JsonToken wanted, String what) {
        if (json.currentToken() != wanted) {
            throw new IllegalArgumentException("here must be " + what);
        }
    }

    private static IllegalArgumentException unknown(String field) {
        return new IllegalArgumentException("'" + field + "' is not known here");
    }
}
