// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.client.TaffrailClient;
import io.taffrail.client.admin.QuorumPeer;
import io.taffrail.workload.Deadline;
import java.util.List;

/**
 * A controller joins and takes the lead; the one that led is removed, starts again as one that
 * votes no more, and comes back on an empty disk, in the newcomer's place.
 *
 * @param newcomer a node id that nobody had before
 */
record ControllersReplaced(int newcomer) implements Fault {
    @Override
    public void strike(Stage stage) throws Exception {
        Operator operator = new Operator(stage.cluster());
        ClusterNode leaving = active(stage);
        ClusterNode joining = stage.cluster().addController(newcomer);
        takeIn(operator, joining);
        Deadline.await(
                "node " + newcomer + " takes the lead", // unless an election comes between
                () -> operator.run("cluster", "transfer-controller", newcomer).exitCode() == 0);
        awaitActive(stage, newcomer);
        stage.workload().awaitProgress();

        operator.done("cluster", "remove-controller", leaving.id());
        assertThat(voters(stage)).contains(newcomer).doesNotContain(leaving.id());
        stage.observer()
                .awaitCluster(
                        stage.leadership().leader().id(),
                        "names the controllers that there are now",
                        cluster ->
                                cluster.controllerIds().contains(newcomer)
                                        && !cluster.controllerIds().contains(leaving.id()));
        startAgain(stage, leaving);
        stage.workload().awaitProgress();

        comeBack(stage, operator, leaving);
        assertThat(joining.terminate()).as("exit code of the controller that left").isZero();
        stage.cluster().remove(joining);
        stage.workload().awaitProgress();
    }

    private static ClusterNode active(Stage stage) throws Exception {
        int through = stage.leadership().leader().id();
        return stage.cluster().node(stage.observer().activeController(through));
    }

    private static void takeIn(Operator operator, ClusterNode node, Object... more)
            throws Exception {
        Deadline.await(
                "node " + node.id() + " waits for a vote",
                () -> node.process().log().contains("waits to be taken in"));
        Object[] command =
                Operator.arguments(
                        List.of("cluster", "add-controller", node.id(), "--api", node.api()), more);
        Deadline.await(
                "node " + node.id() + " gets a vote", // unless an election comes between
                () -> operator.run(command).exitCode() == 0);
        node.awaitReady();
    }

    private static void awaitActive(Stage stage, int node) throws Exception {
        stage.observer()
                .awaitCluster(
                        stage.leadership().leader().id(),
                        "knows node " + node + " as the active controller",
                        cluster -> cluster.activeControllerId().orElse(-1) == node);
    }

    /** It says what it is, has no vote, and goes on as a broker. */
    private static void startAgain(Stage stage, ClusterNode removed) throws Exception {
        assertThat(removed.terminate()).as("exit code of node " + removed.id()).isZero();
        removed.start();
        Deadline.await( // it may have gone before it heard of it
                "node " + removed.id() + " knows that it was removed",
                () -> removed.process().log().contains("was removed from the controllers"));
        stage.observer().awaitInSync(removed.id(), stage.topic());
        assertThat(voters(stage)).doesNotContain(removed.id());
    }

    private void comeBack(Stage stage, Operator operator, ClusterNode removed) throws Exception {
        removed.kill();
        removed.loseDisk();
        stage.observer()
                .awaitFenced(stage.observer().otherThan(removed.id(), newcomer), removed.id());
        operator.done("cluster", "replace-disk", removed.id());
        removed.launch();
        takeIn(operator, removed, "--replaces", newcomer);
        assertThat(voters(stage)).contains(removed.id()).doesNotContain(newcomer);
    }

    private static List<Integer> voters(Stage stage) throws Exception {
        return TaffrailClient.await(
                        stage.observer()
                                .through(stage.leadership().leader().id())
                                .admin()
                                .describeQuorum())
                .peers()
                .stream()
                .filter(peer -> peer.role() != QuorumPeer.Role.STAGED)
                .map(QuorumPeer::nodeId)
                .toList();
    }

    @Override
    public String toString() {
        return "CONTROLLERS_REPLACED";
    }
}
