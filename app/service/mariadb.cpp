// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/service/mariadb.h"

#include "app/service/writerefusal.h"

#include <algorithm>
#include <array>

#include <fcntl.h>
#include <mariadb/errmsg.h>
#include <mariadb/mysql.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

namespace crossfade {

namespace {

constexpr std::chrono::milliseconds LookTime{100}; // how long a wait lasts before cancellation is looked at
// The server ends a statement by itself; a silence beyond that is a dead connection.
constexpr std::chrono::seconds ServerGrace{5};
// A stop is asked for: what does not answer now is left alone.
constexpr std::chrono::milliseconds KillTime{1'000};
constexpr std::chrono::milliseconds AfterKill{500};
constexpr std::size_t StackBytes = 512 << 10; // of the library's calls: a TLS handshake needs more than its default
constexpr unsigned long MostPacketBytes = 64UL << 20;
// None that hands the password itself to a server that asks for it.
constexpr const char *SignIns = "mysql_native_password,caching_sha2_password,client_ed25519";

// Numbers of server errors, fixed for ever; those of MariaDB begin at 1900, those of MySQL 8 at 3000.
constexpr std::array<unsigned, 4> TooLong{1205, 1969, 3024, 3572};
constexpr std::array<unsigned, 15> NotThere{1040, 1041, 1042, 1043, 1053, 1077, 1079, 1152,
                                            1158, 1159, 1160, 1161, 1203, 1226, 1927};
// Their texts quote what stands, or was to stand, in a row.
constexpr std::array<unsigned, 11> Quoting{1062, 1169, 1264, 1292, 1366, 1411, 1416, 1525, 1586, 1690, 4025};

template <std::size_t Size>
bool isAmong(const std::array<unsigned, Size> &codes, unsigned code)
{
    return std::ranges::find(codes, code) != codes.end();
}

ErrorKind kindOfCode(unsigned code)
{
    if (isAmong(TooLong, code)) return ErrorKind::Timeout;
    const bool library = code >= CR_MIN_ERROR && code <= CR_MAX_ERROR;
    return library || isAmong(NotThere, code) ? ErrorKind::Unavailable : ErrorKind::Conflict;
}

bool isOfUnique(unsigned code)
{
    return code == 1062 || code == 1169 || code == 1586;
}

// "": not by a rule that other writes can satisfy.
std::string refusalOf(unsigned code)
{
    if (isOfUnique(code)) return writerefusal::Unique;
    const bool foreignKey = code == 1451 || code == 1452 || code == 1216 || code == 1217;
    return foreignKey ? writerefusal::ForeignKey : std::string();
}

std::string sentenceOf(unsigned code, const char *message)
{
    const std::string number = " (error " + std::to_string(code) + ")";
    if (isOfUnique(code)) return "a row with this key is there already" + number;
    if (isAmong(Quoting, code)) return "a value does not fit its column" + number;
    std::string text = message ? message : "";
    text = text.substr(0, text.find('\n'));
    return (text.empty() ? "no connection" : text) + number;
}

// Once for the process, before any thread connects.
void initialiseLibrary()
{
    static const int done = mysql_server_init(0, nullptr, nullptr);
    static_cast<void>(done);
}

} // namespace

void MariadbConnection::Free::operator()(st_mysql *handle) const
{
    mysql_close(handle);
}

MariadbConnection::MariadbConnection(MariadbTarget target, const Cancelled &cancelled)
    : m_target(std::move(target))
    , m_cancelled(cancelled)
{
}

MariadbConnection::~MariadbConnection()
{
    if (m_broken) cutOff();
}

void MariadbConnection::setTls()
{
    st_mysql *handle = m_handle.get();
    if (m_target.tls == MariadbTls::Disable) return;
    const auto orNull = [](const std::string &file) { return file.empty() ? nullptr : file.c_str(); };
    mysql_ssl_set(handle, orNull(m_target.tlsKey), orNull(m_target.tlsCertificate),
                  orNull(m_target.tlsRootCertificate), nullptr, nullptr);
    const my_bool yes = 1;
    if (m_target.tls != MariadbTls::Prefer) mysql_options(handle, MYSQL_OPT_SSL_ENFORCE, &yes);
    if (m_target.tls == MariadbTls::VerifyFull) mysql_options(handle, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &yes);
}

void MariadbConnection::setOptions()
{
    st_mysql *handle = m_handle.get();
    const auto seconds = [](std::chrono::milliseconds time) {
        return static_cast<unsigned>(std::chrono::ceil<std::chrono::seconds>(time).count());
    };
    // Ours is looked at each LookTime; these bound what the library does without asking us.
    const unsigned connectSeconds = seconds(m_target.connectTime);
    const unsigned silenceSeconds = seconds(m_target.statementTime + ServerGrace);
    const unsigned noFiles = 0;
    const unsigned protocol = m_target.socket.empty() ? MYSQL_PROTOCOL_TCP : MYSQL_PROTOCOL_SOCKET;
    mysql_options(handle, MYSQL_OPT_NONBLOCK, &StackBytes);
    mysql_options(handle, MYSQL_OPT_CONNECT_TIMEOUT, &connectSeconds);
    mysql_options(handle, MYSQL_OPT_READ_TIMEOUT, &silenceSeconds);
    mysql_options(handle, MYSQL_OPT_WRITE_TIMEOUT, &silenceSeconds);
    mysql_options(handle, MYSQL_OPT_PROTOCOL, &protocol);
    mysql_options(handle, MYSQL_OPT_LOCAL_INFILE, &noFiles); // a server could ask for any file of ours
    mysql_options(handle, MYSQL_OPT_MAX_ALLOWED_PACKET, &MostPacketBytes);
    mysql_options(handle, MYSQL_SET_CHARSET_NAME, "utf8mb4");
    mysql_options(handle, MARIADB_OPT_RESTRICTED_AUTH, SignIns);
    mysql_optionsv(handle, MYSQL_OPT_CONNECT_ATTR_ADD, "program_name", m_target.application.c_str());
    setTls();
}

Result<void> MariadbConnection::connect()
{
    if (auto begun = begin(m_target.connectTime); !begun) return begun;
    if (auto signedIn = signIn(); !signedIn) return signedIn;
    m_session = mysql_thread_id(m_handle.get());
    watchForLoss();
    return greet();
}

Result<void> MariadbConnection::signIn()
{
    initialiseLibrary();
    m_handle.reset(mysql_init(nullptr));
    if (!m_handle) return fail(ErrorKind::Unavailable, "MariaDB: out of memory");
    setOptions();
    st_mysql *handle = m_handle.get();
    st_mysql *connected = nullptr;
    const char *socket = m_target.socket.empty() ? nullptr : m_target.socket.c_str();
    drive(
        [&] {
            return mysql_real_connect_start(&connected, handle, m_target.host.c_str(), m_target.user.c_str(),
                                            m_target.password.c_str(), m_target.database.c_str(), m_target.port,
                                            socket, CLIENT_FOUND_ROWS);
        },
        [&](int events) { return mysql_real_connect_cont(&connected, handle, events); });
    if (!connected) {
        m_broken = true;
        return fail(errorOf(mysql_errno(handle), mysql_error(handle)));
    }
    // A server that offers no TLS is otherwise talked to in the clear.
    const bool mustHide = m_target.tls != MariadbTls::Disable && m_target.tls != MariadbTls::Prefer;
    if (mustHide && !isEncrypted()) {
        m_broken = true;
        return fail(ErrorKind::Unavailable, "MariaDB: the server offers no TLS, and sslmode asks for it");
    }
    return {};
}

// A server that is gone without a word is noticed by its socket, however long a statement may take.
void MariadbConnection::watchForLoss() const
{
    if (!m_target.socket.empty()) return;
    const int socket = mysql_get_socket(m_handle.get());
    const auto set = [&](int level, int name, int value) { setsockopt(socket, level, name, &value, sizeof value); };
    set(SOL_SOCKET, SO_KEEPALIVE, 1);
    set(IPPROTO_TCP, TCP_KEEPIDLE, 5);
    set(IPPROTO_TCP, TCP_KEEPINTVL, 2);
    set(IPPROTO_TCP, TCP_KEEPCNT, 3);
    set(IPPROTO_TCP, TCP_USER_TIMEOUT, 10'000);
}

Result<void> MariadbConnection::greet()
{
    // Who reads row by row may be held up by others for a while: it is no reason to leave.
    const std::string session = "SET SESSION time_zone = '+00:00', sql_mode = "
                                "'STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION', "
                                "innodb_lock_wait_timeout = 5, lock_wait_timeout = 5, net_write_timeout = 600";
    if (auto set = run(session); !set) return set;
    if (auto limited = limitStatements(m_target.statementTime); !limited) return limited;
    return m_target.readOnly ? run("SET SESSION TRANSACTION READ ONLY") : Result<void>();
}

Result<void> MariadbConnection::limitStatements(std::chrono::milliseconds time)
{
    if (time == m_limit) return {};
    const std::string ms = std::to_string(time.count());
    auto set = run(isMariadb() ? "SET SESSION max_statement_time = " + ms + " / 1000"
                               : "SET SESSION max_execution_time = " + ms);
    if (set) m_limit = time;
    return set;
}

bool MariadbConnection::isEncrypted() const
{
    return m_handle && mysql_get_ssl_cipher(m_handle.get()) != nullptr;
}

bool MariadbConnection::isMariadb() const
{
    return m_handle && mariadb_connection(m_handle.get());
}

std::string MariadbConnection::serverVersion() const
{
    const char *version = m_handle ? mysql_get_server_info(m_handle.get()) : nullptr;
    return version ? version : "";
}

Result<void> MariadbConnection::mayWait(std::chrono::milliseconds limit)
{
    if (m_broken) return fail(ErrorKind::Unavailable, "MariaDB: the connection was lost");
    if (m_cancelled) return fail(ErrorKind::Cancelled, "cancelled");
    m_deadline = Clock::now() + limit;
    m_killed = m_timedOut = false;
    return {};
}

Result<void> MariadbConnection::mayWaitForRow()
{
    return mayWait(m_target.statementTime + ServerGrace);
}

Result<void> MariadbConnection::begin(std::chrono::milliseconds limit)
{
    if (auto may = mayWait(limit); !may) return may;
    unblock();
    return {};
}

// The library turns the socket back whenever it closes a statement, and then waits within TLS, where neither
// a time nor a cancellation is looked at.
void MariadbConnection::unblock() const
{
    const int socket = m_handle ? mysql_get_socket(m_handle.get()) : -1;
    if (socket < 0) return;
    const int flags = fcntl(socket, F_GETFL);
    if (flags >= 0 && (flags & O_NONBLOCK) == 0) fcntl(socket, F_SETFL, flags | O_NONBLOCK);
}

Result<void> MariadbConnection::beginStatement()
{
    return begin(m_target.statementTime + ServerGrace);
}

// The handshake of TLS comes between two waits: the library waits in it by itself, for ever, or, on a socket
// that does not block, for as many milliseconds as it was given seconds. So the socket blocks, and ends it.
void MariadbConnection::boundHandshake(int socket) const
{
    const auto left = std::chrono::duration_cast<std::chrono::microseconds>(m_deadline - Clock::now());
    const auto micros = std::max<std::int64_t>(left.count(), 1'000);
    const timeval time{micros / 1'000'000, micros % 1'000'000};
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time);
    setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time);
    const int flags = fcntl(socket, F_GETFL);
    if (flags >= 0 && (flags & O_NONBLOCK) != 0) fcntl(socket, F_SETFL, flags & ~O_NONBLOCK);
}

// The library's wish for events, granted once they are there; MYSQL_WAIT_TIMEOUT ends its call.
int MariadbConnection::wait(int wanted)
{
    const int socket = mysql_get_socket(m_handle.get());
    if (m_session == 0 && socket >= 0 && (wanted & MYSQL_WAIT_READ)) boundHandshake(socket);
    const auto events = static_cast<short>((wanted & MYSQL_WAIT_READ ? POLLIN : 0) |
                                           (wanted & MYSQL_WAIT_WRITE ? POLLOUT : 0));
    while (socket >= 0) {
        if (m_cancelled && !m_killed) {
            m_killed = true;
            if (m_session == 0) break;
            killOnServer();
            m_deadline = std::min<Clock::time_point>(m_deadline, Clock::now() + AfterKill);
        }
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(m_deadline - Clock::now());
        if (left.count() <= 0) break;
        pollfd entry{socket, events, 0};
        if (poll(&entry, 1, static_cast<int>(std::min(left, LookTime).count())) <= 0) continue;
        const int ready = (entry.revents & POLLIN ? MYSQL_WAIT_READ : 0) |
                          (entry.revents & POLLOUT ? MYSQL_WAIT_WRITE : 0);
        return ready != 0 ? ready : wanted & (MYSQL_WAIT_READ | MYSQL_WAIT_WRITE); // it will see the error
    }
    m_broken = m_timedOut = true;
    return MYSQL_WAIT_TIMEOUT;
}

// From a session of its own, as the one to be ended is busy.
void MariadbConnection::killOnServer() const
{
    static const Cancelled Never{false};
    MariadbTarget target = m_target;
    target.connectTime = KillTime;
    MariadbConnection other(std::move(target), Never);
    if (other.begin(KillTime) && other.signIn())
        static_cast<void>(other.query("KILL QUERY " + std::to_string(m_session)));
}

void MariadbConnection::cutOff()
{
    m_broken = true;
    const int socket = m_handle ? mysql_get_socket(m_handle.get()) : -1;
    if (socket >= 0) shutdown(socket, SHUT_RDWR);
}

Error MariadbConnection::errorOf(unsigned code, const char *message)
{
    m_lastCode = code;
    if (code >= CR_MIN_ERROR && code <= CR_MAX_ERROR) m_broken = true;
    if (m_cancelled) return {ErrorKind::Cancelled, "cancelled", {}, {}};
    if (m_timedOut) return {ErrorKind::Unavailable, "MariaDB: no answer from " + mariadbPlace(m_target), {}, {}};
    return {kindOfCode(code), "MariaDB: " + sentenceOf(code, message), {}, {}, refusalOf(code)};
}

Result<void> MariadbConnection::run(const std::string &sql)
{
    if (auto begun = beginStatement(); !begun) return begun;
    return query(sql);
}

Result<void> MariadbConnection::query(const std::string &sql)
{
    st_mysql *handle = m_handle.get();
    int failed = 0;
    drive([&] { return mysql_real_query_start(&failed, handle, sql.data(), sql.size()); },
          [&](int events) { return mysql_real_query_cont(&failed, handle, events); });
    if (failed != 0) return fail(errorOf(mysql_errno(handle), mysql_error(handle)));
    return {};
}

Result<MariadbStatement> MariadbConnection::prepare(const std::string &sql)
{
    if (auto begun = beginStatement(); !begun) return fail(begun.error());
    MYSQL_STMT *made = mysql_stmt_init(m_handle.get());
    if (!made) return fail(ErrorKind::Unavailable, "MariaDB: out of memory");
    MariadbStatement statement(*this, made);
    int failed = 0;
    drive([&] { return mysql_stmt_prepare_start(&failed, made, sql.data(), sql.size()); },
          [&](int events) { return mysql_stmt_prepare_cont(&failed, made, events); });
    if (failed != 0) return fail(statement.error());
    return statement;
}

} // namespace crossfade
