// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.cluster.Fault.Stage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Controllers and brokers on nodes of their own: each kind fails, and clients go on. */
@Timeout(400)
@Tag("soak")
class RolesApartIT {
    @TempDir private Path folder;

    @Test
    void eitherKindFailsOver() throws Exception {
        survive(3, 1);
    }

    @Test
    void fiveControllersDoWithoutTwo() throws Exception {
        survive(5, 2);
    }

    /** Kills the active controller, and so many in all, at once; then a leader. */
    private void survive(int controllers, int killed) throws Exception {
        Set<Integer> voters = ids(10, controllers);
        ClusterLayout layout =
                ClusterLayout.combined(3).withControllers(voters).withBrokers(Set.of(0, 1, 2));
        try (ClusterProcesses cluster = ClusterProcesses.start(folder, layout);
                Observer observer = new Observer(cluster);
                Workload workload = Workload.begin(cluster, FaultyCluster.topic("apart", 3, 0))) {
            workload.awaitProgress();
            Stage stage = new Stage(cluster, observer, workload);
            List<ClusterNode> victims = victims(stage, voters, killed);
            for (ClusterNode victim : victims) {
                victim.kill();
            }
            stage.observer()
                    .awaitCluster(
                            0,
                            "has an active controller that lives",
                            seen -> lives(stage, seen.activeControllerId().orElse(-1)));
            NodeFaults.KILLED_LEADER.strike(stage);
            for (ClusterNode victim : victims) {
                victim.launch();
            }
            for (ClusterNode victim : victims) {
                victim.awaitReady();
            }
            for (int broker = 0; broker < 3; broker++) {
                observer.awaitInSync(broker, workload.name());
            }
            new Operator(cluster).awaitHealthy();
            assertThat(workload.judge()).isEmpty();
            assertThat(workload.failures()).isEmpty();
        }
    }

    private static Set<Integer> ids(int first, int count) {
        List<Integer> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ids.add(first + i);
        }
        return Set.copyOf(ids);
    }

    private static List<ClusterNode> victims(Stage stage, Set<Integer> voters, int count)
            throws Exception {
        int active = stage.observer().activeController(0);
        List<ClusterNode> victims = new ArrayList<>(List.of(stage.cluster().node(active)));
        voters.stream()
                .filter(id -> id != active)
                .limit(count - 1L)
                .forEach(id -> victims.add(stage.cluster().node(id)));
        return victims;
    }

    private static boolean lives(Stage stage, int node) {
        return stage.cluster().nodes().stream()
                .anyMatch(each -> each.id() == node && each.isAlive());
    }
}
