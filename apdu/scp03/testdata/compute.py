#!/usr/bin/env python3
"""Computes computed.txt: sessions that no published vector covers.

Written from GlobalPlatform Card Specification 2.3, Amendment D 1.2, and NIST
SP 800-38B and 800-108, over the primitives of the Python package cryptography
(OpenSSL). Two other implementations are asked the same, and must agree:

  - every key derivation: KBKDFCMAC of cryptography;
  - every MAC, encryption and decryption, and the cryptograms where the keys
    are AES-128: yubikit.core.smartcard.scp of the package yubikey-manager,
    which a vendor ships for its cards. It has no S16 mode; there its MACs are
    taken before it cuts them.

Before that, published.txt is computed again, both ways. Run:

  pip install cryptography; pip install --no-deps yubikey-manager
  python3 compute.py > computed.txt
"""

import hashlib
import os

from cryptography.hazmat.primitives import cmac as pyca_cmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.kbkdf import (
    CounterLocation,
    KBKDFCMAC,
    Mode,
)
from yubikit.core.smartcard import scp as yubi

HERE = os.path.dirname(os.path.abspath(__file__))


def cmac(key, message):
    c = pyca_cmac.CMAC(algorithms.AES(key))
    c.update(message)
    return c.finalize()


def ecb(key, block):
    e = Cipher(algorithms.AES(key), modes.ECB()).encryptor()
    return e.update(block)


