// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Ten million members of a group and ten million rows of a directory, over HTTP, against a router of its own:
// times against writing or reading the same bytes bare, memory at its peak, and whether the counts are exact.
#include "models/routing/decision.h"
#include "models/routing/hash.h"
#include "tests/bench/bench.h"
#include "tests/support/http.h"
#include "tests/support/process.h"
#include "tests/support/tempdir.h"

#include <fcntl.h>
#include <libpq-fe.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

namespace crossfade {
namespace {

constexpr std::chrono::minutes Patience{10};

[[noreturn]] void wrong(const std::string &what)
{
    std::fprintf(stderr, "%s\n", what.c_str());
    std::exit(1);
}

std::string userOf(std::size_t number)
{
    return "user" + std::to_string(100'000'000 + number); // 13 characters
}

// Each of them once, in no order.
std::string shuffledUsers(std::size_t count)
{
    constexpr std::size_t Step = 7'368'787; // a prime beyond all counts' factors
    std::string text;
    text.reserve(count * 14);
    for (std::size_t i = 0; i < count; ++i)
        text += userOf(i * Step % count) += '\n';
    return text;
}

class BenchRouter {
public:
    BenchRouter() { start(); }

    double start()
    {
        return secondsOf([this] {
            const std::string ready = m_folder.file("ready.json");
            std::remove(ready.c_str());
            m_process = std::make_unique<Process>(
                "crossfade-router",
                std::vector<std::string>{"serve", "--data", m_folder.file("data"), "--ready-file", ready},
                m_folder.file("log"));
            const auto json = waitReadyFile(ready, Patience);
            if (!json) wrong("the router did not start");
            m_url = json->at("url").get<std::string>();
        });
    }
    void stop()
    {
        m_process->signal(SIGTERM);
        if (m_process->wait(Patience) != 0) wrong("the router did not stop");
    }
    TestAnswer send(const std::string &method, const std::string &path, const std::string &body,
                    const std::string &type, const std::string &version = {})
    {
        TestClient client(m_url, token());
        client.setTimeout(Patience);
        TestClient::Headers headers{{"X-Reason", "bench"}};
        if (!type.empty()) headers.emplace_back("Content-Type", type);
        if (!version.empty()) headers.emplace_back("If-Match", "\"" + version + "\"");
        TestAnswer answer = client.send(method, path, body, headers);
        if (answer.status / 100 != 2)
            wrong(method + " " + path + ": " + std::to_string(answer.status) + " " + answer.body + answer.error);
        return answer;
    }
    Json get(const std::string &path) { return send("GET", path, {}, {}).json; }
    Json post(const std::string &path, const Json &body) { return send("POST", path, dumpJson(body), "application/json").json; }

    // The figure of /proc/…/status, in MiB: VmRSS is now, VmHWM the most since forgetPeak().
    double mebibytes(const std::string &figure) const
    {
        std::ifstream status("/proc/" + std::to_string(m_process->pid()) + "/status");
        for (std::string line; std::getline(status, line);) {
            if (line.starts_with(figure + ":")) return std::stod(line.substr(figure.size() + 1)) / 1024;
        }
        wrong("the router's memory is not told");
    }
    void forgetPeak() const { std::ofstream("/proc/" + std::to_string(m_process->pid()) + "/clear_refs") << 5; }
    std::string file(const std::string &name) const { return m_folder.file(name); }

private:
    const std::string &token()
    {
        if (!m_token.empty()) return m_token;
        const Output made = runProgram("crossfade-router", {"token", "add", "--data", m_folder.file("data"), "--subject",
                                                            "bench", "--roles", "admin,operator,viewer"});
        m_token = made.out.substr(0, made.out.find('\n'));
        if (m_token.empty()) wrong(made.err);
        return m_token;
    }

