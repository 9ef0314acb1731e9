// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.reassign;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taffrail.cli.CommandFailedException;
import io.taffrail.client.PartitionRef;
import io.taffrail.client.admin.PartitionReassignment;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReassignmentFileTest {
    private static List<PartitionReassignment> read(String text) throws IOException {
        return ReassignmentFile.read(new ByteArrayInputStream(text.getBytes(UTF_8)), "moves.json");
    }

    @Test
    void readsWhatAPlanSays() throws IOException {
        String text =
                """
                {"reassignments": [
                  {"partition": {"topic": "orders"}, "target": {"brokerIds": [1, 2]}},
                  {"target": {"brokerIds": [3]}, "partition": {"topic": "a.b", "partition": 7}}
                ], "movedReplicaCount": 3}
                """;

        assertThat(read(text))
                .containsExactly(
                        PartitionReassignment.to(PartitionRef.of("orders", 0), List.of(1, 2)),
                        PartitionReassignment.to(PartitionRef.of("a.b", 7), List.of(3)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[] | here must be an object",
                "{\"reassignments\": {}} | here must be a list",
                "{\"moves\": []} | 'moves' is not known here",
                "{\"reassignments\": [{\"partition\": {\"topic\": \"t\"}}]} | is missing",
                "{\"reassignments\": [{\"partition\": {\"topic\": \"a/b\"}}]} | a/b",
                "{\"reassignments\": [{\"partition\": {\"topic\": 1}}]} | here must be a text",
                "{\"reassignments\": [{\"target\": {\"brokerIds\": []}}]} | empty",
                "{\"reassignments\": [{\"target\": {\"brokerIds\": [\"1\"]}}]} | a number",
                "{\"reassignments\": [ | end-of-input"
            })
    void saysWhereAFileIsWrong(String text, String words) {
        assertThatThrownBy(() -> read("\n" + text))
                .isInstanceOf(CommandFailedException.class)
                .hasMessageStartingWith("moves.json: line 2: ")
                .hasMessageContaining(words);
    }
}
