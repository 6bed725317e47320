"""A fake broker: what py-amqp's connection and channel do, as far as we use it."""

from collections import defaultdict


class FakeChannel:
    """Takes messages; when its connection is drained, it emits the events that the test prepared."""

    def __init__(self):
        self.events = defaultdict(set)
        self.published = []
        self.confirms = False

    def confirm_select(self):
        self.confirms = True

    def basic_publish(self, message, **routing):
        self.published.append((message, routing))

    def say(self, event, *args):
        for callback in self.events[event]:
            callback(*args)


class FakeConnection:
    """Emits one prepared event each time it is drained; without one, it times out."""

    def __init__(self, channel, *answers):
        self.channel = channel
        self.answers = list(answers)

    def drain_events(self, timeout):
        if not self.answers:
            raise TimeoutError(f"nothing within {timeout:.0f} s")
        self.channel.say(*self.answers.pop(0))


class FakePublisher:
    """Keeps the messages; refuses those at the given positions of a batch."""

    def __init__(self, refused=(), dies=False):
        self.refused = set(refused)
        self.dies = dies
        self.messages = []

    def publish(self, messages):
        self.messages += messages
        if self.dies:
            raise KeyboardInterrupt
        return set(range(len(messages))) - self.refused

    @property
    def bodies(self):
        return [message.body for message in self.messages]
