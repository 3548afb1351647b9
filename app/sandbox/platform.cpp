// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/platform.h"

#include "app/sandbox/password.h"
#include "app/sandbox/schema.h"
#include "models/core/ids.h"

namespace crossfade {

namespace {

// The columns of UserRow, in both schemas at the same places.
constexpr std::size_t UserColumns[] = {0, 1, 2, 5, 6, 7, 8, 9, 11, 12};

std::string selectUser(const PlatformSchema &schema)
{
    std::string columns;
    for (const std::size_t column : UserColumns)
        columns += (columns.empty() ? "" : ", ") + std::string(schema.columns[column]);
    return "SELECT " + columns + " FROM " + std::string(schema.table) + " WHERE " +
           std::string(schema.key) + " = $1";
}

std::string_view kindOf(const SandboxRequest &request)
{
    if (request.path == "/login") return "LOGIN";
    if (request.path.starts_with("/users/")) return "LOOKUP";
    return request.path == "/healthz" ? "HEALTH" : "OTHER";
}

std::string userOf(const SandboxRequest &request)
{
    if (request.path.starts_with("/users/")) return request.path.substr(7);
    if (request.path != "/login") return {};
    const Result<Json> body = parseJson(request.body);
    if (!body || !body->is_object()) return {};
    JsonReader in(*body);
    return in.text("user_id", 100);
}

} // namespace

PlatformService::PlatformService(PlatformOptions options)
    : m_options(std::move(options))
    , m_log(m_options.accessLog)
    , m_faults(m_options.name == Platform::New ? 2 : 1)
    , m_select(selectUser(m_options.name == Platform::New ? newSchema() : legacySchema()))
{
}

Result<void> PlatformService::open()
{
    auto connection = takeConnection();
    if (!connection) return fail(connection.error());
    giveBack(std::move(*connection));
    const auto found = find("nobody");
    if (!found) return fail(found.error());
    return {};
}

Result<std::unique_ptr<SqlConnection>> PlatformService::takeConnection()
{
    {
        const std::lock_guard lock(m_mutex);
        if (!m_idle.empty()) {
            auto connection = std::move(m_idle.back());
            m_idle.pop_back();
            return connection;
        }
    }
    return SqlConnection::open(m_options.database);
}

void PlatformService::giveBack(std::unique_ptr<SqlConnection> connection)
{
    const std::lock_guard lock(m_mutex);
    m_idle.push_back(std::move(connection));
}

Result<std::optional<PlatformService::UserRow>> PlatformService::find(const std::string &id)
{
    auto connection = takeConnection();
    if (!connection) return fail(connection.error());
    const Result<SqlResult> result = (*connection)->run(m_select, {id});
    giveBack(std::move(*connection));
    if (!result) return fail(result.error());
    if (result->rows.empty()) return std::nullopt;
    const auto &row = result->rows.front();
    const auto text = [&](std::size_t i) { return row[i].value_or(""); };
    UserRow user{text(0), text(1), text(2), text(3), text(4),
                 text(5), text(6), text(8), text(9), false};
    user.active = text(7) == "1" || text(7) == "t";
    return user;
}

SandboxReply PlatformService::login(const SandboxRequest &request)
{
    const Result<Json> body = parseJson(request.body);
    if (!body) return SandboxReply::of(body.error());
    if (!body->is_object()) return SandboxReply::problem(422, "an object is needed");
    JsonReader in(*body);
    const std::string id = in.id("user_id");
    const std::string password = in.text("password", 200);
    if (const auto error = in.finish()) return SandboxReply::of(*error);

    const auto user = find(id);
    if (!user) return SandboxReply::of(user.error());
    // The same work and answer for an unknown user as for a wrong password.
    const std::string salt = *user ? (*user)->salt : "0000000000000000";
    const std::string hash = *user ? (*user)->hash : std::string(64, '0');
    if (!passwordMatches(password, salt, hash))
        return SandboxReply::problem(401, "unknown user or wrong password");
    if (!(*user)->active) return SandboxReply::problem(403, "this user is not active");
    return SandboxReply::json({{"user_id", id},
                               {"display_name", (*user)->displayName},
                               {"roles", (*user)->roles},
                               {"platform", platformWord(m_options.name)}});
}

SandboxReply PlatformService::lookup(const std::string &id)
{
    if (!isValidId(id)) return SandboxReply::problem(404, "no such user");
    const auto user = find(id);
    if (!user) return SandboxReply::of(user.error());
    if (!*user) return SandboxReply::problem(404, "no such user");
    return SandboxReply::json({{"user_id", (*user)->id},
                               {"email", (*user)->email},
                               {"display_name", (*user)->displayName},
                               {"department", (*user)->department},
                               {"roles", (*user)->roles},
                               {"permissions", (*user)->permissions},
                               {"locale", (*user)->locale},
                               {"active", (*user)->active},
                               {"platform", platformWord(m_options.name)}});
}

SandboxReply PlatformService::health()
{
    const auto found = find("nobody");
    if (!found) return SandboxReply::of(found.error());
    return SandboxReply::json({{"status", "ok"}, {"platform", platformWord(m_options.name)}});
}

SandboxReply PlatformService::faults(const SandboxRequest &request)
{
    if (m_options.control.empty() || request.bearer != m_options.control)
        return SandboxReply::problem(401, "the control's token is needed");
    if (request.method == "PUT") {
        const Result<Json> body = parseJson(request.body);
        if (!body) return SandboxReply::of(body.error());
        const Result<FaultSettings> settings = readFaults(*body);
        if (!settings) return SandboxReply::of(settings.error());
        m_faults.set(*settings);
    }
    return SandboxReply::json(faultsJson(m_faults.settings()));
}

SandboxReply PlatformService::withFaults(const SandboxRequest &request)
{
    if (m_faults.settings().outage) return SandboxReply::problem(503, "out of service");
    if (request.path == "/healthz") return health();
    if (m_faults.drawError()) return SandboxReply::problem(500, "an injected error");
    if (request.method == "POST" && request.path == "/login") return login(request);
    if (request.method == "GET" && request.path.starts_with("/users/"))
        return lookup(request.path.substr(7));
    return SandboxReply::problem(404, "no such page");
}

SandboxReply PlatformService::answer(const SandboxRequest &request)
{
    if (request.path == "/faults") return faults(request);
    m_log.write(request.receivedAt, kindOf(request), userOf(request));
    SandboxReply reply = withFaults(request);
    reply.delay = m_faults.settings().latency;
    return reply;
}

} // namespace crossfade
