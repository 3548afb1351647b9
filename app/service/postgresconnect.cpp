// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/service/postgresconnect.h"

#include <map>
#include <vector>

#include <libpq-fe.h>
#include <poll.h>

namespace crossfade {

namespace {

using UrlOptions = std::map<std::string, std::string>;

struct FreeOptions {
    void operator()(PQconninfoOption *options) const { PQconninfoFree(options); }
};

// What the URL says, keyword by keyword. libpq's own message may quote the URL, so it is not shown.
Result<UrlOptions> parseUrl(const std::string &url)
{
    const bool isUrl = url.starts_with("postgresql://") || url.starts_with("postgres://");
    char *message = nullptr;
    const std::unique_ptr<PQconninfoOption, FreeOptions> parsed(
        isUrl ? PQconninfoParse(url.c_str(), &message) : nullptr);
    PQfreemem(message);
    if (!parsed)
        return fail(ErrorKind::Invalid, "--database must be a URL like postgresql://user@host:5432/name");
    UrlOptions options;
    for (const PQconninfoOption *option = parsed.get(); option->keyword; ++option) {
        if (option->val) options[option->keyword] = option->val;
    }
    return options;
}

std::string sessionOptions(const PostgresTarget &target, bool readOnly)
{
    const auto ms = [](std::chrono::milliseconds time) { return std::to_string(time.count()); };
    return std::string(" -c synchronous_commit=") + (target.durable ? "on" : "off") +
           " -c default_transaction_read_only=" + (readOnly ? "on" : "off") +
           " -c statement_timeout=" + ms(target.statementTime) + " -c lock_timeout=" + ms(target.lockTime) +
           " -c idle_in_transaction_session_timeout=60000 -c standard_conforming_strings=on";
}

UrlOptions optionsOf(UrlOptions options, const PostgresTarget &target, bool readOnly)
{
    options["options"] += sessionOptions(target, readOnly);
    options["application_name"] = target.application;
    options["client_encoding"] = "UTF8";
    options["tcp_user_timeout"] = "10000";
    options["keepalives"] = "1";
    options["keepalives_idle"] = "10";
    options["keepalives_interval"] = "3";
    options["keepalives_count"] = "3";
    if (!target.password.empty()) options["password"] = target.password;
    return options;
}

void ignoreNotice(void *, const char *) {} // libpq would print it among the log's lines

} // namespace

void PostgresFree::operator()(pg_conn *connection) const
{
    PQfinish(connection);
}

void PostgresFree::operator()(pg_result *result) const
{
    PQclear(result);
}

Result<void> checkStoreUrl(const std::string &url)
{
    const auto options = parseUrl(url);
    if (!options) return fail(options.error());
    if (options->contains("password"))
        return fail(ErrorKind::Invalid, "the password does not belong into --database: name the variable or the "
                                        "file that holds it, --database-secret-env or --database-secret-file");
    return {};
}

std::string postgresPlace(const std::string &url)
{
    auto options = parseUrl(url);
    if (!options) return "PostgreSQL";
    const auto orElse = [&](const char *name, const char *otherwise) {
        const std::string &value = (*options)[name];
        return value.empty() ? std::string(otherwise) : value;
    };
    return orElse("host", "localhost") + ":" + orElse("port", "5432") + "/" + orElse("dbname", "");
}

std::string postgresSentence(const char *text)
{
    std::string sentence = text ? text : "";
    while (!sentence.empty() && (sentence.back() == '\n' || sentence.back() == ' '))
        sentence.pop_back();
    for (char &c : sentence) {
        if (c == '\n' || c == '\t') c = ' ';
    }
    return sentence.empty() ? "no connection" : sentence;
}

bool waitForPostgres(pg_conn *connection, short events, std::chrono::steady_clock::time_point deadline)
{
    for (;;) {
        pollfd entry{PQsocket(connection), events, 0};
        if (entry.fd < 0) return false;
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(
            deadline - std::chrono::steady_clock::now());
        if (left.count() <= 0) return false;
        if (poll(&entry, 1, static_cast<int>(left.count())) > 0) return true;
    }
}

Result<PostgresHandle> connectPostgres(const PostgresTarget &target, bool readOnly)
{
    auto parsed = parseUrl(target.url);
    if (!parsed) return fail(parsed.error());
    const UrlOptions options = optionsOf(std::move(*parsed), target, readOnly);
    std::vector<const char *> names;
    std::vector<const char *> values;
    for (const auto &[name, value] : options) {
        names.push_back(name.c_str());
        values.push_back(value.c_str());
    }
    names.push_back(nullptr);
    values.push_back(nullptr);
    PostgresHandle connection(PQconnectStartParams(names.data(), values.data(), 0));
    if (!connection) return fail(ErrorKind::Unavailable, "PostgreSQL: out of memory");
    PQsetNoticeProcessor(connection.get(), ignoreNotice, nullptr);
    const auto deadline = std::chrono::steady_clock::now() + target.connectTime;
    for (PostgresPollingStatusType state = PGRES_POLLING_WRITING; state != PGRES_POLLING_OK;
         state = PQconnectPoll(connection.get())) {
        if (state == PGRES_POLLING_FAILED)
            return fail(ErrorKind::Unavailable,
                        "PostgreSQL: " + postgresSentence(PQerrorMessage(connection.get())));
        const short events = state == PGRES_POLLING_READING ? POLLIN : POLLOUT;
        if (!waitForPostgres(connection.get(), events, deadline))
            return fail(ErrorKind::Unavailable, "PostgreSQL: no answer from " + postgresPlace(target.url));
    }
    return connection;
}

} // namespace crossfade
