// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The router over HTTP, against Beast answering a constant of the same size to the same requests; both
// on one connection, kept open, with the requests sent ahead of the answers.
#include "models/core/json.h"
#include "tests/bench/bench.h"
#include "tests/support/http.h"
#include "tests/support/process.h"
#include "tests/support/tempdir.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <thread>

namespace crossfade {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using Tcp = asio::ip::tcp;

// One kept connection, blocking. Any failure ends the benchmark: it must not pass for speed.
class Peer {
public:
    explicit Peer(std::uint16_t port) : m_socket(m_context)
    {
        m_socket.connect({asio::ip::address_v4::loopback(), port});
        m_socket.set_option(Tcp::no_delay(true));
    }
    // Microseconds a request; the requests in turn, if there are several.
    double perRequest(const std::vector<std::string> &requests, int count, int ahead)
    {
        std::size_t next = 0;
        const double seconds = secondsOf([&] {
            for (int done = 0; done < count; done += ahead) {
                std::string burst;
                for (int i = 0; i < ahead; ++i)
                    burst += requests[next++ % requests.size()];
                asio::write(m_socket, asio::buffer(burst));
                for (int i = 0; i < ahead; ++i)
                    m_size = take();
            }
        });
        return seconds * 1e6 / count;
    }
    std::size_t lastBodySize() const { return m_size; }

private:
    std::size_t take()
    {
        http::response_parser<http::string_body> parser;
        parser.body_limit(64 << 20);
        http::read(m_socket, m_buffer, parser);
        if (parser.get().result() != http::status::ok) {
            std::fprintf(stderr, "answered %u: %s\n", parser.get().result_int(),
                         parser.get().body().c_str());
            std::exit(1);
        }
        return parser.get().body().size();
    }

    asio::io_context m_context;
    Tcp::socket m_socket;
    boost::beast::flat_buffer m_buffer;
    std::size_t m_size = 0;
};

// What Beast itself costs: reads a request, answers so many bytes.
class ConstantServer {
public:
    explicit ConstantServer(std::size_t size)
        : m_acceptor(m_context, {asio::ip::address_v4::loopback(), 0})
        , m_body(size, 'x')
        , m_thread([this] { serve(); })
    {
    }
    ~ConstantServer() { m_thread.join(); } // its one client is gone by then
    std::uint16_t port() const { return m_acceptor.local_endpoint().port(); }

private:
    void serve()
    {
        Tcp::socket socket(m_context);
        m_acceptor.accept(socket);
        socket.set_option(Tcp::no_delay(true));
        boost::beast::flat_buffer buffer;
        boost::system::error_code error;
        while (!error) {
            http::request_parser<http::string_body> parser;
            parser.body_limit(64 << 20);
            http::read(socket, buffer, parser, error);
            if (error) return;
            http::response<http::string_body> answer(http::status::ok, 11);
            answer.set(http::field::content_type, "application/json");
            answer.body() = m_body;
            answer.prepare_payload();
            http::write(socket, answer, error);
        }
    }

    asio::io_context m_context;
    Tcp::acceptor m_acceptor;
    std::string m_body;
    std::thread m_thread;
};

struct Router {
    TempDir directory;
    std::unique_ptr<Process> process;
    std::string url;
    std::string token;

