// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Sources over TLS: who asks for it talks to nobody in the clear and to no stranger, and is told why not.
#include "app/comparator/source.h"
#include "tests/services/comparator/mariadbfixture.h"
#include "tests/support/mariadb.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>
#include <thread>

namespace crossfade {
namespace {

// A certificate for 127.0.0.1 that is its own authority.
void makeOwnCertificate(const std::string &file)
{
    const Output made = runProgram("/usr/bin/openssl",
                                   {"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                                    "-days", "2", "-subj", "/CN=database", "-addext", "subjectAltName=IP:127.0.0.1",
                                    "-keyout", file + ".key", "-out", file + ".pem"},
                                   std::chrono::seconds(60));
    if (made.exitCode != 0) throw std::runtime_error("openssl failed: " + made.err);
}

std::string replaced(std::string text, const std::string &from, const std::string &to)
{
    return text.replace(text.find(from), from.size(), to);
}

class SourceTls : public testing::Test {
protected:
    void SetUp() override { m_comparator.start(); }
    // "" where the source answers; else what the API says of it.
    std::string problemOf(const std::string &kind, const std::string &location)
    {
        const TestAnswer made = m_comparator.as("admin").post(
            "/api/v1/sources", {{"name", "tls" + std::to_string(++m_count)}, {"kind", kind}, {"location", location}});
        if (made.status != 201) return made.body;
        const TestAnswer tested = m_comparator.as("operator").post(
            "/api/v1/sources/" + textOf(made.json, "id") + "/test", Json::object());
        return tested.json.at("ok") == true ? "" : textOf(tested.json, "detail");
    }
    void expectSaid(const std::string &said, const std::string &part)
    {
        EXPECT_NE(said.find(part), std::string::npos) << "\"" << said << "\" has no " << part;
    }

    Comparator m_comparator;
    int m_count = 0;
};

TEST_F(SourceTls, MariadbThatAsksForItIsReachedAndProven)
{
    MariadbServer &server = MariadbServer::instance();
    const auto db = newMariadb();
    db->run("CREATE OR REPLACE USER sealed@'%' REQUIRE SSL");
    db->run("GRANT SELECT ON *.* TO sealed@'%'");
    const std::string url = MariadbServer::urlFor("sealed", db->location());
    const std::string ca = "&sslrootcert=" + server.rootCertificate();
    const std::string strange = "&sslrootcert=" + server.strangeCertificate();
    EXPECT_EQ(problemOf("MARIADB", url + "?sslmode=verify-full" + ca), "");
    EXPECT_EQ(problemOf("MARIADB", url + "?sslmode=require"), "");
    expectSaid(problemOf("MARIADB", url + "?sslmode=disable"), "Access denied");
    expectSaid(problemOf("MARIADB", url + "?sslmode=verify-full" + strange), "certificate");
    expectSaid(problemOf("MARIADB", url + "?sslmode=verify-ca" + strange), "certificate");
    // The certificate is for the address, not for this name of it.
    EXPECT_NE(problemOf("MARIADB", replaced(url, "127.0.0.1", "localhost") + "?sslmode=verify-full" + ca), "");
}

// The greeting of the real server, from which somebody on the way has taken that it offers TLS; what the client answers.
class Stripped {
public:
    enum class After { Silence, PassOn };
    Stripped(int server, After after)
        : m_after(after)
        , m_listener(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        sockaddr_in own = address(0);
        socklen_t size = sizeof own;
        if (bind(m_listener, reinterpret_cast<sockaddr *>(&own), size) != 0 || listen(m_listener, 1) != 0 ||
            getsockname(m_listener, reinterpret_cast<sockaddr *>(&own), &size) != 0)
            throw std::runtime_error("no free port");
        m_port = ntohs(own.sin_port);
        m_thread = std::jthread([this, server] { serve(server); });
    }
    ~Stripped()
    {
        shutdown(m_listener, SHUT_RDWR);
        if (m_thread.joinable()) m_thread.join();
        close(m_listener);
    }
    int port() const { return m_port; }
    std::string answer()
    {
        if (m_thread.joinable()) m_thread.join();
        return m_answer;
    }

private:
    static sockaddr_in address(int port)
    {
        sockaddr_in place{};
        place.sin_family = AF_INET;
        place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        place.sin_port = htons(static_cast<std::uint16_t>(port));
        return place;
    }
    void serve(int server)
    {
        const int client = accept(m_listener, nullptr, nullptr);
        if (client < 0) return;
        const int real = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const sockaddr_in place = address(server);
        std::array<char, 4096> bytes{};
        if (connect(real, reinterpret_cast<const sockaddr *>(&place), sizeof place) == 0) {
            const ssize_t got = recv(real, bytes.data(), bytes.size(), 0);
            // Head of 4, protocol, version and its end, thread, salt of 8 and its end; then what the server can do.
            const std::size_t flags = 5 + std::strlen(bytes.data() + 5) + 1 + 4 + 9;
            bytes[flags + 1] = static_cast<char>(bytes[flags + 1] & ~0x08);
            (void)send(client, bytes.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0)), MSG_NOSIGNAL);
        }
        if (m_after == After::PassOn) passOn(client, real);
        ssize_t got = 0;
        while ((got = recv(client, bytes.data(), bytes.size(), 0)) > 0 && m_answer.size() < 1'000) {
            m_answer.append(bytes.data(), static_cast<std::size_t>(got));
            shutdown(client, SHUT_WR); // nobody answers
        }
        close(real);
        close(client);
    }

