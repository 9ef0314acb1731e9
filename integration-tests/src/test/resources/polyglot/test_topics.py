# SPDX-License-Identifier: Apache-2.0
import grpc
from taffrail.v1 import admin_service_pb2

from server import DEADLINE_S
from server import ServerTest


class TopicsTest(ServerTest):
    def test_creates_and_describes_a_topic(self):
        name = self.new_topic(partition_count=3, **{"retention.ms": "3600000"})
        response = self.admin.DescribeTopic(
            admin_service_pb2.DescribeTopicRequest(topic=name), timeout=DEADLINE_S
        )
        self.assertEqual(name, response.topic.topic)
        self.assertEqual([0, 1, 2], [each.partition for each in response.topic.partitions])
        configs = {each.name: each.value for each in response.topic.configs}
        self.assertEqual("3600000", configs["retention.ms"])

    def test_lists_topics_a_page_at_a_time(self):
        names = {self.new_topic() for _ in range(3)}
        listed = []
        request = admin_service_pb2.ListTopicsRequest(page_size=2, name_prefix="python-")
        while True:
            page = self.admin.ListTopics(request, timeout=DEADLINE_S)
            self.assertLessEqual(len(page.topics), 2)
            listed += [each.topic for each in page.topics]
            request.page_token = page.next_page_token
            if not request.page_token:
                break
        self.assertLessEqual(names, set(listed))

    def test_is_told_that_a_name_is_taken(self):
        name = self.new_topic()
        failure = self.failure_of(
            self.admin.CreateTopic, admin_service_pb2.CreateTopicRequest(topic=name)
        )
        self.assertEqual(grpc.StatusCode.ALREADY_EXISTS.value[0], failure.code)
        self.assertEqual("TOPIC_EXISTS", failure.info.reason)
        self.assertIn(name, failure.message)

    def test_is_told_which_setting_is_wrong(self):
        request = admin_service_pb2.CreateTopicRequest(
            topic="python-never", configs={"retention.ms": "soon"}
        )
        failure = self.failure_of(self.admin.CreateTopic, request)
        self.assertEqual("INVALID_CONFIG", failure.info.reason)
        self.assertIn("retention.ms", failure.bad_request.field_violations[0].field)
        self.assertIn("soon", failure.message)