    TempDir m_folder;
    std::unique_ptr<Process> m_process;
    std::string m_url;
    std::string m_token;
};

// The same bytes in a file, on the disk.
double writeBare(const std::string &file, const std::string &text)
{
    return secondsOf([&] {
        const int descriptor = ::open(file.c_str(), O_CREAT | O_TRUNC | O_WRONLY, 0600);
        std::size_t written = 0;
        while (written < text.size()) {
            const ssize_t count = ::write(descriptor, text.data() + written, text.size() - written);
            if (count <= 0) wrong("a file could not be written");
            written += static_cast<std::size_t>(count);
        }
        if (::fsync(descriptor) != 0) wrong("a file could not be synced");
        ::close(descriptor);
    });
}

double readBare(const std::string &file)
{
    return secondsOf([&] {
        std::ifstream in(file, std::ios::binary);
        std::string part(1 << 20, '\0');
        while (in.read(part.data(), static_cast<std::streamsize>(part.size())) || in.gcount() > 0) {
        }
    });
}

class Members {
public:
    Members(BenchRouter &router, std::size_t count, const BenchOptions &options)
        : m_router(router)
        , m_count(count)
        , m_options(options)
        , m_batch(std::max<std::size_t>(1, count / 100))
    {
        const Json group{{"group_name", "all"}, {"batch_size", m_batch}, {"batch_interval_seconds", 600'000}};
        m_path = "/api/v1/user-groups/" + router.post("/api/v1/user-groups", group).at("id").get<std::string>();
    }

    void upload()
    {
        const std::string text = shuffledUsers(m_count);
        const double before = m_router.mebibytes("VmRSS");
        m_router.forgetPeak();
        compare({"upload of " + std::to_string(m_count) + " members", "s", "the same bytes in a file, synced",
                 [&] {
                     const std::string version = std::to_string(m_router.get(m_path).at("version").get<int>());
                     return secondsOf([&] { m_router.send("PUT", m_path + "/members", text, "text/plain", version); });
                 },
                 [&] { return writeBare(m_router.file("bare"), text); }},
                m_options);
        report("upload: peak memory above before", m_router.mebibytes("VmHWM") - before, "MiB", m_options);
        expectSize();
    }

    // The first thousand and, by cursor, some further on.
    void page()
    {
        std::string cursor;
        double worst = 0;
        for (int number = 0; number < 20; ++number) {
            Json answer;
            worst = std::max(worst, secondsOf([&] { answer = m_router.get(m_path + "/members?limit=1000" + cursor); }));
            if (answer.at("next_cursor").is_null()) break;
            cursor = "&cursor=" + answer.at("next_cursor").get<std::string>();
        }
        report("a page of 1 000 members, the slowest", worst * 1e3, "ms", m_options);
    }

    void start()
    {
        const double before = m_router.mebibytes("VmRSS");
        m_router.forgetPeak();
        const double seconds = secondsOf([&] { m_router.post(m_path + "/shift", {{"reason", "bench"}}); });
        report("its start: members read and indexed", seconds, "s", m_options);
        report("its start: peak memory above before", m_router.mebibytes("VmHWM") - before, "MiB", m_options);
        report("memory of a member", (m_router.mebibytes("VmRSS") - before) * (1 << 20) / static_cast<double>(m_count),
               "bytes", m_options);
        if (!waitFor([&] { return m_router.get(m_path).at("shift").at("users").at("moved") == m_batch; }, Patience))
            wrong("the first batch did not move");
        expectMoved();
    }

    void restart()
    {
        compare({"start of the router with the group", "s", "the same bytes read from a file",
                 [&] {
                     m_router.stop();
                     return m_router.start();
                 },
                 [&] { return readBare(m_router.file("bare")); }},
                m_options);
        report("memory of the router after it", m_router.mebibytes("VmRSS"), "MiB", m_options);
        report("its peak memory", m_router.mebibytes("VmHWM"), "MiB", m_options);
        expectSize();
        expectMoved();
    }

    void takeBack()
    {
        const double seconds = secondsOf([&] { m_router.post(m_path + "/rollback", {{"reason", "bench"}}); });
        report("the group taken back", seconds * 1e3, "ms", m_options);
        if (platformOf(0) != "LEGACY" || m_router.get(m_path).at("shift").at("users").at("moved") != 0)
            wrong("not everybody is back");
    }

private:
    std::string platformOf(std::size_t user)
    {
        return m_router.post("/api/v1/decisions", {{"requests", {{{"user_id", userOf(user)}}}}})
            .at("decisions").at(0).at("platform");
    }
    void expectSize()
    {
        if (m_router.get(m_path).at("size") != m_count) wrong("the group has not as many members as were sent");
    }
    void expectMoved()
    {
        if (m_router.get(m_path).at("shift").at("users").at("moved") != m_batch) wrong("the count of the moved is not exact");
        if (platformOf(0) != "NEW" || platformOf(m_batch - 1) != "NEW" || platformOf(m_batch) != "LEGACY" ||
            platformOf(m_count - 1) != "LEGACY")
            wrong("others have moved than those of the first batch");
    }

    BenchRouter &m_router;
    const std::size_t m_count;
    const BenchOptions &m_options;
    const std::size_t m_batch;
    std::string m_path;
};

class People {
public:
    People(BenchRouter &router, std::size_t count, const BenchOptions &options)
        : m_router(router)
        , m_count(count)
        , m_options(options)
        , m_database(PostgresServer::instance().newDatabase())
    {
        PGconn *connection = PQconnectdb(m_database.c_str());
        const std::string rows = "generate_series(0, " + std::to_string(count - 1) + ") n";
        PGresult *filled = PQexec(connection, ("CREATE TABLE people (login TEXT, region TEXT); INSERT INTO people SELECT "
                                               "'user' || 100000000 + n, 'r' || n % 4 FROM " + rows).c_str());
        if (PQresultStatus(filled) != PGRES_COMMAND_OK) wrong(PQerrorMessage(connection));
        PQclear(filled);
        PQfinish(connection);
    }
    ~People() { PostgresServer::instance().dropDatabase(m_database); }

    void refresh()
    {
        put(dumpJson({{"kind", "POSTGRESQL"}, {"location", m_database}, {"table", "people"}, {"id_column", "login"},
                      {"attributes", {"region"}}, {"refresh_seconds", 86'400}}),
            "application/json");
        m_router.forgetPeak();
        compare({"directory of " + std::to_string(m_count) + " rows read anew", "s", "COPY of the same rows",
                 [&] {
                     return secondsOf([&] {
                         m_router.send("POST", "/api/v1/directory/refresh", {}, {});
                         expectAll();
                     });
                 },
                 [&] { return copy(""); }},
                m_options);
        report("directory: peak memory", m_router.mebibytes("VmHWM"), "MiB", m_options);
    }

    void resolve()
    {
        const Json body{{"group_name", "north"},
                        {"criteria", {{"attribute", "region"}, {"op", "IN"}, {"values", {"r0", "r1", "r2", "r3"}}}}};
        const std::string id = m_router.post("/api/v1/user-groups", body).at("id");
        compare({"a group of all of them by criteria", "s", "COPY of the same rows",
                 [&] {
                     return secondsOf([&] {
                         const Json told = m_router.post("/api/v1/user-groups/" + id + "/members/resolve", Json::object());
                         if (told.at("group").at("size") != m_count) wrong("not everybody was found");
                     });
                 },
                 [&] { return copy(" WHERE region IN ('r0', 'r1', 'r2', 'r3')"); }},
                m_options);
    }

    void upload()
    {
        const std::string text = shuffledUsers(m_count);
        const double before = m_router.mebibytes("VmRSS");
        m_router.forgetPeak();
        compare({"upload of a directory", "s", "the same bytes in a file, synced",
                 [&] {
                     return secondsOf([&] {
                         put(text, "text/plain");
                         expectAll();
                     });
                 },
                 [&] { return writeBare(m_router.file("bare"), text); }},
                m_options);
        report("upload: peak memory above before", m_router.mebibytes("VmHWM") - before, "MiB", m_options);
    }

    // Who a percentage would move, of all of them: a share of its own each time, so that nothing is told twice. The
    // yardstick is what cannot be spared, each id hashed once.
    void preview()
    {
        toLegacyByDefault();
        const Json policy = m_router.post("/api/v1/shift-policies", {{"policy_name", "shop"}, {"target_system", "shop"}});
        m_policy = policy.at("id");
        countBuckets(policy.at("salt"));
        const std::vector<std::string> users = allUsers();
        const double before = m_router.mebibytes("VmRSS");
        m_router.forgetPeak();
        report("the first preview of " + std::to_string(m_count) + " users", secondsOf([this] { previewed(); }), "s",
               m_options);
        compare({"preview of " + std::to_string(m_count) + " users", "s", "hashing the same ids once",
                 [&] { return secondsOf([this] { previewed(); }); },
                 [&] { return secondsOf([&] { hashed(users); }); }},
                m_options);
        report("preview: peak memory above before", m_router.mebibytes("VmHWM") - before, "MiB", m_options);
    }

    // Its list, as a file: sent piece by piece, however long it is.
    void download()
    {
        const std::size_t moved = previewed();
        const double before = m_router.mebibytes("VmRSS");
        m_router.forgetPeak();
        TestAnswer file;
        const double seconds = secondsOf(
            [&] { file = m_router.send("GET", "/api/v1/previews/" + m_preview + "/members?format=csv", {}, {}); });
        const double grown = m_router.mebibytes("VmHWM") - before;
        expectList(file.body, moved);
        report("its list of " + std::to_string(moved) + " users as a file", seconds, "s", m_options);
        report("the file: peak memory above before", grown, "MiB", m_options);
        if (m_options.isShort && grown > MostGrown) wrong("a file took " + std::to_string(grown) + " MiB");
    }

private:
    static constexpr double MostGrown = 16; // MiB

    void toLegacyByDefault()
    {
        const std::string version = std::to_string(m_router.get("/api/v1/switches").at("version").get<int>());
        const Json switches{{"master", "OFF"}, {"default_platform", "LEGACY"}};
        m_router.send("PUT", "/api/v1/switches", dumpJson(switches), "application/json", version);
    }
    std::vector<std::string> allUsers() const
    {
        std::vector<std::string> users;
        users.reserve(m_count);
        for (std::size_t i = 0; i < m_count; ++i)
            users.push_back(userOf(i));
        return users;
    }
    void countBuckets(const std::string &salt)
    {
        m_salt = salt;
        m_buckets.assign(10'000, 0);
        for (std::size_t i = 0; i < m_count; ++i)
            ++m_buckets[static_cast<std::size_t>(stickyBucket(userOf(i), salt))];
    }
    void hashed(const std::vector<std::string> &users) const
    {
        std::uint32_t all = 0;
        for (const std::string &user : users)
            all ^= joinedHash32(user, m_salt);
        if (all == 1) std::fprintf(stderr, " "); // so that it is not left out
    }
    // How many it moves, which is exactly those of the buckets below.
    std::size_t previewed()
    {
        m_hundredths += 7;
        const Json change{{"kind", "shift.percentage"}, {"policy_id", m_policy},
                          {"percentage", static_cast<double>(m_hundredths) / 100}};
        const Json told = m_router.post("/api/v1/previews", {{"changes", {change}}});
        std::size_t expected = 0;
        for (int bucket = 0; bucket < m_hundredths; ++bucket)
            expected += m_buckets[static_cast<std::size_t>(bucket)];
        if (told.at("known_users") != m_count || told.at("to_new").at("count") != expected ||
            told.at("to_legacy").at("count") != 0)
            wrong("the preview is not exact: " + dumpJson(told));
        m_preview = told.at("id");
        return expected;
    }
    // Each of them once, in order, and nobody else.
    void expectList(const std::string &text, std::size_t moved) const
    {
        std::size_t lines = 0;
        std::string last;
        for (std::size_t from = 0; from < text.size(); ++lines) {
            const std::size_t end = text.find('\n', from);
            const std::string user = text.substr(from, text.find(',', from) - from);
            from = end == std::string::npos ? text.size() : end + 1;
            if (lines == 0) continue; // the names of the columns
            if (user <= last || static_cast<int>(stickyBucket(user, m_salt)) >= m_hundredths)
                wrong("the list has " + user + " where nobody or somebody else should be");
            last = user;
        }
        if (lines != moved + 1) wrong("the list has " + std::to_string(lines) + " lines");
    }

    void put(const std::string &body, const std::string &type)
    {
        const std::string version = std::to_string(m_router.get("/api/v1/directory").at("version").get<int>());
        m_router.send("PUT", "/api/v1/directory", body, type, version);
        expectAll();
    }
    void expectAll()
    {
        Json told;
        const bool all = waitFor(
            [&] {
                told = m_router.get("/api/v1/directory");
                return told.at("refreshing") == false && told.at("users") == m_count;
            },
            Patience);
        if (!all || told.at("invalid_ids") != 0) wrong("the directory is not whole: " + dumpJson(told));
    }
    double copy(const std::string &condition) const
    {
        return secondsOf([&] {
            PGconn *connection = PQconnectdb(m_database.c_str());
            PQclear(PQexec(connection, ("COPY (SELECT login FROM people" + condition + ") TO STDOUT").c_str()));
            char *row = nullptr;
            std::size_t rows = 0;
            for (; PQgetCopyData(connection, &row, 0) > 0; ++rows)
                PQfreemem(row);
            PQfinish(connection);
            if (rows != m_count) wrong("COPY gave other rows");
        });
    }

    BenchRouter &m_router;
    const std::size_t m_count;
    const BenchOptions &m_options;
    const std::string m_database;
    std::string m_policy;
    std::string m_salt;
    std::string m_preview;            // the latest
    int m_hundredths = 1'000;         // its percentage
    std::vector<std::size_t> m_buckets; // users of each
};

int run(const BenchOptions &options)
{
    const std::size_t count = options.isShort ? 20'000 : 10'000'000;
    {
        BenchRouter router;
        Members members(router, count, options);
        members.upload();
        members.page();
        members.start();
        members.restart();
        members.takeBack();
    }
    BenchRouter router;
    People people(router, count, options);
    people.refresh();
    people.resolve();
    people.upload();
    people.preview();
    people.download();
    return 0;
}

} // namespace
} // namespace crossfade

int main(int argc, char **argv)
{
    return crossfade::run(crossfade::parseBenchOptions(argc, argv));
}
