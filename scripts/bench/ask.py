"""A web client that takes next to nothing itself: sends prepared requests from the page cache and drops the answers within the kernel.

ask.py PORT SIDE FOLDER

Each file of FOLDER, in the order of their names, is one whole HTTP/1.1 request. SIDE processes share them, each on a connection of
its own. Prints the seconds from the first request to the last answer, the median of the seconds that one took, and the bytes of the answers'
bodies; ends with 1 where an answer is not 200.
"""
import multiprocessing
import os
import socket
import statistics
import sys
import time

# Bytes that recv(2) with MSG_TRUNC drops at once: they are never copied to us.
DROPPED = bytearray(1 << 20)


class Answers:
    """Answers on one connection, one after the other."""

    def __init__(self, port):
        self.port = port
        self.peer = None

    def connect(self):
        self.peer = socket.create_connection(('127.0.0.1', self.port))
        self.peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.peer.settimeout(300)
        self.held = b''

    def more(self):
        chunk = self.peer.recv(512)
        if not chunk:
            raise ConnectionError('the server closed the connection')
        self.held += chunk

    def until(self, mark):
        while mark not in self.held:
            self.more()
        text, self.held = self.held.split(mark, 1)
        return text

    def skip(self, length):
        used = min(length, len(self.held))
        self.held = self.held[used:]
        left = length - used
        while left:
            dropped = self.peer.recv_into(DROPPED, min(left, len(DROPPED)), socket.MSG_TRUNC)
            if not dropped:
                raise ConnectionError('the server closed the connection within an answer')
            left -= dropped
        return length

    def until_closed(self):
        length = len(self.held)
        while True:
            dropped = self.peer.recv_into(DROPPED, len(DROPPED), socket.MSG_TRUNC)
            if not dropped:
                return length
            length += dropped

    def body(self, fields):
        if b'content-length' in fields:
            return self.skip(int(fields[b'content-length']))
        if fields.get(b'transfer-encoding', b'').lower() != b'chunked':
            return self.until_closed()
        length = 0
        while True:
            size = int(self.until(b'\r\n').split(b';')[0], 16)
            length += self.skip(size)
            self.skip(2)
            if size == 0:
                return length

    def answer(self):
        head = self.until(b'\r\n\r\n').split(b'\r\n')
        status = head[0].split(b' ')[1]
        fields = {}
        for line in head[1:]:
            name, _, value = line.partition(b':')
            fields[name.strip().lower()] = value.strip()
        length = self.body(fields)
        if status != b'200':
            raise SystemExit(f'answered with {status.decode()}')
        if fields.get(b'connection', b'').lower() == b'close':
            self.peer.close()
            self.peer = None
        return length

    def ask(self, path):
        for attempt in (1, 2):
            fresh = self.peer is None
            if fresh:
                self.connect()
            try:
                with open(path, 'rb') as file:
                    self.peer.sendfile(file)
                return self.answer()
            except (ConnectionError, BrokenPipeError):
                # A server may close a connection just as it is used again: that says nothing about the request.
                if fresh or attempt == 2:
                    raise
                self.peer = None


def work(port, paths, start, results):
    answers = Answers(port)
    answers.connect()
    start.wait()
    length, times = 0, [time.monotonic()]
    for path in paths:
        length += answers.ask(path)
        times.append(time.monotonic())
    results.put((length, times))


def main(port, side, folder):
    paths = [os.path.join(folder, name) for name in sorted(os.listdir(folder))]
    start = multiprocessing.Barrier(side)
    results = multiprocessing.SimpleQueue()
    workers = [multiprocessing.Process(target=work, args=(port, paths[share::side], start, results)) for share in range(side)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if any(worker.exitcode for worker in workers):
        raise SystemExit(1)
    done = [results.get() for _ in workers]
    seconds = max(times[-1] for _, times in done) - min(times[0] for _, times in done)
    each = [after - before for _, times in done for before, after in zip(times, times[1:])]
    print(seconds, statistics.median(each), sum(length for length, _ in done))


main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
