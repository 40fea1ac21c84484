#!/usr/bin/env python3
"""Write events.bin: TensorBoard events by Google's protobuf library and crcmod, from the public format. Run in this folder.

Debian: python3-protobuf, python3-crcmod. Fields as in tensorboard/compat/proto/{event,summary}.proto.
"""
import struct

import crcmod.predefined
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

F = descriptor_pb2.FieldDescriptorProto
file = descriptor_pb2.FileDescriptorProto(name="event.proto", package="tensorboard", syntax="proto3")


def message(name, *fields):
    made = file.message_type.add(name=name)
    for number, field, kind, *rest in fields:
        repeated = "repeated" in rest
        inner = [r for r in rest if r != "repeated"]
        made.field.add(
            name=field,
            number=number,
            type=kind,
            label=F.LABEL_REPEATED if repeated else F.LABEL_OPTIONAL,
            type_name=f".tensorboard.{inner[0]}" if inner else None,
        )
    if name == "Event":  # what an event is about is one of these
        made.oneof_decl.add(name="what")
        for field in made.field[2:]:
            field.oneof_index = 0
    if name == "Value":
        made.oneof_decl.add(name="value")
        made.field[1].oneof_index = 0


message("Value", (1, "tag", F.TYPE_STRING), (2, "simple_value", F.TYPE_FLOAT))
message("Summary", (1, "value", F.TYPE_MESSAGE, "Value", "repeated"))
message("SessionLog", (1, "status", F.TYPE_INT32))
message(
    "Event",
    (1, "wall_time", F.TYPE_DOUBLE),
    (2, "step", F.TYPE_INT64),
    (3, "file_version", F.TYPE_STRING),
    (5, "summary", F.TYPE_MESSAGE, "Summary"),
    (7, "session_log", F.TYPE_MESSAGE, "SessionLog"),
)
pool = descriptor_pool.DescriptorPool()
pool.Add(file)
Event = message_factory.MessageFactory(pool).GetPrototype(pool.FindMessageTypeByName("tensorboard.Event"))

crc = crcmod.predefined.mkCrcFun("crc-32c")


def masked(data):
    value = crc(data)
    return struct.pack("<I", ((value >> 15 | value << 17) + 0xA282EAD8) & 0xFFFFFFFF)


def record(event):
    data = event.SerializeToString()
    length = struct.pack("<Q", len(data))
    return length + masked(length) + data + masked(data)


def values(step, split, **numbers):
    event = Event(wall_time=1700000002.5, step=step)
    for name, number in numbers.items():
        event.summary.value.add(tag=f"{split}/{name}", simple_value=number)
    return event


start = Event(wall_time=1700000001.25, step=121)
start.session_log.status = 1
events = [
    Event(wall_time=1700000000.125, file_version="brain.Event:2"),
    start,
    values(128, "train", loss=0.1, lr=1.25e-4),
    values(2**40 + 3, "val", loss=float("inf"), **{"κ": -0.5, "a" * 200: 3e38}),
]
with open("events.bin", "wb") as out:
    for event in events:
        out.write(record(event))
