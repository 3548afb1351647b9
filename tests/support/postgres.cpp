// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/postgresdisk.h"
#include "tests/support/process.h"

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string_view>

#include <arpa/inet.h>
#include <sys/socket.h>

namespace crossfade {

namespace {

std::string newestPostgres()
{
    std::vector<std::string> versions;
    for (const auto &entry : std::filesystem::directory_iterator("/usr/lib/postgresql")) {
        if (std::filesystem::exists(entry.path() / "bin" / "initdb"))
            versions.push_back((entry.path() / "bin").string());
    }
    if (versions.empty()) throw std::runtime_error("no PostgreSQL server is installed");
    return *std::ranges::max_element(versions);
}

int freePort()
{
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (bind(fd, reinterpret_cast<sockaddr *>(&address), size) != 0 ||
        getsockname(fd, reinterpret_cast<sockaddr *>(&address), &size) != 0)
        throw std::runtime_error("no free port");
    close(fd);
    return ntohs(address.sin_port);
}

// initdb and the server refuse to run as root.
Output asDatabaseUser(std::vector<std::string> command)
{
    if (geteuid() == 0) {
        command.insert(command.begin(), {"-u", "postgres", "--"});
        command.insert(command.begin(), "/usr/sbin/runuser");
        if (!std::filesystem::exists(command.front())) command.front() = "/sbin/runuser";
    }
    const std::string program = command.front();
    command.erase(command.begin());
    return runProgram(program, command, std::chrono::seconds(60));
}

} // namespace

namespace {

bool writesThrough = false;

void lockRole(const std::string &data)
{
    const std::string file = data + "/pg_hba.conf";
    std::ifstream in(file);
    const std::string rest{std::istreambuf_iterator<char>(in), {}};
    std::ofstream(file) << "host all locked 127.0.0.1/32 scram-sha-256\n" << rest;
}

} // namespace

void writePostgresThrough()
{
    if (writesThrough) return;
    PostgresServer &server = PostgresServer::instance();
    writesThrough = true;
    server.stopAtOnce();
    server.startAgain();
}

void PostgresServer::stopAtOnce()
{
    asDatabaseUser({m_bin + "/pg_ctl", "-D", m_directory + "/data", "-m", "immediate", "-w", "stop"});
}

void PostgresServer::startAgain()
{
    launch();
}

void PostgresServer::pause() const
{
    signalAll(SIGSTOP);
}

void PostgresServer::goOn() const
{
    signalAll(SIGCONT);
}

// The postmaster first, so that there is nobody new when its children's turn comes.
void PostgresServer::signalAll(int number) const
{
    pid_t master = 0;
    std::ifstream(m_directory + "/data/postmaster.pid") >> master;
    if (master <= 1) throw std::runtime_error("no PostgreSQL server is running");
    ::kill(master, number);
    for (const auto &entry : std::filesystem::directory_iterator("/proc")) {
        const std::string name = entry.path().filename();
        if (name.find_first_not_of("0123456789") != std::string::npos) continue;
        std::ifstream stat(entry.path() / "stat");
        const std::string text{std::istreambuf_iterator<char>(stat), {}};
        // "pid (name) state parent …"; the name may hold anything.
        const std::size_t end = text.rfind(") ");
        if (end != std::string::npos && std::atoi(text.c_str() + end + 4) == master) ::kill(std::stoi(name), number);
    }
}

PostgresServer &PostgresServer::instance()
{
    static PostgresServer server;
    return server;
}

PostgresServer::PostgresServer() : m_bin(newestPostgres()), m_port(freePort())
{
    std::string name = (std::filesystem::temp_directory_path() / "crossfade-pg-XXXXXX").string();
    if (!mkdtemp(name.data())) throw std::runtime_error("mkdtemp failed");
    m_directory = name;
    std::filesystem::permissions(m_directory, std::filesystem::perms::all);
    const std::string data = m_directory + "/data";
    const Output made = asDatabaseUser(
        {m_bin + "/initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"});
    if (made.exitCode != 0) throw std::runtime_error("initdb failed: " + made.err);
    lockRole(data);
    // Until it listens another program may have taken the port that was free.
    for (int tries = 1;; ++tries) {
        try {
            launch();
            break;
        } catch (const std::runtime_error &error) {
            if (tries == 5 || std::string_view(error.what()).find("Address already in use") == std::string_view::npos)
                throw;
            m_port = freePort();
        }
    }
    const Output created = runProgram(
        m_bin + "/psql", {"-h", "127.0.0.1", "-p", std::to_string(m_port), "-U", "postgres", "-c",
                          "CREATE ROLE locked LOGIN SUPERUSER PASSWORD '" + std::string(LockedPassword) + "'"});
    if (created.exitCode != 0) throw std::runtime_error("psql failed: " + created.err);
}

void PostgresServer::launch() const
{
    const std::string data = m_directory + "/data";
    const std::string settings = "-p " + std::to_string(m_port) + " -k " + m_directory +
                                 " -c listen_addresses=127.0.0.1 -c jit=off -c fsync=" +
                                 (writesThrough ? "on" : "off");
    const Output started = asDatabaseUser({m_bin + "/pg_ctl", "-D", data, "-w", "-t", "30", "-l",
                                           m_directory + "/log", "-o", settings, "start"});
    if (started.exitCode == 0) return;
    std::ifstream log(m_directory + "/log");
    const std::string why{std::istreambuf_iterator<char>(log), {}};
    throw std::runtime_error("PostgreSQL did not start: " + started.out + why);
}

PostgresServer::~PostgresServer()
{
    asDatabaseUser({m_bin + "/pg_ctl", "-D", m_directory + "/data", "-m", "immediate", "stop"});
    std::error_code ignored;
    std::filesystem::remove_all(m_directory, ignored);
}

std::string PostgresServer::newDatabase()
{
    const std::string name = "test" + std::to_string(++m_count);
    const std::string port = std::to_string(m_port);
    const Output made = runProgram(m_bin + "/createdb",
                                   {"-h", "127.0.0.1", "-p", port, "-U", "postgres", name});
    if (made.exitCode != 0) throw std::runtime_error("createdb failed: " + made.err);
    return "postgresql://postgres@127.0.0.1:" + port + "/" + name;
}

void PostgresServer::dropDatabase(const std::string &url) const
{
    runProgram(m_bin + "/dropdb", {"-h", "127.0.0.1", "-p", std::to_string(m_port), "-U", "postgres",
                                   "--force", "--if-exists", url.substr(url.rfind('/') + 1)});
}

} // namespace crossfade
