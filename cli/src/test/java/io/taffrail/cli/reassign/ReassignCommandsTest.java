// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.reassign;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.taffrail.api.v1.DecommissionBrokerRequest;
import io.taffrail.api.v1.ElectLeadersRequest;
import io.taffrail.api.v1.ElectionType;
import io.taffrail.api.v1.ReassignPartitionsRequest;
import io.taffrail.cli.Cli;
import io.taffrail.cli.fake.FakeCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReassignCommandsTest {
    @TempDir private Path folder;

    private FakeCluster cluster;

    @BeforeEach
    void start() throws IOException {
        cluster = FakeCluster.start();
        cluster.createTopic("orders", 2);
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    private Cli.Result run(Object... args) {
        Stream<Object> tail = Stream.of("--bootstrap", cluster.bootstrap());
        return Cli.run(Stream.concat(Stream.of(args), tail).toArray());
    }

    private Cli.Result done(Object... args) {
        Cli.Result result = run(args);
        assertThat(result.exitCode()).as(result.err()).isZero();
        return result;
    }

    private static JsonNode json(Cli.Result result) throws IOException {
        return new ObjectMapper().readTree(result.out());
    }

    private ReassignPartitionsRequest reassignment(int n) {
        return (ReassignPartitionsRequest) cluster.changes().get(n);
    }

    private Cli.Result move(Object... more) {
        Stream<Object> command =
                Stream.of("cluster", "reassign", "--topic", "orders", "--partition", "0,1");
        return done(Stream.concat(command, Stream.of(more)).toArray());
    }

    @Test
    void movesPartitionsToTheBrokersThatAreNamed() {
        Cli.Result result = move("--to", "2,1", "--throttle", "50M");

        assertThat(result.err()).contains("moving now: 2 of 2");
        assertThat(reassignment(0).getReassignmentsList()).hasSize(2);
        assertThat(reassignment(0).getReassignments(1).getTarget().getBrokerIdsList())
                .containsExactly(2, 1);
        assertThat(reassignment(0).getThrottleBytesPerSecond()).isEqualTo(50_000_000);
    }

    @Test
    void listsWhatIsUnderWay() throws IOException {
        assertThat(done("cluster", "reassign").err()).contains("nothing is being moved");
        assertThat(done("cluster", "reassign", "-o", "json").out()).isEmpty();
        move("--to", "2,1");

        assertThat(done("cluster", "reassign").out())
                .containsPattern("orders-0 +0,2,1 +2,1 +0 +0 +300 +-")
                .contains("orders-1");
        JsonNode first = json(done("cluster", "reassign", "--topic", "orders", "-o", "json"));
        assertThat(first.get("partition").get("topic").asText()).isEqualTo("orders");
        assertThat(first.get("copiedBytes").asText()).isEqualTo("100");
    }

    @Test
    void watchEndsOnceAllIsMoved() {
        move("--to", "2,1");

        assertThat(done("cluster", "reassign", "--watch").err())
                .contains("nothing is being moved any more; seen until its end: 2");
        assertThat(done("cluster", "reassign").err()).contains("nothing is being moved");
    }

    @Test
    void takesBackWhatIsUnderWay() {
        move("--to", "2,1");

        done("cluster", "reassign", "--topic", "orders", "--partition", "1", "--cancel");

        assertThat(reassignment(1).getReassignmentsList()).hasSize(1);
        assertThat(reassignment(1).getReassignments(0).hasCancel()).isTrue();
        assertThat(done("cluster", "reassign").out()).contains("orders-0").doesNotContain("-1 ");
    }

    @Test
    void aPlanMayBeShownKeptAndThenCarriedOut() throws IOException {
        Cli.Result plan = done("cluster", "reassign", "--balance", "--dry-run", "-o", "json");
        assertThat(plan.err()).contains("replicas to copy: 2; nothing is done");
        assertThat(cluster.changes()).isEmpty();
        Path file = Files.write(folder.resolve("plan.json"), plan.output());

        done("cluster", "reassign", "--file", file);

        assertThat(reassignment(0).getReassignments(0).getPartition().getPartition()).isEqualTo(1);
        assertThat(reassignment(0).getReassignments(0).getTarget().getBrokerIdsList())
                .containsExactly(2, 1);
        assertThat(done("cluster", "reassign", "--balance").err()).contains("moving now: 1 of 1");
        assertThat(done("cluster", "reassign", "--balance", "--topic", "even").err())
                .contains("all is even already");
    }

    @Test
    void setsTheThrottleAlone() {
        assertThat(done("cluster", "reassign", "--throttle", "0").err())
                .contains("the throttle is set");
        assertThat(reassignment(0).getReassignmentsList()).isEmpty();
        assertThat(reassignment(0).hasThrottleBytesPerSecond()).isTrue();
    }

    @Test
    void whatIsRefusedIsNamedAndFailsTheCommand() throws IOException {
        Cli.Result result =
                run(
                        "cluster",
                        "reassign",
                        "--topic",
                        "orders",
                        "--partition",
                        "0,7",
                        "--to",
                        "1",
                        "-o",
                        "json");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err())
                .contains("cannot reassign orders-7", "moving now: 1 of 2, refused: 1");
        JsonNode refused = new ObjectMapper().readTree(result.lines().get(1));
        assertThat(refused.get("error").get("reason").asText()).isEqualTo("UNKNOWN_TOPIC");
        assertThat(refused.get("error").get("code").asText()).isEqualTo("NOT_FOUND");
    }

    @Test
    void electsThePreferredLeadersUntilNothingChanges() {
        Cli.Result result = done("cluster", "elect");

        assertThat(result.out()).containsPattern("orders-0 +0 +5 +yes");
        assertThat(result.err()).contains("another leader now: 1");
        assertThat(cluster.changes()).hasSize(2);
    }

    @Test
    void electsWhoIsNamed() throws IOException {
        Cli.Result result =
                done("cluster", "elect", "--topic", "orders", "--leader", "2", "-o", "json");

        assertThat(result.lines()).hasSize(2);
        JsonNode first = new ObjectMapper().readTree(result.lines().get(0));
        assertThat(first.get("leaderId").asInt()).isEqualTo(2);
        assertThat(first.get("changed").asBoolean()).isTrue();
        ElectLeadersRequest asked = (ElectLeadersRequest) cluster.changes().get(0);
        assertThat(asked.getElectionType()).isEqualTo(ElectionType.ELECTION_TYPE_CLEAN);
    }

    @Test
    void anUncleanElectionIsHeldOnlyWhereThereIsNoLeader() {
        assertThat(done("cluster", "elect", "--topic", "orders", "--unclean").err())
                .contains("another leader now: 0");
        assertThat(cluster.changes()).isEmpty();
    }

    @Test
    void waitsUntilABrokerIsEmpty() throws IOException {
        Cli.Result result = done("broker", "decommission", 8, "--throttle", "1G", "-o", "json");

        assertThat(result.err())
                .contains("broker 8 is empty: stop it, then 'taffrail broker unregister 8'");
        assertThat(json(result).get("remainingReplicaCount").asInt()).isZero();
        DecommissionBrokerRequest first = (DecommissionBrokerRequest) cluster.changes().get(0);
        assertThat(first.getThrottleBytesPerSecond()).isEqualTo(1_000_000_000);
        assertThat(cluster.changes()).hasSize(3);
    }

    @Test
    void sayHowFarABrokerIsWithoutWaiting() {
        assertThat(done("broker", "decommission", 8, "--no-wait").err())
                .contains("broker 8 still has 2 replicas, and goes on being emptied");
    }

    @Test
    void aBrokerThatCannotBeEmptiedIsAFailure() {
        Cli.Result result = run("broker", "decommission", 9);

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err()).contains("cannot move", "orders-0");
    }

    @Test
    void theEmptyingOfABrokerMayBeTakenBack() {
        assertThat(done("broker", "decommission", 9, "--cancel").err())
                .contains("broker 9 is not being emptied any more");
        assertThat(((DecommissionBrokerRequest) cluster.changes().get(0)).getCancel()).isTrue();
    }

    @Test
    void forgetsABrokerUnlessItIsAlive() {
        assertThat(done("broker", "unregister", 8).err()).contains("broker 8 is forgotten");

        Cli.Result refused = run("broker", "unregister", 0);
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.err()).contains("cannot unregister broker 0: broker 0 is alive");
    }
}
