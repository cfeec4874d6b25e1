"""All that psutil says of every process and connection, as JSON. An attribute that is denied or
gone is left out."""

import json
import psutil


def look(process):
    row = {}

    def note(name, read):
        try:
            row[name] = read()
        except (psutil.Error, FileNotFoundError, ProcessLookupError):
            pass

    with process.oneshot():
        note("create_time", process.create_time)
        note("name", lambda: process.name().encode("utf-8", "surrogateescape").hex())
        note("ppid", process.ppid)
        note("username", process.username)
        note("uid", lambda: process.uids().real)
        note("euid", lambda: process.uids().effective)
        note("gid", lambda: process.gids().real)
        note("status", process.status)
        note("nice", process.nice)
        note("num_threads", process.num_threads)
        note("num_fds", process.num_fds)
        note("exe", process.exe)
        note("cwd", process.cwd)
        note("cmdline", lambda: " ".join(process.cmdline()))
        note("terminal", process.terminal)
        note("memory_rss", lambda: process.memory_info().rss)
        note("memory_vms", lambda: process.memory_info().vms)
        note("cpu_time_user", lambda: process.cpu_times().user)
        note("cpu_time_system", lambda: process.cpu_times().system)
        note("cpu_time_children_user", lambda: process.cpu_times().children_user)
        note("cpu_time_children_system", lambda: process.cpu_times().children_system)
        note("io_read_bytes", lambda: process.io_counters().read_bytes)
        note("io_write_bytes", lambda: process.io_counters().write_bytes)
        note("num_ctx_switches_voluntary", lambda: process.num_ctx_switches().voluntary)
        note("num_ctx_switches_involuntary", lambda: process.num_ctx_switches().involuntary)
    return row


print(json.dumps({process.pid: look(process) for process in psutil.process_iter()}))