    static void passOn(int client, int real)
    {
        std::array<pollfd, 2> ends{pollfd{client, POLLIN, 0}, pollfd{real, POLLIN, 0}};
        std::array<char, 4096> bytes{};
        while (poll(ends.data(), ends.size(), 30'000) > 0) {
            for (std::size_t i = 0; i < ends.size(); ++i) {
                if (ends[i].revents == 0) continue;
                const ssize_t got = recv(ends[i].fd, bytes.data(), bytes.size(), 0);
                if (got <= 0) return;
                (void)send(ends[1 - i].fd, bytes.data(), static_cast<std::size_t>(got), MSG_NOSIGNAL);
            }
        }
    }

    const After m_after;
    int m_listener;
    int m_port = 0;
    std::string m_answer;
    std::jthread m_thread;
};

TEST_F(SourceTls, MariadbWithoutItIsRefusedBeforeAnythingIsSaid)
{
    const auto db = newMariadb();
    const int real = MariadbServer::instance().port();
    const std::string options = "?sslmode=verify-full&sslrootcert=" + MariadbServer::instance().rootCertificate();
    Stripped between(real, Stripped::After::Silence);
    const std::string url = MariadbServer::urlFor("locked", db->location());
    const std::string said = problemOf(
        "MARIADB", replaced(url, ":" + std::to_string(real), ":" + std::to_string(between.port())) + options);
    expectSaid(said, "SSL is required");
    EXPECT_EQ(between.answer(), "") << "something went over in the clear";
}

TEST_F(SourceTls, MariadbWithoutItIsRefusedWhereAnyCertificateWouldDo)
{
    const auto db = newMariadb();
    const int real = MariadbServer::instance().port();
    for (const std::string &options : {std::string("?sslmode=require"), "?sslmode=verify-ca&sslrootcert=" +
                                                                            MariadbServer::instance().rootCertificate()}) {
        Stripped between(real, Stripped::After::PassOn);
        expectSaid(problemOf("MARIADB", replaced(db->location(), ":" + std::to_string(real),
                                                 ":" + std::to_string(between.port())) + options),
                   "the server offers no TLS");
    }
}

// PostgreSQL learns of its certificate while it runs: the server itself writes the files, which have to be its own.
class PostgresTls : public SourceTls {
protected:
    void SetUp() override
    {
        SourceTls::SetUp();
        m_db->run("DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'sealed') THEN CREATE ROLE sealed "
                  "LOGIN; END IF; END $$");
        makeOwnCertificate(m_dir.file("server"));
        makeOwnCertificate(m_dir.file("strange"));
    }
    void TearDown() override
    {
        m_db->run("ALTER SYSTEM RESET ssl");
        m_db->run("SELECT pg_reload_conf()");
    }
    void write(const std::string &file, const std::string &name)
    {
        std::ifstream in(file);
        std::string lines;
        for (std::string line; std::getline(in, line);)
            lines += (lines.empty() ? "('" : ", ('") + line + "')";
        m_db->run("COPY (VALUES " + lines + ") TO PROGRAM 'umask 077; cat > " + name + "'");
    }
    void offerTls()
    {
        write(m_dir.file("server.pem"), "server.crt");
        write(m_dir.file("server.key"), "server.key");
        m_db->run("COPY (SELECT 1) TO PROGRAM 'cat > /dev/null; sed -i \"1i hostnossl all sealed all reject\" pg_hba.conf'");
        m_db->run("ALTER SYSTEM SET ssl = on");
        m_db->run("SELECT pg_reload_conf()");
    }

    TempDir m_dir;
    std::unique_ptr<TestDatabase> m_db = newPostgres();
};

TEST_F(PostgresTls, IsProvenAndNeverDoneWithout)
{
    const std::string url = replaced(m_db->location(), "postgres@", "sealed@");
    const std::string ca = "&sslrootcert=" + m_dir.file("server.pem");
    for (const std::string &options : {std::string("?sslmode=require"), "?sslmode=verify-full" + ca})
        expectSaid(problemOf("POSTGRESQL", url + options), "server does not support SSL, but SSL was required");
    offerTls();
    ASSERT_TRUE(waitFor([&] { return problemOf("POSTGRESQL", url + "?sslmode=require").empty(); }));
    EXPECT_EQ(problemOf("POSTGRESQL", url + "?sslmode=verify-full" + ca), "");
    expectSaid(problemOf("POSTGRESQL", url + "?sslmode=disable"), "no encryption");
    expectSaid(problemOf("POSTGRESQL", url + "?sslmode=verify-full&sslrootcert=" + m_dir.file("strange.pem")),
               "certificate verify failed");
    expectSaid(problemOf("POSTGRESQL", replaced(url, "127.0.0.1", "localhost") + "?sslmode=verify-full" + ca),
               "does not match host name");
    expectSaid(problemOf("POSTGRESQL", url + "?sslmode=verify-full&sslrootcert=/not/there.pem"), "does not exist");
}

} // namespace
} // namespace crossfade
