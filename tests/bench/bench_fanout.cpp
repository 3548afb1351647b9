// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Many consoles on the router's event stream while rules change: how late the last of them hears of a
// change, what that costs the router, and what writing the same bytes raw costs.
#include "models/core/json.h"
#include "models/core/time.h"
#include "tests/bench/bench.h"
#include "tests/support/http.h"
#include "tests/support/process.h"
#include "tests/support/tempdir.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>

#include <poll.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <thread>

namespace crossfade {
namespace {

namespace asio = boost::asio;
using Tcp = asio::ip::tcp;

std::int64_t nowMs()
{
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

struct Usage {
    double cpuSeconds = 0;
    double mebibytes = 0;
};

Usage usageOf(pid_t pid)
{
    const std::string folder = "/proc/" + std::to_string(pid);
    std::ifstream statm(folder + "/statm");
    std::int64_t size = 0;
    std::int64_t resident = 0;
    statm >> size >> resident;
    std::ifstream stat(folder + "/stat");
    std::string text((std::istreambuf_iterator<char>(stat)), {});
    text.erase(0, text.rfind(')') + 2); // the name may hold anything
    std::istringstream fields(text);
    std::string skipped;
    for (int i = 0; i < 11; ++i)
        fields >> skipped;
    double user = 0;
    double system = 0;
    fields >> user >> system;
    return {(user + system) / static_cast<double>(sysconf(_SC_CLK_TCK)),
            static_cast<double>(resident * sysconf(_SC_PAGESIZE)) / (1 << 20)};
}

// Consoles that only listen; one thread reads them all.
class Consoles {
public:
    Consoles(std::uint16_t port, const std::string &token, int count)
    {
        const std::string request = "GET /api/v1/events?topics=rule.changed HTTP/1.1\r\nHost: bench\r\n"
                                    "Authorization: Bearer " + token + "\r\n\r\n";
        for (int i = 0; i < count; ++i) {
            m_sockets.emplace_back(m_context);
            m_sockets.back().connect({asio::ip::address_v4::loopback(), port});
            asio::write(m_sockets.back(), asio::buffer(request));
        }
        m_thread = std::jthread([this](const std::stop_token &stop) { listen(stop); });
    }
    void finish()
    {
        m_thread.request_stop();
        m_thread.join();
    }
    std::uint64_t heard() const { return m_heard.load(); }
    std::uint64_t bytes() const { return m_bytes; }
    std::vector<double> &delays() { return m_delays; } // milliseconds; after finish()

private:
    void listen(const std::stop_token &stop)
    {
        std::vector<pollfd> polled;
        for (Tcp::socket &socket : m_sockets)
            polled.push_back({socket.native_handle(), POLLIN, 0});
        std::vector<char> part(1 << 16);
        while (!stop.stop_requested()) {
            ::poll(polled.data(), polled.size(), 100);
            for (const pollfd &one : polled) {
                if (!(one.revents & POLLIN)) continue;
                const ssize_t count = ::recv(one.fd, part.data(), part.size(), MSG_DONTWAIT);
                if (count > 0) take({part.data(), static_cast<std::size_t>(count)});
            }
        }
    }
    // An event is small and written whole, so its time stands in the part that is read.
    void take(std::string_view text)
    {
        constexpr std::string_view Mark = "\"at\":\"";
        m_bytes += text.size();
        const std::int64_t now = nowMs();
        for (std::size_t at = text.find("data: "); at != std::string_view::npos;
             at = text.find("data: ", at + 1)) {
            const std::size_t time = text.find(Mark, at);
            if (time == std::string_view::npos) return;
            const auto committed = parseInstant(std::string(text.substr(time + Mark.size(), 24)));
            if (!committed) continue;
            m_delays.push_back(static_cast<double>(now - toMs(*committed)));
            m_heard.fetch_add(1);
        }
    }

    asio::io_context m_context;
    std::vector<Tcp::socket> m_sockets;
    std::vector<double> m_delays;
    std::uint64_t m_bytes = 0;
    std::atomic<std::uint64_t> m_heard{0};
    std::jthread m_thread;
};

// CPU seconds to write so many bytes in pieces of one event to a socket nobody minds.
double rawWriting(std::uint64_t bytes, std::size_t piece)
{
    asio::io_context context;
    Tcp::acceptor acceptor(context, {asio::ip::address_v4::loopback(), 0});
    Tcp::socket from(context);
    from.connect(acceptor.local_endpoint());
    Tcp::socket to = acceptor.accept();
    std::jthread reader([&] {
        std::vector<char> part(1 << 16);
        while (::recv(to.native_handle(), part.data(), part.size(), 0) > 0) {
        }
    });
    const std::string text(piece, 'x');
    rusage before{};
    rusage after{};
    getrusage(RUSAGE_THREAD, &before);
    for (std::uint64_t written = 0; written < bytes; written += piece)
        asio::write(from, asio::buffer(text));
    getrusage(RUSAGE_THREAD, &after);
    from.close();
    const auto seconds = [](const timeval &time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(after.ru_utime) - seconds(before.ru_utime) + seconds(after.ru_stime) -
           seconds(before.ru_stime);
}

// One each 10 ms, by operators beside one another: each waits until his rule is on disk.
void makeRules(const std::string &url, const std::string &token, int count)
{
    constexpr int Operators = 8;
    const auto begin = std::chrono::steady_clock::now();
    std::vector<std::jthread> operators;
    for (int i = 0; i < Operators; ++i) {
        operators.emplace_back([&, i] {
            const TestClient client(url, token);
            for (int rule = i; rule < count; rule += Operators) {
                std::this_thread::sleep_until(begin + std::chrono::milliseconds(10 * rule));
                client.post("/api/v1/rules", {{"config_name", "rule"},
                                              {"config_type", "USER_BASED"},
                                              {"target_entity", "user-" + std::to_string(rule)},
                                              {"target_platform", "NEW"},
                                              {"reason", "bench"}});
            }
        });
    }
}

int run(int consoles, const BenchOptions &options)
{
    const int events = options.isShort ? 40 : 1'000;
    TempDir directory;
    Process router("crossfade-router",
                   {"serve", "--data", directory.file("data"), "--ready-file",
                    directory.file("ready.json"), "--max-connections", "2000"},
                   directory.file("log"));
    const auto ready = waitReadyFile(directory.file("ready.json"));
    if (!ready) return 1;
    const std::string url = ready->at("url").get<std::string>();
    const Output made = runProgram("crossfade-router",
                                   {"token", "add", "--data", directory.file("data"), "--subject",
                                    "bench", "--roles", "operator"});
    const std::string token = made.out.substr(0, made.out.find('\n'));
    const Usage idle = usageOf(router.pid());
    Consoles all(static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1))), token, consoles);
    const Usage before = usageOf(router.pid());
    const double seconds = secondsOf([&] { makeRules(url, token, events); });
    const auto expected = static_cast<std::uint64_t>(consoles) * static_cast<std::uint64_t>(events);
    const bool complete =
        waitFor([&] { return all.heard() >= expected; }, std::chrono::seconds(20));
    const Usage after = usageOf(router.pid());
    all.finish();
    std::vector<double> &delays = all.delays();
    std::ranges::sort(delays);
    if (!complete || delays.empty()) {
        std::fprintf(stderr, "only %zu of %llu events arrived\n", delays.size(),
                     static_cast<unsigned long long>(expected));
        return 1;
    }
    report("fanout: consoles", consoles, "", options);
    report("fanout: events a second", events / seconds, "", options);
    report("fanout: delivery p50", delays[delays.size() / 2], "ms", options);
    report("fanout: delivery p99", delays[delays.size() * 99 / 100], "ms", options);
    report("fanout: router's CPU", after.cpuSeconds - before.cpuSeconds, "s", options);
    report("fanout: raw writes' CPU", rawWriting(all.bytes(), all.bytes() / expected), "s", options);
    report("fanout: memory for the consoles", after.mebibytes - idle.mebibytes, "MiB", options);
    return 0;
}

} // namespace
} // namespace crossfade

int main(int argc, char **argv)
{
    const crossfade::BenchOptions options = crossfade::parseBenchOptions(argc, argv);
    // How it grows is told by the smaller ones.
    for (const int consoles : options.isShort ? std::vector<int>{50} : std::vector<int>{10, 100, 1'000}) {
        if (const int code = crossfade::run(consoles, options); code != 0) return code;
    }
    return 0;
}