def kdf(key, constant, bits, context):
    """Amendment D, 4.1.5; NIST SP 800-108, 5.1."""
    out = b""
    i = 1
    while len(out) < bits // 8:
        label = bytes(11) + bytes([constant])
        out += cmac(key, label + b"\0" + bits.to_bytes(2, "big") + bytes([i]) + context)
        i += 1
    out = out[: bits // 8]

    fixed = bytes(11) + bytes([constant, 0]) + bits.to_bytes(2, "big")
    other = KBKDFCMAC(
        algorithm=algorithms.AES, mode=Mode.CounterMode, length=bits // 8,
        rlen=1, llen=None, location=CounterLocation.MiddleFixed,
        break_location=len(fixed), label=None, context=None,
        fixed=fixed + context,
    ).derive(key)
    assert other == out, "KBKDFCMAC disagrees"
    if len(key) == 16 and bits in (0x40, 0x80):
        assert yubi._derive(key, constant, context, bits) == out, "yubikit disagrees"
    return out


def pad(data):
    data += b"\x80"
    return data + bytes(-len(data) % 16)


def unpad(data):
    data = data.rstrip(b"\0")
    assert data[-1:] == b"\x80"
    return data[:-1]


class Session:
    """Both ends of a session."""

    def __init__(self, enc, mac, host, card, level, channel=0):
        self.level, self.channel, self.size = level, channel, len(host)
        context = host + card
        bits = len(enc) * 8
        self.senc = kdf(enc, 4, bits, context)
        self.smac = kdf(mac, 6, bits, context)
        self.srmac = kdf(mac, 7, bits, context)
        self.card_cryptogram = kdf(self.smac, 0, self.size * 8, context)
        self.host_cryptogram = kdf(self.smac, 1, self.size * 8, context)
        self.chain = bytes(16)
        self.counter = 0
        keys = yubi.SessionKeys(self.senc, self.smac, self.srmac)
        self.yubi = yubi.ScpState(keys)

    def on_channel(self, cla):
        """GPCS 11.1.4: the class byte as it is sent."""
        if self.channel < 4:
            return cla | self.channel
        sm = 0x20 if cla & 0x04 else 0
        return cla & 0x80 | 0x40 | sm | (self.channel - 4)

    def mac_command(self, header, data):
        """Amendment D, 6.2.4."""
        to_mac = bytes([header[0] & 0x80 | 0x04]) + header[1:4]
        to_mac += bytes([len(data) + self.size]) + data
        self.chain = cmac(self.smac, self.chain + to_mac)
        assert self.yubi.mac(to_mac) == self.chain[:8]
        assert self.yubi._mac_chain == self.chain
        return self.chain[: self.size]

    def external_authenticate(self):
        header = bytes([0x80, 0x82, self.level, 0])
        mac = self.mac_command(header, self.host_cryptogram)
        body = self.host_cryptogram + mac
        return bytes([self.on_channel(0x84)]) + header[1:] + bytes([len(body)]) + body

    def icv(self, top):
        return ecb(self.senc, bytes([top]) + self.counter.to_bytes(15, "big"))

    def wrap(self, command):
        """Amendment D, 6.2.4 and 6.2.6. Le stays."""
        header, rest = command[:4], command[4:]
        data, le = b"", rest
        if len(rest) > 1:
            data, le = rest[1 : 1 + rest[0]], rest[1 + rest[0] :]
        self.counter += 1
        if self.level & 0x02 and data:
            e = Cipher(algorithms.AES(self.senc), modes.CBC(self.icv(0))).encryptor()
            self.yubi._enc_counter = self.counter
            theirs = self.yubi.encrypt(data)
            data = e.update(pad(data))
            assert theirs == data, "yubikit disagrees"
        body = data + self.mac_command(header, data)
        cla = self.on_channel(header[0] | 0x04)
        return bytes([cla]) + header[1:] + bytes([len(body)]) + body + le

    def wrap_answer(self, data, sw):
        """Amendment D, 6.2.5 and 6.2.7."""
        if not self.level & 0x10 or not (sw == 0x9000 or sw >> 8 in (0x62, 0x63)):
            return data + sw.to_bytes(2, "big")
        plain = data
        if self.level & 0x20 and data:
            e = Cipher(algorithms.AES(self.senc), modes.CBC(self.icv(0x80))).encryptor()
            data = e.update(pad(data))
            self.yubi._enc_counter = self.counter + 1
            assert self.yubi.decrypt(data) == plain, "yubikit disagrees"
        full = cmac(self.srmac, self.chain + data + sw.to_bytes(2, "big"))
        assert self.yubi.unmac(data + full[:8], sw) == data, "yubikit disagrees"
        return data + full[: self.size] + sw.to_bytes(2, "big")


def read(name):
    """Yields the sessions of a file: a dictionary and a list of exchanges."""
    head, steps = {}, []
    with open(os.path.join(HERE, name)) as f:
        for line in list(f) + ["session"]:
            line = line.strip()
            if not line or line.startswith("#"):
                continue
            key, _, value = line.partition(" ")
            if key == "session" and head:
                yield head, steps
                head, steps = {}, []
            if key == "x":
                steps.append([v.strip() for v in value.split("|")])
            else:
                head[key] = value


def check_published():
    for head, steps in read("published.txt"):
        key = {k: bytes.fromhex(head[k]) for k in ("enc", "mac", "host", "update")}
        size = len(key["host"])
        card = key["update"][13 : 13 + size]
        s = Session(key["enc"], key["mac"], key["host"], card, int(head["level"], 16))
        assert s.card_cryptogram == key["update"][13 + size : 13 + 2 * size], head
        if "aid" in head:
            context = key["update"][-3:] + bytes.fromhex(head["aid"])
            assert kdf(key["enc"], 2, size * 8, context) == card, head
        assert s.external_authenticate().hex().upper() == head["authenticate"], head
        for plain, wrapped, sealed, answer in steps:
            assert s.wrap(bytes.fromhex(plain)).hex().upper() == wrapped, (head, plain)
            if sealed != "-" and s.level & 0x10:
                answer = bytes.fromhex(answer)
                got = s.wrap_answer(answer[:-2], int.from_bytes(answer[-2:], "big"))
                assert got.hex().upper() == sealed, (head, plain)


def stream(name, n):
    """n bytes that look random and are not."""
    out = b""
    while len(out) < n:
        out += hashlib.sha256(b"%s %d" % (name.encode(), len(out))).digest()
    return out[:n]


SOME_AID = "A000000063504B43532D3135"

# What is read and written: ISO commands and proprietary ones, of every case,
# of the longest data, and answers from none to the longest.
def commands(level, size):
    most = {0x01: 255 - size, 0x11: 255 - size}.get(level, (255 - size) // 16 * 16 - 1)
    longest = 239 if level & 0x20 else 256 - size if level & 0x10 else 256
    fcp = "62178202412183026432A506C001409001018A01058002040088009000"
    yield "00A40000025031", "9000"
    yield "00A4000402643200", fcp
    yield "00B00000EF", (stream("file", 239) + b"\x90\x00").hex()
    yield "00B000EF10", (stream("rest", 16) + b"\x62\x82").hex()
    yield "00B000FF10", "6B00"
    yield "00B0010010", (stream("more", 15) + b"\x90\x00").hex()
    yield "002000010831323334FFFFFFFF", "63C2"
    yield "00200001", "9000"
    yield "80F2000000", (stream("status", 33) + b"\x90\x00").hex()
    yield "80CA9F7F00", (stream("long", longest) + b"\x90\x00").hex()
    yield "00D60000%02X" % most + stream("update", most).hex(), "9000"
    yield "00B2010420", (stream("record", 32) + b"\x90\x00").hex()


SESSIONS = [
    # name, key octets, i, level, channel
    ("AES-192 level 33", 24, 0x70, 0x33, 0),
    ("AES-192 level 11, random challenge", 24, 0x60, 0x11, 0),
    ("AES-128 level 01", 16, 0x00, 0x01, 0),
    ("AES-128 level 13", 16, 0x20, 0x13, 0),
    ("AES-256 level 13, channel 2", 32, 0x70, 0x13, 2),
    ("AES-128 level 33, channel 1", 16, 0x70, 0x33, 1),
    ("AES-128 level 33, channel 3", 16, 0x70, 0x33, 3),
    ("AES-128 level 33, channel 4", 16, 0x70, 0x33, 4),
    ("AES-128 level 03, channel 11", 16, 0x10, 0x03, 11),
    ("AES-256 level 33, channel 19", 32, 0x60, 0x33, 19),
    ("AES-128 S16 level 33", 16, 0x71, 0x33, 0),
    ("AES-128 S16 level 01", 16, 0x01, 0x01, 0),
    ("AES-128 S16 level 03, channel 1", 16, 0x11, 0x03, 1),
    ("AES-128 S16 level 11", 16, 0x31, 0x11, 0),
    ("AES-192 S16 level 13", 24, 0x71, 0x13, 0),
    ("AES-256 S16 level 33, channel 5", 32, 0x61, 0x33, 5),
]


def main():
    check_published()
    print("# Computed by compute.py; README.md tells what stands behind each row.")
    for name, octets, i, level, channel in SESSIONS:
        size = 16 if i & 0x01 else 8
        enc, mac = stream(name + " enc", octets), stream(name + " mac", octets)
        host, card = stream(name + " host", size), stream(name + " card", size)
        sequence = b""
        aid = ""
        if i & 0x10:
            sequence, aid = stream(name + " sequence", 3), SOME_AID
            card = kdf(enc, 2, size * 8, sequence + bytes.fromhex(aid))
        s = Session(enc, mac, host, card, level, channel)
        update = stream(name + " diversification", 10) + bytes([0x31, 3, i])
        update += card + s.card_cryptogram + sequence

        print("\nsession", name)
        print("channel", channel)
        print("level %02X" % level)
        print("enc", enc.hex().upper())
        print("mac", mac.hex().upper())
        if aid:
            print("aid", aid)
        print("host", host.hex().upper())
        print("update", update.hex().upper())
        print("authenticate", s.external_authenticate().hex().upper())
        for command, answer in commands(level, size):
            answer = bytes.fromhex(answer)
            wrapped = s.wrap(bytes.fromhex(command))
            sealed = s.wrap_answer(answer[:-2], int.from_bytes(answer[-2:], "big"))
            row = [command, wrapped.hex(), sealed.hex(), answer.hex()]
            print("x", " | ".join(row).upper())


main()
