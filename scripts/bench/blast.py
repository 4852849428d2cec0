"""A load generator that takes next to nothing itself: sends PDUs that were prepared, from the page cache to the socket without a copy.

blast.py store PORT FOLDER ASSOCIATIONS                C-STOREs a second, of objects that were sent once before
blast.py once PORT FOLDER ASSOCIATIONS TITLE DELAY     C-STOREs a second, each object sent once, to that AE title
blast.py echo PORT FOLDER CLIENTS SECONDS              associations with C-ECHO a second, each client one after the other

FOLDER holds associate.pdu, echo.pdu, release.pdu, store/*.pdu (PDUs of 128 KiB) and short/*.pdu (of 16 KiB, for who takes no
longer ones). DELAY: `nodelay`, or `nagle` to leave Nagle's algorithm on. One process for each association or client.
"""
import multiprocessing
import os
import socket
import struct
import sys
import time

STATUS = b'\x00\x00\x00\x09\x02\x00\x00\x00'


def pdu(peer, kind):
    header = receive(peer, 6)
    body = receive(peer, struct.unpack('>I', header[2:])[0])
    if header[0] != kind:
        raise SystemExit(f'PDU of type {header[0]} instead of {kind}: {body.hex()}')
    return body


def receive(peer, length):
    received = peer.recv(length)
    while len(received) < length:
        more = peer.recv(length - len(received))
        if not more:
            raise SystemExit('the peer closed the connection')
        received += more
    return received


def succeeded(body):
    at = body.rfind(STATUS)  # from the end: a message ID may look like it
    if at < 0 or body[at + 8:at + 10] != b'\0\0':
        raise SystemExit(f'no success: {body.hex()}')


def connect(port, delay='nodelay'):
    peer = socket.create_connection(('127.0.0.1', port))
    peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1 if delay == 'nodelay' else 0)
    peer.settimeout(60)
    return peer


def read(folder, name):
    with open(os.path.join(folder, name), 'rb') as file:
        return file.read()


def associate(port, folder):
    peer = connect(port)
    peer.sendall(read(folder, 'associate.pdu'))
    pdu(peer, 2)
    return peer


def store(port, folder, first, step, barrier):
    names = sorted(os.listdir(os.path.join(folder, 'store')))[first::step]
    files = [open(os.path.join(folder, 'store', name), 'rb') for name in names]
    peer = associate(port, folder)

    def send_all():
        for file in files:
            peer.sendfile(file)
            file.seek(0)
            succeeded(pdu(peer, 4))
        return len(files)

    send_all()
    barrier.wait()
    return send_all()


def once(port, folder, share, title, delay, barrier):
    first, step = share
    peer = connect(port, delay)
    request = bytearray(read(folder, 'associate.pdu'))
    request[10:26] = title.encode().ljust(16)
    peer.sendall(request)
    kind = 'store' if longest(pdu(peer, 2)) >= 131072 else 'short'
    names = sorted(os.listdir(os.path.join(folder, kind)))[first::step]
    files = [open(os.path.join(folder, kind, name), 'rb') for name in names]
    barrier.wait()
    for file in files:
        peer.sendfile(file)
        succeeded(pdu(peer, 4))
    peer.sendall(read(folder, 'release.pdu'))
    pdu(peer, 6)
    return len(files)


def longest(accepted):
    """What the peer takes as PDU, from the Maximum Length sub-item; 0 in it is no limit. PS3.8 D.1."""
    at = accepted.find(b'\x51\x00\x00\x04')
    return struct.unpack('>I', accepted[at + 4:at + 8])[0] or sys.maxsize


def echo(port, folder, seconds, barrier):
    request, question, release = (read(folder, name) for name in ('associate.pdu', 'echo.pdu', 'release.pdu'))
    barrier.wait()
    count = 0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        peer = connect(port)
        peer.sendall(request)
        pdu(peer, 2)
        peer.sendall(question)
        succeeded(pdu(peer, 4))
        peer.sendall(release)
        pdu(peer, 6)
        peer.close()
        count += 1
    return count


def main():
    mode, port, folder, clients = sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4])
    context = multiprocessing.get_context('fork')
    barrier, counts = context.Barrier(clients + 1, timeout=120), context.SimpleQueue()

    def work(index):
        if mode == 'store':
            counts.put(store(port, folder, index, clients, barrier))
        elif mode == 'once':
            counts.put(once(port, folder, (index, clients), sys.argv[5], sys.argv[6], barrier))
        else:
            counts.put(echo(port, folder, float(sys.argv[5]), barrier))

    processes = [context.Process(target=work, args=(index,)) for index in range(clients)]
    for process in processes:
        process.start()
    barrier.wait()
    started = time.monotonic()
    for process in processes:
        process.join()
    seconds = time.monotonic() - started
    if any(process.exitcode != 0 for process in processes):
        raise SystemExit(1)
    print(sum(counts.get() for _ in processes) / seconds)


main()