    bool start()
    {
        process = std::make_unique<Process>(
            "crossfade-router",
            std::vector<std::string>{"serve", "--data", directory.file("data"), "--ready-file",
                                     directory.file("ready.json")},
            directory.file("log"));
        const auto ready = waitReadyFile(directory.file("ready.json"));
        if (!ready) return false;
        url = ready->at("url").get<std::string>();
        const Output made = runProgram("crossfade-router",
                                       {"token", "add", "--data", directory.file("data"), "--subject",
                                        "bench", "--roles", "admin,operator"});
        token = made.out.substr(0, made.out.find('\n'));
        return !token.empty();
    }
    std::uint16_t port() const
    {
        return static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
    }
    std::string request(const std::string &line, const std::string &body = {}) const
    {
        std::string text = line + " HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer " + token + "\r\n";
        if (!body.empty())
            text += "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
                    "\r\n";
        return text + "\r\n" + body;
    }
};

std::string decisionsBody(int count)
{
    Json requests = Json::array();
    for (int i = 0; i < count; ++i)
        requests.push_back({{"user_id", "user-" + std::to_string(i)}, {"system_id", "auth-web"}});
    return dumpJson({{"requests", requests}});
}

void measure(const Router &router, const std::string &name, const std::vector<std::string> &requests, int count,
             int ahead, const BenchOptions &options)
{
    Peer ours(router.port());
    ours.perRequest(requests, ahead, ahead); // warm, and how large the answer is
    ConstantServer constant(ours.lastBodySize());
    Peer theirs(constant.port());
    compare({"rest: " + name, "us", "Beast, as many bytes",
             [&] { return ours.perRequest(requests, count, ahead); },
             [&] { return theirs.perRequest(requests, count, ahead); }},
            options);
}

// One request each millisecond, one at a time: what a console waits for.
void pace(const Router &router, const std::string &request, const BenchOptions &options)
{
    Peer peer(router.port());
    std::vector<double> milliseconds;
    auto next = std::chrono::steady_clock::now();
    for (int i = 0; i < (options.isShort ? 500 : 5'000); ++i) {
        std::this_thread::sleep_until(next);
        next += std::chrono::milliseconds(1);
        milliseconds.push_back(peer.perRequest({request}, 1, 1) / 1e3);
    }
    std::ranges::sort(milliseconds);
    report("rest: p99 at 1 000 a second", milliseconds[milliseconds.size() * 99 / 100], "ms", options);
}

struct Place {
    std::string rule;
    std::string cursor; // behind it
};

std::vector<Place> makeRules(const TestClient &client)
{
    Json rules = Json::array();
    for (int i = 0; i < 1'200; ++i)
        rules.push_back({{"config_name", "rule " + std::to_string(i)},
                         {"config_type", "USER_BASED"},
                         {"target_entity", "user-" + std::to_string(i)},
                         {"target_platform", "NEW"},
                         {"reason", "bench"}});
    if (client.post("/api/v1/rules/import", {{"rules", rules}}).status >= 300) return {};
    std::vector<Place> places;
    do {
        const std::string after = places.empty() ? std::string() : "&cursor=" + places.back().cursor;
        const TestAnswer page = client.get("/api/v1/rules?limit=1" + after);
        if (page.status != 200) return {};
        const Json &next = page.json.at("next_cursor");
        places.push_back({page.json.at("items").at(0).at("id").get<std::string>(),
                          next.is_null() ? std::string() : next.get<std::string>()});
    } while (!places.back().cursor.empty());
    return places;
}

// The router keeps answers for as long as nothing changes: here each is another than all those it keeps.
void measureUnread(const Router &router, const std::vector<Place> &places, int count, const BenchOptions &options)
{
    std::vector<std::string> singles;
    std::vector<std::string> pages;
    for (const Place &place : places) {
        singles.push_back(router.request("GET /api/v1/rules/" + place.rule));
        if (pages.size() + 101 < places.size())
            pages.push_back(router.request("GET /api/v1/rules?limit=100&cursor=" + place.cursor));
    }
    measure(router, "GET one rule, not kept", singles, count, 16, options);
    measure(router, "GET a page of 100, not kept", pages, count / 8, 4, options);
}

int run(const BenchOptions &options)
{
    Router router;
    if (!router.start()) {
        std::fprintf(stderr, "the router did not start\n");
        return 1;
    }
    TestClient client(router.url, router.token);
    const std::vector<Place> places = makeRules(client);
    if (places.empty()) return 1;
    const int count = options.isShort ? 320 : 6'400;
    const std::string getRule = router.request("GET /api/v1/rules/" + places.front().rule);
    measure(router, "GET one rule", {getRule}, count, 16, options);
    measure(router, "POST 1 decision", {router.request("POST /api/v1/decisions", decisionsBody(1))}, count,
            16, options);
    measure(router, "POST 1 000 decisions", {router.request("POST /api/v1/decisions", decisionsBody(1'000))},
            count / 16, 4, options);
    measure(router, "GET a page of 100 rules", {router.request("GET /api/v1/rules?limit=100")}, count / 8, 4,
            options);
    measureUnread(router, places, count, options);
    pace(router, getRule, options);
    return 0;
}

} // namespace
} // namespace crossfade

int main(int argc, char **argv)
{
    return crossfade::run(crossfade::parseBenchOptions(argc, argv));
}
