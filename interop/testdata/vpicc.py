"""A card of vsmartcard-vpicc with the files that standard input names.

Usage: vpicc.py PORT, with lines of hex on standard input:

    dir RECORD...      EF(DIR) below the MF, linear fixed
    df FID AID         an application below the MF; what follows goes into it
    ef FID CONTENT     a transparent file

It says "ready" on standard output when the card is in the reader of vpcd at
PORT, and serves it until the connection ends. The package's own command cannot
make a card with files, so its parts are used here.
"""
import socket
import struct
import sys
import types

for place in "site-packages", "dist-packages":
    sys.path.append(f"/usr/lib/python3/{place}/virtualsmartcard")

# The package's cryptography needs PyCrypto, which Debian no longer has. A card
# that has files and no keys needs none of it.
no_crypto = types.ModuleType("virtualsmartcard.CryptoUtils")
no_crypto.__getattr__ = lambda name: None
sys.modules[no_crypto.__name__] = no_crypto

from virtualsmartcard.ConstantDefinitions import FDB
from virtualsmartcard.SmartcardFilesystem import DF, MF, Record, RecordStructureEF, TransparentStructureEF
from virtualsmartcard.VirtualSmartcard import Iso7816OS


def build(lines):
    mf = MF(filedescriptor=FDB["DF"])
    here = mf
    for line in lines:
        kind, *args = line.split()
        if kind == "dir":
            content = [bytes.fromhex(a) for a in args]
            here.append(RecordStructureEF(
                parent=here, fid=0x2F00, shortfid=0x1E,
                filedescriptor=FDB["EFSTRUCTURE_LINEAR_FIXED_NOFURTHERINFO"],
                maxrecordsize=max(len(c) for c in content),
                records=[Record(data=c, identifier=i + 1) for i, c in enumerate(content)]))
        elif kind == "df":
            here = DF(parent=mf, fid=int(args[0], 16), dfname=bytes.fromhex(args[1]))
            mf.append(here)
        elif kind == "ef":
            here.append(TransparentStructureEF(parent=here, fid=int(args[0], 16), data=bytes.fromhex(args[1])))
    return mf


def receive(conn, n):
    data = b""
    while len(data) < n:
        part = conn.recv(n - len(data))
        if not part:
            sys.exit(0)
        data += part
    return data


def serve(card, conn):
    while True:
        message = receive(conn, struct.unpack(">H", receive(conn, 2))[0])
        if message == b"\x04":
            answer = card.getATR()
        elif len(message) == 1:
            card.reset()
            continue
        else:
            answer = card.execute(message)
        conn.sendall(struct.pack(">H", len(answer)) + answer)


mf = build(sys.stdin)
card = Iso7816OS(mf, None, ins2handler={
    0xA4: mf.selectFile,
    0xB0: mf.readBinaryPlain,
    0xB2: mf.readRecordPlain,
})
card.ins2handler[0xC0] = card.getResponse
conn = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
print("ready", flush=True)
serve(card, conn)
