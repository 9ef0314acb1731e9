// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.controller;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.taffrail.api.v1.AddControllerRequest;
import io.taffrail.api.v1.RemoveControllerRequest;
import io.taffrail.api.v1.ReplaceDiskRequest;
import io.taffrail.cli.Cli;
import io.taffrail.cli.fake.FakeCluster;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ControllerCommandsTest {
    private FakeCluster cluster;

    @BeforeEach
    void start() throws IOException {
        cluster = FakeCluster.start();
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    private Cli.Result run(Object... args) {
        Stream<Object> tail = Stream.of("--bootstrap", cluster.bootstrap());
        return Cli.run(
                Stream.of(Stream.of("cluster"), Stream.of(args), tail)
                        .flatMap(part -> part)
                        .toArray());
    }

    private Cli.Result done(Object... args) {
        Cli.Result result = run(args);
        assertThat(result.exitCode()).as(result.err()).isZero();
        return result;
    }

    @Test
    void addsANodeWhoseBrokerSaysWhereItIs() {
        assertThat(done("add-controller", 0).out()).containsPattern("0 +follower");

        AddControllerRequest asked = (AddControllerRequest) cluster.changes().get(0);
        assertThat(asked.getApiAddress()).isEqualTo(cluster.bootstrap());
        assertThat(asked.getRaftAddress()).isEmpty();
        assertThat(asked.getDirectoryId()).isEmpty();
        assertThat(asked.hasReplaces()).isFalse();
    }

    @Test
    void addsANodeInThePlaceOfAnother() {
        done("add-controller", 5, "--api", "h:1", "--raft", "h:2", "--replaces", 2);

        AddControllerRequest asked = (AddControllerRequest) cluster.changes().get(0);
        assertThat(asked.getApiAddress()).isEqualTo("h:1");
        assertThat(asked.getRaftAddress()).isEqualTo("h:2");
        assertThat(asked.getReplaces().getNodeId()).isEqualTo(2);
        assertThat(asked.getReplaces().getDirectoryId()).startsWith("9d1c5e43");
    }

    @Test
    void aNodeOfWhichNothingIsKnownNeedsItsAddress() {
        Cli.Result result = run("add-controller", 5);

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err()).contains("no broker has the id 5", "--api");
    }

    @Test
    void removesAControllerByItsNodeId() {
        done("remove-controller", 1);

        RemoveControllerRequest asked = (RemoveControllerRequest) cluster.changes().get(0);
        assertThat(asked.getController().getNodeId()).isEqualTo(1);
        assertThat(asked.getController().getDirectoryId()).isNotEmpty();
        assertThat(run("remove-controller", 7).err()).contains("node 7 is no controller");
    }

    @Test
    void handsTheDutiesToAnother() throws IOException {
        assertThat(done("transfer-controller").err()).contains("node 1 is active now, in term 7");
        JsonNode json =
                new ObjectMapper().readTree(done("transfer-controller", 2, "-o", "json").out());
        assertThat(json.get("leaderId").asInt()).isEqualTo(2);
        assertThat(json.get("term").asText()).isEqualTo("7");
    }

    @Test
    void aDiskThatIsInUseIsNotReplaced() {
        for (int node : new int[] {0, 1}) {
            Cli.Result result = run("replace-disk", node);
            assertThat(result.exitCode()).isEqualTo(1);
            assertThat(result.err()).contains("its disk is in use");
        }
        assertThat(run("replace-disk", 7).err()).contains("node 7 is not known");
        assertThat(cluster.changes()).isEmpty();
    }

    @Test
    void aLostDiskIsReplacedForTheControllerAndForTheBroker() {
        cluster.brokerIsUp(2, "127.0.0.1:9850");
        cluster.brokerIsDown(2);

        Cli.Result result = done("replace-disk", 2);

        AddControllerRequest asked = (AddControllerRequest) cluster.changes().get(1);
        assertThat(asked.getNodeId()).isEqualTo(2);
        assertThat(asked.getRaftAddress()).isEqualTo("127.0.0.1:9851");
        assertThat(asked.getReplaces().getDirectoryId()).startsWith("9d1c5e43");
        assertThat(((ReplaceDiskRequest) cluster.changes().get(0)).getNodeId()).isEqualTo(2);
        assertThat(result.err())
                .contains("controller 2: the disk that it runs on has its vote")
                .contains("replicas to be filled anew: 12")
                .contains("have no leader: orders-0");
    }

    @Test
    void theVoteWaitsForTheNodeToRunOnItsNewDisk() {
        cluster.controllerAnswersAfter(2);

        Cli.Result result = done("replace-disk", 2);

        assertThat(result.err())
                .containsSubsequence(
                        "its vote waits for its new disk, 60 s at most: start the node now",
                        "the disk that it runs on has its vote");
    }

    @Test
    void theVoteWaitsNoLongerThanItIsTold() {
        cluster.controllerAnswersAfter(Integer.MAX_VALUE);

        Cli.Result result = run("replace-disk", 2, "--wait", 0);

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err())
                .contains("controller 2 has no vote yet", "no controller answers there")
                .contains("repeat this command");
    }
}
