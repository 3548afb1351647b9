// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Lines of observations into metric windows: a router of its own takes them over HTTP, as from a traffic engine's
// host, and its CPU time is what counts (one core, whatever else the machine does). The yardstick reads the same
// bytes and splits them into lines and fields.
#include "models/core/time.h"
#include "tests/bench/bench.h"
#include "tests/support/http.h"
#include "tests/support/process.h"
#include "tests/support/tempdir.h"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <unistd.h>

namespace crossfade {
namespace {

constexpr std::size_t LinesABatch = 10'000; // the most that one request may have
constexpr std::size_t Users = 200'000;

[[noreturn]] void wrong(const std::string &what)
{
    std::fprintf(stderr, "%s\n", what.c_str());
    std::exit(1);
}

Instant nowOnTheClock()
{
    return std::chrono::floor<Milliseconds>(std::chrono::system_clock::now());
}

double cpuSeconds()
{
    timespec time{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

class ObservedRouter {
public:
    ObservedRouter()
    {
        const std::string ready = m_folder.file("ready.json");
        m_process = std::make_unique<Process>(
            "crossfade-router", std::vector<std::string>{"serve", "--data", m_folder.file("data"), "--ready-file", ready},
            m_folder.file("log"));
        const auto json = waitReadyFile(ready);
        if (!json) wrong("the router did not start");
        m_url = json->at("url").get<std::string>();
        m_token = token("observer,admin,operator");
    }
    ~ObservedRouter() { m_process->signal(SIGTERM); }
    ObservedRouter(const ObservedRouter &) = delete;
    ObservedRouter &operator=(const ObservedRouter &) = delete;

    TestAnswer send(const std::string &method, const std::string &path, const std::string &body, const char *type) const
    {
        TestClient client(m_url, m_token);
        client.setTimeout(std::chrono::minutes(2));
        TestAnswer answer = client.send(method, path, body, {{"Content-Type", type}, {"X-Reason", "bench"}});
        if (answer.status / 100 != 2) wrong(method + " " + path + ": " + std::to_string(answer.status) + " " + answer.body + answer.error);
        return answer;
    }
    // User and system time of the process, all its threads.
    double cpu() const
    {
        std::ifstream in("/proc/" + std::to_string(m_process->pid()) + "/stat");
        std::string text;
        std::getline(in, text);
        std::string_view rest = text;
        rest.remove_prefix(std::min(rest.rfind(')') + 2, rest.size())); // the name may hold anything
        long ticks = 0;
        for (int field = 3; !rest.empty() && field <= 15; ++field) {
            const std::size_t end = std::min(rest.find(' '), rest.size());
            if (field >= 14) ticks += std::strtol(std::string(rest.substr(0, end)).c_str(), nullptr, 10);
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
        return static_cast<double>(ticks) / static_cast<double>(::sysconf(_SC_CLK_TCK));
    }
    // All that was counted of the last ten minutes.
    std::int64_t counted() const
    {
        const Instant to = nowOnTheClock() + Seconds(30);
        const TestAnswer answer = send("GET", "/api/v1/series?metric=request_rate&step=10&from=" + formatInstant(to - Seconds(1'000)) +
                                                  "&to=" + formatInstant(to), {}, "application/json");
        std::int64_t all = 0;
        for (const Json &count : answer.json.at("count"))
            all += count.get<std::int64_t>();
        return all;
    }

private:
    std::string token(const std::string &roles) const
    {
        const Output made = runProgram("crossfade-router", {"token", "add", "--data", m_folder.file("data"), "--subject",
                                                            "bench", "--roles", roles});
        if (made.exitCode != 0) wrong(made.err);
        return made.out.substr(0, made.out.find('\n'));
    }

    TempDir m_folder;
    std::unique_ptr<Process> m_process;
    std::string m_url;
    std::string m_token;
};

// One of each of the last ten seconds, of two platforms and three systems, one of a hundred failed.
std::string batchOf(std::size_t first, bool decided)
{
    const Instant now = nowOnTheClock();
    std::string text;
    text.reserve(LinesABatch * 180);
    for (std::size_t i = first; i < first + LinesABatch; ++i) {
        const bool isNew = i % 5 == 0;
        text += R"({"at":")" + formatInstant(now - Milliseconds(static_cast<std::int64_t>(i % 10'000))) +
                R"(","platform":")" + (isNew ? "NEW" : "LEGACY") + R"(","system_id":"system)" + std::to_string(i % 3) +
                R"(","user_id":"user)" + std::to_string(100'000'000 + i * 7'919 % Users) + R"(","status":)" +
                (i % 100 == 0 ? "503" : "200") + R"(,"latency_ms":)" + std::to_string(5 + i * 31 % 400) + ".25";
        if (decided) text += R"(,"decision":{"reason":"PERCENTAGE","policy_id":null,"epoch":12})";
        text += "}\n";
    }
    return text;
}

// The yardstick: what any reader of such lines has to do at the least.
std::size_t fieldsOf(std::string_view text)
{
    std::size_t fields = 0;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        while (!line.empty()) {
            const std::size_t comma = std::min(line.find(','), line.size());
            const std::string_view field = line.substr(0, comma);
            fields += field.find(':') != std::string_view::npos ? 1 : 0;
            line.remove_prefix(std::min(comma + 1, line.size()));
        }
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return fields;
}

class Observe {
public:
    Observe(const BenchOptions &options)
        : m_options(options)
        , m_batches(options.isShort ? 3 : 40)
    {
    }

    void run(const char *name, bool decided)
    {
        compare({name, "thousand lines a CPU second", "the same bytes read and split",
                 [&] { return taken(decided); }, [&] { return split(decided); }},
                m_options);
    }
    // Whatever was told is in the windows, once.
    void check() const
    {
        const std::int64_t counted = m_router.counted();
        if (counted != m_told) wrong("told " + std::to_string(m_told) + " lines, counted " + std::to_string(counted));
        report("observe: lines told and counted", static_cast<double>(counted), "lines", m_options);
    }

private:
    double thousandsIn(double seconds) const
    {
        return static_cast<double>(m_batches * LinesABatch) / 1'000 / std::max(seconds, 1e-6);
    }
    double taken(bool decided)
    {
        std::vector<std::string> bodies; // made before: a process's CPU time is told in hundredths of a second
        for (std::size_t i = 0; i < m_batches; ++i)
            bodies.push_back(batchOf(i * LinesABatch, decided));
        const double before = m_router.cpu();
        for (const std::string &body : bodies) {
            const TestAnswer answer = m_router.send("POST", "/api/v1/observations", body, "application/x-ndjson");
            if (answer.json.at("accepted") != LinesABatch) wrong("not all lines were taken: " + answer.body);
            m_told += LinesABatch;
        }
        return thousandsIn(m_router.cpu() - before);
    }
    double split(bool decided)
    {
        const std::string file = m_folder.file("lines");
        double spent = 0;
        for (std::size_t i = 0; i < m_batches; ++i) {
            std::ofstream(file, std::ios::binary) << batchOf(i * LinesABatch, decided);
            const double before = cpuSeconds();
            std::ifstream in(file, std::ios::binary);
            std::string text(std::size_t{4} << 20, '\0');
            in.read(text.data(), static_cast<std::streamsize>(text.size()));
            text.resize(static_cast<std::size_t>(in.gcount()));
            const std::size_t fields = fieldsOf(text);
            spent += cpuSeconds() - before;
            if (fields != LinesABatch * (decided ? 9 : 6)) wrong("fields: " + std::to_string(fields));
        }
        return thousandsIn(spent);
    }

    const BenchOptions &m_options;
    std::size_t m_batches;
    TempDir m_folder;
    ObservedRouter m_router;
    std::int64_t m_told = 0;
};

} // namespace
} // namespace crossfade

int main(int argc, char **argv)
{
    using namespace crossfade;
    const BenchOptions options = parseBenchOptions(argc, argv);
    Observe observe(options);
    observe.run("observe: lines that say who decided", true);
    observe.run("observe: lines the router decides itself", false);
    observe.check();
    return 0;
}
