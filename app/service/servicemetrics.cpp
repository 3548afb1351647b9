// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/service/servicemetrics.h"

#include <sys/resource.h>
#include <unistd.h>

#include <fstream>

namespace crossfade {

namespace {

prometheus::Gauge &gaugeOf(prometheus::Registry &registry, const char *name, const char *help,
                           const prometheus::Labels &labels = {})
{
    return prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add(labels);
}

prometheus::Gauge &queueOf(prometheus::Registry &registry, const char *queue)
{
    return gaugeOf(registry, "crossfade_queue_length", "Work that waits for its turn, by queue", {{"queue", queue}});
}

// Bytes of this process in memory; 0 where the system does not tell.
double residentBytes()
{
    std::ifstream in("/proc/self/statm");
    double total = 0;
    double resident = 0;
    in >> total >> resident;
    return in ? resident * static_cast<double>(sysconf(_SC_PAGESIZE)) : 0;
}

double openFiles()
{
    std::error_code error;
    double count = 0;
    for (auto it = std::filesystem::directory_iterator("/proc/self/fd", error); !error && it != std::filesystem::directory_iterator();
         it.increment(error))
        ++count;
    return count;
}

double processorSeconds()
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval &time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

} // namespace

ServiceMetrics::ServiceMetrics(prometheus::Registry &registry, const std::string &service, const std::string &version)
    : m_registry(registry)
    , m_streams(gaugeOf(registry, "crossfade_event_streams", "Open event streams"))
    , m_reads(queueOf(registry, "read"))
    , m_work(queueOf(registry, "work"))
    , m_writes(queueOf(registry, "write"))
    , m_storeBytes(gaugeOf(registry, "crossfade_store_size_bytes", "Size of what the store holds"))
    , m_unknownCommits(gaugeOf(registry, "crossfade_store_unknown_commits",
                               "Commits since the start in which the connection to the database was lost"))
    , m_leader(gaugeOf(registry, "crossfade_leader", "1 while this replica does what only one may do, else 0"))
    , m_term(gaugeOf(registry, "crossfade_leader_term", "Term of the replica that leads"))
    , m_replicas(gaugeOf(registry, "crossfade_replicas", "Replicas on the store, this one included"))
    , m_takenUp(prometheus::BuildCounter()
                    .Name("crossfade_commits_taken_up_total")
                    .Help("Commits of other replicas that this one took up")
                    .Register(registry)
                    .Add({}))
    , m_writeTimes(prometheus::BuildHistogram()
                       .Name("crossfade_store_write_duration_seconds")
                       .Help("Time of a change from its submission until it was on disk")
                       .Register(registry)
                       .Add({}, prometheus::Histogram::BucketBoundaries{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                                                        0.1, 0.25, 0.5, 1, 2.5, 5}))
    , m_memory(gaugeOf(registry, "process_resident_memory_bytes", "Resident memory size in bytes"))
    , m_files(gaugeOf(registry, "process_open_fds", "Number of open file descriptors"))
    , m_started(gaugeOf(registry, "process_start_time_seconds", "Start time of the process since unix epoch in seconds"))
    , m_processor(prometheus::BuildCounter()
                      .Name("process_cpu_seconds_total")
                      .Help("Total user and system CPU time spent in seconds")
                      .Register(registry)
                      .Add({}))
{
    gaugeOf(registry, "crossfade_build_info", "Which service this is, of which version",
            {{"service", service}, {"version", version}})
        .Set(1);
    m_started.Set(std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count());
}

void ServiceMetrics::setEngine(const std::string &engine)
{
    gaugeOf(m_registry, "crossfade_store_info", "1; the label tells which database holds the store", {{"engine", engine}})
        .Set(1);
}

void ServiceMetrics::show(const Now &now)
{
    const std::lock_guard lock(m_mutex);
    m_streams.Set(static_cast<double>(now.eventStreams));
    m_reads.Set(static_cast<double>(now.queuedReads));
    m_work.Set(static_cast<double>(now.queuedWork));
    m_writes.Set(static_cast<double>(now.queuedWrites));
    m_storeBytes.Set(now.storeBytes);
    m_unknownCommits.Set(static_cast<double>(now.unknownCommits));
    m_leader.Set(now.leads ? 1 : 0);
    m_term.Set(static_cast<double>(now.term));
    m_replicas.Set(static_cast<double>(now.replicas));
    const double more = static_cast<double>(now.takenUp) - m_takenUp.Value();
    if (more > 0) m_takenUp.Increment(more);
    showProcess();
}

void ServiceMetrics::showProcess()
{
    m_memory.Set(residentBytes());
    m_files.Set(openFiles());
    const double spent = processorSeconds() - m_processor.Value();
    if (spent > 0) m_processor.Increment(spent);
}

void ServiceMetrics::observeWrite(std::chrono::steady_clock::duration time)
{
    m_writeTimes.Observe(std::chrono::duration<double>(time).count());
}

} // namespace crossfade
