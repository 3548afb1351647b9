// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/mariadb.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fstream>
#include <stdexcept>

namespace crossfade {

namespace {

int portForMariadb()
{
    const int handle = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto *plain = reinterpret_cast<sockaddr *>(&address);
    const bool bound = bind(handle, plain, size) == 0 && getsockname(handle, plain, &size) == 0;
    close(handle);
    if (!bound) throw std::runtime_error("no free port");
    return ntohs(address.sin_port);
}

void mustRun(const std::string &program, const std::vector<std::string> &arguments)
{
    const Output done = runProgram(program, arguments, std::chrono::seconds(300));
    if (done.exitCode != 0) throw std::runtime_error(program + " failed: " + done.out + done.err);
}

std::string databaseOf(const std::string &url)
{
    const std::string name = url.substr(url.rfind('/') + 1);
    return name.substr(0, name.find('?'));
}

} // namespace

MariadbServer &MariadbServer::instance()
{
    static MariadbServer server;
    return server;
}

MariadbServer::MariadbServer()
    : m_port(portForMariadb())
{
    // A server that starts removes all temporary tables of the folder that it has for them, others' too.
    mustRun("/usr/bin/env",
            {"TMPDIR=" + m_directory.path().string(), "/usr/bin/mariadb-install-db", "--no-defaults",
             "--datadir=" + m_directory.file("data"), "--auth-root-authentication-method=normal", "--skip-test-db",
             "--skip-name-resolve", geteuid() == 0 ? "--user=root" : "--skip-log-bin"});
    makeCertificates();
    launch();
    const std::string locked = "CREATE USER locked@'%' IDENTIFIED BY '" + std::string(LockedPassword) +
                               "'; GRANT ALL ON *.* TO locked@'%'";
    const Output made = client("", {"-e", locked});
    if (made.exitCode != 0) throw std::runtime_error("mariadb failed: " + made.err);
}

// An authority, the server's certificate by it, and an authority that has nothing to do with either.
void MariadbServer::makeCertificates() const
{
    const auto file = [this](const char *name) { return m_directory.file(name); };
    for (const char *name : {"ca", "strange"})
        mustRun("/usr/bin/openssl",
                {"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                 "-subj", std::string("/CN=") + name, "-keyout", file(name) + ".key", "-out", file(name) + ".pem"});
    mustRun("/usr/bin/openssl", {"req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
                                 "/CN=database", "-keyout", file("server.key"), "-out", file("server.csr")});
    std::ofstream(file("names")) << "subjectAltName=IP:127.0.0.1\n";
    mustRun("/usr/bin/openssl", {"x509", "-req", "-in", file("server.csr"), "-CA", file("ca.pem"), "-CAkey",
                                 file("ca.key"), "-CAcreateserial", "-days", "2", "-extfile", file("names"), "-out",
                                 file("server.pem")});
}

void MariadbServer::launch()
{
    std::vector<std::string> arguments{"--no-defaults",
                                       "--datadir=" + m_directory.file("data"),
                                       "--tmpdir=" + m_directory.path().string(),
                                       "--socket=" + socketFile(),
                                       "--pid-file=" + m_directory.file("pid"),
                                       "--port=" + std::to_string(m_port),
                                       "--bind-address=127.0.0.1",
                                       "--skip-name-resolve",
                                       "--ssl-ca=" + rootCertificate(),
                                       "--ssl-cert=" + m_directory.file("server.pem"),
                                       "--ssl-key=" + m_directory.file("server.key"),
                                       "--innodb-flush-log-at-trx-commit=2",
                                       "--innodb-flush-method=nosync",
                                       "--innodb-buffer-pool-size=64M"};
    if (geteuid() == 0) arguments.emplace_back("--user=root");
    m_process = std::make_unique<Process>("/usr/sbin/mariadbd", arguments, m_directory.file("log"));
    const auto answers = [this] { return client("", {"-e", "SELECT 1"}).exitCode == 0; };
    if (!waitFor([&] { return !m_process->running() || answers(); }, std::chrono::seconds(120)) ||
        !m_process->running())
        throw std::runtime_error("MariaDB did not start, see " + m_directory.file("log"));
}

void MariadbServer::stopAtOnce()
{
    m_process->kill();
}

void MariadbServer::startAgain()
{
    launch();
}

Output MariadbServer::client(const std::string &database, std::vector<std::string> arguments) const
{
    arguments.insert(arguments.begin(), {"--no-defaults", "-h", "127.0.0.1", "-P", std::to_string(m_port), "-u", "root",
                                         "--default-character-set=utf8mb4", "--skip-column-names", "--batch"});
    if (!database.empty()) arguments.push_back(database);
    return runProgram("/usr/bin/mariadb", arguments, std::chrono::seconds(120));
}

std::string MariadbServer::newDatabase()
{
    const std::string name = "test" + std::to_string(++m_count);
    const std::string url = "mariadb://root@127.0.0.1:" + std::to_string(m_port) + "/" + name;
    const Output made = client("", {"-e", "CREATE DATABASE " + name + " CHARACTER SET utf8mb4"});
    if (made.exitCode != 0) throw std::runtime_error("mariadb failed: " + made.err);
    return url;
}

std::string MariadbServer::urlFor(const std::string &user, std::string url)
{
    return url.replace(url.find("root@"), 4, user);
}

std::string MariadbServer::sql(const std::string &url, const std::string &statements) const
{
    const Output done = client(databaseOf(url), {"-e", statements});
    if (done.exitCode != 0) throw std::runtime_error("mariadb failed: " + done.err);
    return done.out;
}

void MariadbServer::sqlFile(const std::string &url, const std::string &file) const
{
    sql(url, "source " + file);
}

} // namespace crossfade
